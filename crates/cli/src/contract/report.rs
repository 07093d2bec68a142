//! A comparison of two contracts, for people in a terminal and for machines.

use std::io::{self, Write};

use anstyle::Style;
use cognito_claims::TokenUse;
use serde_json::{Value, json};

use super::change::{Change, Verdict, steps, worst};
use crate::terminal::{BAD, BOLD, DIM, GOOD, NOTICE, count, cut, wrapped};

/// A comparison.
pub struct Comparison<'c> {
    /// Where the contract before comes from.
    pub before: &'c str,
    /// Where the contract after comes from.
    pub after: &'c str,
    /// What has changed, the worst first.
    pub changes: &'c [Change],
}

impl Comparison<'_> {
    /// Writes it in `width` columns.
    pub fn write(&self, width: usize, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{DIM}before   {}{DIM:#}", cut(self.before, usize::MAX))?;
        writeln!(out, "{DIM}after    {}{DIM:#}\n", cut(self.after, usize::MAX))?;
        if self.changes.is_empty() {
            return writeln!(out, "{GOOD}no change{GOOD:#}");
        }
        self.headline(out)?;
        writeln!(out)?;
        let name_width = self.widest(|change| change.name.clone());
        let token_width = self.widest(|change| tokens(&change.tokens));
        let indent = 2 + VERDICT_WIDTH + 2;
        let left = width.saturating_sub(indent);
        for change in self.changes {
            let (style, word) = (style(change.verdict()), change.verdict().as_str());
            let head = format!(
                "{:name_width$}  {:token_width$}  {}",
                change.name,
                tokens(&change.tokens),
                change.what
            );
            let lines = wrapped(&head, left);
            for (at, line) in lines.iter().enumerate() {
                let word = if at == 0 { word } else { "" };
                let line = line.trim_end();
                writeln!(out, "  {style}{word:VERDICT_WIDTH$}{style:#}  {line}")?;
            }
            for line in wrapped(change.why, left) {
                writeln!(out, "{:indent$}{DIM}{line}{DIM:#}", "")?;
            }
        }
        writeln!(out, "\n{BOLD}In this order{BOLD:#}\n")?;
        for (at, step) in steps(self.changes).iter().enumerate() {
            for (line_at, line) in wrapped(step, width.saturating_sub(5)).iter().enumerate() {
                let number = if line_at == 0 { format!("{}.", at + 1) } else { String::new() };
                writeln!(out, "  {number:2} {line}")?;
            }
        }
        Ok(())
    }

    fn headline(&self, out: &mut impl Write) -> io::Result<()> {
        write!(out, "{BOLD}{}{BOLD:#}:", count(self.changes.len(), "change"))?;
        let mut before = " ";
        for verdict in Verdict::ALL {
            let number = self.changes.iter().filter(|change| change.verdict() == verdict).count();
            if number > 0 {
                let style = style(verdict);
                write!(out, "{before}{style}{number} {}{style:#}", verdict.as_str())?;
                before = ", ";
            }
        }
        writeln!(out)
    }

    fn widest(&self, text: impl Fn(&Change) -> String) -> usize {
        self.changes.iter().map(|change| text(change).chars().count()).max().unwrap_or(0)
    }

    /// The same as an object.
    pub fn json(&self) -> Value {
        let changes = self.changes.iter().map(|change| {
            let tokens: Vec<&str> = change.tokens.iter().map(|token| token.as_str()).collect();
            json!({
                "verdict": word(change.verdict()),
                "about": change.about.as_str(),
                "name": change.name,
                "tokens": tokens,
                "what": change.what,
                "why": change.why,
            })
        });
        json!({
            "before": self.before,
            "after": self.after,
            "verdict": word(worst(self.changes)),
            "changes": changes.collect::<Value>(),
            "deploy": steps(self.changes),
        })
    }
}

/// `readers first`.
const VERDICT_WIDTH: usize = 13;

fn word(verdict: Verdict) -> String {
    verdict.as_str().replace(' ', "_")
}

fn tokens(tokens: &[TokenUse]) -> String {
    let words: Vec<&str> = tokens.iter().map(|token| token.as_str()).collect();
    words.join(", ")
}

fn style(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Compatible => GOOD,
        Verdict::ReadersFirst => NOTICE,
        Verdict::Breaking => BAD,
    }
}
