//! Spans at a collector: the tree from the trigger over its rooms to the rounds, below X-Ray's trace,
//! and no value in it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use claimsmith_testbed::collector::Collector;
use claimsmith_testbed::runtime_api::{Invocation, Launch};
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message as _;

use crate::function::*;
use crate::support::*;

/// What X-Ray's header of the testbed names.
const TRACE: &str = "5759e988bd862e3fe1be46a994272793";
const PARENT: &str = "53995c3f42cd8ad8";

fn traced(name: &str, collector: &str) -> Launch {
    launch(name, &file_policy()).set("OTEL_EXPORTER_OTLP_ENDPOINT", collector)
}

fn event() -> String {
    corpus("v2").into_iter().find(|(name, _)| name == "v2/sign-in.json").unwrap().1
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// All spans that the collector has, once there are so many.
fn spans(collector: &Collector, expected: usize) -> Vec<Span> {
    let begun = Instant::now();
    loop {
        let requests = collector.sent();
        let decoded =
            requests.iter().map(|body| ExportTraceServiceRequest::decode(&body[..]).unwrap());
        let spans: Vec<Span> = decoded
            .flat_map(|request| request.resource_spans)
            .flat_map(|of_resource| of_resource.scope_spans)
            .flat_map(|of_scope| of_scope.spans)
            .collect();
        if spans.len() >= expected || begun.elapsed() > START {
            return spans;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn the_tree_of_a_sign_in_is_seen_below_x_rays_trace() {
    let collector = Collector::start(false).unwrap();
    let policy = file_policy();
    let function = Linted::start(&traced("otel", &collector.url()), &policy);
    function.ask(&event());
    // What is sent is sent before the process asks for the next event and may be frozen.
    function.ask(&event());
    let sent = spans(&collector, 0);
    assert!(sent.len() >= 8, "{sent:?}");
    let spans = &sent[..8];
    let name_of: BTreeMap<Vec<u8>, &str> =
        spans.iter().map(|span| (span.span_id.clone(), span.name.as_str())).collect();
    let mut tree: Vec<(String, &str)> = Vec::new();
    for span in spans {
        assert_eq!(hexadecimal(&span.trace_id), TRACE, "{span:?}");
        let parent = name_of.get(&span.parent_span_id).map(ToString::to_string);
        tree.push((parent.unwrap_or(hexadecimal(&span.parent_span_id)), &span.name));
        assert!(span.events.is_empty(), "{span:?}");
    }
    tree.sort();
    let expected = [
        (PARENT, "invocation"),
        ("invocation", "answer"),
        ("invocation", "decide"),
        ("invocation", "event"),
        ("invocation", "records"),
        ("records", "round"),
        ("records", "round"),
        ("records", "round"),
    ];
    assert_eq!(tree, expected.map(|(parent, name)| (parent.to_owned(), name)));
}

#[test]
fn no_value_and_nothing_of_others_is_in_a_span() {
    let collector = Collector::start(false).unwrap();
    let policy = claimsmith::policy::DEFAULT_POLICY;
    // A table that is away, so that the SDK has much to say.
    let launch = launch_at("http://127.0.0.1:9", "otel-values", policy)
        .set("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url());
    let mut lint = Lint::new(policy);
    let function = Linted::start(&launch, policy);
    for (_, event) in corpus("v2") {
        lint.forbid_event(&json_of(&event));
        let answer = function.ask(&event);
        assert!(answer.outcome.is_err());
    }
    let spans = spans(&collector, 8);
    assert!(spans.len() >= 8);
    for span in &spans {
        assert!(span.events.is_empty(), "{span:?}");
        let ours = ["invocation", "event", "records", "round", "decide", "answer"];
        assert!(ours.contains(&span.name.as_str()), "{span:?}");
        let mut attributes: Vec<&str> =
            span.attributes.iter().map(|attribute| attribute.key.as_str()).collect();
        attributes.retain(|key| !["request_id", "trace_id", "by_key", "queries"].contains(key));
        let of_the_bridge = ["target", "busy_ns", "idle_ns", "code.module.name", "level"];
        attributes.retain(|key| !of_the_bridge.contains(key));
        assert!(attributes.is_empty(), "{attributes:?}");
        lint.check(&format!("{:?}", span.attributes));
    }
}

/// A collector is no part of a sign-in.
#[test]
fn a_collector_that_is_away_or_silent_changes_no_answer() {
    let silent = Collector::start(true).unwrap();
    let policy = file_policy();
    let plain = Linted::start(&launch("otel-none", &policy), &policy).ask(&event()).outcome.ok();
    for (name, url) in [("away", "http://127.0.0.1:9".to_owned()), ("silent", silent.url())] {
        let function = Linted::start(&traced(&format!("otel-{name}"), &url), &policy);
        let mut header = Invocation::new(event());
        header.trace_id = Some("no header of X-Ray".to_owned());
        for event in [Invocation::new(event()), header] {
            let begun = Instant::now();
            let answer = function.answer(&function.send(event)).unwrap();
            assert_eq!(answer.outcome.ok(), plain, "{name}");
            assert!(begun.elapsed() < Duration::from_secs(5), "{name}");
        }
    }
}
