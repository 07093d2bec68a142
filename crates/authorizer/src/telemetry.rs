//! One JSON line per invocation: words, names and times; never a token, a claim value or a path.

use std::time::Duration;

use serde::Serialize;

/// What is logged about one request.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Record<'c> {
    /// `allow`, `deny`, `unauthorized` or `error`.
    pub outcome: &'static str,
    /// The stable word for why it isn't `allow`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Who asked, and in which form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub door: Option<&'static str>,
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

impl<'c> Record<'c> {
    /// The record as one line of JSON.
    pub fn line(mut self, request_id: &'c str, took: Duration) -> String {
        self.request_id = request_id;
        self.milliseconds = took.as_secs_f64() * 1000.0;
        serde_json::to_string(&self).unwrap_or_default()
    }
}
