//! Which policy and which records a command works with.

use std::path::{Path, PathBuf};

use claimsmith::clock::at_once;
use claimsmith::policy::{DEFAULT_POLICY, Finding, Location, Policy, Table, Variables};
use claimsmith::records::file::FileStore;
use claimsmith::{Decided, Trigger};

use crate::environment::variable;
use crate::input::Input;
use crate::status::Failure;
use crate::terminal::count;

/// The company that is built in.
const DEMO_RECORDS: &str = include_str!("../../../demo/records.json");

/// A policy file's text, and the name by which reports call it.
pub struct PolicyText {
    /// A path, or "built-in policy".
    pub name: String,
    /// The text, without a byte order mark.
    pub text: String,
}

impl PolicyText {
    /// Reads the file, or takes the built-in policy if there is none.
    pub fn load(path: Option<&Path>) -> Result<Self, Failure> {
        match path {
            None => {
                Ok(Self { name: "built-in policy".to_owned(), text: DEFAULT_POLICY.to_owned() })
            }
            Some(path) => Ok(Self { name: path.display().to_string(), text: read_toml(path)? }),
        }
    }

    /// Checks the policy. Outside the function a variable may be unset.
    pub fn check(&self) -> Result<Policy, Vec<Finding>> {
        Policy::parse(&self.text, &Variables::lenient(&variable))
    }

    /// The policy, for a command that needs one without findings. `done` is what the command does
    /// otherwise.
    pub fn policy(&self, done: &str) -> Result<Policy, Failure> {
        self.check().map_err(|findings| {
            let lines = findings.iter().map(|finding| format!("\n  {finding}"));
            Failure::Input(format!(
                "{}: {}, so nothing was {done}{}",
                self.name,
                count(findings.len(), "finding"),
                lines.collect::<String>(),
            ))
        })
    }
}

/// A trigger on the embedded store.
pub struct Setup {
    /// The trigger.
    pub trigger: Trigger<FileStore>,
    /// Where policy and records come from, for the head of a report.
    pub origin: String,
}

impl Setup {
    /// Loads policy and records. `done` is what the command does otherwise.
    pub fn load(
        policy_file: Option<&Path>,
        records: Option<&Path>,
        done: &str,
    ) -> Result<Self, Failure> {
        let text = PolicyText::load(policy_file)?;
        let policy = text.policy(done)?;
        let (store, records) = store(&policy.tables, policy_file, records)?;
        let mut origin = format!("policy: {}   records: {records}", text.name);
        for variable in &policy.unset_variables {
            // The table's name is of no matter here, whatever it is.
            let names = |table: &Table| matches!(&table.location, Location::DynamoDb(name) if name.contains(variable));
            if !policy.tables.iter().any(names) {
                origin.push_str(&format!("   not set: {variable}"));
            }
        }
        Ok(Self { trigger: Trigger::new(policy, store), origin })
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.trigger.policy
    }

    /// What the trigger decides about one event, or why it is none.
    pub fn decide<'e>(&'e self, input: &'e Input) -> Result<Decided<'e>, String> {
        let text = input.text.as_ref().map_err(String::clone)?;
        let deciding = self.trigger.decide(text.as_bytes(), self.policy().deadline);
        let decided = at_once(deciding).ok_or("the embedded store didn't answer at once")?;
        decided.map_err(|error| error.to_string())
    }
}

/// The embedded store for a policy's tables, and how reports call it.
pub fn store(
    tables: &[Table],
    policy_file: Option<&Path>,
    records: Option<&Path>,
) -> Result<(FileStore, String), Failure> {
    let records = Records::load(records_file(tables, policy_file, records).as_deref())?;
    Ok((records.store(tables)?, records.name))
}

/// The file that stands for a policy's tables; none is the built-in company.
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

/// A records file's text, and the name by which reports call it.
#[derive(PartialEq, Eq)]
pub struct Records {
    /// A path, or "built-in demo company".
    pub name: String,
    /// The JSON text.
    pub text: String,
}

impl Records {
    /// Reads the file, or takes the built-in company if there is none.
    pub fn load(path: Option<&Path>) -> Result<Self, Failure> {
        Ok(match path {
            Some(path) => Self { name: path.display().to_string(), text: read(path)? },
            None => {
                Self { name: "built-in demo company".to_owned(), text: DEMO_RECORDS.to_owned() }
            }
        })
    }

    /// The store of these items for the given tables. Reads nothing, wherever the tables are.
    pub fn store(&self, tables: &[Table]) -> Result<FileStore, Failure> {
        FileStore::parse(&self.text, tables)
            .map_err(|error| Failure::Input(format!("{}: {error}", self.name)))
    }
}

/// The text of a file.
pub fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::Input(format!("{}: {error}", path.display())))
}

/// The text of a TOML file, without a byte order mark.
pub fn read_toml(path: &Path) -> Result<String, Failure> {
    let text = read(path)?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned())
}
