//! The claims of a token that the application has verified itself, such as at a function URL.
//!
//! `cargo run --example verified_token` reads a recorded payload. `Claims::from_verified` checks
//! nothing: signature, issuer, client, use and times must have been checked before.

use std::io::{Write, stdout};

use cognito_claims::bits::Catalogue;
use cognito_claims::{Claims, Feature, Features};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut payload: Value = serde_json::from_str(include_str!("../tests/contexts/1/token.json"))?;
    let payload = payload.as_object_mut().ok_or("no object")?;

    // A pool with many flags writes them as bits of a catalogue that readers know.
    let catalogue = Catalogue::new(vec!["audit".into(), "beta".into(), "export".into()])?;
    payload.insert("feature_flags".to_owned(), json!("1.3.71cff566.5"));

    let claims = Claims::from_verified(payload);
    let features: Features = claims.features_in(&catalogue)?;
    for name in ["export", "beta", "never-heard-of"] {
        let answer = match features.feature(name) {
            Feature::On => "on",
            Feature::Off => "off",
            Feature::Unknown => "unknown",
        };
        writeln!(stdout(), "{name}: {answer}")?;
    }
    Ok(())
}
