//! The value of one claim: which source has it, and how its type is written.
//!
//! A value is there, absent, or unknown; an unknown one is never guessed (promise `no escalation`).

use std::borrow::Cow;
use std::collections::BTreeSet;

use cognito_claims::bits::Catalogue;
use cognito_claims::encoding::{Encoding, is_list_word, join};
use serde_json::Value;

use crate::identity::{Carries, Identity};
use crate::outcome::{Fault, Reason, Refusal, Subject};
use crate::policy::{ClaimRule, ClaimType, ClaimValue, Source, SourcePlace};
use crate::records::merge::FlagSet;
use crate::records::{Known, Lookup, is_whole};

/// Where a claim's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'p> {
    /// One source.
    Source(&'p Source),
    /// All sources of a merge.
    Merge(&'p [Source]),
    /// The policy's default.
    Default,
    /// The app client id.
    ClientId,
    /// Claimsmith itself: a marker.
    Marker,
}

/// A claim's value, as its type is written.
pub(crate) struct Resolved<'p> {
    pub(crate) value: Value,
    pub(crate) origin: Origin<'p>,
    /// Names in the data that are no flags, or aren't in the catalogue, and were left out.
    pub(crate) not_flags: usize,
}

/// A claim's value, if it has one that is known.
///
/// # Errors
/// A refusal: it must have one, or the policy refuses if it can't be known.
pub(crate) fn resolve<'p>(
    claim: &'p ClaimRule,
    identity: &Identity<'_>,
    lookup: &Lookup<'p>,
) -> Result<Known<Resolved<'p>>, Refusal> {
    let known = match &claim.value {
        ClaimValue::First { sources, kind } => first(sources, *kind, identity, lookup),
        ClaimValue::Merge { sources, encoding, catalogue } => {
            merge(sources, *encoding, catalogue.as_ref(), lookup)
        }
    };
    let refuse = |reason, cause: &str| {
        let cause = format!("claim `{}` {cause}", claim.name);
        Err(Refusal::new(reason, Subject::Claim(claim.name.clone()), cause))
    };
    match (known, &claim.default) {
        (Known::Value(resolved), _) => Ok(Known::Value(resolved)),
        (Known::Unknown(fault), _) if claim.fault_refuses => {
            refuse(fault.reason(), "can't be known, and the policy refuses then")
        }
        (Known::Unknown(fault), _) => Ok(Known::Unknown(fault)),
        (Known::Absent, Some(default)) => Ok(Known::Value(Resolved {
            value: written_default(default, &claim.value),
            origin: Origin::Default,
            not_flags: 0,
        })),
        (Known::Absent, None) if claim.required => {
            refuse(Reason::ClaimMissing, "is required and no source has a value")
        }
        (Known::Absent, None) => Ok(Known::Absent),
    }
}

/// The first source that has a value. An unknown one ends the search: it might have been first.
fn first<'p>(
    sources: &'p [Source],
    kind: ClaimType,
    identity: &Identity<'_>,
    lookup: &Lookup<'p>,
) -> Known<Resolved<'p>> {
    for source in sources {
        let converted = match source_value(source, identity, lookup) {
            Known::Absent => continue,
            Known::Unknown(fault) => return Known::Unknown(fault),
            Known::Value(value) => convert(&value, kind),
        };
        return match converted {
            Some(value) => {
                Known::Value(Resolved { value, origin: Origin::Source(source), not_flags: 0 })
            }
            None => Known::Unknown(Fault::Malformed),
        };
    }
    Known::Absent
}

/// All sources together. An unknown one makes the whole set unknown: it might switch a flag off.
fn merge<'p>(
    sources: &'p [Source],
    encoding: Encoding,
    catalogue: Option<&Catalogue>,
    lookup: &Lookup<'p>,
) -> Known<Resolved<'p>> {
    let mut flags = FlagSet::default();
    let mut any = false;
    for source in sources {
        let SourcePlace::Record(path) = &source.place else { continue };
        match lookup.value(path) {
            Known::Absent => {}
            Known::Unknown(fault) => return Known::Unknown(fault),
            Known::Value(value) => {
                any = true;
                if flags.apply(value).is_err() {
                    return Known::Unknown(Fault::Malformed);
                }
            }
        }
    }
    if !any {
        return Known::Absent;
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
    Known::Value(Resolved { value, origin: Origin::Merge(sources), not_flags })
}

/// What one source says.
pub(crate) fn source_value<'v>(
    source: &Source,
    identity: &'v Identity<'_>,
    lookup: &'v Lookup<'_>,
) -> Known<Cow<'v, Value>> {
    match &source.place {
        SourcePlace::Record(path) => lookup.value(path).map(Cow::Borrowed),
        SourcePlace::Attribute(name) => match identity.attributes.get(name.as_str()) {
            Some(text) if !text.is_empty() => Known::Value(Cow::Owned(Value::from(text.as_ref()))),
            _ => Known::Absent,
        },
    }
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
        ClaimValue::First { .. } => default.clone(),
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
        Value::Array(words) if !matches!(rule, ClaimValue::First { kind: ClaimType::Json, .. }) => {
            Value::from(join(words.iter().filter_map(Value::as_str), ','))
        }
        other => Value::from(other.to_string()),
    }
}
