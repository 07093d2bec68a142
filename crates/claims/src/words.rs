//! A list of plain words: roles, permissions and every other such list.
//!
//! They are open sets like tiers: the contract fixes the names of claims, not their words.

use serde::de::{Deserialize, Deserializer, Error};

use crate::encoding::is_list_word;
use crate::listed::{ListClaim, Listed};

/// The words of a list claim, such as the roles or the permissions of a token.
///
/// As a field of a struct it reads the forms `comma`, `space` and `list` at every front door. Of a
/// claim that is missing or cut, a word that isn't listed is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Words(ListClaim<String>);

impl Words {
    /// The list of a token that doesn't say: every word is unknown.
    pub fn unknown() -> Self {
        Self(ListClaim::unknown())
    }

    /// What is known of one word.
    pub fn contains(&self, word: &str) -> Listed {
        self.0.listed(|listed| listed == word)
    }

    /// The words that are certainly there, in the token's order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.elements.iter().map(String::as_str)
    }

    /// Whether these are all: the claim is there, and the trigger has cut nothing off.
    pub fn is_whole(&self) -> bool {
        self.0.whole
    }
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let list = ListClaim::<String>::deserialize(deserializer)?;
        // Such a word would be two at a front door that flattens.
        if !list.elements.iter().all(|word| is_list_word(word)) {
            return Err(D::Error::custom("plain words expected"));
        }
        Ok(Self(list))
    }
}
