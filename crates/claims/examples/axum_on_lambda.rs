//! An axum service on Lambda, behind API Gateway.
//!
//! `cargo run --example axum_on_lambda --features axum,tower,lambda-http` sends it one recorded
//! event. On Lambda the last two lines of `main` are `lambda_http::run(app).await`.

use std::io::{Write, stdout};

use axum::{Router, body, routing::get};
use cognito_claims::{Guard, OrgId, axum::Read, now, tower::GuardLayer};
use serde::Deserialize;
use tower::ServiceExt;

#[derive(Deserialize)]
struct OrderClaims {
    org_id: OrgId,
}

async fn orders(Read(claims): Read<OrderClaims>) -> String {
    format!("orders of {}\n", claims.org_id)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let guard = GuardLayer::new(Guard::access_token().any_scope(["orders/read"]), now);
    let app = Router::new().route("/items", get(orders)).layer(guard);

    let event = include_str!("../tests/contexts/1/http-api.json");
    let request = lambda_http::request::from_str(event)?.map(|_| body::Body::empty());
    let response = pollster::block_on(app.oneshot(request))?;
    let text = pollster::block_on(body::to_bytes(response.into_body(), 10_000))?;
    stdout().write_all(&text)?;
    Ok(())
}
