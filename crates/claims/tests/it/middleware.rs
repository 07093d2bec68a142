//! The layer that verifies the token of each request, before guards and extractors.

use std::sync::Arc;

use crate::corpus::{CORPUS, NOW, pool, token};
use axum::body::{Body, to_bytes};
use axum::routing::get;
use axum::{Router, http};
use cognito_claims::jwks::{FetchError, OnlineVerifier, Transport};
use cognito_claims::jwt::Verifier;
use cognito_claims::tower::{GuardLayer, VerifyLayer};
use cognito_claims::{Claims, Guard};
use http::{HeaderValue, Request, StatusCode, header};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A key server that is there or isn't.
struct Keys(bool);

impl Transport for Keys {
    async fn fetch(&self, _: &http::Uri, _: usize) -> Result<Vec<u8>, FetchError> {
        let keys = json!({ "keys": CORPUS["pools"][0]["keys"] });
        if self.0 { Ok(keys.to_string().into_bytes()) } else { Err(FetchError) }
    }
}

fn app(keys: Keys) -> Router {
    let verifier = OnlineVerifier::new(Verifier::access_token().pool(pool()), keys).unwrap();
    let guarded = GuardLayer::new(Guard::access_token().all_scopes(["orders/write"]), || NOW);
    Router::new()
        .route("/write", get(|| async { "written" }).layer(guarded))
        .route(
            "/",
            get(|claims: Claims<'static>| async move { claims.org_id().unwrap().to_string() }),
        )
        .layer(VerifyLayer::new(Arc::new(verifier), || NOW))
}

/// Status, challenge and body of the answer.
fn ask(app: Router, path: &str, authorization: &[&str]) -> (StatusCode, Option<String>, String) {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    // What was in the extensions before counts for nothing.
    let forged = json!({ "org_id": "forged", "token_use": "access", "scope": "orders/write" });
    let forged = Claims::from_verified(forged.as_object().unwrap()).into_owned();
    request.extensions_mut().insert(forged);
    for value in authorization {
        let value = HeaderValue::from_bytes(value.as_bytes()).unwrap();
        request.headers_mut().append(header::AUTHORIZATION, value);
    }
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let response = app.oneshot(request).await.unwrap();
        let challenge = response.headers().get(header::WWW_AUTHENTICATE);
        let challenge = challenge.map(|value| value.to_str().unwrap().to_owned());
        let status = response.status();
        let body = to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, challenge, String::from_utf8(body.to_vec()).unwrap())
    })
}

#[test]
fn a_good_token_gets_in_with_its_claims() {
    let token = token("good: access token");
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let (status, _, body) = ask(app(Keys(true)), "/", &[&format!("{scheme} {token}")]);
        assert_eq!((status, &*body), (StatusCode::OK, "acme"));
    }
}

#[test]
fn everybody_else_stays_out() {
    let good = format!("Bearer {}", token("good: access token"));
    let id = format!("Bearer {}", token("good: ID token"));
    let expired = format!("Bearer {}", token("time: expired by a second"));
    let foreign = format!("Bearer {}", token("claim: iss another pool"));
    let (bare, basic) = (token("good: access token"), good.replace("Bearer", "Basic"));
    let two = format!("{good},{good}");
    for (authorization, reason) in [
        (vec![], "no_claims"),
        (vec![""], "no_claims"),
        (vec!["Bearer"], "no_claims"),
        (vec![bare], "no_claims"),
        (vec![&*basic], "no_claims"),
        (vec![&*good, &*good], "no_claims"),
        (vec!["Bearer ", &*good], "no_claims"),
        (vec!["Bearer "], "invalid_token"),
        (vec!["Bearer null"], "invalid_token"),
        (vec![&*two], "invalid_token"),
        (vec!["Bearer é"], "no_claims"),
        (vec![&*foreign], "invalid_token"),
        (vec![&*expired], "expired"),
        (vec![&*id], "token_use"),
    ] {
        let (status, challenge, body) = ask(app(Keys(true)), "/", &authorization);
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{reason}");
        let body: Value = serde_json::from_str(&body).unwrap();
        assert_eq!(body["reason"], reason);
        assert_eq!(challenge.unwrap().contains("invalid_token"), reason != "no_claims");
    }
}

#[test]
fn guards_come_after() {
    let good = format!("Bearer {}", token("good: access token"));
    let (status, challenge, _) = ask(app(Keys(true)), "/write", &[&good]);
    assert_eq!(status, StatusCode::FORBIDDEN);
    assert!(challenge.unwrap().contains("insufficient_scope"));
}

#[test]
fn without_keys_nobody_can_tell() {
    let good = format!("Bearer {}", token("good: access token"));
    let (status, challenge, body) = ask(app(Keys(false)), "/", &[&good]);
    assert_eq!((status, challenge), (StatusCode::SERVICE_UNAVAILABLE, None));
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&body["title"], &body["reason"]),
        (&"Service Unavailable".into(), &"keys_unavailable".into())
    );
}
