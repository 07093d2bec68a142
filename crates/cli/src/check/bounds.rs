//! The bounds of a policy as tables: the most that a sign-in reads, and the largest tokens.

use std::io::{self, Write};

use claimsmith::identity::Kind;
use claimsmith::policy::{ClaimBound, Policy, Reads, Sizes, TokenBound};
use claimsmith_playground::decision::in_token;

use super::words;
use crate::terminal::{BOLD, DIM, cut, number, wrapped};

/// What the units are, and for which sizes.
pub const ASSUMES: &str = "Units are DynamoDB's read units for items of up to 4 KB, each page of a query \
                           up to 4 KB in all; beside them for items of 400 KB and pages of 1 MB, the \
                           largest that there are. An item that isn't there counts as one.";

/// Writes both tables.
pub fn write(policy: &Policy, width: usize, out: &mut impl Write) -> io::Result<()> {
    reads(policy, width, out)?;
    tokens(policy, width, out)
}

fn reads(policy: &Policy, width: usize, out: &mut impl Write) -> io::Result<()> {
    let head = "rounds  requests  items  pages  units  largest";
    writeln!(out, "\n{BOLD}{:24}{BOLD:#}  {DIM}{head}{DIM:#}", "A sign-in reads at most")?;
    for kind in [Kind::User, Kind::Client] {
        let bounds = policy.bounds(kind);
        row(words::kind(kind), &bounds.cold, out)?;
        if bounds.warm != bounds.cold {
            row("  with all in memory", &bounds.warm, out)?;
        }
        if !bounds.has_tokens {
            writeln!(out, "    [tenant] has no source for a {}: no token", words::kind(kind))?;
        }
    }
    let again = match policy.connection.hedge_after {
        None => "A request that fails is sent once more, which is not counted.",
        Some(_) => {
            "A request that fails, or is slow (hedge_after), is sent once more, which is not \
                    counted."
        }
    };
    paragraph(&format!("{ASSUMES} {again}"), width, out)
}

fn row(name: &str, reads: &Reads, out: &mut impl Write) -> io::Result<()> {
    writeln!(
        out,
        "  {name:22}  {:>6}  {:>8}  {:>5}  {:>5}  {:>5}  {:>7}",
        reads.rounds.len(),
        reads.requests(),
        reads.items(),
        reads.queries(),
        reads.units(Sizes::USUAL).to_string(),
        reads.units(Sizes::LARGEST).to_string(),
    )
}

fn tokens(policy: &Policy, width: usize, out: &mut impl Write) -> io::Result<()> {
    let head = "     bytes  of which claims of the policy";
    writeln!(out, "\n{BOLD}{:24}{BOLD:#}  {DIM}{head}{DIM:#}", "A token has at most")?;
    for TokenBound { section, token, budget, claims } in policy.token_bounds() {
        let client = section.map(|name| format!(", {name}")).unwrap_or_default();
        let name = cut(&format!("{} token{client}", words::token(token)), 22);
        let claims = match claims {
            None => "no bound but the budget".to_owned(),
            Some(0) => "none".to_owned(),
            Some(bytes) => number(in_token(bytes)),
        };
        writeln!(out, "  {name:22}  {:>10}  {claims}", number(budget))?;
    }
    let unbounded: Vec<ClaimBound> =
        policy.claim_bounds().into_iter().filter(|bound| bound.bytes.is_none()).collect();
    let named = |stays: bool| -> Vec<String> {
        unbounded.iter().filter(|bound| bound.stays == stays).map(told).collect()
    };
    if let leaving @ [_, ..] = named(false).as_slice() {
        let names = words::listed(leaving, "and");
        paragraph(
            &format!("Only the data bounds {names}: what doesn't fit into the budget is left out."),
            width,
            out,
        )?;
    }
    if let staying @ [_, ..] = named(true).as_slice() {
        let names = words::listed(staying, "and");
        paragraph(
            &format!(
                "Only the data bounds {names}, which can't be left out: a value that is too long \
                 means no token."
            ),
            width,
            out,
        )?;
    }
    Ok(())
}

/// A claim without a bound, and how many entries it can have.
fn told(bound: &ClaimBound) -> String {
    match bound.entries {
        Some(entries) => format!("{} (at most {entries} entries)", bound.name),
        None => bound.name.clone(),
    }
}

fn paragraph(text: &str, width: usize, out: &mut impl Write) -> io::Result<()> {
    for line in wrapped(text, width.saturating_sub(2)) {
        writeln!(out, "  {line}")?;
    }
    Ok(())
}
