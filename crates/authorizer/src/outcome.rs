//! What comes of a request: an answer, or an error that a gateway turns into 401 or 500.
//!
//! A refusal (403) is an answer. Words are stable; none of them holds anything of a request.

use serde_json::Value;

use crate::telemetry::Record;

/// What comes of one request.
#[derive(Debug)]
pub struct Outcome<'c> {
    /// The function's answer, or its error.
    pub answer: Result<Value, Failure>,
    /// What is logged.
    pub record: Record<'c>,
}

/// What the request that was asked about meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It goes on to its handler.
    Allow,
    /// 403.
    Deny,
    /// 401.
    Unauthorized,
    /// 500.
    Error,
}

impl Effect {
    /// The word in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Effect::Allow => "allow",
            Effect::Deny => "deny",
            Effect::Unauthorized => "unauthorized",
            Effect::Error => "error",
        }
    }
}

/// Why there is no answer, with the stable word for the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failure {
    /// Another token could help: 401.
    Unauthorized(&'static str),
    /// Something is broken or set up wrongly: 500.
    Fault(&'static str),
}

impl Failure {
    /// The error's text. For 401 it must be this very word, and it is the same for every reason.
    ///
    /// SPEC: AWS, "Output from an API Gateway Lambda authorizer": the error `Unauthorized` becomes
    /// 401, every other one 500. That is for REST APIs; for the others it is taken over, and not
    /// verified on AWS.
    pub const fn message(self) -> &'static str {
        match self {
            Failure::Unauthorized(_) => "Unauthorized",
            Failure::Fault(_) => "authorizer fault",
        }
    }

    /// The error's type, as Lambda shows it in metrics and logs.
    pub const fn error_type(self) -> &'static str {
        match self {
            Failure::Unauthorized(_) => "Unauthorized",
            Failure::Fault(word) => word,
        }
    }
}

impl<'c> Outcome<'c> {
    /// A request with an answer.
    pub fn answered(effect: Effect, answer: Value, record: Record<'c>) -> Self {
        Self { answer: Ok(answer), record: Record { outcome: effect.as_str(), ..record } }
    }

    /// A request without an answer.
    pub fn failed(failure: Failure, record: Record<'c>) -> Self {
        let (effect, word) = match failure {
            Failure::Unauthorized(word) => (Effect::Unauthorized, word),
            Failure::Fault(word) => (Effect::Error, word),
        };
        let record = Record { outcome: effect.as_str(), reason: Some(word), ..record };
        Self { answer: Err(failure), record }
    }
}
