//! The Lambda function: environment and clock around [`ItemsApi`].
//!
//! `ITEMS_TABLE` names the table, `RESOURCE_SERVER` whose scopes are asked for (`items` if it isn't
//! set), and `CORS_ORIGINS` the pages that may read answers (none); region, credentials and endpoint
//! are where Lambda puts them.

use std::process::ExitCode;
use std::time::Duration;

use claimsmith_dynamo::{Client, Settings, Surroundings};
use claimsmith_telemetry::{invocation, not_started, plain_trace, tell, write};
use items_api::{AccessLine, ItemsApi, Origins};
use lambda_http::{Error, Request, RequestExt, Response, service_fn};
use tracing::Instrument;

/// Whose texts may be in the log.
const OWN: &[&str] = &["claimsmith", "items_api"];

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    claimsmith_telemetry::init(OWN, variable);
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            write(not_started(&error.to_string()));
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<(), Error> {
    let table = variable("ITEMS_TABLE").ok_or("ITEMS_TABLE is not set")?;
    let resource_server = variable("RESOURCE_SERVER").unwrap_or_else(|| "items".to_owned());
    let api = &ItemsApi::new(dynamodb()?, table, &resource_server);
    let pages = &Origins::of(&variable("CORS_ORIGINS").unwrap_or_default());
    lambda_http::run(service_fn(async |request: Request| {
        let mut answer = answer(api, &request).await;
        pages.may_read(&request, &mut answer);
        Ok::<_, Error>(answer)
    }))
    .await
}

/// Answers one request, and tells about it.
async fn answer(api: &ItemsApi, request: &Request) -> Response<String> {
    let context = request.lambda_context_ref();
    let request_id = context.map(|context| context.request_id.as_str()).unwrap_or_default();
    let trace_id =
        context.and_then(|context| context.xray_trace_id.as_deref()).and_then(plain_trace);
    let span = invocation(request_id, trace_id);
    let answer = api.answer(request, cognito_claims::now()).instrument(span.clone()).await;
    tell(&span, AccessLine::of(request, request_id, trace_id).answered(&answer));
    answer.unwrap_or_else(|problem| problem.response(request_id))
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A client with the region and the credentials that Lambda hands over.
fn dynamodb() -> Result<Client, Error> {
    let surroundings = Surroundings::of(variable, |path| {
        // The kind alone: the error's own text has a number in it.
        std::fs::read_to_string(path).map_err(|error| format!("{path}: {}", error.kind()))
    })?;
    // A gateway waits for half a minute, a person for less.
    let settings = Settings {
        attempt_timeout: Some(Duration::from_secs(2)),
        operation_timeout: Some(Duration::from_secs(5)),
        ..Settings::default()
    };
    Ok(claimsmith_dynamo::client(&settings, &surroundings)?)
}
