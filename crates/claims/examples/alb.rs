//! A handler behind an Application Load Balancer, where nobody has verified the token for Lambda.
//!
//! `cargo run --example alb` looks into the token of a recorded event. What is read so may choose a
//! key set or a log line, and never what the caller may do: for that, verify the token first and
//! then use `Claims::from_verified`.

use std::io::{Write, stdout};

use cognito_claims::dangerous::UnverifiedClaims;
use serde::Deserialize;

#[derive(Deserialize)]
struct Unverified {
    iss: String,
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let event = serde_json::from_str(include_str!("../tests/contexts/1/alb.json"))?;
    let unverified = UnverifiedClaims::from_alb(&event)?;
    let Unverified { iss } = unverified.read_unverified()?;
    writeln!(stdout(), "the token says that it comes from {iss}; its keys would tell")?;
    Ok(())
}
