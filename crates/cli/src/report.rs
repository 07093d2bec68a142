//! The report about one event, for people: both tokens, decoded, what was looked up.

use std::collections::BTreeMap;
use std::io::{self, Write};

use claimsmith::Decided;
use claimsmith::budget::{Fitted, Tokens};
use claimsmith::event::Form;
use claimsmith::identity::{Carries, Kind};
use claimsmith::policy::Policy;
use claimsmith::records::AskedBy;
use claimsmith_playground::words::spaced;
use cognito_claims::TokenUse;
use serde_json::Value;

use crate::terminal::{BAD, BOLD, DIM, GOOD, NOTICE, count, cut, number, wrapped};
use claimsmith_playground::decision::{self, Action, Decision};

/// Lines that a value takes at most.
const LINES: usize = 3;

/// Writes the report about one event.
pub fn report(
    name: &str,
    decided: &Decided<'_>,
    policy: &Policy,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#}", cut(name, usize::MAX))?;
    for line in wrapped(&facts(decided), width) {
        writeln!(out, "{DIM}{line}{DIM:#}")?;
    }
    if let Some(warning) = decision::warning(decided) {
        for line in wrapped(warning, width) {
            writeln!(out, "{NOTICE}{line}{NOTICE:#}")?;
        }
    }
    writeln!(out)?;
    match &decided.outcome {
        Ok(Tokens { id, access, .. }) => {
            writeln!(out, "{GOOD}issued{GOOD:#}\n")?;
            for (title, token, fitted) in
                [("ID token", TokenUse::Id, id), ("Access token", TokenUse::Access, access)]
            {
                match fitted {
                    Some(fitted) => self::token(title, fitted, width, out)?,
                    None => writeln!(
                        out,
                        "{BOLD}{title}{BOLD:#}  none: Cognito issues no {token} token here\n"
                    )?,
                }
            }
        }
        Err(refusal) => {
            writeln!(out, "{BAD}refused{BAD:#}: {}", refusal.reason)?;
            writeln!(out, "  why         {}", refusal.cause)?;
            writeln!(
                out,
                "  shown as    PreTokenGeneration failed with error {}.\n",
                policy.message(refusal.reason)
            )?;
        }
    }
    lookups(decided, policy, width, out)
}

/// What the event says about itself.
fn facts(decided: &Decided<'_>) -> String {
    let kind = match decided.identity.kind {
        Kind::User => "a person",
        Kind::Client => "a machine",
    };
    let form = match decided.event.form {
        Form::V1 => "event of version 1, which carries text alone",
        Form::V2 => "event of version 2 or 3",
    };
    let mut facts = format!("{kind}, {}, {form}", decided.event.trigger_source);
    if let Some(tenant) = &decided.tenant {
        facts += &format!(", tenant {tenant}");
        if let Some(member) = decided.member {
            facts += &format!(", proved by {member}");
        }
    }
    facts
}

fn token(title: &str, fitted: &Fitted<'_>, width: usize, out: &mut impl Write) -> io::Result<()> {
    let upper = number(fitted.after.upper);
    let size = match fitted.carries {
        Carries::Text | Carries::Typed => {
            format!("{upper} of {} bytes", number(fitted.rules.budget))
        }
        _ => format!("{upper} bytes, not ours to change in this version"),
    };
    writeln!(out, "{BOLD}{title}{BOLD:#}  {size}")?;
    let decisions = decision::of(fitted);
    let (inside, outside): (Vec<_>, Vec<_>) =
        decisions.iter().partition(|decision| decision.action.is_issued());
    let claims_bytes: usize = inside.iter().map(|decision| decision.bytes).sum();
    let frame = fitted.after.upper.saturating_sub(claims_bytes);
    claims(&inside, frame, width, out)?;
    left_out(&outside, width, out)?;
    writeln!(out)
}

/// The claims as they stand in the token: the trigger's own one by one, Cognito's by name.
///
/// `frame` are the bytes around them, so that the lines add up to the token.
fn claims(
    inside: &[&Decision<'_>],
    frame: usize,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let (own, ours): (Vec<&Decision<'_>>, Vec<&Decision<'_>>) =
        inside.iter().partition(|decision| decision.is_cognitos());
    let bytes: usize = own.iter().map(|decision| decision.bytes).sum();
    let also = if ours.is_empty() { "" } else { "… and " };
    let folded = format!("{also}{} of Cognito's own", own.len());
    let rows: Vec<(String, &Decision<'_>)> = ours.iter().map(|it| (pair(it), *it)).collect();
    let longest = rows.iter().map(|(pair, _)| pair.chars().count()).max().unwrap_or(0);
    let source_width = ours.iter().map(|it| source(it).chars().count()).max().unwrap_or(0);
    // Two blanks before and between the columns, 6 for the bytes; the source gets two fifths at most.
    let left = width.saturating_sub(2 + 2 + 6 + 2);
    let source_width = source_width.min(left * 2 / 5);
    let pair_width = longest.max(folded.chars().count()).max(FRAME.len());
    let pair_width = pair_width.min(left.saturating_sub(source_width));
    writeln!(out, "{{")?;
    for (pair, decision) in rows {
        let mut lines = broken(&pair, pair_width).into_iter();
        let first = lines.next().unwrap_or_default();
        let (bytes, source) = (number(decision.bytes), cut(&source(decision), source_width));
        writeln!(out, "  {GOOD}{first:pair_width$}{GOOD:#}  {bytes:>6}  {source}")?;
        for line in lines {
            writeln!(out, "    {GOOD}{line}{GOOD:#}")?;
        }
    }
    if !own.is_empty() {
        writeln!(out, "  {folded:pair_width$}  {:>6}", number(bytes))?;
        let names: Vec<&str> = own.iter().map(|decision| decision.claim).collect();
        for line in wrapped(&names.join(", "), width.saturating_sub(4)) {
            writeln!(out, "    {DIM}{line}{DIM:#}")?;
        }
    }
    writeln!(out, "}}")?;
    writeln!(out, "  {DIM}{FRAME:pair_width$}  {:>6}{DIM:#}", number(frame))
}

/// What isn't in the token, and why: what the budget left no room for comes first. What has no value
/// is told in a line for each reason.
fn left_out(outside: &[&Decision<'_>], width: usize, out: &mut impl Write) -> io::Result<()> {
    let word_width = outside.iter().map(|it| it.action.words().chars().count()).max().unwrap_or(0);
    let mut absent: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for decision in outside {
        if decision.action == Action::Absent {
            absent.entry(&decision.reason).or_default().push(decision.claim);
            continue;
        }
        let style = if decision.action == Action::Suppressed { DIM } else { NOTICE };
        let bytes = match decision.action {
            Action::Shed => format!("  {} bytes", number(decision.bytes)),
            _ => String::new(),
        };
        let text = format!("{}{bytes}  {}", decision.claim, why(decision));
        let mut word = decision.action.words();
        for line in wrapped(&text, width.saturating_sub(2 + word_width + 2)) {
            writeln!(out, "  {style}{word:word_width$}{style:#}  {line}")?;
            word = "";
        }
    }
    for (reason, names) in absent {
        let text = format!("{}: {reason}", names.join(", "));
        let mut word = Action::Absent.words();
        for line in wrapped(&text, width.saturating_sub(2 + word_width + 2)) {
            writeln!(out, "  {DIM}{word:word_width$}  {line}{DIM:#}")?;
            word = "";
        }
    }
    Ok(())
}

/// What a token is besides its claims.
const FRAME: &str = "header and signature";

/// A text in a few lines of at most `width` columns, those after the first two columns further in.
fn broken(text: &str, width: usize) -> Vec<String> {
    let (width, after) = (width.max(3), width.max(3) - 2);
    let letters: Vec<char> = cut(text, width + (LINES - 1) * after).chars().collect();
    let (first, rest) = letters.split_at(letters.len().min(width));
    let lines = std::iter::once(first).chain(rest.chunks(after));
    lines.map(|line| line.iter().collect()).collect()
}

/// A claim and its value as they stand in the token.
fn pair(decision: &Decision<'_>) -> String {
    let value = decision.value.as_deref().map_or_else(|| "…".to_owned(), spaced);
    format!("{}: {value}", Value::from(decision.claim))
}

fn source(decision: &Decision<'_>) -> String {
    let over = if decision.action == Action::Overridden { "over Cognito's own" } else { "" };
    let parts = [&*decision.source, &*decision.reason, over];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(", ")
}

/// Why there is no value, and where it would have come from.
fn why(decision: &Decision<'_>) -> String {
    match (decision.source.as_str(), decision.reason.as_str()) {
        ("", reason) => reason.to_owned(),
        (source, reason) => format!("{reason} ({source})"),
    }
}

fn lookups(
    decided: &Decided<'_>,
    policy: &Policy,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let items: usize = decided.reads.iter().map(Vec::len).sum();
    if items == 0 {
        return writeln!(out, "{BOLD}Lookups{BOLD:#}  none");
    }
    let queries = decided.reads.iter().flatten();
    let queries = queries.filter(|asked| matches!(asked.by, AskedBy::Query { .. })).count();
    let beside = match queries {
        0 => String::new(),
        1 => ", and a query".to_owned(),
        more => format!(", and {more} queries"),
    };
    writeln!(
        out,
        "{BOLD}Lookups{BOLD:#}  {}, one batch each{beside}",
        count(decided.reads.len(), "round")
    )?;
    let names = decided.reads.iter().flatten().map(|asked| asked.record.chars().count());
    let name_width = names.max().unwrap_or(0);
    for (round, keys) in decided.reads.iter().enumerate() {
        for asked in keys {
            let record = asked.record;
            let named = asked.named(policy).into_iter();
            let mut parts: Vec<String> =
                named.map(|(name, value)| format!("{name}={value}")).collect();
            if let AskedBy::Query { index } = asked.by {
                let index = index.map(|index| format!(" of {index}"));
                parts.insert(0, format!("query{}", index.unwrap_or_default()));
            }
            let room = width.saturating_sub(2 + 3 + name_width + 2);
            let mut head = format!("{}  {record:name_width$}", round + 1);
            for line in wrapped(&parts.join("  "), room) {
                writeln!(out, "  {head:head_width$}  {line}", head_width = 3 + name_width)?;
                head.clear();
            }
        }
    }
    Ok(())
}
