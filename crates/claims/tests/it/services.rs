//! The axum extractors and the tower layer: who gets in, and what the others are told.

use axum::body::Body;
use axum::routing::get;
use axum::{Router, http};
use cognito_claims::{Claims, Guard, OrgId, axum::Read, tower::GuardLayer};
use http::{Request, StatusCode, header};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tower::ServiceExt;

#[derive(Deserialize)]
struct OrderClaims {
    org_id: OrgId,
}

fn app() -> Router {
    let guard = Guard::access_token().any_scope(["orders/read"]).issued_within(60);
    Router::new()
        .route("/guarded", get(|| async { "in" }).layer(GuardLayer::new(guard, || 1060)))
        .route(
            "/typed",
            get(|Read(claims): Read<OrderClaims>| async move { claims.org_id.to_string() }),
        )
        .route(
            "/claims",
            get(|claims: Claims<'static>| async move {
                claims.tier().map_or_else(|error| error.to_string(), |tier| tier.to_string())
            }),
        )
}

fn token(changes: Value) -> Map<String, Value> {
    let mut token = json!({
        "token_use": "access", "scope": "openid orders/read", "org_id": "acme",
        "org_tier": "pro", "iat": 1000,
    });
    for (name, value) in changes.as_object().unwrap() {
        token[name] = value.clone();
    }
    token.as_object().unwrap().clone()
}

/// Status, content type, challenge and body of the answer.
fn ask(
    path: &str,
    token: Option<Map<String, Value>>,
) -> (StatusCode, String, Option<String>, String) {
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    if let Some(token) = token {
        request.extensions_mut().insert(Claims::from_verified(&token).into_owned());
    }
    let response = pollster::block_on(app().oneshot(request)).unwrap();
    let text = |name: header::HeaderName| {
        response.headers().get(name).map(|value| value.to_str().unwrap().to_owned())
    };
    let (kind, challenge) = (text(header::CONTENT_TYPE), text(header::WWW_AUTHENTICATE));
    let status = response.status();
    let body = pollster::block_on(axum::body::to_bytes(response.into_body(), 10_000)).unwrap();
    (status, kind.unwrap_or_default(), challenge, String::from_utf8(body.to_vec()).unwrap())
}

#[test]
fn the_layer_lets_through_what_the_guard_allows() {
    let (status, _, _, body) = ask("/guarded", Some(token(json!({}))));
    assert_eq!((status, body.as_str()), (StatusCode::OK, "in"));
}

#[test]
fn the_layer_answers_the_others_with_a_problem() {
    let (status, kind, challenge, body) = ask("/guarded", Some(token(json!({ "scope": "x" }))));
    assert_eq!((status, kind.as_str()), (StatusCode::FORBIDDEN, "application/problem+json"));
    assert!(challenge.unwrap().contains(r#"error="insufficient_scope""#));
    let problem: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(problem["reason"], "scope");

    let (status, _, challenge, _) = ask("/guarded", Some(token(json!({ "iat": 999 }))));
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert!(challenge.unwrap().contains(r#"error="invalid_token""#));
}

#[test]
fn no_claims_are_401_everywhere() {
    for path in ["/guarded", "/typed", "/claims"] {
        let (status, _, challenge, _) = ask(path, None);
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(challenge.unwrap(), r#"Bearer realm="api""#);
    }
}

#[test]
fn extractors_read_the_claims() {
    let (status, _, _, body) = ask("/typed", Some(token(json!({}))));
    assert_eq!((status, body.as_str()), (StatusCode::OK, "acme"));
    let (status, _, _, body) = ask("/claims", Some(token(json!({}))));
    assert_eq!((status, body.as_str()), (StatusCode::OK, "pro"));
    let (status, _, challenge, body) = ask("/typed", Some(token(json!({ "org_id": null }))));
    assert_eq!((status, challenge), (StatusCode::FORBIDDEN, None));
    assert!(body.contains("unreadable"));
}

#[cfg(feature = "lambda-http")]
fn ask_through_lambda(app: Router, path: &str, file: &str) -> (StatusCode, String) {
    let event = crate::contexts::recorded(file);
    let (parts, _) = lambda_http::request::from_str(&event).unwrap().into_parts();
    let mut request = Request::get(path).body(Body::empty()).unwrap();
    *request.extensions_mut() = parts.extensions;
    let response = pollster::block_on(app.oneshot(request)).unwrap();
    let status = response.status();
    let body = pollster::block_on(axum::body::to_bytes(response.into_body(), 10_000)).unwrap();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

#[cfg(feature = "lambda-http")]
#[test]
fn a_layer_needs_the_promise_for_groups_behind_a_rest_api() {
    let layer = GuardLayer::new(Guard::access_token().any_group(["editor"]), || 0);
    let app = |layer| Router::new().route("/", get(|| async { "in" })).layer(layer);
    let (status, _) = ask_through_lambda(app(layer.clone()), "/", "rest-cognito.json");
    assert_eq!(status, StatusCode::FORBIDDEN);
    let promised = layer.assume_comma_free_groups();
    let (status, _) = ask_through_lambda(app(promised), "/", "rest-cognito.json");
    assert_eq!(status, StatusCode::OK);
}

#[cfg(feature = "lambda-http")]
#[test]
fn an_authorizers_own_claims_let_nobody_in() {
    let file = "http-api-lambda-authorizer-claims.json";
    for path in ["/guarded", "/typed", "/claims"] {
        let (status, body) = ask_through_lambda(app(), path, file);
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(body.contains("no_claims"), "{body}");
    }
}

#[cfg(feature = "lambda-http")]
#[test]
fn axum_on_lambda_reads_the_request_context() {
    let (status, body) = ask_through_lambda(app(), "/typed", "http-api.json");
    assert_eq!((status, body.as_str()), (StatusCode::OK, "acme-corp"));
}
