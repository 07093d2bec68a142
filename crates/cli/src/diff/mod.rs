//! `claimsmith diff`: what a change of the policy does to a population of events.
//!
//! Both policies decide about each event with the trigger itself; what differs is counted. Or they have
//! decided already, the running one and its shadow, and the lines of the log say what differs.

mod change;
mod crowd;
mod effects;
mod facts;
mod json;
mod lines;
mod page;
mod tally;
mod text;
mod verdict;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::input::Inputs;
use crate::page::file;
use crate::setup::Setup;
use crate::status::{Failure, Status};
use crate::terminal::{self, Reader};
use crate::walk::walk;
use tally::{Comparison, Tally};

/// Show what a change of the policy does to the tokens of many events
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith diff --against running.toml --policy claims.toml events/
  git show main:claims.toml > main.toml
  claimsmith diff --against main.toml --policy claims.toml events/
  claimsmith diff --against main.toml --policy claims.toml --json events.jsonl
  claimsmith diff lines.jsonl        what the shadow policy said in the log

--against is what runs now, --policy is what you want to run. Tokens are
compared, not files: who gains, loses or changes which claim, and why.
Without --values no claim value is shown, so that the output may be published.
Without --against the arguments are lines of the function's log, in which a
shadow policy has decided already; docs/shadow.md says how they come about.

Exit status: 0 no difference, 4 tokens or answers differ, 3 somebody who had
a token is newly refused, 2 bad input.")]
pub struct Diff {
    /// The policy that runs now: the side before
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// The policy that you want to run: the side after; ./claims.toml if not given, and if there is
    /// none the built-in one
    #[arg(long, value_name = "FILE", requires = "against")]
    policy: Option<PathBuf>,
    /// A JSON file of items for both sides, instead of the policy's table
    #[arg(long, value_name = "FILE", requires = "against")]
    records: Option<PathBuf>,
    /// Other items for the side before
    #[arg(long, value_name = "FILE", requires = "against")]
    against_records: Option<PathBuf>,
    /// Show the values of the first event for each claim that differs
    #[arg(long, requires = "against")]
    values: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Write a page for the browser, or - for standard output
    #[arg(long, value_name = "FILE", conflicts_with = "json", requires = "against")]
    html: Option<PathBuf>,
    /// Files, folders, or - for standard input; without --against files of log lines
    #[arg(required = true, value_name = "EVENT")]
    events: Vec<PathBuf>,
}

/// Compares two policies.
pub fn run(arguments: &Diff) -> Result<Status, Failure> {
    let Some(policy) = &arguments.against else {
        return lines::run(&arguments.events, arguments.json);
    };
    let records = arguments.records.as_deref();
    let against = arguments.against_records.as_deref().or(records);
    if let Some(place) = &arguments.html {
        file::check(place)?;
    }
    let before = Setup::load(Some(policy), against, "compared")?;
    let after = Setup::load(arguments.policy.as_deref(), records, "compared")?;
    let inputs = Inputs::find(&arguments.events)?;

    let mut tally = Tally::default();
    let files = inputs.file_count;
    let status = walk(&before, inputs, files, |input, old| {
        let (Ok(old), Ok(new)) = (old, after.decide(input)) else {
            tally.unreadable += 1;
            return Status::BadInput;
        };
        let difference = change::difference((old, before.policy()), (&new, after.policy()));
        tally.add(&input.name, [old, &new], difference);
        Status::Fine
    })?;

    let result = Comparison {
        before: &before.origin,
        after: &after.origin,
        tally: &tally,
        values: arguments.values,
    };
    match arguments {
        Diff { json: true, .. } => {
            writeln!(terminal::stdout(Reader::Machine), "{}", result.json())?;
        }
        Diff { html: Some(place), .. } => file::write(&page::page(&result).into_string(), place)?,
        _ => result.write(terminal::width(), &mut terminal::stdout(Reader::Person))?,
    }
    Ok(status.max(match (tally.newly_refused(), tally.differing) {
        (0, 0) => Status::Fine,
        (0, _) => Status::Found,
        _ => Status::Refused,
    }))
}
