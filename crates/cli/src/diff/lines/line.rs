//! One line of the function's log: who it is about, and what it says of the next policy.
//!
//! docs/shadow.md has the members. What isn't known here is left alone.

use claimsmith::outcome::Reason;
use claimsmith::shadow::Outcome;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

/// A line with a shadow.
pub struct Line {
    /// The request's id, by which the line is found in the log.
    pub request: String,
    /// Whom it is about, if that is known: the hash of a person, or a machine's app client.
    pub who: Option<String>,
    /// For how many sign-ins it stands: more than one where not every line is written.
    pub weight: usize,
    /// What the next policy would have done.
    pub shadow: Shadow,
}

/// What the next policy would have done.
#[derive(Deserialize)]
pub struct Shadow {
    /// In one word.
    #[serde(deserialize_with = "outcome")]
    pub outcome: Outcome,
    /// Why the running policy refuses.
    #[serde(default, deserialize_with = "reason")]
    pub reason_now: Option<Reason>,
    /// Why the next one would.
    #[serde(default, deserialize_with = "reason")]
    pub reason_next: Option<Reason>,
    /// The ID token.
    pub id_token: Option<Token>,
    /// The access token.
    pub access_token: Option<Token>,
    /// Records that weren't there in time.
    #[serde(default)]
    pub unknown_records: Vec<String>,
    /// What its store suffered from.
    #[serde(default)]
    pub store_faults: Vec<String>,
    /// Items and queries that it read itself.
    pub own_reads: usize,
}

/// What would differ in one token.
#[derive(Deserialize)]
pub struct Token {
    #[serde(default)]
    pub gained: Vec<String>,
    #[serde(default)]
    pub lost: Vec<String>,
    #[serde(default)]
    pub changed: Vec<String>,
    #[serde(default)]
    pub suppressed_otherwise: Vec<String>,
    #[serde(default)]
    pub unknown: Vec<String>,
    pub bytes_now: usize,
    pub bytes_next: Option<usize>,
}

/// The line as it stands in the log.
#[derive(Deserialize)]
struct Logged<'l> {
    #[serde(default)]
    request_id: Value,
    #[serde(borrow)]
    record: Option<&'l RawValue>,
    #[serde(default, rename = "Customized")]
    customized: Value,
    /// Where CloudWatch's exports wrap the line.
    #[serde(default)]
    message: Value,
    #[serde(default, rename = "@message")]
    at_message: Value,
}

#[derive(Deserialize)]
struct Record<'l> {
    #[serde(default)]
    identity_hash: Value,
    #[serde(default)]
    app_client: Value,
    #[serde(borrow)]
    shadow: Option<&'l RawValue>,
}

/// Reads a line. Nothing, if it is about something else.
///
/// # Errors
/// It has a shadow that can't be read. The text names no value.
pub fn read(line: &str) -> Result<Option<Line>, String> {
    // Some exports write the time before it.
    let Some(json) = line.find('{').and_then(|start| line.get(start..)) else { return Ok(None) };
    let Ok(logged) = serde_json::from_str::<Logged<'_>>(json.trim_end()) else { return Ok(None) };
    let wrapped = logged.message.as_str().or(logged.at_message.as_str());
    let record = match (logged.record, wrapped) {
        (Some(record), _) => record,
        (None, Some(inner)) if inner.len() < line.len() => return read(inner),
        _ => return Ok(None),
    };
    let Ok(record) = serde_json::from_str::<Record<'_>>(record.get()) else { return Ok(None) };
    let Some(shadow) = record.shadow else { return Ok(None) };
    let shadow = serde_json::from_str(shadow.get()).map_err(|error| {
        format!("$.record.shadow: not as docs/shadow.md says ({})", place(&error))
    })?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    Ok(Some(Line {
        request: text(&logged.request_id).unwrap_or_default(),
        who: text(&record.identity_hash).or(text(&record.app_client)),
        weight: weight(&logged.customized),
        shadow,
    }))
}

/// How often a metric counts.
fn weight(metric: &Value) -> usize {
    let count = metric.pointer("/Counts/0").and_then(Value::as_u64);
    count.and_then(|count| usize::try_from(count).ok()).unwrap_or(1).max(1)
}

fn place(error: &serde_json::Error) -> String {
    format!("column {}", error.column())
}

fn outcome<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Outcome, D::Error> {
    let word = String::deserialize(deserializer)?;
    let known = Outcome::ALL.into_iter().find(|outcome| outcome.as_str() == word);
    known.ok_or(serde::de::Error::custom("an outcome that is not known"))
}

fn reason<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Reason>, D::Error> {
    let word = String::deserialize(deserializer)?;
    let known = Reason::ALL.into_iter().find(|reason| reason.as_str() == word);
    known.map(Some).ok_or(serde::de::Error::custom("a reason that is not known"))
}
