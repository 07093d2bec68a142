//! Requests about an item that nobody reads: to open connections before the first event, and to show
//! that the function may read what its policy reads.
//!
//! Pure: a store is an argument.

use super::any::AnyStore;
use super::store::{Query, Read, Store, StoreError};
use crate::policy::{Key, Policy, Reading, RecordRule};

/// The key of the item: no policy reads it, and whoever looks into a trace of the table's requests
/// sees what it was.
pub const NOBODY: &str = "claimsmith:nobody";
/// The same as a number.
pub const NOTHING: &str = "0";

/// A request of a kind that the policy sends.
#[derive(Clone, Debug, PartialEq)]
pub enum Request<'p> {
    /// An item by its key.
    Read(Read<'p>),
    /// One item at most of a partition.
    Query(Query<'p>),
}

impl<'p> Request<'p> {
    /// What the policy asks for one of its records, but about nobody.
    pub fn about_nobody(policy: &'p Policy, rule: &'p RecordRule) -> Option<Self> {
        let table = policy.tables.get(rule.table)?;
        let value = |name: &str| match table.is_number(name) {
            true => NOTHING.to_owned(),
            false => NOBODY.to_owned(),
        };
        Some(match &rule.read {
            Reading::Query { index, .. } => Request::Query(Query {
                table: rule.table,
                index: index.as_ref(),
                partition: value(
                    index.as_ref().map_or(&table.partition_key, |it| &it.partition_key),
                ),
                sort_prefix: String::new(),
                attributes: Vec::new(),
                consistent: false,
                limit: 1,
            }),
            Reading::Item(_) | Reading::Each { .. } => Request::Read(Read {
                table: rule.table,
                key: Key {
                    partition: value(&table.partition_key),
                    sort: table.sort_key.as_deref().map(value),
                },
                attributes: Vec::new(),
                consistent: false,
                keep: None,
            }),
        })
    }

    /// Sends it. What comes back doesn't matter.
    ///
    /// # Errors
    /// The store's.
    pub async fn send(&self, store: &AnyStore) -> Result<(), StoreError> {
        match self {
            Request::Read(read) => store.read(std::slice::from_ref(read)).await.map(drop),
            Request::Query(query) => store.query(query).await.map(drop),
        }
    }
}
