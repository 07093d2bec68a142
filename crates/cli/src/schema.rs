//! `claimsmith schema`: the JSON Schemas of the policy file and of what `--json` prints.
//!
//! All are files of the repository. That of the policy is made from its parser's types; the others
//! are written by hand, and tests hold the real output of each command against them.

use std::io::Write;

use clap::{Args, ValueEnum};

use crate::status::{Failure, Status};
use crate::terminal::{self, Reader};

/// Print the JSON Schema of the policy file, or of what a command prints
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith schema > claims.schema.json    for editors
  claimsmith schema doctor                  what `doctor --json` prints")]
pub struct Schema {
    /// What the schema is of
    #[arg(value_name = "WHAT", default_value = "policy")]
    what: What,
}

/// What has a schema.
#[derive(Clone, Copy, ValueEnum)]
enum What {
    // The policy file.
    Policy,
    // One line of `simulate --json`.
    Simulate,
    // The object that a command prints with `--json`.
    Diff,
    // The same over lines of the log.
    Shadow,
    // The contract of a policy.
    Contract,
    // What `contract --against` prints with `--json`.
    ContractChanges,
    Check,
    Pack,
    Seed,
    Revoke,
    Show,
    Doctor,
}

/// Prints a schema.
pub fn run(arguments: &Schema) -> Result<Status, Failure> {
    let text = match arguments.what {
        What::Policy => include_str!("../../../claims.schema.json"),
        What::Simulate => include_str!("../schemas/simulate.json"),
        What::Diff => include_str!("../schemas/diff.json"),
        What::Shadow => include_str!("../schemas/shadow.json"),
        What::Contract => include_str!("../schemas/contract.json"),
        What::ContractChanges => include_str!("../schemas/contract-changes.json"),
        What::Check => include_str!("../schemas/check.json"),
        What::Pack => include_str!("../schemas/pack.json"),
        What::Seed => include_str!("../schemas/seed.json"),
        What::Revoke => include_str!("../schemas/revoke.json"),
        What::Show => include_str!("../schemas/show.json"),
        What::Doctor => include_str!("../schemas/doctor.json"),
    };
    terminal::stdout(Reader::Machine).write_all(text.as_bytes())?;
    Ok(Status::Fine)
}
