//! What differs between two decisions about one event.
//!
//! Pure. Tokens are compared, not policies: a claim that gets the same value from another source is
//! no change.

use std::collections::{BTreeMap, BTreeSet};

use claimsmith::Decided;
use claimsmith::budget::{Fitted, Tokens};
use claimsmith::outcome::Reason;
use claimsmith::policy::Policy;
use cognito_claims::TokenUse;
use cognito_claims::names::MARKERS;
use serde_json::Value;

use claimsmith_playground::decision::{self, Action};

/// What differs for one event.
pub enum Difference {
    /// Nothing.
    None,
    /// Tokens are issued both times. The claims that differ; if there are none, then the function's
    /// answer differs without any effect on the tokens.
    Claims(Vec<ClaimChange>),
    /// There was a token, and now there is none.
    Refused(Reason),
    /// There was none, and now there is.
    Issued(Reason),
    /// Refused both times, for another reason or with another text.
    RefusedOtherwise(Reason, Reason),
}

/// A claim that differs in one token.
pub struct ClaimChange {
    /// What differs.
    pub row: Row,
    /// The value before; none if it isn't in the token or made up at issue.
    pub before: Option<Value>,
    /// The value after.
    pub after: Option<Value>,
}

/// What differs, as it is counted.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row {
    /// Which token.
    pub token: TokenUse,
    /// The claim's name.
    pub claim: String,
    /// How it differs.
    pub change: Change,
    /// Why it isn't in the token of the other side; nothing for a changed value.
    pub because: Option<Because>,
}

/// Why a claim isn't in a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Because {
    /// What became of it: suppressed, shed, omitted or absent.
    Decided(Action),
    /// The policy doesn't know it.
    NotInPolicy,
    /// Cognito writes it, and there is nothing to write: no group.
    Empty,
    /// The same, because the policy takes the groups away.
    Emptied,
    /// It is a marker, and there is nothing to mark.
    Marker,
}

impl Because {
    /// The words in reports and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Because::Decided(action) => action.as_str(),
            Because::NotInPolicy => "not in the policy",
            Because::Empty => "empty",
            Because::Emptied => "emptied",
            Because::Marker => "marker",
        }
    }
}

/// How a claim differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Change {
    /// It is in the token before and not after.
    Lost,
    /// It is in the token after and not before.
    Gained,
    /// It has another value.
    Changed,
}

impl Change {
    /// The word in reports and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Change::Lost => "lost",
            Change::Gained => "gained",
            Change::Changed => "changed",
        }
    }
}

/// Compares two decisions about an event.
pub fn difference(before: (&Decided<'_>, &Policy), after: (&Decided<'_>, &Policy)) -> Difference {
    match (&before.0.outcome, &after.0.outcome) {
        (Ok(old), Ok(new)) => {
            let changes = claims(old, new);
            if changes.is_empty() && before.0.answer() == after.0.answer() {
                Difference::None
            } else {
                Difference::Claims(changes)
            }
        }
        (Ok(_), Err(refusal)) => Difference::Refused(refusal.reason),
        (Err(refusal), Ok(_)) => Difference::Issued(refusal.reason),
        (Err(old), Err(new)) => {
            let is_same_text = before.1.message(old.reason) == after.1.message(new.reason);
            if old.reason == new.reason && is_same_text {
                Difference::None
            } else {
                Difference::RefusedOtherwise(old.reason, new.reason)
            }
        }
    }
}

fn claims(before: &Tokens<'_>, after: &Tokens<'_>) -> Vec<ClaimChange> {
    let mut changes = Vec::new();
    let groups = (before.groups_changed, after.groups_changed);
    for (before, after) in [(&before.id, &after.id), (&before.access, &after.access)] {
        if let (Some(before), Some(after)) = (before, after) {
            compare(
                before.token,
                TokenClaims::of(before, groups.0),
                TokenClaims::of(after, groups.1),
                &mut changes,
            );
        }
    }
    changes
}

fn compare(
    token: TokenUse,
    mut before: TokenClaims,
    mut after: TokenClaims,
    changes: &mut Vec<ClaimChange>,
) {
    let present: BTreeSet<String> =
        before.present.keys().chain(after.present.keys()).cloned().collect();
    for claim in present {
        let (old, new) = (before.present.remove(&claim), after.present.remove(&claim));
        let (change, because) = match (&old, &new) {
            (Some(old), Some(new)) if old.value == new.value => continue,
            (Some(_), Some(_)) => (Change::Changed, None),
            (Some(old), None) => (Change::Lost, Some(after.why_not(&claim, old))),
            (None, Some(new)) => (Change::Gained, Some(before.why_not(&claim, new))),
            (None, None) => continue,
        };
        changes.push(ClaimChange {
            row: Row { token, claim, change, because },
            before: old.and_then(|old| old.value),
            after: new.and_then(|new| new.value),
        });
    }
}

/// One token, by claim.
struct TokenClaims {
    /// What is in it.
    present: BTreeMap<String, Present>,
    /// What isn't, and what became of it.
    absent: BTreeMap<String, Action>,
    /// Whether the policy changes the groups.
    groups_changed: bool,
}

struct Present {
    /// The value, where it is known before it is issued.
    value: Option<Value>,
    /// Whether Cognito writes it by itself.
    own: bool,
}

impl TokenClaims {
    fn of(fitted: &Fitted<'_>, groups_changed: bool) -> Self {
        let mut side =
            TokenClaims { present: BTreeMap::new(), absent: BTreeMap::new(), groups_changed };
        for decision in decision::of(fitted) {
            let claim = decision.claim.to_owned();
            match decision.action {
                // What Cognito may write is no policy's doing, whether it leaves room for it or not.
                Action::Kept if decision.value.is_none() && decision.surely == 0 => {}
                Action::Added | Action::Overridden | Action::Changed | Action::Kept => {
                    let value = decision.value.map(|value| value.into_owned());
                    let own = matches!(decision.action, Action::Changed | Action::Kept);
                    side.present.insert(claim, Present { value, own });
                }
                // Cognito's own may be suppressed because the policy's is left out: then that is
                // the reason, and it comes later in the order.
                action => {
                    let known = side.absent.entry(claim).or_insert(action);
                    *known = action.max(*known);
                }
            }
        }
        side
    }

    /// Why a claim isn't here, that on the other side is.
    fn why_not(&self, claim: &str, there: &Present) -> Because {
        match self.absent.get(claim) {
            Some(action) => Because::Decided(*action),
            // Of Cognito's own, only those of the groups come and go.
            None if there.own && self.groups_changed => Because::Emptied,
            None if there.own => Because::Empty,
            None if MARKERS.contains(&claim) => Because::Marker,
            None => Because::NotInPolicy,
        }
    }
}
