//! Files in which very much is wrong: what `check` prints of them stays short, and counts it all.

use std::fmt::Write as _;

use crate::command::{run, stdout};
use serde_json::Value;

const MANY: usize = 3000;

/// More than anybody reads, and less than a log or a terminal minds.
const MOST_BYTES: usize = 1_000_000;

fn each(line: impl Fn(usize) -> String) -> String {
    (0..MANY).fold(String::new(), |mut text, number| {
        let _ = writeln!(text, "{}", line(number));
        text
    })
}

fn files() -> [(&'static str, &'static str, String); 4] {
    let policy = "version = 1\n[table]\nfile = \"items.json\"\npartition_key = \"pk\"\n";
    let records = each(|number| {
        format!("[records.number_{number}]\nkey = {{ pk = \"X#{{sub}}#{{unheard_{number}.id}}\" }}")
    });
    let claims = each(|number| format!("[claims.number_{number}]\nfrom = \"unheard_of.it\""));
    let listed = each(|number| format!("\"entirely_different_{number}\","));
    let long = (0..200).map(|number| format!("{}{number} = 1", "x".repeat(500)));
    let long = long.collect::<Vec<_>>().join(", ");
    let pools = each(|number| format!("word_{number} = \"{}\"", "x".repeat(number)));
    [
        ("records with unknown names", "--policy", format!("{policy}{records}")),
        ("unknown claims", "--policy", format!("{policy}{claims}[clients.a]\nclaims = [{listed}]")),
        // Names that nobody wants to read twice.
        ("one line", "--policy", format!("records = {{ a = {{ {long} }} }}\n{policy}")),
        (
            "an authorizer's configuration",
            "--authorizer",
            format!("version = 1\n[pools.main]\n{pools}"),
        ),
    ]
}

#[test]
fn what_is_printed_of_very_many_findings_is_short_and_counts_them() {
    let folder = tempfile::tempdir().unwrap();
    for (name, option, text) in files() {
        let file = folder.path().join("file.toml");
        std::fs::write(&file, text).unwrap();
        let file = file.to_str().unwrap();

        let json = run(&["check", option, file, "--json"], "");
        assert_eq!(json.status.code(), Some(2), "{name}");
        assert!(json.stdout.len() < MOST_BYTES, "{name}: {} bytes of JSON", json.stdout.len());
        let object: Value = serde_json::from_slice(&json.stdout).unwrap();
        let findings = object["findings"].as_array().unwrap();
        let more = object["more"].as_u64().unwrap();
        assert_eq!(findings.len(), 100, "{name}");
        assert!(more >= if name == "one line" { 100 } else { 2900 }, "{name}: {more}");
        let place = |finding: &Value| (finding["line"].as_u64(), finding["column"].as_u64());
        assert!(findings.is_sorted_by_key(place), "{name}");

        let drawn = stdout(&run(&["check", option, file], ""));
        assert!(drawn.len() < MOST_BYTES, "{name}: {} bytes of text", drawn.len());
        assert_eq!(drawn.matches("error[").count(), 100, "{name}");
        let end = format!("\nand {more} more\n\n{file}: {} problems\n", more + 100);
        assert!(drawn.ends_with(&end), "{name}: {}", drawn.lines().last().unwrap());
    }
}
