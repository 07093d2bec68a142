//! Set-ups with one fault, each named by its code.

mod event;
mod handler;
mod token;
mod wiring;

use super::*;

/// What is wrong, the code by which the doctor must call it first, and the set-up.
type Fault = (&'static str, &'static str, Setup);

#[test]
fn every_broken_set_up_is_named_rightly() {
    let all = [token::faults(), event::faults(), wiring::faults(), handler::faults()];
    let broken: Vec<Fault> = all.into_iter().flatten().collect();
    assert!(broken.len() >= 60, "{}", broken.len());
    let mut wrong = Vec::new();
    for (name, expected, setup) in &broken {
        let output = setup.run(&["--json"]);
        let answer: Value = match serde_json::from_slice(&output.stdout) {
            Ok(answer) => answer,
            Err(_) => {
                wrong.push(format!("{name}: {}", String::from_utf8_lossy(&output.stderr)));
                continue;
            }
        };
        let codes: Vec<&str> = answer["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| finding["code"].as_str().unwrap())
            .collect();
        if codes.first() != Some(expected) {
            wrong.push(format!("{name}: expected {expected}, found {codes:?}"));
        } else if output.status.code() != Some(4) {
            wrong.push(format!("{name}: exit status {:?}", output.status));
        }
        for finding in answer["findings"].as_array().unwrap() {
            for part in ["what", "next"] {
                assert!(!finding[part].as_str().unwrap().is_empty(), "{name}: {finding}");
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
