//! The policy's tables on DynamoDB.

use std::path::Path;

use claimsmith::policy::{Connection, Location, Policy};
use claimsmith::records::any::AnyStore;
use claimsmith::records::dynamo::{DynamoStore, NotConnected};
use claimsmith_dynamo::{Client, Settings, Surroundings};

use crate::environment::variable;
use crate::setup::read;
use crate::status::Failure;
use crate::terminal::tell;

use super::place::{self, is_plain_and_remote};

/// The policy's tables on DynamoDB; and how reports call the first.
pub async fn connect(policy: &Policy) -> Result<(AnyStore, String), Failure> {
    expect_variables(policy).map_err(|failure| match failure {
        Failure::Input(problem) => Failure::Input(format!("{problem}, or give --records")),
        other => other,
    })?;
    let surroundings = surroundings()?;
    let table = policy.tables.first().map_or("", |table| table.location.name());
    let name = format!("table {table} at {}", endpoint(&policy.connection, &surroundings));
    warn_of_plain_http(&endpoint(&policy.connection, &surroundings));
    match DynamoStore::connect(policy, &surroundings).await {
        Ok(store) => Ok((AnyStore::DynamoDb(store), name)),
        Err(error) => Err(Failure::Input(error.to_string())),
    }
}

/// What the environment says about the way to DynamoDB.
pub fn surroundings() -> Result<Surroundings, Failure> {
    Surroundings::of(variable, |path| read(Path::new(path)))
}

/// The way to DynamoDB must be known as soon as a command takes it.
pub fn expect_variables(policy: &Policy) -> Result<(), Failure> {
    let Connection { region, endpoint, .. } = &policy.connection;
    let names = policy.tables.iter().filter_map(|table| match &table.location {
        Location::DynamoDb(name) => Some(name),
        Location::File(_) => None,
    });
    let texts: Vec<&String> = names.chain(region).chain(endpoint).collect();
    let unset = policy.unset_variables.iter().find(|variable| {
        let placeholder = format!("${{{variable}}}");
        texts.iter().any(|text| text.contains(&placeholder))
    });
    match unset {
        None => Ok(()),
        Some(variable) => {
            Err(Failure::Input(format!("{variable} is not set; the policy's [table] needs it")))
        }
    }
}

/// A client, for what is no record of the trigger's.
pub async fn client(settings: &Settings, surroundings: &Surroundings) -> Result<Client, Failure> {
    let endpoint = settings.endpoint.as_ref().or(surroundings.endpoint.as_ref());
    warn_of_plain_http(endpoint.map_or("", String::as_str));
    let client = claimsmith_dynamo::connect(settings, surroundings).await;
    client.map_err(|error| Failure::Input(NotConnected::from(error).to_string()))
}

/// Where the tables are: the address that is set, or AWS's own of the region.
/// SPEC: AWS, General reference, "Amazon DynamoDB endpoints and quotas".
fn endpoint(connection: &Connection, surroundings: &Surroundings) -> String {
    let set = connection.endpoint.as_ref().or(surroundings.endpoint.as_ref());
    let region = connection.region.as_ref().or(surroundings.region.as_ref());
    match (set, region) {
        (Some(set), _) => set.clone(),
        (None, None) => "DynamoDB".to_owned(),
        (None, Some(region)) => {
            let of_china = if region.starts_with("cn-") { ".cn" } else { "" };
            format!("https://dynamodb.{region}.amazonaws.com{of_china}")
        }
    }
}

/// The same as host and port.
pub fn address(connection: &Connection, surroundings: &Surroundings) -> String {
    place::address(&endpoint(connection, surroundings))
}

/// Whoever listens between a machine and a table reads what is in it, and may write other answers.
fn warn_of_plain_http(endpoint: &str) {
    if is_plain_and_remote(endpoint) {
        let host = place::host(endpoint.trim_start_matches("http://"));
        tell(&format!(
            "claimsmith: {host} is another machine and is asked by plain HTTP: others can read and \
             change what it says; write https://"
        ));
    }
}
