//! Requests of every door, in AWS's documented shapes, and the answers to them.
//!
//! The answers are snapshots: read them as a reviewer. AWS's own types, as the public event crate
//! has them, must be able to read both sides.

use crate::support::*;
use aws_lambda_events::apigw::{
    ApiGatewayCustomAuthorizerRequest, ApiGatewayCustomAuthorizerRequestTypeRequest,
    ApiGatewayCustomAuthorizerResponse, ApiGatewayV2CustomAuthorizerSimpleResponse,
    ApiGatewayV2CustomAuthorizerV2Request,
};
use aws_lambda_events::appsync::{AppSyncLambdaAuthorizerRequest, AppSyncLambdaAuthorizerResponse};
use claimsmith_authorizer::config::IDENTITY_KIND;
use claimsmith_authorizer::denial::{Denial, Effect};
use cognito_claims::testing::Token;
use cognito_claims::{Claims, Identity, ReadError, ReadErrorKind};
use serde_json::{Value, json};

#[test]
fn every_door_gets_its_answer() {
    assert_eq!(files("tests/requests").len(), DOORS.len());
    for (name, text) in files("tests/configurations") {
        let authorizer = authorizer(parse(&text));
        for door in DOORS {
            let mut lines = String::new();
            for token in
                ["good.user.token", "good.client.token", "neither.user.client", "bad.token.x"]
            {
                let outcome = ask(&authorizer, &with_token(&request(door), token));
                let answer = match outcome.answer {
                    Ok(answer) => serde_json::to_string_pretty(&answer).unwrap(),
                    Err(denial) => error(denial),
                };
                let line = serde_json::to_string(&outcome.line).unwrap();
                lines += &format!("# {token}\n{answer}\n{line}\n\n");
            }
            insta::assert_snapshot!(format!("{name}--{door}"), lines);
        }
    }
}

/// What a gateway makes of an error, and the word for why.
fn error(denial: Denial) -> String {
    match denial.effect() {
        Effect::Unauthorized => format!("Unauthorized(\"{denial}\")"),
        _ => format!("Fault(\"{denial}\")"),
    }
}

#[test]
fn the_event_crate_reads_requests_and_answers() {
    fn reads<T: serde::de::DeserializeOwned>(value: &Value) -> T {
        serde_json::from_value(value.clone()).unwrap()
    }
    let answer = |configuration: &str, door: &str| {
        ask(&authorizer(crate::support::configuration(configuration)), &request(door))
            .answer
            .unwrap()
    };
    let token: ApiGatewayCustomAuthorizerRequest = reads(&request("rest-token"));
    assert_eq!(token.type_.unwrap(), "TOKEN");
    for door in ["rest-request", "http-api-1.0", "websocket-connect"] {
        let request: ApiGatewayCustomAuthorizerRequestTypeRequest = reads(&request(door));
        assert_eq!(request.headers["authorization"], "Bearer good.user.token");
    }
    let http: ApiGatewayV2CustomAuthorizerV2Request = reads(&request("http-api-2.0"));
    assert_eq!(http.route_key.unwrap(), "GET /items/{id}");
    let appsync: AppSyncLambdaAuthorizerRequest = reads(&request("appsync"));
    assert_eq!(appsync.authorization_token.unwrap(), "Bearer good.user.token");

    for door in &DOORS[..5] {
        let answer = answer("cached", door);
        let response: ApiGatewayCustomAuthorizerResponse = reads(&answer);
        assert_eq!(response.policy_document.version.unwrap(), "2012-10-17");
        assert_eq!(response.policy_document.statement.len(), 2, "{door}");
    }
    let simple: ApiGatewayV2CustomAuthorizerSimpleResponse =
        reads(&answer("simple", "http-api-2.0"));
    assert!(simple.is_authorized);
    let appsync: AppSyncLambdaAuthorizerResponse = reads(&answer("cached", "appsync"));
    assert!(appsync.is_authorized);
    assert_eq!(appsync.denied_fields.unwrap(), ["Mutation.createItem"]);
    assert_eq!(appsync.ttl_override.unwrap(), 300);
}

/// How a gateway hands a context on to handlers.
fn handed_on(door: &str, answer: &Value) -> Vec<Value> {
    let context = answer.get("context").or_else(|| answer.get("resolverContext")).unwrap().clone();
    // SPEC: AWS, "Output from an API Gateway Lambda authorizer": every value arrives as text, and
    // the gateway adds two members of its own.
    let mut merged = context.clone();
    merged["principalId"] = answer["principalId"].clone();
    merged["integrationLatency"] = json!(12);
    let flat = json!({ "requestContext": { "authorizer": merged } });
    match door {
        "appsync" => vec![json!({ "identity": { "resolverContext": context } })],
        // An HTTP API's integration has a payload version of its own.
        "http-api-1.0" | "http-api-2.0" => vec![
            json!({ "version": "2.0", "requestContext": { "authorizer": { "lambda": context } } }),
            flat,
        ],
        _ => vec![flat],
    }
}

/// Everything that the context of these tests carries. Errors differ by door in their text.
fn all_claims(claims: &Claims<'_>) -> impl PartialEq + std::fmt::Debug + use<> {
    fn one<T>(read: Result<T, ReadError>) -> Result<T, ReadErrorKind> {
        read.map_err(|error| error.kind())
    }
    let limits = claims.claim::<std::collections::BTreeMap<String, u32>>("limits");
    (
        (one(claims.identity()), one(claims.client_id()), one(claims.claim::<u64>("exp"))),
        (one(claims.org_id()), one(claims.tier()), one(claims.features()), one(claims.groups())),
        (one(claims.claim::<bool>("beta")), one(claims.claim::<i64>("seats"))),
        (one(claims.claim::<f64>("rate")), one(claims.claim::<Vec<String>>("words"))),
        (one(claims.scopes()), one(limits)),
    )
}

#[test]
fn a_handler_reads_back_what_the_token_says() {
    const MORE: &str = "\n[context]\nclaims = [\"org_id\", \"org_tier\", \"feature_flags\", \
        \"cognito:groups\", \"scope\", \"beta\", \"seats\", \"rate\", \"words\", \"limits\"]\n";
    let tokens = [
        user()
            .claim("beta", true)
            .claim("seats", -3)
            .claim("rate", 0.25)
            .claim("words", json!(["a b", "ä", ""]))
            .claim("limits", json!({ "a": 1, "b": 2 })),
        user().without("org_tier").without("cognito:groups").claim("feature_flags", ""),
        Token::client(),
    ];
    for (name, text) in files("tests/configurations") {
        for token in &tokens {
            let mut authorizer = authorizer(parse(&(text.clone() + MORE)));
            authorizer.verifier.0.insert("good.user.token".to_owned(), token.payload().clone());
            let expected = all_claims(&Claims::from_verified(token.payload()));
            for door in DOORS {
                let outcome = ask(&authorizer, &request(door));
                let answer = outcome.answer.unwrap();
                if answer.get("context").or(answer.get("resolverContext")).is_none() {
                    continue;
                }
                for event in handed_on(door, &answer) {
                    let claims = Claims::from_event(&event).unwrap();
                    assert_eq!(all_claims(&claims), expected, "{name} {door}");
                    let kind = match claims.identity().unwrap() {
                        Identity::User { .. } => "user",
                        Identity::Client { .. } => "client",
                    };
                    assert_eq!(claims.claim::<&str>(IDENTITY_KIND).unwrap(), kind);
                }
            }
        }
    }
}

#[test]
fn a_context_holds_texts_only() {
    for (_, text) in files("tests/configurations") {
        let authorizer = authorizer(parse(&text));
        for door in DOORS {
            let answer = ask(&authorizer, &request(door)).answer.unwrap();
            let context = answer.get("context").or_else(|| answer.get("resolverContext"));
            for value in context.and_then(Value::as_object).into_iter().flat_map(|map| map.values())
            {
                assert!(value.is_string(), "{door}: {value}");
            }
        }
    }
}
