//! The value of a claim that Cognito writes, and how long it is.

use std::borrow::Cow;

use serde_json::Value;

use crate::size::{Size, exactly, json, list, text};

/// The value of a claim that Cognito writes. Only its length counts for the trigger, so what the
/// event says is borrowed.
#[derive(Clone, Debug, PartialEq)]
pub enum OwnValue<'a> {
    /// A text.
    Text(Cow<'a, str>),
    /// A list of texts.
    Texts(Vec<Cow<'a, str>>),
    /// A whole number.
    Number(u64),
    /// An object with one member, a text.
    Member(&'static str, Cow<'a, str>),
    /// Anything else.
    Json(Value),
}

impl OwnValue<'_> {
    /// The value as it will stand in the token.
    pub fn to_json(&self) -> Value {
        match self {
            OwnValue::Text(text) => Value::from(text.as_ref()),
            OwnValue::Texts(texts) => texts.iter().map(Cow::as_ref).collect(),
            OwnValue::Number(number) => Value::from(*number),
            OwnValue::Member(name, value) => serde_json::json!({ *name: value }),
            OwnValue::Json(value) => value.clone(),
        }
    }

    pub(super) fn size(&self) -> Size {
        match self {
            OwnValue::Text(string) => text(string),
            OwnValue::Texts(texts) => list(texts.iter().map(|string| text(string))),
            OwnValue::Number(number) => {
                exactly(number.checked_ilog10().map_or(1, |last| last as usize + 1))
            }
            OwnValue::Member(name, value) => {
                list([text(name) + exactly(1) + text(value)].into_iter())
            }
            OwnValue::Json(value) => json(value),
        }
    }
}

impl<'a> From<Cow<'a, str>> for OwnValue<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        OwnValue::Text(text)
    }
}

impl<'a> From<&'a str> for OwnValue<'a> {
    fn from(text: &'a str) -> Self {
        OwnValue::Text(text.into())
    }
}

impl From<String> for OwnValue<'_> {
    fn from(text: String) -> Self {
        OwnValue::Text(text.into())
    }
}
