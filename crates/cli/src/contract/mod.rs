//! `claimsmith contract`: what readers may rely on, and what a change of it means for them.

mod comments;
mod file;
mod model;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
pub use model::{Claim, Contract, Form};

use crate::setup;
use crate::status::{Failure, Status};
use crate::terminal::{self, Reader};

/// Print what readers of the tokens may rely on
#[derive(Args)]
pub struct ContractArguments {
    /// The policy; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

/// Prints a contract.
pub fn run(arguments: &ContractArguments) -> Result<Status, Failure> {
    let text = setup::policy_text(arguments.policy.as_deref())?;
    let policy = setup::policy(&text, "printed")?;
    let contract = Contract::of(&policy, &text.text);
    terminal::stdout(Reader::Machine).write_all(contract.to_file().as_bytes())?;
    Ok(Status::Fine)
}
