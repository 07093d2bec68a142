//! Spans for OpenTelemetry: by OTLP to a collector beside the function, as children of X-Ray's trace.
//!
//! Our own spans alone, and none of the events within: theirs may be others', with others' fields.

use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use opentelemetry::Context as TraceContext;
use opentelemetry::propagation::TextMapPropagator as _;
use opentelemetry::trace::TracerProvider as _;
use opentelemetry_aws::trace::XrayPropagator;
use opentelemetry_otlp::{SpanExporter, WithExportConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tower_layer::Layer as ServiceLayer;
use tower_service::Service;
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::registry::LookupSpan;

use crate::filter::is_own;

/// Names the collector, such as `http://localhost:4318`. Without it nothing is sent.
/// SPEC: OpenTelemetry, "OTLP Exporter Configuration".
const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

/// How long the collector may take. It is a neighbour, and the next sign-in waits.
const PATIENCE: Duration = Duration::from_millis(500);

/// What sends the spans of a process.
static PROVIDER: OnceLock<SdkTracerProvider> = OnceLock::new();

/// The layer that hands spans to OpenTelemetry, if a collector is named and can be.
pub(crate) fn layer<S>(
    own: &'static [&'static str],
    variable: &dyn Fn(&str) -> Option<String>,
) -> Option<impl Layer<S> + use<S>>
where
    S: Subscriber + for<'s> LookupSpan<'s>,
{
    let endpoint = variable(ENDPOINT).filter(|endpoint| !endpoint.is_empty())?;
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(format!("{}/v1/traces", endpoint.trim_end_matches('/')))
        .with_timeout(PATIENCE)
        .build()
        .ok()?;
    let name = variable("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default();
    let provider = SdkTracerProvider::builder()
        .with_resource(Resource::builder().with_service_name(name).build())
        .with_batch_exporter(exporter)
        .build();
    let tracer = provider.tracer("claimsmith");
    let _ = PROVIDER.set(provider);
    let layer = tracing_opentelemetry::layer()
        .with_tracer(tracer)
        .with_location(false)
        .with_threads(false)
        .with_tracked_inactivity(false);
    let is_ours = move |metadata: &tracing::Metadata<'_>| {
        metadata.is_span() && is_own(own, metadata.target())
    };
    Some(layer.with_filter(filter_fn(is_ours)))
}

/// Makes a span a child of what X-Ray's header names.
pub(crate) fn continue_trace(span: &Span, header: Option<&str>) {
    if let Some(header) = header {
        let headers = HashMap::from([("x-amzn-trace-id".to_owned(), header.to_owned())]);
        let parent = XrayPropagator::default();
        let _ = span.set_parent(parent.extract_with_context(&TraceContext::new(), &headers));
    }
}

/// Sends spans when an invocation's answer is out: Lambda may freeze the process right after it.
///
/// Where one process serves several invocations at once it isn't frozen, and they would all wait: then
/// spans are sent by themselves, every five seconds.
#[derive(Clone, Copy, Debug)]
pub struct ExportLayer {
    after_each: bool,
}

impl ExportLayer {
    /// As the environment needs it.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        let at_once = variable("AWS_LAMBDA_MAX_CONCURRENCY").and_then(|text| text.parse().ok());
        Self { after_each: at_once.unwrap_or(1) <= 1 }
    }
}

impl<S> ServiceLayer<S> for ExportLayer {
    type Service = ExportService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ExportService { inner, after_each: self.after_each }
    }
}

/// A service after whose answers spans are sent.
#[derive(Clone, Debug)]
pub struct ExportService<S> {
    inner: S,
    after_each: bool,
}

impl<S: Service<R>, R> Service<R> for ExportService<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = ExportFuture<S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: R) -> Self::Future {
        ExportFuture { work: self.inner.call(request), after_each: self.after_each }
    }
}

pin_project_lite::pin_project! {
    /// An answer, and then the spans.
    #[derive(Debug)]
    pub struct ExportFuture<F> {
        #[pin]
        work: F,
        after_each: bool,
    }
}

impl<F: Future> Future for ExportFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let done = ready!(this.work.poll(context));
        if *this.after_each
            && let Some(provider) = PROVIDER.get()
        {
            // A collector that is away is no reason for anything.
            let _ = provider.force_flush();
        }
        Poll::Ready(done)
    }
}
