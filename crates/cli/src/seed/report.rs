//! What was written, or would be, for people and for machines.

use std::io::{self, Write};

use claimsmith::policy::Table;
use serde::Serialize;

use super::items::Put;
use crate::terminal::{BOLD, DIM, GOOD, count_many, cut, number};

/// How many findings, items or keys are listed before the rest is only counted.
const LIST_LIMIT: usize = 20;

/// What is known about one table in the end; counts of items.
#[derive(Serialize)]
pub struct Report {
    table: String,
    items: usize,
    bytes: usize,
    #[serde(flatten)]
    written: Option<Written>,
}

#[derive(Serialize)]
pub struct Written {
    /// Whether the table wasn't there before.
    pub created_table: bool,
    /// There was nothing in their place.
    pub new: usize,
    /// There was another item.
    pub overwritten: usize,
    /// They were there.
    pub unchanged: usize,
    /// They were read back and equal.
    pub verified: usize,
}

/// One report per table.
pub fn reports(tables: &[Table], lists: &[Vec<Put>], written: Vec<Option<Written>>) -> Vec<Report> {
    let tables = tables.iter().zip(lists).zip(written);
    tables
        .map(|((table, puts), written)| Report {
            table: table.location.name().to_owned(),
            items: puts.len(),
            bytes: puts.iter().map(|put| put.bytes).sum(),
            written,
        })
        .collect()
}

/// Lines below a summary, at most so many.
pub fn listed(lines: Vec<String>) -> String {
    let more = lines.len().saturating_sub(LIST_LIMIT);
    let lines = lines.iter().take(LIST_LIMIT);
    // Names of attributes and keys come from a file and may hold control characters.
    let mut text: String = lines.map(|line| format!("\n  {}", cut(line, usize::MAX))).collect();
    if more > 0 {
        text.push_str(&format!("\n  and {more} more"));
    }
    text
}

/// An item's key on one line.
pub fn shown(table: &Table, put: &Put) -> String {
    let parts: Vec<String> =
        table.named_key(&put.key).map(|(name, value)| format!("{name}={value}")).collect();
    cut(&parts.join(" "), usize::MAX)
}

/// What would be written.
pub fn plan(
    tables: &[Table],
    lists: &[Vec<Put>],
    reports: &[Report],
    out: &mut impl Write,
) -> io::Result<()> {
    for ((table, puts), report) in tables.iter().zip(lists).zip(reports) {
        writeln!(
            out,
            "{BOLD}{}{BOLD:#}  would write {}, {} bytes; nothing was asked or written",
            report.table,
            count_many(report.items, "item"),
            number(report.bytes),
        )?;
        for put in puts.iter().take(LIST_LIMIT) {
            writeln!(out, "  {}  {DIM}{} bytes{DIM:#}", shown(table, put), number(put.bytes))?;
        }
        if puts.len() > LIST_LIMIT {
            writeln!(out, "  and {} more", number(puts.len() - LIST_LIMIT))?;
        }
    }
    Ok(())
}

/// What was written.
pub fn done(reports: &[Report], out: &mut impl Write) -> io::Result<()> {
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
