//! Both ends of a Lambda authorizer's context, for REST, HTTP and WebSocket APIs.
//!
//! `cargo run --example lambda_authorizer` writes claims into a context and reads them back. The
//! authorizer must have verified the token before it writes them.

use std::io::{Write, stdout};

use cognito_claims::{Claims, ReadError, context};
use serde_json::{Map, Value, json};

/// In the authorizer: the claims that handlers need, and no more, because a result has 8 KB.
fn policy_with_context(verified: &Map<String, Value>) -> Value {
    let wanted = ["sub", "token_use", "org_id", "org_tier", "feature_flags", "permissions"];
    let claims = verified.iter().filter(|(name, _)| wanted.contains(&name.as_str()));
    let claims = claims.map(|(name, value)| (name.clone(), value.clone())).collect();
    json!({ "principalId": "user", "policyDocument": {}, "context": context::encode(&claims) })
}

/// In the handler.
fn handler(event: &Value) -> Result<String, ReadError> {
    let claims = Claims::from_lambda_authorizer(event)?;
    let permissions: Vec<String> = claims.claim("permissions")?;
    Ok(format!("{} may {}", claims.org_id()?, permissions.join(" and ")))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let verified: Value = serde_json::from_str(include_str!("../tests/contexts/1/token.json"))?;
    let answer = policy_with_context(verified.as_object().ok_or("no object")?);
    writeln!(stdout(), "{answer:#}")?;
    // What a REST API makes of it; an HTTP API has it at `requestContext.authorizer.lambda`.
    let event = json!({ "requestContext": { "authorizer": answer.get("context") } });
    writeln!(stdout(), "{}", handler(&event)?)?;
    Ok(())
}
