//! What a door in front of an API can test of the policy's claims by itself, without code, and the
//! infrastructure that tells it to.

mod fragment;
pub mod json;
pub mod report;
mod rules;
mod traps;
mod written;

use claimsmith::policy::{ClaimRule, Policy};
use cognito_claims::TokenUse;

pub use self::fragment::{Fragment, Language};
pub use self::rules::Door;
use self::rules::{Seen, Test};
use self::written::Written;

/// A policy in front of a door.
pub struct AtDoor<'p> {
    /// The door.
    pub door: Door,
    /// The token that it is shown; `None` is either.
    pub token: Option<TokenUse>,
    /// Each claim, sorted by name.
    pub claims: Vec<ClaimAtDoor<'p>>,
    /// What lets a request in that shouldn't be, or keeps one out that should.
    pub traps: Vec<&'static str>,
    /// What tells the door; `None` if it can test none of the claims.
    pub fragment: Option<Fragment>,
}

/// One claim in front of a door.
pub struct ClaimAtDoor<'p> {
    /// Its name.
    pub name: &'p str,
    /// How the policy writes it.
    written: Written,
    /// What the door sees of it.
    seen: Seen,
}

/// Puts a policy in front of a door.
pub fn at_door(policy: &Policy, door: Door) -> AtDoor<'_> {
    let token = door.token(policy.any_client.access.audience);
    let claims = policy.claims.iter().map(|claim| one(claim, door, token)).collect::<Vec<_>>();
    AtDoor {
        door,
        token,
        traps: traps::of(door),
        fragment: fragment::of(door, token, &claims),
        claims,
    }
}

fn one(claim: &ClaimRule, door: Door, token: Option<TokenUse>) -> ClaimAtDoor<'_> {
    let written = Written::of(&claim.value);
    let stands = match token {
        Some(TokenUse::Id) => claim.id,
        Some(TokenUse::Access) => claim.access,
        None => true,
    };
    let seen = door.sees(&claim.name, written);
    let seen = match stands || seen.test == Test::Nothing {
        true => seen,
        false => Seen::nothing("it doesn't stand in that token"),
    };
    ClaimAtDoor { name: &claim.name, written, seen }
}
