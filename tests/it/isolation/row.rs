//! One item, whose it is, and what it is about: as the model says, not as a policy says.

use std::collections::BTreeSet;

use claimsmith::policy::{Key, Table};
use serde_json::{Map, Value};

use super::layout::Role;
use super::model::Who;

/// Whose an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    One(Who),
    Organisation(usize),
    /// Anybody may read it.
    Shared,
    /// It only looks like one of the others.
    Nobody,
}

impl Owner {
    /// Whether it is the one person.
    pub fn is_one_of(self, person: Option<usize>) -> bool {
        person.is_some_and(|at| self == Owner::One(Who::Person(at)))
    }
}

#[derive(Clone, Debug)]
pub struct Row {
    /// Stays the same while others are left out.
    pub number: usize,
    pub item: Map<String, Value>,
    /// Which attributes are its key.
    pub key: Vec<&'static str>,
    pub role: Option<Role>,
    pub owner: Owner,
    /// The organisation that an item of a person is about as a whole.
    pub about: Option<usize>,
    /// Attributes of an item that are about an organisation, or members of a map.
    pub parts: Vec<(Vec<String>, usize)>,
}

impl Row {
    /// Whether an identity has a right to it.
    pub fn is_right_of(&self, who: Who, belongs: &BTreeSet<usize>) -> bool {
        match self.owner {
            Owner::One(one) => one == who,
            Owner::Organisation(at) => belongs.contains(&at),
            Owner::Shared => true,
            Owner::Nobody => false,
        }
    }

    /// Its key in a table; `None` if it isn't one of that table's.
    pub fn key_in(&self, table: &Table) -> Option<Key> {
        let text = |name: &str| match self.item.get(name) {
            Some(Value::String(text)) if !table.is_number(name) => Some(text.clone()),
            Some(Value::Number(number)) if table.is_number(name) => Some(number.to_string()),
            _ => None,
        };
        let sort = match &table.sort_key {
            Some(name) => Some(text(name)?),
            None => None,
        };
        Some(Key { partition: text(&table.partition_key)?, sort })
    }

    /// Whether both have the same key.
    pub fn is_at(&self, other: &Row) -> bool {
        let same = |name: &&str| self.item[*name] == other.item[*name];
        self.key == other.key && self.key.iter().all(same)
    }

    /// The value of its partition key.
    pub fn partition(&self) -> String {
        match &self.item[self.key[0]] {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }

    /// The attributes that are no key.
    pub fn attributes(&self) -> Vec<String> {
        self.item.keys().filter(|name| !self.key.contains(&name.as_str())).cloned().collect()
    }
}
