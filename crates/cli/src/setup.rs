//! Which policy and which records a command works with.

use std::io;
use std::path::{Path, PathBuf};

use claimsmith::clock::at_once;
use claimsmith::load::Text;
pub use claimsmith::load::records_file;
use claimsmith::policy::{Found, Location, Policy, Table, Variables};
use claimsmith::records::file::FileStore;
use claimsmith::{Decided, Trigger};

use crate::environment::variable;
use crate::input::Input;
use crate::status::{Failure, words};
use crate::terminal::{self, count, tell};

/// The policy of whoever names none.
pub const HERE: &str = "claims.toml";
/// What `init` calls its records.
const ITEMS: &str = "items.json";

/// The policy's file: the given one, or the one that lies here. Without either it is the built-in
/// policy, which nobody should take for their own.
pub fn policy_file(given: Option<&Path>) -> Option<PathBuf> {
    // A link that leads nowhere lies here, too, and must not be passed over.
    let nothing_here = || {
        let here = std::fs::symlink_metadata(HERE);
        here.is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
    };
    match given {
        Some(path) => Some(path.to_owned()),
        None if nothing_here() => {
            notice(
                "no ./claims.toml here and no --policy: this is about the built-in policy; \
                 `claimsmith init` writes one to begin with",
            );
            None
        }
        None => Some(PathBuf::from(HERE)),
    }
}

/// The same for a command whose output doesn't name the policy: a file that nobody named is told
/// beside it.
pub fn policy_file_told(given: Option<&Path>) -> Option<PathBuf> {
    let file = policy_file(given);
    if given.is_none() && file.is_some() {
        notice("policy: claims.toml");
    }
    file
}

/// A line on standard error, where it is in the way of no output.
fn notice(line: &str) {
    tell(&format!("claimsmith: {line}"));
}

/// The text of a policy file, or the built-in policy if there is none.
pub fn policy_text(path: Option<&Path>) -> Result<Text, Failure> {
    path.map_or_else(|| Ok(Text::default_policy()), |path| Text::of(path, read))
}

/// The text of a records file, or the built-in company if there is none.
pub fn records_text(path: Option<&Path>) -> Result<Text, Failure> {
    path.map_or_else(|| Ok(Text::demo_records()), |path| Text::of(path, read))
}

/// How a report calls the records. Nobody should take the built-in ones for those of `init`, or for
/// what a policy without tables reads.
pub fn records_called(given: Option<&Path>, tables: &[Table], name: &str) -> String {
    match given {
        None if tables.is_empty() => "none".to_owned(),
        None if Path::new(ITEMS).exists() => format!("{name}, not ./{ITEMS}"),
        _ => name.to_owned(),
    }
}

/// Checks a policy. Outside the function a variable may be unset.
pub fn check(text: &Text) -> Result<Policy, Found> {
    text.policy(&Variables::lenient(&variable))
}

/// The policy as it is written, with no variable set; nothing if it has findings then.
pub fn policy_as_written(text: &Text) -> Option<Policy> {
    text.policy(&Variables::lenient(&|_| None)).ok()
}

/// The policy, for a command that needs one without findings. `done` is what the command does
/// otherwise.
pub fn policy(text: &Text, done: &str) -> Result<Policy, Failure> {
    check(text).map_err(|found| {
        let lines = found.iter().map(|finding| format!("\n  {finding}"));
        Failure::Input(format!(
            "{}: {}, so nothing was {done}{}{}",
            text.name,
            count(found.total(), "problem"),
            lines.collect::<String>(),
            found.others().map(|others| format!("\n  {others}")).unwrap_or_default(),
        ))
    })
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
        let policy_file = self::policy_file(policy_file);
        let text = policy_text(policy_file.as_deref())?;
        let policy = self::policy(&text, done)?;
        let found = records_file(&policy.tables, policy_file.as_deref(), records);
        let records = records_text(found.as_deref())?;
        let store = records.store(&policy.tables).map_err(|problem| {
            let hint = "; it isn't about your tables: give --records FILE";
            Failure::Input(problem + if found.is_none() { hint } else { "" })
        })?;
        let called = records_called(found.as_deref(), &policy.tables, &records.name);
        let mut origin = format!("policy: {}   records: {called}", text.name);
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

/// The text of a file.
pub fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path)
        .map_err(|error| Failure::Input(format!("{}: {}", terminal::file(path), words(&error))))
}
