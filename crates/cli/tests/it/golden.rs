//! Golden snapshots: for every event of the corpus the report, the whole answer and what changes
//! under other policies and records. `INSTA_UPDATE=always cargo test` accepts new ones; read them.

use std::collections::BTreeSet;
use std::path::Path;

use crate::command::{claimsmith, root, stdout};
use serde_json::Value;

/// What the command prints for these arguments, run at the root.
fn printed(arguments: &[&str]) -> String {
    stdout(&claimsmith(arguments).output().unwrap())
}

/// All events, by path relative to the root.
fn events() -> Vec<String> {
    let mut events = Vec::new();
    for folder in ["v1", "v2", "v3", "odd", "broken"] {
        for entry in std::fs::read_dir(root().join("events").join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            events.push(format!("events/{folder}/{name}"));
        }
    }
    events.sort();
    events
}

/// The policies and records under which every event is looked at; the first one in full.
const SETS: [(&str, &[&str]); 4] = [
    ("default policy, demo company", &[]),
    ("everything.toml, demo company", &["--policy", "tests/policies/everything.toml"]),
    ("tight.toml, demo company", &["--policy", "tests/policies/tight.toml"]),
    (
        "optional.toml, malformed records",
        &["--policy", "tests/policies/optional.toml", "--records", "tests/records/malformed.json"],
    ),
];

/// The answer on one line, and every decision but what Cognito keeps.
fn changes(line: &str) -> String {
    let line: Value = serde_json::from_str(line).unwrap();
    let mut text = line["outcome"].as_str().unwrap().to_owned();
    if let Some(reason) = line.get("reason") {
        text.push_str(&format!(" {reason}"));
    }
    text.push('\n');
    for decision in line["decisions"].as_array().unwrap() {
        if decision["action"] != "kept" {
            text.push_str(&format!("{decision}\n"));
        }
    }
    for token in ["id", "access"] {
        let token_line = &line["tokens"][token];
        if !token_line.is_null() {
            text.push_str(&format!(
                "{token}: {} budget {}\n",
                token_line["bytes"], token_line["budget"]
            ));
        }
    }
    text.push_str(&format!("answer: {}\n", line["answer"]));
    text
}

#[test]
fn every_event_gives_what_it_gave() {
    let events = events();
    let lines_of = |set: &[&str]| -> Vec<String> {
        let mut arguments = vec!["simulate", "--json"];
        arguments.extend(set);
        arguments.extend(events.iter().map(String::as_str));
        printed(&arguments).lines().map(str::to_owned).collect()
    };
    let sets: Vec<Vec<String>> = SETS.iter().map(|(_, set)| lines_of(set)).collect();

    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (number, event) in events.iter().enumerate() {
        let mut text = printed(&["simulate", event]);
        for ((title, _), lines) in SETS.iter().zip(&sets) {
            let line = &lines[number];
            assert_eq!(serde_json::from_str::<Value>(line).unwrap()["event"], event.as_str());
            text.push_str(&format!("\n==== {title}\n{}", changes(line)));
        }
        settings.bind(|| insta::assert_snapshot!(snapshot_name(event), text));
    }
}

fn snapshot_name(event: &str) -> String {
    event.trim_start_matches("events/").trim_end_matches(".json").replace('/', "--")
}

#[test]
fn no_snapshot_is_without_its_event() {
    let expected: BTreeSet<String> =
        events().iter().map(|event| format!("{}.snap", snapshot_name(event))).collect();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let found: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert_eq!(found, expected);
}
