//! Records: which item to read, for whom, and what it decides.

use std::time::Duration;

use serde_json::Value;

use super::template::Template;
use crate::identity::Kind;

/// One item to read.
#[derive(Debug)]
pub struct RecordRule {
    /// Its name in the policy.
    pub name: String,
    /// Read for these identities only; `None` is all.
    pub applies_to: Option<Kind>,
    /// Which table: its position in [`Policy::tables`](crate::policy::Policy::tables).
    pub table: usize,
    /// Whether a write that has ended must be seen.
    pub consistent: bool,
    /// How long the item may be kept; `None` is not at all.
    pub keep: Option<Keep>,
    /// Value of the partition key.
    pub partition: Template<Operand>,
    /// Value of the sort key, if the table has one.
    pub sort: Option<Template<Operand>>,
    /// No token if the item is asked for and not there.
    pub missing_refuses: bool,
    /// No token if the attribute at the path has one of the values.
    pub refuse_if: Vec<(Vec<String>, Vec<Value>)>,
    /// The attributes that anybody needs, sorted.
    pub attributes: Vec<String>,
}

impl RecordRule {
    /// Whether a token depends on this record having been read: without it nobody can know
    /// whether the token may be issued.
    pub fn is_guard(&self) -> bool {
        self.missing_refuses || !self.refuse_if.is_empty()
    }
}

/// A value that a key template can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The person's `sub`.
    Sub,
    /// The person's user name.
    Username,
    /// The app client.
    ClientId,
    /// The user pool.
    UserPoolId,
    /// A user attribute.
    Attribute(String),
    /// A member of the caller's metadata.
    Metadata(String),
    /// An attribute of a record.
    Record(RecordPath),
}

/// An attribute of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPath {
    /// Position in [`Policy::records`](crate::policy::Policy::records).
    pub record: usize,
    /// The attribute, and the names of maps within it.
    pub path: Vec<String>,
}

/// How long an item may be kept in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// As long as nothing is asked for again.
    pub fresh: Duration,
    /// How much longer it may serve while the store fails.
    pub stale_if_error: Duration,
}
