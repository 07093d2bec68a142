//! Tables, the way to them, and the keys of their items.

use std::collections::BTreeSet;
use std::time::Duration;

/// Where the records are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// Which store.
    pub location: Location,
    /// Name of the partition key.
    pub partition_key: String,
    /// Name of the sort key, if the table has one.
    pub sort_key: Option<String>,
    /// Names of key attributes, of the table or of its indexes, that are numbers; the rest are texts.
    pub numbers: BTreeSet<String>,
}

/// An index of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name.
    pub name: String,
    /// Name of its partition key.
    pub partition_key: String,
    /// Name of its sort key, if it has one.
    pub sort_key: Option<String>,
}

impl Table {
    /// Whether a key attribute is a number.
    pub fn is_number(&self, name: &str) -> bool {
        self.numbers.contains(name)
    }

    /// The key attributes of an item, with their names.
    pub fn named_key<'k>(&'k self, key: &'k Key) -> impl Iterator<Item = (&'k str, &'k str)> {
        let sort = self.sort_key.as_deref().zip(key.sort.as_deref());
        [(self.partition_key.as_str(), key.partition.as_str())].into_iter().chain(sort)
    }
}

/// Which store holds the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Location {
    /// The name of a DynamoDB table.
    DynamoDb(String),
    /// A JSON file; a relative path starts at the policy file.
    File(String),
}

impl Location {
    /// The table's name or the file's path.
    pub fn name(&self) -> &str {
        match self {
            Location::DynamoDb(name) | Location::File(name) => name,
        }
    }
}

/// The way to DynamoDB.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// The region; `None` is the function's own.
    pub region: Option<String>,
    /// Another address than AWS's own.
    pub endpoint: Option<String>,
    /// Which certificates are trusted.
    pub trust: Trust,
    /// How long one attempt may take.
    pub attempt_timeout: Duration,
    /// When a second request is sent beside the first; `None` is never.
    pub hedge_after: Option<Duration>,
}

impl Default for Connection {
    fn default() -> Self {
        Self {
            region: None,
            endpoint: None,
            trust: Trust::Amazon,
            attempt_timeout: Duration::from_secs(1),
            hedge_after: None,
        }
    }
}

/// Which certificates end a trusted chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The roots of Amazon Trust Services alone.
    Amazon,
    /// All that the machine trusts.
    System,
}

/// The primary key of one item. Values stand in it as they are and are never parsed again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Value of the partition key.
    pub partition: String,
    /// Value of the sort key, if the table has one.
    pub sort: Option<String>,
}

impl Key {
    /// Whether any item can have the key. A caller may send metadata of any length; a table would
    /// refuse the whole batch, and a caller must not be able to make it look broken, nor fill the
    /// memory with what can't be.
    /// SPEC: AWS, DynamoDB developer guide, "Constraints in Amazon DynamoDB": 1 to 2048 bytes for
    /// a partition key, 1 to 1024 for a sort key.
    pub fn may_exist(&self) -> bool {
        let sort = self.sort.as_ref().is_none_or(|sort| (1..=1024).contains(&sort.len()));
        (1..=2048).contains(&self.partition.len()) && sort
    }
}
