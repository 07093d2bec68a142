//! Differences summed up. Takes the memory of the distinct differences and sizes and of the people
//! and machines, not of the events.

use std::collections::BTreeMap;

use claimsmith::Decided;
use claimsmith::budget::Tokens;
use claimsmith::outcome::Reason;
use claimsmith::policy::PRESETS;
use serde_json::Value;

use super::change::{Difference, Row};
use super::effects::Effects;
use crate::summary::Sizes;

/// How many events are named for each difference.
const NAMED: usize = 10;

/// All differences so far.
#[derive(Default)]
pub struct Tally {
    /// How many events were compared.
    pub events: usize,
    /// How many differ.
    pub differing: usize,
    /// How many of these differ in the function's answer only.
    pub answer_only: usize,
    /// Texts that are no events.
    pub unreadable: usize,
    /// Refusals that came, went or changed, with the reason before and after.
    pub refusals: BTreeMap<(Option<Reason>, Option<Reason>), Seen>,
    /// Claims that differ, with the values of the first event.
    pub claims: BTreeMap<Row, (Seen, [Option<Value>; 2])>,
    /// Whom the differences meet.
    pub effects: Effects,
    /// Both sides, before and after.
    pub sides: [Side; 2],
}

/// How often something was seen, and in which events.
#[derive(Default)]
pub struct Seen {
    /// How often.
    pub events: usize,
    /// The names of the first ones.
    pub named: Vec<String>,
}

/// One side of the comparison.
#[derive(Default)]
pub struct Side {
    /// Bytes at most of the ID tokens and of the access tokens.
    pub sizes: [Sizes; 2],
    /// How many of them have which budget.
    pub budgets: [BTreeMap<usize, usize>; 2],
    /// How many of them had no room for something.
    pub shed: [usize; 2],
    /// Items that were asked for in all events together.
    pub items: usize,
    /// Rounds that the event with the most of them took.
    pub rounds: usize,
}

/// What was compared, and what came of it.
pub struct Comparison<'c> {
    /// Which policy and records decided before.
    pub before: &'c str,
    /// Which decide after.
    pub after: &'c str,
    /// The differences.
    pub tally: &'c Tally,
    /// Whether values may be shown.
    pub values: bool,
}

impl Tally {
    /// Adds an event, as it was decided before and after.
    pub fn add(&mut self, name: &str, decided: [&Decided<'_>; 2], difference: Difference) {
        self.effects.add(self.events, decided, &difference);
        self.events += 1;
        for (side, decided) in self.sides.iter_mut().zip(decided) {
            side.add(decided);
        }
        self.differing += usize::from(!matches!(difference, Difference::None));
        let refusal = match difference {
            Difference::None => return,
            Difference::Claims(changes) => {
                self.answer_only += usize::from(changes.is_empty());
                for change in changes {
                    let first = [change.before, change.after];
                    let (seen, _) =
                        self.claims.entry(change.row).or_insert((Seen::default(), first));
                    seen.add(name);
                }
                return;
            }
            Difference::Refused(after) => (None, Some(after)),
            Difference::Issued(before) => (Some(before), None),
            Difference::RefusedOtherwise(before, after) => (Some(before), Some(after)),
        };
        self.refusals.entry(refusal).or_default().add(name);
    }

    /// How many events had tokens before and have none now.
    pub fn newly_refused(&self) -> usize {
        let new = |((before, after), _): &(&(Option<Reason>, Option<Reason>), &Seen)| {
            before.is_none() && after.is_some()
        };
        self.refusals.iter().filter(new).map(|(_, seen)| seen.events).sum()
    }
}

impl Seen {
    fn add(&mut self, name: &str) {
        self.events += 1;
        if self.named.len() < NAMED {
            self.named.push(name.to_owned());
        }
    }

    /// The first one's name.
    pub fn first(&self) -> &str {
        self.named.first().map_or("", String::as_str)
    }
}

impl Side {
    fn add(&mut self, decided: &Decided<'_>) {
        self.items += decided.reads.iter().map(Vec::len).sum::<usize>();
        self.rounds = self.rounds.max(decided.reads.len());
        let Ok(Tokens { id, access, .. }) = &decided.outcome else { return };
        let tallies = self.sizes.iter_mut().zip(&mut self.budgets).zip(&mut self.shed);
        for (((sizes, budgets), shed), fitted) in tallies.zip([id, access]) {
            let Some(fitted) = fitted else { continue };
            sizes.add(fitted.after.upper);
            if fitted.carries.claims() {
                *budgets.entry(fitted.rules.budget).or_default() += 1;
            }
            *shed += usize::from(!fitted.shed.is_empty());
        }
    }
}

/// How many tokens are longer than each well-known limit.
pub fn over(sizes: &Sizes) -> [(&'static str, usize, usize); 3] {
    PRESETS.map(|(name, limit)| (name, limit, sizes.0.range(limit + 1..).map(|(_, it)| it).sum()))
}
