//! Guards: what must hold of a record, or no token is issued.
//!
//! A guard lists what is allowed: whatever is missing, of another type or not listed is a no. One
//! that can't be read refuses too, because nobody knows what it would have said; but a certain no of
//! the same round comes first, so that a fault never hides it.

use serde_json::Value;

use super::knowledge::Knowledge;
use super::known::Known;
use super::path::at_name;
use super::state::{NotAsked, State};
use super::store::Item;
use crate::identity::Kind;
use crate::outcome::{Fault, Reason, Refusal, Subject};
use crate::policy::{BEFORE, PersonRule, Reading, RecordRule, Require};

/// What came of something that can refuse.
#[derive(Debug, PartialEq)]
pub enum Verdict<T> {
    /// It doesn't.
    Passed(T),
    /// It surely does.
    Refused(Refusal),
    /// Nobody knows, so it does.
    Unknown(Refusal),
}

impl Knowledge<'_> {
    /// Whether records of a round refuse.
    pub fn guards(&self, records: &[usize]) -> Verdict<()> {
        let mut unknown = None;
        for at in records {
            let Some((rule, state)) = self.policy.records.get(*at).zip(self.states.get(*at)) else {
                continue;
            };
            let objection = self.person_objection(*at, state).or_else(|| match &rule.require {
                Some(require) => objection(rule, require, state),
                None => None,
            });
            let Some(Objection { reason, cause, is_certain }) = objection else { continue };
            if !is_certain && unknown.is_some() {
                continue;
            }
            let cause = format!("record `{}` {cause}", rule.name);
            let refusal = Refusal::new(reason, Subject::Record(rule.name.clone()), cause);
            if is_certain {
                return Verdict::Refused(refusal);
            }
            unknown = Some(refusal);
        }
        unknown.map_or(Verdict::Passed(()), Verdict::Unknown)
    }

    /// Nobody gets a token whom the index doesn't find, or whose profile has another address: what
    /// an index says may be old, and is written by others.
    fn person_objection(&self, record: usize, state: &State) -> Option<Objection> {
        let person = self.policy.person.as_ref()?;
        if self.identity.kind != Kind::User {
            None
        } else if record == person.record {
            match state {
                State::Found(item) => match at_name(item, &person.id) {
                    Known::Value(_) => None,
                    _ => no(Reason::RecordMissing, "has no id"),
                },
                State::Missing => no(Reason::RecordMissing, "finds nobody with the address"),
                State::NotAsked(_) => no(Reason::RecordMissing, "lacks a verified address"),
                State::Unknown(Fault::TooMany) => no(Reason::TooMany, "finds more than one"),
                State::Unknown(fault) => unknown(*fault),
                State::Pending | State::Several { .. } => unknown(Fault::Store),
            }
        } else if record == person.profile {
            self.profile_objection(person, state)
        } else {
            None
        }
    }

    fn profile_objection(&self, person: &PersonRule, state: &State) -> Option<Objection> {
        match state {
            State::Found(item) => {
                let address = self.identity.verified_email(&self.policy.providers);
                let held = item.get(&person.address).and_then(Value::as_str);
                let same = held.is_some() && held == address;
                if same { None } else { no(Reason::RecordRefused, "has another address") }
            }
            State::Missing => no(Reason::RecordMissing, NOT_THERE),
            State::NotAsked(_) => no(Reason::RecordMissing, NO_KEY),
            State::Unknown(fault) => unknown(*fault),
            State::Pending | State::Several { .. } => unknown(Fault::Store),
        }
    }
}

const NOT_THERE: &str = "is not in the table";
const NO_KEY: &str = "is required, and something of its key is not there";

/// Why a record refuses.
struct Objection {
    reason: Reason,
    cause: &'static str,
    is_certain: bool,
}

fn no(reason: Reason, cause: &'static str) -> Option<Objection> {
    Some(Objection { reason, cause, is_certain: true })
}

fn unknown(fault: Fault) -> Option<Objection> {
    let cause = "decides about the token and can't be known";
    Some(Objection { reason: fault.reason(), cause, is_certain: false })
}

/// What a record's `require` says. Of a query it only says which items count.
fn objection(rule: &RecordRule, require: &Require, state: &State) -> Option<Objection> {
    if matches!(rule.read, Reading::Query { .. }) {
        return None;
    }
    let refused = || match require {
        Require::Holds(_) => no(Reason::RecordRefused, "lacks what the policy requires of it"),
        Require::NotRevoked => no(Reason::Revoked, "says that who asks is revoked"),
    };
    match state {
        State::Found(item) if holds(require, item) => None,
        State::Found(_) => refused(),
        State::Several { items, whole: true } => {
            if items.iter().all(|item| holds(require, item)) {
                None
            } else {
                refused()
            }
        }
        State::Missing if *require == Require::NotRevoked => None,
        State::Missing => no(Reason::RecordMissing, NOT_THERE),
        // Also of what isn't revoked: nobody knows which item would say so.
        State::NotAsked(NotAsked::NoValue) => no(Reason::RecordMissing, NO_KEY),
        State::NotAsked(_) => None,
        State::Unknown(fault) => unknown(*fault),
        State::Several { whole: false, .. } => unknown(Fault::TooMany),
        State::Pending => unknown(Fault::Store),
    }
}

/// Whether an item has, of each attribute, one of the values that it may have; of one that revokes,
/// whether it has a time, so that whoever signs in later is let in. The authorizer reads the same.
pub fn holds(require: &Require, item: &Item) -> bool {
    let attributes = match require {
        Require::Holds(attributes) => attributes,
        Require::NotRevoked => return item.get(BEFORE).is_some_and(Value::is_u64),
    };
    attributes.iter().all(|(path, values)| {
        let found = match path.split_first() {
            Some((first, rest)) => rest.iter().fold(item.get(first), |found, name| {
                found.and_then(Value::as_object).and_then(|members| members.get(name))
            }),
            None => None,
        };
        found.is_some_and(|found| values.iter().any(|allowed| is_same(allowed, found)))
    })
}

/// Whether a value is one that the policy names: of the same type, and equal. A number is the same
/// however it is written.
pub fn is_same(allowed: &Value, found: &Value) -> bool {
    /// Up to here every whole number has a float of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match (allowed, found) {
        (Value::Number(allowed), Value::Number(found)) => {
            let written_apart = || {
                let allowed = allowed.as_f64()?;
                Some(allowed.abs() < EXACT && found.as_f64()? == allowed)
            };
            allowed == found || written_apart().unwrap_or_default()
        }
        _ => allowed == found,
    }
}
