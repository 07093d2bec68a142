//! Each claim of a token with what became of it, where it came from, and why.
//!
//! Pure: the rows that both the report and the JSON line show.

use std::borrow::Cow;

use claimsmith::Decided;
use claimsmith::budget::{Fitted, Tokens};
use claimsmith::outcome::{Fault, Refusal, Subject};
use claimsmith::plan::{Planned, Why};
use claimsmith::policy::TokenRules;
use claimsmith::resolve::Origin;
use claimsmith::size::entry;
use claimsmith::token::{self, OwnClaim};
use cognito_claims::TokenUse;
use serde_json::Value;

use crate::words::number;

/// What became of one claim in one token.
pub struct Decision<'d> {
    /// The token; none if a refusal is about both.
    pub token: Option<TokenUse>,
    /// The claim's name.
    pub claim: &'d str,
    /// What became of it.
    pub action: Action,
    /// Where the value comes from.
    pub source: String,
    /// Why, if there is more to say than the source.
    pub reason: String,
    /// Bytes of the finished token at most, rounded up: what budgets are in.
    pub bytes: usize,
    /// The same at least; 0 if the claim may be absent.
    pub surely: usize,
    /// The value, if it is in the token and known before it is issued.
    pub value: Option<Cow<'d, Value>>,
}

impl Decision<'_> {
    /// Whether it is nothing but Cognito's own: the policy neither changes it nor has rules about it.
    pub fn is_cognitos(&self) -> bool {
        self.action == Action::Kept && self.reason != RULED
    }
}

/// Said of what stays as it is, though the policy could have changed it.
const RULED: &str = "as the policy allows";

/// What became of a claim. In the order of reports: what is in the token, the trigger's own
/// doing first, then what isn't.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// The trigger adds it.
    Added,
    /// The trigger writes it over Cognito's own.
    Overridden,
    /// Cognito writes it, and the policy changes what: groups, roles and scopes.
    Changed,
    /// Cognito writes it, and nothing changes that.
    Kept,
    /// The budget left no room for it.
    Shed,
    /// Its value can't be known.
    Omitted,
    /// The trigger takes Cognito's own away.
    Suppressed,
    /// It has no value, or isn't for this token.
    Absent,
    /// Because of it there is no token.
    Refused,
}

impl Action {
    /// The word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Action::Kept => "kept",
            Action::Added => "added",
            Action::Overridden => "overridden",
            Action::Changed => "changed",
            Action::Suppressed => "suppressed",
            Action::Shed => "shed",
            Action::Omitted => "omitted",
            Action::Absent => "absent",
            Action::Refused => "refused",
        }
    }

    /// The same for people.
    pub const fn words(self) -> &'static str {
        match self {
            Action::Kept => "Cognito’s own",
            Action::Shed => "left out for size",
            Action::Omitted => "left out as unknown",
            other => other.as_str(),
        }
    }

    /// Whether the claim is in the token.
    pub const fn is_issued(self) -> bool {
        matches!(self, Action::Added | Action::Overridden | Action::Changed | Action::Kept)
    }
}

/// Bytes of the finished token for bytes of its payload: base64 makes four of three.
pub const fn in_token(payload: usize) -> usize {
    (payload * 4).div_ceil(3)
}

/// The trigger source of managed login, which passes no client metadata on.
/// SPEC: AWS, "The token issuer endpoint": `aws_client_metadata` is read for client credentials alone.
const HOSTED_AUTH: &str = "TokenGeneration_HostedAuth";

/// What in the event can't have come from Cognito, so that a report about it may mislead.
pub fn warning(decided: &Decided<'_>) -> Option<&'static str> {
    let Decided { identity, .. } = decided;
    (identity.trigger_source == HOSTED_AUTH && !identity.metadata.is_empty()).then_some(
        "the event has client metadata, which Cognito never gives at managed login: a real one would be \
         decided without it",
    )
}

/// All decisions about one event, token by token.
pub fn decisions<'d>(decided: &'d Decided<'_>) -> Vec<Decision<'d>> {
    match &decided.outcome {
        Ok(Tokens { id, access, .. }) => [id, access].into_iter().flatten().flat_map(of).collect(),
        Err(refusal) => refused(refusal),
    }
}

/// What became of one claim of a token, with what the trigger says about it.
#[derive(Clone, Copy)]
pub enum Fate<'d> {
    /// The trigger writes it.
    Written {
        /// The claim.
        planned: &'d Planned<'d>,
        /// Whether Cognito would write it, too.
        over: bool,
    },
    /// The budget left no room for it.
    Shed(&'d Planned<'d>),
    /// It stays out.
    LeftOut(Why),
    /// The policy takes it away.
    Suppressed {
        /// Cognito's own, if the event tells it.
        own: Option<&'d OwnClaim<'d>>,
        /// Whether for want of a value of the policy's.
        withheld: bool,
    },
    /// Cognito writes it, perhaps with what the policy makes of groups and scopes.
    Kept(&'d OwnClaim<'d>),
}

/// What became of each claim of one token. A name comes twice where the policy has no value for a
/// claim and suppresses what stands in its place.
pub fn fates<'d>(fitted: &'d Fitted<'_>) -> impl Iterator<Item = (&'d str, Fate<'d>)> {
    let kept = fitted.own.iter().map(|own| (&*own.name, Fate::Kept(own)));
    let suppressed = fitted.suppressed.iter().map(|own| {
        let withheld = fitted.withheld.contains(&&*own.name);
        (&*own.name, Fate::Suppressed { own: Some(own), withheld })
    });
    let listed = fitted.rules.suppress.iter().filter(|name| {
        fitted.carries.claims() && !fitted.suppressed.iter().any(|own| own.name == **name)
    });
    let listed =
        listed.map(|name| (name.as_str(), Fate::Suppressed { own: None, withheld: false }));
    let written = fitted.add.iter().map(|planned| {
        let over = fitted.overridden.iter().any(|own| own.name == planned.name);
        (planned.name, Fate::Written { planned, over })
    });
    let shed = fitted.shed.iter().map(|planned| (planned.name, Fate::Shed(planned)));
    let left_out = fitted.left_out.iter().map(|(name, why)| (*name, Fate::LeftOut(*why)));
    kept.chain(suppressed).chain(listed).chain(written).chain(shed).chain(left_out)
}

/// The decisions about one token.
pub fn of<'d>(fitted: &'d Fitted<'_>) -> Vec<Decision<'d>> {
    let row = |(claim, fate)| decision(fitted, claim, fate);
    let mut decisions: Vec<Decision<'d>> = fates(fitted).map(row).collect();
    decisions.sort_by(|a, b| (a.action, a.claim).cmp(&(b.action, b.claim)));
    decisions
}

fn decision<'d>(fitted: &Fitted<'_>, claim: &'d str, fate: Fate<'d>) -> Decision<'d> {
    let token = Some(fitted.token);
    let nothing = |action, reason: &str| Decision {
        token,
        claim,
        action,
        source: String::new(),
        reason: reason.to_owned(),
        bytes: 0,
        surely: 0,
        value: None,
    };
    match fate {
        Fate::Kept(claim) if claim.changed => own(token, claim, Action::Changed, "by the policy"),
        Fate::Kept(claim) => {
            let TokenRules { add_scopes, suppress_scopes, limit_scopes, .. } = fitted.rules;
            let ruled =
                limit_scopes.is_some() || !(add_scopes.is_empty() && suppress_scopes.is_empty());
            let reason = match (claim.size.lower, claim.made_up) {
                _ if claim.name == "scope" && ruled => RULED,
                _ if claim.origin == token::Origin::Attribute => "if readable",
                (0, _) => "may be absent",
                (_, true) => "made at issue",
                _ => "",
            };
            own(token, claim, Action::Kept, reason)
        }
        Fate::Suppressed { own: None, .. } => {
            nothing(Action::Suppressed, "by the policy; not in the event")
        }
        Fate::Suppressed { own: Some(claim), withheld } => {
            let reason = if withheld {
                "owned by the policy, which has no value for it"
            } else {
                "by the policy"
            };
            own(token, claim, Action::Suppressed, reason)
        }
        Fate::Written { planned, over } => {
            let action = if over { Action::Overridden } else { Action::Added };
            added(token, planned, action, not_flags(planned))
        }
        Fate::Shed(planned) => {
            let reason = format!("the budget of {} bytes is short", number(fitted.rules.budget));
            Decision { value: None, ..added(token, planned, Action::Shed, reason) }
        }
        Fate::LeftOut(why) => {
            let (action, reason) = left_out(why);
            nothing(action, reason)
        }
    }
}

fn own<'d>(
    token: Option<TokenUse>,
    claim: &'d OwnClaim<'_>,
    action: Action,
    reason: &str,
) -> Decision<'d> {
    Decision {
        token,
        claim: &claim.name,
        action,
        source: match claim.origin {
            token::Origin::Cognito => "Cognito",
            token::Origin::Attribute => "attribute",
            token::Origin::Groups => "groups",
        }
        .to_owned(),
        reason: reason.to_owned(),
        bytes: in_token(claim.size.upper),
        surely: in_token(claim.size.lower),
        value: (matches!(action, Action::Kept | Action::Changed) && !claim.made_up)
            .then(|| Cow::Owned(claim.value.to_json())),
    }
}

fn added<'d>(
    token: Option<TokenUse>,
    planned: &'d Planned<'_>,
    action: Action,
    reason: String,
) -> Decision<'d> {
    let size = entry(planned.name, &planned.value);
    Decision {
        token,
        claim: planned.name,
        action,
        source: match planned.origin {
            Origin::Source(source) => source.text.clone(),
            Origin::Merge(sources) => {
                let texts: Vec<&str> = sources.iter().map(|source| source.text.as_str()).collect();
                texts.join(" + ")
            }
            Origin::Items(_) => "items".to_owned(),
            Origin::Template(template) => {
                let texts: Vec<&str> = template.values().map(|it| it.text.as_str()).collect();
                texts.join(" + ")
            }
            Origin::Constant => "policy".to_owned(),
            Origin::Default => "default".to_owned(),
            Origin::ClientId => "app client id".to_owned(),
            Origin::SessionTags => "session tags".to_owned(),
            Origin::Marker => "marker".to_owned(),
        },
        reason,
        bytes: in_token(size.upper),
        surely: in_token(size.lower),
        value: Some(Cow::Borrowed(&planned.value)),
    }
}

fn not_flags(planned: &Planned<'_>) -> String {
    if planned.cut {
        return "there are more; `claims_cut` says so".to_owned();
    }
    match planned.not_flags {
        0 => String::new(),
        1 => "1 name in the data is no flag of this claim".to_owned(),
        count => format!("{count} names in the data are no flags of this claim"),
    }
}

fn left_out(why: Why) -> (Action, &'static str) {
    match why {
        Why::NoValue => (Action::Absent, "no source has a value"),
        Why::NoTenant => (Action::Absent, "the token is about no organisation"),
        Why::Condition => (Action::Absent, "a condition of the policy doesn't hold"),
        Why::Client => (Action::Absent, "not for this app client"),
        Why::OtherToken => (Action::Absent, "not for this token"),
        Why::Fault(Fault::Store) => (Action::Omitted, "the table could not be read"),
        Why::Fault(Fault::Deadline) => (Action::Omitted, "the deadline passed"),
        Why::Fault(Fault::Malformed) => (Action::Omitted, "an attribute has the wrong type"),
        Why::Fault(Fault::TooMany) => (Action::Omitted, "there are more than the policy allows"),
    }
}

fn refused(refusal: &Refusal) -> Vec<Decision<'_>> {
    let (token, claim) = match &refusal.subject {
        Subject::Claim(name) => (None, name.as_str()),
        Subject::Groups => (None, "cognito:groups"),
        Subject::Token(token) => (Some(*token), ""),
        Subject::Event | Subject::Tenant | Subject::Record(_) => return Vec::new(),
    };
    vec![Decision {
        token,
        claim,
        action: Action::Refused,
        source: String::new(),
        reason: refusal.cause.clone(),
        bytes: 0,
        surely: 0,
        value: None,
    }]
}
