//! `claimsmith completions`: what a shell needs to complete the command, from its own definitions.

use std::io::Write;

use clap::{Args, Command, ValueEnum};
use clap_complete::{Generator, Shell};

use crate::{Failure, Status};

#[derive(Args)]
pub struct Completions {
    /// The shell
    #[arg(value_name = "SHELL")]
    shell: Name,
}

/// The shells that are tested; `clap_complete` knows more.
#[derive(Clone, Copy, ValueEnum)]
enum Name {
    Bash,
    Zsh,
    Fish,
    Powershell,
}

/// Prints the completions.
pub fn completions(
    arguments: &Completions,
    mut command: Command,
    out: &mut impl Write,
) -> Result<Status, Failure> {
    let shell = match arguments.shell {
        Name::Bash => Shell::Bash,
        Name::Zsh => Shell::Zsh,
        Name::Fish => Shell::Fish,
        Name::Powershell => Shell::PowerShell,
    };
    command.set_bin_name("claimsmith");
    command.build();
    shell.try_generate(&command, out)?;
    Ok(Status::Fine)
}
