//! Plain JSON to and from DynamoDB's attribute values.
//!
//! SPEC: Amazon DynamoDB API Reference, "AttributeValue". Independent of the trigger's own
//! conversion, so that the two can be compared. Plain JSON has no sets and no binary: tests that
//! need these write attribute values themselves.

use serde_json::{Map, Value, json};

/// A plain value as an attribute value.
pub fn attribute(value: &Value) -> Value {
    match value {
        Value::Null => json!({"NULL": true}),
        Value::Bool(flag) => json!({"BOOL": flag}),
        Value::Number(number) => json!({"N": number.to_string()}),
        Value::String(text) => json!({"S": text}),
        Value::Array(elements) => {
            json!({"L": elements.iter().map(attribute).collect::<Vec<_>>()})
        }
        Value::Object(members) => json!({"M": item(members)}),
    }
}

/// A plain object as an item.
pub fn item(members: &Map<String, Value>) -> Value {
    members.iter().map(|(name, value)| (name.clone(), attribute(value))).collect()
}

/// All items of a records file: an array of plain objects.
///
/// # Errors
/// The text isn't one.
pub fn items(records: &str) -> std::io::Result<Vec<Value>> {
    let plain: Vec<Map<String, Value>> = serde_json::from_str(records)?;
    Ok(plain.iter().map(item).collect())
}
