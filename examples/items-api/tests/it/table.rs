//! The API with its table: DynamoDB Local, which the testbed starts. Requests come as the events of
//! the three front doors.

use std::sync::Arc;
use std::time::Duration;

use claimsmith_dynamo::{Client, Settings, Surroundings};
use claimsmith_testbed::dynamodb_local;
use claimsmith_testbed::fault_proxy::{Fault, FaultProxy, Refused};
use cognito_claims::testing::{ISSUED_AT, Token};
use items_api::ItemsApi;
use lambda_http::request::from_str;
use serde_json::{Value, json};
use tokio::task::JoinSet;

const READ: &str = "items/read";
const WRITE: &str = "items/write";

pub(crate) fn client(endpoint: &str) -> Client {
    let surroundings = Surroundings {
        region: Some("eu-west-1".to_owned()),
        keys: Some(("test".to_owned(), "test".to_owned())),
        endpoint: Some(endpoint.to_owned()),
        ..Surroundings::default()
    };
    claimsmith_dynamo::client(&Settings::default(), &surroundings).unwrap()
}

fn api() -> ItemsApi {
    let server = dynamodb_local::shared().unwrap();
    ItemsApi::new(client(&server.url()), server.create_table("pk", Some("sk")).unwrap(), "items")
}

/// A person of an organisation.
fn person(org_id: &str, tier: &str, features: &str) -> Token {
    Token::access()
        .claim("scope", format!("{READ} {WRITE}"))
        .claim("org_id", org_id)
        .claim("org_tier", tier)
        .claim("feature_flags", features)
}

fn get(query: Value) -> impl Fn(Value) -> Value {
    move |mut event| {
        event["queryStringParameters"] = query.clone();
        // HTTP APIs: the query as it was sent.
        let pairs = query.as_object().unwrap().iter();
        let pairs: Vec<String> =
            pairs.map(|(name, value)| format!("{name}={}", value.as_str().unwrap())).collect();
        event["rawQueryString"] = pairs.join("&").into();
        event
    }
}

fn post(body: Value) -> impl Fn(Value) -> Value {
    move |mut event| {
        event["body"] = body.to_string().into();
        // REST APIs, and HTTP APIs.
        event["httpMethod"] = "POST".into();
        if let Some(http) = event["requestContext"].get_mut("http") {
            http["method"] = "POST".into();
            event.as_object_mut().unwrap().remove("httpMethod");
        }
        event
    }
}

/// Status and body.
async fn ask(api: &ItemsApi, event: Value) -> (u16, Value) {
    let request = from_str(&event.to_string()).unwrap();
    let answer = api.answer(&request, ISSUED_AT).await;
    let response = answer.unwrap_or_else(|problem| problem.response("request-1"));
    let kind = response.headers()["content-type"].to_str().unwrap();
    let is_problem = kind == "application/problem+json";
    assert_eq!(is_problem, response.status().is_client_error() || response.status() == 503);
    (response.status().as_u16(), serde_json::from_str(response.body()).unwrap())
}

async fn add(api: &ItemsApi, token: &Token, id: &str) -> (u16, Value) {
    ask(api, post(json!({ "id": id, "name": "An item" }))(token.http_api())).await
}

async fn list(api: &ItemsApi, token: &Token) -> Value {
    let (status, body) = ask(api, token.http_api()).await;
    assert_eq!(status, 200, "{body}");
    body
}

fn ids(body: &Value) -> Vec<&str> {
    body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn items_go_in_and_out_by_every_door() {
    let api = api();
    let ada = person("acme-corp", "enterprise", "audit-log");
    let doors = [ada.http_api(), ada.http_lambda_authorizer(), ada.rest_cognito()];
    for (id, event) in ["a", "b", "c"].into_iter().zip(doors.clone()) {
        let (status, body) = ask(&api, post(json!({ "id": id, "name": "An item" }))(event)).await;
        let made = json!({
            "id": id,
            "name": "An item",
            "created_at": ISSUED_AT,
            "created_by": "user:aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
        });
        assert_eq!((status, body), (201, made));
    }
    for event in doors {
        let (status, body) = ask(&api, event).await;
        assert_eq!((status, ids(&body)), (200, vec!["a", "b", "c"]));
    }
}

#[tokio::test]
async fn a_machine_adds_items_for_its_organisation() {
    let api = api();
    let machine = Token::client()
        .claim("scope", WRITE)
        .claim("org_id", "acme-corp")
        .claim("org_tier", "enterprise");
    let (status, body) = add(&api, &machine, "a").await;
    assert_eq!((status, body.get("created_by")), (201, None), "its token has no features");
    let body = list(&api, &person("acme-corp", "enterprise", "audit-log")).await;
    assert_eq!(body["items"][0]["created_by"], "client:1example23456789");
    let body = list(&api, &person("acme-corp", "enterprise", "export")).await;
    assert_eq!(body["items"][0].get("created_by"), None, "audit-log is off");
}

#[tokio::test]
async fn no_organisation_sees_another_ones_items() {
    let api = api();
    let acme = person("acme-corp", "enterprise", "");
    let globex = person("globex", "enterprise", "");
    // A name that begins with another one's, and one that looks like a key.
    let near = person("acme-corp#ITEM", "enterprise", "");
    for id in ["a", "b", "c"] {
        assert_eq!(add(&api, &acme, id).await.0, 201);
    }
    for other in [&globex, &near] {
        assert_eq!(list(&api, other).await, json!({ "items": [], "next": null }));
        assert_eq!(add(&api, other, "a").await.0, 201, "ids are each organisation's own");
    }
    let (_, page) = ask(&api, get(json!({ "limit": "1" }))(acme.http_api())).await;
    let next = page["next"].as_str().unwrap();
    let (status, body) = ask(&api, get(json!({ "next": next }))(globex.http_api())).await;
    assert_eq!((status, ids(&body)), (200, vec![]), "a token of acme's leads nowhere at globex");
    assert_eq!(ids(&list(&api, &acme).await), ["a", "b", "c"]);
}

#[tokio::test]
async fn pages_hold_every_item_once() {
    let api = api();
    let token = person("acme-corp", "enterprise", "");
    let made: Vec<String> = (0..7).map(|number| format!("item-{number}")).collect();
    for id in &made {
        assert_eq!(add(&api, &token, id).await.0, 201);
    }
    for door in [token.http_api(), token.rest_cognito()] {
        let mut seen = Vec::new();
        let mut query = json!({ "limit": "3" });
        loop {
            let (status, body) = ask(&api, get(query.clone())(door.clone())).await;
            assert_eq!(status, 200, "{body}");
            assert!(ids(&body).len() <= 3);
            seen.extend(ids(&body).into_iter().map(str::to_owned));
            assert!(made.starts_with(&seen), "{seen:?}");
            match body["next"].as_str() {
                Some(next) => query["next"] = next.into(),
                None => break,
            }
        }
        assert_eq!(seen, made);
    }
}

#[tokio::test]
async fn an_id_is_given_once() {
    let api = api();
    let token = person("initech", "free", "");
    assert_eq!(add(&api, &token, "a").await.0, 201);
    let colleague = token.clone().claim("sub", "bbbbbbbb-bbbb-4ccc-8ddd-eeeeeeeeeeee");
    let machine =
        Token::client().claim("scope", WRITE).claim("org_id", "initech").claim("org_tier", "free");
    for other in [&colleague, &machine] {
        let (status, body) = add(&api, other, "a").await;
        assert_eq!((status, body["reason"].as_str()), (409, Some("exists")), "of another maker");
    }
    let renamed = post(json!({ "id": "a", "name": "Another name" }))(token.http_api());
    let (status, body) = ask(&api, renamed).await;
    assert_eq!((status, body["reason"].as_str()), (409, Some("exists")), "of another name");
    // The second attempt was not counted.
    for number in 1..10 {
        assert_eq!(add(&api, &token, &format!("item-{number}")).await.0, 201);
    }
    let (status, body) = add(&api, &token, "one-too-many").await;
    assert_eq!((status, body["reason"].as_str()), (403, Some("tier_limit")));
    let (status, _) = add(&api, &person("initech", "pro", ""), "after-an-upgrade").await;
    assert_eq!(status, 201);
}

#[tokio::test]
async fn asking_again_finds_what_the_first_time_made() {
    let server = dynamodb_local::shared().unwrap();
    let proxy = FaultProxy::start(server.address).unwrap();
    let table = server.create_table("pk", Some("sk")).unwrap();
    let api = ItemsApi::new(client(&proxy.url()), table, "items");
    let token = person("initech", "free", "audit-log");
    let event = post(json!({ "id": "a", "name": "An item" }))(token.http_api());
    // All is written, and nobody learns of it.
    proxy.always(Fault::Truncated);
    let (status, body) = ask(&api, event.clone()).await;
    assert_eq!((status, body["reason"].as_str()), (503, Some("table_failed")));
    proxy.heal();
    let request = from_str(&event.to_string()).unwrap();
    let again = api.answer(&request, ISSUED_AT + 60).await.unwrap();
    let made = json!({
        "id": "a",
        "name": "An item",
        "created_at": ISSUED_AT,
        "created_by": "user:aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    });
    assert_eq!(again.status(), 200);
    assert_eq!(serde_json::from_str::<Value>(again.body()).unwrap(), made);
    // Counted once; and at the limit one may still ask again.
    for number in 1..10 {
        assert_eq!(add(&api, &token, &format!("item-{number}")).await.0, 201);
    }
    assert_eq!(add(&api, &token, "one-too-many").await.0, 403);
    assert_eq!(ask(&api, event).await.0, 200);
    assert_eq!(ids(&list(&api, &token).await).len(), 10);
}

#[tokio::test]
async fn callers_at_once_stay_within_the_limit_together() {
    let api = Arc::new(api());
    let token = person("initech", "free", "");
    let mut callers = JoinSet::new();
    for number in 0..14 {
        let (api, token) = (Arc::clone(&api), token.clone());
        callers.spawn(async move { add(&api, &token, &format!("item-{number}")).await.0 });
    }
    let answers = callers.join_all().await;
    let made = || async { list(&api, &token).await["items"].as_array().unwrap().len() };
    assert_eq!(made().await, answers.iter().filter(|status| **status == 201).count());
    // Whoever met others too often is told to come again, and may.
    for number in 14..25 {
        assert!([201, 403].contains(&add(&api, &token, &format!("item-{number}")).await.0));
    }
    assert_eq!(made().await, 10, "{answers:?}");
}

#[tokio::test]
async fn what_the_caller_did_wrong_is_a_problem() {
    let api = api();
    let token = person("acme-corp", "pro", "");
    let reader = token.clone().claim("scope", READ);
    let mut elsewhere = token.http_api();
    elsewhere["rawPath"] = "/others".into();
    let mut delete = token.rest_cognito();
    delete["httpMethod"] = "DELETE".into();
    let long = json!({ "id": "a", "name": "x".repeat(20_000) });
    for (event, expected) in [
        (post(json!({ "id": "a", "name": "x" }))(reader.http_api()), (403, "scope")),
        (post(json!({ "id": "a", "org_id": "b" }))(token.http_api()), (400, "bad_request")),
        (post(long)(token.rest_cognito()), (413, "too_large")),
        (get(json!({ "limit": "0" }))(token.http_api()), (400, "bad_request")),
        (get(json!({ "next": "LQ=" }))(token.rest_cognito()), (400, "bad_request")),
        (elsewhere, (404, "not_found")),
        (delete, (404, "not_found")),
        (Token::id().http_api(), (401, "token_use")),
    ] {
        let (status, body) = ask(&api, event).await;
        assert_eq!((status, body["reason"].as_str().unwrap()), expected);
        assert_eq!(body["status"], status);
    }
    assert_eq!(list(&api, &token).await["items"], json!([]), "nothing was added");
}

#[tokio::test]
async fn a_refusal_challenges_for_the_scope() {
    let token = person("acme-corp", "pro", "").claim("scope", "openid");
    let request = from_str(&token.http_api().to_string()).unwrap();
    let problem = api().answer(&request, ISSUED_AT).await.unwrap_err();
    let challenge =
        problem.response("request-1").headers()["www-authenticate"].to_str().unwrap().to_owned();
    assert!(challenge.contains(r#"error="insufficient_scope""#), "{challenge}");
    assert!(challenge.contains(r#"scope="items/read""#), "{challenge}");
}

#[tokio::test]
async fn a_table_that_fails_is_503_and_its_text_stays_inside() {
    let server = dynamodb_local::shared().unwrap();
    let proxy = FaultProxy::start(server.address).unwrap();
    let table = server.create_table("pk", Some("sk")).unwrap();
    let api = ItemsApi::new(client(&proxy.url()), table, "items");
    let token = person("acme-corp", "pro", "");
    proxy.always(Fault::Refused(Refused::ACCESS_DENIED));
    for event in [token.http_api(), post(json!({ "id": "a", "name": "x" }))(token.http_api())] {
        let request = from_str(&event.to_string()).unwrap();
        let problem = api.answer(&request, ISSUED_AT).await.unwrap_err();
        assert_eq!((problem.status(), problem.detail()), (503, "try again in a moment"));
        assert_eq!(problem.reason(), "table_failed");
        assert_eq!(problem.cause(), Some("AccessDeniedException"));
    }
    proxy.heal();
    assert_eq!(ask(&api, token.http_api()).await.0, 200, "nothing is remembered");
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
    let token = person("acme-corp", "pro", "");
    let event = post(json!({ "id": "a", "name": "x" }))(token.http_api());
    let request = from_str(&event.to_string()).unwrap();
    let asked = tokio::time::Instant::now();
    let problem = api.answer(&request, ISSUED_AT).await.unwrap_err();
    assert_eq!((problem.status(), problem.reason()), (503, "table_failed"));
    assert_eq!(problem.cause(), Some("no answer before the deadline"));
    assert!(asked.elapsed() < Duration::from_secs(9), "{:?}", asked.elapsed());
}
