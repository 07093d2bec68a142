//! Where records come from: one trait, by which items are read by their keys or found by a query.
//!
//! A missing item is absent, never an error; an error is a fault of the store. The pure rooms see
//! only what a store answered.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::known::Known;
use crate::policy::{Index, Keep, Key, PARTITION_KEY_LIMIT, SORT_KEY_LIMIT, Table};

/// An item of the table: attribute names to plain JSON values.
///
/// A number keeps all its digits. A DynamoDB set is an array in sorted order.
pub type Item = serde_json::Map<String, serde_json::Value>;

/// One item to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read<'p> {
    /// Which table: its position in [`crate::policy::Policy::tables`].
    pub table: usize,
    /// Which item.
    pub key: Key,
    /// The attributes that anybody needs, sorted. A store may return more.
    pub attributes: Vec<&'p str>,
    /// Whether a write that has ended must be seen.
    pub consistent: bool,
    /// How long the answer may be kept; `None` is not at all.
    pub keep: Option<Keep>,
}

/// One query: the items of one partition whose sort key begins with a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query<'p> {
    /// Which table: its position in [`crate::policy::Policy::tables`].
    pub table: usize,
    /// The index that it goes along; `None` is the table's own keys.
    pub index: Option<&'p Index>,
    /// Value of the partition key; of a number its digits, as in [`Key`].
    pub partition: String,
    /// What the sort key begins with. Empty is anything; a number can't be asked for its beginning.
    pub sort_prefix: String,
    /// The attributes that anybody needs, sorted. A store may return more.
    pub attributes: Vec<&'p str>,
    /// Whether a write that has ended must be seen. An index never promises that.
    pub consistent: bool,
    /// Most items of the answer, at least 1.
    pub limit: u32,
}

impl Query<'_> {
    /// The names of the partition key and of the sort key that it goes along.
    pub fn keys<'q>(&'q self, table: &'q Table) -> (&'q str, Option<&'q str>) {
        match self.index {
            Some(index) => (&index.partition_key, index.sort_key.as_deref()),
            None => (&table.partition_key, table.sort_key.as_deref()),
        }
    }

    /// Whether any item can match. As with keys, what a caller sends must not make a table look
    /// broken.
    ///
    /// # Errors
    /// No table could answer: it asks for the beginning of a number or of no sort key, or for
    /// nothing at all.
    pub fn can_match(&self, table: &Table) -> Result<bool, StoreError> {
        let (partition, sort) = self.keys(table);
        let by_prefix = !self.sort_prefix.is_empty();
        let is_text = sort.is_some_and(|name| !table.is_number(name));
        if self.limit == 0 || (by_prefix && !is_text) {
            return Err(StoreError::new(StoreFault::Misconfigured));
        }
        Ok((1..=PARTITION_KEY_LIMIT).contains(&self.partition.len())
            && table.may_be(partition, &self.partition)
            && self.sort_prefix.len() <= SORT_KEY_LIMIT)
    }
}

/// What a query found.
#[derive(Clone, Debug, PartialEq)]
pub struct Page {
    /// The items in the order of their sort keys.
    pub items: Vec<Arc<Item>>,
    /// Whether these are all. A page with as many items as the limit allows is never the last:
    /// DynamoDB doesn't look whether another one follows.
    pub is_last: bool,
}

/// A store could not answer. It names the kind of fault, never a key or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoreError {
    /// What kind of fault it is.
    pub fault: StoreFault,
    /// The store's own word for it, such as `ThrottlingException`.
    pub code: Option<String>,
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.fault.problem())?;
        self.code.iter().try_for_each(|code| write!(f, " ({code})"))
    }
}

impl std::error::Error for StoreError {}

/// What kind of fault a store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// It can't be reached: no name, no connection, no trusted certificate.
    Unreachable,
    /// Its attempts took too long.
    Slow,
    /// The deadline of the invocation passed.
    Late,
    /// It serves no more requests for now.
    Throttled,
    /// It doesn't let the function in: rights or credentials.
    Denied,
    /// It knows no such table, or its keys are others.
    Misconfigured,
    /// It failed in another way.
    Failed,
}

impl StoreFault {
    /// The stable word, for telemetry.
    pub const fn as_str(self) -> &'static str {
        match self {
            StoreFault::Unreachable => "unreachable",
            StoreFault::Slow => "slow",
            StoreFault::Late => "late",
            StoreFault::Throttled => "throttled",
            StoreFault::Denied => "denied",
            StoreFault::Misconfigured => "misconfigured",
            StoreFault::Failed => "failed",
        }
    }

    const fn problem(self) -> &'static str {
        match self {
            StoreFault::Unreachable => "the table can't be reached",
            StoreFault::Slow => "the table is too slow",
            StoreFault::Late => "the table didn't answer within the deadline",
            StoreFault::Throttled => "the table is throttled",
            StoreFault::Denied => "the table doesn't let the function in",
            StoreFault::Misconfigured => "the table is not there, or has other keys",
            StoreFault::Failed => "the table failed",
        }
    }
}

impl fmt::Display for StoreFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl StoreError {
    /// A fault without a word of the store's own.
    pub fn new(fault: StoreFault) -> Self {
        Self { fault, code: None }
    }
}

/// A source of records.
pub trait Store {
    /// Reads all items of one round at once: what is known about each, in the order of the reads.
    ///
    /// No two reads have the same table and key. An item that can't be told in JSON is unknown.
    ///
    /// # Errors
    /// The store could not answer; then nothing at all is known about any of the items.
    fn read(
        &self,
        reads: &[Read<'_>],
    ) -> impl Future<Output = Result<Vec<Known<Arc<Item>>>, StoreError>> + Send;

    /// Finds items by one request: a page of them, or unknown if one of the items can't be told in
    /// JSON. It is never absent.
    ///
    /// # Errors
    /// The store could not answer.
    fn query(
        &self,
        query: &Query<'_>,
    ) -> impl Future<Output = Result<Known<Page>, StoreError>> + Send;
}
