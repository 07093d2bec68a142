//! The function itself, as a process under the emulated Lambda Runtime API.

use std::time::Duration;

use crate::function::*;
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::outcome::Refusal;
use claimsmith::policy::DEFAULT_POLICY;
use claimsmith_testbed::container_credentials::ContainerCredentials;
use claimsmith_testbed::fault_proxy::{Fault, FaultProxy};
use claimsmith_testbed::runtime_api::{Answer, Invocation, Launch, Pending};
use serde_json::{Value, json};

/// Asks for every event of the corpus, one after another, and compares with the library.
fn serves_the_corpus(function: &Linted) {
    function.forbid_records(DEMO_RECORDS);
    let trigger = Trigger::new(default_policy(), demo());
    let events = readable_corpus();
    for (number, (name, event)) in events.iter().enumerate() {
        // Lambda's Invoke takes JSON only, and a byte order mark is none.
        let event = event.trim_start_matches('\u{feff}');
        let answer = function.ask(event);
        same(name, run(&trigger, event), &answer);
        let record = function.record(&answer);
        assert_eq!(record["ColdStart"], u8::from(number == 0), "{name}");
    }
    // One wide line per invocation, and nothing that is no JSON.
    let lines: Vec<Value> = function.log().lines().map(json_of).collect();
    let wide = lines.iter().filter(|line| line["_aws"].is_object());
    assert_eq!(wide.count(), events.len());
}

fn same(name: &str, expected: Result<String, Refusal>, answer: &Answer) {
    match (expected, &answer.outcome) {
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
}

#[test]
fn from_a_file_every_event_is_answered_as_the_library_answers_it() {
    let policy = file_policy();
    serves_the_corpus(&Linted::start(&launch("every-event", &policy), &policy));
}

#[test]
fn from_the_table_every_event_is_answered_as_the_library_answers_it() {
    serves_the_corpus(&Bed::new("every-event-table", DEFAULT_POLICY).function);
}

#[test]
fn concurrent_invocations_get_their_own_answers() {
    const POLLERS: usize = 8;
    let bed = Bed::with("concurrent", DEFAULT_POLICY, |launch| launch.concurrency(POLLERS));
    bed.function.polling(POLLERS, START).unwrap();
    // While one waits for the table, others are served: four rounds of waiting, not fifty.
    bed.proxy.always(Fault::Delay(Duration::from_millis(20)));
    let trigger = Trigger::new(default_policy(), demo());
    let events: Vec<_> = corpus("v2").into_iter().chain(corpus("v3")).collect();
    let pending: Vec<Pending> = events
        .iter()
        .map(|(_, event)| {
            bed.function.forbid_event(event);
            bed.function.send(Invocation::new(event.as_str()))
        })
        .collect();
    for ((name, event), pending) in events.iter().zip(&pending) {
        let answer = bed.function.answer(pending).unwrap();
        bed.function.forbid_answer(&answer);
        assert_eq!(answer.request_id, pending.request_id);
        same(name, run(&trigger, event), &answer);
        assert_eq!(bed.function.record(&answer)["request_id"], answer.request_id.as_str());
    }
}

#[test]
fn a_restored_snapshot_connects_anew() {
    let credentials = ContainerCredentials::start(Duration::from_secs(3600)).unwrap();
    demo_table();
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    let launch = launch_at(&proxy.url(), "snapshot", DEFAULT_POLICY);
    let launch = launch_for_snapshot(launch, &credentials);
    let function = Linted::start(&launch, DEFAULT_POLICY);
    // What is asked for before the snapshot would be old after it.
    assert_eq!((credentials.asked(), proxy.requests()), (0, 0));
    function.restore(START).unwrap();
    let trigger = Trigger::new(default_policy(), demo());
    let (name, event) = &corpus("v2")[0];
    for _ in 0..2 {
        same(name, run(&trigger, event), &function.ask(event));
    }
    assert_eq!(credentials.asked(), 1);
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
    let cause = ["$.triggerSource: expected a string, found nothing"];
    function.log_line(&cause, START).unwrap();
}

/// What the function says when it can't start.
fn failed_start(launch: &Launch) -> String {
    let function = launch.spawn().unwrap();
    assert_eq!(function.ended(START).unwrap().code(), Some(1));
    // A line without a level would be dropped with all that is only `INFO`.
    let log = function.log();
    let line = json_of(log.lines().last().unwrap());
    assert_eq!((&line["level"], &line["outcome"]), (&json!("ERROR"), &json!("error")));
    assert_eq!(line["reason"], "not_started");
    assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
    line["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_wrong_policy_stops_the_cold_start_with_every_finding() {
    let wrong = file_policy()
        .replace("[claims.org_tier]", "[claims.sub]")
        .replace("budget = \"cookie\"", "budget = \"huge\"");
    let said = failed_start(&launch("wrong-policy", &wrong));
    assert!(said.contains("reserved-claim") && said.contains("budget"), "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");

    let unset = launch("unset", claimsmith::policy::DEFAULT_POLICY);
    assert!(failed_start(&unset).contains("`CLAIMS_TABLE` is not set"));
    let missing = launch("missing", &file_policy().replace("items.json", "elsewhere.json"));
    assert!(failed_start(&missing).contains("elsewhere.json"));
}

/// The lines of a function's log after these events.
fn log_of(launch: &Launch, policy: &str, events: &[&str]) -> Vec<Value> {
    let function = Linted::start(launch, policy);
    events.iter().for_each(|event| drop(function.ask(event)));
    function.stop().unwrap();
    function.log().lines().map(json_of).collect()
}

#[test]
fn levels_choose_what_is_told_of_which_invocation() {
    let policy = file_policy();
    let event = corpus("v2").into_iter().find(|(name, _)| name == "v2/sign-in.json").unwrap().1;
    for (variable, word, told) in [
        ("AWS_LAMBDA_LOG_LEVEL", "INFO", [1, 0, 1]),
        ("AWS_LAMBDA_LOG_LEVEL", "WARN", [0, 0, 1]),
        ("AWS_LAMBDA_LOG_LEVEL", "FATAL", [0, 0, 1]),
        ("AWS_LAMBDA_LOG_LEVEL", "DEBUG", [1, 10, 1]),
        ("RUST_LOG", "claimsmith=debug", [1, 10, 1]),
        ("RUST_LOG", "off", [0, 0, 0]),
    ] {
        let launch = launch("levels", &policy).unset("RUST_LOG").set(variable, word);
        let lines = log_of(&launch, &policy, &[&event, "[]"]);
        let of_level = |level: &str| lines.iter().filter(|line| line["level"] == level).count();
        let counts = ["INFO", "DEBUG", "ERROR"].map(of_level);
        assert_eq!(counts, told, "{variable}={word}: {lines:?}");
        for line in &lines {
            assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
            assert!(line["request_id"].is_string() && line["trace_id"].is_string(), "{line}");
        }
        let spans = lines.iter().filter_map(|line| line["span"].as_str());
        let spans: Vec<&str> = spans.take(counts[1].min(8)).collect();
        let all = ["event", "round", "round", "round", "records", "decide", "answer", "invocation"];
        assert!(spans.is_empty() || spans == all, "{spans:?}");
    }
}

#[test]
fn in_report_mode_every_event_comes_back_as_it_came() {
    let policy = file_policy();
    let launch = launch("report", &policy).set("CLAIMS_MODE", "report");
    let function = Linted::start(&launch, &policy);
    let broken = ["[]", "{\"request\":{}}", "7"].map(str::to_owned);
    for event in readable_corpus().into_iter().map(|(_, event)| event).chain(broken) {
        let event = event.trim_start_matches('\u{feff}').trim().to_owned();
        let answer = function.ask(&event);
        assert_eq!(String::from_utf8(answer.outcome.clone().unwrap()).unwrap(), event);
        let line = function.record(&answer);
        assert_eq!((&line["record"]["mode"], &line["Reported"]), (&json!("report"), &json!(1)));
        assert_ne!(line["level"], "INFO", "{line}");
        // What the policy would change, which is what there is to read on the first day.
        let would = line["record"]["shadow"]["outcome"].as_str().unwrap_or("unreadable");
        let expected = match line["record"]["outcome"].as_str().unwrap() {
            "customized" => ["differs", "same"],
            _ => ["refused", "unreadable"],
        };
        assert!(expected.contains(&would), "{line}");
    }
    // The decision with which it is compared has rooms of its own, and they count for nothing.
    let log = function.log();
    let written = log.lines().find(|line| line.contains("\"rooms\":{\"event\"")).unwrap();
    let rooms = written.split("\"rooms\":").nth(1).unwrap().split('}').next().unwrap();
    let names: Vec<&str> = rooms.split('"').skip(1).step_by(2).collect();
    assert_eq!(names, ["event", "records", "decide", "answer", "shadow"]);
}

/// The safe first day: a policy that can't be used harms no sign-in either.
#[test]
fn report_mode_outlives_a_policy_that_can_not_be_used() {
    let wrong = file_policy().replace("[claims.org_tier]", "[claims.sub]");
    let function =
        Linted::start(&launch("report-wrong", &wrong).set("CLAIMS_MODE", "report"), &wrong);
    let event = &corpus("v2")[0].1;
    let answer = function.ask(event);
    assert_eq!(answer.outcome.as_deref().unwrap(), event.trim().as_bytes());
    function.log_line(&["not_started", "reserved-claim"], START).unwrap();
    let line = function.record(&answer);
    assert_eq!((&line["level"], &line["Reported"]), (&json!("ERROR"), &json!(1)));
    assert_eq!((&line["Refused"], &line["record"]["outcome"]), (&json!(0), &json!("undecided")));

    let policy = file_policy();
    let other = launch("mode", &policy).set("CLAIMS_MODE", "observe");
    assert_eq!(failed_start(&other), "CLAIMS_MODE: expected `decide` or `report`");
}

#[test]
fn the_next_policy_decides_beside_and_changes_nothing() {
    let policy = file_policy();
    let alone = Linted::start(&launch("no-shadow", &policy), &policy);
    let folder = package("shadow", &policy);
    let next = policy.replace("[claims.org_tier]", "[claims.org_level]");
    std::fs::write(folder.join("next.toml"), &next).unwrap();
    std::fs::write(folder.join("broken.toml"), "version = 7").unwrap();
    let beside = |file| launch("shadow", &policy).set("CLAIMS_SHADOW_POLICY", file);
    let both = Linted::start(&beside("next.toml"), &format!("{policy}{next}"));
    let broken = Linted::start(&beside("broken.toml"), &policy);
    let missing = Linted::start(&beside("elsewhere.toml"), &policy);
    for function in [&broken, &missing] {
        let line = json_of(&function.log_line(&["CLAIMS_SHADOW_POLICY"], START).unwrap());
        assert_eq!(line["level"], "WARN");
    }
    for (name, event) in readable_corpus() {
        let event = event.trim_start_matches('\u{feff}');
        let expected = alone.ask(event).outcome.ok();
        for function in [&both, &broken, &missing] {
            assert_eq!(function.ask(event).outcome.ok(), expected, "{name}");
        }
    }
    let (_, event) =
        readable_corpus().into_iter().find(|(name, _)| name == "v2/sign-in.json").unwrap();
    let line = both.record(&both.ask(&event));
    let shadow = &line["record"]["shadow"];
    assert_eq!((&shadow["outcome"], &line["ShadowDiffers"]), (&json!("differs"), &json!(1)));
    assert_eq!(shadow["access_token"]["gained"], json!(["org_level"]), "{shadow}");
    assert_eq!(shadow["access_token"]["lost"], json!(["org_tier"]), "{shadow}");
    assert_eq!(broken.record(&broken.ask(&event))["record"].get("shadow"), None);
}

/// Without a subscriber these vanish: here a table that is away, which the SDK tries twice.
#[test]
fn warnings_of_the_sdk_are_told_by_their_place() {
    let policy = DEFAULT_POLICY;
    let launch = launch_at("http://127.0.0.1:9", "warnings", policy).set("RUST_LOG", "debug");
    let event = &corpus("v2")[0].1;
    let lines = log_of(&launch, policy, &[event]);
    let foreign: Vec<&Value> = lines
        .iter()
        .filter(|line| line["target"].as_str().is_some_and(|target| target.starts_with("aws_")))
        .collect();
    assert!(!foreign.is_empty(), "{lines:?}");
    for line in foreign {
        let at = line["at"].as_str().unwrap();
        assert!(at.starts_with("aws-") && at.contains("/src/"), "{line}");
        assert!(line["message"].is_null() && !at.contains("registry"), "{line}");
    }
}

#[test]
fn an_environment_without_a_region_stops_the_cold_start() {
    let launch = launch("no-region", DEFAULT_POLICY)
        .set("CLAIMS_TABLE", "table")
        .set("AWS_EC2_METADATA_DISABLED", "true")
        .unset("AWS_REGION")
        .unset("AWS_DEFAULT_REGION");
    assert_eq!(failed_start(&launch), "no region: set AWS_REGION, or `region` in [table]");
}

#[test]
fn a_policy_that_is_not_there_is_told_in_words() {
    let launch = launch("no-policy", DEFAULT_POLICY).set("CLAIMS_POLICY_FILE", "gone.toml");
    assert_eq!(failed_start(&launch), "gone.toml: there is no such file or folder");
}

#[test]
fn certificates_that_are_none_stop_the_cold_start() {
    let folder = package("no-certificates", DEFAULT_POLICY);
    let launch = launch("no-certificates", DEFAULT_POLICY).set("CLAIMS_TABLE", "table");
    let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    std::fs::write(folder.join("broken.pem"), broken).unwrap();
    for (bundle, said) in [
        ("none.pem", "none.pem: there is no such file or folder"),
        ("claims.toml", "AWS_CA_BUNDLE: no certificates"),
        ("broken.pem", "AWS_CA_BUNDLE: certificate 1"),
    ] {
        let got = failed_start(&launch.clone().set("AWS_CA_BUNDLE", folder.join(bundle)));
        assert!(got.contains(said), "{bundle}: {got}");
    }
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

#[test]
fn the_lint_of_the_log_finds_every_kind_of_value() {
    let event = json!({
        "userName": "ada",
        "callerContext": {"clientId": "2webclientexample0000000001"},
        "request": {"userAttributes": {
            "sub": "11111111-1111-4111-8111-111111111111",
            "name": "Ada \"the first\" Lovelace",
            "custom:features": "beta-dashboard,export",
        }},
        "userPoolId": {"switched-on": true},
    });
    let finds = |log: &str| {
        let mut lint = Lint::new(DEFAULT_POLICY);
        lint.forbid_event(&event);
        let log = json!({"log": log}).to_string();
        std::panic::catch_unwind(|| lint.check(&log)).is_err()
    };
    for leak in [
        "of 11111111-1111-4111-8111-111111111111",
        "Ada \"the first\" Lovelace",
        "Lovelace",
        "the flag beta-dashboard",
        "the flag switched-on",
        claimsmith_testbed::runtime_api::SECRET_ACCESS_KEY,
    ] {
        assert!(finds(leak), "{leak}");
    }
    for word in ["refused", "record `org`", "org_id", "2webclientexample0000000001"] {
        assert!(!finds(word), "{word}");
    }
}
