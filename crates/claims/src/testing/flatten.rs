//! How front doors flatten claims: a model of AWS, not of our reader.
//!
//! Written from recorded events, which the tests compare it with. The crate's own tests include
//! this file too, so it knows nothing but JSON.

use serde_json::{Map, Value};

/// HTTP API with a JWT authorizer: Go's `%v` of each value; null is left out.
pub(crate) fn http_api(payload: &Map<String, Value>) -> Map<String, Value> {
    flatten(payload, |_, value| go(value))
}

/// REST API with a Cognito authorizer: lists joined by commas, `exp` and `iat` as Java dates.
pub(crate) fn rest_cognito(payload: &Map<String, Value>) -> Map<String, Value> {
    flatten(payload, |name, value| match (name, value.as_u64()) {
        ("exp" | "iat", Some(seconds)) => java_date(seconds),
        _ => java(value),
    })
}

fn flatten(
    payload: &Map<String, Value>,
    text: impl Fn(&str, &Value) -> String,
) -> Map<String, Value> {
    payload
        .iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.clone(), Value::from(text(name, value))))
        .collect()
}

fn go(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(go).collect();
            format!("[{}]", elements.join(" "))
        }
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| *name);
            let members: Vec<String> =
                members.iter().map(|(name, value)| format!("{name}:{}", go(value))).collect();
            format!("map[{}]", members.join(" "))
        }
        scalar => scalar.to_string(),
    }
}

fn java(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(elements) => {
            let elements: Vec<String> = elements.iter().map(java).collect();
            elements.join(",")
        }
        other => other.to_string(),
    }
}

/// `Sat Jan 30 04:49:05 UTC 2021`.
fn java_date(seconds: u64) -> String {
    const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (mut day, of_day) = (seconds / 86_400, seconds % 86_400);
    let weekday = DAYS.iter().cycle().nth((day % 7) as usize).copied().unwrap_or_default();
    let leap =
        |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let mut year = 1970;
    while day >= 365 + u64::from(leap(year)) {
        day -= 365 + u64::from(leap(year));
        year += 1;
    }
    let february = 28 + u64::from(leap(year));
    let lengths = [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let mut name = "";
    for (month, length) in MONTHS.into_iter().zip(lengths) {
        name = month;
        if day < length {
            break;
        }
        day -= length;
    }
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{weekday} {name} {:02} {hour:02}:{minute:02}:{second:02} UTC {year}", day + 1)
}
