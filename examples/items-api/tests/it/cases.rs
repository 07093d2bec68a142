//! What `tests/cases` says of every language's handler; its README says how it is written.

use std::collections::BTreeMap;
use std::path::Path;

use claimsmith_telemetry::{Timing, Wide as _};
use claimsmith_testbed::dynamodb_local::{self, DynamoDbLocal};
use claimsmith_testbed::fault_proxy::{Fault, FaultProxy, Refused};
use cognito_claims::testing::{ISSUED_AT, Token};
use items_api::{AccessLine, ItemsApi};
use lambda_http::aws_lambda_events::query_map::QueryMap;
use lambda_http::request::from_str;
use serde_json::{Map, Value, json};

use crate::table::client;

const DOORS: [&str; 4] =
    ["http_api", "http_lambda_authorizer", "rest_cognito", "rest_lambda_authorizer"];
const REQUEST_ID: &str = "request-1";
const TRACE_ID: &str = "Root=1-5759e988-bd862e3fe1be46a994272793";
/// What stands in tokens and items, and so in no line of the log.
const SECRETS: [&str; 8] =
    ["acme-corp", "globex", "initech", "aaaaaaaa-", "EXAMPLE", "ada@", "hidden", "items/"];

#[tokio::test]
async fn every_scenario() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let tokens = read(&folder.join("tokens.json"));
    let mut files: Vec<_> = folder.read_dir().unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    let server = dynamodb_local::shared().unwrap();
    let proxy = FaultProxy::start(server.address).unwrap();
    let client = client(&proxy.url());
    let mut run = 0;
    for file in files.iter().filter(|file| file.extension().is_some_and(|kind| kind == "json")) {
        if file.ends_with("tokens.json") {
            continue;
        }
        for scenario in read(file).as_array().unwrap() {
            let table = server.create_table("pk", Some("sk")).unwrap();
            let api = ItemsApi::new(client.clone(), table.clone(), "items");
            run_scenario(scenario, &tokens, &api, &proxy, &table).await;
            proxy.heal();
            run += 1;
        }
    }
    assert!(run > 20, "{run}");
}

fn read(file: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap()
}

async fn run_scenario(
    scenario: &Value,
    tokens: &Value,
    api: &ItemsApi,
    proxy: &FaultProxy,
    table: &str,
) {
    let server = dynamodb_local::shared().unwrap();
    for step in scenario["steps"].as_array().unwrap() {
        match step.get("fault").map(Value::as_str) {
            Some(Some("lost_answers")) => proxy.always(Fault::Truncated),
            Some(Some("access_denied")) => proxy.always(Fault::Refused(Refused::ACCESS_DENIED)),
            Some(None) => proxy.heal(),
            Some(Some(other)) => panic!("{other}"),
            None => {}
        }
        if let Some(rows) = step["put"].as_array() {
            server.put_all(table, rows).unwrap();
        }
        if let Some(expected) = step.get("rows") {
            assert_eq!(&rows(server, table), expected, "{scenario}");
        }
        for ask in step.get("ask").map(filled).unwrap_or_default() {
            let token = token(&tokens[ask["token"].as_str().unwrap()]);
            let door = ask.get("door").map(|door| door.as_str().unwrap());
            for door in DOORS.into_iter().filter(|known| door.is_none_or(|door| door == *known)) {
                let shown: String = ask.to_string().chars().take(300).collect();
                let about = format!("{} {door} {shown}", scenario["name"]);
                compare(api, &event(&ask, door, &token), &ask, &step["answer"], &about).await;
            }
        }
    }
}

/// All that the table holds, by its keys.
fn rows(server: &DynamoDbLocal, table: &str) -> Value {
    let scanned = server.call("Scan", &json!({ "TableName": table })).unwrap();
    let key = |row: &Value| (row["pk"]["S"].to_string(), row["sk"]["S"].to_string());
    let rows = scanned["Items"].as_array().unwrap().iter().map(|row| (key(row), row.clone()));
    rows.collect::<BTreeMap<_, _>>().into_values().collect()
}

/// The same request for each text that stands for `§`.
fn filled(ask: &Value) -> Vec<Value> {
    let times = |fill: &Value| {
        let times = usize::try_from(fill[1].as_u64().unwrap()).unwrap();
        vec![fill[0].as_str().unwrap().repeat(times)]
    };
    let each = |texts: &Value| {
        texts.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
    };
    let texts = match (ask.get("fill"), ask.get("each")) {
        (Some(fill), _) => times(fill),
        (None, Some(texts)) => each(texts),
        (None, None) => vec![String::new()],
    };
    let fill = |text: &String| {
        let members = ask.as_object().unwrap().iter().map(|(name, value)| match value {
            Value::String(value) => (name.clone(), value.replace('§', text).into()),
            other => (name.clone(), other.clone()),
        });
        members.collect()
    };
    texts.iter().map(fill).collect()
}

fn token(case: &Value) -> Token {
    let made = match case["is"].as_str().unwrap() {
        "access" => Token::access(),
        "id" => Token::id(),
        "client" => Token::client(),
        other => panic!("{other}"),
    };
    let claims = case["claims"].as_object().unwrap();
    claims.iter().fold(made, |token, (name, value)| token.claim(name, value.clone()))
}

/// The event of a request, as a front door sends it.
fn event(ask: &Value, door: &str, token: &Token) -> Value {
    let text = |name: &str| ask.get(name).map(|text| text.as_str().unwrap());
    let body = ask.get("json").map(Value::to_string);
    let body = body.as_deref().or(text("text")).or(text("base64"));
    let method = text("method").unwrap_or(if body.is_some() { "POST" } else { "GET" });
    let (path, query) = (text("path").unwrap_or("/items"), text("query").unwrap_or(""));
    let mut event = match door {
        "http_api" => token.http_api(),
        "http_lambda_authorizer" => token.http_lambda_authorizer(),
        "rest_cognito" => token.rest_cognito(),
        _ => token.rest_lambda_authorizer(),
    };
    event["body"] = body.into();
    event["isBase64Encoded"] = ask.get("base64").is_some().into();
    let kind = ask.get("type").cloned().or_else(|| body.map(|_| "application/json".into()));
    if let Some(kind) = kind.filter(|kind| !kind.is_null()) {
        content_type(&mut event, door, &kind);
    }
    if door.starts_with("rest_") {
        event["httpMethod"] = method.into();
        event["path"] = path.into();
        rest_query(&mut event, query);
    } else {
        event["requestContext"]["http"]["method"] = method.into();
        event["rawPath"] = path.into();
        event["rawQueryString"] = query.into();
    }
    merge(&mut event, &ask.get("event").cloned().unwrap_or(json!({})));
    event
}

/// A REST API hands names of headers on as they were sent, and values also in lists.
fn content_type(event: &mut Value, door: &str, kind: &Value) {
    if door.starts_with("rest_") {
        event["headers"]["Content-Type"] = kind.clone();
        event["multiValueHeaders"]["Content-Type"] = json!([kind]);
    } else {
        event["headers"]["content-type"] = kind.clone();
    }
}

/// SPEC: AWS, "Input format of a Lambda function for proxy integration": the last value, and all.
fn rest_query(event: &mut Value, query: &str) {
    let (mut last, mut all) = (Map::new(), Map::new());
    for (name, value) in query.parse::<QueryMap>().unwrap().iter() {
        last.insert(name.to_owned(), value.into());
        let values = all.entry(name.to_owned()).or_insert_with(|| json!([]));
        values.as_array_mut().unwrap().push(value.into());
    }
    if !query.is_empty() {
        event["queryStringParameters"] = last.into();
        event["multiValueQueryStringParameters"] = all.into();
    }
}

/// SPEC: RFC 7396, JSON Merge Patch.
fn merge(target: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = json!({});
    }
    let members = target.as_object_mut().unwrap();
    for (name, value) in patch {
        if value.is_null() {
            members.remove(name);
        } else {
            merge(members.entry(name.clone()).or_insert(Value::Null), value);
        }
    }
}

async fn compare(api: &ItemsApi, event: &Value, ask: &Value, expected: &Value, about: &str) {
    let request = from_str(&event.to_string()).unwrap();
    let now = ISSUED_AT + ask.get("later").map_or(0, |later| later.as_u64().unwrap());
    let answer = api.answer(&request, now).await;
    let line = AccessLine::of(&request, REQUEST_ID, Some(TRACE_ID)).answered(&answer);
    let line = line.line(&Timing::default());
    let told = answer.unwrap_or_else(|problem| problem.response(REQUEST_ID));
    let is_empty = told.status() == 204;
    let body = if is_empty { "null" } else { told.body() };
    assert!(!is_empty || told.body().is_empty(), "{about}");
    let body: Value = serde_json::from_str(body).unwrap();
    let about = format!("{about}\n{body}\n{line}");
    let header = |name: &str| told.headers().get(name).map(|value| value.to_str().unwrap());

    let status = u64::from(told.status().as_u16());
    assert_eq!(status, expected["status"], "{about}");
    let problem = status >= 400;
    let kind = if problem { "application/problem+json" } else { "application/json" };
    let kind = (!is_empty).then_some(kind);
    assert_eq!((header("content-type"), header("cache-control")), (kind, Some("no-store")));
    let hints = ["www-authenticate", "accept-post"];
    let known =
        1 + usize::from(!is_empty) + hints.iter().filter(|name| header(name).is_some()).count();
    assert_eq!(told.headers().len(), known, "{about}");
    let accepted = (status == 415).then_some("application/json");
    assert_eq!(header("accept-post"), accepted, "{about}");
    let ids = if problem { (json!(status), json!(REQUEST_ID)) } else { (json!(null), json!(null)) };
    assert_eq!((&body["status"], &body["request_id"]), (&ids.0, &ids.1), "{about}");
    for member in ["reason", "next"] {
        if let Some(expected) = expected.get(member) {
            assert_eq!(&body[member], expected, "{about}");
        }
    }
    if let Some(detail) = expected["detail"].as_str() {
        assert!(body["detail"].as_str().unwrap().starts_with(detail), "{about}");
    }
    if let Some(expected) = expected.get("body") {
        assert_eq!(&body, expected, "{about}");
    }
    if let Some(expected) = expected.get("ids") {
        let items = body["items"].as_array().unwrap();
        let ids: Value = items.iter().map(|item| item["id"].clone()).collect();
        assert_eq!(&ids, expected, "{about}");
    }
    if let Some(expected) = expected.get("challenge") {
        assert_eq!(header("www-authenticate"), expected.as_str(), "{about}");
    }
    if let Some(without) = expected["without"].as_str() {
        assert!(!told.body().contains(without), "{about}");
    }

    for secret in SECRETS {
        assert!(!line.contains(secret), "`{secret}`: {about}");
    }
    let mut line: Map<String, Value> = serde_json::from_str(&line).unwrap();
    assert!(line.remove("timestamp").is_some() && line.remove("milliseconds").is_some());
    assert_eq!((line.get("reason"), &line["status"]), (body.get("reason"), &json!(status)));
    if let Some(expected) = expected.get("log") {
        assert_eq!(&Value::from(line.clone()), expected, "{about}");
    }
    if let Some(expected) = expected.get("cause") {
        assert_eq!(&line["cause"], expected, "{about}");
    }
    // `left_out` is a line of its own; `function.rs` reads it from the function's output.
}
