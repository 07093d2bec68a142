//! The report about one event, for people: both tokens, each claim, what was read.

use std::io::{self, Write};

use anstyle::Style;
use claimsmith::Decided;
use claimsmith::budget::{Fitted, Tokens};
use claimsmith::event::Form;
use claimsmith::identity::Carries;
use claimsmith::policy::{PRESETS, Policy};
use claimsmith::records::AskedBy;
use cognito_claims::TokenUse;

use crate::terminal::{BAD, BOLD, DIM, GOOD, NOTICE, count, cut, number, shown, wrapped};
use claimsmith_playground::decision::{self, Action, Decision};

/// Writes the report about one event.
pub fn report(
    name: &str,
    decided: &Decided<'_>,
    policy: &Policy,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let form = match decided.event.form {
        Form::V1 => "version 1, which carries text alone",
        Form::V2 => "version 2 or 3",
    };
    let kind = match decided.identity.kind {
        claimsmith::identity::Kind::User => "a person",
        claimsmith::identity::Kind::Client => "a machine",
    };
    writeln!(out, "{BOLD}{}{BOLD:#}", cut(name, usize::MAX))?;
    let source = cut(&decided.event.trigger_source, usize::MAX);
    writeln!(out, "{DIM}{source}, for {kind}, event of {form}{DIM:#}")?;
    if let Some(tenant) = &decided.tenant {
        let member = decided.member.map(|member| format!(", proved by {member}"));
        let line = format!("tenant {tenant}{}", member.unwrap_or_default());
        writeln!(out, "{DIM}{}{DIM:#}", cut(&line, width))?;
    }
    if let Some(warning) = decision::warning(decided) {
        for line in wrapped(warning, width) {
            writeln!(out, "{NOTICE}{line}{NOTICE:#}")?;
        }
    }
    writeln!(out)?;
    match &decided.outcome {
        Ok(Tokens { id, access, .. }) => {
            writeln!(out, "{GOOD}customized{GOOD:#}: the tokens are issued with these claims\n")?;
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
    reads(decided, policy, width, out)
}

fn token(title: &str, fitted: &Fitted<'_>, width: usize, out: &mut impl Write) -> io::Result<()> {
    let size = format!("{} to {} bytes", number(fitted.after.lower), number(fitted.after.upper));
    let budget = match fitted.carries {
        Carries::Text | Carries::Typed => format!("budget {}", number(fitted.rules.budget)),
        _ => "not ours to change in this version".to_owned(),
    };
    writeln!(out, "{BOLD}{title}{BOLD:#}  {size}, {budget}")?;
    bar(fitted, width.saturating_sub(4), out)?;
    writeln!(out)?;

    let decisions = decision::of(fitted);
    let longest = |text: fn(&Decision<'_>) -> usize| decisions.iter().map(text).max().unwrap_or(0);
    let claim_width = longest(|decision| decision.claim.chars().count()).clamp(5, 40);
    // Two blanks before and between the columns; 10 for the action, 6 for the bytes. What is left
    // goes to the value and its source, a little more to the value.
    let left = width.saturating_sub(2 + 10 + 2 + claim_width + 2 + 6 + 2);
    let source_width = longest(|decision| match decision.value {
        Some(_) => source(decision).chars().count(),
        None => 0,
    });
    let source_width = source_width.max(6).min(left * 9 / 20);
    let value_width = left.saturating_sub(2 + source_width);
    writeln!(
        out,
        "  {DIM}{:10}  {:claim_width$}  {:>6}  {:value_width$}  source{DIM:#}",
        "", "claim", "bytes", "value"
    )?;
    for decision in &decisions {
        let style = style(decision.action);
        write!(
            out,
            "  {style}{:10}{style:#}  {:claim_width$}  {:>6}  ",
            decision.action.as_str(),
            cut(decision.claim, claim_width),
            number(decision.bytes),
        )?;
        match decision.value.as_deref().map(shown) {
            Some(value) => writeln!(
                out,
                "{:value_width$}  {}",
                cut(&value, value_width),
                cut(&source(decision), source_width)
            )?,
            // Without a value the reason has room.
            None => writeln!(out, "{}", cut(&why(decision), left))?,
        }
    }
    writeln!(out)
}

fn source(decision: &Decision<'_>) -> String {
    match (decision.source.as_str(), decision.reason.as_str()) {
        (source, "") => source.to_owned(),
        ("", reason) => reason.to_owned(),
        (source, reason) => format!("{source}: {reason}"),
    }
}

/// Why there is no value, and where it would have come from.
fn why(decision: &Decision<'_>) -> String {
    match (decision.source.as_str(), decision.reason.as_str()) {
        ("", reason) => reason.to_owned(),
        (source, reason) => format!("{reason} ({source})"),
    }
}

fn style(action: Action) -> Style {
    match action {
        Action::Kept => Style::new(),
        Action::Added => GOOD,
        Action::Overridden | Action::Changed | Action::Shed | Action::Omitted => NOTICE,
        Action::Suppressed | Action::Absent => DIM,
        Action::Refused => BAD,
    }
}

/// A bar of the token's bytes: what it surely takes, what it may take, and the well-known limits.
fn bar(fitted: &Fitted<'_>, width: usize, out: &mut impl Write) -> io::Result<()> {
    let mut marks: Vec<(usize, &str)> =
        PRESETS.iter().map(|(name, bytes)| (*bytes, *name)).collect();
    let budget = fitted.rules.budget;
    if !marks.iter().any(|(bytes, _)| *bytes == budget) {
        marks.push((budget, "budget"));
    }
    marks.sort_unstable();
    let most = marks.last().map_or(1, |(bytes, _)| *bytes).max(fitted.after.upper);
    let cell = |bytes: usize| (bytes * width / most).min(width);

    let mut line = String::new();
    let mut labels = String::new();
    for at in 0..width {
        let mark = marks.iter().find(|(bytes, _)| cell(*bytes).saturating_sub(1) == at);
        line.push(match mark {
            Some(_) => '│',
            None if at < cell(fitted.after.lower) => '█',
            None if at < cell(fitted.after.upper) => '▒',
            None => '·',
        });
        if let Some((_, label)) = mark {
            // The label ends under its mark.
            let start = (at + 1).saturating_sub(label.len());
            let used = labels.chars().count();
            if start >= used {
                labels.push_str(&" ".repeat(start - used));
                labels.push_str(label);
            }
        }
    }
    let over = fitted.after.upper > budget;
    let style = if over { BAD } else { GOOD };
    writeln!(out, "  {style}{line}{style:#}")?;
    writeln!(out, "  {DIM}{labels}{DIM:#}")
}

fn reads(
    decided: &Decided<'_>,
    policy: &Policy,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let items: usize = decided.reads.iter().map(Vec::len).sum();
    if items == 0 {
        return writeln!(out, "{BOLD}Reads{BOLD:#}  none");
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
        "{BOLD}Reads{BOLD:#}  {}, one batch each{beside}",
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
            let text = parts.join("  ");
            let text = cut(&text, width.saturating_sub(2 + 3 + name_width + 2));
            writeln!(out, "  {}  {record:name_width$}  {text}", round + 1)?;
        }
    }
    Ok(())
}
