//! A handler behind a REST API with a JWT authorizer: claims keep their JSON types.
//!
//! `cargo run --example rest_jwt` feeds it a recorded event. Organisation and path must agree.

use std::io::{Write, stdout};

use cognito_claims::{Claims, Guard, Identity, Refusal};
use serde_json::{Value, json};

fn handler(event: &Value) -> Result<Value, Refusal> {
    let claims = Claims::from_rest_jwt(event)?;
    let org_in_path = event.pointer("/pathParameters/org").and_then(Value::as_str);
    Guard::access_token().org(org_in_path.unwrap_or_default()).check(&claims, 0)?;
    let caller = match claims.identity()? {
        Identity::User { username, .. } => username,
        Identity::Client { client_id } => client_id,
    };
    let body = json!({ "org": claims.org_id()?.as_str(), "caller": caller });
    Ok(json!({ "statusCode": 200, "body": body.to_string() }))
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut event: Value = serde_json::from_str(include_str!("../tests/contexts/1/rest-jwt.json"))?;
    for org in ["acme-corp", "globex"] {
        if let Some(event) = event.as_object_mut() {
            event.insert("pathParameters".to_owned(), json!({ "org": org }));
        }
        let answer = handler(&event).unwrap_or_else(|refusal| refusal.proxy_response());
        writeln!(stdout(), "{answer:#}")?;
    }
    Ok(())
}
