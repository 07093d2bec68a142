//! The Lambda function `authorizer`: cold start, then one event after another.
//!
//! Shell: it reads the environment and the files, holds the clock, and decides nothing. A
//! configuration with findings stops the cold start with all of them in the log.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{SystemTime, UNIX_EPOCH};

use claimsmith_authorizer::Authorizer;
use claimsmith_authorizer::config::Configuration;
#[cfg(feature = "dynamodb")]
use claimsmith_authorizer::dynamo::DynamoRevocations;
#[cfg(not(feature = "dynamodb"))]
use claimsmith_authorizer::revocation::NoRevocations;
use claimsmith_authorizer::revocation::Revocations;
use claimsmith_authorizer::verify::Pools;
#[cfg(feature = "dynamodb")]
use claimsmith_dynamo::Surroundings;
use claimsmith_findings::in_words;
use claimsmith_telemetry::{invocation, not_started, plain_trace, tell, write};
use lambda_runtime::{Diagnostic, LambdaEvent, Runtime, service_fn};
use serde_json::Value;
use tracing::Instrument;

/// Whose texts may be in the log.
const OWN: &[&str] = &["claimsmith", "authorizer"];

/// Names the configuration file; `authorizer.toml` in the working directory if it isn't set.
const FILE: &str = "CLAIMS_AUTHORIZER_FILE";

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
    let (configuration, pools) = cold_start()?;
    // One event at a time: a second thread would only cost.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime: {error}"))?;
    let revocations = revocations(&configuration)?;
    let authorizer = &Authorizer { configuration, verifier: pools, revocations };
    let serve = service_fn(move |event: LambdaEvent<Value>| handle(authorizer, event));
    runtime.block_on(async {
        let runtime = Runtime::new(serve);
        #[cfg(feature = "otel")]
        let runtime = runtime.layer(claimsmith_telemetry::ExportLayer::of(variable));
        runtime.run().await.map_err(|error| error.to_string())
    })
}

/// Reads the configuration and the key sets to start from, or says all that is wrong with them.
fn cold_start() -> Result<(Configuration, Pools), String> {
    let path = variable(FILE).map_or_else(|| PathBuf::from("authorizer.toml"), PathBuf::from);
    let configuration = Configuration::parse(&read(&path)?, &variable)
        .map_err(|found| found.report(&path.display().to_string()))?;
    let pools = Pools::new(&configuration.pools).map_err(|error| error.to_string())?;
    for pool in &configuration.pools {
        if let Some(file) = &pool.key_file {
            let file = path.parent().unwrap_or(Path::new("")).join(file);
            pools
                .start_with(pool, &read(&file)?, now())
                .map_err(|error| format!("{}: {error}", file.display()))?;
        }
    }
    Ok((configuration, pools))
}

#[cfg(feature = "dynamodb")]
fn revocations(configuration: &Configuration) -> Result<DynamoRevocations, String> {
    // Without a table its surroundings can't be wrong.
    let surroundings = match configuration.revocation {
        None => Surroundings::default(),
        Some(_) => Surroundings::of(variable, |path| read(Path::new(path)))?,
    };
    DynamoRevocations::new(configuration.revocation.clone(), &surroundings)
        .map_err(|error| format!("[revocation]: {error}"))
}

#[cfg(not(feature = "dynamodb"))]
fn revocations(configuration: &Configuration) -> Result<NoRevocations, String> {
    match configuration.revocation {
        None => Ok(NoRevocations),
        Some(_) => Err("[revocation] needs a build with the feature `dynamodb`".to_owned()),
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path)
        .map_err(|error| format!("{}: {}", path.display(), in_words(&error)))
}

/// The time in seconds since 1970. A clock before 1970 gives 0, when every token is from the future.
fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the one clock of the authorizer")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Answers one event; an error's text is all that a gateway looks at.
async fn handle<R: Revocations>(
    authorizer: &Authorizer<Pools, R>,
    event: LambdaEvent<Value>,
) -> Result<Value, Diagnostic> {
    let span = invocation(&event.context.request_id, event.context.xray_trace_id.as_deref());
    let mut outcome = authorizer.authorize(&event.payload, now()).instrument(span.clone()).await;
    outcome.line.request_id = event.context.request_id;
    let trace_id = event.context.xray_trace_id.as_deref().and_then(plain_trace);
    outcome.line.trace_id = trace_id.map(str::to_owned);
    tell(&span, outcome.line);
    outcome.answer.map_err(|denial| Diagnostic {
        error_type: denial.error_type().to_owned(),
        error_message: denial.error_message().to_owned(),
    })
}
