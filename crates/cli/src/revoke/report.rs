//! What was revoked, taken back or found, for people.

use std::io::{self, Write};

use anstyle::Style;

use super::place::Place;
use super::record::{Reach, Record};
use super::subject::{Kind, Subject};
use super::time::shown;
use crate::terminal::{BAD, BOLD, DIM, GOOD, NOTICE, count_many, cut};

/// A record that was written, or would be.
pub fn revoked(
    place: &Place,
    subject: &Subject,
    record: &Record,
    is_dry: bool,
    out: &mut impl Write,
) -> io::Result<()> {
    let (style, done) = if is_dry { (NOTICE, "would revoke") } else { (BAD, "revoked") };
    headline(style, done, subject, out)?;
    lines(record, out)?;
    item(place, subject, out)?;
    if is_dry {
        return writeln!(out, "  nothing was asked or written");
    }
    match (subject.kind, place.connection.is_some()) {
        (Kind::Token, _) => Ok(()),
        (Kind::SignIn, _) => writeln!(
            out,
            "  {DIM}Cognito still refreshes it: revoke its refresh token there as well{DIM:#}"
        ),
        (_, true) => {
            writeln!(out, "  {DIM}tokens that are out live on where nobody reads this{DIM:#}")
        }
        (_, false) => writeln!(
            out,
            "  {DIM}Cognito gives new tokens unless the trigger's policy says `not_revoked`{DIM:#}"
        ),
    }
}

/// What was done, and to whom.
fn headline(style: Style, done: &str, subject: &Subject, out: &mut impl Write) -> io::Result<()> {
    let (kind, value) = (subject.kind.as_str(), &subject.value);
    writeln!(out, "{style}{done}{style:#}  {BOLD}{kind} {value}{BOLD:#}")
}

/// A record that is there already, and does.
pub fn already(subject: &Subject, found: &Record, out: &mut impl Write) -> io::Result<()> {
    headline(GOOD, "revoked already", subject, out)?;
    lines(found, out)
}

/// A record that was taken back, or would be.
pub fn undone(
    place: &Place,
    subject: &Subject,
    found: Option<&Record>,
    out: &mut impl Write,
) -> io::Result<()> {
    let (style, done) = match found {
        Some(_) => (GOOD, "taken back"),
        None => (NOTICE, "would take back"),
    };
    headline(style, done, subject, out)?;
    if let Some(record) = found {
        lines(record, out)?;
    }
    item(place, subject, out)?;
    match found {
        Some(_) => Ok(()),
        None => writeln!(out, "  nothing was asked or written"),
    }
}

fn lines(record: &Record, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "  reaches  {}", reach(record))?;
    writeln!(out, "  since    {}", since(record))?;
    writeln!(out, "  ends     {}", ends(record, None))?;
    match &record.note {
        Some(note) => writeln!(out, "  note     {}", cut(note, usize::MAX)),
        None => Ok(()),
    }
}

fn item(place: &Place, subject: &Subject, out: &mut impl Write) -> io::Result<()> {
    let key: Vec<String> =
        place.key(subject).iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (table, key) = (cut(&place.table, usize::MAX), cut(&key.join(" "), usize::MAX));
    writeln!(out, "  item     {DIM}{table}  {key}{DIM:#}")
}

fn reach(record: &Record) -> String {
    match record.reach {
        Reach::All => "everything".to_owned(),
        Reach::Until(time) => format!("what was signed in to until {}", shown(time)),
    }
}

fn since(record: &Record) -> String {
    record.revoked_at.map_or_else(|| "unknown".to_owned(), shown)
}

/// When a record ends. DynamoDB deletes it some time after that, and until then it counts.
fn ends(record: &Record, now: Option<u64>) -> String {
    match (record.until, now) {
        (None, _) => "never".to_owned(),
        (Some(end), Some(now)) if end <= now => {
            format!("{}, and counts until it is deleted", shown(end))
        }
        (Some(end), _) => shown(end),
    }
}

/// What a record says, in a few words, for an error.
pub fn in_words(record: &Record) -> String {
    format!("{}, since {}, ends {}", reach(record), since(record), ends(record, None))
}

/// All records.
pub fn list(place: &Place, records: &[Record], now: u64, out: &mut impl Write) -> io::Result<()> {
    let table = cut(&place.table, usize::MAX);
    let revocations = count_many(records.len(), "revocation");
    writeln!(out, "{BOLD}{table}{BOLD:#}  {revocations}")?;
    let unknown = || "unknown".to_owned();
    for record in records {
        let kind = record.kind.as_deref().map_or_else(unknown, |kind| cut(kind, 20));
        writeln!(out, "\n{BOLD}{kind}{BOLD:#}  {}", cut(&record.value, usize::MAX))?;
        writeln!(out, "  reaches  {}", reach(record))?;
        writeln!(out, "  since    {}", since(record))?;
        writeln!(out, "  ends     {}", ends(record, Some(now)))?;
        if let Some(note) = &record.note {
            writeln!(out, "  note     {}", cut(note, usize::MAX))?;
        }
    }
    Ok(())
}
