//! What to expect of a claim, by each thing that decides about it.

use std::fs;

use super::{contract_of, written};
use crate::command::root;
use serde_json::Value;

/// Its claims say in their comments what to expect.
pub const POLICY: &str = "crates/cli/tests/contract/presence.toml";

/// `id always, access optional`.
fn told(claim: &Value) -> String {
    let tokens = claim["tokens"].as_object().unwrap();
    let words = ["id", "access"]
        .into_iter()
        .filter_map(|token| Some(format!("{token} {}", tokens.get(token)?.as_str().unwrap())));
    words.collect::<Vec<_>>().join(", ")
}

#[test]
fn each_claim_is_expected_as_its_comment_says() {
    let contract = contract_of(POLICY);
    let claims = contract["claims"].as_array().unwrap();
    let wrong = claims.iter().filter(|claim| claim["description"] != told(claim));
    let wrong: Vec<String> =
        wrong.map(|claim| format!("{}: {}", claim["name"], told(claim))).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(claims.len() >= 18, "{}", claims.len());
}

/// What the pool's events can carry, and whether machines have tokens at all.
#[test]
fn the_version_of_the_events_decides_too() {
    let folder = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(root().join(POLICY)).unwrap();
    let groups = |version: &str| {
        let said = text.replace("[pool]", &format!("[pool]\nevent_version = \"{version}\""));
        let contract = contract_of(&written(folder.path(), "claims.toml", &said));
        let claims = contract["claims"].as_array().unwrap();
        told(claims.iter().find(|claim| claim["name"] == "groups").unwrap())
    };
    assert_eq!(groups("V2_0"), "id unless_omitted, access unless_omitted");
    assert_eq!(groups("V3_0"), "id unless_omitted, access optional");
    let text = "version = 1\n[pool]\nevent_version = \"V1_0\"\n[claims.region]\nvalue = \"eu\"\n";
    let contract = contract_of(&written(folder.path(), "one.toml", text));
    assert_eq!(told(&contract["claims"][0]), "id unless_omitted");
}
