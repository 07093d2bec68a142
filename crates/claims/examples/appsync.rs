//! A Lambda resolver of an AppSync API with a Cognito user pool.
//!
//! `cargo run --example appsync` feeds it a recorded resolver context. With a Lambda authorizer in
//! place of the pool, `Claims::from_appsync_lambda` reads `identity.resolverContext` alike.

use std::io::{Write, stdout};

use cognito_claims::{Claims, Guard, Refusal};
use serde_json::{Value, json};

fn resolver(event: &Value) -> Result<Value, Refusal> {
    let claims = Claims::from_appsync(event)?;
    Guard::access_token()
        .tier_at_least("pro", ["free", "pro", "enterprise"])
        .feature("audit-log")
        .check(&claims, 0)?;
    Ok(json!({ "org": claims.org_id()?.as_str(), "groups": claims.groups()? }))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let event = serde_json::from_str(include_str!("../tests/contexts/1/appsync.json"))?;
    let answer = resolver(&event)?;
    writeln!(stdout(), "{answer:#}")?;
    Ok(())
}
