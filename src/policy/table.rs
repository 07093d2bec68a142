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
    /// Names of the key attributes, of the table or of its indexes, that are numbers. The others
    /// are texts.
    pub numbers: BTreeSet<String>,
}

/// Another order of a table's items: those that have its key attributes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Index {
    /// The name.
    pub name: String,
    /// Name of the attribute that is the partition key.
    pub partition_key: String,
    /// Name of the attribute that is the sort key, if the index has one.
    pub sort_key: Option<String>,
}

impl Table {
    /// Whether a key attribute is a number.
    pub fn is_number(&self, name: &str) -> bool {
        self.numbers.contains(name)
    }

    /// Whether a value can be that of a key attribute, apart from its length.
    pub fn may_be(&self, name: &str, value: &str) -> bool {
        !self.is_number(name) || is_whole_number(value)
    }

    /// Whether any item of the table can have the key.
    pub fn may_hold(&self, key: &Key) -> bool {
        key.may_exist() && self.named_key(key).all(|(name, value)| self.may_be(name, value))
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

/// The primary key of one item. Values stand in it as they are and are never parsed again; a number
/// is its digits, see [`is_whole_number`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Value of the partition key.
    pub partition: String,
    /// Value of the sort key, if the table has one.
    pub sort: Option<String>,
}

/// Most bytes of a partition key. SPEC: AWS, DynamoDB developer guide, "Constraints in Amazon
/// DynamoDB": 1 to 2048 bytes for a partition key, 1 to 1024 for a sort key.
pub const PARTITION_KEY_LIMIT: usize = 2048;
/// Most bytes of a sort key.
pub const SORT_KEY_LIMIT: usize = 1024;
/// Most digits of a number. SPEC: AWS, DynamoDB developer guide, "Constraints in Amazon DynamoDB".
pub const DIGIT_LIMIT: usize = 38;

impl Key {
    /// Whether any item can have the key. A caller may send metadata of any length; a table would
    /// refuse the whole batch, and a caller must not be able to make it look broken, nor fill the
    /// memory with what can't be.
    pub fn may_exist(&self) -> bool {
        let sort = self.sort.as_ref();
        (1..=PARTITION_KEY_LIMIT).contains(&self.partition.len())
            && sort.is_none_or(|sort| (1..=SORT_KEY_LIMIT).contains(&sort.len()))
    }
}

/// Whether a text is the one way to write a whole number that a key can be: its digits, without
/// zeros in front.
pub fn is_whole_number(text: &str) -> bool {
    let leading_zero = text.len() > 1 && text.starts_with('0');
    (1..=DIGIT_LIMIT).contains(&text.len())
        && !leading_zero
        && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_whole_number_is_written_in_one_way() {
        for number in ["0", "7", "42", &"9".repeat(38), &format!("1{}", "0".repeat(37))] {
            assert!(is_whole_number(number), "{number}");
        }
        for other in
            ["", "00", "042", "-1", "+1", "1.0", "1e3", " 1", "a", "\u{661}", &"9".repeat(39)]
        {
            assert!(!is_whole_number(other), "{other}");
        }
    }

    #[test]
    fn a_table_holds_no_key_of_another_type() {
        let mut table = Table {
            location: Location::File(String::new()),
            partition_key: "id".to_owned(),
            sort_key: Some("at".to_owned()),
            numbers: BTreeSet::from(["at".to_owned()]),
        };
        let key = |partition: &str, sort: &str| Key {
            partition: partition.to_owned(),
            sort: Some(sort.to_owned()),
        };
        assert!(table.may_hold(&key("a", "42")));
        assert!(!table.may_hold(&key("a", "042")));
        assert!(!table.may_hold(&key("", "42")));
        table.numbers = BTreeSet::from(["id".to_owned()]);
        assert!(table.may_hold(&key("42", "042")));
        assert!(!table.may_hold(&key("a", "42")));
    }
}
