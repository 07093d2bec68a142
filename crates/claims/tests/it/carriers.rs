//! Carriers that are told apart: who has left claims there, and who has not.

use std::fs;

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use cognito_claims::{Claims, Door, ReadErrorKind, lambda_events};
use serde_json::{Value, json};

use crate::contexts::recorded;

type Answer = Result<Door, ReadErrorKind>;

fn carrier(file: &str) -> Value {
    serde_json::from_str(&recorded(file)).unwrap()
}

fn answer(claims: Result<Claims<'_>, cognito_claims::ReadError>) -> Answer {
    claims.map(|claims| claims.door()).map_err(|error| error.kind())
}

/// What the types of `aws_lambda_events` show of the same event, by the type of its gateway.
fn adapted(event: &Value) -> Option<Answer> {
    let authorizer = if event["version"] == "2.0" {
        let request: ApiGatewayV2httpRequest = serde_json::from_value(event.clone()).ok()?;
        request.request_context.authorizer
    } else {
        let request: ApiGatewayProxyRequest = serde_json::from_value(event.clone()).ok()?;
        Some(request.request_context.authorizer)
    };
    Some(answer(lambda_events::claims(authorizer.as_ref())))
}

#[test]
fn a_door_is_found_where_somebody_has_checked_a_token() {
    let no_claims = Err(ReadErrorKind::NoClaims);
    for (file, expected) in [
        ("http-api-payload-1.0-no-authorizer.json", no_claims),
        ("http-api-payload-1.0-lambda-authorizer.json", Ok(Door::LambdaAuthorizer)),
        ("http-api-lambda-null.json", no_claims),
        ("http-api-authorizer-empty.json", no_claims),
        ("http-api-jwt-and-lambda.json", Err(ReadErrorKind::AmbiguousDoor)),
        ("rest-lambda-authorizer-other.json", no_claims),
        ("rest-cognito-federated.json", Ok(Door::RestCognito)),
        ("rest-cognito-without-token-ids.json", Ok(Door::RestCognito)),
        ("rest-jwt-exchanged.json", Ok(Door::RestJwt)),
        ("appsync-batch.json", no_claims),
    ] {
        assert_eq!(answer(Claims::from_event(&carrier(file))), expected, "{file}");
    }
}

#[test]
fn the_adapter_finds_the_same_door_for_every_carrier() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contexts/1");
    let mut compared = 0;
    for file in fs::read_dir(folder).unwrap() {
        let file = file.unwrap().file_name().into_string().unwrap();
        let event = carrier(&file);
        let in_a_gateway = event.get("requestContext").is_some_and(|it| it.get("elb").is_none());
        let Some(adapted) = adapted(&event).filter(|_| in_a_gateway) else { continue };
        let found = answer(Claims::from_event(&event));
        compared += 1;
        // The types have no payload version, without which format 1.0 is not certain.
        let expected = match (event["version"].as_str(), found) {
            (Some("1.0"), Ok(Door::HttpApi)) => Err(ReadErrorKind::AmbiguousDoor),
            _ => found,
        };
        assert_eq!(adapted, expected, "{file}");
    }
    assert!(compared >= 15, "{compared}");
}

#[test]
fn whoever_asks_for_a_context_gets_it_unless_it_holds_nothing() {
    let other = carrier("rest-lambda-authorizer-other.json");
    let claims = Claims::from_lambda_authorizer(&other).unwrap();
    assert_eq!(claims.org_id().unwrap(), "globex");
    for file in ["http-api-payload-1.0-no-authorizer.json", "http-api-lambda-null.json"] {
        let event = carrier(file);
        let asked = answer(Claims::from_lambda_authorizer(&event));
        assert_eq!(asked, Err(ReadErrorKind::NoClaims), "{file}");
    }
    let beside_nulls = carrier("http-api-payload-1.0-lambda-authorizer.json");
    let claims = Claims::from_lambda_authorizer(&beside_nulls).unwrap();
    assert_eq!(claims.org_id().unwrap(), "acme-corp");
}

#[test]
fn a_resolver_context_of_something_else_is_no_claims() {
    let event = json!({ "identity": { "resolverContext": { "org_id": "globex" } } });
    assert_eq!(answer(Claims::from_event(&event)), Err(ReadErrorKind::NoClaims));
    assert_eq!(answer(Claims::from_appsync_lambda(&event)), Ok(Door::AppSyncLambda));
}

#[test]
fn a_batch_is_read_element_by_element() {
    let batch = carrier("appsync-batch.json");
    let error = Claims::from_appsync(&batch).unwrap_err();
    assert!(error.to_string().contains("each element of the array"), "{error}");
    for invocation in batch.as_array().unwrap() {
        assert_eq!(Claims::from_appsync(invocation).unwrap().org_id().unwrap(), "acme-corp");
    }
}
