//! One invocation: its span, and what is told when it is over.

use tracing::Span;
use tracing_subscriber::Registry;
use tracing_subscriber::registry::LookupSpan as _;

use crate::id::plain_trace;
use crate::line::Level;
use crate::timing::Timing;

/// The span of one invocation: the root of everything that happens in it. `trace_id` is X-Ray's.
pub fn invocation(request_id: &str, trace_id: Option<&str>) -> Span {
    let trace_id = trace_id.and_then(plain_trace);
    let span =
        tracing::info_span!(target: "claimsmith", parent: None, "invocation", request_id, trace_id);
    #[cfg(feature = "otel")]
    crate::otel::continue_trace(&span, trace_id);
    span
}

/// What is told about an invocation when it is over.
pub trait Wide: Send + Sync {
    /// How much it matters. Below the level of the log it isn't written.
    fn level(&self) -> Level;

    /// The line, without its end.
    fn line(&self, timing: &Timing) -> String;
}

/// Hands over what is told when an invocation's span closes.
pub fn tell(invocation: &Span, wide: impl Wide + 'static) {
    invocation.with_subscriber(|(id, dispatch)| {
        let span = dispatch.downcast_ref::<Registry>().and_then(|registry| registry.span(id));
        if let Some(span) = span {
            span.extensions_mut().replace(Pending(Box::new(wide)));
        }
    });
}

/// What waits for the end of an invocation.
pub(crate) struct Pending(pub(crate) Box<dyn Wide>);
