//! A Lambda function that answers what it reads of the caller's claims, behind every front door:
//! REST, HTTP and WebSocket APIs, and as the resolver of an AppSync API.
//!
//! `tests/stack/run` puts it behind the authorizer. Built with the feature `lambda-http`; outside
//! Lambda there is nobody to ask it.

use cognito_claims::{Claims, Identity, ReadError, lambda_http::claims};
use lambda_http::lambda_runtime::{self, Error, LambdaEvent, service_fn};
use serde_json::{Value, json};

/// Flags and scopes come sorted, groups in the token's order.
fn echo(claims: &Claims<'_>) -> Result<Value, ReadError> {
    let (kind, id) = match claims.identity()? {
        Identity::User { sub, .. } => ("user", sub),
        Identity::Client { client_id } => ("client", client_id),
    };
    Ok(json!({
        "kind": kind,
        "id": id,
        "exp": claims.claim::<u64>("exp")?,
        "org_id": claims.org_id()?.as_str(),
        "org_tier": claims.tier()?.as_str(),
        "feature_flags": claims.features()?.on().collect::<Vec<_>>(),
        "groups": claims.groups()?,
        "scopes": claims.scopes()?,
    }))
}

async fn handler(event: LambdaEvent<Value>) -> Result<Value, Error> {
    let event = event.payload;
    // AppSync asks a resolver, not an HTTP server.
    if event.get("identity").is_some() {
        return Ok(echo(&Claims::from_event(&event)?)?);
    }
    let request = lambda_http::request::from_str(&event.to_string())?;
    let body = echo(&claims(&request)?)?;
    Ok(json!({
        "statusCode": 200,
        "headers": { "content-type": "application/json" },
        "body": body.to_string(),
    }))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    lambda_runtime::run(service_fn(handler)).await
}
