//! The layer that writes lines: one when an invocation's span closes, one for each event that is
//! heard, and at level `DEBUG` one for each span.

use std::fmt::Debug;
use std::time::{Duration, Instant};

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id};
use tracing::subscriber::Interest;
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;
use tracing_subscriber::registry::{LookupSpan, SpanRef};

use crate::filter::Filter;
use crate::id::plain_trace;
use crate::invocation::Pending;
use crate::timing::{Timing, milliseconds, now, timestamp};

pub(crate) struct Lines<W> {
    filter: Filter,
    write: W,
}

impl<W: Fn(String)> Lines<W> {
    /// Hands each line, without its end, to `write`.
    pub(crate) fn new(filter: Filter, write: W) -> Self {
        Self { filter, write }
    }
}

/// What is kept about a span while it is open.
struct Open {
    since: Instant,
    /// What the spans directly below it took.
    rooms: Vec<(&'static str, Duration)>,
    /// Numbers and names; of a root its ids.
    fields: Map<String, Value>,
}

impl<S, W> Layer<S> for Lines<W>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
    W: Fn(String) + Send + Sync + 'static,
{
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.filter.hears(metadata) { Interest::always() } else { Interest::never() }
    }

    fn enabled(&self, metadata: &Metadata<'_>, _: Context<'_, S>) -> bool {
        self.filter.hears(metadata)
    }

    fn on_new_span(&self, attributes: &Attributes<'_>, id: &Id, context: Context<'_, S>) {
        let Some(span) = context.span(id) else { return };
        let mut fields = Fields::default();
        if span.parent().is_none() || self.filter.writes_spans() {
            attributes.record(&mut fields);
        }
        let open = Open { since: instant(), rooms: Vec::new(), fields: fields.0 };
        span.extensions_mut().insert(open);
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        let metadata = event.metadata();
        let mut line = Map::new();
        line.insert("target".to_owned(), metadata.target().into());
        if self.filter.is_own(metadata.target()) {
            let mut fields = Fields(line);
            event.record(&mut fields);
            line = fields.0;
        } else {
            // Others' texts and fields may hold anything.
            let (file, number) = (metadata.file().unwrap_or(""), metadata.line().unwrap_or(0));
            line.insert("at".to_owned(), format!("{}:{number}", within_crate(file)).into());
        }
        self.write(metadata.level().as_str(), line, context.event_span(event));
    }

    fn on_close(&self, id: Id, context: Context<'_, S>) {
        let Some(span) = context.span(&id) else { return };
        if !self.filter.is_own(span.metadata().target()) {
            return;
        }
        let (open, pending) = {
            let mut extensions = span.extensions_mut();
            (extensions.remove::<Open>(), extensions.remove::<Pending>())
        };
        let Some(Open { since, rooms, fields }) = open else { return };
        let took = instant().saturating_duration_since(since);
        if let Some(parent) = span.parent()
            && let Some(open) = parent.extensions_mut().get_mut::<Open>()
        {
            open.rooms.push((span.name(), took));
        }
        if self.filter.writes_spans() {
            let mut line = Map::new();
            line.insert("span".to_owned(), span.name().into());
            line.insert("milliseconds".to_owned(), milliseconds(took).into());
            line.extend(fields);
            self.write("DEBUG", line, span.parent());
        }
        if let Some(Pending(wide)) =
            pending.filter(|Pending(wide)| self.filter.writes(wide.level()))
        {
            (self.write)(wide.line(&Timing::ending(now(), took, rooms)));
        }
    }
}

impl<W: Fn(String)> Lines<W> {
    /// Writes a line with the ids of the invocation that it belongs to.
    fn write<'s, S: LookupSpan<'s>>(
        &self,
        level: &'static str,
        mut line: Map<String, Value>,
        span: Option<SpanRef<'s, S>>,
    ) {
        let mut whole = Map::new();
        whole.insert("timestamp".to_owned(), timestamp(now()).into());
        whole.insert("level".to_owned(), level.into());
        whole.append(&mut line);
        let root = span.and_then(|span| span.scope().from_root().next());
        if let Some(root) = root
            && let Some(open) = root.extensions().get::<Open>()
        {
            // Ours, and the runtime's own names for them.
            for (name, runtimes) in [("request_id", "requestId"), ("trace_id", "xrayTraceId")] {
                let id = open.fields.get(name).or_else(|| open.fields.get(runtimes));
                if let Some(id) = id.and_then(Value::as_str).and_then(plain_trace) {
                    whole.insert(name.to_owned(), id.into());
                }
            }
        }
        (self.write)(Value::Object(whole).to_string());
    }
}

/// Fields as JSON.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn set(&mut self, field: &Field, value: Value) {
        self.0.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        self.set(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.set(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.set(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.set(field, value.into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.set(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.set(field, format!("{value:?}").into());
    }
}

/// The path of a source file from its package on, whoever built it where.
pub(crate) fn within_crate(file: &str) -> &str {
    match file.rsplit_once("/src/") {
        None => file,
        Some((before, _)) => {
            let package = before.rsplit_once('/').map_or(before, |(_, package)| package);
            file.get(before.len() - package.len()..).unwrap_or(file)
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "spans are timed here")]
fn instant() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use tracing::{Instrument, Level, debug, error, info, info_span, trace, warn};
    use tracing_subscriber::Registry;
    use tracing_subscriber::layer::SubscriberExt as _;

    use super::*;
    use crate::{Wide, invocation, tell};

    /// The lines of some work at a level.
    fn lines(level: &str, directives: &str, work: impl FnOnce()) -> Vec<Value> {
        let variable = |name: &str| match name {
            "AWS_LAMBDA_LOG_LEVEL" => Some(level.to_owned()),
            "RUST_LOG" => Some(directives.to_owned()),
            _ => None,
        };
        let (filter, problem) = Filter::of(&["claimsmith"], &variable);
        assert_eq!(problem, None);
        let written = Arc::new(Mutex::new(Vec::new()));
        let keep = Arc::clone(&written);
        let lines = Lines::new(filter, move |line| keep.lock().unwrap().push(line));
        tracing::subscriber::with_default(Registry::default().with(lines), work);
        let written = written.lock().unwrap();
        written.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    struct Account(crate::Level);

    impl Wide for Account {
        fn level(&self) -> crate::Level {
            self.0
        }

        fn line(&self, timing: &Timing) -> String {
            let rooms: Vec<&str> = timing.rooms.iter().map(|(room, _)| *room).collect();
            let within =
                timing.rooms.iter().map(|(_, took)| *took).sum::<Duration>() <= timing.took;
            serde_json::json!({ "wide": rooms, "within": within }).to_string()
        }
    }

    #[test]
    fn an_invocation_is_one_line_with_its_rooms() {
        let work = || {
            let span = invocation("request-1", None);
            span.in_scope(|| {
                info_span!("event").in_scope(|| {});
                info_span!("records").in_scope(|| info_span!("round", items = 3).in_scope(|| {}));
            });
            tell(&span, Account(crate::Level::Warn));
            tell(&span, Account(crate::Level::Info));
        };
        let line = serde_json::json!({ "wide": ["event", "records"], "within": true });
        assert_eq!(lines("INFO", "", work), [line]);
        assert_eq!(lines("WARN", "", work), [Value::Null; 0]);
    }

    #[test]
    fn spans_are_lines_of_their_own_at_debug() {
        let written = lines("DEBUG", "", || {
            let span = invocation("request-1", Some("Root=1"));
            let round = info_span!(parent: &span, "round", items = 3);
            round.in_scope(|| {});
        });
        let names: Vec<_> = written.iter().map(|line| line["span"].as_str().unwrap()).collect();
        assert_eq!(names, ["round", "invocation"]);
        assert_eq!((&written[0]["items"], &written[0]["level"]), (&3.into(), &"DEBUG".into()));
        for line in &written {
            assert_eq!(
                (&line["request_id"], &line["trace_id"]),
                (&"request-1".into(), &"Root=1".into())
            );
            assert!(line["milliseconds"].is_number() && line["timestamp"].is_string(), "{line}");
        }
    }

    /// Whatever others write and at whichever level: a place in their source, and nothing else.
    #[test]
    fn no_text_and_no_field_of_others_gets_out() {
        const SECRET: &str = "ada@example.com";
        for level in ["TRACE", "DEBUG", "INFO", "WARN", "ERROR"] {
            for directives in ["", "trace", "claimsmith=trace,hyper=trace,lambda_runtime=trace"] {
                let written = lines(level, directives, || {
                    let runtimes = info_span!(target: "lambda_runtime::layers::trace",
                        "Lambda runtime invoke", requestId = "request-1", tenantId = SECRET);
                    let _entered = runtimes.enter();
                    let foreign = info_span!(target: "aws_sdk", "request", body = SECRET);
                    let _within = foreign.enter();
                    trace!(target: "hyper", body = SECRET, "sent {SECRET}");
                    debug!(target: "hyper", "sent {SECRET}");
                    info!(target: "aws_smithy_runtime", key = ?SECRET, "{}", SECRET);
                    warn!(target: "aws_smithy_runtime", error = %SECRET, "failed");
                    error!(target: "lambda_runtime::layers::panic", error = ?SECRET, "panicked");
                });
                let text = serde_json::to_string(&written).unwrap();
                assert!(!text.contains("ada"), "{level} {directives}: {text}");
                let errors = written.iter().filter(|line| line["level"] == "ERROR").count();
                assert_eq!(errors, 1, "{level} {directives}: {text}");
                for line in &written {
                    assert_eq!(line["request_id"], "request-1", "{line}");
                    let at = line["at"].as_str().unwrap();
                    assert!(at.starts_with("telemetry/src/lines.rs:"), "{line}");
                }
            }
        }
    }

    #[test]
    fn our_own_events_have_their_fields_and_ids() {
        let written = lines("INFO", "", || {
            let span = invocation("request-1", None);
            let work = async { warn!(items = 3, list = "a,b", ready = true, "left out") };
            let work = std::pin::pin!(work.instrument(span));
            let mut context = std::task::Context::from_waker(std::task::Waker::noop());
            assert!(work.poll(&mut context).is_ready());
            info!("outside");
            debug!("not heard");
        });
        let [within, outside] = &written[..] else { panic!("{written:?}") };
        assert_eq!((&within["message"], &within["items"]), (&"left out".into(), &3.into()));
        assert_eq!((&within["list"], &within["ready"]), (&"a,b".into(), &true.into()));
        assert_eq!(
            (&within["level"], &within["request_id"]),
            (&"WARN".into(), &"request-1".into())
        );
        assert_eq!((&outside["message"], outside.get("request_id")), (&"outside".into(), None));
    }

    /// The function has told it at its own level.
    #[test]
    fn the_runtimes_repetition_of_an_answer_is_not_told() {
        let repeats = || error!(target: "lambda_runtime::layers::panic", "Diagnostic");
        assert_eq!(lines("TRACE", "trace", repeats), [Value::Null; 0]);
    }

    #[test]
    fn places_begin_at_their_package() {
        for (file, place) in [
            ("src/main.rs", "src/main.rs"),
            ("crates/authorizer/src/main.rs", "authorizer/src/main.rs"),
            (
                "/home/x/registry/src/mirror/hyper-1.9/src/client/mod.rs",
                "hyper-1.9/src/client/mod.rs",
            ),
            ("", ""),
        ] {
            assert_eq!(within_crate(file), place);
        }
        assert_eq!(Level::WARN.as_str(), crate::Level::Warn.as_str());
    }
}
