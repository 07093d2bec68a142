//! How user attributes stand in an ID token.

use std::borrow::Cow;

use serde_json::Value;

use super::value::OwnValue;

/// An attribute as it stands in an ID token.
pub(super) fn attribute<'a>(name: &str, value: Cow<'a, str>) -> OwnValue<'a> {
    match name {
        "email_verified" | "phone_number_verified" => {
            OwnValue::Json(value.eq_ignore_ascii_case("true").into())
        }
        "identities" => OwnValue::Json(identities(&value)),
        // SPEC: OpenID Connect Core, section 5.1.1; seen in a public issue, also where the attribute's
        // text is JSON itself.
        "address" => OwnValue::Member("formatted", value),
        _ => OwnValue::Text(value),
    }
}

/// The event has this attribute as JSON text; the token has it as an array whose members are all
/// texts, but for nulls.
fn identities(text: &str) -> Value {
    fn as_texts(value: Value) -> Value {
        match value {
            Value::Array(elements) => elements.into_iter().map(as_texts).collect(),
            Value::Object(members) => {
                members.into_iter().map(|(name, value)| (name, as_texts(value))).collect()
            }
            Value::Bool(_) | Value::Number(_) => Value::from(value.to_string()),
            Value::String(_) | Value::Null => value,
        }
    }
    serde_json::from_str(text).map_or_else(|_| Value::from(text), as_texts)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn identities_become_texts_in_the_token() {
        let attribute =
            r#"[{"userId":"1","primary":true,"dateCreated":1765843266139,"issuer":null}]"#;
        let claim = identities(attribute);
        let expected =
            json!([{"userId":"1","primary":"true","dateCreated":"1765843266139","issuer":null}]);
        assert_eq!(claim, expected);
        assert_eq!(identities("not JSON"), json!("not JSON"));
    }
}
