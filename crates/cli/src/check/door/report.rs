//! A policy in front of a door, for people.

use std::io::{self, Write};

use anstyle::Style;
use cognito_claims::TokenUse;

use super::AtDoor;
use super::fragment::Language;
use super::rules::{Seen, Test};
use crate::terminal::{BAD, BOLD, DIM, GOOD, NOTICE, cut, plain, wrapped};

/// What stands above the names.
const CLAIM: &str = "claim";
/// Columns of a form's word, and of what can be tested.
const WRITTEN: usize = 7;
const TESTED: usize = 11;

/// Writes the table, what to look out for, and the fragment.
pub fn write(at: &AtDoor<'_>, width: usize, out: &mut impl Write) -> io::Result<()> {
    let token = match at.token {
        Some(TokenUse::Id) => "the ID token",
        Some(TokenUse::Access) => "the access token",
        None => "either token",
    };
    writeln!(out, "\n{BOLD}At {}, with {token}{BOLD:#}", at.door.title())?;
    table(at, width, out)?;
    writeln!(out, "\n{BOLD}Look out{BOLD:#}")?;
    for trap in &at.traps {
        for (line, text) in wrapped(trap, width.saturating_sub(4)).iter().enumerate() {
            writeln!(out, "  {} {text}", if line == 0 { "-" } else { " " })?;
        }
    }
    match &at.fragment {
        None => writeln!(
            out,
            "\nIt can test none of these claims, so there is nothing to tell it: test them in the code \
             behind it."
        ),
        Some(fragment) => {
            let language = match fragment.language {
                Language::Terraform => "Terraform",
                Language::CloudFormation => "CloudFormation",
            };
            writeln!(
                out,
                "\n{BOLD}{language}{BOLD:#}  {DIM}(alone: --json | jq -r .door.fragment.text){DIM:#}\n"
            )?;
            write!(out, "{}", plain(&fragment.text))
        }
    }
}

fn table(at: &AtDoor<'_>, width: usize, out: &mut impl Write) -> io::Result<()> {
    let names = at.claims.iter().map(|claim| claim.name.chars().count());
    let names = names.max().unwrap_or_default().clamp(CLAIM.len(), width / 3);
    let before = 2 + names + 2 + WRITTEN + 2 + TESTED + 2;
    writeln!(out, "  {DIM}{CLAIM:names$}  {:WRITTEN$}  can be tested{DIM:#}", "written")?;
    for claim in &at.claims {
        let (name, written) = (cut(claim.name, names), claim.written.as_str());
        let (test, style) = (claim.seen.test.as_str(), style(claim.seen.test));
        write!(out, "  {name:names$}  {DIM}{written:WRITTEN$}{DIM:#}  {style}{test}{style:#}")?;
        let why = why(&claim.seen).map(|why| wrapped(&why, width.saturating_sub(before)));
        for (line, text) in why.iter().flatten().enumerate() {
            let blanks = match line {
                0 => TESTED.saturating_sub(test.len()) + 2,
                _ => before,
            };
            let end = if line == 0 { "" } else { "\n" };
            write!(out, "{end}{:blanks$}{text}", "")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Why there is no more; `None` if there is nothing to say.
fn why(seen: &Seen) -> Option<String> {
    let unverified = if seen.documented { "" } else { " (not verified on AWS)" };
    seen.because.map(|because| format!("{because}{unverified}"))
}

fn style(test: Test) -> Style {
    match test {
        Test::OneFlag => GOOD,
        Test::WholeValue => NOTICE,
        Test::Nothing => BAD,
    }
}
