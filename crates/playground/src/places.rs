//! Where a claim comes from: its lines in the policy, and the items that its value was read from.
//!
//! Pure.

use std::collections::BTreeMap;

use claimsmith::Decided;
use claimsmith::budget::{Fitted, Tokens};
use claimsmith::plan::Planned;
use claimsmith::policy::{Place, Policy, Source};
use claimsmith::records::file::Entry;
use claimsmith::records::{Asked, AskedBy};
use claimsmith::resolve::Origin;
use serde::Serialize;
use serde_json::value::RawValue;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::words::shown;

/// Where a text begins and ends, in UTF-16 units, in which a browser counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first unit.
    pub from: usize,
    /// The one behind the last.
    pub to: usize,
}

impl Span {
    /// Of a place in bytes.
    pub fn of(text: &str, from: usize, to: usize) -> Self {
        let units = |at: usize| text.get(..at).map_or(0, |before| before.encode_utf16().count());
        Self { from: units(from), to: units(to) }
    }
}

/// Where one claim comes from.
#[derive(Default, Serialize)]
pub struct Places {
    /// In the policy; none for Cognito's own and for a marker.
    policy: Option<Span>,
    /// In the records: each item that its value was read from.
    items: Vec<Span>,
}

/// Items of one claim that are told; more would light up everything.
const MOST_ITEMS: usize = 50;

/// Where each claim of both tokens comes from, by its name. `entries` are the items of the records.
pub fn places<'d>(
    policy_text: &str,
    records_text: &str,
    entries: &[Entry],
    decided: &'d Decided<'_>,
    policy: &Policy,
) -> BTreeMap<&'d str, Places> {
    let Ok(Tokens { id, access, .. }) = &decided.outcome else { return BTreeMap::new() };
    let written = DeTable::parse(policy_text).ok().map(Spanned::into_inner);
    let written = |name: &str| written.as_ref().and_then(|root| lines(root, name));
    let items = Items::of(records_text, entries);
    let mut places: BTreeMap<&str, Places> = BTreeMap::new();
    for fitted in [id, access].into_iter().flatten() {
        for name in names(fitted) {
            let place = places.entry(name).or_default();
            place.policy = written(name).map(|(from, to)| Span::of(policy_text, from, to));
        }
        for planned in &fitted.add {
            let place = places.entry(planned.name).or_default();
            let records = records(planned, decided, policy);
            let asked = decided.reads.iter().flatten().filter(|it| records.contains(&it.record));
            let mut found: Vec<usize> = asked.flat_map(|it| items.of_read(it, policy)).collect();
            found.sort_unstable();
            found.dedup();
            place.items = found.iter().take(MOST_ITEMS).filter_map(|at| items.span(*at)).collect();
        }
    }
    places
}

/// Every name that the policy may have lines about.
fn names<'d>(fitted: &'d Fitted<'_>) -> impl Iterator<Item = &'d str> {
    let added = fitted.add.iter().chain(&fitted.shed).map(|planned| planned.name);
    let left_out = fitted.left_out.iter().map(|(name, _)| *name);
    let changed = fitted.own.iter().filter(|own| own.changed).map(|own| &*own.name);
    added.chain(left_out).chain(changed)
}

/// Where a claim is written, in bytes: from its header to its last value.
fn lines(root: &DeTable<'_>, name: &str) -> Option<(usize, usize)> {
    let claims = root.get("claims").and_then(|claims| claims.get_ref().as_table());
    let claim = claims.and_then(|claims| claims.get_key_value(name));
    // What becomes of groups has a section of its own.
    let groups = || root.get_key_value("groups").filter(|_| name == "cognito:groups");
    let (key, value) = claim.or_else(groups)?;
    Some((key.span().start, end(value).max(key.span().end)))
}

/// Where the last value in it ends: the span of a table is its header's.
fn end(value: &Spanned<DeValue<'_>>) -> usize {
    let inside = value.get_ref().as_table().into_iter().flat_map(|table| table.values()).map(end);
    inside.max().unwrap_or(0).max(value.span().end)
}

/// The records that a value was read from.
fn records<'p>(planned: &Planned<'p>, decided: &Decided<'p>, policy: &'p Policy) -> Vec<&'p str> {
    let name = |record: usize| policy.records.get(record).map(|rule| rule.name.as_str());
    let of = |source: &Source| match &source.place {
        Place::Tenant | Place::Member(_) => decided.member,
        Place::Record(path) => name(path.record),
        Place::Attribute(_) | Place::Groups => None,
    };
    match planned.origin {
        Origin::Source(source) => of(source).into_iter().collect(),
        Origin::Merge(sources) => sources.iter().filter_map(of).collect(),
        Origin::Template(template) => template.values().filter_map(of).collect(),
        Origin::Items(path) => name(path.record).into_iter().collect(),
        Origin::Constant
        | Origin::Default
        | Origin::ClientId
        | Origin::SessionTags
        | Origin::Marker => Vec::new(),
    }
}

/// The items of a records file, each with the bytes that it takes there.
struct Items<'t> {
    text: &'t str,
    entries: &'t [Entry],
    ranges: Vec<(usize, usize)>,
}

impl<'t> Items<'t> {
    fn of(text: &'t str, entries: &'t [Entry]) -> Self {
        // What the store passes over, too.
        let whole = text.strip_prefix('\u{feff}').unwrap_or(text);
        let elements: Vec<&RawValue> = serde_json::from_str(whole).unwrap_or_default();
        let range = |element: &RawValue| {
            let start = element.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
            (start, start + element.get().len())
        };
        Self { text, entries, ranges: elements.into_iter().map(range).collect() }
    }

    /// Where an item stands, by its position.
    fn span(&self, position: usize) -> Option<Span> {
        let (from, to) = *self.ranges.get(position)?;
        Some(Span::of(self.text, from, to))
    }

    /// The positions of the items that a read gives back.
    fn of_read(&self, asked: &Asked<'_>, policy: &Policy) -> Vec<usize> {
        let key = &asked.key;
        let by_key = |entry: &&Entry| {
            entry.keys.iter().any(|(table, own)| match asked.by {
                AskedBy::Key => *table == asked.table && own == key,
                AskedBy::Query { .. } => {
                    let begins = key.sort.as_deref().unwrap_or_default();
                    *table == asked.table
                        && own.partition == key.partition
                        && own.sort.as_deref().unwrap_or_default().starts_with(begins)
                }
            })
        };
        // An index has other attributes than the item's own key.
        let named = asked.named(policy);
        let by_index = |entry: &&Entry| {
            named.iter().all(|(name, wanted)| {
                let found = entry.item.get(*name).map(shown).unwrap_or_default();
                match wanted.strip_suffix('*') {
                    Some(beginning) => found.starts_with(beginning),
                    None => found == *wanted,
                }
            })
        };
        let entries = self.entries.iter();
        match asked.by {
            AskedBy::Query { index: Some(_) } => {
                entries.filter(by_index).map(|entry| entry.position).collect()
            }
            _ => entries.filter(by_key).map(|entry| entry.position).collect(),
        }
    }
}
