//! Requests of every door, in AWS's documented shapes, and the answers to them.
//!
//! The answers are snapshots: read them as a reviewer. AWS's own types, as the public event crate
//! has them, must be able to read both sides.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that can't go on should stop")]

mod support;

use aws_lambda_events::apigw::{
    ApiGatewayCustomAuthorizerRequest, ApiGatewayCustomAuthorizerRequestTypeRequest,
    ApiGatewayCustomAuthorizerResponse, ApiGatewayV2CustomAuthorizerSimpleResponse,
    ApiGatewayV2CustomAuthorizerV2Request,
};
use aws_lambda_events::appsync::{AppSyncLambdaAuthorizerRequest, AppSyncLambdaAuthorizerResponse};
use cognito_claims::testing::ISSUED_AT;
use cognito_claims::{Claims, Identity};
use serde_json::{Value, json};
use support::*;

const DOORS: [&str; 6] =
    ["rest-token", "rest-request", "http-api-1.0", "http-api-2.0", "websocket-connect", "appsync"];

#[test]
fn every_door_gets_its_answer() {
    assert_eq!(files("tests/requests").len(), DOORS.len());
    for (name, text) in files("tests/configurations") {
        let authorizer = authorizer(parse(&text));
        for door in DOORS {
            let mut lines = String::new();
            for token in ["good.user.token", "good.client.token", "neither.user.client", "bad.token.x"] {
                let outcome = ask(&authorizer, &with_token(&request(door), token));
                let answer = match outcome.answer {
                    Ok(answer) => serde_json::to_string_pretty(&answer).unwrap(),
                    Err(failure) => format!("{failure:?}"),
                };
                let record = serde_json::to_string(&outcome.record).unwrap();
                lines += &format!("# {token}\n{answer}\n{record}\n\n");
            }
            insta::assert_snapshot!(format!("{name}--{door}"), lines);
        }
    }
}

#[test]
fn the_event_crate_reads_requests_and_answers() {
    fn reads<T: serde::de::DeserializeOwned>(value: &Value) -> T {
        serde_json::from_value(value.clone()).unwrap()
    }
    let answer = |configuration: &str, door: &str| {
        ask(&authorizer(super::answers_configuration(configuration)), &request(door)).answer.unwrap()
    };
    let token: ApiGatewayCustomAuthorizerRequest = reads(&request("rest-token"));
    assert_eq!(token.r#type.unwrap(), "TOKEN");
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
    let simple: ApiGatewayV2CustomAuthorizerSimpleResponse = reads(&answer("simple", "http-api-2.0"));
    assert!(simple.is_authorized);
    let appsync: AppSyncLambdaAuthorizerResponse = reads(&answer("cached", "appsync"));
    assert!(appsync.is_authorized);
    assert_eq!(appsync.denied_fields.unwrap(), ["Mutation.createItem"]);
    assert_eq!(appsync.ttl_override.unwrap(), 300);
}

fn answers_configuration(name: &str) -> claimsmith_authorizer::config::Configuration {
    configuration(name)
}
