//! What a source says: its value, split into words and mapped as the policy wants it.

use std::borrow::Cow;

use serde_json::Value;

use super::knowledge::Knowledge;
use super::known::Known;
use super::path::as_text;
use crate::outcome::Fault;
use crate::policy::{Map, Place, Source, Split};

/// A list, and whether that is all of it.
#[derive(Debug)]
pub struct Said<'k> {
    /// The value.
    pub value: Cow<'k, Value>,
    /// Whether it is all that there is.
    pub whole: bool,
}

impl<'k> Knowledge<'k> {
    /// What a source says. Of several items it is the list of all their words, each once; if there
    /// are more than the policy allows, nothing is known.
    pub fn source(&self, source: &Source) -> Known<Cow<'k, Value>> {
        self.source_so_far(source).and_then(|said| match said.whole {
            true => Known::Value(said.value),
            false => Known::Unknown(Fault::TooMany),
        })
    }

    /// The same, with what is known of a list of which there is more.
    pub fn source_so_far(&self, source: &Source) -> Known<Said<'k>> {
        let Some((_, whole)) = self.several(&source.place) else {
            let value = self.place(&source.place).and_then(|value| self.read(source, value));
            return value.map(|value| Said { value, whole: true });
        };
        let mut values = Vec::new();
        if let Known::Unknown(fault) = self.values_so_far(source, &mut values) {
            return Known::Unknown(fault);
        }
        let mut words: Vec<Value> = Vec::new();
        let add = |words: &mut Vec<Value>, word: &Value| {
            if !words.contains(word) {
                words.push(word.clone());
            }
        };
        for value in &values {
            match value.as_ref() {
                Value::Array(elements) => elements.iter().for_each(|it| add(&mut words, it)),
                Value::String(_) | Value::Number(_) => add(&mut words, value),
                _ => return Known::Unknown(Fault::Malformed),
            }
        }
        Known::Value(Said { value: Cow::Owned(Value::Array(words)), whole })
    }

    /// Adds the values of a source one by one: of several items each item's own. It is absent if
    /// there is no value.
    pub fn values(&self, source: &Source, values: &mut Vec<Cow<'k, Value>>) -> Known<()> {
        match self.several(&source.place) {
            Some((_, false)) => Known::Unknown(Fault::TooMany),
            _ => self.values_so_far(source, values),
        }
    }

    fn values_so_far(&self, source: &Source, values: &mut Vec<Cow<'k, Value>>) -> Known<()> {
        let before = values.len();
        let mut add = |value| match self.read(source, value) {
            Known::Value(value) => {
                values.push(value);
                None
            }
            Known::Absent => None,
            Known::Unknown(fault) => Some(fault),
        };
        let fault = match (self.several(&source.place), &source.place) {
            (Some((items, _)), Place::Record(path)) => {
                items.iter().find_map(|item| match self.attribute(item, &path.path) {
                    Known::Value(value) => add(Cow::Borrowed(value)),
                    Known::Absent => None,
                    Known::Unknown(fault) => Some(fault),
                })
            }
            _ => match self.place(&source.place) {
                Known::Value(value) => add(value),
                Known::Absent => None,
                Known::Unknown(fault) => Some(fault),
            },
        };
        match fault {
            Some(fault) => Known::Unknown(fault),
            None if values.len() == before => Known::Absent,
            None => Known::Value(()),
        }
    }

    /// One value, split and mapped.
    fn read(&self, source: &Source, value: Cow<'k, Value>) -> Known<Cow<'k, Value>> {
        if source.split.is_none() && source.map.is_none() {
            return Known::Value(value);
        }
        let split = match source.split {
            None => Some(value),
            Some(by) => value.as_str().and_then(|text| split(text, by)).map(Cow::Owned),
        };
        match (split, &source.map) {
            (None, _) => Known::Unknown(Fault::Malformed),
            (Some(value), None) => Known::Value(value),
            (Some(value), Some(map)) => self.mapped(&value, map).map(Cow::Owned),
        }
    }

    /// What each word stands for. A word outside the map makes the whole unknown.
    fn mapped(&self, value: &Value, map: &Map) -> Known<Value> {
        let from_item = match map {
            Map::File(_) => None,
            Map::Item(place) => match self.place(place) {
                Known::Value(value) => Some(value),
                // Without the map every word is outside of it.
                Known::Absent => Some(Cow::Owned(Value::Object(serde_json::Map::new()))),
                Known::Unknown(fault) => return Known::Unknown(fault),
            },
        };
        let meaning = |word: &Value| {
            let word = as_text(word)?;
            let meaning = match (map, &from_item) {
                (Map::File(words), _) => words.get(word.as_ref()).map(String::as_str),
                (Map::Item(_), Some(words)) => words.get(word.as_ref()).and_then(Value::as_str),
                (Map::Item(_), None) => None,
            };
            meaning.filter(|meaning| !meaning.is_empty()).map(Value::from)
        };
        let mapped = match value {
            Value::Array(words) => {
                words.iter().map(meaning).collect::<Option<Vec<_>>>().map(Value::from)
            }
            word => meaning(word),
        };
        mapped.map_or(Known::Unknown(Fault::Malformed), Known::Value)
    }
}

/// A text as a list of words. Nothing is trimmed: who makes up a name with a blank in front of it
/// would otherwise be somebody else.
fn split(text: &str, by: Split) -> Option<Value> {
    let parted = |text: &str, separator: &str| match text {
        "" => Value::Array(Vec::new()),
        text => text.split(separator).collect(),
    };
    match by {
        Split::Comma => Some(parted(text, ",")),
        Split::Blank => Some(parted(text, " ")),
        // Cognito writes one value without brackets, and none or several with them.
        Split::Brackets => match (text.strip_prefix('['), text.strip_suffix(']')) {
            (Some(inner), Some(_)) => inner.strip_suffix(']').map(|inner| parted(inner, ", ")),
            (None, None) => Some(Value::from_iter([text])),
            _ => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_text_is_split_as_it_was_written() {
        for (text, by, words) in [
            ("[a, b]", Split::Brackets, Some(json!(["a", "b"]))),
            ("[a]", Split::Brackets, Some(json!(["a"]))),
            ("a", Split::Brackets, Some(json!(["a"]))),
            ("a, b", Split::Brackets, Some(json!(["a, b"]))),
            ("[]", Split::Brackets, Some(json!([]))),
            ("[a,  b]", Split::Brackets, Some(json!(["a", " b"]))),
            ("[a", Split::Brackets, None),
            ("a]", Split::Brackets, None),
            ("]", Split::Brackets, None),
            ("[", Split::Brackets, None),
            ("a,b", Split::Comma, Some(json!(["a", "b"]))),
            ("a, b", Split::Comma, Some(json!(["a", " b"]))),
            ("a,,b", Split::Comma, Some(json!(["a", "", "b"]))),
            ("a b", Split::Blank, Some(json!(["a", "b"]))),
            ("a", Split::Blank, Some(json!(["a"]))),
        ] {
            assert_eq!(split(text, by), words, "{text:?}");
        }
    }
}
