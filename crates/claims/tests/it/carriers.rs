//! Carriers that are told apart: who has left claims there, and who has not.

use std::fs;

use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
use cognito_claims::lambda_events::{self, Authorized};
use cognito_claims::{Claims, Door, ReadError, ReadErrorKind};
use serde_json::{Map, Value, json};

use crate::contexts::recorded;
use crate::flatten;

type Answer = Result<Door, ReadErrorKind>;

const GATEWAY_DOORS: [Door; 4] =
    [Door::HttpApi, Door::RestCognito, Door::RestJwt, Door::LambdaAuthorizer];

fn carrier(file: &str) -> Value {
    serde_json::from_str(&recorded(file)).unwrap()
}

fn answer(claims: Result<Claims<'_>, ReadError>) -> Answer {
    claims.map(|claims| claims.door()).map_err(|error| error.kind())
}

/// What the types of `aws_lambda_events` show of the same event, by the type of its gateway.
fn adapted<T>(event: &Value, look: impl FnOnce(Authorized<'_>) -> T) -> Option<T> {
    if event["version"] == "2.0" {
        let request: ApiGatewayV2httpRequest = serde_json::from_value(event.clone()).ok()?;
        return Some(look((&request.request_context).into()));
    }
    let request: ApiGatewayProxyRequest = serde_json::from_value(event.clone()).ok()?;
    Some(look((&request.request_context).into()))
}

/// All that the claims say, and through which door.
fn said(claims: Result<Claims<'_>, ReadError>) -> Result<(Door, Value), ReadErrorKind> {
    claims.map(|claims| (claims.door(), claims.read().unwrap())).map_err(|error| error.kind())
}

fn opened(event: &Value, door: Door) -> Result<Claims<'_>, ReadError> {
    match door {
        Door::HttpApi => Claims::from_http_api(event),
        Door::RestCognito => Claims::from_rest_cognito(event),
        Door::RestJwt => Claims::from_rest_jwt(event),
        _ => Claims::from_lambda_authorizer(event),
    }
}

/// The recorded events of API Gateway, as far as the types can show them.
fn at_a_gateway() -> Vec<(String, Value)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/contexts/1");
    let files = fs::read_dir(folder).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut events: Vec<_> = names.map(|file| (file.clone(), carrier(&file))).collect();
    events.retain(|(_, event)| {
        let gateway = event.get("requestContext").is_some_and(|it| it.get("elb").is_none());
        gateway && adapted(event, |_| ()).is_some()
    });
    assert!(events.len() >= 16, "{}", events.len());
    events
}

#[test]
fn a_door_is_found_where_somebody_has_checked_a_token() {
    let no_claims = Err(ReadErrorKind::NoClaims);
    for (file, expected) in [
        ("http-api-payload-1.0-no-authorizer.json", no_claims),
        ("http-api-payload-1.0-lambda-authorizer.json", Ok(Door::LambdaAuthorizer)),
        ("http-api-lambda-null.json", no_claims),
        ("http-api-lambda-authorizer-claims.json", no_claims),
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
    for (file, event) in at_a_gateway() {
        let found = answer(Claims::from_event(&event));
        // The types have no payload version, without which format 1.0 is not certain.
        let expected = match (event["version"].as_str(), found) {
            (Some("1.0"), Ok(Door::HttpApi)) => Err(ReadErrorKind::AmbiguousDoor),
            _ => found,
        };
        let adapted = adapted(&event, |context| answer(lambda_events::claims(context)));
        assert_eq!(adapted, Some(expected), "{file}");
    }
}

#[test]
fn the_adapter_opens_every_door_as_the_constructors_do() {
    for (file, event) in at_a_gateway() {
        for door in GATEWAY_DOORS {
            let through =
                |context: Authorized<'_>| said(lambda_events::claims_through(context, door));
            let expected = said(opened(&event, door));
            assert_eq!(adapted(&event, through), Some(expected), "{file}, {door}");
        }
    }
}

/// At an HTTP API with payload format 2.0, `claims` in a Lambda authorizer's context is its own word.
#[test]
fn an_authorizers_own_claims_are_not_a_tokens() {
    let mut event = carrier("http-api-lambda-authorizer-claims.json");
    let token = event["requestContext"]["authorizer"]["lambda"]["claims"].clone();
    let token: Map<String, Value> = serde_json::from_value(token).unwrap();
    let forms = [flatten::rest_cognito(&token), flatten::http_api(&token), token];
    for claims in forms {
        let rest = json!({ "httpMethod": "GET", "path": "/", "requestContext": {
            "httpMethod": "GET", "authorizer": { "claims": claims },
        } });
        let through =
            |context: Authorized<'_>| answer(lambda_events::claims_through(context, Door::RestJwt));
        assert_eq!(adapted(&rest, through), Some(Ok(Door::RestJwt)));

        event["requestContext"]["authorizer"]["lambda"] = json!({ "claims": claims });
        let found = |context: Authorized<'_>| answer(lambda_events::claims(context));
        assert_eq!(answer(Claims::from_event(&event)), Err(ReadErrorKind::NoClaims));
        assert_eq!(adapted(&event, found), Some(Err(ReadErrorKind::NoClaims)));
        for door in [Door::HttpApi, Door::RestCognito, Door::RestJwt] {
            let through =
                |context: Authorized<'_>| answer(lambda_events::claims_through(context, door));
            assert_eq!(adapted(&event, through), Some(Err(ReadErrorKind::NoClaims)), "{door}");
        }

        event["requestContext"]["authorizer"]["lambda"]["token_use"] = "access".into();
        event["requestContext"]["authorizer"]["lambda"]["org_id"] = "globex".into();
        let org_id = |context: Authorized<'_>| {
            let claims = lambda_events::claims(context).unwrap();
            (claims.door(), claims.claim::<String>("org_id").unwrap())
        };
        let expected = (Door::LambdaAuthorizer, "globex".to_owned());
        assert_eq!(adapted(&event, org_id), Some(expected));
    }
}

#[test]
fn a_tokens_claims_are_no_authorizers_context() {
    for name in ["claims", "jwt", "iam"] {
        let event = json!({ "httpMethod": "GET", "path": "/", "requestContext": {
            "httpMethod": "GET",
            "authorizer": { name: { "sub": "s" }, "token_use": "access", "org_id": "globex" },
        } });
        let door = Door::LambdaAuthorizer;
        let through =
            |context: Authorized<'_>| answer(lambda_events::claims_through(context, door));
        assert_eq!(answer(opened(&event, door)), Err(ReadErrorKind::NoClaims), "{name}");
        assert_eq!(adapted(&event, through), Some(Err(ReadErrorKind::NoClaims)), "{name}");
    }
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
