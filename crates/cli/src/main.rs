//! The command `claimsmith`: see what the trigger does, without AWS.
//!
//! Shell: arguments, files, terminal, exit status. Every decision is the trigger's own.
//!
//! Exit status: 0 all went well; 1 the command itself failed, such as a full disk; 2 bad input;
//! 3 an event was refused.

mod check;
mod decision;
mod input;
mod json;
mod report;
mod setup;
mod simulate;
mod summary;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::AutoStream;
use clap::{Args, Parser, Subcommand};

#[derive(Parser)]
#[command(
    name = "claimsmith",
    version,
    about = "See what your Amazon Cognito tokens will contain, without AWS",
    after_help = "Exit status: 0 all went well, 2 bad input, 3 an event was refused."
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

impl Cli {
    fn for_machines(&self) -> bool {
        match &self.command {
            Command::Simulate(Simulate { json, response, .. }) => *json || *response,
            Command::Check(Check { json, .. }) => *json,
            Command::Schema => true,
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Show the two tokens that Cognito would make of a trigger event, and why
    #[command(after_help = "\
Examples:
  claimsmith simulate events/v2/sign-in.json            one event, explained
  claimsmith simulate --response event.json             exactly what the Lambda returns
  claimsmith simulate --policy claims.toml --records items.json events/
                                                        many events, summed up
  claimsmith simulate --json - < events.jsonl           one line of JSON per event

An EVENT is a file with one or more events one after another, a folder of such
files (*.json, *.jsonl), or - for standard input.")]
    Simulate(Simulate),
    /// Find all that is wrong in a policy file
    #[command(after_help = "\
Examples:
  claimsmith check --policy claims.toml
  claimsmith check --policy claims.toml --json | jq .findings")]
    Check(Check),
    /// Print the JSON Schema of the policy file, for editors
    Schema,
}

#[derive(Args)]
struct Simulate {
    /// The policy; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A JSON file of items instead of the policy's table; the built-in demo company if neither
    /// is a file
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Print one line of JSON per event
    #[arg(long, conflicts_with = "response")]
    json: bool,
    /// Print exactly what the Lambda would return
    #[arg(long)]
    response: bool,
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "EVENT")]
    events: Vec<PathBuf>,
}

#[derive(Args)]
struct Check {
    /// The policy; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Print the findings as one JSON object
    #[arg(long)]
    json: bool,
}

/// How a command ends, apart from a failure of the machine.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Status {
    #[default]
    Fine,
    Refused,
    BadInput,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        match status {
            Status::Fine => ExitCode::SUCCESS,
            Status::Refused => ExitCode::from(3),
            Status::BadInput => ExitCode::from(2),
        }
    }
}

/// Why a command could not do its work.
enum Failure {
    /// What was given can't be used.
    Input(String),
    /// The machine failed.
    Machine(io::Error),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Machine(error)
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Output for machines goes out byte for byte; what takes colours out of a report would take a
    // control character out of a value, too.
    let stdout = io::stdout().lock();
    let mut out =
        if cli.for_machines() { AutoStream::always_ansi(stdout) } else { AutoStream::auto(stdout) };
    let result = match &cli.command {
        Command::Simulate(arguments) => simulate::simulate(arguments, &mut out),
        Command::Check(arguments) => check::check(arguments, &mut out),
        Command::Schema => schema(&mut out).map(|()| Status::Fine),
    };
    match result.and_then(|status| Ok(out.flush().map(|()| status)?)) {
        Ok(status) => status.into(),
        // Whoever reads our output has seen enough: `claimsmith … | head`.
        Err(Failure::Machine(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failure::Machine(error)) => fail(&error.to_string(), 1),
        Err(Failure::Input(problem)) => fail(&problem, 2),
    }
}

fn fail(problem: &str, status: u8) -> ExitCode {
    // If not even this can be written, the exit status still tells.
    let _ = writeln!(io::stderr().lock(), "claimsmith: {problem}");
    ExitCode::from(status)
}

fn schema(out: &mut impl Write) -> Result<(), Failure> {
    let schema = serde_json::to_string_pretty(&claimsmith::policy::schema());
    writeln!(out, "{}", schema.map_err(io::Error::from)?)?;
    Ok(())
}
