//! `claimsmith schema`: the JSON Schemas of the policy file and of what `--json` prints.
//!
//! That of the policy is made from its parser's types. The others are written by hand, and
//! `tests/it/command_line_json.rs` holds the real output of each command against them.

use std::io::{self, Write};

use clap::{Args, ValueEnum};

use crate::{Failure, Status};

#[derive(Args)]
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
    Check,
    Seed,
    Show,
    Doctor,
}

/// Prints a schema.
pub fn schema(arguments: &Schema, out: &mut impl Write) -> Result<Status, Failure> {
    let text = match arguments.what {
        What::Policy => {
            let schema = serde_json::to_string_pretty(&claimsmith::policy::schema());
            schema.map_err(io::Error::from)? + "\n"
        }
        What::Simulate => include_str!("../schemas/simulate.json").to_owned(),
        What::Diff => include_str!("../schemas/diff.json").to_owned(),
        What::Check => include_str!("../schemas/check.json").to_owned(),
        What::Seed => include_str!("../schemas/seed.json").to_owned(),
        What::Show => include_str!("../schemas/show.json").to_owned(),
        What::Doctor => include_str!("../schemas/doctor.json").to_owned(),
    };
    out.write_all(text.as_bytes())?;
    Ok(Status::Fine)
}
