//! Plain JSON as DynamoDB keeps it: the sizes of values, and what it would refuse.
//!
//! SPEC: AWS, DynamoDB developer guide, "Supported data types and naming rules" and "Constraints
//! in Amazon DynamoDB"; "DynamoDB item sizes and formats".

use claimsmith::records::decimal::Decimal;
use serde_json::{Map, Value};

/// Most bytes of an item, names included.
pub const ITEM_LIMIT: usize = 400 * 1024;
/// Most maps and lists around a value: with it they are 32 levels.
const LEVEL_LIMIT: usize = 31;
/// Most digits of a number that count.
const DIGIT_LIMIT: usize = 38;
/// Where the first of these may stand, as a power of ten.
const POWERS: std::ops::RangeInclusive<i64> = -130..=125;

/// Bytes of an item.
pub fn size(item: &Map<String, Value>) -> usize {
    item.iter().map(|(name, value)| name.len() + value_size(value)).sum()
}

fn value_size(value: &Value) -> usize {
    // A map or a list takes three bytes, and one for each thing in it.
    match value {
        Value::Null | Value::Bool(_) => 1,
        Value::Number(number) => Decimal::of(number.as_str())
            .map_or(0, |number| 1 + number.digits.len().div_ceil(2) + usize::from(number.negative)),
        Value::String(text) => text.len(),
        Value::Array(elements) => {
            3 + elements.iter().map(|element| 1 + value_size(element)).sum::<usize>()
        }
        Value::Object(members) => 3 + members.len() + size(members),
    }
}

/// What DynamoDB would refuse in an item: JSON path within it and problem.
pub fn problems(item: &Map<String, Value>) -> Vec<(String, &'static str)> {
    let mut found = Vec::new();
    members(item, "", 0, &mut found);
    found
}

fn members(
    item: &Map<String, Value>,
    path: &str,
    level: usize,
    found: &mut Vec<(String, &'static str)>,
) {
    for (name, member) in item {
        let path = format!("{path}.{name}");
        if name.is_empty() {
            found.push((path.clone(), "an attribute without a name"));
        }
        value(member, &path, level, found);
    }
}

fn value(value: &Value, path: &str, level: usize, found: &mut Vec<(String, &'static str)>) {
    match value {
        Value::Array(_) | Value::Object(_) if level == LEVEL_LIMIT => {
            found.push((path.to_owned(), "more than 32 levels"));
        }
        Value::Array(elements) => {
            for (at, element) in elements.iter().enumerate() {
                self::value(element, &format!("{path}[{at}]"), level + 1, found);
            }
        }
        Value::Object(inner) => members(inner, path, level + 1, found),
        Value::Number(number) => match Decimal::of(number.as_str()) {
            Some(number) if number.digits.len() > DIGIT_LIMIT => {
                found.push((path.to_owned(), "a number of more than 38 digits"));
            }
            Some(number) if number.digits.is_empty() || POWERS.contains(&number.power) => {}
            _ => found.push((path.to_owned(), "a number beyond 1e-130 to 1e126")),
        },
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(json: &str) -> Map<String, Value> {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn what_dynamodb_would_refuse_is_found_with_its_path() {
        let digits = "1".repeat(39);
        let found = problems(&item(&format!(
            r#"{{"a": {digits}, "b": [0, {{"c": 1e126}}], "d": 1e-131, "": 1, "e": {{"": {{}}}}}}"#
        )));
        assert_eq!(
            found,
            [
                (".".to_owned(), "an attribute without a name"),
                (".a".to_owned(), "a number of more than 38 digits"),
                (".b[1].c".to_owned(), "a number beyond 1e-130 to 1e126"),
                (".d".to_owned(), "a number beyond 1e-130 to 1e126"),
                (".e.".to_owned(), "an attribute without a name"),
            ]
        );
    }

    #[test]
    fn what_dynamodb_can_keep_is_no_finding() {
        let digits = format!("{}.{}", "9".repeat(19), "9".repeat(19));
        let zeros = format!("1{}", "0".repeat(100));
        let fine = item(&format!(
            r#"{{"a": {digits}, "b": {zeros}, "c": 9.9e125, "d": -1e-130, "e": "", "f": 0e999}}"#
        ));
        assert_eq!(problems(&fine), []);
    }

    #[test]
    fn levels_are_counted_from_the_attribute() {
        let nested = |levels: usize| {
            item(&format!(r#"{{"a": {}1{}}}"#, "[".repeat(levels), "]".repeat(levels)))
        };
        assert_eq!(problems(&nested(31)), []);
        assert_eq!(problems(&nested(32)).len(), 1);
    }

    #[test]
    fn sizes_are_those_of_the_developer_guide() {
        assert_eq!(size(&item(r#"{"name": "Ada"}"#)), 4 + 3);
        assert_eq!(size(&item(r#"{"n": 1234, "m": -1, "z": 0}"#)), (1 + 3) + (1 + 3) + (1 + 1));
        assert_eq!(size(&item(r#"{"t": true, "o": null}"#)), 2 + 2);
        assert_eq!(size(&item(r#"{"l": ["a", "bc"]}"#)), 1 + 3 + 2 + 3);
        assert_eq!(size(&item(r#"{"m": {"ab": "c"}}"#)), 1 + 3 + 1 + 3);
    }
}
