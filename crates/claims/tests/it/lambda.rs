//! The adapters for `aws_lambda_events` and `lambda_http` read the recorded carriers.

use crate::contexts::recorded;
use aws_lambda_events::apigw::{
    ApiGatewayProxyRequest, ApiGatewayProxyRequestContext, ApiGatewayV2httpRequest,
    ApiGatewayV2httpRequestContext, ApiGatewayWebsocketProxyRequest,
};
use cognito_claims::lambda_events::{self, Authorized};
use cognito_claims::{Claims, Door, ReadErrorKind};
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
    check(&lambda_events::claims(&http.request_context).unwrap(), Door::HttpApi);

    let lambda: ApiGatewayV2httpRequest = event("http-api-lambda-authorizer.json");
    check(&lambda_events::claims(&lambda.request_context).unwrap(), Door::LambdaAuthorizer);

    for (file, door) in [
        ("rest-cognito.json", Door::RestCognito),
        ("rest-jwt.json", Door::RestJwt),
        ("rest-lambda-authorizer.json", Door::LambdaAuthorizer),
    ] {
        let rest: ApiGatewayProxyRequest = event(file);
        check(&lambda_events::claims(&rest.request_context).unwrap(), door);
    }

    let socket: ApiGatewayWebsocketProxyRequest = event("websocket.json");
    let claims = lambda_events::claims(&socket.request_context).unwrap();
    check(&claims, Door::LambdaAuthorizer);
}

#[test]
fn payload_format_1_0_must_be_named() {
    let http: ApiGatewayProxyRequest = event("http-api-payload-1.0.json");
    let context = &http.request_context;
    let error = lambda_events::claims(context).unwrap_err();
    assert_eq!(error.kind(), ReadErrorKind::AmbiguousDoor);
    check(&lambda_events::claims_through(context, Door::HttpApi).unwrap(), Door::HttpApi);
}

#[test]
fn no_authorizer_is_no_claims() {
    let http = ApiGatewayV2httpRequestContext::default();
    let rest = ApiGatewayProxyRequestContext::default();
    for context in [Authorized::from(&http), Authorized::from(&rest)] {
        let error = lambda_events::claims(context).unwrap_err();
        assert_eq!(error.kind(), ReadErrorKind::NoClaims);
        for door in [Door::HttpApi, Door::RestJwt, Door::LambdaAuthorizer, Door::AppSync] {
            let error = lambda_events::claims_through(context, door).unwrap_err();
            assert_eq!((error.kind(), error.door()), (ReadErrorKind::NoClaims, Some(door)));
        }
    }
}

#[test]
fn nothing_of_a_context_is_in_debug_texts() {
    let http: ApiGatewayV2httpRequest = event("http-api.json");
    let rest: ApiGatewayProxyRequest = event("rest-jwt.json");
    let contexts = [Authorized::from(&http.request_context), (&rest.request_context).into()];
    assert_eq!(contexts.map(|context| format!("{context:?}")), ["Authorized { .. }"; 2]);
}

#[cfg(feature = "lambda-http")]
mod lambda_http {
    use super::*;
    use ::lambda_http::{Body, Response};
    use cognito_claims::lambda_http::{claims, claims_through};
    use cognito_claims::{Guard, now};

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
        let error = claims_through(&request, Door::RestJwt).unwrap_err();
        assert_eq!(error.kind(), ReadErrorKind::NoClaims);
    }

    #[test]
    fn a_refusal_is_the_response_that_its_parts_say() {
        let request = request("http-api.json");
        let claims = claims(&request).unwrap();
        let guard = Guard::access_token().any_scope(["nobody/has-it"]);
        let refusal = guard.check(&claims, now()).unwrap_err();
        let response = Response::<Body>::from(refusal.clone());
        assert_eq!(response.status().as_u16(), refusal.status());
        assert_eq!(response.headers()["content-type"], "application/problem+json");
        assert_eq!(response.headers()["www-authenticate"], refusal.www_authenticate().unwrap());
        let document: serde_json::Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(document, refusal.problem());
    }

    #[test]
    fn an_authorizers_own_claims_are_not_a_tokens() {
        let request = request("http-api-lambda-authorizer-claims.json");
        assert_eq!(claims(&request).unwrap_err().kind(), ReadErrorKind::NoClaims);
        for door in [Door::HttpApi, Door::RestCognito, Door::RestJwt] {
            let error = claims_through(&request, door).unwrap_err();
            assert_eq!(error.kind(), ReadErrorKind::NoClaims, "{door}");
        }
    }

    #[test]
    fn an_emulators_typed_claim_fails_before_the_handler_and_reads_from_raw_json() {
        let mut event: serde_json::Value = event("http-api.json");
        event["requestContext"]["authorizer"]["jwt"]["claims"]["iat"] = 1_611_982_145.into();
        assert!(::lambda_http::request::from_str(&event.to_string()).is_err());
        check(&Claims::from_event(&event).unwrap(), Door::HttpApi);
    }
}
