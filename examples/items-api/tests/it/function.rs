//! The function as a process under an emulated Runtime API, with DynamoDB Local: what it takes from
//! its environment, and what it logs.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use claimsmith_testbed::dynamodb_local;
use claimsmith_testbed::runtime_api::{Function, Invocation, Launch};
use cognito_claims::testing::Token;
use serde_json::{Value, json};

/// How long it may take to start on a busy machine.
const START: Duration = Duration::from_secs(20);

/// The function on a table, before it is started.
fn launch(table: &str) -> Launch {
    Launch::new(env!("CARGO_BIN_EXE_items-api"))
        .set("AWS_ENDPOINT_URL_DYNAMODB", dynamodb_local::shared().unwrap().url())
        .set("ITEMS_TABLE", table)
        // All that it can be made to tell.
        .set("RUST_LOG", "trace")
}

fn start(launch: &Launch) -> Function {
    let function = launch.spawn().unwrap();
    function.ready(START).unwrap_or_else(|error| panic!("{error}"));
    function
}

fn table() -> String {
    dynamodb_local::shared().unwrap().create_table("pk", Some("sk")).unwrap()
}

/// A person's token with a scope, issued a minute ago for an hour.
fn token(scope: &str) -> Token {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    Token::access()
        .claim("scope", scope)
        .claim("org_id", "acme-corp")
        .claim("org_tier", "pro")
        .claim("iat", now - 60)
        .claim("auth_time", now - 60)
        .claim("exp", now + 3540)
}

/// Status and body of an answer.
fn ask(function: &Function, event: &Value) -> (u64, Value) {
    let answer = function.invoke(event.to_string()).unwrap_or_else(|error| panic!("{error}"));
    let answer: Value = serde_json::from_slice(&answer.outcome.unwrap()).unwrap();
    let body = serde_json::from_str(answer["body"].as_str().unwrap()).unwrap();
    (answer["statusCode"].as_u64().unwrap(), body)
}

fn post(mut event: Value, body: &Value) -> Value {
    event["requestContext"]["http"]["method"] = "POST".into();
    event["headers"]["content-type"] = "application/json".into();
    event["body"] = body.to_string().into();
    event
}

#[test]
fn scopes_are_those_of_the_resource_server() {
    let table = table();
    for (launch, server) in [
        (launch(&table), "items"),
        (launch(&table).set("RESOURCE_SERVER", "https://items.example"), "https://items.example"),
    ] {
        let function = start(&launch);
        for other in ["items", "https://items.example"] {
            let may = if other == server { [200, 201] } else { [403, 403] };
            let read = token(&format!("openid {other}/read")).http_api();
            let write = token(&format!("{other}/write")).http_api();
            let new = json!({ "id": format!("of-{}", server.len()), "name": "x" });
            let got = [ask(&function, &read).0, ask(&function, &post(write, &new)).0];
            assert_eq!(got, may, "{server} asked with the scopes of {other}");
        }
    }
}

#[test]
fn an_odd_item_takes_nobody_the_others() {
    let table = table();
    let function = start(&launch(&table));
    let key = |id: &str| json!({ "pk": { "S": "ORG#acme-corp" }, "sk": { "S": id } });
    let mut odd = [key("ITEM#b"), key("ITEM#c"), key("ITEM#hidden key"), key("ITEM#z")];
    for item in &mut odd {
        item["name"] = json!({ "S": "hidden name" });
        item["created_at"] = json!({ "N": "1" });
    }
    odd[0]["created_at"] = json!({ "S": "hidden time" });
    odd[3]["created_by"] = json!({ "S": "user:hidden" });
    dynamodb_local::shared().unwrap().put_all(&table, &odd).unwrap();
    let write = token("items/write").http_api();
    for id in ["a", "d"] {
        let new = json!({ "id": id, "name": "hidden too" });
        assert_eq!(ask(&function, &post(write.clone(), &new)).0, 201);
    }
    let (status, body) = ask(&function, &token("items/read").http_api());
    let ids: Vec<&str> =
        body["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!((status, ids), (200, vec!["a", "d", "z"]));
    assert_eq!(body["next"], Value::Null);
    let line = function.log_line(&["items_left_out"], START).unwrap();
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["message"], "items_left_out");
    assert_eq!(line["cause"], "an attribute is missing or of another form");
    assert_eq!(line["attributes"], "created_at,created_by,sk");
    assert_eq!(line["items"], 3);
    assert!(line["timestamp"].is_string() && line["request_id"].is_string(), "{line}");
    // A page that ends with one goes on; one whose last key is no id can't, and says so.
    let page = |limit: &str| {
        let mut event = token("items/read").http_api();
        event["queryStringParameters"] = json!({ "limit": limit });
        event["rawQueryString"] = format!("limit={limit}").into();
        ask(&function, &event)
    };
    let (status, body) = page("2");
    assert_eq!((status, body["next"].as_str()), (200, Some("Yg")));
    let (status, body) = page("5");
    assert_eq!((status, body["reason"].as_str()), (503, Some("table_failed")));
    function.log_line(&["an item's `sk` is of another form"], START).unwrap();
    assert!(!function.log().contains("hidden"), "{}", function.log());
}

#[test]
fn every_request_is_one_line_with_the_ids_that_others_know() {
    let function = start(&launch(&table()));
    let ada = token("items/read");
    let sub = ada.payload()["sub"].as_str().unwrap().to_owned();
    let pool = ada.payload()["iss"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    let mut allowed = Invocation::new(ada.http_api().to_string());
    allowed.trace_id = Some("Root=1-5759e988-bd862e3fe1be46a994272793".to_owned());
    let line_of = |request_id: &str| -> Value {
        let line = function.log_line(&[request_id, "\"status\""], START).unwrap();
        serde_json::from_str(&line).unwrap()
    };
    let answer = function.answer(&function.send(allowed)).unwrap();
    let line = line_of(&answer.request_id);
    assert_eq!((&line["status"], &line["level"]), (&json!(200), &json!("INFO")));
    assert_eq!(line["trace_id"], "Root=1-5759e988-bd862e3fe1be46a994272793");
    assert_eq!(line["identity_hash"], claimsmith_telemetry::identity_hash(&pool, &sub));
    assert_eq!(line["app_client"], ada.payload()["client_id"]);
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'));

    // Whoever is refused can name the line.
    let (status, body) = ask(&function, &token("openid").http_api());
    let line = line_of(body["request_id"].as_str().unwrap());
    assert_eq!((status, &line["status"], &line["reason"]), (403, &json!(403), &json!("scope")));
    assert_eq!(line["identity_hash"], claimsmith_telemetry::identity_hash(&pool, &sub));
    assert!(line["api_request_id"].is_string(), "{line}");
    // A caller can choose that of a REST API.
    let mut chosen = ada.rest_cognito();
    chosen["requestContext"]["requestId"] = "ada@example.com".into();
    ask(&function, &chosen);
    function.stop().unwrap();
    let log = function.log();
    let wide = log.lines().filter(|line| line.contains("\"status\""));
    assert_eq!(wide.count(), 3, "{log}");
    for value in [sub.as_str(), pool.as_str(), "acme-corp", "ada@"] {
        assert!(!log.contains(value), "the log holds `{value}`");
    }
}

#[test]
fn pages_of_the_named_origins_read_answers() {
    let table = table();
    let origins = "https://app.example.com http://localhost:3000";
    let some = start(&launch(&table).set("CORS_ORIGINS", origins));
    let none = start(&launch(&table));
    let told = |function: &Function, scope: &str, origin: Option<&str>| {
        let mut event = token(scope).rest_cognito();
        if let Some(origin) = origin {
            event["headers"]["Origin"] = origin.into();
            event["multiValueHeaders"]["Origin"] = json!([origin]);
        }
        let answer = function.invoke(event.to_string()).unwrap_or_else(|error| panic!("{error}"));
        let answer: Value = serde_json::from_slice(&answer.outcome.unwrap()).unwrap();
        let header = |name: &str| answer["multiValueHeaders"][name][0].as_str().map(str::to_owned);
        (header("access-control-allow-origin"), header("vary"))
    };
    let vary = || Some("origin".to_owned());
    // What is refused, too, or a page couldn't say why.
    for scope in ["items/read", "openid"] {
        for origin in ["https://app.example.com", "http://localhost:3000"] {
            assert_eq!(told(&some, scope, Some(origin)), (Some(origin.to_owned()), vary()));
            assert_eq!(told(&none, scope, Some(origin)), (None, None));
        }
        for other in ["https://evil.example", "https://app.example.com.evil.example", "null", ""] {
            assert_eq!(told(&some, scope, Some(other)), (None, vary()), "{other}");
        }
        assert_eq!(told(&some, scope, None), (None, vary()));
    }
}

#[test]
fn without_a_table_it_does_not_start() {
    let function = launch("none").unset("ITEMS_TABLE").spawn().unwrap();
    assert!(!function.ended(START).unwrap().success());
    assert!(function.log().contains("ITEMS_TABLE is not set"), "{}", function.log());
}

#[test]
fn certificates_that_are_not_there_are_told_in_words() {
    let launch = Launch::new(env!("CARGO_BIN_EXE_items-api"))
        .set("ITEMS_TABLE", "items")
        .set("AWS_CA_BUNDLE", "gone.pem");
    let function = launch.spawn().unwrap();
    assert_eq!(function.ended(START).unwrap().code(), Some(1));
    let log = function.log();
    let line: Value = serde_json::from_str(log.lines().last().unwrap()).unwrap();
    assert_eq!(line["message"], "gone.pem: entity not found");
}
