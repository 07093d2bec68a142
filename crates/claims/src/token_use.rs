//! The two tokens of a sign-in.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// Which of the two tokens: the value of the claim `token_use`.
///
/// SPEC: AWS, "Verifying JSON web tokens": `token_use` is `id` or `access`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TokenUse {
    /// The ID token, which tells an app who signed in.
    Id,
    /// The access token, which an API accepts.
    Access,
}

impl TokenUse {
    /// Both tokens, ID token first.
    pub const BOTH: [TokenUse; 2] = [TokenUse::Id, TokenUse::Access];

    /// The word as it stands in the claim `token_use`.
    pub const fn as_str(self) -> &'static str {
        match self {
            TokenUse::Id => "id",
            TokenUse::Access => "access",
        }
    }
}

impl fmt::Display for TokenUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// As text and nothing else: serde's own form of an enum takes an object too, `{"access":null}`.
impl<'de> Deserialize<'de> for TokenUse {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Word)
    }
}

struct Word;

impl Visitor<'_> for Word {
    type Value = TokenUse;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("`id` or `access`")
    }

    fn visit_str<E: Error>(self, word: &str) -> Result<TokenUse, E> {
        let known = TokenUse::BOTH.into_iter().find(|known| known.as_str() == word);
        known.ok_or_else(|| E::unknown_variant(word, &["id", "access"]))
    }
}
