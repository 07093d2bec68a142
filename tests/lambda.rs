//! The function itself, as a process under the emulated Lambda Runtime API.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on should stop"
)]

mod function;
mod support;

use std::time::Duration;

use claimsmith_testbed::runtime_api::Invocation;
use function::*;
use serde_json::{Value, json};
use support::*;

#[test]
fn every_event_is_answered_as_the_library_answers_it() {
    let policy = file_policy();
    let function = Linted::start(&launch("every-event", &policy), &policy);
    function.forbid_records(DEMO_RECORDS);
    let trigger = claimsmith::Trigger { policy: default_policy(), store: demo() };
    let events = readable_corpus();
    for (name, text) in &events {
        // Lambda's Invoke takes JSON only, and a byte order mark is none.
        let text = text.trim_start_matches('\u{feff}');
        let answer = function.ask(text);
        match (run(&trigger, text), &answer.outcome) {
            (Ok(expected), Ok(body)) => {
                assert_eq!(std::str::from_utf8(body).unwrap(), expected.trim_end(), "{name}");
            }
            (Err(refusal), Err(error)) => {
                let body: Value = serde_json::from_slice(&error.body).unwrap();
                let expected = json!({
                    "errorType": refusal.reason.as_str(),
                    "errorMessage": refusal.reason.default_message(),
                });
                assert_eq!(body, expected, "{name}");
            }
            (expected, got) => panic!("{name}: {expected:?}, and the function: {got:?}"),
        }
        // One line of JSON per invocation.
        function.record(&answer);
    }
    assert_eq!(function.log().lines().count(), events.len());
}

#[test]
fn what_is_no_event_is_one_error() {
    let policy = file_policy();
    let function = Linted::start(&launch("no-event", &policy), &policy);
    for event in ["[]", "{\"request\":{}}", "7"] {
        let error = function.ask(event).outcome.unwrap_err();
        assert_eq!(error.error_type, "unreadable_event");
        assert_eq!(error.error_message, "sign-in refused");
    }
    let log = function.log();
    assert!(log.contains("$.triggerSource: expected a string, found nothing"), "{log}");
}

/// The lines that the function says when it can't start.
fn failed_start(name: &str, policy: &str) -> String {
    let function = launch(name, policy).spawn().unwrap();
    assert_eq!(function.ended(START).unwrap().code(), Some(1));
    function.log()
}

#[test]
fn a_wrong_policy_stops_the_cold_start_with_every_finding() {
    let wrong = file_policy()
        .replace("[claims.org_tier]", "[claims.sub]")
        .replace("budget = \"gateway\"", "budget = \"huge\"");
    let log = failed_start("wrong-policy", &wrong);
    assert!(log.contains("reserved-claim") && log.contains("budget"), "{log}");
    assert_eq!(log.lines().count(), 2, "{log}");

    let unset = claimsmith::policy::DEFAULT_POLICY;
    assert!(failed_start("unset", unset).contains("`CLAIMS_TABLE` is not set"));
    let missing = file_policy().replace("items.json", "elsewhere.json");
    assert!(failed_start("missing", &missing).contains("elsewhere.json"));
}

#[test]
fn a_table_that_this_version_can_not_read_stops_the_cold_start() {
    let named = file_policy().replace("file = \"items.json\"", "name = \"table\"");
    assert!(failed_start("named", &named).contains("give [table] a `file` instead"));
}

#[test]
fn it_ends_when_lambda_ends_it() {
    let policy = file_policy();
    let function = Linted::start(&launch("ends", &policy), &policy);
    let pending = function.send(Invocation::new(corpus("v2")[0].1.as_str()));
    function.answer(&pending).unwrap();
    let figures = function.figures().unwrap();
    assert!(figures.peak_memory > 0 && figures.descriptors > 3, "{figures:?}");
    function.stop().unwrap();
    function.ended(Duration::ZERO).unwrap();
    assert!(!function.log().contains("panicked"), "{}", function.log());
}
