//! Many events summed up. Takes the memory of the distinct outcomes, sizes and claim names, not of
//! the events.

use std::collections::BTreeMap;
use std::io::{self, Write};

use claimsmith::Decided;
use claimsmith::budget::{Fitted, Tokens};
use claimsmith::plan::Why;
use claimsmith_playground::decision::in_token;
use cognito_claims::TokenUse;

use crate::terminal::{BAD, BOLD, DIM, GOOD, number};

/// What is known about all events so far.
#[derive(Default)]
pub struct Summary {
    /// How many events there were.
    pub events: usize,
    /// Per outcome and reason: how many, and the first one's name.
    pub outcomes: BTreeMap<(&'static str, &'static str), (usize, String)>,
    /// The ID tokens and the access tokens.
    pub tokens: [TokenSummary; 2],
}

/// What is known about all tokens of one use.
#[derive(Default)]
pub struct TokenSummary {
    /// How many tokens have how many bytes at most.
    pub sizes: Sizes,
    /// How many tokens have which budget.
    pub budgets: BTreeMap<usize, usize>,
    /// What each claim costs, Cognito's own included.
    pub costs: BTreeMap<String, Cost>,
    /// The event with the largest one.
    largest: String,
    /// Per claim: how often it was added, shed, omitted.
    pub claims: BTreeMap<String, [usize; 3]>,
}

/// Sizes in bytes, each with how often it came.
#[derive(Default)]
pub struct Sizes(pub BTreeMap<usize, usize>);

/// What one claim costs in all tokens that have it. Bytes at most, in the payload.
#[derive(Default)]
pub struct Cost {
    /// How many tokens have it.
    pub tokens: usize,
    /// Their bytes together.
    pub bytes: usize,
    /// The largest one's bytes.
    pub most: usize,
}

impl Summary {
    /// Adds an event that was decided about.
    pub fn add(&mut self, name: &str, decided: &Decided<'_>) {
        match &decided.outcome {
            Ok(Tokens { id, access, .. }) => {
                self.count("issued", "", name);
                for fitted in [id, access].into_iter().flatten() {
                    let [id, access] = &mut self.tokens;
                    let token = if fitted.token == TokenUse::Id { id } else { access };
                    token.add(name, fitted);
                }
            }
            Err(refusal) => self.count("refused", refusal.reason.as_str(), name),
        }
    }

    /// Adds a text that is no event.
    pub fn add_unreadable(&mut self, name: &str) {
        self.count("refused", claimsmith::outcome::Reason::UnreadableEvent.as_str(), name);
    }

    fn count(&mut self, outcome: &'static str, reason: &'static str, name: &str) {
        self.events += 1;
        let (count, _) =
            self.outcomes.entry((outcome, reason)).or_insert_with(|| (0, name.to_owned()));
        *count += 1;
    }

    /// Writes the summary.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{BOLD}{} events{BOLD:#}\n", number(self.events))?;
        writeln!(out, "  {DIM}{:10}  {:17}  {:>9}  first{DIM:#}", "outcome", "reason", "events")?;
        for ((outcome, reason), (count, name)) in &self.outcomes {
            let style = if *outcome == "issued" { GOOD } else { BAD };
            let count = number(*count);
            writeln!(out, "  {style}{outcome:10}{style:#}  {reason:17}  {count:>9}  {name}")?;
        }
        let [id, access] = &self.tokens;
        let tokens = [("ID", id), ("access", access)];

        writeln!(out, "\n{BOLD}Bytes at most{BOLD:#}\n")?;
        writeln!(
            out,
            "  {DIM}{:6}  {:>9}  {:>8}  {:>8}  {:>8}  {:>8}  largest in{DIM:#}",
            "token", "issued", "smallest", "median", "95 of 100", "largest"
        )?;
        for (title, token) in tokens {
            token.write_sizes(title, out)?;
        }

        writeln!(
            out,
            "\n{BOLD}Claims{BOLD:#}  {DIM}added, or left out: for size, or as unknown{DIM:#}\n"
        )?;
        let names = tokens.iter().flat_map(|(_, token)| token.claims.keys());
        let width = names.map(|name| name.chars().count()).max().unwrap_or(0).max(5);
        writeln!(
            out,
            "  {DIM}{:6}  {:width$}  {:>9}  {:>9}  {:>9}{DIM:#}",
            "token", "claim", "added", "for size", "unknown"
        )?;
        for (title, token) in tokens {
            for (claim, [added, shed, omitted]) in &token.claims {
                writeln!(
                    out,
                    "  {title:6}  {claim:width$}  {:>9}  {:>9}  {:>9}",
                    number(*added),
                    number(*shed),
                    number(*omitted)
                )?;
            }
        }
        Ok(())
    }
}

impl Sizes {
    /// Counts one more of this size.
    pub fn add(&mut self, size: usize) {
        *self.0.entry(size).or_default() += 1;
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.0.values().sum()
    }

    /// The size that so many of a hundred don't exceed; 0 is the smallest.
    pub fn at(&self, hundredths: usize) -> Option<usize> {
        let rank = (self.count() * hundredths).div_ceil(100).max(1);
        let mut seen = 0;
        let size = self.0.iter().find(|(_, count)| {
            seen += **count;
            seen >= rank
        });
        size.map(|(size, _)| *size)
    }
}

impl TokenSummary {
    fn add(&mut self, name: &str, fitted: &Fitted<'_>) {
        let size = fitted.after.upper;
        if self.sizes.0.last_key_value().is_none_or(|(largest, _)| *largest < size) {
            self.largest = name.to_owned();
        }
        self.sizes.add(size);
        if fitted.carries.claims() {
            *self.budgets.entry(fitted.rules.budget).or_default() += 1;
        }

        let added = fitted.add.iter();
        let added = added.map(|it| (it.name, claimsmith::size::entry(it.name, &it.value)));
        let own = fitted.own.iter().map(|claim| (claim.name.as_ref(), claim.size));
        for (claim, size) in added.chain(own) {
            change(&mut self.costs, claim, |cost: &mut Cost| {
                cost.tokens += 1;
                let bytes = in_token(size.upper);
                cost.bytes += bytes;
                cost.most = cost.most.max(bytes);
            });
        }

        for planned in &fitted.add {
            change(&mut self.claims, planned.name, |[added, ..]| *added += 1);
        }
        for planned in &fitted.shed {
            change(&mut self.claims, planned.name, |[_, shed, _]| *shed += 1);
        }
        for (claim, why) in &fitted.left_out {
            if matches!(why, Why::Fault(_)) {
                change(&mut self.claims, claim, |[.., omitted]| *omitted += 1);
            }
        }
    }

    fn write_sizes(&self, title: &str, out: &mut impl Write) -> io::Result<()> {
        let at = |hundredths| self.sizes.at(hundredths).map_or_else(|| "-".to_owned(), number);
        writeln!(
            out,
            "  {title:6}  {:>9}  {:>8}  {:>8}  {:>9}  {:>8}  {}",
            number(self.sizes.count()),
            at(0),
            at(50),
            at(95),
            at(100),
            self.largest
        )
    }
}

/// Changes the entry of this name. Names repeat with every event and are copied once.
fn change<V: Default>(map: &mut BTreeMap<String, V>, name: &str, change: impl FnOnce(&mut V)) {
    match map.get_mut(name) {
        Some(value) => change(value),
        None => change(map.entry(name.to_owned()).or_default()),
    }
}
