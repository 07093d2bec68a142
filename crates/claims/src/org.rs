//! The organisation and its tier, typed.
//!
//! Both are open sets of words: the contract fixes their names, not their values. How tiers rank is
//! the application's business ([`crate::Guard::tier_at_least`]).

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};

/// An organisation's id: text that is not empty.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OrgId(String);

/// What an organisation has paid for: any word, such as `pro`.
///
/// An application that knows all its tiers reads its own enum instead, with `#[serde(other)]` on
/// the variant for words of tomorrow.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Tier(String);

macro_rules! word {
    ($($word:ident)*) => {$(
        impl $word {
            pub(crate) fn new<E: Error>(text: String) -> Result<Self, E> {
                if text.is_empty() {
                    return Err(E::custom("text that is not empty expected"));
                }
                Ok(Self(text))
            }

            /// The text as it stands in the claim.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $word {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl PartialEq<str> for $word {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl PartialEq<&str> for $word {
            fn eq(&self, other: &&str) -> bool {
                self.0 == *other
            }
        }

        impl<'de> Deserialize<'de> for $word {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Self::new(String::deserialize(deserializer)?)
            }
        }
    )*};
}

word!(OrgId Tier);
