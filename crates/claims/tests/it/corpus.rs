//! Tokens of the corpus by name, and the pool that they are for; `tokens.rs` checks every answer.

use std::sync::LazyLock;

use cognito_claims::UserPool;
use serde_json::Value;

/// When the tokens were made.
pub const NOW: u64 = 1_900_000_100;

pub const CLIENT: &str = "1example23456789";

pub static CORPUS: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../tokens/corpus.json")).unwrap());

pub fn token(name: &str) -> &'static str {
    let mut cases = CORPUS["cases"].as_array().unwrap().iter();
    cases.find(|case| case["name"] == name).unwrap()["token"].as_str().unwrap()
}

/// The first pool of the corpus.
pub fn pool() -> UserPool {
    UserPool::new("eu-west-1_EXAMPLE").unwrap().clients([CLIENT])
}
