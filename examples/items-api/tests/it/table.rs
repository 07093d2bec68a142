//! The API with its table where requests one after another tell nothing: callers at once, and a table
//! that says nothing. DynamoDB Local, which the testbed starts, is the table.

use std::sync::Arc;
use std::time::Duration;

use claimsmith_dynamo::{Client, Settings, Surroundings};
use claimsmith_testbed::dynamodb_local;
use claimsmith_testbed::fault_proxy::{Fault, FaultProxy};
use cognito_claims::testing::{ISSUED_AT, Token};
use items_api::ItemsApi;
use lambda_http::Request;
use lambda_http::request::from_str;
use serde_json::{Value, json};
use tokio::task::JoinSet;

pub(crate) fn client(endpoint: &str) -> Client {
    let surroundings = Surroundings {
        region: Some("eu-west-1".to_owned()),
        keys: Some(("test".to_owned(), "test".to_owned())),
        endpoint: Some(endpoint.to_owned()),
        ..Surroundings::default()
    };
    claimsmith_dynamo::client(&Settings::default(), &surroundings).unwrap()
}

/// A person of an organisation that may have ten items.
fn person() -> Token {
    Token::access()
        .claim("scope", "items/read items/write")
        .claim("org_id", "initech")
        .claim("org_tier", "free")
}

fn post(id: &str) -> Request {
    let mut event = person().http_api();
    event["requestContext"]["http"]["method"] = "POST".into();
    event["headers"]["content-type"] = "application/json".into();
    event["body"] = json!({ "id": id, "name": "An item" }).to_string().into();
    from_str(&event.to_string()).unwrap()
}

async fn add(api: &ItemsApi, number: u32) -> u16 {
    let answer = api.answer(&post(&format!("item-{number}")), ISSUED_AT).await;
    answer.map_or_else(|problem| problem.status(), |response| response.status().as_u16())
}

async fn made(api: &ItemsApi) -> usize {
    let list = from_str(&person().http_api().to_string()).unwrap();
    let response = api.answer(&list, ISSUED_AT).await.unwrap();
    let body: Value = serde_json::from_str(response.body()).unwrap();
    body["items"].as_array().unwrap().len()
}

#[tokio::test]
async fn callers_at_once_stay_within_the_limit_together() {
    let server = dynamodb_local::shared().unwrap();
    let table = server.create_table("pk", Some("sk")).unwrap();
    let api = Arc::new(ItemsApi::new(client(&server.url()), table, "items"));
    let mut callers = JoinSet::new();
    for number in 0..14 {
        let api = Arc::clone(&api);
        callers.spawn(async move { add(&api, number).await });
    }
    let answers = callers.join_all().await;
    assert_eq!(made(&api).await, answers.iter().filter(|status| **status == 201).count());
    // Whoever met others too often is told to come again, and may.
    for number in 14..25 {
        assert!([201, 403].contains(&add(&api, number).await));
    }
    assert_eq!(made(&api).await, 10, "{answers:?}");
}

/// On a clock that jumps to the next thing that is waited for.
#[tokio::test(start_paused = true)]
async fn a_table_that_says_nothing_is_503_before_lambda_ends_the_function() {
    let server = dynamodb_local::shared().unwrap();
    let proxy = FaultProxy::start(server.address).unwrap();
    let table = server.create_table("pk", Some("sk")).unwrap();
    // A client without a time limit of its own.
    let api = ItemsApi::new(client(&proxy.url()), table, "items");
    proxy.always(Fault::Hang);
    let asked = tokio::time::Instant::now();
    let problem = api.answer(&post("a"), ISSUED_AT).await.unwrap_err();
    assert_eq!((problem.status(), problem.reason()), (503, "table_failed"));
    assert_eq!(problem.cause(), Some("no answer before the deadline"));
    assert!(asked.elapsed() < Duration::from_secs(9), "{:?}", asked.elapsed());
}
