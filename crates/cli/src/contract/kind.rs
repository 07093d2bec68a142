//! The reader's type for a claim: what readers in every language read it as.
//!
//! `types` writes readers by it, and whether they read another contract's tokens is decided by it.

use cognito_claims::encoding::Encoding;
use cognito_claims::names::{FEATURE_FLAGS, ORG_ID, ORG_TIER, PERMISSIONS, ROLES};

use super::model::{Claim, Form};

/// The reader's type for a claim.
#[derive(Clone, Copy)]
pub enum Kind<'c> {
    Text,
    Integer,
    Number,
    Boolean,
    /// Any JSON value.
    Json,
    /// The organisation that the token acts in.
    OrgId,
    /// What it has paid for.
    Tier,
    /// Plain words.
    Words(Encoding),
    /// Flags.
    Features(Encoding),
    /// Flags that only their catalogue decodes.
    Bits,
    /// Objects with these members, as the reader's own type takes them.
    Organisations(&'c [String]),
    /// Objects with these members.
    Objects(&'c [String]),
}

impl<'c> Kind<'c> {
    /// The type for a claim.
    pub fn of(claim: &'c Claim) -> Self {
        match &claim.form {
            Form::String if claim.name == ORG_ID => Kind::OrgId,
            Form::String if claim.name == ORG_TIER => Kind::Tier,
            Form::String => Kind::Text,
            Form::Integer => Kind::Integer,
            Form::Number => Kind::Number,
            Form::Boolean => Kind::Boolean,
            Form::Words { encoding } if claim.name == FEATURE_FLAGS => Kind::Features(*encoding),
            Form::Words { encoding } => Kind::Words(*encoding),
            Form::Flags { encoding: Encoding::Bits, .. } => Kind::Bits,
            // The contract's own names have the reader's own types.
            Form::Flags { encoding, .. } if [ROLES, PERMISSIONS].contains(&&*claim.name) => {
                Kind::Words(*encoding)
            }
            Form::Flags { encoding, .. } => Kind::Features(*encoding),
            Form::Organisations { fields } => Kind::Organisations(fields),
            Form::Items { fields } => Kind::Objects(fields),
            Form::Json => Kind::Json,
        }
    }

    /// Whether a reader of this type reads every value of another one that is written as this is.
    pub fn reads(self, other: Self) -> bool {
        match (self, other) {
            // A whole number is a number.
            (Kind::Number, Kind::Integer) => true,
            // Of objects a reader leaves alone what it doesn't know.
            (Kind::Objects(_), Kind::Organisations(_)) => true,
            (one, other) => std::mem::discriminant(&one) == std::mem::discriminant(&other),
        }
    }

    /// Whether a missing claim is a value of the type, in which everything is unknown.
    pub fn knows_unknown(self) -> bool {
        match self {
            Kind::Words(_) | Kind::Features(..) | Kind::Bits | Kind::Organisations(_) => true,
            Kind::Text
            | Kind::Integer
            | Kind::Number
            | Kind::Boolean
            | Kind::Json
            | Kind::OrgId
            | Kind::Tier
            | Kind::Objects(_) => false,
        }
    }
}
