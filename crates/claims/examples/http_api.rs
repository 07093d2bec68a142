//! A handler behind an HTTP API with a JWT authorizer.
//!
//! `cargo run --example http_api` feeds it a recorded event. On Lambda, give it the event as a
//! `serde_json::Value`, and let nobody but the API invoke the function.

use std::io::{Write, stdout};

use cognito_claims::{Claims, Features, Guard, Refusal, Tier, now};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct OrderClaims {
    org_id: String,
    org_tier: Tier,
    feature_flags: Features,
    permissions: Vec<String>,
}

fn handler(event: &Value, now: u64) -> Result<Value, Refusal> {
    let claims = Claims::from_http_api(event)?;
    Guard::access_token()
        .client(["1example23456789"])
        .any_scope(["orders/read"])
        .check(&claims, now)?;
    let claims: OrderClaims = claims.read()?;
    let body = json!({
        "org": claims.org_id,
        "tier": claims.org_tier.as_str(),
        "may_export": claims.feature_flags.feature("export").is_on(),
        "permissions": claims.permissions,
    });
    Ok(json!({ "statusCode": 200, "body": body.to_string() }))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let event = serde_json::from_str(include_str!("../tests/contexts/1/http-api.json"))?;
    let answer = handler(&event, now()).unwrap_or_else(|refusal| refusal.proxy_response());
    writeln!(stdout(), "{answer:#}")?;
    Ok(())
}
