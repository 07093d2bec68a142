//! `claimsmith event`: the event that Cognito would send for a person or a machine.

use std::io::Write;
use std::path::PathBuf;

use clap::{ArgGroup, Args};

use crate::setup;
use crate::status::{Failure, Status};
use crate::terminal::{self, Reader};
use crate::who::Who;

/// Print the event that Cognito would send for a person or a machine
#[derive(Args)]
#[command(
    group(ArgGroup::new("identity").required(true).multiple(true).args(["user", "client"])),
    after_help = "\
Examples:
  claimsmith event --user 11111111-1111-4111-8111-111111111111 > event.json
  claimsmith event --user SUB --group admin --scope orders/read
  claimsmith event --client CLIENT_ID                    a machine

What isn't said is what Cognito would most likely send; pool and app client are
null unless the policy or you name one. `claimsmith simulate` takes the same
options, and says what the trigger makes of it.")]
pub struct Event {
    #[command(flatten)]
    who: Who,
    /// The policy, whose first pool and app client it names; ./claims.toml if not given, and if
    /// there is none the built-in one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

/// Prints the event.
pub fn run(arguments: &Event) -> Result<Status, Failure> {
    let file = setup::policy_file_told(arguments.policy.as_deref());
    let text = setup::policy_text(file.as_deref())?;
    let policy = setup::policy(&text, "printed")?;
    let event = arguments.who.event(&policy);
    writeln!(terminal::stdout(Reader::Machine), "{event}")?;
    Ok(Status::Fine)
}
