//! How a command ends: the exit statuses, once for all commands and documents.

use std::fmt::Write;
use std::io;
use std::process::ExitCode;

pub use claimsmith_findings::in_words as words;

/// All exit statuses. They are stable.
pub const STATUSES: [(u8, &str); 5] = [
    (0, "all went well, and nothing was found"),
    (1, "the machine failed: a full disk, a table that can't be read"),
    (2, "bad input: arguments, files, the policy, the environment"),
    (3, "a sign-in is refused (diff: newly), or a reader would break (contract)"),
    (4, "something was found: a cause, a difference, readers to deploy first"),
];

/// How a command ends, apart from a failure of the machine. The worst of several counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing to say.
    #[default]
    Fine,
    /// What was looked for was found: causes, differences, or what readers must know first.
    Found,
    /// A sign-in was refused, or a reader would be broken.
    Refused,
    /// What was given can't be used.
    BadInput,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        ExitCode::from(match status {
            Status::Fine => 0,
            Status::BadInput => 2,
            Status::Refused => 3,
            Status::Found => 4,
        })
    }
}

/// Why a command could not do its work.
pub enum Failure {
    /// What was given can't be used.
    Input(String),
    /// The machine failed.
    Machine(io::Error),
}

impl Failure {
    /// The problem in words.
    pub fn into_text(self) -> String {
        match self {
            Failure::Input(problem) => problem,
            Failure::Machine(error) => words(&error),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Machine(error)
    }
}

/// The statuses as the help shows them.
pub fn help() -> String {
    let mut text = "Exit status:\n".to_owned();
    for (status, meaning) in STATUSES {
        // Writing to a text can't fail.
        let _ = writeln!(text, "  {status}  {meaning}");
    }
    text.trim_end().to_owned()
}
