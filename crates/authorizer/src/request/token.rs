//! The token in a request: exactly one, in the one place that is configured.

use cognito_claims::bearer_token;
use serde_json::{Map, Value};

use crate::config::TokenPlace;
use crate::denial::Denial;

/// All values that a request has in the place of the token, as they stand there.
pub(super) struct Found<'e>(Vec<&'e str>);

impl<'e> Found<'e> {
    pub(super) fn in_token_event(token: Option<&'e str>) -> Self {
        Self(token.into_iter().collect())
    }

    pub(super) fn in_request(event: &'e Map<String, Value>, place: &TokenPlace) -> Self {
        match place {
            TokenPlace::Header(name) => {
                let is_it = |other: &str| other.eq_ignore_ascii_case(name);
                Self::in_maps(event, ["headers", "multiValueHeaders"], is_it)
            }
            TokenPlace::Query(name) => {
                let maps = ["queryStringParameters", "multiValueQueryStringParameters"];
                Self::in_maps(event, maps, |other| other == name)
            }
        }
    }

    /// A REST API sends everything twice: the last value, and all values. Both are read, so that no
    /// value is overlooked; the same value in both counts once.
    fn in_maps(
        event: &'e Map<String, Value>,
        [single, multiple]: [&str; 2],
        is_it: impl Fn(&str) -> bool,
    ) -> Self {
        let values = |map: &str| {
            let members = event.get(map).and_then(Value::as_object).into_iter().flatten();
            members.filter(|(name, _)| is_it(name)).flat_map(|(_, value)| match value {
                Value::Array(values) => values.iter().map(text_or_nothing).collect(),
                Value::Null => Vec::new(),
                other => vec![text_or_nothing(other)],
            })
        };
        let mut found: Vec<&str> = values(multiple).collect();
        let known = found.clone();
        found.extend(values(single).filter(|value| !known.contains(value)));
        Self(found)
    }

    /// Whether the gateway names its identity sources and the token is none of them. Then it keeps
    /// answers by something else, and may use one for a request with another token.
    pub(super) fn is_elsewhere(&self, identity_source: Option<&Value>) -> bool {
        let sources: Vec<&str> = match identity_source {
            Some(Value::String(joined)) => joined.split(',').map(str::trim).collect(),
            Some(Value::Array(sources)) => sources.iter().map(text_or_nothing).collect(),
            _ => return false,
        };
        !sources.is_empty() && !self.0.iter().any(|value| sources.contains(&value.trim()))
    }

    pub(super) fn one(&self) -> Result<&'e str, Denial> {
        match self.0.as_slice() {
            [] => Err(Denial::TokenMissing),
            [one] => bare(one),
            _ => Err(Denial::TokenNotOne),
        }
    }
}

/// The token without its prefix. A blank in what is left is that of another scheme or token.
fn bare(value: &str) -> Result<&str, Denial> {
    let value = value.trim_matches(' ');
    let rest = match bearer_token(value) {
        Some(rest) => rest.trim_start_matches(' '),
        None if value.eq_ignore_ascii_case("bearer") => "",
        None => value,
    };
    if rest.is_empty() {
        Err(Denial::TokenMissing)
    } else if rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)) {
        Ok(rest)
    } else {
        Err(Denial::TokenNotOne)
    }
}

/// A value that isn't text counts as an empty one: alone it is no token, beside one it is a second.
fn text_or_nothing(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
