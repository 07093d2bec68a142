//! Made-up JSON for the tests, and what must stay of it.

use proptest::prelude::*;
use serde_json::{Value, json};

/// The same with every text as its length and each name as its own.
pub fn shape(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(text.chars().count()),
        Value::Number(number) => json!(number.to_string().len()),
        Value::Array(all) => all.iter().map(shape).collect(),
        Value::Object(all) => {
            let mut members: Vec<String> = all
                .iter()
                .map(|(name, value)| format!("{} {}", name.chars().count(), shape(value)))
                .collect();
            members.sort_unstable();
            json!([members])
        }
        other => other.clone(),
    }
}

pub fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Array(all) => all.iter().for_each(|value| texts(value, found)),
        Value::Object(all) => all.iter().for_each(|(name, value)| {
            found.push(name.clone());
            texts(value, found);
        }),
        _ => {}
    }
}

pub fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        "[a-zA-Z0-9@._:/ -]{0,40}".prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        "eyJ[A-Za-z0-9_-]{30,60}\\.[A-Za-z0-9_-]{30,90}\\.[A-Za-z0-9_-]{30,60}"
            .prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z:_A-Z]{2,20}", inner, 0..6)
                .prop_map(|all| Value::Object(all.into_iter().collect())),
        ]
    })
}
