//! What is known about one record, and who said so.

use std::sync::Arc;

use super::known::Known;
use super::store::Item;
use crate::outcome::Fault;
use crate::policy::{Key, Policy, Reading};

/// What is known about one record.
#[derive(Clone, Debug, PartialEq)]
pub enum State {
    /// Its round has not been read.
    Pending,
    /// It isn't read, and why.
    NotAsked(NotAsked),
    /// It isn't in the table; or nothing that a query found is a match.
    Missing,
    /// It is there.
    Found(Arc<Item>),
    /// The items of a list or of a query, in order.
    Several {
        /// Those that are known.
        items: Vec<Arc<Item>>,
        /// Whether there are no more.
        whole: bool,
    },
    /// Its key or its item can't be known.
    Unknown(Fault),
}

/// Why a record isn't read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotAsked {
    /// It is for another kind of identity.
    OtherKind,
    /// The caller didn't choose one.
    NothingChosen,
    /// It is about an organisation, and the token is about none.
    NoTenant,
    /// A value that it needs isn't there.
    NoValue,
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
    /// Which table: its position in [`Policy::tables`](crate::policy::Policy::tables).
    pub table: usize,
    /// In which way.
    pub by: AskedBy<'p>,
    /// Which item. Of a query the partition, and what the sort key begins with, if that is anything.
    pub key: Key,
    /// Who answered.
    pub served_by: ServedBy,
}

impl<'p> Asked<'p> {
    /// The attributes that were asked for, with their names; `*` ends what a query's sort keys begin
    /// with.
    pub fn named(&self, policy: &'p Policy) -> Vec<(&'p str, String)> {
        let Some(table) = policy.tables.get(self.table) else { return Vec::new() };
        let rule = policy.records.iter().find(|rule| rule.name == self.record);
        let (partition, sort) = match rule.map(|rule| &rule.read) {
            Some(Reading::Query { index: Some(index), .. }) => {
                (index.partition_key.as_str(), index.sort_key.as_deref())
            }
            _ => (table.partition_key.as_str(), table.sort_key.as_deref()),
        };
        let star = match self.by {
            AskedBy::Query { .. } => "*",
            AskedBy::Key => "",
        };
        let sort = sort.zip(self.key.sort.as_ref());
        let sort = sort.map(|(name, value)| (name, format!("{value}{star}")));
        [(partition, self.key.partition.clone())].into_iter().chain(sort).collect()
    }
}

/// In which way the store is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AskedBy<'p> {
    /// For one item by its key, in the round's batch.
    Key,
    /// By a query along an index, or along the table's own keys.
    Query {
        /// The index.
        index: Option<&'p str>,
    },
}

/// Which organisation the token is about, as far as that is decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tenancy {
    /// Its sources are not all read.
    Undecided,
    /// About none.
    Nobody,
    /// About this one.
    One {
        /// Its id, as it is stored.
        id: String,
        /// The record that proved it: its position in
        /// [`Policy::records`](crate::policy::Policy::records).
        member: Option<usize>,
    },
}

impl From<&Known<Arc<Item>>> for State {
    fn from(known: &Known<Arc<Item>>) -> Self {
        match known {
            Known::Value(item) => State::Found(Arc::clone(item)),
            Known::Absent => State::Missing,
            Known::Unknown(fault) => State::Unknown(*fault),
        }
    }
}
