//! The corpus' types as types of Rust, and values of the reader as the corpus writes them.

use cognito_claims::{Feature, Features, Listed, OrgId, Organisations, Tier, Words};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// A value of the reader as the corpus writes it; `expected` says what is asked of it besides.
pub trait Shown {
    fn shown(&self, expected: &Value) -> Value;
}

/// What is done with the type that a word of the corpus names.
pub trait WithType {
    type Answer;
    fn with<T: DeserializeOwned + Shown>(self) -> Self::Answer;
}

/// Finds the type; at most two of `list of` and `optional` may stand around it.
pub fn with_type<A: WithType>(name: &str, ask: A) -> A::Answer {
    let (list, optional) = ("list of ", "optional ");
    if let Some(inner) = name.strip_prefix(list) {
        return match (inner.strip_prefix(list), inner.strip_prefix(optional)) {
            (Some(inner), _) => plain(inner, InList(InList(ask))),
            (_, Some(inner)) => plain(inner, InOption(InList(ask))),
            _ => plain(inner, InList(ask)),
        };
    }
    match name.strip_prefix(optional) {
        Some(inner) => match inner.strip_prefix(list) {
            Some(inner) => plain(inner, InList(InOption(ask))),
            None => plain(inner, InOption(ask)),
        },
        None => plain(name, ask),
    }
}

fn plain<A: WithType>(name: &str, ask: A) -> A::Answer {
    match name {
        "text" => ask.with::<String>(),
        "integer" => ask.with::<i128>(),
        "number" => ask.with::<f64>(),
        "boolean" => ask.with::<bool>(),
        "json" => ask.with::<Value>(),
        "object" => ask.with::<Map<String, Value>>(),
        "org_id" => ask.with::<OrgId>(),
        "tier" => ask.with::<Tier>(),
        "words" => ask.with::<Words>(),
        "features" => ask.with::<Features>(),
        "organisations" => ask.with::<Organisations>(),
        other => panic!("no type {other}"),
    }
}

struct InList<A>(A);
struct InOption<A>(A);

impl<A: WithType> WithType for InList<A> {
    type Answer = A::Answer;
    fn with<T: DeserializeOwned + Shown>(self) -> A::Answer {
        self.0.with::<Vec<T>>()
    }
}

impl<A: WithType> WithType for InOption<A> {
    type Answer = A::Answer;
    fn with<T: DeserializeOwned + Shown>(self) -> A::Answer {
        self.0.with::<Option<T>>()
    }
}

macro_rules! shown {
    ($($type:ty: $this:ident => $shown:expr;)*) => {$(
        impl Shown for $type {
            fn shown(&self, _: &Value) -> Value {
                let $this = self;
                $shown
            }
        }
    )*};
}

shown! {
    String: text => text.as_str().into();
    i128: number => i64::try_from(*number).map_or_else(|_| number.to_string().into(), Value::from);
    f64: number => match *number {
        whole if whole.fract() == 0.0 && whole.abs() < 2f64.powi(53) => json!(whole as i64),
        other => json!(other),
    };
    bool: boolean => (*boolean).into();
    Value: value => value.clone();
    Map<String, Value>: object => object.clone().into();
    OrgId: word => word.as_str().into();
    Tier: word => word.as_str().into();
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self, expected: &Value) -> Value {
        self.as_ref().map_or(Value::Null, |value| value.shown(expected))
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn shown(&self, expected: &Value) -> Value {
        let of = |place: usize| expected.get(place).unwrap_or(&Value::Null);
        self.iter().enumerate().map(|(place, element)| element.shown(of(place))).collect()
    }
}

impl Shown for Features {
    fn shown(&self, expected: &Value) -> Value {
        let on: Vec<&str> = self.on().collect();
        json!({ "on": on, "asked": asked(expected, |name| feature(self.feature(name))) })
    }
}

impl Shown for Words {
    fn shown(&self, expected: &Value) -> Value {
        let words: Vec<&str> = self.iter().collect();
        let asked = asked(expected, |word| listed(self.contains(word)));
        json!({ "words": words, "whole": self.is_whole(), "asked": asked })
    }
}

impl Shown for Organisations {
    fn shown(&self, expected: &Value) -> Value {
        let all = self.iter().map(|one| match one.name() {
            Some(name) => json!({ "id": one.id().as_str(), "name": name }),
            None => json!({ "id": one.id().as_str() }),
        });
        let asked = asked(expected, |id| listed(self.contains(id)));
        json!({ "organisations": all.collect::<Vec<_>>(), "whole": self.is_whole(), "asked": asked })
    }
}

fn asked(expected: &Value, answer: impl Fn(&str) -> &'static str) -> Value {
    let names = expected.get("asked").and_then(Value::as_object);
    names
        .into_iter()
        .flat_map(Map::keys)
        .map(|name| (name.clone(), Value::from(answer(name))))
        .collect()
}

pub fn feature(feature: Feature) -> &'static str {
    match feature {
        Feature::On => "on",
        Feature::Off => "off",
        Feature::Unknown => "unknown",
    }
}

pub fn listed(listed: Listed) -> &'static str {
    match listed {
        Listed::Yes => "yes",
        Listed::No => "no",
        Listed::Unknown => "unknown",
    }
}
