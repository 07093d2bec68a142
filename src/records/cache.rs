//! The cache: what the store said about items, for as long as the policy allows.
//!
//! Pure: the time is an argument. An answer is fresh for the record's `cache`; after that it may
//! serve for `stale_if_error` longer, but only while the store fails (RFC 5861, section 4, says
//! the same of HTTP). That an item is missing is remembered for a short time and never served
//! stale. There are no timers, because Lambda freezes a function between two invocations.

use std::sync::Arc;
use std::time::Duration;

use lru::LruCache;
use serde_json::Value;

use super::known::Known;
use super::state::{Answer, ServedBy};
use super::store::{Item, Read};
use crate::clock::Moment;
use crate::policy::Key;

/// Most items that are kept.
pub const ENTRY_LIMIT: usize = 1000;
/// Most bytes that the kept items take, as estimated.
pub const BYTE_LIMIT: usize = 1024 * 1024;
/// Longest time for which a missing item is remembered. Shorter than that of an item: a person who
/// was just added should not wait.
pub const MISSING_LIMIT: Duration = Duration::from_secs(5);

/// What the cache knows about a read.
#[derive(Debug, PartialEq)]
pub enum Cached {
    /// An answer that needs no store.
    Fresh(Answer),
    /// An answer for the case that the store fails.
    Stale(Answer),
    /// Nothing.
    Nothing,
}

/// Answers by table and key, the longest unused of which leave first.
#[derive(Debug)]
pub struct Cache {
    entries: LruCache<(usize, Key), Entry>,
    bytes: usize,
}

#[derive(Debug)]
struct Entry {
    item: Option<Arc<Item>>,
    attributes: Vec<String>,
    read_at: Moment,
    bytes: usize,
}

impl Default for Cache {
    fn default() -> Self {
        // An unbounded one allocates as it grows; the bounds are kept in `keep`.
        Self { entries: LruCache::unbounded(), bytes: 0 }
    }
}

impl Cache {
    /// What is known about a read.
    pub fn look(&mut self, read: &Read<'_>, now: Moment) -> Cached {
        let Some(keep) = read.keep else { return Cached::Nothing };
        let Some(entry) = self.entries.get(&(read.table, read.key.clone())) else {
            return Cached::Nothing;
        };
        // Another rule may have read the same item for other attributes.
        if !read.attributes.iter().all(|wanted| entry.attributes.iter().any(|has| has == wanted)) {
            return Cached::Nothing;
        }
        let Some(age) = now.since(entry.read_at) else { return Cached::Nothing };
        let fresh = match entry.item {
            Some(_) => keep.fresh,
            None => (keep.fresh / 10).min(MISSING_LIMIT),
        };
        match &entry.item {
            item if age < fresh => {
                let known = item.clone().map_or(Known::Absent, Known::Value);
                Cached::Fresh(Answer { known, served_by: ServedBy::Memory })
            }
            Some(item) if age < fresh + keep.stale_if_error => Cached::Stale(Answer {
                known: Known::Value(Arc::clone(item)),
                served_by: ServedBy::Stale { read_at: entry.read_at.wall.as_secs() },
            }),
            _ => Cached::Nothing,
        }
    }

    /// Remembers what the store said, if the policy allows it. `now` is the moment before the
    /// store was asked, so that the answer is never thought younger than it is.
    pub fn keep(&mut self, read: &Read<'_>, known: &Known<Arc<Item>>, now: Moment) {
        if read.keep.is_none() {
            return;
        }
        let item = match known {
            Known::Value(item) => Some(Arc::clone(item)),
            Known::Absent => None,
            Known::Unknown(_) => return,
        };
        let attributes: Vec<String> =
            read.attributes.iter().map(|name| (*name).to_owned()).collect();
        let key = (read.table, read.key.clone());
        let bytes = key.1.partition.len()
            + key.1.sort.as_ref().map_or(0, String::len)
            + attributes.iter().map(String::len).sum::<usize>()
            + item.as_ref().map_or(0, |item| size(item))
            + ENTRY_OVERHEAD;
        if let Some(old) = self.entries.pop(&key) {
            self.bytes -= old.bytes;
        }
        if bytes > BYTE_LIMIT {
            return;
        }
        self.entries.put(key, Entry { item, attributes, read_at: now, bytes });
        self.bytes += bytes;
        while self.entries.len() > ENTRY_LIMIT || self.bytes > BYTE_LIMIT {
            let Some((_, oldest)) = self.entries.pop_lru() else { break };
            self.bytes -= oldest.bytes;
        }
    }

    /// Forgets everything: after a snapshot was restored nothing is known to be recent.
    pub fn clear(&mut self) {
        *self = Self::default();
    }

    /// How many answers are kept.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether nothing is kept.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Bytes of all that is kept, as estimated.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// What an entry takes besides its texts: the list's and the map's own parts.
const ENTRY_OVERHEAD: usize = 256;
/// What a value takes besides its text.
const VALUE_OVERHEAD: usize = 72;

/// Bytes that an item takes in memory, roughly and rather too many.
fn size(item: &Item) -> usize {
    item.iter().map(|(name, value)| name.len() + VALUE_OVERHEAD + value_size(value)).sum()
}

fn value_size(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) => 0,
        Value::Number(number) => number.as_str().len(),
        Value::String(text) => text.len(),
        Value::Array(elements) => {
            elements.iter().map(|element| VALUE_OVERHEAD + value_size(element)).sum()
        }
        Value::Object(members) => size(members),
    }
}
