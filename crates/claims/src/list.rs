//! A list that a front door has flattened into text, undone by the claim's name. Pure text.

use serde_json::Value;

use crate::door::{Form, Source};
use crate::encoding::is_list_word;
use crate::error::ReadError;
use crate::json_text;

/// What a text is not.
pub(crate) const LIST: &str = "a list";

/// The words of a flattened list.
pub(crate) struct FlatList<'t> {
    words: Option<std::str::Split<'t, char>>,
    kind: WordKind,
}

impl<'t> FlatList<'t> {
    /// Lists are undone by name where Cognito's own rules for the name are known.
    pub(crate) fn of(claim: &str, text: &'t str, source: Source) -> Result<Self, ReadError> {
        let kind = WordKind::of(claim);
        let separator = if text.contains(',') { ',' } else { ' ' };
        let (inner, separator) = match (kind, source.door.form()) {
            (_, _) if text.is_empty() => (text, separator),
            (WordKind::Scope, _) => (text, ' '),
            (WordKind::Word | WordKind::Group, Form::Go) => match bracketed(text) {
                Some(inner) => (inner, ' '),
                None if kind == WordKind::Group => return Err(ReadError::unexpected(LIST)),
                None => (text, separator),
            },
            (WordKind::Group, Form::Json) => return Err(ReadError::unexpected(LIST)),
            (WordKind::Group, Form::Java) if separator == ',' && !source.comma_free_groups => {
                return Err(ReadError::ambiguous(
                    "a comma parts groups here and may also stand in a group's name",
                ));
            }
            (WordKind::Group, Form::Java | Form::Context) => (text, ','),
            (WordKind::Word, Form::Java | Form::Context | Form::Json) => (text, separator),
        };
        let words = (!inner.is_empty()).then(|| inner.split(separator));
        Ok(Self { words, kind })
    }
}

impl<'t> Iterator for FlatList<'t> {
    type Item = Result<&'t str, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let word = self.words.as_mut()?.next()?;
        Some(if self.kind.allows(word) {
            Ok(word)
        } else {
            Err(ReadError::ambiguous(
                "an element is empty or holds a mark with which lists are parted or wrapped",
            ))
        })
    }
}

/// JSON text in the place of a list, where the form of the front door has such.
pub(crate) fn json(claim: &str, text: &str, form: Form) -> Option<Result<Value, ReadError>> {
    let json = match (WordKind::of(claim), form) {
        // The authorizer's own choice for elements that are no plain words.
        (WordKind::Word | WordKind::Group, Form::Context) if text.starts_with('[') => {
            text.to_owned()
        }
        // Version 1 of the trigger event carries a JSON claim as its text, and no front door changes
        // that. A flattened list begins so at none: no plain word has a brace.
        (WordKind::Word, Form::Json) if text.starts_with('[') => text.to_owned(),
        (WordKind::Word, Form::Go | Form::Java) if text.starts_with("[{\"") => text.to_owned(),
        // A list of objects, such as `identities`: their JSON texts, without the brackets.
        (WordKind::Word, Form::Java) if text.starts_with('{') => format!("[{text}]"),
        _ => return None,
    };
    let parsed = json_text::parse(json.as_bytes());
    Some(parsed.ok_or_else(|| {
        ReadError::ambiguous("the list has neither plain words nor JSON text in it")
    }))
}

fn bracketed(text: &str) -> Option<&str> {
    text.strip_prefix('[')?.strip_suffix(']')
}

/// Which elements a list can have, by the claim's name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum WordKind {
    /// SPEC: AWS, Cognito API reference, GroupNameType: no white space; commas and brackets may be.
    Group,
    /// SPEC: RFC 6749 section 3.3: parted by blanks.
    Scope,
    /// Every other list follows the contract, [`is_list_word`].
    Word,
}

impl WordKind {
    fn of(claim: &str) -> Self {
        match claim {
            "cognito:groups" => WordKind::Group,
            "scope" => WordKind::Scope,
            _ => WordKind::Word,
        }
    }

    fn allows(self, word: &str) -> bool {
        match self {
            WordKind::Word => is_list_word(word),
            WordKind::Group | WordKind::Scope => {
                !word.is_empty() && !word.chars().any(char::is_whitespace)
            }
        }
    }
}
