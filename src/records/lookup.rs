//! The lookup: which items to read, in which rounds, and what came of it.
//!
//! Whoever holds a store asks for a round, reads it and hands the answer back. A value is one of
//! three things: there, absent, or unknown because of a fault. Unknown never becomes absent: what
//! comes after an unknown value in a list of sources is not tried, because the unknown one might
//! have decided (promise `no escalation`).

use super::chosen::{check_choices, chosen};
use super::fetch::Fetched;
use super::guard::Verdict;
use super::knowledge::Knowledge;
use super::known::Known;
use super::round::Round;
use super::state::{Asked, NotAsked, ServedBy, State, Tenancy};
use crate::identity::Identity;
use crate::outcome::Refusal;
use crate::policy::{About, Policy, RecordRule};

/// All records of one invocation.
#[derive(Debug)]
pub struct Lookup<'p> {
    policy: &'p Policy,
    /// What is known about each record, in the policy's order.
    pub states: Vec<State>,
    /// What was read so far, round by round.
    pub reads: Vec<Vec<Asked<'p>>>,
    /// Which organisation the token is about.
    pub tenancy: Tenancy,
    /// How many rounds are over.
    rounds: usize,
}

impl<'p> Lookup<'p> {
    /// A lookup before its first round.
    pub fn new(policy: &'p Policy) -> Self {
        let tenancy = if policy.tenant.is_some() { Tenancy::Undecided } else { Tenancy::Nobody };
        let states = vec![State::Pending; policy.records.len()];
        Self { policy, states, reads: Vec::new(), tenancy, rounds: 0 }
    }

    /// What is known by now.
    pub fn knowledge<'k>(&'k self, identity: &'k Identity<'_>) -> Knowledge<'k> {
        let Self { policy, states, tenancy, .. } = self;
        Knowledge { policy, identity, states, tenancy }
    }

    /// Looks at what the caller chose; where nothing needs to be read for it, decides about the
    /// organisation.
    ///
    /// # Errors
    /// No token may be issued.
    pub fn begin(&mut self, identity: &Identity<'_>) -> Result<(), Refusal> {
        check_choices(self.policy, identity)?;
        self.decide(identity, None)
    }

    /// What to read in a round, given what earlier rounds brought.
    pub fn round(&mut self, records: &'p [usize], identity: &Identity<'_>) -> Round<'p> {
        let mut round = Round::new(self.policy);
        for at in records {
            let Some(rule) = self.policy.records.get(*at) else { continue };
            let state = match self.why_not(rule, identity) {
                Some(why) => State::NotAsked(why),
                None => match round.ask(*at, rule, &self.knowledge(identity)) {
                    Known::Value(state) => state,
                    Known::Absent => State::NotAsked(NotAsked::NoValue),
                    Known::Unknown(fault) => State::Unknown(fault),
                },
            };
            self.set(*at, state);
        }
        round
    }

    /// Takes a round's answers.
    pub fn accept(&mut self, round: &Round<'p>, fetched: &Fetched) {
        self.reads.push(round.asked(fetched));
        for (record, state) in round.states(fetched) {
            self.set(record, state);
        }
    }

    /// Ends a round: asks its guards, and decides about the organisation when all sources are known.
    /// A certain no comes before what can't be known.
    ///
    /// # Errors
    /// No token may be issued.
    pub fn end(&mut self, records: &[usize], identity: &Identity<'_>) -> Result<(), Refusal> {
        self.rounds += 1;
        let unknown = match self.knowledge(identity).guards(records) {
            Verdict::Refused(refusal) => return Err(refusal),
            Verdict::Unknown(refusal) => Some(refusal),
            Verdict::Passed(()) => None,
        };
        self.decide(identity, unknown)
    }

    /// The age of what stale data said: when the oldest of it was read, in seconds since 1970.
    pub fn as_of(&self) -> Option<u64> {
        let stale = self.reads.iter().flatten().filter_map(|asked| match asked.served_by {
            ServedBy::Stale { read_at } => Some(read_at),
            ServedBy::Store | ServedBy::Memory => None,
        });
        stale.min()
    }

    /// Decides about the organisation, if it is time. `unknown` is the refusal of a guard that can't
    /// be read.
    fn decide(&mut self, identity: &Identity<'_>, unknown: Option<Refusal>) -> Result<(), Refusal> {
        let rule = self.policy.tenant.as_ref().filter(|rule| rule.after_rounds == self.rounds);
        let verdict = rule.map(|rule| self.knowledge(identity).decide(rule));
        match (verdict, unknown) {
            (Some(Verdict::Refused(refusal)), _) | (_, Some(refusal)) => Err(refusal),
            (Some(Verdict::Unknown(refusal)), None) => Err(refusal),
            (Some(Verdict::Passed(tenancy)), None) => {
                self.tenancy = tenancy;
                Ok(())
            }
            (None, None) => Ok(()),
        }
    }

    /// Why a record isn't asked, if that doesn't depend on its key.
    fn why_not(&self, rule: &RecordRule, identity: &Identity<'_>) -> Option<NotAsked> {
        if !rule.is_for(identity.kind) {
            Some(NotAsked::OtherKind)
        } else if rule.chosen.iter().any(|choice| chosen(choice, identity).is_none()) {
            Some(NotAsked::NothingChosen)
        } else if rule.about == About::Tenant && self.knowledge(identity).has_no_tenant() {
            Some(NotAsked::NoTenant)
        } else {
            None
        }
    }

    fn set(&mut self, record: usize, state: State) {
        if let Some(slot) = self.states.get_mut(record) {
            *slot = state;
        }
    }
}
