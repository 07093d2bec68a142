//! Paths into an item, and values that are texts.

use std::borrow::Cow;

use serde_json::{Number, Value};

use super::decimal::Decimal;
use super::known::Known;
use super::store::Item;
use crate::outcome::Fault;
use crate::policy::{Step, is_whole_number};

/// The value at a path. Anything but a map on the way to it is malformed, not absent: what the
/// writer of the item meant by it can't be known. An empty text is no value, nor is a null.
pub fn at_path<'i>(item: &'i Item, path: &[Step], tenant: Known<&str>) -> Known<&'i Value> {
    let mut steps = path.iter();
    let Some(Step::Name(first)) = steps.next() else { return Known::Unknown(Fault::Malformed) };
    let mut found = item.get(first);
    for step in steps {
        let name = match (step, tenant) {
            (Step::Name(name), _) => name.as_str(),
            (Step::Tenant, Known::Value(tenant)) => tenant,
            (Step::Tenant, Known::Absent) => return Known::Absent,
            (Step::Tenant, Known::Unknown(fault)) => return Known::Unknown(fault),
        };
        found = match found {
            None | Some(Value::Null) => None,
            Some(Value::Object(members)) => members.get(name),
            Some(_) => return Known::Unknown(Fault::Malformed),
        };
    }
    there(found)
}

/// The value of one attribute.
pub fn at_name<'i>(item: &'i Item, name: &str) -> Known<&'i Value> {
    there(item.get(name))
}

fn there(value: Option<&Value>) -> Known<&Value> {
    match value {
        None | Some(Value::Null) => Known::Absent,
        Some(Value::String(text)) if text.is_empty() => Known::Absent,
        Some(value) => Known::Value(value),
    }
}

/// A value as the text that keys and composed claims hold: a text as it is, a whole number by its
/// digits.
pub fn as_text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(number) => digits(number),
        _ => None,
    }
}

/// The same of a value that may be kept or lent.
pub fn into_text(value: Cow<'_, Value>) -> Option<Cow<'_, str>> {
    match value {
        Cow::Borrowed(value) => as_text(value),
        Cow::Owned(Value::String(text)) => Some(Cow::Owned(text)),
        Cow::Owned(value) => as_text(&value).map(|text| Cow::Owned(text.into_owned())),
    }
}

/// The digits of a whole number, however it is written: DynamoDB doesn't keep that.
pub fn digits(number: &Number) -> Option<Cow<'_, str>> {
    let text = number.as_str();
    if is_whole_number(text) {
        return Some(Cow::Borrowed(text));
    }
    let number = Decimal::of(text)?;
    if !number.negative {
        return number.key().map(Cow::Owned);
    }
    let amount = Decimal { negative: false, ..number }.key()?;
    Some(Cow::Owned(format!("-{amount}")))
}

/// Whether a number is a whole one of 64 bits, so that its digits are one text only.
pub fn is_whole(number: &Number) -> bool {
    number.is_i64() || number.is_u64()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_path_ends_at_a_value_or_at_nothing_or_nobody_knows() {
        let item = json!({
            "tier": "pro", "none": null, "empty": "",
            "roles": { "acme": ["admin"], "tenant": 1 },
        });
        let item = item.as_object().unwrap();
        let name = |name: &str| Step::Name(name.to_owned());
        let at = |path: &[Step], tenant| at_path(item, path, tenant);
        let nobody = Known::Absent;
        assert_eq!(at(&[name("tier")], nobody), Known::Value(&json!("pro")));
        for absent in ["none", "empty", "other"] {
            assert_eq!(at(&[name(absent)], nobody), Known::Absent, "{absent}");
        }
        assert_eq!(at(&[name("none"), name("x")], nobody), Known::Absent);
        assert_eq!(at(&[name("tier"), name("x")], nobody), Known::Unknown(Fault::Malformed));

        let by_tenant = [name("roles"), Step::Tenant];
        assert_eq!(at(&by_tenant, Known::Value("acme")), Known::Value(&json!(["admin"])));
        assert_eq!(at(&by_tenant, Known::Value("globex")), Known::Absent);
        assert_eq!(at(&by_tenant, nobody), Known::Absent);
        assert_eq!(at(&by_tenant, Known::Unknown(Fault::Store)), Known::Unknown(Fault::Store));
        assert_eq!(
            at(&[name("tier"), Step::Tenant], Known::Value("x")),
            Known::Unknown(Fault::Malformed)
        );
    }

    #[test]
    fn whole_numbers_count_as_their_digits() {
        for (json, text) in [
            ("42", Some("42")),
            ("-7", Some("-7")),
            ("0", Some("0")),
            (
                "12345678901234567890123456789012345678",
                Some("12345678901234567890123456789012345678"),
            ),
            ("-0", Some("0")),
            ("1.0", Some("1")),
            ("1e2", Some("100")),
            ("-1e1", Some("-10")),
            ("1.5", None),
            ("1e38", None),
            ("true", None),
            ("\"x\"", Some("x")),
        ] {
            let value: Value = serde_json::from_str(json).unwrap();
            assert_eq!(as_text(&value).as_deref(), text, "{json}");
            assert_eq!(into_text(Cow::Owned(value)).as_deref(), text, "{json}");
        }
    }
}
