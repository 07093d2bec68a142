//! Connections are there before the first event, and nobody is refused because of them.
//!
//! The function is the program itself under the emulated Runtime API. Times are upper bounds of the
//! promise, never measurements.

use std::time::Duration;

use crate::function::*;
use crate::support::*;
use claimsmith::policy::DEFAULT_POLICY;
use claimsmith_testbed::container_credentials::ContainerCredentials;
use claimsmith_testbed::dynamodb_json::items;
use claimsmith_testbed::fault_proxy::{Fault, FaultProxy, Refused};
use claimsmith_testbed::runtime_api::Answer;
use claimsmith_testbed::table_stand_in::TableStandIn;
use claimsmith_testbed::tls::{Chain, Keys};
use serde_json::{Value, json};

/// How long the start of [`patient`] may wait for connections, and what a busy machine may take beside it.
const BOUND: Duration = Duration::from_millis(1_500 + 1_000);

fn event() -> String {
    corpus("v2").into_iter().find(|(name, _)| name == "v2/sign-in.json").unwrap().1
}

/// The shipped policy with attempts of which two last longer than the start may wait.
fn patient() -> String {
    DEFAULT_POLICY.replace("[table]\n", "[table]\nattempt_timeout = \"1500ms\"\n")
}

fn issued(answer: &Answer) {
    assert!(answer.outcome.is_ok(), "{answer:?}");
}

/// The names of the requests' members that tell a query or a batch.
fn asked(body: &Value) -> (&Value, &Value) {
    (&body["RequestItems"], &body["KeyConditionExpression"])
}

#[test]
fn the_first_sign_in_makes_no_handshake() {
    let chain = Chain::new(Keys::EcdsaP256).unwrap();
    let table =
        TableStandIn::start(items(DEMO_RECORDS).unwrap(), Some(&chain), Duration::ZERO).unwrap();
    let root = package("warm-up-tls", DEFAULT_POLICY).join("root.pem");
    std::fs::write(&root, &chain.root_pem).unwrap();
    let launch = launch_at(&table.url(), "warm-up-tls", DEFAULT_POLICY).set("AWS_CA_BUNDLE", &root);
    let function = Linted::start(&launch, DEFAULT_POLICY);
    assert_eq!((table.connections(), table.requests()), (1, 1));
    let first = function.ask(&event());
    issued(&first);
    assert_eq!(table.connections(), 1, "the first sign-in opened a connection");
    // What was asked for before is no read of a sign-in, and nothing of it is remembered.
    let line = function.record(&first);
    assert_eq!((&line["Reads"], &line["StoreFaults"]), (&json!(3), &json!(0)), "{line}");
    assert_eq!(table.requests(), 4);

    // A table closes what was idle for long, and the next sign-in doesn't hear of it.
    table.close_connections();
    let second = function.ask(&event());
    issued(&second);
    assert_eq!(function.record(&second)["StoreFaults"], 0);
    assert_eq!(table.connections(), 2);
}

#[test]
fn a_connection_that_was_closed_before_its_first_use_costs_no_refusal() {
    for (at, fault) in [Fault::None, Fault::ResetAfterHead, Fault::ResetAtAccept].iter().enumerate()
    {
        let bed = Bed::new(&format!("warm-up-closed-{at}"), DEFAULT_POLICY);
        assert_eq!((bed.proxy.connections(), bed.proxy.requests()), (1, 1));
        // Every plan closes what is open; then the first new one may be broken as well.
        bed.proxy.first(1, fault.clone());
        let answer = bed.function.ask(&event());
        issued(&answer);
        assert_eq!(bed.function.record(&answer)["StoreFaults"], 0, "{fault:?}");
    }
}

/// A policy that sends a batch and two queries at once.
const WIDE: &str = r#"
version = 1
[table]
name = "${CLAIMS_TABLE}"
partition_key = "pk"
sort_key = "sk"
[records.user]
key = { pk = "USER#{sub}", sk = "PROFILE" }
require = "exists"
[records.orgs]
query = { pk = "USER#{sub}", sk = "ORG#{*}" }
at_most = 8
[records.teams]
query = { pk = "USER#{sub}", sk = "TEAM#{*}" }
at_most = 8
[claims.name]
from = "user.name"
[claims.orgs]
from = "orgs"
fields = { id = "org_id" }
[claims.teams]
from = "teams"
fields = { id = "team_id" }
[tenant]
id = "slug"
optional = true
person = "user.org_id"
"#;

#[test]
fn as_many_connections_as_a_sign_in_uses_at_once() {
    let bed = Bed::new("warm-up-wide", WIDE);
    let before = bed.proxy.connections();
    assert_eq!((before, bed.proxy.requests()), (3, 3));
    let answer = bed.function.ask(&event());
    issued(&answer);
    assert_eq!(bed.proxy.connections(), before, "the first sign-in opened a connection");
}

#[test]
fn a_role_that_may_only_query_is_asked_a_query() {
    let queries: String = WIDE
        .replace("[records.user]\nkey = { pk = \"USER#{sub}\", sk = \"PROFILE\" }\nrequire = \"exists\"\n", "")
        .replace("[claims.name]\nfrom = \"user.name\"\n", "")
        .replace("person = \"user.org_id\"\n", "person = \"attributes.custom:org\"\n")
        + "[pool]\nadmin_only = [\"custom:org\"]\n";
    for (policy, is_query) in [(queries.as_str(), true), (WIDE, false)] {
        let bed = Bed::new(&format!("warm-up-rights-{is_query}"), policy);
        for body in bed.proxy.bodies() {
            let (batch, query) = asked(&body);
            assert_eq!((batch.is_null(), query.is_null()), (is_query, !is_query), "{body}");
            if is_query {
                assert_eq!(
                    (&body["Limit"], &body["ProjectionExpression"]),
                    (&json!(1), &json!("#0"))
                );
            }
            assert_eq!(
                body.to_string().matches("claimsmith:nobody").count(),
                1 + usize::from(!is_query)
            );
        }
        assert!(!bed.function.log().contains("no connection"), "{}", bed.function.log());
    }
}

#[test]
fn whatever_the_table_does_the_function_starts_in_time_and_says_so() {
    demo_table();
    let policy = patient();
    let broken = [
        Fault::Hang,
        Fault::StallMidAnswer,
        Fault::Delay(Duration::from_secs(8)),
        Fault::ResetAtAccept,
        Fault::ResetAfterHead,
        Fault::Truncated,
        Fault::Unprocessed(0),
        Fault::Refused(Refused::ACCESS_DENIED),
        Fault::Refused(Refused::NO_TABLE),
    ];
    for (at, fault) in broken.into_iter().enumerate() {
        let proxy = FaultProxy::start(dynamodb().address).unwrap();
        proxy.always(fault.clone());
        let name = format!("warm-up-broken-{at}");
        let function = Linted::start(&launch_at(&proxy.url(), &name, &policy), &policy);
        let took = function.ready(START).unwrap();
        assert!(took < BOUND, "{fault:?}: {took:?}");
        let line = function.log_line(&["no connection before the first event"], START).unwrap();
        let line = json_of(&line);
        assert_eq!((&line["level"], line.get("request_id")), (&json!("WARN"), None), "{line}");
        assert!(line["message"].as_str().unwrap().contains("the table"), "{fault:?}: {line}");
        proxy.heal();
        issued(&function.ask(&event()));
    }
}

#[test]
fn the_next_policy_connects_beside_the_running_one_and_is_not_waited_for() {
    demo_table();
    let policy = patient();
    let [running, next] = [(); 2].map(|()| FaultProxy::start(dynamodb().address).unwrap());
    let folder = package("warm-up-next", &policy);
    let elsewhere = format!("[table]\nendpoint = \"{}\"\n", next.url());
    std::fs::write(folder.join("next.toml"), policy.replace("[table]\n", &elsewhere)).unwrap();
    let launch =
        launch_at(&running.url(), "warm-up-next", &policy).set("CLAIMS_SHADOW_POLICY", "next.toml");

    // Beside: there is time for both.
    running.always(Fault::Delay(Duration::from_millis(500)));
    let function = Linted::start(&launch, &policy);
    assert_eq!([running.requests(), next.requests()], [1, 1]);
    drop(function);

    // Not waited for: by itself it would take an attempt's time.
    running.heal();
    next.always(Fault::Hang);
    let function = Linted::start(&launch, &policy);
    let took = function.ready(START).unwrap();
    assert!(took < Duration::from_millis(2400), "{took:?}");
    assert!(!function.log().contains("no connection"), "{}", function.log());
    issued(&function.ask(&event()));
}

#[test]
fn a_store_in_the_package_is_asked_nothing() {
    demo_table();
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    let policy = file_policy();
    let function = Linted::start(&launch_at(&proxy.url(), "warm-up-file", &policy), &policy);
    issued(&function.ask(&event()));
    assert_eq!((proxy.connections(), function.log().contains("no connection")), (0, false));
}

#[test]
fn a_restored_snapshot_connects_before_its_first_event() {
    demo_table();
    let credentials = ContainerCredentials::start(Duration::from_secs(3600)).unwrap();
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    let launch = launch_at(&proxy.url(), "warm-up-snapshot", DEFAULT_POLICY);
    let launch = launch_for_snapshot(launch, &credentials);
    let function = Linted::start(&launch, DEFAULT_POLICY);
    assert_eq!((credentials.asked(), proxy.connections()), (0, 0));
    function.restore(START).unwrap();
    assert_eq!((credentials.asked(), proxy.connections(), proxy.requests()), (1, 1, 1));
    issued(&function.ask(&event()));
    assert_eq!((credentials.asked(), proxy.connections()), (1, 1));
}
