//! The population for people, in a terminal.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anstyle::Style;
use claimsmith::outcome::Reason;
use claimsmith::shadow::Outcome;

use super::population::{Change, Population, Seen};
use crate::diff::tally::over;
use crate::diff::text::{cut_front, reasons, widest};
use crate::summary::Sizes;
use crate::terminal::{BAD, BOLD, DIM, GOOD, NOTICE, count_many, cut, number};

/// The columns of numbers in every table: sign-ins, their share, and for how many people and machines.
const NUMBERS: usize = 8 + 2 + 6 + 2 + 6;

impl Population {
    /// Writes the population in `width` columns.
    pub fn write(&self, width: usize, out: &mut impl Write) -> io::Result<()> {
        self.headline(out)?;
        if self.all.sign_ins == 0 {
            return Ok(());
        }
        self.outcomes(width, out)?;
        if !self.claims.is_empty() {
            self.claims(width, out)?;
        }
        self.sizes(out)?;
        self.names(
            "Records that weren't there in time",
            "record",
            &self.unknown_records,
            width,
            out,
        )?;
        self.names("Faults of its own lookups", "fault", &self.store_faults, width, out)?;
        let (reads, all) = (self.own_reads, self.all.sign_ins);
        let each = (reads * 10).div_ceil(all);
        writeln!(
            out,
            "\n{BOLD}Lookups of its own{BOLD:#}  {}, {}.{} a sign-in",
            number(reads),
            each / 10,
            each % 10
        )
    }

    /// How many, and what of them matters most.
    fn headline(&self, out: &mut impl Write) -> io::Result<()> {
        let all = self.all.sign_ins;
        if all == 0 {
            write!(out, "{BOLD}no line with a shadow{BOLD:#}")?;
        } else {
            write!(out, "{BOLD}{}{BOLD:#}", count_many(all, "sign-in"))?;
            writeln!(out, " of {} people and machines\n", number(self.all.who.len()))?;
            match self.count(|outcome| outcome == Outcome::Refused) {
                0 => write!(out, "{GOOD}nobody would be refused{GOOD:#}")?,
                refused => write!(
                    out,
                    "{BAD}{} would be refused ({}){BAD:#}",
                    number(refused),
                    share(refused, all)
                )?,
            }
            let differ = self.count(|outcome| outcome == Outcome::Differs);
            if differ > 0 {
                let share = share(differ, all);
                write!(out, ", {NOTICE}{} would differ ({share}){NOTICE:#}", number(differ))?;
            }
        }
        if self.unreadable > 0 {
            let lines = count_many(self.unreadable, "line");
            write!(out, "; {BAD}the shadow of {lines} can't be read{BAD:#}")?;
        }
        writeln!(out)
    }

    fn outcomes(&self, width: usize, out: &mut impl Write) -> io::Result<()> {
        let rows = || {
            self.outcomes.iter().map(|((outcome, now, next), seen)| {
                (*outcome, reason(*outcome, [*now, *next]), seen)
            })
        };
        let most = width.saturating_sub(2 + 17 + 2 + 2 + NUMBERS + 2);
        let reason_width = widest(rows().map(|(_, reason, _)| reason), "reason").min(most);
        let left = width.saturating_sub(2 + 17 + 2 + reason_width + 2 + NUMBERS + 2);
        writeln!(out, "\n{BOLD}What the next policy would do{BOLD:#}\n")?;
        let title = format!("{:17}  {:reason_width$}", "outcome", "reason");
        head(&title, out)?;
        for (outcome, reason, seen) in rows() {
            let (style, reason) = (style(outcome), cut(&reason, reason_width));
            let word = outcome.as_str();
            let row = format!("{style}{word:17}{style:#}  {reason:reason_width$}");
            self.row(&row, seen, left, out)?;
        }
        Ok(())
    }

    fn claims(&self, width: usize, out: &mut impl Write) -> io::Result<()> {
        let names = self.claims.keys().map(|(_, claim, _)| claim.clone());
        let name_width = widest(names, "claim").min(32);
        let left = width.saturating_sub(2 + 6 + 2 + name_width + 2 + 10 + 2 + NUMBERS + 2);
        writeln!(out, "\n{BOLD}Claims{BOLD:#}\n")?;
        head(&format!("{:6}  {:name_width$}  {:10}", "token", "claim", "change"), out)?;
        for ((token, claim, change), seen) in &self.claims {
            let style = match change {
                Change::Lost => BAD,
                Change::Gained => GOOD,
                Change::Changed | Change::Suppressed | Change::Unknown => NOTICE,
            };
            let (token, claim) = (token.as_str(), cut(claim, name_width));
            let change = change.as_str().trim_end_matches("_otherwise");
            let row = format!("{token:6}  {claim:name_width$}  {style}{change:10}{style:#}");
            self.row(&row, seen, left, out)?;
        }
        Ok(())
    }

    fn sizes(&self, out: &mut impl Write) -> io::Result<()> {
        if self.sizes.iter().flatten().all(|sizes| sizes.count() == 0) {
            return Ok(());
        }
        writeln!(out, "\n{BOLD}Bytes at most{BOLD:#}\n")?;
        writeln!(
            out,
            "  {DIM}{:6}  {:4}  {:>8}  {:>6}  {:>9}  {:>7}  {:>6}  {:>6}{DIM:#}",
            "token", "", "compared", "median", "95 of 100", "largest", ">4,096", ">8,192"
        )?;
        for (token, sizes) in ["id", "access"].iter().zip(&self.sizes) {
            for (label, sizes) in ["now", "next"].iter().zip(sizes) {
                size(token, label, sizes, out)?;
            }
        }
        Ok(())
    }

    fn names(
        &self,
        title: &str,
        column: &str,
        names: &BTreeMap<String, Seen>,
        width: usize,
        out: &mut impl Write,
    ) -> io::Result<()> {
        if names.is_empty() {
            return Ok(());
        }
        let name_width = widest(names.keys().cloned(), column).min(48);
        let left = width.saturating_sub(2 + name_width + 2 + NUMBERS + 2);
        writeln!(out, "\n{BOLD}{title}{BOLD:#}\n")?;
        head(&format!("{column:name_width$}"), out)?;
        for (name, seen) in names {
            self.row(&format!("{:name_width$}", cut(name, name_width)), seen, left, out)?;
        }
        Ok(())
    }

    fn row(&self, row: &str, seen: &Seen, left: usize, out: &mut impl Write) -> io::Result<()> {
        writeln!(
            out,
            "  {row}  {:>8}  {:>6}  {:>6}  {}",
            number(seen.sign_ins),
            share(seen.sign_ins, self.all.sign_ins),
            number(seen.who.len()),
            cut_front(&seen.first, left)
        )
    }
}

fn head(columns: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "  {DIM}{columns}  {:>8}  {:>6}  {:>6}  first{DIM:#}", "sign-ins", "share", "who")
}

fn size(token: &str, label: &str, sizes: &Sizes, out: &mut impl Write) -> io::Result<()> {
    let at = |hundredths| sizes.at(hundredths).map_or_else(|| "-".to_owned(), number);
    let [(_, _, cookie), (_, _, nginx), _] = over(sizes);
    writeln!(
        out,
        "  {token:6}  {label:4}  {:>8}  {:>6}  {:>9}  {:>7}  {:>6}  {:>6}",
        number(sizes.count()),
        at(50),
        at(95),
        at(100),
        number(cookie),
        number(nginx)
    )
}

/// A part of the whole in hundredths, with one digit more. What is there is never `0 %`.
fn share(part: usize, whole: usize) -> String {
    let thousandths = (part * 1000 + whole / 2) / whole.max(1);
    match (part, thousandths) {
        (0, _) => "0 %".to_owned(),
        (_, 0) => "<0.1 %".to_owned(),
        (part, 1000) if part < whole => ">99.9 %".to_owned(),
        (_, 1000) => "100 %".to_owned(),
        _ => format!("{}.{} %", thousandths / 10, thousandths % 10),
    }
}

/// Why the running policy refuses, and why the next one would.
type Reasons = [Option<Reason>; 2];

/// The reasons in words. Of the same refusal there is one, and what is unknown refuses nobody.
fn reason(outcome: Outcome, [now, next]: Reasons) -> String {
    match outcome {
        Outcome::Same | Outcome::Unknown => {
            now.map_or_else(String::new, |reason| reason.to_string())
        }
        _ => reasons(now, next),
    }
}

fn style(outcome: Outcome) -> Style {
    match outcome {
        Outcome::Same | Outcome::Issued => GOOD,
        Outcome::Refused | Outcome::Panicked => BAD,
        _ => NOTICE,
    }
}
