//! `claimsmith seed`: a file of items into the policy's tables on DynamoDB, and read back.
//!
//! Nothing is written before everything was looked at: the file first, then what the tables hold
//! in the place of each item. Equal items are left alone, so an interrupted run is simply repeated.

mod items;
mod table;
mod value;

use std::io::{self, Read, Write};
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use claimsmith::policy::{self, Location, Policy};
use claimsmith::records::connect::{Surroundings, connect};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use tokio::time::Instant;

use crate::check::count;
use crate::report::{BOLD, DIM, GOOD, cut, number};
use crate::setup::{self, PolicyText};
use crate::{Failure, Seed, Status};
use items::Entry;
use table::{Standing, Table};

/// How many findings, items or keys are listed before the rest is only counted.
const LIST_LIMIT: usize = 20;
/// How long one attempt may take: a batch of large items over a slow line.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(30);
/// Work that takes less shows no progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// Seeds.
pub fn seed(arguments: &Seed, out: &mut impl Write) -> Result<Status, Failure> {
    let text = PolicyText::load(arguments.policy.as_deref())?;
    let policy = text.policy("written")?;
    let tables = chosen(&policy, &text.name, arguments.table.as_deref())?;
    let (file, items) = read(&arguments.items)?;
    let lists = items::read(&items, &tables).map_err(|findings| {
        let found = count(findings.len(), "finding");
        Failure::Input(format!("{file}: {found}, so nothing was written{}", listed(findings)))
    })?;
    let mut reports: Vec<Report> = Vec::new();
    for (table, entries) in tables.iter().zip(&lists) {
        reports.push(Report::of(name(table), entries));
    }
    if !arguments.dry_run {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(write(arguments, &policy, &tables, &lists, &mut reports))?;
    }
    match (arguments.json, arguments.dry_run) {
        (true, dry_run) => {
            let report = serde_json::json!({ "dry_run": dry_run, "tables": reports });
            writeln!(out, "{report}")?;
        }
        (false, true) => plan(&tables, &lists, &reports, out)?,
        (false, false) => done(&reports, out)?,
    }
    Ok(Status::Fine)
}

/// What is known about one table in the end; counts of items.
#[derive(Serialize)]
struct Report {
    table: String,
    items: usize,
    bytes: usize,
    #[serde(flatten)]
    written: Option<Written>,
}

#[derive(Serialize)]
struct Written {
    created_table: bool,
    new: usize,
    overwritten: usize,
    unchanged: usize,
    verified: usize,
}

impl Report {
    fn of(table: &str, entries: &[Entry]) -> Self {
        let bytes = entries.iter().map(|entry| entry.bytes).sum();
        Self { table: table.to_owned(), items: entries.len(), bytes, written: None }
    }
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
        tables.retain(|table| name(table) == wanted);
        if tables.is_empty() {
            return input(format!("it names no table `{wanted}`"));
        }
    }
    Ok(tables)
}

fn name(table: &policy::Table) -> &str {
    match &table.location {
        Location::DynamoDb(name) | Location::File(name) => name,
    }
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
            Err(Failure::Input(format!("{name}: {error}")))
        }
        Err(error) => Err(error.into()),
    }
}

/// Lines below a summary, at most so many.
fn listed(lines: Vec<String>) -> String {
    let more = lines.len().saturating_sub(LIST_LIMIT);
    let lines = lines.iter().take(LIST_LIMIT);
    // Names of attributes and keys come from a file: no orders for the terminal.
    let mut text: String = lines.map(|line| format!("\n  {}", cut(line, usize::MAX))).collect();
    if more > 0 {
        text.push_str(&format!("\n  and {more} more"));
    }
    text
}

async fn write(
    arguments: &Seed,
    policy: &Policy,
    tables: &[policy::Table],
    lists: &[Vec<Entry>],
    reports: &mut [Report],
) -> Result<(), Failure> {
    let surroundings = setup::surroundings()?;
    setup::expect_variables(policy)?;
    if arguments.create {
        expect_local(policy, &surroundings)?;
    }
    let mut connection = policy.connection.clone();
    connection.attempt_timeout = ATTEMPT_TIMEOUT;
    let client = Box::pin(connect(&connection, &surroundings)).await;
    let client = client.map_err(|error| Failure::Input(error.to_string()))?;
    let tables: Vec<Table<'_>> = tables
        .iter()
        .map(|keys| Table { client: client.clone(), name: name(keys), keys })
        .collect();
    let trouble = |trouble: String| Failure::Machine(io::Error::other(trouble));

    let progress = Progress::new(lists.iter().map(Vec::len).sum());
    let mut standings = Vec::new();
    let mut created = Vec::new();
    for (table, entries) in tables.iter().zip(lists) {
        let made = arguments.create && table.create().await.map_err(trouble)?;
        created.push(made);
        progress.says("looking");
        standings.push(table.compare(entries, &mut |n| progress.add(n)).await.map_err(trouble)?);
    }
    if !arguments.overwrite {
        expect_nothing_different(&tables, lists, &standings)?;
    }
    for (((table, entries), (standings, created)), report) in
        tables.iter().zip(lists).zip(standings.iter().zip(created)).zip(reports)
    {
        let changed: Vec<&Entry> = entries
            .iter()
            .zip(standings)
            .filter(|(_, standing)| **standing != Standing::Equal)
            .map(|(entry, _)| entry)
            .collect();
        let unchanged = entries.len() - changed.len();
        progress.says("writing");
        progress.add(unchanged);
        table.write(&changed, &mut |n| progress.add(n)).await.map_err(trouble)?;
        progress.says("reading back");
        let back = table.compare(entries, &mut |n| progress.add(n)).await.map_err(trouble)?;
        let verified = back.iter().filter(|standing| **standing == Standing::Equal).count();
        if verified < entries.len() {
            return Err(trouble(format!(
                "table `{}`: {} not as written; does somebody else write to the table?",
                table.name,
                count(entries.len() - verified, "item"),
            )));
        }
        let new = standings.iter().filter(|standing| **standing == Standing::Missing).count();
        let overwritten = changed.len() - new;
        report.written =
            Some(Written { created_table: created, new, overwritten, unchanged, verified });
    }
    progress.bar.finish_and_clear();
    Ok(())
}

/// Tables are made on this machine only; anywhere else they belong to whoever looks after the
/// account, with backups, alarms and rights.
fn expect_local(policy: &Policy, surroundings: &Surroundings) -> Result<(), Failure> {
    let endpoint = policy.connection.endpoint.as_ref().or(surroundings.endpoint.as_ref());
    match endpoint.is_some_and(|endpoint| is_local(endpoint)) {
        true => Ok(()),
        false => Err(Failure::Input(
            "--create makes tables on this machine only: set AWS_ENDPOINT_URL_DYNAMODB to the \
             address of a local DynamoDB, such as http://localhost:8000"
                .to_owned(),
        )),
    }
}

fn is_local(endpoint: &str) -> bool {
    let Ok(uri) = endpoint.parse::<http::Uri>() else { return false };
    let Some(host) = uri.scheme().and(uri.host()) else { return false };
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn expect_nothing_different(
    tables: &[Table<'_>],
    lists: &[Vec<Entry>],
    standings: &[Vec<Standing>],
) -> Result<(), Failure> {
    let mut different = Vec::new();
    for ((table, entries), standings) in tables.iter().zip(lists).zip(standings) {
        for (entry, standing) in entries.iter().zip(standings) {
            if *standing == Standing::Different {
                let (key, name) = (shown(table.keys, entry), table.name);
                different.push(format!("{}, {key}, in table `{name}`", entry.place));
            }
        }
    }
    if different.is_empty() {
        return Ok(());
    }
    let items = match different.len() {
        1 => "1 item is there and differs".to_owned(),
        some => format!("{some} items are there and differ"),
    };
    Err(Failure::Input(format!(
        "{items}, so nothing was written; --overwrite replaces{}",
        listed(different)
    )))
}

/// An item's key on one line.
fn shown(table: &policy::Table, entry: &Entry) -> String {
    let parts: Vec<String> =
        table.named_key(&entry.key).map(|(name, value)| format!("{name}={value}")).collect();
    cut(&parts.join(" "), usize::MAX)
}

/// What would be written.
fn plan(
    tables: &[policy::Table],
    lists: &[Vec<Entry>],
    reports: &[Report],
    out: &mut impl Write,
) -> io::Result<()> {
    for ((table, entries), report) in tables.iter().zip(lists).zip(reports) {
        writeln!(
            out,
            "{BOLD}{}{BOLD:#}  would write {}, {} bytes; nothing was asked or written",
            report.table,
            count(report.items, "item"),
            number(report.bytes),
        )?;
        for entry in entries.iter().take(LIST_LIMIT) {
            writeln!(out, "  {}  {DIM}{} bytes{DIM:#}", shown(table, entry), number(entry.bytes))?;
        }
        if entries.len() > LIST_LIMIT {
            writeln!(out, "  and {} more", number(entries.len() - LIST_LIMIT))?;
        }
    }
    Ok(())
}

/// What was written.
fn done(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
    for Report { table, written, .. } in reports {
        let Some(written) = written else { continue };
        let made = if written.created_table { "  made the table" } else { "" };
        writeln!(out, "{BOLD}{table}{BOLD:#}{made}")?;
        for (items, what) in [
            (written.new, "new"),
            (written.overwritten, "overwritten"),
            (written.unchanged, "unchanged"),
        ] {
            writeln!(out, "  {:>9}  {what}", number(items))?;
        }
        writeln!(out, "  {GOOD}{:>9}  read back and equal{GOOD:#}", number(written.verified))?;
    }
    Ok(())
}

/// Progress on a terminal, for work that takes long enough to wonder.
struct Progress {
    bar: ProgressBar,
    since: Instant,
}

impl Progress {
    /// Each item is looked at, written and read back.
    fn new(items: usize) -> Self {
        let bar = ProgressBar::with_draw_target(
            u64::try_from(items * 3).ok(),
            ProgressDrawTarget::hidden(),
        );
        if let Ok(style) = ProgressStyle::with_template("{msg:12} {bar:40} {percent:>3} %") {
            bar.set_style(style);
        }
        Self { bar, since: Instant::now() }
    }

    fn says(&self, doing: &'static str) {
        self.bar.set_message(doing);
    }

    fn add(&self, items: usize) {
        if self.bar.is_hidden() && self.since.elapsed() > PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(u64::try_from(items).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_local() {
        for local in [
            "http://localhost:8000",
            "http://127.0.0.1:1",
            "https://127.1.2.3",
            "http://[::1]:8000",
        ] {
            assert!(is_local(local), "{local}");
        }
        for remote in [
            "https://dynamodb.eu-west-1.amazonaws.com",
            "http://localhost.example.com",
            "http://localhost@example.com",
            "http://127.0.0.1.example.com",
            "http://10.0.0.1:8000",
            "http://[::2]",
            "localhost",
            "",
        ] {
            assert!(!is_local(remote), "{remote}");
        }
    }
}
