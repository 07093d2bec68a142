//! Each edit of a policy and what is said of it; and the exit status, which suits a pull request.

use std::collections::BTreeSet;

use super::promise::{Promise, Seen};
use super::rows::{ROWS, Row};
use super::{
    POLICY, against, contract_of, edited, printed, reality, stderr, stdout, valid, written,
};
use crate::command::root;
use claimsmith::load::DEMO_RECORDS;
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

/// Readers of the contract before work with the tokens after a compatible change; and where readers
/// come first, or the order is of no matter, those of the contract after work with the tokens before. A breaking change breaks the
/// former, wherever the corpus shows it.
#[test]
fn what_is_called_compatible_breaks_no_reader() {
    let folder = tempfile::tempdir_in(root().join("crates/cli/tests/contract")).unwrap();
    // Every third will do, since each is decided about for each row.
    let events: Vec<_> = reality::corpus().into_iter().step_by(3).collect();
    let (mut held, mut broken) = (0, 0);
    let in_any_order = |folder: &tempfile::TempDir| {
        let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        stdout(&against(&path("old.toml"), &path("new.toml"), &[])).contains("in any order")
    };
    for Row { before, after, changes } in ROWS {
        let side = |name: &str, text: String| {
            let contract = contract_of(&written(folder.path(), name, &text));
            (Promise::of(&contract, &reality::policy(&text)).for_reader(), text)
        };
        let (old, old_text) = side("old.toml", edited(before));
        let (new, new_text) = side("new.toml", edited(after));
        let broken_by = |readers: &Promise, tokens: &str| {
            let mut wrong = None;
            for one_in in [0, 3] {
                let policy = reality::policy(tokens);
                reality::each(policy, DEMO_RECORDS, one_in, &events, |event, decided, tokens| {
                    for token in tokens {
                        let kept = readers.keeps(&token, decided, &mut Seen::default());
                        wrong = wrong.take().or(kept.err().map(|it| format!("{event}: {it}")));
                    }
                });
            }
            wrong
        };
        let wrong = match changes.first() {
            None => broken_by(&old, &new_text).or_else(|| broken_by(&new, &old_text)),
            Some(("compatible", ..)) => broken_by(&old, &new_text)
                .or_else(|| in_any_order(&folder).then(|| broken_by(&new, &old_text)).flatten()),
            Some(("readers first", ..)) => broken_by(&new, &old_text),
            _ => {
                broken += usize::from(broken_by(&old, &new_text).is_some());
                continue;
            }
        };
        assert_eq!(wrong, None, "{before:?}\n{after:?}");
        held += 1;
    }
    assert!(held >= 45 && broken >= 15, "{held} {broken}");
}

#[test]
fn an_older_claims_contract_breaks() {
    let folder = tempfile::tempdir().unwrap();
    let other = printed(POLICY).replace("\"claims_contract\": 1", "\"claims_contract\": 0");
    let file = written(folder.path(), "other.json", &other);
    let output = against(&file, POLICY, &[]);
    assert_eq!(output.status.code(), Some(3));
    let text = stdout(&output);
    assert!(text.contains("claims contract  id, access  from 0 to 1"), "{text}");
    assert!(text.contains("1. Deploy readers whose version reads both claims contracts"), "{text}");
}

#[test]
fn without_a_change_nothing_is_to_be_deployed() {
    let output = against(POLICY, POLICY, &[]);
    assert_eq!(output.status.code(), Some(0));
    assert!(stdout(&output).ends_with("\n\nno change\n"));
}
