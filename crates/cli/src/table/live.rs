//! The policy's tables on DynamoDB.

use std::path::Path;

use claimsmith::policy::{Connection, Location, Policy};
use claimsmith::records::any::AnyStore;
use claimsmith::records::dynamo::DynamoStore;
use claimsmith_dynamo::Surroundings;

use crate::environment::variable;
use crate::setup::read;
use crate::status::Failure;

/// The policy's tables on DynamoDB; and how reports call the first.
pub async fn connect(policy: &Policy) -> Result<(AnyStore, String), Failure> {
    expect_variables(policy).map_err(|failure| match failure {
        Failure::Input(problem) => Failure::Input(format!("{problem}, or give --records")),
        other => other,
    })?;
    let surroundings = surroundings()?;
    let table = policy.tables.first().map_or("", |table| table.location.name());
    let endpoint = policy.connection.endpoint.as_ref().or(surroundings.endpoint.as_ref());
    let name = match endpoint {
        Some(endpoint) => format!("table {table} at {endpoint}"),
        None => format!("table {table}"),
    };
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
