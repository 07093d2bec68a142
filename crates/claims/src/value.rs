//! One claim as a serde `Deserializer`: undoes what its front door did, by the type asked for.
//!
//! Never by looks: asked for text, `[a b]` is that text; asked for a list, it is two words. Knows
//! forms and claim names, but no events. What can't be undone is an error and never a guess.

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, SeqAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Number, Value};

use crate::door::{Form, Source};
use crate::list::{self, FlatList, LIST};
use crate::listed::{WITH_ITS_END, WithItsEnd, is_cut};
use crate::{date, error::ReadError, json_text};

/// One claim, or one element of a list claim.
#[derive(Clone, Copy)]
pub(crate) struct ClaimValue<'de> {
    claim: &'de str,
    content: Content<'de>,
    source: Source,
    /// The claim that names the lists of which the token has only the beginning.
    cut: Option<&'de Value>,
    element: bool,
}

#[derive(Clone, Copy)]
enum Content<'de> {
    Text(&'de str),
    /// Any JSON value but text.
    Json(&'de Value),
}

impl<'de> From<&'de Value> for Content<'de> {
    fn from(value: &'de Value) -> Self {
        match value {
            Value::String(text) => Content::Text(text),
            other => Content::Json(other),
        }
    }
}

impl<'de> ClaimValue<'de> {
    pub(crate) fn new(
        claim: &'de str,
        value: &'de Value,
        source: Source,
        cut: Option<&'de Value>,
    ) -> Self {
        Self { claim, content: value.into(), source, cut, element: false }
    }

    fn element(self, content: Content<'de>) -> Self {
        Self { content, element: true, ..self }
    }

    fn whole<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.content {
            Content::Json(Value::Number(number)) => visit_whole(number, visitor),
            Content::Text(text) => match self.whole_text(text) {
                Some(Whole::Unsigned(number)) => visitor.visit_u64(number),
                Some(Whole::Signed(number)) => visitor.visit_i64(number),
                None => Err(ReadError::unexpected(WHOLE)),
            },
            Content::Json(_) => Err(ReadError::unexpected(WHOLE)),
        }
    }

    fn whole_text(self, text: &str) -> Option<Whole> {
        if is_whole(text) {
            let unsigned = text.parse().map(Whole::Unsigned);
            unsigned.or_else(|_| text.parse().map(Whole::Signed)).ok()
        } else {
            self.date(text).map(Whole::Unsigned)
        }
    }

    /// A time, at the door that shows times as dates.
    fn date(self, text: &str) -> Option<u64> {
        (self.source.door.form() == Form::Java).then(|| date::seconds(text))?
    }

    fn float<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let number = match self.content {
            Content::Json(Value::Number(number)) => number.as_f64(),
            // All dates are below 2^53.
            Content::Text(text) => {
                text.parse().ok().or_else(|| self.date(text).map(|it| it as f64))
            }
            _ => None,
        };
        // Rust's parser takes `inf` and `nan` too.
        match number.filter(|number: &f64| number.is_finite()) {
            Some(number) => visitor.visit_f64(number),
            None => Err(ReadError::unexpected("a number")),
        }
    }

    /// Text. Whole numbers and booleans count as their text, because the doors that flatten show
    /// them so, and the difference can't be told there.
    fn text<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.content {
            Content::Text(text) => visitor.visit_borrowed_str(text),
            Content::Json(Value::Bool(boolean)) => {
                visitor.visit_borrowed_str(if *boolean { "true" } else { "false" })
            }
            Content::Json(Value::Number(number)) if number.is_u64() || number.is_i64() => {
                visitor.visit_string(number.to_string())
            }
            Content::Json(_) => Err(ReadError::unexpected("text")),
        }
    }

    fn list<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.content {
            Content::Json(Value::Array(elements)) => {
                visitor.visit_seq(Elements { elements: elements.iter(), list: self })
            }
            Content::Text(_) if self.element => match self.source.door.form() {
                Form::Json => Err(ReadError::unexpected(LIST)),
                _ => Err(ReadError::ambiguous(NESTED)),
            },
            Content::Text(text) => match list::json(self.claim, text, self.source.door.form()) {
                Some(parsed) => parsed?
                    .deserialize_seq(visitor)
                    .map_err(|_| ReadError::unexpected("a list of the asked type")),
                None => {
                    let words = FlatList::of(self.claim, text, self.source)?;
                    visitor.visit_seq(Words { words, list: self })
                }
            },
            Content::Json(_) => Err(ReadError::unexpected(LIST)),
        }
    }

    /// An object, read by the type's own rules: below the top level JSON is plain JSON.
    fn object<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let read = match self.content {
            Content::Json(value @ Value::Object(_)) => value.deserialize_map(visitor),
            // An emulator, or a JSON claim of a version 1 trigger event.
            Content::Text(text) if text.starts_with('{') => {
                let parsed = json_text::parse(text.as_bytes())
                    .ok_or_else(|| ReadError::ambiguous("the object is not JSON text"))?;
                parsed.deserialize_map(visitor)
            }
            Content::Text(text)
                if self.source.door.form() == Form::Go && text.starts_with("map[") =>
            {
                return Err(ReadError::ambiguous(
                    "an object is flattened without quotes here and can't be restored",
                ));
            }
            _ => return Err(ReadError::unexpected("an object")),
        };
        read.map_err(|_| ReadError::unexpected("an object of the asked shape"))
    }
}

enum Whole {
    Unsigned(u64),
    Signed(i64),
}

const WHOLE: &str = "a whole number";
const NESTED: &str = "a list in a list is flattened here and can't be restored";

fn visit_whole<'de, V: Visitor<'de>>(number: &Number, visitor: V) -> Result<V::Value, ReadError> {
    if let Some(number) = number.as_u64() {
        visitor.visit_u64(number)
    } else if let Some(number) = number.as_i64() {
        visitor.visit_i64(number)
    } else {
        Err(ReadError::unexpected(WHOLE))
    }
}

fn is_whole(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// The words of a flattened list.
struct Words<'de> {
    words: FlatList<'de>,
    list: ClaimValue<'de>,
}

impl<'de> SeqAccess<'de> for Words<'de> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ReadError> {
        let word = self.words.next().transpose()?;
        word.map(|word| seed.deserialize(self.list.element(Content::Text(word)))).transpose()
    }
}

/// The elements of a JSON array.
struct Elements<'de> {
    elements: std::slice::Iter<'de, Value>,
    list: ClaimValue<'de>,
}

impl<'de> SeqAccess<'de> for Elements<'de> {
    type Error = ReadError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, ReadError> {
        let element = self.elements.next();
        element.map(|element| seed.deserialize(self.list.element(element.into()))).transpose()
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.elements.len())
    }
}

macro_rules! deserialize_as {
    ($how:ident: $($method:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
            self.$how(visitor)
        })*
    };
}

impl<'de> Deserializer<'de> for ClaimValue<'de> {
    type Error = ReadError;

    deserialize_as!(whole:
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_i128 deserialize_u128
    );
    deserialize_as!(float: deserialize_f32 deserialize_f64);
    deserialize_as!(text:
        deserialize_char deserialize_str deserialize_string deserialize_identifier
        deserialize_bytes deserialize_byte_buf
    );
    deserialize_as!(list: deserialize_seq);
    deserialize_as!(object: deserialize_map);

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.content {
            Content::Json(Value::Bool(boolean)) => visitor.visit_bool(*boolean),
            // Mapped attributes have been seen as `True`.
            Content::Text(text) if text.eq_ignore_ascii_case("true") => visitor.visit_bool(true),
            Content::Text(text) if text.eq_ignore_ascii_case("false") => visitor.visit_bool(false),
            _ => Err(ReadError::unexpected("true or false")),
        }
    }

    /// Asked for nothing in particular: the value as it stands, text as text.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.content {
            Content::Text(text) => visitor.visit_borrowed_str(text),
            Content::Json(value) => value.deserialize_any(visitor).map_err(own),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        match self.content {
            Content::Json(Value::Null) => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        if name == WITH_ITS_END {
            let whole = Some(!is_cut(self.claim, self.cut));
            return visitor.visit_seq(WithItsEnd { whole, list: Some(self) });
        }
        // serde_json's raw value announces itself by this name and only serde_json can make one.
        if name.starts_with("$serde_json::private::") {
            return match self.content {
                Content::Text(text) => Value::from(text).deserialize_newtype_struct(name, visitor),
                Content::Json(value) => value.deserialize_newtype_struct(name, visitor),
            }
            .map_err(own);
        }
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.list(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        self.object(visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        match self.content {
            Content::Text(word) => {
                let word: StrDeserializer<'_, ReadError> = word.into_deserializer();
                visitor.visit_enum(word)
            }
            Content::Json(value @ Value::Object(_)) => {
                value.deserialize_enum(name, variants, visitor).map_err(own)
            }
            Content::Json(_) => Err(ReadError::unexpected("a word")),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { unit unit_struct }
}

/// serde_json's error quotes the value; what is kept is that there was one.
fn own(_: serde_json::Error) -> ReadError {
    ReadError::unexpected("of the asked type")
}
