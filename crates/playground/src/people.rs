//! Whom the records are about: the people and machines that the policy's keys name.
//!
//! Pure. A key template read backwards: with `USER#{sub}` the item `USER#1` is about the person
//! `1`, and with `ORG#{metadata.org_id}` beside it the item says which metadata this person may
//! send.

use std::collections::HashMap;

use claimsmith::policy::{Chosen, Key, Operand, Part, Policy, Reading, RecordRule, Template};
use claimsmith::records::file::Entry;
use serde_json::Value;

/// A person or machine that a token can be made for.
#[derive(Debug, PartialEq, Eq)]
pub struct Person {
    /// Whether it is a machine.
    pub machine: bool,
    /// The `sub`, or the app client.
    pub id: String,
    /// The attribute `name` of an item that is about this one alone.
    pub name: Option<String>,
    /// Metadata for which there is a record: `org_id=globex`.
    pub metadata: Vec<String>,
}

/// All people and machines in the records, in the order of the file.
pub fn people<'e>(policy: &Policy, entries: impl Iterator<Item = &'e Entry>) -> Vec<Person> {
    let mut people = People::default();
    for entry in entries {
        for (table, key) in &entry.keys {
            let rules = policy.records.iter().filter(|rule| rule.table == *table);
            for named in rules.filter_map(|rule| named(rule, key)) {
                people.add(entry, &named);
            }
        }
    }
    people.listed
}

/// Those who were found so far, and where each stands in the list.
#[derive(Default)]
struct People {
    listed: Vec<Person>,
    places: HashMap<(bool, String), usize>,
}

/// The values that a key names.
type Named<'a> = Vec<(&'a Operand, &'a str)>;

fn named<'a>(rule: &'a RecordRule, key: &'a Key) -> Option<Named<'a>> {
    let (partition, sort) = match &rule.read {
        Reading::Item(key) => (&key.partition, &key.sort),
        Reading::Query { index: None, partition, sort, .. } => (partition, sort),
        Reading::Query { .. } | Reading::Each { .. } => return None,
    };
    let mut named: Named<'a> = placeholder(partition, &key.partition)?;
    if let (Some(template), Some(sort)) = (sort, &key.sort) {
        named.extend(placeholder(template, sort)?);
    }
    Some(named)
}

/// What stands in the placeholder of a template that has one at most.
fn placeholder<'a>(template: &'a Template<Operand>, text: &'a str) -> Option<Named<'a>> {
    let (before, operand, after) = match template.parts.as_slice() {
        [Part::Text(own)] => return (own == text).then(Vec::new),
        [Part::Value(operand)] => ("", operand, ""),
        [Part::Text(before), Part::Value(operand)] => (before.as_str(), operand, ""),
        [Part::Value(operand), Part::Text(after)] => ("", operand, after.as_str()),
        [Part::Text(before), Part::Value(operand), Part::Text(after)] => {
            (before.as_str(), operand, after.as_str())
        }
        _ => return None,
    };
    let value = text.strip_prefix(before)?.strip_suffix(after)?;
    let fits = match operand {
        Operand::Chosen(_, id) | Operand::Tenant(id) | Operand::Star(id) => id.fits(value),
        _ => !value.is_empty(),
    };
    fits.then(|| vec![(operand, value)])
}

impl People {
    fn add(&mut self, entry: &Entry, named: &Named<'_>) {
        let find = |wanted: fn(&Operand) -> bool| {
            named.iter().find(|(operand, _)| wanted(operand)).map(|(_, value)| *value)
        };
        let person = find(|operand| matches!(operand, Operand::Sub));
        let client = find(|operand| matches!(operand, Operand::ClientId));
        let Some(id) = person.or(client) else { return };
        let machine = person.is_none();
        let at = *self.places.entry((machine, id.to_owned())).or_insert_with(|| {
            let person = Person { machine, id: id.to_owned(), name: None, metadata: Vec::new() };
            self.listed.push(person);
            self.listed.len() - 1
        });
        let Some(known) = self.listed.get_mut(at) else { return };
        let alone = named.iter().all(|(_, value)| *value == id);
        if let (true, None, Some(Value::String(name))) =
            (alone, &known.name, entry.item.get("name"))
        {
            known.name = Some(name.clone());
        }
        for (operand, value) in named {
            if let Operand::Chosen(Chosen::Metadata(member), _) = operand {
                let pair = format!("{member}={value}");
                if !known.metadata.contains(&pair) {
                    known.metadata.push(pair);
                }
            }
        }
    }
}
