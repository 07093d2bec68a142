//! Plain JSON as the SDK's attribute values.
//!
//! Text is S, a number N with all its digits, `true` and `false` BOOL, `null` NULL, an array L, an
//! object M. Sets and binary have no form in plain JSON, so they are never written.
//! SPEC: AWS, DynamoDB developer guide, "Supported data types and naming rules".

use std::collections::HashMap;

use aws_sdk_dynamodb::types::AttributeValue;
use claimsmith::records::decimal::Decimal;
use serde_json::{Map, Value};

/// An item as DynamoDB takes it.
pub type Attributes = HashMap<String, AttributeValue>;

/// An item's attributes.
pub fn attributes(item: &Map<String, Value>) -> Attributes {
    item.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

fn attribute(value: &Value) -> AttributeValue {
    match value {
        Value::Null => AttributeValue::Null(true),
        Value::Bool(boolean) => AttributeValue::Bool(*boolean),
        Value::Number(number) => AttributeValue::N(number.to_string()),
        Value::String(text) => AttributeValue::S(text.clone()),
        Value::Array(elements) => AttributeValue::L(elements.iter().map(attribute).collect()),
        Value::Object(members) => AttributeValue::M(attributes(members)),
    }
}

/// Whether two items are equal. DynamoDB may write a number in another way than we did.
pub fn equal(one: &Attributes, other: &Attributes) -> bool {
    one.len() == other.len()
        && one.iter().all(|(name, one)| other.get(name).is_some_and(|it| same(one, it)))
}

fn same(one: &AttributeValue, other: &AttributeValue) -> bool {
    match (one, other) {
        (AttributeValue::N(one), AttributeValue::N(other)) => {
            one == other || Decimal::of(one).is_some_and(|one| Decimal::of(other) == Some(one))
        }
        (AttributeValue::L(one), AttributeValue::L(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (AttributeValue::M(one), AttributeValue::M(other)) => equal(one, other),
        _ => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use serde_json::json;

    #[test]
    fn a_list_keeps_its_elements() {
        assert_eq!(attribute(&json!([1, null])).as_l().unwrap().len(), 2);
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let same = |one: &str, other: &str| {
            super::same(&AttributeValue::N(one.to_owned()), &AttributeValue::N(other.to_owned()))
        };
        for (one, other) in [
            ("1", "1.0"),
            ("1e3", "1000"),
            ("0.001", "1E-3"),
            ("-0", "0"),
            ("-1.50", "-15e-1"),
            ("100", "1E+2"),
        ] {
            assert!(same(one, other), "{one} {other}");
        }
        for (one, other) in [("1", "-1"), ("1", "10"), ("0.1", "0.01"), ("1", "0")] {
            assert!(!same(one, other), "{one} {other}");
        }
        // Beyond what a binary number can hold.
        assert!(!same(
            "12345678901234567890123456789012345678",
            "12345678901234567890123456789012345679"
        ));
    }
}
