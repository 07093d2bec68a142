//! What to add and what to suppress, decided from identity, records and policy.
//!
//! Pure, and ignorant of events and answers. Suppression comes from the policy alone and does not
//! depend on the lookup (promise `suppress`). A claim whose value is unknown is left out and named,
//! or there is no token; it is never guessed (promise `no escalation`).

use std::borrow::Cow;
use std::collections::BTreeSet;

use cognito_claims::TokenUse;
use cognito_claims::encoding::is_group_name;
use cognito_claims::names::CLAIMS_AS_OF;
use serde_json::Value;

use crate::groups::Groups;
use crate::identity::{Carries, Identity, Kind};
use crate::never::Never;
use crate::outcome::{Fault, Reason, Refusal, Subject};
use crate::policy::{
    ClaimRule, ClientRules, GroupMode, GroupRule, Policy, Source, TokenRules, When,
};
use crate::records::{Knowledge, Known};
use crate::resolve::{self, Origin, Resolved, carried, resolve};
use crate::scopes::ScopeChange;

/// What is intended for both tokens.
#[derive(Debug)]
pub struct Plan<'p> {
    /// The ID token.
    pub id: TokenPlan<'p>,
    /// The access token.
    pub access: TokenPlan<'p>,
    /// Groups as they will stand in the tokens.
    pub groups: Groups<'p>,
    /// Whether these differ from Cognito's own, so that they must be written.
    pub groups_changed: bool,
    /// What the pool never does.
    pub never: Never,
}

/// What is intended for one token.
#[derive(Debug)]
pub struct TokenPlan<'p> {
    /// Which one.
    pub token: TokenUse,
    /// What the trigger can write into it at all.
    pub carries: Carries,
    /// The rules that apply to it.
    pub rules: &'p TokenRules,
    /// Claims to add or override, sorted by name.
    pub add: Vec<Planned<'p>>,
    /// Claims that stay out, and why, sorted by name.
    pub left_out: Vec<(&'p str, Why)>,
    /// How the scopes change.
    pub scopes: ScopeChange<'p>,
}

/// A claim to add or override.
#[derive(Clone, Debug)]
pub struct Planned<'p> {
    /// Its name.
    pub name: &'p str,
    /// Its value, as it will be written.
    pub value: Value,
    /// Where the value comes from.
    pub origin: Origin<'p>,
    /// Whether it must never be shed.
    pub required: bool,
    /// Its place in the shedding order.
    pub shed: Option<u32>,
    /// Names in the data that are no flags, or aren't in the catalogue, and were left out.
    pub not_flags: usize,
    /// Whether there is more of it than the policy lets into a token.
    pub cut: bool,
}

/// Why a claim stays out of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No source has a value, and there is no default.
    NoValue,
    /// It is about an organisation, and the token is about none.
    NoTenant,
    /// A condition of the policy doesn't hold.
    Condition,
    /// The claim isn't for this app client.
    Client,
    /// The claim isn't for this token.
    OtherToken,
    /// The value can't be known.
    Fault(Fault),
}

/// Plans both tokens. `as_of` is the age of stale data behind them.
///
/// # Errors
/// A refusal: a required claim without a value, a value that can't be known where the policy
/// refuses then, or groups or scopes that can't be known.
pub fn plan<'p>(
    policy: &'p Policy,
    identity: &Identity<'p>,
    known: &Knowledge<'_>,
    as_of: Option<u64>,
) -> Result<Plan<'p>, Refusal> {
    let rules = policy.rules(identity.client_id.as_deref());
    let token_plan = |token, carries, rules| TokenPlan {
        token,
        carries,
        rules,
        add: Vec::new(),
        left_out: Vec::new(),
        scopes: ScopeChange::default(),
    };
    let mut id = token_plan(TokenUse::Id, identity.id_token, &rules.id);
    let mut access = token_plan(TokenUse::Access, identity.access_token, &rules.access);
    for claim in &policy.claims {
        place(claim, rules, known, [&mut id, &mut access])?;
    }
    audience(identity, &mut access);
    if let Some(as_of) = as_of {
        mark_stale(as_of, &mut id);
        mark_stale(as_of, &mut access);
    }
    access.scopes = ScopeChange::of(access.rules, identity, known)?;

    let own = &identity.groups;
    let (groups, groups_changed) = match &policy.groups {
        Some(rule) if identity.kind == Kind::User => {
            let changed = change_groups(rule, own, known)?;
            let differ = changed != *own;
            (changed, differ)
        }
        _ => (own.clone(), false),
    };
    Ok(Plan { id, access, groups, groups_changed, never: policy.never })
}

/// Places one claim into the tokens that carry it.
fn place<'p>(
    claim: &'p ClaimRule,
    rules: &ClientRules,
    known: &Knowledge<'_>,
    tokens: [&mut TokenPlan<'p>; 2],
) -> Result<(), Refusal> {
    let for_token = |token: &TokenPlan<'_>| match token.token {
        TokenUse::Id => claim.id,
        TokenUse::Access => claim.access,
    };
    let wanted = |token: &TokenPlan<'_>| for_token(token) && token.carries != Carries::NotIssued;
    let excluded = if rules.claims.as_ref().is_some_and(|only| !only.contains(&claim.name)) {
        Some(Why::Client)
    } else if known.lacks_tenant(claim.about) {
        Some(Why::NoTenant)
    } else if !holds(&claim.when, known.identity) {
        Some(Why::Condition)
    } else {
        match resolve::holds(claim, known)? {
            Known::Value(true) if tokens.iter().any(|it| it.carries.claims() && for_token(it)) => {
                None
            }
            Known::Value(true) => Some(Why::OtherToken),
            Known::Value(false) | Known::Absent => Some(Why::Condition),
            Known::Unknown(fault) => Some(Why::Fault(fault)),
        }
    };
    let resolved = match excluded {
        Some(Why::OtherToken) if claim.required && tokens.iter().any(|token| wanted(token)) => {
            let cause = format!("claim `{}` is required, and the event can't carry it", claim.name);
            let subject = Subject::Claim(claim.name.clone());
            return Err(Refusal::new(Reason::ClaimMissing, subject, cause));
        }
        Some(why) => Err(why),
        None => match resolve(claim, known)? {
            Known::Value(resolved) => Ok(resolved),
            Known::Unknown(fault) => Err(Why::Fault(fault)),
            Known::Absent => Err(Why::NoValue),
        },
    };
    for token in tokens {
        if !token.carries.claims() {
            continue;
        }
        match &resolved {
            _ if !for_token(token) => token.left_out.push((&claim.name, Why::OtherToken)),
            Err(why) => token.left_out.push((&claim.name, *why)),
            Ok(Resolved { value, origin, not_flags, cut }) => token.add.push(Planned {
                name: &claim.name,
                value: carried(value, &claim.value, token.carries),
                origin: *origin,
                required: claim.required,
                shed: claim.shed,
                not_flags: *not_flags,
                cut: *cut,
            }),
        }
    }
    Ok(())
}

fn holds(when: &When, identity: &Identity<'_>) -> bool {
    let any = |list: &[String], matches: &dyn Fn(&String) -> bool| {
        list.is_empty() || list.iter().any(matches)
    };
    any(&when.client_ids, &|id| identity.client_id.as_deref() == Some(id))
        && any(&when.trigger_sources, &|source| identity.trigger_source == *source)
        && any(&when.scopes, &|scope| {
            identity.scopes.iter().flatten().any(|granted| granted == scope)
        })
}

/// SPEC: AWS, "Pre token generation Lambda trigger": `aud` of an access token may be set, but only
/// to the app client id.
fn audience(identity: &Identity<'_>, access: &mut TokenPlan<'_>) {
    if let (true, true, Some(client_id)) =
        (access.rules.audience, access.carries.claims(), &identity.client_id)
    {
        insert(&mut access.add, Planned::own("aud", client_id.as_ref().into(), Origin::ClientId));
    }
}

/// Says in the token that the data behind it may be older than the token.
fn mark_stale(as_of: u64, token: &mut TokenPlan<'_>) {
    let value = match token.carries {
        Carries::Text => Value::from(as_of.to_string()),
        _ => Value::from(as_of),
    };
    if token.carries.claims() {
        insert(&mut token.add, Planned::own(CLAIMS_AS_OF, value, Origin::Marker));
    }
}

/// Puts a claim where its name belongs.
pub fn insert<'p>(add: &mut Vec<Planned<'p>>, planned: Planned<'p>) {
    let at = add.partition_point(|other| other.name <= planned.name);
    add.insert(at, planned);
}

impl<'p> Planned<'p> {
    /// A claim of Claimsmith's own, which is never shed.
    pub fn own(name: &'p str, value: Value, origin: Origin<'p>) -> Self {
        Self { name, value, origin, required: true, shed: None, not_flags: 0, cut: false }
    }
}

/// The groups after the policy's change.
///
/// When a group goes, the roles go too: nobody can tell which role came with which group, and a
/// role that stays would keep the power of a group that is gone. Without an organisation no guard of
/// one was asked, so the file's names are not given.
fn change_groups<'p>(
    rule: &'p GroupRule,
    own: &Groups<'p>,
    known: &Knowledge<'_>,
) -> Result<Groups<'p>, Refusal> {
    let mut names: Vec<Cow<'p, str>> = Vec::new();
    if rule.mode == GroupMode::Remove || !known.has_no_tenant() {
        names.extend(rule.names.iter().map(|name| Cow::Borrowed(name.as_str())));
    }
    if !known.lacks_tenant(rule.about) {
        names.extend(group_names(&rule.sources, known)?.into_iter().map(Cow::Owned));
    }
    let mut groups = match rule.mode {
        GroupMode::Add => own.groups.iter().chain(&names).cloned().collect(),
        GroupMode::Remove => {
            own.groups.iter().filter(|group| !names.contains(group)).cloned().collect()
        }
        GroupMode::Replace => names,
    };
    let mut seen = BTreeSet::new();
    groups.retain(|group: &Cow<'p, str>| seen.insert(group.clone()));

    if own.groups.iter().all(|group| groups.contains(group)) {
        Ok(Groups { groups, ..own.clone() })
    } else {
        Ok(Groups { groups, roles: Vec::new(), preferred_role: None })
    }
}

/// The group names of the first source that has a value.
fn group_names(sources: &[Source], known: &Knowledge<'_>) -> Result<Vec<String>, Refusal> {
    let unknown = |fault: Fault| {
        Err(Refusal::new(fault.reason(), Subject::Groups, "the names of groups can't be known"))
    };
    for source in sources {
        match known.source(source) {
            Known::Absent => {}
            Known::Unknown(fault) => return unknown(fault),
            Known::Value(value) => {
                let name = |element: &Value| {
                    let name = element.as_str()?;
                    is_group_name(name).then(|| name.to_owned())
                };
                let names: Option<Vec<String>> =
                    value.as_array().and_then(|elements| elements.iter().map(name).collect());
                return names.map_or_else(|| unknown(Fault::Malformed), Ok);
            }
        }
    }
    Ok(Vec::new())
}
