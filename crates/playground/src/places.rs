//! Where a claim comes from: its lines in the policy, and the items that its value was read from.
//!
//! Pure.

use std::collections::BTreeMap;

use claimsmith::Decided;
use claimsmith::budget::{Fitted, Tokens};
use claimsmith::plan::Planned;
use claimsmith::policy::{Place, Policy, Source};
use claimsmith::records::{Asked, AskedBy};
use claimsmith::resolve::Origin;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

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

/// Where each claim of both tokens comes from, by its name.
pub fn places<'d>(
    policy_text: &str,
    records_text: &str,
    decided: &'d Decided<'_>,
    policy: &Policy,
) -> BTreeMap<&'d str, Places> {
    let Ok(Tokens { id, access, .. }) = &decided.outcome else { return BTreeMap::new() };
    let written = DeTable::parse(policy_text).ok().map(Spanned::into_inner);
    let written = |name: &str| written.as_ref().and_then(|root| lines(root, name));
    let items = Items::of(records_text);
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
            for span in asked.flat_map(|asked| items.of_read(asked, policy)) {
                if !place.items.contains(&span) {
                    place.items.push(span);
                }
            }
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

/// The items of a records file, each with its place.
struct Items(Vec<(Span, Map<String, Value>)>);

impl Items {
    fn of(text: &str) -> Self {
        let elements: Vec<&RawValue> = serde_json::from_str(text).unwrap_or_default();
        let item = |element: &RawValue| {
            let start = element.get().as_ptr().addr().checked_sub(text.as_ptr().addr())?;
            let item = serde_json::from_str(element.get()).ok()?;
            Some((Span::of(text, start, start + element.get().len()), item))
        };
        Self(elements.into_iter().filter_map(item).collect())
    }

    /// The items that a read gives back: those with its key's attributes.
    fn of_read(&self, asked: &Asked<'_>, policy: &Policy) -> Vec<Span> {
        let key = asked.named(policy);
        let query = matches!(asked.by, AskedBy::Query { .. });
        let fits = |item: &Map<String, Value>| {
            key.iter().all(|(name, wanted)| {
                let found = match item.get(*name) {
                    Some(Value::String(text)) => text.clone(),
                    Some(Value::Number(number)) => number.to_string(),
                    _ => return false,
                };
                match wanted.strip_suffix('*').filter(|_| query) {
                    Some(beginning) => found.starts_with(beginning),
                    None => found == *wanted,
                }
            })
        };
        let items = self.0.iter().filter(|(_, item)| !key.is_empty() && fits(item));
        items.map(|(span, _)| *span).collect()
    }
}
