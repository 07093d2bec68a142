//! The comparison for people, in a terminal.

use std::io::{self, Write};

use anstyle::Style;
use claimsmith::outcome::Reason;
use serde_json::Value;

use super::change::{Because, Change};
use super::facts::Facts;
use super::tally::{Comparison, Tally, over};
use super::verdict::{Verdict, in_words};
use crate::summary::Sizes;
use crate::terminal::{
    BAD, BOLD, DIM, GOOD, NOTICE, count, count_many, cut, number, shown, wrapped,
};
use claimsmith_playground::decision::Action;

impl Comparison<'_> {
    /// Writes the comparison in `width` columns.
    pub fn write(&self, width: usize, out: &mut impl Write) -> io::Result<()> {
        let tally = self.tally;
        let style = match (tally.events, tally.newly_refused(), tally.differing) {
            (0, ..) => Style::new(),
            (_, 0, 0) => GOOD,
            (_, 0, _) => NOTICE,
            _ => BAD,
        }
        .bold();
        for line in wrapped(&Verdict::on(Facts::of(tally)).to_string(), width) {
            writeln!(out, "{style}{line}{style:#}")?;
        }
        writeln!(out, "\n{DIM}before   {}{DIM:#}", self.before)?;
        writeln!(out, "{DIM}after    {}{DIM:#}", self.after)?;
        // No token, no sizes.
        if tally.events == 0 {
            return Ok(());
        }
        self.headline(out)?;
        if !tally.refusals.is_empty() {
            self.refusals(width, out)?;
        }
        if !tally.claims.is_empty() {
            self.claims(width, out)?;
        }
        if tally.answer_only > 0 {
            let events = count_many(tally.answer_only, "event");
            writeln!(
                out,
                "\nFor {events} the function answers otherwise, and the tokens are equal."
            )?;
        }
        self.sizes(out)?;
        self.lookups(out)
    }

    fn headline(&self, out: &mut impl Write) -> io::Result<()> {
        let tally = self.tally;
        write!(out, "\n{BOLD}{}{BOLD:#}", count_many(tally.events, "event"))?;
        if let Some(all) = tally.effects.roll.all() {
            write!(out, " of {}", in_words(all))?;
        }
        match tally.differing {
            0 => write!(out, ": {GOOD}none differs{GOOD:#}")?,
            1 => write!(out, ": {NOTICE}1 differs{NOTICE:#}")?,
            some => write!(out, ": {NOTICE}{} differ{NOTICE:#}", number(some))?,
        }
        match tally.newly_refused() {
            0 => {}
            refused => write!(out, ", {BAD}{} newly refused{BAD:#}", number(refused))?,
        }
        writeln!(out)
    }

    fn refusals(&self, width: usize, out: &mut impl Write) -> io::Result<()> {
        let rows: Vec<_> = self.tally.refusals.iter().collect();
        let reason_width =
            widest(rows.iter().map(|((before, after), _)| reasons(*before, *after)), "reason");
        // Two blanks before and between the columns.
        let left = width.saturating_sub(2 + 17 + 2 + reason_width + 2 + 7 + 2);
        writeln!(out, "\n{BOLD}Refusals{BOLD:#}\n")?;
        writeln!(
            out,
            "  {DIM}{:17}  {:reason_width$}  {:>7}  first{DIM:#}",
            "change", "reason", "events"
        )?;
        for ((before, after), seen) in rows {
            let (change, style) = refusal(*before, *after);
            writeln!(
                out,
                "  {style}{change:17}{style:#}  {:reason_width$}  {:>7}  {}",
                reasons(*before, *after),
                number(seen.events),
                cut_front(seen.first(), left)
            )?;
        }
        Ok(())
    }

    fn claims(&self, width: usize, out: &mut impl Write) -> io::Result<()> {
        let rows = &self.tally.claims;
        let why_width =
            widest(rows.keys().map(|row| because(row.change, row.because).to_owned()), "because");
        let others = 2 + 6 + 2 + 2 + 7 + 2 + why_width + 2 + 7 + 2;
        let most = width.saturating_sub(others).min(32);
        let name_width = widest(rows.keys().map(|row| row.claim.clone()), "claim").min(most);
        let left = width.saturating_sub(others + name_width);
        writeln!(out, "\n{BOLD}Claims{BOLD:#}\n")?;
        writeln!(
            out,
            "  {DIM}{:6}  {:name_width$}  {:7}  {:why_width$}  {:>7}  first{DIM:#}",
            "token", "claim", "change", "because", "events"
        )?;
        for (row, (seen, values)) in rows {
            let style = style(row.change);
            writeln!(
                out,
                "  {:6}  {:name_width$}  {style}{:7}{style:#}  {:why_width$}  {:>7}  {}",
                row.token.as_str(),
                cut(&row.claim, name_width),
                row.change.as_str(),
                because(row.change, row.because),
                number(seen.events),
                cut_front(seen.first(), left)
            )?;
            if self.values {
                for (side, value) in ["before", "after"].iter().zip(values) {
                    self.value(side, value.as_ref(), width, out)?;
                }
            }
        }
        Ok(())
    }

    fn value(
        &self,
        side: &str,
        value: Option<&Value>,
        width: usize,
        out: &mut impl Write,
    ) -> io::Result<()> {
        let Some(value) = value else { return Ok(()) };
        let value = cut(&shown(value), width.saturating_sub(10 + 6 + 2));
        writeln!(out, "          {DIM}{side:6}{DIM:#}  {value}")
    }

    fn sizes(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\n{BOLD}Bytes at most{BOLD:#}\n")?;
        writeln!(
            out,
            "  {DIM}{:6}  {:6}  {:>7}  {:>6}  {:>9}  {:>7}  {:>6}  {:>6}  {:>8}{DIM:#}",
            "token", "", "issued", "median", "95 of 100", "largest", ">4,096", ">8,192", "left out"
        )?;
        for (position, token) in ["id", "access"].iter().enumerate() {
            for (side, label) in self.tally.sides.iter().zip(["before", "after"]) {
                let sizes = side.sizes.get(position);
                let shed = side.shed.get(position).copied().unwrap_or(0);
                if let Some(sizes) = sizes {
                    row(token, label, sizes, shed, out)?;
                }
            }
        }
        Ok(())
    }

    fn lookups(&self, out: &mut impl Write) -> io::Result<()> {
        match lookups(self.tally) {
            None => Ok(()),
            Some(change) => writeln!(out, "\n{BOLD}Lookups{BOLD:#}  {change}"),
        }
    }
}

/// What is looked up before and after. Only if it changes: each round is a trip to the table that a
/// person waits for.
pub fn lookups(tally: &Tally) -> Option<String> {
    let [before, after] = &tally.sides;
    ((before.items, before.rounds) != (after.items, after.rounds)).then(|| {
        format!(
            "{} before, {} after, in at most {} before, {} after",
            count_many(before.items, "item"),
            number(after.items),
            count(before.rounds, "round"),
            after.rounds
        )
    })
}

fn row(
    token: &str,
    label: &str,
    sizes: &Sizes,
    shed: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let at = |hundredths| sizes.at(hundredths).map_or_else(|| "-".to_owned(), number);
    let [(_, _, cookie), (_, _, nginx), _] = over(sizes);
    writeln!(
        out,
        "  {token:6}  {label:6}  {:>7}  {:>6}  {:>9}  {:>7}  {:>6}  {:>6}  {:>8}",
        number(sizes.count()),
        at(50),
        at(95),
        at(100),
        number(cookie),
        number(nginx),
        number(shed)
    )
}

/// What became of a refusal, in words.
pub fn refusal(before: Option<Reason>, after: Option<Reason>) -> (&'static str, Style) {
    match (before, after) {
        (None, _) => ("newly refused", BAD),
        (Some(_), None) => ("no longer refused", GOOD),
        (Some(_), Some(_)) => ("refused otherwise", NOTICE),
    }
}

/// The reasons of a refusal before and after, in words.
pub fn reasons(before: Option<Reason>, after: Option<Reason>) -> String {
    match (before, after) {
        (Some(before), Some(after)) if before == after => format!("{before}, another text"),
        (Some(before), Some(after)) => format!("{before} to {after}"),
        (before, after) => before.or(after).map_or_else(String::new, |reason| reason.to_string()),
    }
}

/// Why a claim isn't on the other side, in words.
pub fn because(change: Change, because: Option<Because>) -> &'static str {
    match (change, because) {
        (Change::Changed, _) => "another value",
        (Change::Gained, Some(Because::NotInPolicy)) => "new in the policy",
        (Change::Gained, Some(Because::Empty)) => "was empty",
        (Change::Gained, Some(Because::Emptied)) => "was emptied",
        (Change::Gained, Some(Because::Decided(Action::Suppressed))) => "was suppressed",
        (Change::Gained, Some(Because::Decided(Action::Shed))) => "was left out for size",
        (Change::Gained, Some(Because::Decided(Action::Omitted))) => "was omitted",
        (Change::Gained, Some(Because::Decided(Action::Absent))) => "was absent",
        (_, Some(Because::Decided(Action::Shed))) => "left out for size",
        (_, because) => because.map_or("", Because::as_str),
    }
}

/// The columns that these texts and their title need.
pub fn widest(texts: impl Iterator<Item = String>, title: &str) -> usize {
    texts.map(|text| text.chars().count()).max().unwrap_or(0).max(title.len())
}

/// As [`cut`], but at the front: what tells files apart stands at the end of their names.
pub fn cut_front(name: &str, width: usize) -> String {
    let over = name.chars().count().saturating_sub(width);
    let kept: String = match over {
        0 => return cut(name, width),
        over => name.chars().skip(over + 1).collect(),
    };
    format!("…{}", cut(&kept, width))
}

fn style(change: Change) -> Style {
    match change {
        Change::Lost => BAD,
        Change::Gained => GOOD,
        Change::Changed => NOTICE,
    }
}
