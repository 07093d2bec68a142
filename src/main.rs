//! The Lambda function `pre-token-generation`: cold start, then one event after another.
//!
//! Shell: it reads the environment and the files, holds the clock, and decides nothing. A policy
//! with findings stops the cold start with all of them in the log.

use std::fmt::Display;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use claimsmith::Trigger;
use claimsmith::event::TriggerEvent;
use claimsmith::outcome::Refusal;
use claimsmith::policy::{Location, Policy, Variables};
use claimsmith::records::file::FileStore;
use claimsmith::telemetry::Record;
use lambda_runtime::{Diagnostic, LambdaEvent, service_fn};
use serde_json::value::RawValue;
use tokio::time::Instant;

/// Names the policy file; `claims.toml` beside the program if it isn't set.
const POLICY_FILE: &str = "CLAIMS_POLICY_FILE";

fn main() -> ExitCode {
    match start() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log(&error);
            ExitCode::FAILURE
        }
    }
}

fn start() -> Result<(), String> {
    let trigger = cold_start()?;
    // One event at a time: a second thread would only cost.
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| format!("no runtime: {error}"))?;
    let trigger = &trigger;
    let serve = service_fn(move |event: LambdaEvent<Box<RawValue>>| async move {
        handle(trigger, &event).await
    });
    runtime.block_on(lambda_runtime::run(serve)).map_err(|error| error.to_string())
}

/// Reads the policy and the records, or says all that is wrong with them.
fn cold_start() -> Result<Trigger<FileStore>, String> {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
    let variable = |name: &str| std::env::var(name).ok();
    let path = variable(POLICY_FILE).map_or_else(|| PathBuf::from("claims.toml"), PathBuf::from);
    let policy =
        Policy::parse(&read(&path)?, &Variables::strict(&variable)).map_err(|findings| {
            let lines: Vec<String> =
                findings.iter().map(|finding| format!("{}:{finding}", path.display())).collect();
            lines.join("\n")
        })?;
    let table = &policy.table;
    let file = match &table.location {
        Location::File(file) => path.parent().unwrap_or(Path::new("")).join(file),
        Location::DynamoDb(_) => {
            return Err(format!(
                "{}: [table] names a DynamoDB table, and this version reads records from a file \
                 only; give [table] a `file` instead of a `name`",
                path.display()
            ));
        }
    };
    let store = FileStore::parse(&read(&file)?, &table.partition_key, table.sort_key.as_deref())
        .map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(Trigger { policy, store })
}

fn read(path: &Path) -> Result<String, String> {
    std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// Answers one event with the whole event, or refuses it with a stable word and a plain sentence.
async fn handle(
    trigger: &Trigger<FileStore>,
    event: &LambdaEvent<Box<RawValue>>,
) -> Result<Box<RawValue>, Diagnostic> {
    let started = Instant::now();
    let log_record =
        |record: Record<'_>| log(record.line(&event.context.request_id, started.elapsed()));
    let refuse = |refusal: &Refusal| Diagnostic {
        error_type: refusal.reason.as_str().to_owned(),
        error_message: refusal.message(&trigger.policy).to_owned(),
    };
    let parsed = TriggerEvent::parse(event.payload.get().as_bytes()).map_err(|error| {
        let refusal = Refusal::unreadable(&error.to_string());
        log_record(Record::refused(&refusal));
        refuse(&refusal)
    })?;
    let decided = trigger.decide(&parsed, started + trigger.policy.deadline).await;
    log_record(Record::decided(&parsed, &decided));
    let tokens = decided.outcome.as_ref().map_err(refuse)?;
    let answer = parsed.answer(&tokens.response(parsed.form));
    RawValue::from_string(answer).map_err(|_| refuse(&Refusal::unreadable("$: not JSON")))
}

/// One line to the function's log. A log that can't be written must not fail a sign-in.
fn log(line: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
