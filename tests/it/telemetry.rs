//! The record of an invocation: what CloudWatch makes of it, and that it never holds a value.
//!
//! SPEC: AWS, "Specification: Embedded metric format".

use std::collections::BTreeSet;
use std::time::Duration;

use crate::support::*;
use claimsmith::Trigger;
use claimsmith::clock::at_once;
use claimsmith::metrics::{METRICS, NAMESPACE, REFUSALS};
use claimsmith::mode::Mode;
use claimsmith::outcome::Refusal;
use claimsmith::records::store::Store;
use claimsmith::telemetry::{Invocation, LogLine, Sampling};
use claimsmith_telemetry::{Level, Timing, Wide as _};
use serde_json::{Value, json};

const DOCUMENT: &str = include_str!("../../docs/telemetry.md");

fn invocation(request_id: &str) -> Invocation<'_> {
    Invocation {
        request_id,
        trace_id: Some("Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1"),
        function: "claims",
        function_version: "7",
        cold_start: true,
        time: Duration::from_micros(2_499_060),
        ..Invocation::default()
    }
}

fn timing() -> Timing {
    Timing {
        took: Duration::from_micros(5060),
        rooms: [("event", 20), ("records", 5000), ("decide", 30), ("answer", 10)]
            .map(|(room, took)| (room, Duration::from_micros(took)))
            .to_vec(),
        timestamp: "2026-11-21T07:33:16.195000Z".to_owned(),
        since_1970: 1_795_246_396_195,
    }
}

/// The text of one event's line.
fn written<S: Store>(
    trigger: &Trigger<S>,
    event: &str,
    invocation: &Invocation<'_>,
    sampling: Sampling,
) -> Option<String> {
    let wide = match at_once(trigger.decide(event.as_bytes(), Duration::from_secs(5))).unwrap() {
        Err(error) => {
            let refusal = Refusal::unreadable(&error.to_string());
            LogLine::refused(&refusal).wide(invocation, sampling)
        }
        Ok(decided) => LogLine::decided(&decided).wide(invocation, sampling),
    };
    wide.map(|wide| wide.line(&timing()))
}

/// The line of one event.
fn line<S: Store>(trigger: &Trigger<S>, event: &str, sampling: Sampling) -> Option<Value> {
    let text = written(trigger, event, &invocation("request-1"), sampling);
    text.map(|text| json_of(&text))
}

fn all(sampling: Sampling) -> Vec<(String, Value)> {
    let trigger = Trigger::new(default_policy(), demo());
    let events = readable_corpus().into_iter().chain(corpus("broken"));
    events.filter_map(|(name, text)| Some((name, line(&trigger, &text, sampling)?))).collect()
}

#[test]
fn lines_are_the_recorded_ones_byte_for_byte() {
    let trigger = Trigger::new(default_policy(), demo());
    let events = readable_corpus();
    let (_, event) = events.iter().find(|(name, _)| name == "v2/sign-in.json").unwrap();
    let text = |event: &str, one_in| {
        let sampling = Sampling { one_in };
        (0..).find_map(|number| {
            written(&trigger, event, &invocation(&format!("request-{number}")), sampling)
        })
    };
    let elsewhere = event.replace("2webclientexample0000000001", "another");
    let lines = [text(event, 1), text(event, 10), text(&elsewhere, 1), text("[]", 1)];
    insta::assert_snapshot!(lines.map(Option::unwrap).join("\n"));
}

#[test]
fn every_line_is_what_cloudwatch_expects() {
    let lines = all(Sampling::default());
    assert!(lines.len() > 100);
    let sampled = all(Sampling { one_in: 2 });
    for (name, line) in lines.iter().chain(&sampled) {
        assert_eq!(line["_aws"]["Timestamp"], 1_795_246_396_195_u64, "{name}");
        let directives = line["_aws"]["CloudWatchMetrics"].as_array().unwrap();
        for directive in directives {
            assert_eq!(directive["Namespace"], NAMESPACE);
            for dimension in
                directive["Dimensions"].as_array().unwrap().iter().flat_map(|set| {
                    set.as_array().unwrap().iter().map(|name| name.as_str().unwrap())
                })
            {
                assert!(line[dimension].is_string(), "{name}: no dimension {dimension}");
            }
            let metrics = directive["Metrics"].as_array().unwrap();
            assert!(!metrics.is_empty() && metrics.len() <= 100, "{name}");
            for metric in metrics {
                let value = &line[metric["Name"].as_str().unwrap()];
                // What is sampled has a value and how often it counts.
                let plain = value.is_number();
                let counted = value["Values"][0].is_number() && value["Counts"] == json!([2]);
                assert!(plain || counted, "{name}: {metric} is {value}");
                let unit = metric["Unit"].as_str().unwrap();
                assert!(["Count", "Milliseconds", "Bytes"].contains(&unit));
            }
        }
        let refused = line["record"]["outcome"] == "refused";
        assert_eq!(directives.len(), if refused { 3 } else { 2 }, "{name}");
        let value = |metric: &str| match &line[metric] {
            Value::Object(counted) => counted["Values"][0].clone(),
            plain => plain.clone(),
        };
        assert_eq!(value("Refused"), u8::from(refused), "{name}");
        assert_eq!(value("Customized"), u8::from(!refused), "{name}");
        assert_eq!(line["Reason"], line["record"]["reason"], "{name}");
    }
    let outcomes: BTreeSet<&str> =
        lines.iter().filter_map(|(_, line)| line["record"]["outcome"].as_str()).collect();
    assert_eq!(outcomes.len(), 2);
}

#[test]
fn times_sizes_and_reads_are_what_happened() {
    let trigger = Trigger::new(default_policy(), demo());
    let events = readable_corpus();
    let (_, event) = events.iter().find(|(name, _)| name == "v2/sign-in.json").unwrap();
    let line = line(&trigger, event, Sampling::default()).unwrap();
    assert_eq!(line["Duration"], 5.06);
    assert_eq!(line["ReadDuration"], 5);
    assert_eq!(line["DeadlineLeft"], 2494);
    assert_eq!(line["Reads"], 3);
    assert_eq!(line["IdTokenBytes"], 2317);
    assert_eq!(line["AccessTokenBytes"], 2165);
    assert_eq!(line["record"]["rounds"], 3);
    assert_eq!(line["record"]["event_version"], "2");
    assert_eq!(line["record"]["identity_hash"].as_str().unwrap().len(), 16);
    let rooms = json!({ "event": 0.02, "records": 5, "decide": 0.03, "answer": 0.01 });
    assert_eq!(line["rooms"], rooms);
    assert_eq!(line["request_id"], "request-1");
    assert!(line["trace_id"].as_str().unwrap().starts_with("Root="));
}

#[test]
fn a_value_never_gets_into_a_line() {
    // A client id is the one thing of the event that is told as it is, if it looks like one.
    let hidden = ["acme", "globex", "@", "11111111", "audit-log", "enterprise", "example.com"];
    for (name, line) in all(Sampling::default()) {
        let text = line.to_string();
        for value in hidden {
            assert!(!text.contains(value), "{name}: the line holds `{value}`");
        }
    }
    let events = readable_corpus();
    let (_, event) = events.iter().find(|(name, _)| name == "v2/sign-in.json").unwrap();
    let odd = event
        .replace("2webclientexample0000000001", "ada@acme.example")
        .replace("TokenGeneration_Authentication", "TokenGeneration_acme");
    let trigger = Trigger::new(default_policy(), demo());
    let text = line(&trigger, &odd, Sampling::default()).unwrap().to_string();
    assert!(!text.contains("acme"), "{text}");
}

#[test]
fn people_are_told_apart_by_pool_and_sub() {
    let trigger = Trigger::new(default_policy(), demo());
    let events = readable_corpus();
    let (_, event) = events.iter().find(|(name, _)| name == "v2/sign-in.json").unwrap();
    let hash = |event: &str| {
        let line = line(&trigger, event, Sampling::default()).unwrap();
        line["record"]["identity_hash"].clone()
    };
    assert_eq!(hash(event), hash(event));
    let other_pool = event.replace("eu-west-1_EXAMPLE01", "eu-west-1_EXAMPLE02");
    let other_person = event.replace("11111111-1111-4111-8111-111111111111", "2222");
    assert_ne!(hash(event), hash(&other_pool));
    assert_ne!(hash(event), hash(&other_person));
}

/// In report mode nobody got what was decided, and no alarm on refusals may ring.
#[test]
fn report_mode_is_told_in_every_line_and_counts_nothing_else() {
    let trigger = Trigger::new(default_policy(), demo());
    for (name, event) in readable_corpus() {
        let decided = at_once(trigger.decide(event.as_bytes(), Duration::from_secs(5)));
        let decided = decided.unwrap().unwrap();
        let line = LogLine::decided(&decided);
        let report = Invocation { mode: Mode::Report, ..invocation("request-1") };
        // Not even one in so many.
        let wide = line.wide(&report, Sampling { one_in: 1000 }).unwrap();
        assert!(wide.level() >= Level::Warn, "{name}");
        let told = json_of(&wide.line(&timing()));
        assert_eq!((&told["record"]["mode"], &told["Reported"]), (&json!("report"), &json!(1)));
        assert_eq!((&told["Customized"], &told["Refused"]), (&json!(0), &json!(0)), "{name}");
        assert_eq!((&told["Refusals"], &told["Reason"]), (&Value::Null, &Value::Null), "{name}");
        let decides = json_of(
            &line.wide(&invocation("request-1"), Sampling::default()).unwrap().line(&timing()),
        );
        assert_eq!(told["record"]["outcome"], decides["record"]["outcome"], "{name}");
        assert_eq!(told["record"]["reason"], decides["record"]["reason"], "{name}");
        assert_eq!(
            (&decides["Reported"], &decides["record"]["mode"]),
            (&Value::Null, &Value::Null)
        );
    }
}

#[test]
fn the_shadow_is_told_and_counted() {
    use claimsmith::shadow::{Outcome, Told};
    let trigger = Trigger::new(default_policy(), demo());
    let event = &readable_corpus()[0].1;
    let decided = at_once(trigger.decide(event.as_bytes(), Duration::from_secs(5)));
    let decided = decided.unwrap().unwrap();
    let metrics = ["ShadowDiffers", "ShadowRefuses", "ShadowUnknown"];
    for (outcome, counted) in [
        (Outcome::Same, [0, 0, 0]),
        (Outcome::Differs, [1, 0, 0]),
        (Outcome::Issued, [1, 0, 0]),
        (Outcome::RefusedOtherwise, [0, 0, 0]),
        (Outcome::Refused, [0, 1, 0]),
        (Outcome::Unknown, [0, 0, 1]),
        (Outcome::NotReady, [0, 0, 1]),
        (Outcome::Panicked, [0, 0, 1]),
    ] {
        let shadow = Told::only(outcome);
        let with = Invocation { shadow: Some(&shadow), ..invocation("request-1") };
        let wide = LogLine::decided(&decided).wide(&with, Sampling::default()).unwrap();
        let line = json_of(&wide.line(&timing()));
        assert_eq!(metrics.map(|name| line[name].as_u64()), counted.map(Some), "{outcome:?}");
        assert_eq!(line["record"]["shadow"]["outcome"], outcome.as_str());
    }
}

#[test]
fn levels_and_sampling_choose_what_is_written() {
    let everything = all(Sampling::default());
    let level = |line: &Value| line["level"].as_str().unwrap().to_owned();
    let above_info = everything.iter().filter(|(_, line)| level(line) != "INFO").count();
    let errors = everything.iter().filter(|(_, line)| level(line) == "ERROR").count();
    assert!(errors > 0 && errors < above_info && above_info < everything.len());
    // By lot: about one in ten, each counting ten times; what matters is always there.
    let trigger = Trigger::new(default_policy(), demo());
    let events = readable_corpus();
    let (_, event) = events.iter().find(|(name, _)| name == "v2/sign-in.json").unwrap();
    let decided = at_once(trigger.decide(event.as_bytes(), Duration::from_secs(5)));
    let decided = decided.unwrap().unwrap();
    let record = LogLine::decided(&decided);
    let ten = Sampling { one_in: 10 };
    let written: Vec<String> = (0..5000)
        .filter_map(|number| record.wide(&invocation(&format!("request-{number}")), ten))
        .map(|wide| wide.line(&timing()))
        .collect();
    assert!((400..600).contains(&written.len()), "{} of 5000", written.len());
    let line = json_of(&written[0]);
    assert_eq!(line["Customized"], json!({ "Values": [1], "Counts": [10] }));
    assert_eq!(line["IdTokenBytes"], json!({ "Values": [2317], "Counts": [10] }));
    assert!(all(ten).iter().filter(|(_, line)| level(line) != "INFO").count() == above_info);
}

#[test]
fn the_document_names_every_metric() {
    for (name, unit, about) in METRICS.into_iter().chain([REFUSALS]) {
        let row = format!("| `{name}` | {unit} | {about} |");
        assert!(DOCUMENT.contains(&row), "docs/telemetry.md lacks {row}");
    }
    assert!(DOCUMENT.contains(&format!("That is {} metrics", METRICS.len())));
    let reasons = claimsmith::outcome::Reason::ALL.len();
    assert!(DOCUMENT.contains(&format!("at most {reasons} more")));
}
