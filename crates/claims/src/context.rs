//! The form of claims in the context of a Lambda authorizer: one flat object of texts.
//!
//! A REST API takes scalars only and hands them on as text, AppSync takes no nesting, and an HTTP
//! API hands on what it got. So everything is text, at every door alike:
//!
//! | claim | text |
//! |---|---|
//! | text | itself |
//! | number, boolean | its JSON text: `1604085585`, `true` |
//! | list of plain words ([`crate::encoding::is_list_word`]) | the words, parted by commas: `a,b` |
//! | any other list, an object | its JSON text: `["x,admin"]`, `{"a":1}` |
//! | null | left out |
//!
//! A plain word can't begin with a bracket, so the two forms of a list can't be mistaken for each
//! other. The result of an authorizer has at most 8 KB, policy included: choose the claims.

use serde_json::{Map, Value};

use crate::encoding::{is_list_word, join};

/// Writes claims into the form of the context. [`crate::Claims::from_lambda_authorizer`] and
/// [`crate::Claims::from_appsync_lambda`] read them back.
///
/// SPEC: AWS, "Output from an API Gateway Lambda authorizer": values are text, numbers or booleans,
/// and the key `claims` is reserved, so a claim of that name is left out.
pub fn encode(claims: &Map<String, Value>) -> Map<String, Value> {
    claims
        .iter()
        .filter(|(name, _)| *name != "claims")
        .filter_map(|(name, value)| Some((name.clone(), Value::from(text(value)?))))
        .collect()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Array(elements) => {
            let words: Option<Vec<&str>> = elements
                .iter()
                .map(|element| element.as_str().filter(|word| is_list_word(word)))
                .collect();
            Some(words.map_or_else(|| value.to_string(), |words| join(words, ',')))
        }
        other => Some(other.to_string()),
    }
}
