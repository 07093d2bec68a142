//! One line of JSON per event, for machines.

use claimsmith::Decided;
use claimsmith::budget::{Fitted, Tokens};
use claimsmith::outcome::Refusal;
use claimsmith::policy::{Policy, Table};
use claimsmith::records::{Asked, AskedBy};
use claimsmith::token::Origin;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::decision::{decisions, warning};

/// What is known about one event. The order of the fields is the order in the line.
#[derive(Default, Serialize)]
struct Line<'l> {
    event: &'l str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Reason<'l>>,
    tenant: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    warning: Option<&'static str>,
    answer: Option<&'l RawValue>,
    tokens: TokenLines,
    decisions: Vec<Value>,
    reads: Vec<Value>,
}

#[derive(Serialize)]
struct Reason<'l> {
    code: &'static str,
    text: &'l str,
    cause: &'l str,
}

#[derive(Default, Serialize)]
struct TokenLines {
    id: Option<Value>,
    access: Option<Value>,
}

/// The line of an event that was decided about.
pub fn decided(name: &str, decided: &Decided<'_>, policy: &Policy) -> String {
    let answer = decided.answer().ok();
    let answer = answer.and_then(|answer| RawValue::from_string(on_one_line(answer)).ok());
    let (outcome, reason, tokens) = match &decided.outcome {
        Ok(Tokens { id, access, .. }) => (
            "customized",
            None,
            TokenLines { id: id.as_ref().map(token), access: access.as_ref().map(token) },
        ),
        Err(refusal) => (
            "refused",
            Some(Reason {
                code: refusal.reason.as_str(),
                text: policy.message(refusal.reason),
                cause: &refusal.cause,
            }),
            TokenLines::default(),
        ),
    };
    let decisions = decisions(decided)
        .into_iter()
        .map(|decision| {
            json!({
                "token": decision.token.map(|token| token.as_str()),
                "claim": decision.claim,
                "action": decision.action.as_str(),
                "source": decision.source,
                "reason": decision.reason,
                "bytes": decision.bytes,
            })
        })
        .collect();
    let reads = decided
        .reads
        .iter()
        .enumerate()
        .map(|(round, keys)| {
            let keys: Vec<Value> = keys.iter().map(|asked| read(asked, policy)).collect();
            json!({ "round": round + 1, "keys": keys })
        })
        .collect();
    line(&Line {
        event: name,
        outcome,
        reason,
        tenant: tenant(decided),
        warning: warning(decided),
        answer: answer.as_deref(),
        tokens,
        decisions,
        reads,
    })
}

/// The organisation that was decided on, and the record that proved it.
pub fn tenant(decided: &Decided<'_>) -> Option<Value> {
    let id = decided.tenant.as_ref()?;
    Some(json!({ "id": id, "member": decided.member }))
}

/// JSON without the blanks between its parts; every other byte as it is.
fn on_one_line(json: &str) -> String {
    let mut line = String::with_capacity(json.len());
    let (mut in_string, mut escaped) = (false, false);
    for letter in json.chars() {
        if in_string || !letter.is_ascii_whitespace() {
            line.push(letter);
        }
        in_string ^= letter == '"' && !escaped;
        escaped = in_string && letter == '\\' && !escaped;
    }
    line
}

/// The line of a text that is no event.
pub fn unreadable(name: &str, problem: &str, policy: &Policy) -> String {
    let code = claimsmith::outcome::Reason::UnreadableEvent;
    let text = policy.message(code);
    line(&Line {
        event: name,
        outcome: "refused",
        reason: Some(Reason { code: code.as_str(), text, cause: problem }),
        ..Line::default()
    })
}

/// What Lambda's caller gets where there is no answer.
pub fn error(refusal: &Refusal, policy: &Policy) -> String {
    json!({
        "errorType": refusal.reason.as_str(),
        "errorMessage": policy.message(refusal.reason),
    })
    .to_string()
}

fn line(line: &Line<'_>) -> String {
    // Maps with text keys, lists, texts and numbers can always be written.
    serde_json::to_string(line).unwrap_or_default()
}

/// The finished token: what is surely in it, the user's attributes, and what was added.
fn token(fitted: &Fitted<'_>) -> Value {
    let own = fitted
        .own
        .iter()
        .filter(|claim| claim.size.lower > 0 || claim.origin == Origin::Attribute)
        .map(|claim| (claim.name.to_string(), claim.value.to_json()));
    let added = fitted.add.iter().map(|planned| (planned.name.to_owned(), planned.value.clone()));
    let claims: Map<String, Value> = own.chain(added).collect();
    json!({
        "claims": claims,
        "bytes": { "lower": fitted.after.lower, "upper": fitted.after.upper },
        "budget": fitted.rules.budget,
    })
}

fn read(asked: &Asked<'_>, policy: &Policy) -> Value {
    let value = |name: &str, value: String| match policy.tables.get(asked.table) {
        Some(table) => key_value(table, name, &value),
        None => Value::from(value),
    };
    let named = asked.named(policy).into_iter();
    let key: Map<String, Value> =
        named.map(|(name, text)| (name.to_owned(), value(name, text))).collect();
    let (by, index) = match asked.by {
        AskedBy::Key => ("key", None),
        AskedBy::Query { index } => ("query", index),
    };
    json!({ "record": asked.record, "by": by, "index": index, "key": key })
}

/// The value of a key attribute. A number is written as one; a placeholder in its place is none.
pub fn key_value(table: &Table, name: &str, value: &str) -> Value {
    let number = value.parse().ok().filter(|_| table.is_number(name));
    number.map_or_else(|| Value::from(value), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeSet;

    use claimsmith::policy::Location;

    #[test]
    fn a_number_key_is_written_as_a_number() {
        let table = Table {
            location: Location::DynamoDb("table".to_owned()),
            partition_key: "id".to_owned(),
            sort_key: Some("name".to_owned()),
            numbers: BTreeSet::from(["id".to_owned()]),
        };
        let digits = "9".repeat(38);
        assert_eq!(key_value(&table, "id", &digits).to_string(), digits);
        assert_eq!(key_value(&table, "name", "42"), json!("42"));
        assert_eq!(key_value(&table, "id", "{org.id}"), json!("{org.id}"));
    }
}
