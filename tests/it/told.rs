//! What a shadow tells: names and numbers, and what docs/shadow.md says.

use std::collections::BTreeSet;

use crate::moody::Mood;
use crate::shadow::Pair;
use crate::support::*;
use claimsmith::outcome::Reason;
use claimsmith::shadow::{Outcome, TokenTold, Told};
use serde_json::{Value, json};

/// Over the corpus and every pair of the policies that the promises try.
#[test]
fn no_value_is_told() {
    let texts = [
        claimsmith::policy::DEFAULT_POLICY,
        include_str!("../policies/everything.toml"),
        include_str!("../policies/optional.toml"),
        include_str!("../policies/tight.toml"),
        include_str!("../policies/kept.toml"),
    ];
    let mut differ = 0;
    for running in texts {
        for next in texts {
            let pair = Pair::of(running, next).mood(Mood::Answers, Mood::Answers);
            let pair = pair.mood(Mood::Slow(2), Mood::Slow(1));
            for (name, event) in readable_corpus() {
                let told = pair.told(&event);
                let names = |policy: &claimsmith::policy::Policy| {
                    let records = policy.records.iter().map(|rule| rule.name.clone());
                    let claims = policy.claims.iter().map(|rule| rule.name.clone());
                    records.chain(claims).collect::<Vec<_>>()
                };
                let mut known: BTreeSet<String> = BTreeSet::new();
                known.extend(names(&pair.running.policy));
                known.extend(names(&pair.next.policy));
                known.extend(Outcome::ALL.map(|it| it.as_str().to_owned()));
                known.extend(Reason::ALL.map(|it| it.as_str().to_owned()));
                known.extend(
                    [
                        "claims_omitted",
                        "aud",
                        "scope",
                        "cognito:groups",
                        "cognito:roles",
                        "cognito:preferred_role",
                    ]
                    .map(str::to_owned),
                );
                let in_policy = |word: &str| {
                    running.contains(&format!("\"{word}\""))
                        || next.contains(&format!("\"{word}\""))
                };
                for word in words(&told) {
                    assert!(known.contains(word) || in_policy(word), "{name}: {word} in {told}");
                }
                differ += usize::from(told["outcome"] == "differs");
            }
        }
    }
    assert!(differ > 100, "{differ}");
}

fn words(value: &Value) -> Vec<&str> {
    match value {
        Value::String(word) => vec![word],
        Value::Array(all) => all.iter().flat_map(words).collect(),
        Value::Object(all) => all.values().flat_map(words).collect(),
        _ => Vec::new(),
    }
}

/// The members of an object.
fn members(value: &Value) -> BTreeSet<String> {
    value.as_object().unwrap().keys().cloned().collect()
}

#[test]
fn the_guide_has_every_member_and_every_outcome() {
    let guide = include_str!("../../docs/shadow.md");
    let rows = |title: &str| -> BTreeSet<String> {
        let table = guide.split(&format!("\n| {title} |")).nth(1).unwrap();
        let table = table.split("\n\n").next().unwrap();
        let names = table.lines().skip(2).filter_map(|row| row.split(" | ").next());
        names.flat_map(|names| names.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
    };
    let names = || vec!["a".to_owned()];
    let token = || TokenTold {
        gained: names(),
        lost: names(),
        changed: names(),
        suppressed_otherwise: names(),
        unknown: names(),
        bytes_now: 1,
        bytes_next: Some(1),
    };
    let told = Told {
        outcome: Outcome::Differs,
        reason_now: Some(Reason::NoTenant),
        reason_next: Some(Reason::NoTenant),
        id_token: Some(token()),
        access_token: Some(token()),
        unknown_records: names(),
        store_faults: names(),
        own_reads: 1,
    };
    assert_eq!(rows("member"), members(&json!(told)));
    assert_eq!(rows("member of a token"), members(&json!(token())));
    assert_eq!(rows("outcome"), Outcome::ALL.map(|it| it.as_str().to_owned()).into());
    let limit = format!("at most {} items and queries", claimsmith::shadow::OWN_LIMIT);
    assert!(guide.contains(&limit), "{limit}");
}
