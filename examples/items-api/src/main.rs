//! The Lambda function: environment and clock around [`ItemsApi`].
//!
//! `ITEMS_TABLE` names the table, and `RESOURCE_SERVER` whose scopes are asked for (`items` if it
//! isn't set); region, credentials and endpoint are where Lambda puts them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use claimsmith_dynamo::{Client, Settings, Surroundings};
use items_api::{ItemsApi, log};
use lambda_http::{Error, Request, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = variable("ITEMS_TABLE").ok_or("ITEMS_TABLE is not set")?;
    let resource_server = variable("RESOURCE_SERVER").unwrap_or_else(|| "items".to_owned());
    let api = &ItemsApi::new(dynamodb()?, table, &resource_server);
    lambda_http::run(service_fn(async |request: Request| {
        let answer = api.answer(&request, now()).await;
        Ok::<_, Error>(answer.unwrap_or_else(|problem| {
            // One line for each request without an answer.
            log(&problem);
            problem.response()
        }))
    }))
    .await
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// A client with the region and the credentials that Lambda hands over.
fn dynamodb() -> Result<Client, Error> {
    let surroundings = Surroundings::of(variable, |path| std::fs::read_to_string(path))?;
    // A gateway waits for half a minute, a person for less.
    let settings = Settings {
        attempt_timeout: Some(Duration::from_secs(2)),
        operation_timeout: Some(Duration::from_secs(5)),
        ..Settings::default()
    };
    Ok(claimsmith_dynamo::client(&settings, &surroundings)?)
}

/// In seconds since 1970.
fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the one clock of the function")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
