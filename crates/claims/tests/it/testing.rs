//! The events that `testing` builds are the events that the doors send.

use cognito_claims::dangerous::UnverifiedClaims;
use cognito_claims::testing::{CLIENT_ID, ISSUED_AT, Token};
use cognito_claims::{Claims, Door, Identity};

#[test]
fn every_event_is_found_by_its_structure_and_reads_alike() {
    let token = Token::access().claim("org_id", "acme").claim("cognito:groups", ["admin"]);
    let events = [
        (token.http_api(), Door::HttpApi),
        (token.http_api_1_0(), Door::HttpApi),
        (token.rest_cognito(), Door::RestCognito),
        (token.rest_jwt(), Door::RestJwt),
        (token.rest_lambda_authorizer(), Door::LambdaAuthorizer),
        (token.http_lambda_authorizer(), Door::LambdaAuthorizer),
        (token.websocket(), Door::LambdaAuthorizer),
        (token.appsync(), Door::AppSync),
        (token.appsync_lambda(), Door::AppSyncLambda),
    ];
    for (event, door) in events {
        let claims = Claims::from_event(&event).unwrap();
        assert_eq!(claims.door(), door);
        assert_eq!(claims.org_id().unwrap(), "acme");
        assert_eq!(claims.groups().unwrap(), ["admin"]);
        assert_eq!(claims.issued_at().unwrap(), ISSUED_AT);
        assert_eq!(claims.client_id().unwrap(), CLIENT_ID);
    }
}

#[test]
fn an_unsigned_token_decodes_and_is_not_verified() {
    let token = Token::access().claim("org_id", "Zürich");
    for unverified in [
        UnverifiedClaims::decode(&format!("Bearer {}", token.unsigned())).unwrap(),
        UnverifiedClaims::from_alb(&token.alb()).unwrap(),
    ] {
        let all: serde_json::Map<_, _> = unverified.read_unverified().unwrap();
        assert_eq!(&all, token.payload());
    }
}

#[test]
fn there_are_tokens_of_users_and_of_clients() {
    let identity = |token: &Token| Claims::from_verified(token.payload()).identity().unwrap();
    assert!(matches!(identity(&Token::access()), Identity::User { .. }));
    assert!(matches!(identity(&Token::id()), Identity::User { .. }));
    let client = identity(&Token::client());
    assert_eq!(client, Identity::Client { client_id: CLIENT_ID.to_owned() });
}

#[cfg(feature = "lambda-http")]
#[test]
fn lambda_http_takes_the_events_of_the_gateways() {
    let token = Token::access().claim("org_id", "acme");
    for event in [
        token.http_api(),
        token.rest_cognito(),
        token.rest_jwt(),
        token.rest_lambda_authorizer(),
        token.http_lambda_authorizer(),
        token.websocket(),
    ] {
        let request = lambda_http::request::from_str(&event.to_string()).unwrap();
        let claims = cognito_claims::lambda_http::claims(&request).unwrap();
        assert_eq!(claims.org_id().unwrap(), "acme");
    }
}
