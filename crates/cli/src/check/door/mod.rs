//! What a door in front of an API can test of the policy's claims by itself, without code, and the
//! infrastructure that tells it to.

mod claim;
mod fragment;
pub mod json;
pub mod report;
mod rules;
mod traps;
mod written;

use claimsmith::policy::Policy;
use cognito_claims::TokenUse;

use self::claim::ClaimAtDoor;
use self::fragment::Fragment;
pub use self::rules::Door;

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
    /// What tells the door; `None` if it has rules for claims and can test none of these.
    pub fragment: Option<Fragment>,
}

/// Puts a policy in front of a door.
pub fn at_door(policy: &Policy, door: Door) -> AtDoor<'_> {
    let token = door.token(policy.any_client.access.audience);
    let claims: Vec<ClaimAtDoor<'_>> =
        policy.claims.iter().map(|claim| ClaimAtDoor::of(claim, door, token)).collect();
    let fragment = fragment::of(door, token, &claims);
    AtDoor { door, token, claims, traps: traps::of(door), fragment }
}
