//! The adapters for `aws_lambda_events` and `lambda_http` read the recorded carriers.

use crate::contexts::recorded;
use aws_lambda_events::apigw::{
    ApiGatewayProxyRequest, ApiGatewayRequestAuthorizer, ApiGatewayV2httpRequest,
    ApiGatewayWebsocketProxyRequest,
};
use cognito_claims::{Claims, Door, ReadErrorKind, lambda_events};
use serde::de::DeserializeOwned;

fn event<T: DeserializeOwned>(file: &str) -> T {
    serde_json::from_str(&recorded(file)).unwrap()
}

fn check(claims: &Claims<'_>, door: Door) {
    assert_eq!(claims.door(), door);
    assert_eq!(claims.org_id().unwrap(), "acme-corp");
    assert_eq!(claims.issued_at().unwrap(), 1_611_982_145);
    let permissions: Vec<String> = claims.claim("permissions").unwrap();
    assert_eq!(permissions, ["orders:read", "orders:write"]);
}

#[test]
fn request_contexts_hold_claims() {
    let http: ApiGatewayV2httpRequest = event("http-api.json");
    let authorizer = http.request_context.authorizer.as_ref();
    check(&lambda_events::claims(authorizer).unwrap(), Door::HttpApi);

    let lambda: ApiGatewayV2httpRequest = event("http-api-lambda-authorizer.json");
    let authorizer = lambda.request_context.authorizer.as_ref();
    check(&lambda_events::claims(authorizer).unwrap(), Door::LambdaAuthorizer);

    for (file, door) in [
        ("rest-cognito.json", Door::RestCognito),
        ("rest-jwt.json", Door::RestJwt),
        ("rest-lambda-authorizer.json", Door::LambdaAuthorizer),
    ] {
        let rest: ApiGatewayProxyRequest = event(file);
        check(&lambda_events::claims(&rest.request_context.authorizer).unwrap(), door);
    }

    let socket: ApiGatewayWebsocketProxyRequest = event("websocket.json");
    let claims = lambda_events::claims(&socket.request_context.authorizer).unwrap();
    check(&claims, Door::LambdaAuthorizer);
}

#[test]
fn payload_format_1_0_must_be_named() {
    let http: ApiGatewayProxyRequest = event("http-api-payload-1.0.json");
    let authorizer = &http.request_context.authorizer;
    let error = lambda_events::claims(authorizer).unwrap_err();
    assert_eq!(error.kind(), ReadErrorKind::AmbiguousDoor);
    check(&lambda_events::claims_through(authorizer, Door::HttpApi).unwrap(), Door::HttpApi);
}

#[test]
fn no_authorizer_is_no_claims() {
    let error = lambda_events::claims(None).unwrap_err();
    assert_eq!(error.kind(), ReadErrorKind::NoClaims);
    let none = ApiGatewayRequestAuthorizer::default();
    let error = lambda_events::claims(&none).unwrap_err();
    assert_eq!(error.kind(), ReadErrorKind::NoClaims);
    assert!(lambda_events::claims_through(&none, Door::AppSync).is_err());
}

#[cfg(feature = "lambda-http")]
mod lambda_http {
    use super::*;
    use cognito_claims::lambda_http::{claims, claims_through};

    fn request(file: &str) -> ::lambda_http::Request {
        ::lambda_http::request::from_str(&recorded(file)).unwrap()
    }

    #[test]
    fn requests_hold_claims() {
        for (file, door) in [
            ("http-api.json", Door::HttpApi),
            ("http-api-lambda-authorizer.json", Door::LambdaAuthorizer),
            ("rest-cognito.json", Door::RestCognito),
            ("rest-jwt.json", Door::RestJwt),
            ("rest-lambda-authorizer.json", Door::LambdaAuthorizer),
            ("websocket.json", Door::LambdaAuthorizer),
        ] {
            check(&claims(&request(file)).unwrap(), door);
        }
        let request = request("http-api-payload-1.0.json");
        check(&claims_through(&request, Door::HttpApi).unwrap(), Door::HttpApi);
    }

    #[test]
    fn a_request_from_elsewhere_has_no_claims() {
        let request = ::lambda_http::Request::default();
        assert_eq!(claims(&request).unwrap_err().kind(), ReadErrorKind::NoClaims);
    }

    #[test]
    fn an_emulators_typed_claim_fails_before_the_handler_and_reads_from_raw_json() {
        let mut event: serde_json::Value = event("http-api.json");
        event["requestContext"]["authorizer"]["jwt"]["claims"]["iat"] = 1_611_982_145.into();
        assert!(::lambda_http::request::from_str(&event.to_string()).is_err());
        check(&Claims::from_event(&event).unwrap(), Door::HttpApi);
    }
}
