//! A policy and its records, read and checked: for the function, the command, benchmarks and tests.
//!
//! Pure: files and variables are arguments.

use std::path::{Path, PathBuf};

use crate::policy::{DEFAULT_POLICY, Found, Location, Policy, Table, Variables};
use crate::records::file::FileStore;

/// The records of a company that is built in, for the tables of the default policy.
pub const DEMO_RECORDS: &str = include_str!("../demo/records.json");

/// The text of a policy or of records, and the name by which reports call it.
#[derive(Debug, PartialEq, Eq)]
pub struct Text {
    /// A path, or what is built in.
    pub name: String,
    /// The text, without a byte order mark.
    pub text: String,
}

impl Text {
    /// Reads a file. `read` gets its text, or says why it can't.
    ///
    /// # Errors
    /// What `read` says.
    pub fn of<E>(path: &Path, read: impl Fn(&Path) -> Result<String, E>) -> Result<Self, E> {
        let text = read(path)?;
        let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
        Ok(Self { name: path.display().to_string(), text })
    }

    /// The default policy.
    pub fn default_policy() -> Self {
        Self { name: "built-in policy".to_owned(), text: DEFAULT_POLICY.to_owned() }
    }

    /// The demo company's records.
    pub fn demo_records() -> Self {
        Self { name: "built-in demo company".to_owned(), text: DEMO_RECORDS.to_owned() }
    }

    /// The policy that this is.
    ///
    /// # Errors
    /// All findings.
    pub fn policy(&self, variables: &Variables<'_>) -> Result<Policy, Found> {
        Policy::parse(&self.text, variables)
    }

    /// The embedded store of these records for a policy's tables, wherever these are.
    ///
    /// # Errors
    /// What is wrong in the records, and in which file.
    pub fn store(&self, tables: &[Table]) -> Result<FileStore, String> {
        FileStore::parse(&self.text, tables).map_err(|error| format!("{}: {error}", self.name))
    }
}

/// The records file: the given one, or the one that the policy names, whose path starts at the
/// policy's. `None` if the tables are on DynamoDB.
pub fn records_file(
    tables: &[Table],
    policy_file: Option<&Path>,
    records: Option<&Path>,
) -> Option<PathBuf> {
    match (records, tables.first().map(|table| &table.location)) {
        (Some(records), _) => Some(records.to_owned()),
        (None, Some(Location::File(file))) => {
            Some(policy_file.and_then(Path::parent).unwrap_or(Path::new("")).join(file))
        }
        (None, _) => None,
    }
}

/// Loads the policy of a file; and its records, unless its tables are on DynamoDB.
///
/// # Errors
/// A file can't be read, or something in it is wrong: each place with its file, never a value.
pub fn load(
    policy_file: &Path,
    read: impl Fn(&Path) -> Result<String, String>,
    variables: &Variables<'_>,
) -> Result<(Policy, Option<FileStore>), String> {
    let text = Text::of(policy_file, &read)?;
    let policy = text.policy(variables).map_err(|found| found.report(&text.name))?;
    let file = records_file(&policy.tables, Some(policy_file), None);
    let store = file.map(|file| Text::of(&file, read)?.store(&policy.tables)).transpose()?;
    Ok((policy, store))
}
