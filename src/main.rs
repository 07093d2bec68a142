//! The Lambda function `pre-token-generation`: cold start, then one event after another.
//!
//! Shell: it reads the environment and the files, holds the clock, and decides nothing. A policy
//! with findings stops the cold start with all of them in the log.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use claimsmith::clock::Clock as _;
use claimsmith::guarded::guarded;
use claimsmith::load::load;
use claimsmith::mode::Mode;
use claimsmith::outcome::{Reason, Refusal};
use claimsmith::policy::{Policy, Variables};
use claimsmith::records::any::AnyStore;
use claimsmith::records::dynamo::DynamoStore;
use claimsmith::records::file::FileStore;
use claimsmith::records::warm_up::warm_up;
use claimsmith::self_test::{Order, Passed, Refused, obey};
use claimsmith::shadow::{self, Untouched};
use claimsmith::system_clock::SystemClock;
use claimsmith::telemetry::{Invocation, LogLine, Sampling};
use claimsmith::{Decided, Trigger};
use claimsmith_dynamo::Surroundings;
use claimsmith_findings::in_words;
use claimsmith_telemetry::{invocation, not_started, plain_trace, tell, write};
use lambda_runtime::{BoxFuture, Diagnostic, LambdaEvent, Runtime, SnapStartResource, service_fn};
use serde_json::value::{RawValue, to_raw_value};
use tracing::{Instrument, Span, info, info_span, warn};

/// Whose texts may be in the log.
const OWN: &[&str] = &["claimsmith", "pre_token_generation"];
/// Names the policy file; `claims.toml` beside the program if it isn't set.
const POLICY_FILE: &str = "CLAIMS_POLICY_FILE";
/// What is done with decisions: `decide`, or `report`, which sends every event back as it came.
const MODE: &str = "CLAIMS_MODE";
/// Names the file of a policy that decides beside the running one, and is only told about.
const SHADOW_POLICY: &str = "CLAIMS_SHADOW_POLICY";
/// Writes one of so many records that tell nothing special; see docs/telemetry.md.
const LOG_ONE_IN: &str = "CLAIMS_LOG_ONE_IN";

/// What must be left of the invocation's own time for the answer to get out.
const ANSWER_MARGIN: Duration = Duration::from_millis(100);
/// How long the start may wait for connections, unless the policy's attempts may take longer. Sign-ins
/// do without, if need be.
const CONNECT_TIME: Duration = Duration::from_secs(1);
/// What the environment is made for; `snap-start` if a snapshot of it is taken first.
const INITIALIZATION_TYPE: &str = "AWS_LAMBDA_INITIALIZATION_TYPE";

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
        let function = match Function::cold_start().await {
            Ok(function) => Arc::new(function),
            Err(error) => return give_back(error).await,
        };
        let serving = Arc::clone(&function);
        let service = service_fn(move |event: LambdaEvent<Box<RawValue>>| {
            let function = Arc::clone(&serving);
            async move { function.handle(&event).await }
        });
        // One invocation after another, unless Lambda says that this environment takes several.
        let runtime = Runtime::new(service).register_snapstart_resource(function);
        #[cfg(feature = "otel")]
        let runtime = runtime.layer(claimsmith_telemetry::ExportLayer::of(variable));
        runtime.run_concurrent().await.map_err(|error| error.to_string())
    })
}

/// Report mode harms no sign-in, not even with a policy that can't be used: every event goes back as
/// it came. Otherwise the function doesn't start.
async fn give_back(error: String) -> Result<(), String> {
    if mode() != Ok(Mode::Report) {
        return Err(error);
    }
    write(not_started(&error));
    let (function, version) = names();
    let known = Invocation {
        mode: Mode::Report,
        function: &function,
        function_version: &version,
        ..Invocation::default()
    };
    let service = service_fn(async |event: LambdaEvent<Box<RawValue>>| {
        let (request_id, trace_id) = ids(&event);
        let span = invocation(request_id, trace_id);
        if Order::of(event.payload.get()).is_some() {
            let problem = "the policy can't be used; the log says why";
            return Err(diagnostic(Refused::failed(problem.to_owned())));
        }
        let known = Invocation { request_id, trace_id, ..known };
        if let Some(wide) = LogLine::undecided().wide(&known, Sampling::default()) {
            tell(&span, wide);
        }
        Ok::<_, Diagnostic>(event.payload)
    });
    Runtime::new(service).run().await.map_err(|error| error.to_string())
}

fn diagnostic(refused: Refused) -> Diagnostic {
    Diagnostic { error_type: refused.word.to_owned(), error_message: refused.problem }
}

/// The function's name and version.
fn names() -> (String, String) {
    let text = |name| variable(name).unwrap_or_default();
    (text("AWS_LAMBDA_FUNCTION_NAME"), text("AWS_LAMBDA_FUNCTION_VERSION"))
}

/// Lambda's id of an invocation, and X-Ray's trace if its header is one.
fn ids(event: &LambdaEvent<Box<RawValue>>) -> (&str, Option<&str>) {
    let context = &event.context;
    (&context.request_id, context.xray_trace_id.as_deref().and_then(plain_trace))
}

fn mode() -> Result<Mode, String> {
    match variable(MODE).as_deref() {
        None | Some("" | "decide") => Ok(Mode::Decide),
        Some("report") => Ok(Mode::Report),
        Some(_) => Err(format!("{MODE}: expected `decide` or `report`")),
    }
}

/// A policy with its store, and what it remembers.
type Live = Trigger<AnyStore, SystemClock>;

/// What lives as long as the execution environment.
struct Function {
    policy_file: PathBuf,
    trigger: Live,
    /// The next policy, if one decides beside the running one.
    next: Option<Live>,
    mode: Mode,
    /// In report mode, with what the policy is compared.
    untouched: Option<Untouched>,
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
    std::fs::read_to_string(path)
        .map_err(|error| format!("{}: {}", path.display(), in_words(&error)))
}

fn surroundings() -> Result<Surroundings, String> {
    Surroundings::of(variable, |path| read(Path::new(path)))
}

/// Opens a policy's store.
async fn live((policy, embedded): (Policy, Option<FileStore>)) -> Result<Live, String> {
    let store = match embedded {
        Some(store) => AnyStore::File(store),
        None => {
            let store = DynamoStore::connect(&policy, &surroundings()?).await;
            AnyStore::DynamoDb(store.map_err(|error| error.to_string())?)
        }
    };
    Ok(Trigger::new(policy, store).with_clock(SystemClock::default()).remembering())
}

/// The next policy. Whatever is wrong with it is a warning, and no reason not to start.
async fn next() -> Option<Live> {
    let path = variable(SHADOW_POLICY).filter(|path| !path.is_empty())?;
    let loaded = shadow::load(Path::new(&path), read, &Variables::strict(&variable));
    let opened = match loaded {
        Ok(loaded) => guarded(live(loaded)).await.unwrap_or_else(|| Err("it panicked".to_owned())),
        Err(problem) => Err(problem),
    };
    opened.inspect_err(|problem| warn!("{SHADOW_POLICY}: {problem}")).ok()
}

impl Function {
    /// Reads the policy and opens its store, or says all that is wrong.
    async fn cold_start() -> Result<Self, String> {
        let path =
            variable(POLICY_FILE).map_or_else(|| PathBuf::from("claims.toml"), PathBuf::from);
        let trigger = live(load(&path, read, &Variables::strict(&variable))?).await?;
        let one_in = variable(LOG_ONE_IN).map_or(Ok(1), |text| match text.parse() {
            Ok(one_in) if one_in > 0 => Ok(one_in),
            _ => Err(format!("{LOG_ONE_IN}: expected a whole number from 1")),
        })?;
        let mode = mode()?;
        let (name, version) = names();
        let function = Self {
            policy_file: path,
            trigger,
            next: next().await,
            mode,
            untouched: (mode == Mode::Report).then(Untouched::default),
            sampling: Sampling { one_in },
            name,
            version,
            warm: AtomicBool::new(false),
        };
        // No connection outlives a snapshot.
        if variable(INITIALIZATION_TYPE).as_deref() != Some("snap-start") {
            function.connect().await;
        }
        Ok(function)
    }

    /// Opens the connections that the first event needs, and those of the next policy for as long as
    /// that takes. Whatever keeps it from that is a warning.
    async fn connect(&self) {
        let next = self.next.as_ref().map(|next| (&next.policy, &next.store));
        let (running, clock) = ((&self.trigger.policy, &self.trigger.store), &self.trigger.clock);
        for fault in warm_up(running, next, clock, CONNECT_TIME).await {
            warn!("no connection before the first event: {fault}");
        }
    }

    /// Answers one event, and tells about it when its span closes.
    async fn handle(
        &self,
        event: &LambdaEvent<Box<RawValue>>,
    ) -> Result<Box<RawValue>, Diagnostic> {
        let (request_id, trace_id) = ids(event);
        let span = invocation(request_id, trace_id);
        if let Some(order) = Order::of(event.payload.get()) {
            return self.self_test(order, event).instrument(span).await;
        }
        let known = Invocation {
            request_id,
            trace_id,
            function: &self.name,
            function_version: &self.version,
            cold_start: !self.warm.swap(true, Ordering::Relaxed),
            time: self.time_for(event),
            mode: self.mode,
            shadow: None,
        };
        let answer = self.answer(&event.payload, known, &span).instrument(span.clone());
        // The runtime would answer a panic's text, and it may hold anything. The log says where it was.
        guarded(answer).await.unwrap_or_else(|| match self.mode {
            Mode::Report => Ok(event.payload.clone()),
            Mode::Decide => Err(Diagnostic {
                error_type: "panicked".to_owned(),
                error_message: Reason::StoreFailed.default_message().to_owned(),
            }),
        })
    }

    /// The whole event with its response, or a refusal with a stable word and a plain sentence.
    async fn answer(
        &self,
        event: &RawValue,
        known: Invocation<'_>,
        span: &Span,
    ) -> Result<Box<RawValue>, Diagnostic> {
        let (bytes, policy) = (event.get().as_bytes(), &self.trigger.policy);
        let (decided, shadow) = match &self.next {
            None => (self.trigger.decide(bytes, known.time).await, None),
            Some(next) => match shadow::beside(&self.trigger, next, bytes, known.time).await {
                Ok((decided, told)) => (Ok(decided), Some(told)),
                Err(error) => (Err(error), None),
            },
        };
        let would_change = |decided: &Decided<'_>| {
            shadow.or_else(|| {
                let untouched = self.untouched.as_ref()?;
                // A second decision, whose rooms are not to be taken for the first one's.
                let shadow = info_span!("shadow");
                Some(shadow.in_scope(|| untouched.told(bytes, (decided, policy))))
            })
        };
        let shadow = decided.as_ref().ok().and_then(would_change);
        let known = Invocation { shadow: shadow.as_ref(), ..known };
        let wide = match &decided {
            Ok(decided) => LogLine::decided(decided).wide(&known, self.sampling),
            Err(error) => {
                let refusal = Refusal::unreadable(&error.to_string());
                LogLine::refused(&refusal).wide(&known, self.sampling)
            }
        };
        if let Some(wide) = wide {
            tell(span, wide);
        }
        let answer = self.mode.answer(event.get(), decided).and_then(|answer| {
            let answer = RawValue::from_string(answer.into_owned());
            answer.map_err(|_| Refusal::unreadable("$: not JSON"))
        });
        answer.map_err(|refusal| Diagnostic {
            error_type: refusal.reason.as_str().to_owned(),
            error_message: policy.message(refusal.reason).to_owned(),
        })
    }

    /// Answers whoever deploys the function.
    async fn self_test(
        &self,
        order: Order,
        event: &LambdaEvent<Box<RawValue>>,
    ) -> Result<Box<RawValue>, Diagnostic> {
        let Trigger { policy, store, clock, .. } = &self.trigger;
        let deadline = clock.now() + self.time_left(event).unwrap_or(policy.deadline);
        let obeyed = match obey(order, policy, store, clock, deadline).await {
            Ok(()) => read(&self.policy_file).map_err(Refused::failed),
            Err(refused) => Err(refused),
        };
        match obeyed {
            Ok(text) => {
                info!(self_test = "passed");
                let passed = Passed::of(policy, store, &text, &self.version, self.mode);
                to_raw_value(&passed)
                    .map_err(|error| diagnostic(Refused::failed(error.to_string())))
            }
            Err(refused) => {
                warn!(self_test = refused.word, problem = refused.problem);
                Err(diagnostic(refused))
            }
        }
    }

    /// How long the reads may take: the policy's deadline, or what Lambda leaves if that is less.
    fn time_for(&self, event: &LambdaEvent<Box<RawValue>>) -> Duration {
        let own = self.trigger.policy.deadline;
        self.time_left(event).map_or(own, |left| own.min(left))
    }

    /// What Lambda leaves for the reads, if it says so.
    fn time_left(&self, event: &LambdaEvent<Box<RawValue>>) -> Option<Duration> {
        let ends = UNIX_EPOCH + Duration::from_millis(event.context.deadline);
        // A deadline in the past is none: emulators send such.
        let left = ends.duration_since(now()).ok()?;
        Some(left.saturating_sub(ANSWER_MARGIN))
    }

    /// What was true when the snapshot was taken may not be true now: memory is emptied, and a new
    /// client has new connections and new credentials.
    async fn restore(&self) -> Result<(), String> {
        match renew(&self.trigger).await {
            Err(problem) if self.mode == Mode::Report => warn!("{problem}"),
            renewed => renewed?,
        }
        if let Some(next) = &self.next
            && let Err(problem) = renew(next).await
        {
            warn!("{SHADOW_POLICY}: {problem}");
        }
        self.connect().await;
        Ok(())
    }
}

async fn renew(trigger: &Live) -> Result<(), String> {
    if let Some(memory) = &trigger.memory {
        memory.clear();
    }
    if let AnyStore::DynamoDb(store) = &trigger.store {
        let connected = store.reconnect(&trigger.policy, &surroundings()?).await;
        connected.map_err(|error| error.to_string())?;
    }
    Ok(())
}

impl SnapStartResource for Function {
    fn after_restore(&self) -> BoxFuture<'_, Result<(), lambda_runtime::Error>> {
        Box::pin(async { Box::pin(self.restore()).await.map_err(Into::into) })
    }
}
