//! One JSON line per invocation: words, names and times; never a token, a claim value or a path.
//! And one line with the outcome `error` if the function can't start.

use std::time::Duration;

use serde::Serialize;

use crate::context::Context;
use crate::decision::Verdict;
use crate::denial::{Denial, Effect};
use crate::request::Gateway;

/// What is logged about one request.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AccessLine<'c> {
    /// What happens to the request.
    pub outcome: Effect,
    /// Why it isn't let through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Denial>,
    /// Who asked, and in which form.
    #[serde(rename = "door", skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Gateway>,
    /// The route by which the request came, as it stands in the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<&'c str>,
    /// `user` or `client`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<&'static str>,
    /// Whether the request went on although nobody knows if its token is revoked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub revocation_unknown: bool,
    /// Names of claims that were left out of the context.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shed: Vec<&'c str>,
    /// How many GraphQL fields are denied.
    #[serde(skip_serializing_if = "is_zero")]
    pub denied_fields: usize,
    /// Lambda's id of the invocation.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub request_id: &'c str,
    /// Milliseconds from event to answer.
    pub milliseconds: f64,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl<'c> AccessLine<'c> {
    /// Adds what was decided, and what the answer has left out.
    pub fn decided(&mut self, verdict: &Verdict<'c>, context: &Context<'c>) {
        self.outcome = verdict.here.map_or_else(Denial::effect, |()| Effect::Allow);
        self.reason = verdict.here.err();
        self.route = verdict.route.map(|route| route.pattern.as_str());
        self.denied_fields = verdict.denied_fields.len();
        self.shed = context.shed().to_vec();
    }

    /// Ends the line with an error.
    pub fn failed(&mut self, denial: Denial) {
        self.outcome = denial.effect();
        self.reason = Some(denial);
    }

    /// The line as JSON.
    pub fn json(mut self, request_id: &'c str, took: Duration) -> String {
        self.request_id = request_id;
        self.milliseconds = took.as_secs_f64() * 1000.0;
        serde_json::to_string(&self).unwrap_or_default()
    }
}

/// Why the function didn't start, as one line of JSON. `now` is in seconds since 1970.
///
/// Its outcome is `error`, so that an alarm on errors counts it. Without level and time Lambda would
/// take it for `INFO`, and drop it where a function logs warnings and errors only.
/// SPEC: AWS, "Log-level filtering".
pub fn start_error(error: &str, now: u64) -> String {
    let line = NotStarted {
        timestamp: rfc3339(now),
        level: "ERROR",
        outcome: "error",
        reason: "not_started",
        message: error,
    };
    serde_json::to_string(&line).unwrap_or_default()
}

#[derive(Serialize)]
struct NotStarted<'e> {
    timestamp: String,
    level: &'static str,
    outcome: &'static str,
    reason: &'static str,
    message: &'e str,
}

/// A time in UTC, from seconds since 1970. SPEC: RFC 3339.
fn rfc3339(seconds: u64) -> String {
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    // Years begin in March here, so that the leap day is the last day of a year.
    // Days since March of the year 0, and the days of 400, 100, 4 and 1 years.
    let days = seconds / 86_400 + 719_468;
    let (eras, day) = (days / 146_097, days % 146_097);
    let centuries = (day / 36_524).min(3);
    let day = day - centuries * 36_524;
    let (fours, day) = (day / 1_461, day % 1_461);
    let years = (day / 365).min(3);
    let day = day - years * 365;
    // From March on, five months in a row have 153 days.
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, next_year) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    let year = eras * 400 + centuries * 100 + fours * 4 + years + next_year;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_written_as_others_write_them() {
        // As `date -u -d @…` says.
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (68_256_000, "1972-03-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (951_868_800, "2000-03-01T00:00:00Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"),
            (1_767_225_599, "2025-12-31T23:59:59Z"),
            (1_795_261_203, "2026-11-21T11:40:03Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (13_574_563_200, "2400-02-29T00:00:00Z"),
        ] {
            assert_eq!(rfc3339(seconds), text);
        }
    }
}
