//! What becomes of one claim in one token, as the trigger decides.

use claimsmith::budget::Tokens;
use claimsmith::plan::{Planned, Why};
use claimsmith::policy::Policy;
use claimsmith::token::Origin;
use cognito_claims::TokenUse;

use claimsmith_playground::decision::{Fate, fates};

/// What becomes of one claim in one token.
pub enum Verdict<'d> {
    /// The trigger writes it.
    Written(&'d Planned<'d>),
    /// Cognito writes it by itself; `sure` unless it depends on the app client or the flow.
    Kept {
        /// It is in every such token.
        sure: bool,
        /// It is a user attribute.
        attribute: bool,
    },
    /// The policy takes it away.
    Suppressed,
    /// The budget, in bytes, is short.
    Shed(usize),
    /// It stays out.
    LeftOut(Why),
    /// The records decide, and they are not known.
    Open,
    /// Nothing writes it.
    Unwritten,
    /// The trigger can't change this token in this version.
    Unchangeable,
    /// Cognito issues no such token.
    NotIssued,
}

/// The verdict on a claim in one token of an event that isn't refused.
pub fn verdict<'d>(
    tokens: &'d Tokens<'_>,
    token: TokenUse,
    claim: &str,
    policy: &Policy,
    records_known: bool,
) -> Verdict<'d> {
    let fitted = match token {
        TokenUse::Id => &tokens.id,
        TokenUse::Access => &tokens.access,
    };
    let Some(fitted) = fitted else { return Verdict::NotIssued };
    let ours = fates(fitted).filter(|(name, _)| *name == claim).map(|(_, fate)| fate);
    match ours.min_by_key(rank) {
        Some(Fate::Written { planned, .. }) => Verdict::Written(planned),
        Some(Fate::Shed(_)) => Verdict::Shed(fitted.rules.budget),
        Some(Fate::LeftOut(Why::Fault(_))) if !records_known => Verdict::Open,
        Some(Fate::LeftOut(why)) => Verdict::LeftOut(why),
        Some(Fate::Suppressed { .. }) => Verdict::Suppressed,
        Some(Fate::Kept(own)) => {
            let attribute = own.origin == Origin::Attribute;
            Verdict::Kept { sure: own.size.lower > 0 && !attribute, attribute }
        }
        None => match policy.claims.iter().find(|rule| rule.name == claim) {
            Some(rule) if !fitted.carries.claims() => match token {
                TokenUse::Access if rule.access => Verdict::Unchangeable,
                TokenUse::Id if rule.id => Verdict::Unchangeable,
                _ => Verdict::LeftOut(Why::OtherToken),
            },
            _ => Verdict::Unwritten,
        },
    }
}

/// Of two fates of one name, the one that tells more comes first.
fn rank(fate: &Fate<'_>) -> u8 {
    match fate {
        Fate::Written { .. } => 0,
        Fate::Shed(_) => 1,
        Fate::LeftOut(_) => 2,
        Fate::Suppressed { .. } => 3,
        Fate::Kept(_) => 4,
    }
}
