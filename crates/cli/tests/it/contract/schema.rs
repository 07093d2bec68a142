//! The schema of the payloads leaves open what a compatible change may change.

use claimsmith::load::DEMO_RECORDS;
use serde_json::Value;

use super::rows::{ROWS, Row};
use super::{claimsmith, edited, reality, root, stdout, written};

fn validator(policy: &str) -> jsonschema::Validator {
    let arguments = ["types", "--language", "json-schema", "--policy", policy];
    let schema = stdout(&claimsmith(&arguments).output().unwrap());
    jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
}

/// Tokens of the policy after are as the schema of the policy before says.
#[test]
fn tokens_after_a_compatible_change_fit_the_schema_of_before() {
    let folder = tempfile::tempdir_in(root().join("crates/cli/tests/contract")).unwrap();
    let events: Vec<_> = reality::corpus().into_iter().step_by(3).collect();
    let (mut rows, mut seen) = (0, 0);
    for Row { before, after, changes } in ROWS {
        if changes.first().is_some_and(|(verdict, ..)| *verdict != "compatible") {
            continue;
        }
        let schema = validator(&written(folder.path(), "before.toml", &edited(before)));
        rows += 1;
        for one_in in [0, 3] {
            let policy = reality::policy(&edited(after));
            reality::each(policy, DEMO_RECORDS, one_in, &events, |event, _, tokens| {
                // An event of version 1 carries all of it as text.
                for token in tokens.into_iter().filter(|token| !token.text_only) {
                    let mut payload = token.added.clone();
                    payload.insert("token_use".to_owned(), token.name.into());
                    let payload = Value::Object(payload);
                    let errors: Vec<String> =
                        schema.iter_errors(&payload).map(|error| error.to_string()).collect();
                    assert!(errors.is_empty(), "{after:?}\n{event}\n{errors:#?}");
                    seen += 1;
                }
            });
        }
    }
    assert!(rows >= 40 && seen > 2000, "{rows} {seen}");
}
