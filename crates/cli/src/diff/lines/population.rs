//! Lines summed up. Takes the memory of the distinct differences, sizes and people.

use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

use claimsmith::outcome::Reason;
use claimsmith::shadow::Outcome;
use cognito_claims::TokenUse;

use super::line::{Line, Token};
use crate::summary::Sizes;

/// All lines so far.
#[derive(Default)]
pub struct Population {
    /// For how many sign-ins there is a shadow.
    pub all: Seen,
    /// Lines about something else.
    pub others: usize,
    /// Lines whose shadow can't be read.
    pub unreadable: usize,
    /// What the next policy would have done, with the reasons now and next.
    pub outcomes: BTreeMap<(Outcome, Option<Reason>, Option<Reason>), Seen>,
    /// Claims that would differ.
    pub claims: BTreeMap<(TokenUse, String, Change), Seen>,
    /// Bytes at most of the ID tokens and of the access tokens, now and next, where both are known.
    pub sizes: [[Sizes; 2]; 2],
    /// Records that weren't there in time.
    pub unknown_records: BTreeMap<String, Seen>,
    /// What the next policy's own store suffered from.
    pub store_faults: BTreeMap<String, Seen>,
    /// Items and queries that the next policy read itself.
    pub own_reads: usize,
}

/// How a claim would differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    Lost,
    Gained,
    Changed,
    Suppressed,
    Unknown,
}

impl Change {
    /// The member that names the claims.
    pub const fn as_str(self) -> &'static str {
        match self {
            Change::Lost => "lost",
            Change::Gained => "gained",
            Change::Changed => "changed",
            Change::Suppressed => "suppressed_otherwise",
            Change::Unknown => "unknown",
        }
    }
}

/// How often something was seen, and for whom.
#[derive(Default)]
pub struct Seen {
    /// How many sign-ins.
    pub sign_ins: usize,
    /// Whom they are about, by a number for each: a person, or a machine.
    pub who: HashSet<u64>,
    /// The first one's request.
    pub first: String,
}

impl Seen {
    fn add(&mut self, line: &Line) {
        if self.sign_ins == 0 {
            self.first = line.request.clone();
        }
        self.sign_ins += line.weight;
        self.who.extend(line.who.as_ref().map(|who| {
            let mut hasher = DefaultHasher::new();
            who.hash(&mut hasher);
            hasher.finish()
        }));
    }
}

impl Population {
    /// Adds a line.
    pub fn add(&mut self, line: &Line) {
        let shadow = &line.shadow;
        self.all.add(line);
        let outcome = (shadow.outcome, shadow.reason_now, shadow.reason_next);
        self.outcomes.entry(outcome).or_default().add(line);
        self.own_reads += shadow.own_reads * line.weight;
        for record in &shadow.unknown_records {
            self.unknown_records.entry(record.clone()).or_default().add(line);
        }
        for fault in &shadow.store_faults {
            self.store_faults.entry(fault.clone()).or_default().add(line);
        }
        let tokens = [(TokenUse::Id, &shadow.id_token), (TokenUse::Access, &shadow.access_token)];
        for ((token, told), sizes) in tokens.into_iter().zip(&mut self.sizes) {
            let Some(told) = told else { continue };
            if let (now, Some(next)) = (told.bytes_now, told.bytes_next) {
                for (sizes, bytes) in sizes.iter_mut().zip([now, next]) {
                    *sizes.0.entry(bytes).or_default() += line.weight;
                }
            }
            for (change, claims) in changes(told) {
                for claim in claims {
                    self.claims.entry((token, claim.clone(), change)).or_default().add(line);
                }
            }
        }
    }

    /// How many sign-ins have one of these outcomes.
    pub fn count(&self, is_such: impl Fn(Outcome) -> bool) -> usize {
        let such = self.outcomes.iter().filter(|((outcome, ..), _)| is_such(*outcome));
        such.map(|(_, seen)| seen.sign_ins).sum()
    }
}

fn changes(token: &Token) -> [(Change, &[String]); 5] {
    [
        (Change::Lost, &token.lost),
        (Change::Gained, &token.gained),
        (Change::Changed, &token.changed),
        (Change::Suppressed, &token.suppressed_otherwise),
        (Change::Unknown, &token.unknown),
    ]
}
