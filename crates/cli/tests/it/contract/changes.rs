//! Each edit of a policy and what is said of it; and the exit status, which suits a pull request.

use std::collections::BTreeSet;

use super::rows::{ROWS, Row};
use super::{POLICY, against, edited, printed, stderr, stdout, valid, written};
use crate::command::root;
use serde_json::Value;

const WORDS: [(&str, &str, i32); 3] = [
    ("compatible", "compatible", 0),
    ("readers first", "readers_first", 4),
    ("breaking", "breaking", 3),
];

#[test]
fn every_edit_means_what_its_row_says() {
    // The tables' file is named from where the policy is.
    let folder = tempfile::tempdir_in(root().join("crates/cli/tests/contract")).unwrap();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for Row { before, after, changes } in ROWS {
        let old = written(folder.path(), "old.toml", &edited(before));
        let contract = written(folder.path(), "old.json", &printed(&old));
        let new = written(folder.path(), "new.toml", &edited(after));
        let output = against(&contract, &new, &["--json"]);
        let object: Value = serde_json::from_str(&stdout(&output))
            .unwrap_or_else(|_| panic!("{after:?}: {}", stderr(&output)));
        let text = |change: &Value, key: &str| change[key].as_str().unwrap().to_owned();
        let found: Vec<_> = object["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (text(it, "verdict"), text(it, "name"), text(it, "what")))
            .collect();
        let word = |said: &str| WORDS.iter().find(|(word, ..)| *word == said).unwrap();
        let expected: Vec<_> = changes
            .iter()
            .map(|(said, name, what)| {
                (word(said).1.to_owned(), (*name).to_owned(), (*what).to_owned())
            })
            .collect();
        if found != expected {
            wrong.push(format!("{before:?}\n{after:?}\n{found:#?}"));
            continue;
        }
        for change in object["changes"].as_array().unwrap() {
            seen.insert((text(change, "verdict"), text(change, "about")));
        }
        valid("contract-changes", &object);
        // The worst is the first.
        let worst = changes.first().map_or("compatible", |(verdict, ..)| verdict);
        assert_eq!(object["verdict"], word(worst).1);
        assert_eq!(output.status.code(), Some(word(worst).2), "{after:?}");
        assert_eq!(object["deploy"].as_array().unwrap().is_empty(), changes.is_empty());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
    assert!(seen.len() >= 11, "{seen:?}");
}

#[test]
fn another_claims_contract_breaks() {
    let folder = tempfile::tempdir().unwrap();
    let other = printed(POLICY).replace("\"claims_contract\": 1", "\"claims_contract\": 7");
    let file = written(folder.path(), "other.json", &other);
    let output = against(&file, POLICY, &[]);
    assert_eq!(output.status.code(), Some(3));
    let text = stdout(&output);
    assert!(text.contains("claims contract  id, access  from 7 to 1"), "{text}");
}

#[test]
fn without_a_change_nothing_is_to_be_deployed() {
    let output = against(POLICY, POLICY, &[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).ends_with("\n\nno change\n"));
}
