//! The value of one claim: which source has it, and how its type is written.
//!
//! A value is there, absent, or unknown; an unknown one is never guessed (promise `no escalation`).

use std::borrow::Cow;
use std::collections::BTreeSet;

use cognito_claims::bits::Catalogue;
use cognito_claims::encoding::{Encoding, is_list_word, join};
use serde_json::{Map, Value};

use crate::identity::Carries;
use crate::outcome::{Fault, Reason, Refusal, Subject};
use crate::policy::{
    ClaimRule, ClaimType, ClaimValue, Part, RecordPath, Source, Step, Template, When,
};
use crate::records::merge::FlagSet;
use crate::records::{Knowledge, Known, State, into_text, is_same, is_whole};

/// Where a claim's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'p> {
    /// One source.
    Source(&'p Source),
    /// All sources of a merge.
    Merge(&'p [Source]),
    /// All items of a record.
    Items(&'p RecordPath),
    /// All sources of a composed text.
    Template(&'p Template<Source>),
    /// The policy itself.
    Constant,
    /// The policy's default.
    Default,
    /// The app client id.
    ClientId,
    /// The claims that are session tags.
    SessionTags,
    /// Claimsmith itself: a marker.
    Marker,
}

/// A claim's value, as its type is written.
pub(crate) struct Resolved<'p> {
    pub(crate) value: Value,
    pub(crate) origin: Origin<'p>,
    /// Names in the data that are no flags, or aren't in the catalogue, and were left out.
    pub(crate) not_flags: usize,
    /// Whether there is more of it than the policy lets into a token.
    pub(crate) cut: bool,
}

impl<'p> Resolved<'p> {
    fn whole(value: Value, origin: Origin<'p>) -> Self {
        Self { value, origin, not_flags: 0, cut: false }
    }
}

/// A claim's value, if it has one that is known.
///
/// # Errors
/// A refusal: it must have one, or the policy refuses if it can't be known.
pub(crate) fn resolve<'p>(
    claim: &'p ClaimRule,
    known: &Knowledge<'_>,
) -> Result<Known<Resolved<'p>>, Refusal> {
    let value = match &claim.value {
        ClaimValue::First { sources, kind } => first(sources, *kind, claim.first, known),
        ClaimValue::Merge { sources, encoding, catalogue } => {
            merge(sources, *encoding, catalogue.as_ref(), known)
        }
        ClaimValue::Items { record, fields } => items(record, fields, claim.first, known),
        ClaimValue::Template(template) => composed(template, known),
        ClaimValue::Constant { value, .. } => {
            Known::Value(Resolved::whole(value.clone(), Origin::Constant))
        }
    };
    match (value, &claim.default) {
        (Known::Value(resolved), _) => Ok(Known::Value(resolved)),
        (Known::Unknown(fault), _) => unknown(claim, fault),
        (Known::Absent, Some(default)) => {
            let value = written_default(default, &claim.value);
            Ok(Known::Value(Resolved::whole(value, Origin::Default)))
        }
        (Known::Absent, None) if claim.required => {
            Err(refusal(claim, Reason::ClaimMissing, "is required and no source has a value"))
        }
        (Known::Absent, None) => Ok(Known::Absent),
    }
}

/// Whether the conditions on data hold. It is known or it refuses, just as the value itself.
///
/// # Errors
/// A refusal: nobody knows whether a claim belongs into the tokens, and the policy refuses then.
pub(crate) fn holds(claim: &ClaimRule, known: &Knowledge<'_>) -> Result<Known<bool>, Refusal> {
    let When { data, .. } = &claim.when;
    for (source, allowed) in data {
        let listed = |found: &Value| allowed.iter().any(|allowed| is_same(allowed, found));
        match known.source(source) {
            Known::Unknown(fault) => return unknown(claim, fault),
            Known::Absent => return Ok(Known::Value(false)),
            Known::Value(value) => {
                let one = value.as_array().is_some_and(|elements| elements.iter().any(listed));
                if !one && !listed(&value) {
                    return Ok(Known::Value(false));
                }
            }
        }
    }
    Ok(Known::Value(true))
}

fn unknown<T>(claim: &ClaimRule, fault: Fault) -> Result<Known<T>, Refusal> {
    if claim.fault_refuses {
        return Err(refusal(claim, fault.reason(), "can't be known, and the policy refuses then"));
    }
    Ok(Known::Unknown(fault))
}

fn refusal(claim: &ClaimRule, reason: Reason, cause: &str) -> Refusal {
    let cause = format!("claim `{}` {cause}", claim.name);
    Refusal::new(reason, Subject::Claim(claim.name.clone()), cause)
}

/// The first source that has a value. An unknown one ends the search: it might have been first.
fn first<'p>(
    sources: &'p [Source],
    kind: ClaimType,
    at_most: Option<usize>,
    known: &Knowledge<'_>,
) -> Known<Resolved<'p>> {
    for source in sources {
        let said = match known.source_so_far(source) {
            Known::Absent => continue,
            Known::Unknown(fault) => return Known::Unknown(fault),
            Known::Value(said) => said,
        };
        if at_most.is_none() && !said.whole {
            return Known::Unknown(Fault::TooMany);
        }
        let (value, is_cut) = cut_to(at_most, said.value);
        let cut = is_cut || !said.whole;
        return match convert(&value, kind) {
            Some(value) => {
                Known::Value(Resolved { value, origin: Origin::Source(source), not_flags: 0, cut })
            }
            None => Known::Unknown(Fault::Malformed),
        };
    }
    Known::Absent
}

/// A list of at most so many words, and whether it had more.
fn cut_to(at_most: Option<usize>, value: Cow<'_, Value>) -> (Cow<'_, Value>, bool) {
    match (at_most, value.as_array()) {
        (Some(at_most), Some(words)) if words.len() > at_most => {
            let taken = words.iter().take(at_most).cloned().collect();
            (Cow::Owned(Value::Array(taken)), true)
        }
        _ => (value, false),
    }
}

/// All sources together. An unknown one makes the whole set unknown: it might switch a flag off.
fn merge<'p>(
    sources: &'p [Source],
    encoding: Encoding,
    catalogue: Option<&Catalogue>,
    known: &Knowledge<'_>,
) -> Known<Resolved<'p>> {
    let mut values = Vec::with_capacity(sources.len());
    let mut any = false;
    for source in sources {
        match known.values(source, &mut values) {
            Known::Absent => {}
            Known::Unknown(fault) => return Known::Unknown(fault),
            Known::Value(()) => any = true,
        }
    }
    if !any {
        return Known::Absent;
    }
    let mut flags = FlagSet::default();
    if values.iter().any(|value| flags.apply(value).is_err()) {
        return Known::Unknown(Fault::Malformed);
    }
    let mut not_flags = flags.not_flags;
    let mut on = flags.on;
    if let Some(catalogue) = catalogue {
        let names = catalogue.names().iter().map(String::as_str);
        let listed: BTreeSet<&str> = names.filter(|name| on.contains(name)).collect();
        not_flags += on.len() - listed.len();
        on = listed;
    }
    let value = written_flags(&on, encoding, catalogue);
    Known::Value(Resolved { value, origin: Origin::Merge(sources), not_flags, cut: false })
}

/// An object for each item.
fn items<'p>(
    record: &'p RecordPath,
    fields: &[(String, Vec<Step>)],
    at_most: Option<usize>,
    known: &Knowledge<'_>,
) -> Known<Resolved<'p>> {
    let (items, whole) = match known.states.get(record.record) {
        Some(State::Several { items, whole }) => (items.as_slice(), *whole),
        Some(State::Found(item)) => (std::slice::from_ref(item), true),
        _ => match known.item(record.record) {
            Known::Unknown(fault) => return Known::Unknown(fault),
            Known::Value(_) | Known::Absent => return Known::Absent,
        },
    };
    if !whole && at_most.is_none() {
        return Known::Unknown(Fault::TooMany);
    }
    let taken = at_most.unwrap_or(items.len()).min(items.len());
    let mut objects = Vec::with_capacity(taken);
    for item in items.iter().take(taken) {
        let mut members = Map::new();
        for (name, path) in fields {
            match known.attribute(item, path) {
                Known::Absent => {}
                Known::Value(value) if is_plain_json(value) => {
                    members.insert(name.clone(), value.clone());
                }
                Known::Value(_) => return Known::Unknown(Fault::Malformed),
                Known::Unknown(fault) => return Known::Unknown(fault),
            }
        }
        objects.push(Value::Object(members));
    }
    let cut = !whole || taken < items.len();
    let value = Value::Array(objects);
    Known::Value(Resolved { value, origin: Origin::Items(record), not_flags: 0, cut })
}

/// A text made of several values. Without one of them there is none.
fn composed<'p>(template: &'p Template<Source>, known: &Knowledge<'_>) -> Known<Resolved<'p>> {
    let mut text = String::new();
    for part in &template.parts {
        match part {
            Part::Text(literal) => text.push_str(literal),
            Part::Value(source) => match known.source(source) {
                Known::Absent => return Known::Absent,
                Known::Unknown(fault) => return Known::Unknown(fault),
                Known::Value(value) => match into_text(value) {
                    Some(value) => text.push_str(&value),
                    None => return Known::Unknown(Fault::Malformed),
                },
            },
        }
    }
    Known::Value(Resolved::whole(Value::from(text), Origin::Template(template)))
}

/// The value as its type is written, or `None` if it is of another type.
fn convert(value: &Value, kind: ClaimType) -> Option<Value> {
    match (kind, value) {
        (ClaimType::String, Value::String(_)) => Some(value.clone()),
        (ClaimType::String, Value::Number(number)) => Some(Value::from(number.to_string())),
        (ClaimType::Integer, Value::Number(number)) => is_whole(number).then(|| value.clone()),
        (ClaimType::Number, Value::Number(_)) => is_plain_json(value).then(|| value.clone()),
        (ClaimType::Boolean, Value::Bool(_)) => Some(value.clone()),
        (ClaimType::List(encoding), Value::Array(elements)) => {
            let words: Option<Vec<&str>> = elements
                .iter()
                .map(|element| element.as_str().filter(|word| is_list_word(word)))
                .collect();
            words.map(|words| written_words(words, encoding))
        }
        (ClaimType::Json, _) => is_plain_json(value).then(|| value.clone()),
        _ => None,
    }
}

/// What Cognito does with a null in a claim isn't documented, so none is ever written. A number
/// beyond a float's range would come out as nothing in most languages.
fn is_plain_json(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Number(number) => number.as_f64().is_some_and(f64::is_finite),
        Value::Array(elements) => elements.iter().all(is_plain_json),
        Value::Object(members) => members.values().all(is_plain_json),
        _ => true,
    }
}

fn written_words<'w>(words: impl IntoIterator<Item = &'w str>, encoding: Encoding) -> Value {
    match encoding.separator() {
        Some(separator) => Value::from(join(words, separator)),
        None => words.into_iter().collect(),
    }
}

fn written_flags(on: &BTreeSet<&str>, encoding: Encoding, catalogue: Option<&Catalogue>) -> Value {
    match catalogue {
        Some(catalogue) if encoding == Encoding::Bits => Value::from(catalogue.encode(on)),
        _ => written_words(on.iter().copied(), encoding),
    }
}

fn written_default(default: &Value, value: &ClaimValue) -> Value {
    let words = default.as_array().into_iter().flatten().filter_map(Value::as_str);
    match value {
        ClaimValue::First { kind: ClaimType::List(encoding), .. } => {
            written_words(words, *encoding)
        }
        ClaimValue::First { .. }
        | ClaimValue::Items { .. }
        | ClaimValue::Template(_)
        | ClaimValue::Constant { .. } => default.clone(),
        ClaimValue::Merge { encoding, catalogue, .. } => {
            written_flags(&words.collect(), *encoding, catalogue.as_ref())
        }
    }
}

/// The value as the token's event version carries it. Version 1 carries text: the words of lists
/// and flags are joined by commas, everything else that is no text becomes its JSON text.
/// SPEC: AWS, "Pre token generation Lambda trigger": version 1 refuses anything but text.
pub(crate) fn carried(value: &Value, rule: &ClaimValue, carries: Carries) -> Value {
    match value {
        _ if carries != Carries::Text => value.clone(),
        Value::String(_) => value.clone(),
        // Free JSON is never joined: an element with a comma would become two.
        Value::Array(words) if !is_free_json(rule) => {
            Value::from(join(words.iter().filter_map(Value::as_str), ','))
        }
        other => Value::from(other.to_string()),
    }
}

/// Whether a claim's lists are no lists of words.
fn is_free_json(rule: &ClaimValue) -> bool {
    matches!(rule, ClaimValue::First { kind: ClaimType::Json, .. } | ClaimValue::Items { .. })
}
