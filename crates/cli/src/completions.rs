//! `claimsmith completions`: what a shell needs to complete the command, from its own definitions.

use clap::{Args, Command, ValueEnum};
use clap_complete::{Generator, Shell};

use crate::status::{Failure, Status};
use crate::terminal::{self, Reader};

/// Print completions for a shell
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith completions bash > \\
    ~/.local/share/bash-completion/completions/claimsmith
  claimsmith completions zsh > ~/.zfunc/_claimsmith
  claimsmith completions fish > ~/.config/fish/completions/claimsmith.fish
  claimsmith completions powershell >> $PROFILE

For zsh the folder must be in fpath, before compinit:
  fpath+=~/.zfunc; autoload -Uz compinit; compinit")]
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

/// Prints the completions of `command`.
pub fn run(arguments: &Completions, mut command: Command) -> Result<Status, Failure> {
    let shell = match arguments.shell {
        Name::Bash => Shell::Bash,
        Name::Zsh => Shell::Zsh,
        Name::Fish => Shell::Fish,
        Name::Powershell => Shell::PowerShell,
    };
    command.set_bin_name("claimsmith");
    command.build();
    shell.try_generate(&command, &mut terminal::stdout(Reader::Machine))?;
    Ok(Status::Fine)
}
