//! Where records come from: one trait with one method.
//!
//! A missing item is `None`, never an error; an error is a fault of the store. The pure rooms see
//! only what a store answered.

use std::future::Future;

/// An item of the table: attribute names to plain JSON values.
///
/// A number keeps all its digits. A DynamoDB set is an array in sorted order.
pub type Item = serde_json::Map<String, serde_json::Value>;

/// The primary key of one item. Values stand in it as they are and are never parsed again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Value of the partition key.
    pub partition: String,
    /// Value of the sort key, if the table has one.
    pub sort: Option<String>,
}

/// One item to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read<'p> {
    /// Which item.
    pub key: Key,
    /// The attributes that anybody needs, sorted. A store may return more.
    pub attributes: Vec<&'p str>,
}

/// A store could not answer. The text names the kind of fault, never a key or a value.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct StoreError(pub String);

/// A source of records.
pub trait Store {
    /// Reads all items of one round at once: one answer per read, in the same order.
    ///
    /// No two reads have the same key.
    ///
    /// # Errors
    /// The store could not answer; then nothing at all is known about any of the items.
    fn read(
        &self,
        reads: &[Read<'_>],
    ) -> impl Future<Output = Result<Vec<Option<Item>>, StoreError>> + Send;
}
