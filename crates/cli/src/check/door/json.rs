//! A policy in front of a door, as JSON.

use clap::ValueEnum;
use serde_json::{Value, json};

use super::AtDoor;

/// The object.
pub fn object(at: &AtDoor<'_>) -> Value {
    let claims = at.claims.iter().map(|claim| {
        json!({
            "claim": claim.name,
            "written": claim.written.as_str(),
            "test": claim.seen.test.as_str(),
            "format": claim.seen.format,
            "because": claim.seen.because,
            "documented": claim.seen.documented,
        })
    });
    let fragment = at
        .fragment
        .as_ref()
        .map(|fragment| json!({ "language": fragment.language.as_str(), "text": fragment.text }));
    json!({
        "name": at.door.to_possible_value().map(|value| value.get_name().to_owned()),
        "token": at.token.map(|token| token.as_str()),
        "claims": claims.collect::<Value>(),
        "traps": at.traps,
        "fragment": fragment,
    })
}
