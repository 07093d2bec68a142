//! A handler behind a REST API with a Cognito user pool authorizer.
//!
//! `cargo run --example rest_cognito` feeds it a recorded event. This authorizer shows groups as
//! `a,b`: several groups can be read only after a promise about their names.

use std::io::{Write, stdout};

use cognito_claims::{Claims, Guard, Refusal};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Session {
    org_id: String,
    /// Seconds since 1970, although the event has `Sat Jan 30 05:49:05 UTC 2021`.
    exp: u64,
}

fn handler(event: &Value) -> Result<Value, Refusal> {
    let claims = Claims::from_rest_cognito(event)?
        // True for this pool: its policy forbids commas in group names.
        .assume_comma_free_groups();
    Guard::access_token().any_group(["editor", "admin"]).check(&claims, 0)?;
    let session: Session = claims.read()?;
    let body = json!({ "org": session.org_id, "until": session.exp });
    Ok(json!({ "statusCode": 200, "body": body.to_string() }))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let event = serde_json::from_str(include_str!("../tests/contexts/1/rest-cognito.json"))?;
    let answer = handler(&event).unwrap_or_else(|refusal| refusal.proxy_response());
    writeln!(stdout(), "{answer:#}")?;
    Ok(())
}
