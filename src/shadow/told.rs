//! What is told about the next policy's decision: names and numbers, never a value.
//!
//! docs/shadow.md has the members.

use serde::{Serialize, Serializer};

use crate::outcome::Reason;

/// What the next policy would have done, beside what the running one did.
#[derive(Debug, Serialize)]
pub struct Told {
    /// In one word.
    pub outcome: Outcome,
    /// Why the running policy refuses, if it does.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "word")]
    pub reason_now: Option<Reason>,
    /// Why the next one would.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "word")]
    pub reason_next: Option<Reason>,
    /// The ID token, if both policies let one be issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<TokenTold>,
    /// The same of the access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<TokenTold>,
    /// Names of the next policy's records that weren't there in time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown_records: Vec<String>,
    /// What its own store suffered from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub store_faults: Vec<String>,
    /// Items and queries that it read itself.
    pub own_reads: usize,
}

/// What the next policy would have done, in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// The same tokens, or a refusal for the same reason.
    Same,
    /// Tokens that differ.
    Differs,
    /// No tokens, where the running policy has some.
    Refused,
    /// Tokens, where the running policy has none.
    Issued,
    /// No tokens either, for another reason.
    RefusedOtherwise,
    /// What would tell wasn't there in time.
    Unknown,
    /// It didn't come to an end.
    NotReady,
    /// It panicked.
    Panicked,
}

impl Outcome {
    /// All of them.
    pub const ALL: [Outcome; 8] = [
        Outcome::Same,
        Outcome::Differs,
        Outcome::Refused,
        Outcome::Issued,
        Outcome::RefusedOtherwise,
        Outcome::Unknown,
        Outcome::NotReady,
        Outcome::Panicked,
    ];

    /// The stable word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Same => "same",
            Outcome::Differs => "differs",
            Outcome::Refused => "refused",
            Outcome::Issued => "issued",
            Outcome::RefusedOtherwise => "refused_otherwise",
            Outcome::Unknown => "unknown",
            Outcome::NotReady => "not_ready",
            Outcome::Panicked => "panicked",
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// What differs in one token.
#[derive(Debug, Default, Serialize)]
pub struct TokenTold {
    /// Claims that it would have and hasn't.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gained: Vec<String>,
    /// Claims that it has and wouldn't have.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<String>,
    /// Claims that would have another value.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed: Vec<String>,
    /// Names that one policy suppresses and the other doesn't, though the token doesn't show it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppressed_otherwise: Vec<String>,
    /// Claims about which nothing can be told, because what they need wasn't there in time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
    /// Bytes at most, as issued.
    pub bytes_now: usize,
    /// Bytes at most by the next policy; nothing if a claim is unknown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes_next: Option<usize>,
}

impl TokenTold {
    /// Whether anything is known to differ.
    pub fn differs(&self) -> bool {
        let lists = [&self.gained, &self.lost, &self.changed, &self.suppressed_otherwise];
        lists.iter().any(|list| !list.is_empty())
    }
}

impl Told {
    /// Nothing but the word.
    pub fn only(outcome: Outcome) -> Self {
        Self {
            outcome,
            reason_now: None,
            reason_next: None,
            id_token: None,
            access_token: None,
            unknown_records: Vec::new(),
            store_faults: Vec::new(),
            own_reads: 0,
        }
    }
}

fn word<S: Serializer>(reason: &Option<Reason>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(reason.map_or("", Reason::as_str))
}
