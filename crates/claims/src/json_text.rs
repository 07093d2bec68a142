//! JSON in a text: in the place of a claim's value, or a token's payload.

use serde_json::Value;

/// The value of a JSON text, or `None` if it is none or has a number that no `f64` holds.
///
/// serde_json refuses such a number itself, unless somebody in the program has switched its feature
/// `arbitrary_precision` on. It always refuses 128 arrays and objects in each other.
pub(crate) fn parse(text: &[u8]) -> Option<Value> {
    serde_json::from_slice(text).ok().filter(is_finite)
}

fn is_finite(value: &Value) -> bool {
    match value {
        Value::Number(number) => number.as_f64().is_some_and(f64::is_finite),
        Value::Array(elements) => elements.iter().all(is_finite),
        Value::Object(members) => members.values().all(is_finite),
        Value::Null | Value::Bool(_) | Value::String(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_that_is_too_large_is_no_json() {
        for text in ["1e999", "[-1e999]", r#"{"a":[1e999]}"#, "[1]x", ""] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        for text in ["1e308", "[18446744073709551615]", r#"{"a":null}"#] {
            assert!(parse(text.as_bytes()).is_some(), "{text}");
        }
    }
}
