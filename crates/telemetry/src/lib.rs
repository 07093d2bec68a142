//! What the Lambda functions tell about themselves: one wide line of JSON per invocation, a line for
//! each warning, and how long each room took.
//!
//! A shell calls [`init`] once, opens an [`invocation()`] around its work and hands over, before the
//! work ends, what is to be told ([`tell`]); the line is written when the invocation's span closes,
//! so that its times are those of the spans. What others write into the log, such as AWS's SDK and
//! the Lambda runtime, is told by its level, its target and its place in their source, and never by
//! its text or its fields: those hold keys, attributes and whole events.
//!
//! Whose functions they are and what they decide nobody here knows.

mod filter;
mod id;
mod invocation;
mod line;
mod lines;
#[cfg(feature = "otel")]
mod otel;
mod panic;
mod timing;

use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt as _;

pub use id::{identity_hash, plain_client_id, plain_id, plain_trace};
pub use invocation::{Wide, invocation, tell};
pub use line::{Level, access_line, not_started, write};
use lines::Lines;
#[cfg(feature = "otel")]
pub use otel::{ExportFuture, ExportLayer, ExportService};
pub use timing::{Timing, milliseconds};

/// Begins to write lines to the standard output. `own` are the targets whose texts and fields may be
/// written: the crates of the function itself.
///
/// `variable` reads the environment. The level of `AWS_LAMBDA_LOG_LEVEL` counts for the function's own
/// crates, while others are heard from `WARN` on (SPEC: AWS, "Log-level filtering"). `RUST_LOG` has
/// levels by target, such as `claimsmith=debug,aws_smithy_runtime=info`; one without a target counts
/// instead of Lambda's.
///
/// With the feature `otel` spans also go to the collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names.
pub fn init(own: &'static [&'static str], variable: impl Fn(&str) -> Option<String>) {
    let (filter, problem) = filter::Filter::of(own, &variable);
    panic::tell_without_values();
    let subscriber = Registry::default().with(Lines::new(filter, write));
    #[cfg(feature = "otel")]
    let subscriber = subscriber.with(otel::layer(own, &variable));
    // Only one can be there, and only a test sets another.
    let _ = tracing::subscriber::set_global_default(subscriber);
    if let Some(problem) = problem {
        tracing::warn!(target: "claimsmith", "{problem}");
    }
}
