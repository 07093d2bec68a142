//! Tables that differ from one another only in items to which somebody has no right.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::dice::Dice;
use super::layout::{Layout, Role};
use super::row::{Owner, Row};
use super::table::key_item;

/// One difference between two tables.
#[derive(Clone, Debug)]
pub enum Edit {
    /// The item isn't there.
    Remove(usize),
    /// An attribute has another value, or none. The path leads into maps.
    Change(usize, Vec<String>, Option<Value>),
    /// The item can't be read.
    Fault(usize),
    /// There is one more.
    Add(Row),
}

impl Edit {
    pub fn apply(&self, rows: &mut Vec<Row>) {
        match self {
            Edit::Remove(number) => rows.retain(|row| row.number != *number),
            Edit::Change(number, path, value) => {
                if let Some(row) = rows.iter_mut().find(|row| row.number == *number) {
                    change(&mut row.item, path, value.as_ref());
                }
            }
            Edit::Fault(_) => {}
            Edit::Add(row) => rows.push(row.clone()),
        }
    }

    /// Whether both change the same attribute of the same item.
    pub fn same_place(&self, other: &Edit) -> bool {
        match (self, other) {
            (Edit::Change(one, path, _), Edit::Change(two, other, _)) => {
                one == two && path == other
            }
            _ => false,
        }
    }

    /// Whether there is anything to change.
    pub fn fits(&self, rows: &[Row]) -> bool {
        match self {
            Edit::Remove(number) | Edit::Change(number, ..) | Edit::Fault(number) => {
                rows.iter().any(|row| row.number == *number)
            }
            Edit::Add(row) => !rows.iter().any(|other| other.is_at(row)),
        }
    }
}

fn change(item: &mut Map<String, Value>, path: &[String], value: Option<&Value>) {
    let Some((name, rest)) = path.split_first() else { return };
    if rest.is_empty() {
        match value {
            Some(value) => item.insert(name.clone(), value.clone()),
            None => item.remove(name),
        };
    } else if let Some(inner) = item.get_mut(name).and_then(Value::as_object_mut) {
        change(inner, rest, value);
    }
}

/// The number of the first item that is added.
const ADDED: usize = 100_000;

pub struct Twins<'t> {
    pub layout: &'t Layout,
    pub words: &'t [String],
    /// Addresses that lead to the identity: no other item may get them.
    pub addresses: &'t [String],
    /// Values of partition keys whose items the identity has a right to.
    pub mine: &'t BTreeSet<String>,
}

impl Twins<'_> {
    /// Lists of edits of the items outside: without all of them, with all of them changed, none of
    /// them readable, and with more beside them.
    pub fn of(&self, dice: &mut Dice, outside: &[&Row]) -> Vec<Vec<Edit>> {
        let numbers = || outside.iter().map(|row| row.number);
        let changes = |dice: &mut Dice| {
            outside.iter().flat_map(|row| self.changes(dice, row)).collect::<Vec<_>>()
        };
        vec![
            numbers().map(Edit::Remove).collect(),
            numbers().map(Edit::Fault).collect(),
            changes(dice),
            changes(dice),
            self.additions(dice),
        ]
    }

    fn changes(&self, dice: &mut Dice, row: &Row) -> Vec<Edit> {
        let mut edits = Vec::new();
        for name in row.attributes() {
            if dice.chance(70) {
                let value = self.value(dice, &name, &row.item[&name]);
                edits.push(Edit::Change(row.number, vec![name], value));
            }
        }
        edits
    }

    /// Another value for an attribute: of its kind, from the table, or of none.
    pub fn value(&self, dice: &mut Dice, name: &str, now: &Value) -> Option<Value> {
        let word = |dice: &mut Dice| {
            let word = dice.word(self.words);
            // The index would find somebody else's item.
            if self.addresses.contains(&word) { "none@x.example".to_owned() } else { word }
        };
        match dice.roll(8) {
            0 => return None,
            1 => return Some(json!(7)),
            2 => return Some(json!(word(dice))),
            _ => {}
        }
        Some(match (name, now) {
            ("status", _) => json!(dice.pick(&["active", "suspended", "trial", "Suspended"])),
            ("standing", _) => json!(dice.pick(&["good", "bad"])),
            (_, Value::Array(_)) => {
                json!((0..dice.roll(3)).map(|_| word(dice)).collect::<Vec<_>>())
            }
            (_, Value::Object(_)) => {
                let pairs = (0..dice.roll(3)).map(|_| (word(dice), json!([word(dice)])));
                Value::Object(pairs.collect())
            }
            _ => json!(word(dice)),
        })
    }

    fn additions(&self, dice: &mut Dice) -> Vec<Edit> {
        let kinds = [Role::Organisation, Role::Profile, Role::Machine, Role::Membership];
        let mut added: Vec<Row> = Vec::new();
        for at in 0..30 {
            let role = *dice.pick(&kinds);
            let words = [dice.word(self.words), dice.word(self.words)];
            let words = words.each_ref().map(String::as_str);
            let mut key = self.layout.key(role, &words);
            if dice.chance(20) {
                // A whole key that is a word.
                key[0].1 = words[0].to_owned();
            }
            let Some(mut item) = key_item(self.layout, &key) else { continue };
            let key: Vec<&'static str> = key.iter().map(|(name, _)| *name).collect();
            for name in ["status", "org_id", "role", "tier", "name", "features", "roles"] {
                let now = if name == "features" { json!([]) } else { json!("") };
                item.extend(self.value(dice, name, &now).map(|value| (name.to_owned(), value)));
            }
            let number = ADDED + at;
            let (owner, role) = (Owner::Nobody, Some(role));
            let row = Row { number, item, key, role, owner, about: None, parts: Vec::new() };
            if !self.mine.contains(&row.partition()) && !added.iter().any(|other| other.is_at(&row))
            {
                added.push(row);
            }
        }
        added.into_iter().map(Edit::Add).collect()
    }
}
