//! Why claims can't be read.
//!
//! One error for the whole reader: it names the claim, the front door and what was expected, and
//! never a value, so that its text may be logged and shown. Serde's own messages quote values;
//! none of them gets in here.

use std::borrow::Cow;
use std::fmt;

use serde::de;

use crate::door::Door;

/// Why claims, or one claim, can't be read.
///
/// The text is safe for logs and callers: no claim value is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError {
    kind: ReadErrorKind,
    claim: Option<Box<str>>,
    door: Option<Door>,
    // What was expected, or why a form can't be undone; a fragment without values.
    detail: Cow<'static, str>,
}

/// What went wrong, without the particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadErrorKind {
    /// The claim is not there, or is null.
    Missing,
    /// The claim is there, but not of the type that was asked for.
    Unexpected,
    /// The front door flattened the claim so that more than one value could have been meant.
    Ambiguous,
    /// The event or text holds no claims where this front door puts them.
    NoClaims,
    /// The event could come from more than one front door: use the constructor of the right one.
    AmbiguousDoor,
}

impl ReadError {
    /// What went wrong.
    pub fn kind(&self) -> ReadErrorKind {
        self.kind
    }

    /// The claim's name, if the error is about one claim.
    pub fn claim(&self) -> Option<&str> {
        self.claim.as_deref()
    }

    /// The front door, if it is known.
    pub fn door(&self) -> Option<Door> {
        self.door
    }

    pub(crate) fn missing() -> Self {
        Self::new(ReadErrorKind::Missing, "")
    }

    pub(crate) fn unexpected(expected: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ReadErrorKind::Unexpected, expected)
    }

    pub(crate) fn ambiguous(reason: &'static str) -> Self {
        Self::new(ReadErrorKind::Ambiguous, reason)
    }

    pub(crate) fn no_claims(place: &'static str) -> Self {
        Self::new(ReadErrorKind::NoClaims, place)
    }

    pub(crate) fn ambiguous_door(reason: &'static str) -> Self {
        Self::new(ReadErrorKind::AmbiguousDoor, reason)
    }

    /// Adds the place, unless the error knows it already.
    pub(crate) fn about(self, claim: &str, door: Door) -> Self {
        let claim = self.claim.or_else(|| Some(claim.into()));
        Self { claim, ..self }.at(door)
    }

    /// Adds the front door, unless the error knows it already.
    pub(crate) fn at(self, door: Door) -> Self {
        Self { door: self.door.or(Some(door)), ..self }
    }

    fn new(kind: ReadErrorKind, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { kind, claim: None, door: None, detail: detail.into() }
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            ReadErrorKind::NoClaims => write!(f, "no claims: expected {}", self.detail)?,
            ReadErrorKind::AmbiguousDoor => write!(f, "ambiguous front door: {}", self.detail)?,
            ReadErrorKind::Missing | ReadErrorKind::Unexpected | ReadErrorKind::Ambiguous => {
                match &self.claim {
                    Some(claim) => write!(f, "claim `{claim}` ")?,
                    None => f.write_str("the claims ")?,
                }
                match self.kind {
                    ReadErrorKind::Missing => f.write_str("is missing")?,
                    ReadErrorKind::Unexpected => write!(f, "is not {}", self.detail)?,
                    _ => write!(f, "is ambiguous: {}", self.detail)?,
                }
            }
        }
        match self.door {
            Some(door) => write!(f, " ({door})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for ReadError {}

/// Serde's hooks. Where serde would quote the value, only what was expected is kept.
impl de::Error for ReadError {
    fn custom<T: fmt::Display>(_: T) -> Self {
        // The text is another crate's and may hold the value.
        Self::unexpected("what the asked type accepts")
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::unexpected("of the asked type")
    }

    fn invalid_value(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::unexpected("in the range of the asked type")
    }

    fn invalid_length(_: usize, _: &dyn de::Expected) -> Self {
        Self::unexpected("a list of the asked length")
    }

    fn unknown_variant(_: &str, words: &'static [&'static str]) -> Self {
        let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
        Self::unexpected(format!("one of the words {}", words.join(", ")))
    }

    fn missing_field(claim: &'static str) -> Self {
        Self { claim: Some(claim.into()), ..Self::missing() }
    }
}
