//! What an item is, how a caller writes one, and what a caller sees of it.

use lambda_http::Request;
use lambda_http::http::header;
use serde::Deserialize;
use serde::de::{Deserializer, Error};
use serde_json::{Value, json};

use crate::caller::Caller;
use crate::problem::Problem;

/// The longest body that is read, in bytes.
const BODY_LIMIT: usize = 16 * 1024;

const OTHER_FORM: &str = r#"the body is not of the form {"id": …, "name": …}"#;

/// A name for an item that its maker chooses: 1 to 64 letters, digits, `-`, `.` and `_`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Id(String);

/// What a caller writes. An unknown field is refused, because ignoring it would lose what the caller meant.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewItem {
    id: Id,
    #[serde(deserialize_with = "name")]
    name: String,
}

/// An item as it is kept.
#[derive(Debug)]
pub(crate) struct Item {
    pub(crate) id: Id,
    pub(crate) name: String,
    /// In seconds since 1970.
    pub(crate) created_at: u64,
    /// [`Caller::name`] of who made it.
    pub(crate) created_by: String,
}

/// Reads a request's body, if it says that it is JSON: a text that merely looks like it may mean
/// something else.
pub(crate) fn of_body(request: &Request) -> Result<NewItem, Problem> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    if !kind.is_some_and(is_json) {
        return Err(Problem::unsupported_media_type());
    }
    parse(request.body())
}

/// Whatever parameters there are.
///
/// SPEC: RFC 9110, 8.3.1: in any letters, with blanks and tabs before the parameters.
fn is_json(media_type: &str) -> bool {
    let name = media_type.split(';').next().unwrap_or_default();
    name.trim_matches([' ', '\t']).eq_ignore_ascii_case("application/json")
}

fn parse(body: &[u8]) -> Result<NewItem, Problem> {
    if body.len() > BODY_LIMIT {
        return Err(Problem::too_large(BODY_LIMIT));
    }
    // Serde would take a list for the values of the fields in their order.
    if body.trim_ascii_start().starts_with(b"[") {
        return Err(Problem::bad_request(OTHER_FORM.to_owned()));
    }
    serde_json::from_slice(body).map_err(|error| {
        let what = if error.is_data() { OTHER_FORM } else { "the body is not JSON" };
        // Serde's own text may quote what was sent.
        let (line, column) = (error.line(), error.column());
        Problem::bad_request(format!("{what} at line {line}, column {column}"))
    })
}

impl Item {
    pub(crate) fn new(new: NewItem, maker: &Caller<'_>, now: u64) -> Self {
        Self { id: new.id, name: new.name, created_at: now, created_by: maker.name.clone() }
    }

    /// Whether the same caller asked for the same, at whatever time.
    pub(crate) fn is_as_asked_for(&self, other: &Self) -> bool {
        let Self { id, name, created_by, created_at: _ } = other;
        (&self.id, &self.name, &self.created_by) == (id, name, created_by)
    }

    pub(crate) fn shown_to(&self, caller: &Caller<'_>) -> Value {
        let mut shown = json!({
            "id": self.id.as_str(),
            "name": self.name,
            "created_at": self.created_at,
        });
        if let (true, Some(fields)) = (caller.sees_authors(), shown.as_object_mut()) {
            fields.insert("created_by".to_owned(), self.created_by.as_str().into());
        }
        shown
    }
}

impl Id {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        ((1..=64).contains(&text.len()) && text.bytes().all(plain)).then(|| Self(text.to_owned()))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| D::Error::custom("no id"))
    }
}

/// 1 to 200 characters.
fn name<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    match (1..=200).contains(&text.chars().count()) {
        true => Ok(text),
        false => Err(D::Error::custom("no name")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem(body: &str) -> (u16, String) {
        let problem = parse(body.as_bytes()).unwrap_err();
        (problem.status(), problem.detail().to_owned())
    }

    #[test]
    fn an_item_is_read() {
        let item = parse(br#"{"id": "a-1", "name": "W\u00e4rmepumpe"}"#).unwrap();
        assert_eq!((item.id.as_str(), item.name.as_str()), ("a-1", "Wärmepumpe"));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place_and_without_its_value() {
        let form = r#"the body is not of the form {"id": …, "name": …} at line"#;
        for (body, detail) in [
            ("", "the body is not JSON at line 1, column 0".to_owned()),
            ("{\n  \"id\": secret}", "the body is not JSON at line 2, column 9".to_owned()),
            (r#"{"id": "a b", "name": "x"}"#, format!("{form} 1, column 12")),
            (r#"{"id": "a", "name": ""}"#, format!("{form} 1, column 23")),
            (r#"{"id": "a", "name": 1}"#, format!("{form} 1, column 21")),
            (r#"{"id": "a", "name": "x", "org_id": "b"}"#, format!("{form} 1, column 33")),
            (r#"{"id": "a"}"#, format!("{form} 1, column 11")),
            ("1", format!("{form} 1, column 1")),
        ] {
            assert_eq!(problem(body), (400, detail), "{body}");
        }
    }

    #[test]
    fn a_long_body_is_not_read() {
        assert_eq!(problem(&"x".repeat(BODY_LIMIT)).0, 400);
        assert_eq!(problem(&"x".repeat(BODY_LIMIT + 1)).0, 413);
    }

    #[test]
    fn an_id_breaks_no_key() {
        let longest = "x".repeat(64);
        for id in ["a", "A-1.b_2", &longest] {
            assert!(Id::parse(id).is_some(), "{id}");
        }
        let too_long = "x".repeat(65);
        for id in ["", "a#b", "a b", "é", "a\n", "a/b", &too_long] {
            assert!(Id::parse(id).is_none(), "{id}");
        }
    }
}
