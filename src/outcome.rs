//! How an invocation ends: customized, or refused for one of these reasons.
//!
//! The failure table in docs/failures.md is this file's [`Reason`]; a test compares the two. Two texts
//! for each refusal: the message goes to Cognito and from there to a person's screen, so it is
//! constant and generic; the word and the cause go to telemetry, and neither holds a value.

use std::fmt;

/// Why no token is issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The event is no pre token generation event.
    UnreadableEvent,
    /// The event names nobody: an unknown trigger source, and no `sub`.
    NoIdentity,
    /// The event is from a pool that the policy doesn't serve.
    WrongPool,
    /// The event is for an app client that the policy doesn't serve.
    WrongClient,
    /// What the caller chose can't be, or isn't what was proved.
    ChoiceRefused,
    /// No source proves an organisation, and there must be one.
    NoTenant,
    /// A record that is required isn't in the table, or its key has no value.
    RecordMissing,
    /// An attribute has none of the values that the record requires.
    RecordRefused,
    /// A record says that the person, the machine or their organisation is revoked.
    Revoked,
    /// An attribute that decides about the token has a type that it can't have.
    RecordMalformed,
    /// There is more of something than the policy allows.
    TooMany,
    /// A required claim has no value.
    ClaimMissing,
    /// The table could not be read.
    StoreFailed,
    /// The table didn't answer within the deadline.
    DeadlinePassed,
    /// A token would be longer than its budget, with everything shed that may be.
    BudgetImpossible,
}

impl Reason {
    /// All reasons, in the order of the failure table.
    pub const ALL: [Reason; 15] = [
        Reason::UnreadableEvent,
        Reason::NoIdentity,
        Reason::WrongPool,
        Reason::WrongClient,
        Reason::ChoiceRefused,
        Reason::NoTenant,
        Reason::RecordMissing,
        Reason::RecordRefused,
        Reason::Revoked,
        Reason::RecordMalformed,
        Reason::TooMany,
        Reason::ClaimMissing,
        Reason::StoreFailed,
        Reason::DeadlinePassed,
        Reason::BudgetImpossible,
    ];

    /// The stable word: `errorType` of the Lambda answer, telemetry, and `[messages]`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Reason::UnreadableEvent => "unreadable_event",
            Reason::NoIdentity => "no_identity",
            Reason::WrongPool => "wrong_pool",
            Reason::WrongClient => "wrong_client",
            Reason::ChoiceRefused => "choice_refused",
            Reason::NoTenant => "no_tenant",
            Reason::RecordMissing => "record_missing",
            Reason::RecordRefused => "record_refused",
            Reason::Revoked => "revoked",
            Reason::RecordMalformed => "record_malformed",
            Reason::TooMany => "too_many",
            Reason::ClaimMissing => "claim_missing",
            Reason::StoreFailed => "store_failed",
            Reason::DeadlinePassed => "deadline_passed",
            Reason::BudgetImpossible => "budget_impossible",
        }
    }

    /// What a person reads, unless the policy has a text of its own.
    ///
    /// It says only whether trying again can help, never what was found: a text could tell a
    /// stranger that an account, a membership or a ban exists.
    pub const fn default_message(self) -> &'static str {
        match self {
            Reason::StoreFailed | Reason::DeadlinePassed => "sign-in is temporarily unavailable",
            _ => "sign-in refused",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No token is issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why, as a stable word.
    pub reason: Reason,
    /// What it is about.
    pub subject: Subject,
    /// The cause for the operator: names, never values.
    pub cause: String,
}

/// What a refusal is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The event as a whole.
    Event,
    /// The organisation that the token is about.
    Tenant,
    /// The record of this name.
    Record(String),
    /// The claim of this name.
    Claim(String),
    /// The user's groups.
    Groups,
    /// One token as a whole: `id` or `access`.
    Token(cognito_claims::TokenUse),
}

impl Refusal {
    pub(crate) fn new(reason: Reason, subject: Subject, cause: impl Into<String>) -> Self {
        Self { reason, subject, cause: cause.into() }
    }

    /// The refusal of a text that is no event. `problem` names the place, never a value.
    pub fn unreadable(problem: &str) -> Self {
        Self::new(Reason::UnreadableEvent, Subject::Event, problem)
    }
}

/// Why a value can't be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The store failed.
    Store,
    /// The deadline passed.
    Deadline,
    /// An attribute is malformed.
    Malformed,
    /// There is more than the policy allows.
    TooMany,
}

impl Fault {
    /// The reason of a refusal that comes from the fault.
    pub const fn reason(self) -> Reason {
        match self {
            Fault::Store => Reason::StoreFailed,
            Fault::Deadline => Reason::DeadlinePassed,
            Fault::Malformed => Reason::RecordMalformed,
            Fault::TooMany => Reason::TooMany,
        }
    }
}
