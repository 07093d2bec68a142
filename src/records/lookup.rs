//! The lookup: which items to read, in which rounds, and what came of it.
//!
//! Whoever holds a store asks for a round, reads it and hands the answer back. A value is one of
//! three things: there, absent, or unknown because of a fault. Unknown never becomes absent: what
//! comes after an unknown value in a list of fallbacks is not tried, because the unknown one might
//! have decided (promise `no escalation`).

use std::sync::Arc;

use serde_json::Value;

use super::known::Known;
use super::store::{Item, Read};
use crate::identity::Identity;
use crate::outcome::{Fault, Reason, Refusal, Subject};
use crate::policy::{Keep, Key, Operand, Part, Policy, RecordPath, RecordRule, Template};

/// What is known about one record.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Its round has not been read.
    Pending,
    /// It isn't read for this identity, or its key has no value.
    NotAsked,
    /// It isn't in the table.
    Missing,
    /// It is there.
    Found(Arc<Item>),
    /// Its key or its item can't be known.
    Unknown(Fault),
}

/// What came of one read.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The item, that there is none, or that nobody can tell.
    pub known: Known<Arc<Item>>,
    /// Who said so.
    pub served_by: ServedBy,
}

/// Who answered a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServedBy {
    /// The store, or nobody.
    Store,
    /// Memory, within the time that the policy allows.
    Memory,
    /// Memory past that time, because the store failed.
    Stale {
        /// When the store was read, in seconds since 1970-01-01T00:00:00Z.
        read_at: u64,
    },
}

/// One read of an invocation, as it is told afterwards.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked<'p> {
    /// Name of the record.
    pub record: &'p str,
    /// Which table: its position in [`Policy::tables`].
    pub table: usize,
    /// Which item.
    pub key: Key,
    /// Who answered.
    pub served_by: ServedBy,
}

impl State {
    fn of(known: &Known<Arc<Item>>) -> Self {
        match known {
            Known::Value(item) => State::Found(Arc::clone(item)),
            Known::Absent => State::Missing,
            Known::Unknown(fault) => State::Unknown(*fault),
        }
    }
}

/// All records of one invocation.
#[derive(Debug)]
pub struct Lookup<'p> {
    policy: &'p Policy,
    /// What is known about each record, in the policy's order.
    pub states: Vec<State>,
    /// What was read so far, round by round.
    pub reads: Vec<Vec<Asked<'p>>>,
}

/// One round: what to read, and for which records.
#[derive(Debug, Default)]
pub struct Round<'p> {
    /// The items to read.
    pub reads: Vec<Read<'p>>,
    /// Which record (position in the policy) gets which read (position in `reads`).
    wanted: Vec<(usize, usize)>,
}

impl<'p> Lookup<'p> {
    /// A lookup before its first round.
    pub fn new(policy: &'p Policy) -> Self {
        Self { policy, states: vec![State::Pending; policy.records.len()], reads: Vec::new() }
    }

    /// What to read in a round, given what earlier rounds brought.
    pub fn round(&mut self, records: &'p [usize], identity: &Identity<'_>) -> Round<'p> {
        let mut round = Round::default();
        for at in records {
            let Some(rule) = self.policy.records.get(*at) else { continue };
            let state = if rule.applies_to.is_some_and(|kind| kind != identity.kind) {
                State::NotAsked
            } else {
                match self.key(rule, identity) {
                    Known::Absent => State::NotAsked,
                    Known::Unknown(fault) => State::Unknown(fault),
                    Known::Value(key) => {
                        round.want(*at, key, rule);
                        State::Pending
                    }
                }
            };
            self.set(*at, state);
        }
        round
    }

    /// Takes a round's answers, one per read.
    pub fn accept(&mut self, round: &Round<'p>, answers: &[Answer]) {
        let mut asked = Vec::with_capacity(round.wanted.len());
        for (record, at) in &round.wanted {
            let (state, served_by) = match answers.get(*at) {
                Some(Answer { known, served_by }) => (State::of(known), *served_by),
                // A store with fewer answers than questions has failed.
                None => (State::Unknown(Fault::Store), ServedBy::Store),
            };
            self.set(*record, state);
            if let (Some(rule), Some(read)) =
                (self.policy.records.get(*record), round.reads.get(*at))
            {
                let (record, key) = (rule.name.as_str(), read.key.clone());
                asked.push(Asked { record, table: read.table, key, served_by });
            }
        }
        self.reads.push(asked);
    }

    /// The age of what stale data said: when the oldest of it was read, in seconds since 1970.
    pub fn as_of(&self) -> Option<u64> {
        let stale = self.reads.iter().flatten().filter_map(|asked| match asked.served_by {
            ServedBy::Stale { read_at } => Some(read_at),
            ServedBy::Store | ServedBy::Memory => None,
        });
        stale.min()
    }

    /// Whether a record of the round says that no token may be issued. A guard that can't be read
    /// refuses too: nobody knows what it would have said.
    pub fn refusal(&self, records: &[usize]) -> Option<Refusal> {
        records.iter().find_map(|at| {
            let rule = self.policy.records.get(*at)?;
            let refuse = |reason, cause: &str| {
                let cause = format!("record `{}` {cause}", rule.name);
                Some(Refusal::new(reason, Subject::Record(rule.name.clone()), cause))
            };
            match self.states.get(*at)? {
                State::Missing if rule.missing_refuses => {
                    refuse(Reason::RecordMissing, "is not in the table")
                }
                State::Unknown(fault) if rule.is_guard() => {
                    refuse(fault.reason(), "decides about the token and can't be known")
                }
                State::Found(item) => rule.refuse_if.iter().find_map(|(path, values)| {
                    match guard_matches(item, path, values) {
                        Known::Value(()) => {
                            refuse(Reason::RecordRefused, "has a value that refuses")
                        }
                        Known::Unknown(fault) => {
                            refuse(fault.reason(), "has a malformed value where a guard looks")
                        }
                        Known::Absent => None,
                    }
                }),
                _ => None,
            }
        })
    }

    /// What is known about an attribute of a record.
    pub fn value(&self, path: &RecordPath) -> Known<&Value> {
        match self.states.get(path.record) {
            Some(State::Found(item)) => match at_path(item, &path.path) {
                Known::Value(Value::String(text)) if text.is_empty() => Known::Absent,
                other => other,
            },
            Some(State::Unknown(fault)) => Known::Unknown(*fault),
            // A pending record was never read, because the lookup ended early.
            Some(State::Pending) => Known::Unknown(Fault::Store),
            Some(State::NotAsked | State::Missing) | None => Known::Absent,
        }
    }

    fn set(&mut self, record: usize, state: State) {
        if let Some(slot) = self.states.get_mut(record) {
            *slot = state;
        }
    }

    fn key(&self, rule: &RecordRule, identity: &Identity<'_>) -> Known<Key> {
        self.render(&rule.partition, identity).and_then(|partition| match &rule.sort {
            None => Known::Value(Key { partition, sort: None }),
            Some(sort) => {
                self.render(sort, identity).map(|sort| Key { partition, sort: Some(sort) })
            }
        })
    }

    fn render(&self, template: &Template<Operand>, identity: &Identity<'_>) -> Known<String> {
        let mut text = String::new();
        for part in &template.parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::FirstOf(operands) => match self.first_of(operands, identity) {
                    Known::Value(value) => text.push_str(&value),
                    other => return other,
                },
            }
        }
        Known::Value(text)
    }

    fn first_of(&self, operands: &[Operand], identity: &Identity<'_>) -> Known<String> {
        for operand in operands {
            match self.operand(operand, identity) {
                Known::Absent => {}
                other => return other,
            }
        }
        Known::Absent
    }

    fn operand(&self, operand: &Operand, identity: &Identity<'_>) -> Known<String> {
        let text = match operand {
            Operand::Sub => identity.sub.as_deref(),
            Operand::Username => identity.username.as_deref(),
            Operand::ClientId => identity.client_id.as_deref(),
            Operand::UserPoolId => identity.user_pool_id.as_deref(),
            Operand::Attribute(name) => identity.attributes.get(name.as_str()).map(AsRef::as_ref),
            Operand::Metadata(name) => identity.metadata.get(name.as_str()).map(AsRef::as_ref),
            Operand::Record(path) => {
                return self.value(path).and_then(|value| match value {
                    Value::String(text) => Known::Value(text.clone()),
                    Value::Number(number) if is_whole(number) => Known::Value(number.to_string()),
                    _ => Known::Unknown(Fault::Malformed),
                });
            }
        };
        match text.filter(|text| !text.is_empty()) {
            Some(text) => Known::Value(text.to_owned()),
            None => Known::Absent,
        }
    }
}

impl<'p> Round<'p> {
    /// Two records may have one key, and a batched read may not name a key twice: the stricter of
    /// both wishes counts.
    fn want(&mut self, record: usize, key: Key, rule: &'p RecordRule) {
        let same = |read: &Read<'_>| read.table == rule.table && read.key == key;
        let at = match self.reads.iter().position(same) {
            Some(at) => at,
            None => {
                let keep = rule.keep.filter(|_| key.may_exist());
                self.reads.push(Read {
                    table: rule.table,
                    key,
                    attributes: Vec::new(),
                    consistent: false,
                    keep,
                });
                self.reads.len() - 1
            }
        };
        if let Some(read) = self.reads.get_mut(at) {
            read.attributes.extend(rule.attributes.iter().map(String::as_str));
            read.attributes.sort_unstable();
            read.attributes.dedup();
            read.consistent |= rule.consistent;
            read.keep = read.keep.zip(rule.keep).map(|(one, other)| Keep {
                fresh: one.fresh.min(other.fresh),
                stale_if_error: one.stale_if_error.min(other.stale_if_error),
            });
        }
        self.wanted.push((record, at));
    }
}

/// The value at a path. Anything but a map on the way to it is malformed, not absent: what the
/// writer of the item meant by it can't be known.
fn at_path<'i>(item: &'i Item, path: &[String]) -> Known<&'i Value> {
    let mut names = path.iter();
    let mut found = names.next().and_then(|first| item.get(first));
    for name in names {
        found = match found {
            None | Some(Value::Null) => None,
            Some(Value::Object(members)) => members.get(name),
            Some(_) => return Known::Unknown(Fault::Malformed),
        };
    }
    match found {
        None | Some(Value::Null) => Known::Absent,
        Some(value) => Known::Value(value),
    }
}

/// `Value` if the guard matches, `Absent` if it surely doesn't. A value of another type than all
/// that refuse (`"true"` where `true` refuses) is malformed: it may well mean the same.
fn guard_matches(item: &Item, path: &[String], values: &[Value]) -> Known<()> {
    at_path(item, path).and_then(|found| {
        let same_type = |value: &Value| {
            matches!(
                (value, found),
                (Value::String(_), Value::String(_))
                    | (Value::Bool(_), Value::Bool(_))
                    | (Value::Number(_), Value::Number(_))
            )
        };
        let equal = |value: &Value| match (value, found) {
            (Value::Number(wanted), Value::Number(found)) => wanted.as_f64() == found.as_f64(),
            _ => value == found,
        };
        if values.iter().any(equal) {
            Known::Value(())
        } else if values.iter().any(same_type) {
            Known::Absent
        } else {
            Known::Unknown(Fault::Malformed)
        }
    })
}

/// Whether a number is written as a whole one, so that its digits are one text only.
pub(crate) fn is_whole(number: &serde_json::Number) -> bool {
    number.is_i64() || number.is_u64()
}
