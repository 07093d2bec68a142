//! A set of feature flags, as a reader may know it: on, off, or unknown.
//!
//! Off is an answer only if the writer knew the flag and the claim is there. Everything else is
//! unknown, and a careful application treats unknown as off.

use std::collections::BTreeSet;

use serde::de::{Deserialize, Deserializer, Error};

use crate::bits::{BitsError, Catalogue};
use crate::encoding::is_flag;
use crate::listed::ListClaim;

/// What is known of one feature.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Feature {
    /// The token says that it is on.
    On,
    /// The token has the set, and the feature is not in it.
    Off,
    /// The token doesn't say: deny, or ask elsewhere.
    Unknown,
}

impl Feature {
    /// Whether it is certainly on.
    pub fn is_on(self) -> bool {
        self == Feature::On
    }
}

/// The features of a token.
///
/// As a field of a struct it reads the forms `comma`, `space` and `list` at every front door. A
/// claim that is missing gives a set in which every feature is unknown, and in a set that was cut
/// those that aren't on are. A set in the form `bits` waits for its catalogue: [`Features::with`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Features {
    on: BTreeSet<String>,
    known: Known,
    /// Whether the claim is there and all of it. Otherwise "not on" never means "off".
    whole: bool,
}

/// Of which features "not on" means "off".
#[derive(Clone, Debug, PartialEq, Eq)]
enum Known {
    All,
    These(BTreeSet<String>),
    /// Nothing yet: a text in the form `bits`.
    Bits(String),
}

impl Features {
    /// The set of a token that doesn't say: every feature is unknown.
    pub fn unknown() -> Self {
        Self { on: BTreeSet::new(), known: Known::All, whole: false }
    }

    /// Decodes a text in the form `bits`.
    ///
    /// # Errors
    /// [`BitsError`]: another form, or another catalogue.
    pub fn from_bits(text: &str, catalogue: &Catalogue) -> Result<Self, BitsError> {
        let flags = catalogue.decode(text)?;
        Ok(Self {
            on: flags.on.into_iter().map(str::to_owned).collect(),
            known: Known::These(flags.known.iter().cloned().collect()),
            whole: true,
        })
    }

    /// Decodes a set that was written in the form `bits`, with the writer's catalogue. A set in
    /// another form needs none and stays as it is.
    ///
    /// # Errors
    /// [`BitsError`]: another catalogue wrote the set.
    pub fn with(self, catalogue: &Catalogue) -> Result<Self, BitsError> {
        match &self.known {
            Known::Bits(text) => Ok(Self::from_bits(text, catalogue)?.in_claim(self.whole)),
            _ => Ok(self),
        }
    }

    /// The same set, in a claim of which the token may not have all.
    pub(crate) fn in_claim(self, whole: bool) -> Self {
        Self { whole, ..self }
    }

    /// What is known of one feature.
    pub fn feature(&self, name: &str) -> Feature {
        match &self.known {
            _ if self.on.contains(name) => Feature::On,
            _ if !self.whole => Feature::Unknown,
            Known::All => Feature::Off,
            Known::These(names) if names.contains(name) => Feature::Off,
            Known::These(_) | Known::Bits(_) => Feature::Unknown,
        }
    }

    /// The features that are certainly on, sorted.
    pub fn on(&self) -> impl Iterator<Item = &str> {
        self.on.iter().map(String::as_str)
    }
}

impl<'de> Deserialize<'de> for Features {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let ListClaim { elements, whole } = ListClaim::<String>::deserialize(deserializer)?;
        match elements.as_slice() {
            // Such a name is a legal flag, but hardly one that is meant: better unknown than misread.
            [only] if looks_like_bits(only) => {
                Ok(Self { on: BTreeSet::new(), known: Known::Bits(only.clone()), whole })
            }
            all if all.iter().all(|name| is_flag(name)) => {
                Ok(Self { on: elements.into_iter().collect(), known: Known::All, whole })
            }
            _ => Err(D::Error::custom("plain flag names expected")),
        }
    }
}

/// Whether a text has the four parts of [`crate::bits`], of whatever version.
fn looks_like_bits(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [version, count, print, _]
        if digits(version) && digits(count) && print.len() == 8)
}
