//! `claimsmith seed`: a file of items into the policy's tables on DynamoDB, and read back.
//!
//! Nothing is written before everything was looked at: the file first, then what the tables hold
//! in the place of each item. Equal items are left alone, so an interrupted run is simply repeated.

#![cfg_attr(
    not(feature = "dynamodb"),
    expect(dead_code, reason = "a build without DynamoDB reads the file, and writes nothing")
)]

#[cfg(feature = "dynamodb")]
mod attribute;
mod items;
mod report;
#[cfg(feature = "dynamodb")]
mod table;
mod value;
#[cfg(feature = "dynamodb")]
mod write;

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use claimsmith::policy::{self, Location, Policy};
use clap::Args;

use crate::setup;
use crate::status::{Failure, Status, words};
use crate::terminal::{self, Reader, count};
use items::Put;
use report::{Written, listed};

/// Write a file of items to the policy's table on DynamoDB
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith seed --dry-run items.json    what would be written; needs no AWS
  claimsmith seed items.json              writes, reads back and compares
  claimsmith seed --create items.json     makes the table first, on a DynamoDB
                                          on this machine

Items that are in the table already and equal are left alone, so it can be run
again. An item that is there and differs stops it before anything is written.
Region, credentials and endpoint come from the environment, as in the AWS CLI.
Nobody else should write to the table meanwhile.")]
pub struct Seed {
    /// The policy; ./claims.toml if not given, and if there is none the built-in one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Write to this one of the policy's tables only
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Replace items that are there and differ
    #[arg(long)]
    overwrite: bool,
    /// Make tables that are not there; only where DynamoDB runs on this machine
    #[arg(long, conflicts_with = "dry_run")]
    create: bool,
    /// Print the counts as one JSON object
    #[arg(long)]
    json: bool,
    /// A JSON array of items, or - for standard input
    #[arg(value_name = "ITEMS")]
    items: PathBuf,
}

/// Seeds.
pub fn run(arguments: &Seed) -> Result<Status, Failure> {
    let file = setup::policy_file_told(arguments.policy.as_deref());
    let text = setup::policy_text(file.as_deref())?;
    let policy = setup::policy(&text, "written")?;
    let tables = chosen(&policy, &text.name, arguments.table.as_deref())?;
    let (file, items) = read(&arguments.items)?;
    let lists = items::read(&items, &tables).map_err(|findings| {
        let found = count(findings.len(), "problem");
        Failure::Input(format!("{file}: {found}, so nothing was written{}", listed(findings)))
    })?;
    let written = if arguments.dry_run {
        tables.iter().map(|_| None).collect()
    } else {
        write(arguments, &policy, &tables, &lists)?.into_iter().map(Some).collect()
    };
    let reports = report::reports(&tables, &lists, written);
    let mut out = terminal::stdout(Reader::machine_if(arguments.json));
    match (arguments.json, arguments.dry_run) {
        (true, dry_run) => {
            let report = serde_json::json!({ "dry_run": dry_run, "tables": reports });
            writeln!(out, "{report}")?;
        }
        (false, true) => report::plan(&tables, &lists, &reports, &mut out)?,
        (false, false) => report::done(&reports, &mut out)?,
    }
    Ok(Status::Fine)
}

/// The policy's tables that items can be written to.
fn chosen(
    policy: &Policy,
    file: &str,
    wanted: Option<&str>,
) -> Result<Vec<policy::Table>, Failure> {
    let input = |problem: String| Err(Failure::Input(format!("{file}: {problem}")));
    let mut tables = policy.tables.clone();
    tables.retain(|table| matches!(table.location, Location::DynamoDb(_)));
    if tables.is_empty() {
        return input("its records are in a file, so there is no table to write to".to_owned());
    }
    if let Some(wanted) = wanted {
        tables.retain(|table| table.location.name() == wanted);
        if tables.is_empty() {
            return input(format!("it names no table `{wanted}`"));
        }
    }
    Ok(tables)
}

fn read(path: &Path) -> Result<(String, String), Failure> {
    if path != Path::new("-") {
        return Ok((path.display().to_string(), setup::read(path)?));
    }
    let name = "standard input".to_owned();
    let mut text = String::new();
    match io::stdin().read_to_string(&mut text) {
        Ok(_) => Ok((name, text)),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            Err(Failure::Input(format!("{name}: {}", words(&error))))
        }
        Err(error) => Err(error.into()),
    }
}

#[cfg(feature = "dynamodb")]
fn write(
    arguments: &Seed,
    policy: &Policy,
    tables: &[policy::Table],
    lists: &[Vec<Put>],
) -> Result<Vec<Written>, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let how = write::How { create: arguments.create, overwrite: arguments.overwrite };
    runtime.block_on(write::write(how, policy, tables, lists))
}

#[cfg(not(feature = "dynamodb"))]
fn write(
    _: &Seed,
    _: &Policy,
    _: &[policy::Table],
    _: &[Vec<Put>],
) -> Result<Vec<Written>, Failure> {
    Err(Failure::Input(crate::table::WITHOUT_DYNAMODB.to_owned()))
}
