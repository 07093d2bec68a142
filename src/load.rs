//! A policy and where its records are, read and checked: for whoever starts a trigger.
//!
//! Pure: files and variables are arguments.

use std::path::Path;

use crate::policy::{Finding, Location, Policy, Variables};
use crate::records::file::{FileStore, RecordsError};

/// Where a policy's records are.
#[derive(Debug)]
pub enum Records {
    /// In the embedded store.
    Embedded(FileStore),
    /// In tables on DynamoDB.
    OnDynamoDb,
}

/// A policy or its records can't be used. The text names each place, never a value.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// A file can't be read.
    #[error("{0}")]
    Unreadable(String),
    /// The policy has findings: the file, and all of them.
    #[error("{}", lines(.0, .1))]
    Findings(String, Vec<Finding>),
    /// The records file has something wrong.
    #[error("{0}: {1}")]
    Records(String, RecordsError),
}

fn lines(file: &str, findings: &[Finding]) -> String {
    let lines: Vec<String> = findings.iter().map(|finding| format!("{file}:{finding}")).collect();
    lines.join("\n")
}

/// Loads the policy of a file, and its records if they are in a file too, whose path starts at the
/// policy's. `read` gets the text of a file, or says why it can't.
///
/// # Errors
/// A file can't be read, or something in it is wrong.
pub fn load(
    policy_file: &Path,
    read: impl Fn(&Path) -> Result<String, String>,
    variables: &Variables<'_>,
) -> Result<(Policy, Records), LoadError> {
    let text = read(policy_file).map_err(LoadError::Unreadable)?;
    let policy = Policy::parse(&text, variables)
        .map_err(|findings| LoadError::Findings(policy_file.display().to_string(), findings))?;
    let Some(Location::File(file)) = policy.tables.first().map(|table| &table.location) else {
        return Ok((policy, Records::OnDynamoDb));
    };
    let file = policy_file.parent().unwrap_or(Path::new("")).join(file);
    let text = read(&file).map_err(LoadError::Unreadable)?;
    let store = FileStore::parse(&text, &policy.tables)
        .map_err(|error| LoadError::Records(file.display().to_string(), error))?;
    Ok((policy, Records::Embedded(store)))
}
