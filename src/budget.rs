//! What a token costs in bytes, and what is shed, in which order, to fit its budget.
//!
//! The order is total: claims with a number leave first, the lowest first; then those without one;
//! equal ones in the order of their names. A required claim never leaves. Claims leave one by one
//! until the upper end of the finished token's size is within the budget, and the marker
//! `claims_omitted` names those that left. If that is not enough there is no token. The marker
//! `claims_cut` names the lists of which the policy lets only the beginning in.

use cognito_claims::TokenUse;
use cognito_claims::encoding::join;
use cognito_claims::names::{CLAIMS_CUT, CLAIMS_OMITTED};
use serde_json::Value;

use crate::groups::Groups;
use crate::identity::{Carries, Identity};
use crate::outcome::{Reason, Refusal, Subject};
use crate::plan::{self, Plan, Planned, TokenPlan, Why};
use crate::policy::TokenRules;
use crate::resolve::Origin;
use crate::scopes::ScopeChange;
use crate::size::{Size, entry, finished};
use crate::token::{self, OwnClaim};

/// Both tokens as they will be.
#[derive(Debug)]
pub struct Tokens<'p> {
    /// The ID token, unless Cognito issues none.
    pub id: Option<Fitted<'p>>,
    /// The access token.
    pub access: Option<Fitted<'p>>,
    /// Groups as they will stand in the tokens.
    pub groups: Groups<'p>,
    /// Whether these must be written.
    pub groups_changed: bool,
}

/// A token as it will be.
#[derive(Debug)]
pub struct Fitted<'p> {
    /// Which one.
    pub token: TokenUse,
    /// What the trigger can write into it at all.
    pub carries: Carries,
    /// The rules that apply to it.
    pub rules: &'p TokenRules,
    /// What Cognito writes by itself and isn't suppressed or overridden.
    pub own: Vec<OwnClaim<'p>>,
    /// What of its own claims is suppressed.
    pub suppressed: Vec<OwnClaim<'p>>,
    /// What of its own claims is overridden.
    pub overridden: Vec<OwnClaim<'p>>,
    /// Names to suppress beyond the policy's list: claims that the policy owns and that stay out of
    /// this token. Otherwise a user attribute of the same name would stand in their place, and
    /// its value may be the user's own (promise `untrusted`).
    pub withheld: Vec<&'p str>,
    /// What the trigger adds, the marker included, sorted by name.
    pub add: Vec<Planned<'p>>,
    /// Claims that stay out, and why, sorted by name. Not those that were shed.
    pub left_out: Vec<(&'p str, Why)>,
    /// What was shed, in the order in which it left.
    pub shed: Vec<Planned<'p>>,
    /// How the scopes change.
    pub scopes: ScopeChange<'p>,
    /// Bytes without any change of ours.
    pub before: Size,
    /// Bytes of the finished token.
    pub after: Size,
}

/// Names to which a suppression of `cognito:groups` applies.
/// SPEC: AWS, "Pre token generation Lambda trigger": this drops roles and preferred role too.
const GROUP_CLAIMS: [&str; 3] = ["cognito:groups", "cognito:roles", "cognito:preferred_role"];

/// Fits both planned tokens into their budgets.
///
/// # Errors
/// One of them can't fit, even with everything shed that may be.
pub fn fit<'p>(plan: Plan<'p>, identity: &Identity<'p>) -> Result<Tokens<'p>, Refusal> {
    let Plan { id, mut access, groups, groups_changed, never } = plan;
    let change = std::mem::take(&mut access.scopes);
    let own_scopes = token::event_scopes(identity);
    let scopes = match access.carries.claims() {
        true => change.applied(&own_scopes),
        false => own_scopes.clone(),
    };
    let fit_one = |plan: TokenPlan<'p>| {
        let own = |groups, scopes| token::own_claims(plan.token, identity, groups, scopes, never);
        let Some(mut after) = own(&groups, &scopes) else { return Ok(None) };
        let size = |claims: &[OwnClaim<'_>]| claims.iter().map(|claim| claim.size).sum();
        let before = if groups_changed || scopes != own_scopes {
            let before = own(&identity.groups, &own_scopes).unwrap_or_default();
            for claim in &mut after {
                let same = |was: &OwnClaim<'_>| was.name == claim.name && was.value == claim.value;
                claim.changed = !before.iter().any(same);
            }
            size(&before)
        } else {
            size(&after)
        };
        fit_token(plan, after, before, groups_changed).map(Some)
    };
    let (id, mut access) = (fit_one(id)?, fit_one(access)?);
    if let Some(access) = &mut access {
        access.scopes = change;
    }
    Ok(Tokens { id, access, groups, groups_changed })
}

/// Fits a planned token into its budget. `before` is what Cognito would write without any change;
/// `groups_changed` says whether the groups in `own` are not Cognito's own.
///
/// A token in which nothing can be changed (the access token of event version 1) and nothing was
/// has no budget: its length is Cognito's alone, and the event doesn't even tell its scopes.
///
/// # Errors
/// The token can't fit, even with everything shed that may be.
fn fit_token<'p>(
    plan: TokenPlan<'p>,
    own: Vec<OwnClaim<'p>>,
    before: Size,
    groups_changed: bool,
) -> Result<Fitted<'p>, Refusal> {
    let changes = plan.carries.claims();
    let mut fitted = Fitted {
        token: plan.token,
        carries: plan.carries,
        rules: plan.rules,
        own: Vec::with_capacity(own.len()),
        suppressed: Vec::new(),
        overridden: Vec::new(),
        withheld: Vec::new(),
        add: plan.add,
        left_out: plan.left_out,
        shed: Vec::new(),
        scopes: ScopeChange::default(),
        before: finished(before),
        after: Size::default(),
    };
    for claim in own {
        if changes && suppresses(&fitted.rules.suppress, &claim.name) {
            fitted.suppressed.push(claim);
        } else if let Some(name) = withholds(&fitted.left_out, &claim.name) {
            fitted.suppressed.push(claim);
            fitted.withheld.push(name);
        } else if fitted.add.iter().any(|planned| planned.name == claim.name) {
            fitted.overridden.push(claim);
        } else {
            fitted.own.push(claim);
        }
    }

    let mut omitted: Vec<&str> = fitted
        .left_out
        .iter()
        .filter(|(_, why)| matches!(why, Why::Fault(_)))
        .map(|(name, _)| *name)
        .collect();
    let budget = if changes || groups_changed { fitted.rules.budget } else { usize::MAX };
    loop {
        let markers =
            marker_size(CLAIMS_OMITTED, &omitted) + marker_size(CLAIMS_CUT, &fitted.cut());
        fitted.after = finished(fitted.entries() + markers);
        if fitted.after.upper <= budget {
            break;
        }
        let Some(planned) = fitted.shed_next() else {
            return Err(Refusal::new(
                Reason::BudgetImpossible,
                Subject::Token(fitted.token),
                format!(
                    "the {} token can need {} bytes and has a budget of {budget}; suppress what \
                     nobody needs, or raise it",
                    fitted.token, fitted.after.upper
                ),
            ));
        };
        omitted.push(planned);
        omitted.sort_unstable();
    }
    for (name, claims) in [(CLAIMS_OMITTED, omitted), (CLAIMS_CUT, fitted.cut())] {
        if !claims.is_empty() {
            plan::insert(&mut fitted.add, Planned::own(name, marker(&claims), Origin::Marker));
        }
    }
    Ok(fitted)
}

impl<'p> Fitted<'p> {
    /// Payload bytes of all entries.
    fn entries(&self) -> Size {
        let own = self.own.iter().map(|claim| claim.size).sum();
        let added: Size = self.add.iter().map(|planned| entry(planned.name, &planned.value)).sum();
        added + own
    }

    /// The claims of which only the beginning is in.
    fn cut(&self) -> Vec<&'p str> {
        self.add.iter().filter(|planned| planned.cut).map(|planned| planned.name).collect()
    }

    /// Sheds the next claim in the order. What it overrode stays out too.
    fn shed_next(&mut self) -> Option<&'p str> {
        let next = self
            .add
            .iter()
            .enumerate()
            .filter(|(_, planned)| !planned.required)
            .min_by_key(|(_, planned)| (planned.shed.unwrap_or(u32::MAX), planned.name))
            .map(|(position, _)| position)?;
        let planned = self.add.remove(next);
        let name = planned.name;
        if let Some(own) = self.overridden.iter().position(|claim| claim.name == name) {
            self.suppressed.push(self.overridden.remove(own));
            self.withheld.push(name);
        }
        self.shed.push(planned);
        Some(name)
    }
}

/// The name, if the policy owns the claim in this token and has left it out.
fn withholds<'p>(left_out: &[(&'p str, Why)], claim: &str) -> Option<&'p str> {
    left_out
        .iter()
        .find(|(name, why)| *name == claim && *why != Why::OtherToken)
        .map(|(name, _)| *name)
}

fn suppresses(suppress: &[String], name: &str) -> bool {
    suppress.iter().any(|suppressed| {
        suppressed == name || (suppressed == "cognito:groups" && GROUP_CLAIMS.contains(&name))
    })
}

fn marker(claims: &[&str]) -> Value {
    Value::from(join(claims.iter().copied(), ','))
}

fn marker_size(name: &str, claims: &[&str]) -> Size {
    if claims.is_empty() { Size::default() } else { entry(name, &marker(claims)) }
}
