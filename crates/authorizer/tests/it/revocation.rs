//! Revoked tokens: which records count, and what happens when nobody knows.

use std::cell::RefCell;

use crate::support::*;
use claimsmith_authorizer::denial::{Denial, Effect};
use claimsmith_authorizer::revocation::{Revocations, Revoked, Unanswered};
use claimsmith_authorizer::{Authorizer, Outcome};
use cognito_claims::testing::{CLIENT_ID, ISSUED_AT, Token};

const RULE: &str = r#"
version = 1
caching = "off"
[pools.main]
user_pool = "eu-west-1_EXAMPLE"
clients = ["1example23456789"]
token_use = "access"
[revocation]
table = "table"
partition_key = "pk"
sort_key = "sk"
sort_value = "REVOKED"
deadline = "300ms"
"#;

const CLIENT: &str = "REVOKED#1example23456789";
const SUB: &str = "REVOKED#aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee";

/// Records by key; `None` is a store that can't answer.
struct Records {
    records: Option<Vec<(&'static str, Revoked)>>,
    asked: RefCell<Vec<String>>,
}

impl Revocations for Records {
    async fn find(&self, keys: &[String]) -> Result<Vec<Revoked>, Unanswered> {
        self.asked.borrow_mut().extend_from_slice(keys);
        let records = self.records.as_ref().ok_or(Unanswered)?;
        let found = records.iter().filter(|(key, _)| keys.iter().any(|asked| asked == key));
        Ok(found.map(|(_, record)| *record).collect())
    }
}

fn with(rule: &str, records: Option<Vec<(&'static str, Revoked)>>) -> Authorizer<Known, Records> {
    let mut verifier = known();
    let token = user().claim("origin_jti", "origin").claim("jti", "one");
    verifier.0.insert("good.user.token".to_owned(), token.payload().clone());
    let revocations = Records { records, asked: RefCell::default() };
    Authorizer { configuration: parse(rule), verifier, revocations }
}

fn reason(outcome: &Outcome) -> Option<&'static str> {
    outcome.line.reason.map(Denial::as_str)
}

#[test]
fn a_record_by_any_of_the_claims_revokes() {
    let all = Revoked { before: None };
    for key in [SUB, CLIENT, "REVOKED#origin", "REVOKED#one"] {
        let authorizer = with(RULE, Some(vec![(key, all)]));
        let outcome = run(authorizer.authorize(&request("rest-token"), NOW));
        assert_eq!(outcome.answer, Err(Denial::Revoked), "{key}");
    }
    let authorizer = with(RULE, Some(vec![("REVOKED#somebody-else", all)]));
    assert_eq!(reason(&run(authorizer.authorize(&request("rest-token"), NOW))), None);
    let asked = [CLIENT, SUB, "REVOKED#one", "REVOKED#origin"];
    assert_eq!(*authorizer.revocations.asked.borrow(), asked);
}

#[test]
fn a_record_with_a_time_spares_those_who_signed_in_later() {
    let reason_of = |token: Token, before: u64| {
        let mut authorizer = with(RULE, Some(vec![(SUB, Revoked { before: Some(before) })]));
        authorizer.verifier.0.insert("good.user.token".to_owned(), token.payload().clone());
        reason(&run(authorizer.authorize(&request("rest-token"), NOW)))
    };
    let signed_in = |at: u64| user().claim("auth_time", at);
    // A refresh brings a new `iat` and the old `auth_time`.
    let refreshed = || signed_in(ISSUED_AT - 600);
    assert_eq!(reason_of(refreshed(), ISSUED_AT - 601), None);
    assert_eq!(reason_of(refreshed(), ISSUED_AT - 600), Some("revoked"));
    assert_eq!(reason_of(refreshed(), ISSUED_AT - 1), Some("revoked"));
    assert_eq!(reason_of(signed_in(ISSUED_AT), ISSUED_AT - 1), None);
    // A time that isn't there or is odd counts as long ago: a refreshed token must not pass.
    assert_eq!(reason_of(user().without("auth_time"), 0), Some("revoked"));
    assert_eq!(reason_of(user().claim("auth_time", "now"), 0), Some("revoked"));
    // A machine signs in for each of its tokens.
    let machine = |before: u64| {
        let authorizer = with(RULE, Some(vec![(CLIENT, Revoked { before: Some(before) })]));
        let event = with_token(&request("rest-token"), "good.client.token");
        reason(&run(authorizer.authorize(&event, NOW)))
    };
    assert_eq!((machine(ISSUED_AT - 1), machine(ISSUED_AT)), (None, Some("revoked")));
}

#[test]
fn a_machine_is_asked_for_by_the_claims_that_it_has() {
    let authorizer = with(RULE, Some(Vec::new()));
    let event = with_token(&request("rest-token"), "good.client.token");
    assert_eq!(reason(&run(authorizer.authorize(&event, NOW))), None);
    assert_eq!(*authorizer.revocations.asked.borrow(), [format!("REVOKED#{CLIENT_ID}")]);
    // Without any of the claims there is nothing to ask for, and nothing that says it is good.
    let by_origin = format!("{RULE}by = [\"origin_jti\"]\n");
    let authorizer = with(&by_origin, Some(Vec::new()));
    let outcome = run(authorizer.authorize(&event, NOW));
    assert_eq!(outcome.answer, Err(Denial::RevocationUnknown));
    assert!(authorizer.revocations.asked.borrow().is_empty());
    let ignoring = format!("{by_origin}on_fault = \"allow\"\n");
    let authorizer = with(&ignoring, Some(Vec::new()));
    assert_eq!(reason(&run(authorizer.authorize(&event, NOW))), None);
}

#[test]
fn an_app_client_is_in_every_token_by_one_name_or_the_other() {
    let by_client = format!("{RULE}by = [\"client_id\"]\n");
    let outcome = |token: Token| {
        let all = Revoked { before: None };
        let mut authorizer = with(&by_client, Some(vec![(CLIENT, all)]));
        authorizer.verifier.0.insert("good.user.token".to_owned(), token.payload().clone());
        run(authorizer.authorize(&request("rest-token"), NOW)).answer
    };
    assert_eq!(outcome(user()), Err(Denial::Revoked));
    assert_eq!(outcome(Token::client()), Err(Denial::Revoked));
    // In `aud`.
    assert_eq!(outcome(Token::id()), Err(Denial::Revoked));
}

#[test]
fn a_store_that_can_not_answer_is_a_fault_unless_it_may_be_ignored() {
    let authorizer = with(RULE, None);
    let outcome = run(authorizer.authorize(&request("rest-token"), NOW));
    assert_eq!(outcome.answer, Err(Denial::RevocationUnknown));

    let authorizer = with(&format!("{RULE}on_fault = \"allow\"\n"), None);
    let outcome = run(authorizer.authorize(&request("rest-token"), NOW));
    assert!(outcome.line.outcome == Effect::Allow && outcome.line.revocation_unknown);
}

#[test]
fn a_bad_token_is_never_looked_up() {
    let authorizer = with(RULE, None);
    let event = with_token(&request("rest-token"), "bad.token.x");
    assert_eq!(reason(&run(authorizer.authorize(&event, NOW))), Some("signature"));
    assert!(authorizer.revocations.asked.borrow().is_empty());
}

/// The store on DynamoDB against a server on loopback that answers as DynamoDB does.
#[cfg(feature = "dynamodb")]
mod dynamodb {
    use std::io::BufReader;
    use std::net::TcpListener;
    use std::sync::{Arc, Mutex};
    use std::time::{Duration, Instant};

    use claimsmith_authorizer::dynamo::DynamoRevocations;
    use claimsmith_dynamo::Surroundings;
    use claimsmith_testbed::http::Message;
    use serde_json::{Value, json};

    use super::*;

    /// Answers each request with this status and body, or never; keeps what it was asked.
    fn server(answer: Option<(u16, Value)>) -> (String, Arc<Mutex<Vec<Value>>>) {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        std::thread::spawn(move || {
            let mut open = Vec::new();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let request = Message::read(&mut BufReader::new(&stream)).unwrap().unwrap();
                log.lock().unwrap().push(serde_json::from_slice(&request.body).unwrap());
                if let Some((status, body)) = &answer {
                    let (status, body) = (format!("{status} X"), body.to_string());
                    Message::answer(&status, "application/x-amz-json-1.0", body)
                        .with("connection", "close")
                        .write(&mut stream)
                        .unwrap();
                }
                open.push(stream);
            }
        });
        (url, asked)
    }

    fn surroundings(variable: impl Fn(&str) -> Option<String>) -> Surroundings {
        Surroundings::of(variable, |_| Err(())).unwrap()
    }

    fn store(url: &str) -> DynamoRevocations {
        let variable = |name: &str| match name {
            "AWS_REGION" => Some("eu-west-1".to_owned()),
            "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("example".to_owned()),
            "AWS_ENDPOINT_URL_DYNAMODB" => Some(url.to_owned()),
            _ => None,
        };
        DynamoRevocations::new(parse(RULE).revocation, &surroundings(variable)).unwrap()
    }

    fn find(store: &DynamoRevocations, keys: &[&str]) -> Result<Vec<Revoked>, Unanswered> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let keys: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
        runtime.block_on(store.find(&keys))
    }

    #[test]
    fn items_become_records() {
        let item = |before: Value| json!({ "pk": { "S": SUB }, "sk": { "S": "REVOKED" }, "before": before });
        let items = json!([item(json!({ "N": "1900000000" })), item(json!({ "S": "soon" }))]);
        let (url, asked) =
            server(Some((200, json!({ "Responses": { "table": items }, "UnprocessedKeys": {} }))));
        let found = find(&store(&url), &[SUB, "REVOKED#one"]).unwrap();
        // An odd time narrows nothing.
        assert_eq!(found, [Revoked { before: Some(1_900_000_000) }, Revoked { before: None }]);
        let expected = json!({ "RequestItems": { "table": {
            "ConsistentRead": true,
            "Keys": [
                { "pk": { "S": SUB }, "sk": { "S": "REVOKED" } },
                { "pk": { "S": "REVOKED#one" }, "sk": { "S": "REVOKED" } },
            ],
        } } });
        assert_eq!(*asked.lock().unwrap(), [expected]);
    }

    #[test]
    fn no_item_is_no_record() {
        let (url, _) = server(Some((200, json!({ "Responses": { "table": [] } }))));
        assert_eq!(find(&store(&url), &[SUB]), Ok(Vec::new()));
    }

    #[test]
    fn every_fault_is_one() {
        let unprocessed = json!({
            "Responses": { "table": [] },
            "UnprocessedKeys": { "table": { "Keys": [{ "pk": { "S": SUB } }] } },
        });
        let throttled = json!({ "__type": "x#ProvisionedThroughputExceededException" });
        for answer in [
            (200, unprocessed),
            (400, throttled),
            (500, json!({})),
            (200, json!("x")),
            // An answer that says nothing about the table.
            (200, json!({})),
            (200, json!({ "Responses": {} })),
            (200, json!({ "Responses": { "other": [] } })),
        ] {
            let (url, _) = server(Some(answer.clone()));
            assert!(find(&store(&url), &[SUB]).is_err(), "{answer:?}");
        }
    }

    #[test]
    fn a_table_that_hangs_is_left_at_the_deadline() {
        let (url, _) = server(None);
        #[expect(clippy::disallowed_methods, reason = "the deadline is one of the real clock")]
        let started = Instant::now();
        assert!(find(&store(&url), &[SUB]).is_err());
        let took = started.elapsed();
        assert!(took >= Duration::from_millis(300) && took < Duration::from_secs(3), "{took:?}");
    }

    #[test]
    fn the_region_is_the_functions_own() {
        for (own, fallback, expected) in [
            (Some("eu-west-1"), Some("us-east-1"), Some("eu-west-1")),
            (Some("eu-west-1"), None, Some("eu-west-1")),
            (None, Some("us-east-1"), Some("us-east-1")),
            (Some(""), Some("us-east-1"), Some("us-east-1")),
            (None, None, None),
        ] {
            let variable = |name: &str| match name {
                "AWS_REGION" => own.map(str::to_owned),
                "AWS_DEFAULT_REGION" => fallback.map(str::to_owned),
                "AWS_ACCESS_KEY_ID" | "AWS_SECRET_ACCESS_KEY" => Some("example".to_owned()),
                _ => None,
            };
            let store =
                DynamoRevocations::new(parse(RULE).revocation, &surroundings(variable)).ok();
            assert_eq!(store.as_ref().and_then(DynamoRevocations::region), expected);
        }
    }

    #[test]
    fn no_credentials_stop_the_cold_start() {
        let none = Surroundings::default();
        let missing = DynamoRevocations::new(parse(RULE).revocation, &none).unwrap_err();
        assert!(missing.to_string().contains("AWS_"), "{missing}");
        assert!(DynamoRevocations::new(None, &none).is_ok());
    }
}
