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
use claimsmith::records::dynamo::{NotConnected, settings};
use claimsmith_dynamo::{Surroundings, connect};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use tokio::time::Instant;

use crate::check::count;
use crate::report::{BOLD, DIM, GOOD, cut, number};
use crate::setup::{self, PolicyText};
use crate::{Failure, Seed, Status};
use items::Entry;
use table::{Standing, Table, Trouble};

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
    let pairs = tables.iter().zip(&lists);
    let mut reports: Vec<Report> =
        pairs.map(|(table, entries)| Report::of(name(table), entries)).collect();
    if !arguments.dry_run {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let written = runtime.block_on(write(arguments, &policy, &tables, &lists))?;
        for (report, written) in reports.iter_mut().zip(written) {
            report.written = Some(written);
        }
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

/// One table, and what is known about it before anything is written.
struct Work<'p> {
    table: Table<'p>,
    created: bool,
    entries: &'p [Entry],
    /// One per entry.
    standings: Vec<Standing>,
}

/// Looks at all tables, then writes to each.
async fn write(
    arguments: &Seed,
    policy: &Policy,
    tables: &[policy::Table],
    lists: &[Vec<Entry>],
) -> Result<Vec<Written>, Failure> {
    let surroundings = setup::surroundings()?;
    setup::expect_variables(policy)?;
    if arguments.create {
        expect_local(policy, &surroundings)?;
    }
    let mut connection = policy.connection.clone();
    connection.attempt_timeout = ATTEMPT_TIMEOUT;
    let client = Box::pin(connect(&settings(&connection), &surroundings)).await;
    let client = client.map_err(|error| Failure::Input(NotConnected::from(error).to_string()))?;

    let progress = Progress::new(lists.iter().map(Vec::len).sum());
    let mut works = Vec::new();
    for (keys, entries) in tables.iter().zip(lists) {
        let table = Table { client: client.clone(), name: name(keys), keys };
        let created = arguments.create && table.create().await.map_err(failed)?;
        progress.says("looking");
        let looked = table.compare(entries, &mut |items| progress.add(items)).await;
        works.push(Work { table, created, entries, standings: looked.map_err(failed)? });
    }
    if !arguments.overwrite {
        expect_nothing_different(&works)?;
    }
    let mut written = Vec::new();
    for work in &works {
        written.push(work.write(&progress).await?);
    }
    progress.bar.finish_and_clear();
    Ok(written)
}

impl Work<'_> {
    /// The items that stand so.
    fn standing(&self, wanted: Standing) -> Vec<&Entry> {
        let pairs = self.entries.iter().zip(&self.standings);
        pairs.filter(|(_, standing)| **standing == wanted).map(|(entry, _)| entry).collect()
    }

    /// Writes what isn't there, and reads everything back.
    async fn write(&self, progress: &Progress) -> Result<Written, Failure> {
        let new = self.standing(Standing::Missing);
        let overwritten = self.standing(Standing::Different);
        let unchanged = self.entries.len() - new.len() - overwritten.len();
        progress.says("writing");
        progress.add(unchanged);
        for entries in [&new, &overwritten] {
            let written = self.table.write(entries, &mut |items| progress.add(items)).await;
            written.map_err(failed)?;
        }
        progress.says("reading back");
        let back = self.table.compare(self.entries, &mut |items| progress.add(items)).await;
        let back = back.map_err(failed)?;
        let verified = back.iter().filter(|standing| **standing == Standing::Equal).count();
        if verified < self.entries.len() {
            return Err(failed(format!(
                "table `{}`: {} not as written; does somebody else write to the table?",
                self.table.name,
                count(self.entries.len() - verified, "item"),
            )));
        }
        Ok(Written {
            created_table: self.created,
            new: new.len(),
            overwritten: overwritten.len(),
            unchanged,
            verified,
        })
    }
}

fn failed(trouble: Trouble) -> Failure {
    Failure::Machine(io::Error::other(trouble))
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

fn expect_nothing_different(works: &[Work<'_>]) -> Result<(), Failure> {
    let mut different = Vec::new();
    for work in works {
        let (keys, name) = (work.table.keys, work.table.name);
        different.extend(
            work.standing(Standing::Different)
                .into_iter()
                .map(|entry| format!("{}, {}, in table `{name}`", entry.place, shown(keys, entry))),
        );
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
            "{BOLD}{}{BOLD:#}  would write {} {}, {} bytes; nothing was asked or written",
            report.table,
            number(report.items),
            if report.items == 1 { "item" } else { "items" },
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
