//! The Lambda function: environment and clock around [`ItemsApi`].
//!
//! `ITEMS_TABLE` names the table, and `RESOURCE_SERVER` whose scopes are asked for (`items` if it
//! isn't set); region, credentials and endpoint are where Lambda puts them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_config::BehaviorVersion;
use aws_config::environment::{
    EnvironmentVariableCredentialsProvider, EnvironmentVariableRegionProvider,
};
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use items_api::{ItemsApi, log};
use lambda_http::{Error, Request, service_fn};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let table = variable("ITEMS_TABLE").ok_or("ITEMS_TABLE is not set")?;
    let resource_server = variable("RESOURCE_SERVER").unwrap_or_else(|| "items".to_owned());
    let api = &ItemsApi::new(dynamodb().await, table, &resource_server);
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

/// A client for the way in which Lambda hands over region and credentials: without the search for
/// them in files and on the network, which costs more than everything else at a cold start.
async fn dynamodb() -> Client {
    let https = aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    // A gateway waits for half a minute, a person for less.
    let timeouts = TimeoutConfig::builder()
        .operation_attempt_timeout(Duration::from_secs(2))
        .operation_timeout(Duration::from_secs(5))
        .build();
    let config = aws_config::defaults(BehaviorVersion::latest())
        .region(EnvironmentVariableRegionProvider::new())
        .credentials_provider(EnvironmentVariableCredentialsProvider::new())
        .http_client(https)
        .timeout_config(timeouts)
        .load()
        .await;
    Client::new(&config)
}

/// In seconds since 1970.
fn now() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the one clock of the function")]
    let now = SystemTime::now();
    now.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
