//! The Lambda function `pre-token-generation`: cold start, then one event after another.
//!
//! Shell: it reads the environment and the files, holds the clock, and decides nothing. A policy
//! with findings stops the cold start with all of them in the log.

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_sdk_dynamodb::primitives::{DateTime, DateTimeFormat};
use claimsmith::clock::Clock;
use claimsmith::load::load;
use claimsmith::outcome::Refusal;
use claimsmith::policy::Variables;
use claimsmith::records::any::AnyStore;
use claimsmith::records::dynamo::DynamoStore;
use claimsmith::system_clock::SystemClock;
use claimsmith::telemetry::{Invocation, Level, LogLine, Sampling};
use claimsmith::{Rooms, Trigger};
use claimsmith_dynamo::Surroundings;
use lambda_runtime::{BoxFuture, Diagnostic, LambdaEvent, Runtime, SnapStartResource, service_fn};
use serde_json::value::RawValue;

/// Names the policy file; `claims.toml` beside the program if it isn't set.
const POLICY_FILE: &str = "CLAIMS_POLICY_FILE";
/// Writes one of so many records that tell nothing special; see docs/telemetry.md.
const LOG_ONE_IN: &str = "CLAIMS_LOG_ONE_IN";
/// Lambda's own: nothing below this level is logged.
const LOG_LEVEL: &str = "AWS_LAMBDA_LOG_LEVEL";

/// What must be left of the invocation's own time for the answer to get out.
const ANSWER_MARGIN: Duration = Duration::from_millis(100);

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(start_error(&error));
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

/// Why the function can't start: plain lines, or in the JSON log format one record of level `ERROR`.
/// Without a level Lambda would take it for `INFO` and drop it where only more than that is logged.
/// SPEC: AWS, "Log-level filtering".
fn start_error(error: &str) -> String {
    match variable("AWS_LAMBDA_LOG_FORMAT").as_deref() {
        Some("JSON") => {
            let timestamp = DateTime::from(now()).fmt(DateTimeFormat::DateTime);
            serde_json::json!({
                "timestamp": timestamp.unwrap_or_default(),
                "level": "ERROR",
                "message": error,
            })
            .to_string()
        }
        _ => error.to_owned(),
    }
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
            sampling: Sampling {
                level: variable(LOG_LEVEL).map_or(Level::Info, |word| Level::parse(&word)),
                one_in,
            },
            name: variable("AWS_LAMBDA_FUNCTION_NAME").unwrap_or_default(),
            version: variable("AWS_LAMBDA_FUNCTION_VERSION").unwrap_or_default(),
            warm: AtomicBool::new(false),
        })
    }

    /// Answers one event with the whole event, or refuses it with a stable word and a plain
    /// sentence.
    async fn handle(
        &self,
        event: &LambdaEvent<Box<RawValue>>,
    ) -> Result<Box<RawValue>, Diagnostic> {
        let clock = &self.trigger.clock;
        let started = clock.now().monotonic;
        let elapsed = || clock.now().monotonic.saturating_sub(started);
        let cold_start = !self.warm.swap(true, Ordering::Relaxed);
        let time = self.time_for(event);
        let note = |line: &LogLine<'_>, rooms: Rooms| {
            let deadline_left = time.saturating_sub(elapsed());
            let invocation =
                Invocation { cold_start, rooms, deadline_left, ..Invocation::default() };
            self.note(event, line, invocation);
        };
        let refuse = |refusal: &Refusal| Diagnostic {
            error_type: refusal.reason.as_str().to_owned(),
            error_message: self.trigger.policy.message(refusal.reason).to_owned(),
        };
        match self.trigger.decide(event.payload.get().as_bytes(), time).await {
            Ok(decided) => {
                note(&LogLine::decided(&decided), decided.rooms);
                let answer = decided.into_answer().map_err(|refusal| refuse(&refusal))?;
                RawValue::from_string(answer)
                    .map_err(|_| refuse(&Refusal::unreadable("$: not JSON")))
            }
            Err(error) => {
                let refusal = Refusal::unreadable(&error.to_string());
                let rooms = Rooms { event: elapsed(), ..Rooms::default() };
                note(&LogLine::refused(&refusal), rooms);
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

    /// Writes one line about one invocation to the log.
    fn note(
        &self,
        event: &LambdaEvent<Box<RawValue>>,
        line: &LogLine<'_>,
        invocation: Invocation<'_>,
    ) {
        let now = now();
        let milliseconds = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        let milliseconds = u64::try_from(milliseconds).unwrap_or_default();
        let timestamp = DateTime::from(now).fmt(DateTimeFormat::DateTime).unwrap_or_default();
        let invocation = Invocation {
            request_id: &event.context.request_id,
            trace_id: event.context.xray_trace_id.as_deref(),
            function: &self.name,
            function_version: &self.version,
            ended: (&timestamp, milliseconds),
            ..invocation
        };
        if let Some(line) = line.line(&invocation, self.sampling) {
            log(line);
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

/// One line to the function's log. A log that can't be written must not fail a sign-in.
fn log(line: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
