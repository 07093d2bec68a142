//! The Lambda function `pre-token-generation`: cold start, then one event after another.
//!
//! Shell: it reads the environment and the files, holds the clock, and decides nothing. A policy
//! with findings stops the cold start with all of them in the log.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use claimsmith::Trigger;
use claimsmith::load::load;
use claimsmith::outcome::Refusal;
use claimsmith::policy::Variables;
use claimsmith::records::any::AnyStore;
use claimsmith::records::dynamo::DynamoStore;
use claimsmith::system_clock::SystemClock;
use claimsmith::telemetry::{Invocation, LogLine, Sampling};
use claimsmith_dynamo::Surroundings;
use claimsmith_telemetry::{invocation, not_started, tell, write};
use lambda_runtime::{BoxFuture, Diagnostic, LambdaEvent, Runtime, SnapStartResource, service_fn};
use serde_json::value::RawValue;
use tracing::{Instrument, Span};

/// Whose texts may be in the log.
const OWN: &[&str] = &["claimsmith", "pre_token_generation"];
/// Names the policy file; `claims.toml` beside the program if it isn't set.
const POLICY_FILE: &str = "CLAIMS_POLICY_FILE";
/// Writes one of so many records that tell nothing special; see docs/telemetry.md.
const LOG_ONE_IN: &str = "CLAIMS_LOG_ONE_IN";

/// What must be left of the invocation's own time for the answer to get out.
const ANSWER_MARGIN: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    claimsmith_telemetry::init(OWN, variable);
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            write(not_started(&error));
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), String> {
    // One thread, also for concurrent invocations: they wait, they don't compute.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Names are looked up by threads; a name server that hangs must not pile them up.
        .max_blocking_threads(16)
        .build()
        .map_err(|error| format!("no runtime: {error}"))?;
    runtime.block_on(async {
        let function = Arc::new(Function::cold_start().await?);
        let serving = Arc::clone(&function);
        let service = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
            let function = Arc::clone(&serving);
            async move { function.handle(&event).await }
        });
        // One invocation after another, unless Lambda says that this environment takes several.
        let runtime = Runtime::new(service).register_snapstart_resource(function);
        runtime.run_concurrent().await.map_err(|error| error.to_string())
    })
}

/// What lives as long as the execution environment.
struct Function {
    trigger: Trigger<AnyStore, SystemClock>,
    sampling: Sampling,
    name: String,
    version: String,
    warm: AtomicBool,
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

#[expect(clippy::disallowed_methods, reason = "a shell, which holds the clock")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads files")]
fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn surroundings() -> Result<Surroundings, String> {
    Surroundings::of(variable, |path| read(Path::new(path)))
}

impl Function {
    /// Reads the policy and opens its store, or says all that is wrong.
    async fn cold_start() -> Result<Self, String> {
        let path =
            variable(POLICY_FILE).map_or_else(|| PathBuf::from("claims.toml"), PathBuf::from);
        let (policy, embedded) = load(&path, read, &Variables::strict(&variable))?;
        let store = match embedded {
            Some(store) => AnyStore::File(store),
            None => {
                let store = DynamoStore::connect(&policy, &surroundings()?).await;
                AnyStore::DynamoDb(store.map_err(|error| error.to_string())?)
            }
        };
        let one_in = variable(LOG_ONE_IN).map_or(Ok(1), |text| match text.parse() {
            Ok(one_in) if one_in > 0 => Ok(one_in),
            _ => Err(format!("{LOG_ONE_IN}: expected a whole number from 1")),
        })?;
        Ok(Self {
            trigger: Trigger::new(policy, store).with_clock(SystemClock::default()).remembering(),
            sampling: Sampling { one_in },
            name: variable("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default(),
            version: variable("AWS_LAMBDA_FUNCTION_VERSION").unwrap_or_default(),
            warm: AtomicBool::new(false),
        })
    }

    /// Answers one event, and tells about it when its span closes.
    async fn handle(
        &self,
        event: &LambdaEvent<Box<RawValue>>,
    ) -> Result<Box<RawValue>, Diagnostic> {
        let (context, time) = (&event.context, self.time_for(event));
        let span = invocation(&context.request_id, context.xray_trace_id.as_deref());
        let known = Invocation {
            request_id: &context.request_id,
            trace_id: context.xray_trace_id.as_deref(),
            function: &self.name,
            function_version: &self.version,
            cold_start: !self.warm.swap(true, Ordering::Relaxed),
            time,
        };
        self.answer(event.payload.get().as_bytes(), &known, &span).instrument(span.clone()).await
    }

    /// The whole event with its response, or a refusal with a stable word and a plain sentence.
    async fn answer(
        &self,
        event: &[u8],
        known: &Invocation<'_>,
        span: &Span,
    ) -> Result<Box<RawValue>, Diagnostic> {
        let note = |line: &LogLine<'_>| {
            if let Some(told) = line.told(known, self.sampling) {
                tell(span, told);
            }
        };
        let refuse = |refusal: &Refusal| Diagnostic {
            error_type: refusal.reason.as_str().to_owned(),
            error_message: self.trigger.policy.message(refusal.reason).to_owned(),
        };
        match self.trigger.decide(event, known.time).await {
            Ok(decided) => {
                note(&LogLine::decided(&decided));
                let answer = decided.into_answer().map_err(|refusal| refuse(&refusal))?;
                RawValue::from_string(answer)
                    .map_err(|_| refuse(&Refusal::unreadable("$: not JSON")))
            }
            Err(error) => {
                let refusal = Refusal::unreadable(&error.to_string());
                note(&LogLine::refused(&refusal));
                Err(refuse(&refusal))
            }
        }
    }

    /// How long the reads may take: the policy's deadline, or what Lambda leaves if that is less.
    fn time_for(&self, event: &LambdaEvent<Box<RawValue>>) -> Duration {
        let own = self.trigger.policy.deadline;
        let ends = UNIX_EPOCH + Duration::from_millis(event.context.deadline);
        // A deadline in the past is none: emulators send such.
        match ends.duration_since(now()) {
            Ok(left) => own.min(left.saturating_sub(ANSWER_MARGIN)),
            Err(_) => own,
        }
    }

    /// What was true when the snapshot was taken may not be true now: memory is emptied, and a new
    /// client has new connections and new credentials.
    async fn restore(&self) -> Result<(), String> {
        if let Some(memory) = &self.trigger.memory {
            memory.clear();
        }
        if let AnyStore::DynamoDb(store) = &self.trigger.store {
            let connected = store.reconnect(&self.trigger.policy, &surroundings()?).await;
            connected.map_err(|error| error.to_string())?;
        }
        Ok(())
    }
}

impl SnapStartResource for Function {
    fn after_restore(&self) -> BoxFuture<'_, Result<(), lambda_runtime::Error>> {
        Box::pin(async { Box::pin(self.restore()).await.map_err(Into::into) })
    }
}
