//! Where records come from: one trait with one method.
//!
//! A missing item is absent, never an error; an error is a fault of the store. The pure rooms see
//! only what a store answered.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use super::known::Known;
use crate::policy::{Keep, Key};

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
}
