//! One claim in front of a door.

use claimsmith::policy::ClaimRule;
use cognito_claims::TokenUse;

use super::rules::{Door, Seen, Test};
use super::written::Written;

/// One claim in front of a door.
pub struct ClaimAtDoor<'p> {
    /// Its name.
    pub name: &'p str,
    /// How the policy writes it.
    pub written: Written,
    /// What the door sees of it.
    pub seen: Seen,
}

impl<'p> ClaimAtDoor<'p> {
    /// Puts a claim in front of a door that is shown this token; `None` is either.
    pub fn of(claim: &'p ClaimRule, door: Door, token: Option<TokenUse>) -> Self {
        let stands = match token {
            Some(TokenUse::Id) => claim.id,
            Some(TokenUse::Access) => claim.access,
            None => true,
        };
        let written = Written::of(&claim.value);
        let seen = door.sees(&claim.name, written);
        let seen = match stands || seen.test == Test::Nothing {
            true => seen,
            false => Seen::nothing("it doesn't stand in that token"),
        };
        Self { name: &claim.name, written, seen }
    }
}
