//! One wide JSON record per invocation: names, sizes, counts and times; never a value.
//!
//! Shell: it knows the clock by the duration that it is given, and nothing else does.

use std::time::Duration;

use cognito_claims::names::CLAIMS_OMITTED;
use serde::Serialize;

use crate::budget::Fitted;
use crate::event::{Form, TRIGGER_SOURCES, TriggerEvent};
use crate::outcome::Refusal;
use crate::plan::Why;
use crate::{Decided, Tokens};

/// What is recorded about one invocation.
#[derive(Debug, Default, Serialize)]
pub struct Record<'e> {
    /// `customized` or `refused`.
    pub outcome: &'static str,
    /// The stable word of a refusal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// The cause of a refusal: names, never values.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// Lambda's id of the invocation.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub request_id: &'e str,
    /// `user` or `client`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<&'static str>,
    /// Which flow makes the tokens. A word of Cognito's, unless it is none that we know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trigger_source: Option<&'static str>,
    /// Which form the answer has: 1 or 2.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<u8>,
    /// Rounds of reads.
    pub rounds: usize,
    /// Items asked for.
    pub reads: usize,
    /// The ID token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_token: Option<TokenRecord<'e>>,
    /// The access token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_token: Option<TokenRecord<'e>>,
    /// Milliseconds from event to answer.
    pub milliseconds: f64,
}

/// What is recorded about one token.
#[derive(Debug, Serialize)]
pub struct TokenRecord<'e> {
    /// Bytes at most, without our changes.
    pub bytes_before: usize,
    /// Bytes at most, as issued.
    pub bytes_after: usize,
    /// Names of claims that were shed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shed: Vec<&'e str>,
    /// Names of claims that were left out because of a fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faulty: Vec<&'e str>,
    /// Names in the data that are no flags and were left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub not_flags: usize,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl<'e> Record<'e> {
    /// The record of an event that was decided about.
    pub fn decided(event: &TriggerEvent<'_>, decided: &'e Decided<'_>) -> Self {
        let record = Self {
            identity: Some(decided.identity.kind.as_str()),
            // A source that nobody knows is not recorded: it would be a value of the event.
            trigger_source: TRIGGER_SOURCES
                .iter()
                .find(|known| **known == event.trigger_source)
                .copied(),
            form: Some(match event.form {
                Form::V1 => 1,
                Form::V2 => 2,
            }),
            rounds: decided.reads.len(),
            reads: decided.reads.iter().map(Vec::len).sum(),
            ..Self::default()
        };
        match &decided.outcome {
            Ok(Tokens { id, access, .. }) => Self {
                outcome: "customized",
                id_token: id.as_ref().map(TokenRecord::of),
                access_token: access.as_ref().map(TokenRecord::of),
                ..record
            },
            Err(refusal) => record.with_refusal(refusal),
        }
    }

    /// The record of a refusal before anything else is known.
    pub fn refused(refusal: &Refusal) -> Self {
        Self::default().with_refusal(refusal)
    }

    fn with_refusal(self, refusal: &Refusal) -> Self {
        Self {
            outcome: "refused",
            reason: Some(refusal.reason.as_str()),
            cause: Some(refusal.cause.clone()),
            ..self
        }
    }

    /// The record as one line of JSON.
    pub fn line(mut self, request_id: &'e str, took: Duration) -> String {
        self.request_id = request_id;
        self.milliseconds = took.as_secs_f64() * 1000.0;
        serde_json::to_string(&self).unwrap_or_default()
    }
}

impl<'e> TokenRecord<'e> {
    fn of(fitted: &'e Fitted<'_>) -> Self {
        let marked = |planned: &&crate::plan::Planned<'_>| planned.name != CLAIMS_OMITTED;
        Self {
            bytes_before: fitted.before.upper,
            bytes_after: fitted.after.upper,
            shed: fitted.shed.iter().map(|planned| planned.name).collect(),
            faulty: fitted
                .left_out
                .iter()
                .filter(|(_, why)| matches!(why, Why::Fault(_)))
                .map(|(name, _)| *name)
                .collect(),
            not_flags: fitted.add.iter().filter(marked).map(|planned| planned.not_flags).sum(),
        }
    }
}
