//! What to add and what to suppress, decided from identity, records and policy.
//!
//! Pure, and ignorant of events and answers. Suppression comes from the policy alone and does not
//! depend on the lookup (promise `suppress`). A claim whose value is unknown is left out and named,
//! or there is no token; it is never guessed (promise `no escalation`).

use std::borrow::Cow;
use std::collections::BTreeSet;

use cognito_claims::TokenUse;
use cognito_claims::bits::Catalogue;
use cognito_claims::encoding::{Encoding, is_group_name, is_list_word, join};
use cognito_claims::names::CLAIMS_AS_OF;
use serde_json::Value;

use crate::groups::Groups;
use crate::identity::{Carries, Identity, Kind};
use crate::outcome::{Fault, Reason, Refusal, Subject};
use crate::policy::{
    ClaimRule, ClaimType, ClaimValue, ClientRules, GroupMode, GroupRule, Policy, Source,
    SourcePlace, TokenRules, When,
};
use crate::records::merge::FlagSet;
use crate::records::{Known, Lookup, is_whole};

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
}

/// Where a planned value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin<'p> {
    /// One source.
    Source(&'p Source),
    /// All sources of a merge.
    Merge(&'p [Source]),
    /// The policy's default.
    Default,
    /// The app client id.
    ClientId,
    /// Claimsmith itself: a marker.
    Marker,
}

/// Why a claim stays out of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// No source has a value, and there is no default.
    NoValue,
    /// A condition of the policy doesn't hold.
    Condition,
    /// The claim isn't for this app client.
    Client,
    /// The claim isn't for this token.
    OtherToken,
    /// The value can't be known.
    Fault(Fault),
}

/// What became of a claim's value.
struct Resolved<'p> {
    value: Value,
    origin: Origin<'p>,
    not_flags: usize,
}

/// Plans both tokens.
///
/// # Errors
/// A refusal: a required claim without a value, a value that can't be known where the policy
/// refuses then, or groups that can't be known.
pub fn plan<'p>(
    policy: &'p Policy,
    identity: &Identity<'p>,
    lookup: &Lookup<'p>,
) -> Result<Plan<'p>, Refusal> {
    let rules = policy.rules(identity.client_id.as_deref());
    let token_plan = |token, carries, rules| TokenPlan {
        token,
        carries,
        rules,
        add: Vec::new(),
        left_out: Vec::new(),
    };
    let mut id = token_plan(TokenUse::Id, identity.id_token, &rules.id);
    let mut access = token_plan(TokenUse::Access, identity.access_token, &rules.access);
    for claim in &policy.claims {
        place(claim, rules, identity, lookup, [&mut id, &mut access])?;
    }
    audience(identity, &mut access);
    if let Some(as_of) = lookup.as_of() {
        mark_stale(as_of, &mut id);
        mark_stale(as_of, &mut access);
    }

    let own = &identity.groups;
    let (groups, groups_changed) = match &policy.groups {
        Some(rule) if identity.kind == Kind::User => {
            let changed = change_groups(rule, own, identity, lookup)?;
            let differ = changed != *own;
            (changed, differ)
        }
        _ => (own.clone(), false),
    };
    Ok(Plan { id, access, groups, groups_changed })
}

/// The scopes of the access token after the policy's change.
pub fn changed_scopes<'s>(own: &[&'s str], access: &TokenPlan<'s>) -> Vec<&'s str> {
    if !access.carries.claims() {
        return own.to_vec();
    }
    let added = access.rules.add_scopes.iter().map(String::as_str);
    let added = added.filter(|scope| !own.contains(scope));
    own.iter()
        .copied()
        .chain(added)
        .filter(|scope| !access.rules.suppress_scopes.iter().any(|gone| gone == scope))
        .collect()
}

/// Places one claim into the tokens that carry it.
fn place<'p>(
    claim: &'p ClaimRule,
    rules: &ClientRules,
    identity: &Identity<'_>,
    lookup: &Lookup<'p>,
    tokens: [&mut TokenPlan<'p>; 2],
) -> Result<(), Refusal> {
    let for_token = |token: &TokenPlan<'_>| match token.token {
        TokenUse::Id => claim.id,
        TokenUse::Access => claim.access,
    };
    let wanted = |token: &TokenPlan<'_>| for_token(token) && token.carries != Carries::NotIssued;
    let excluded = if rules.claims.as_ref().is_some_and(|only| !only.contains(&claim.name)) {
        Some(Why::Client)
    } else if !holds(&claim.when, identity) {
        Some(Why::Condition)
    } else if !tokens.iter().any(|token| token.carries.claims() && for_token(token)) {
        Some(Why::OtherToken)
    } else {
        None
    };
    let resolved = match excluded {
        Some(Why::OtherToken) if claim.required && tokens.iter().any(|token| wanted(token)) => {
            let cause = format!("claim `{}` is required, and the event can't carry it", claim.name);
            let subject = Subject::Claim(claim.name.clone());
            return Err(Refusal::new(Reason::ClaimMissing, subject, cause));
        }
        Some(why) => Err(why),
        None => resolve(claim, identity, lookup)?,
    };
    for token in tokens {
        if !token.carries.claims() {
            continue;
        }
        match &resolved {
            _ if !for_token(token) => token.left_out.push((&claim.name, Why::OtherToken)),
            Err(why) => token.left_out.push((&claim.name, *why)),
            Ok(Resolved { value, origin, not_flags }) => token.add.push(Planned {
                name: &claim.name,
                value: carried(value, &claim.value, token.carries),
                origin: *origin,
                required: claim.required,
                shed: claim.shed,
                not_flags: *not_flags,
            }),
        }
    }
    Ok(())
}

/// A claim's value, or why it has none, or a refusal because it must have one.
fn resolve<'p>(
    claim: &'p ClaimRule,
    identity: &Identity<'_>,
    lookup: &Lookup<'p>,
) -> Result<Result<Resolved<'p>, Why>, Refusal> {
    let known = match &claim.value {
        ClaimValue::First { sources, kind } => first(sources, *kind, identity, lookup),
        ClaimValue::Merge { sources, encoding, catalogue } => {
            merge(sources, *encoding, catalogue.as_ref(), lookup)
        }
    };
    let refuse = |reason, cause: &str| {
        let cause = format!("claim `{}` {cause}", claim.name);
        Err(Refusal::new(reason, Subject::Claim(claim.name.clone()), cause))
    };
    match (known, &claim.default) {
        (Known::Value(resolved), _) => Ok(Ok(resolved)),
        (Known::Unknown(fault), _) if claim.fault_refuses => {
            refuse(fault.reason(), "can't be known, and the policy refuses then")
        }
        (Known::Unknown(fault), _) => Ok(Err(Why::Fault(fault))),
        (Known::Absent, Some(default)) => Ok(Ok(Resolved {
            value: written_default(default, &claim.value),
            origin: Origin::Default,
            not_flags: 0,
        })),
        (Known::Absent, None) if claim.required => {
            refuse(Reason::ClaimMissing, "is required and no source has a value")
        }
        (Known::Absent, None) => Ok(Err(Why::NoValue)),
    }
}

/// The first source that has a value. An unknown one ends the search: it might have been first.
fn first<'p>(
    sources: &'p [Source],
    kind: ClaimType,
    identity: &Identity<'_>,
    lookup: &Lookup<'p>,
) -> Known<Resolved<'p>> {
    for source in sources {
        let converted = match source_value(source, identity, lookup) {
            Known::Absent => continue,
            Known::Unknown(fault) => return Known::Unknown(fault),
            Known::Value(value) => convert(&value, kind),
        };
        return match converted {
            Some(value) => {
                Known::Value(Resolved { value, origin: Origin::Source(source), not_flags: 0 })
            }
            None => Known::Unknown(Fault::Malformed),
        };
    }
    Known::Absent
}

/// All sources together. An unknown one makes the whole set unknown: it might switch a flag off.
fn merge<'p>(
    sources: &'p [Source],
    encoding: Encoding,
    catalogue: Option<&Catalogue>,
    lookup: &Lookup<'p>,
) -> Known<Resolved<'p>> {
    let mut flags = FlagSet::default();
    let mut any = false;
    for source in sources {
        let SourcePlace::Record(path) = &source.place else { continue };
        match lookup.value(path) {
            Known::Absent => {}
            Known::Unknown(fault) => return Known::Unknown(fault),
            Known::Value(value) => {
                any = true;
                if flags.apply(value).is_err() {
                    return Known::Unknown(Fault::Malformed);
                }
            }
        }
    }
    if !any {
        return Known::Absent;
    }
    let mut not_flags = flags.not_flags;
    let mut on = flags.on;
    if let Some(catalogue) = catalogue {
        let names = catalogue.names().iter().map(String::as_str);
        let listed: BTreeSet<&str> = names.filter(|name| on.contains(name)).collect();
        not_flags += on.len() - listed.len();
        on = listed;
    }
    let value = written_flags(&on, encoding, catalogue);
    Known::Value(Resolved { value, origin: Origin::Merge(sources), not_flags })
}

fn source_value<'v>(
    source: &Source,
    identity: &'v Identity<'_>,
    lookup: &'v Lookup<'_>,
) -> Known<Cow<'v, Value>> {
    match &source.place {
        SourcePlace::Record(path) => lookup.value(path).map(Cow::Borrowed),
        SourcePlace::Attribute(name) => match identity.attributes.get(name.as_str()) {
            Some(text) if !text.is_empty() => Known::Value(Cow::Owned(Value::from(text.as_ref()))),
            _ => Known::Absent,
        },
    }
}

/// The value as its type is written, or `None` if it is of another type.
fn convert(value: &Value, kind: ClaimType) -> Option<Value> {
    match (kind, value) {
        (ClaimType::String, Value::String(_)) => Some(value.clone()),
        (ClaimType::String, Value::Number(number)) => Some(Value::from(number.to_string())),
        (ClaimType::Integer, Value::Number(number)) => is_whole(number).then(|| value.clone()),
        (ClaimType::Number, Value::Number(_)) => is_plain_json(value).then(|| value.clone()),
        (ClaimType::Boolean, Value::Bool(_)) => Some(value.clone()),
        (ClaimType::List(encoding), Value::Array(elements)) => {
            let words: Option<Vec<&str>> = elements
                .iter()
                .map(|element| element.as_str().filter(|word| is_list_word(word)))
                .collect();
            words.map(|words| written_words(words, encoding))
        }
        (ClaimType::Json, _) => is_plain_json(value).then(|| value.clone()),
        _ => None,
    }
}

/// What Cognito does with a null in a claim isn't documented, so none is ever written. A number
/// beyond a float's range would come out as nothing in most languages.
fn is_plain_json(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Number(number) => number.as_f64().is_some_and(f64::is_finite),
        Value::Array(elements) => elements.iter().all(is_plain_json),
        Value::Object(members) => members.values().all(is_plain_json),
        _ => true,
    }
}

fn written_words<'w>(words: impl IntoIterator<Item = &'w str>, encoding: Encoding) -> Value {
    match encoding.separator() {
        Some(separator) => Value::from(join(words, separator)),
        None => words.into_iter().collect(),
    }
}

fn written_flags(on: &BTreeSet<&str>, encoding: Encoding, catalogue: Option<&Catalogue>) -> Value {
    match catalogue {
        Some(catalogue) if encoding == Encoding::Bits => Value::from(catalogue.encode(on)),
        _ => written_words(on.iter().copied(), encoding),
    }
}

fn written_default(default: &Value, value: &ClaimValue) -> Value {
    let words = default.as_array().into_iter().flatten().filter_map(Value::as_str);
    match value {
        ClaimValue::First { kind: ClaimType::List(encoding), .. } => {
            written_words(words, *encoding)
        }
        ClaimValue::First { .. } => default.clone(),
        ClaimValue::Merge { encoding, catalogue, .. } => {
            written_flags(&words.collect(), *encoding, catalogue.as_ref())
        }
    }
}

/// The value as the token's event version carries it. Version 1 carries text: the words of lists
/// and flags are joined by commas, everything else that is no text becomes its JSON text.
/// SPEC: AWS, "Pre token generation Lambda trigger": version 1 refuses anything but text.
fn carried(value: &Value, rule: &ClaimValue, carries: Carries) -> Value {
    match value {
        _ if carries != Carries::Text => value.clone(),
        Value::String(_) => value.clone(),
        // Free JSON is never joined: an element with a comma would become two.
        Value::Array(words) if !matches!(rule, ClaimValue::First { kind: ClaimType::Json, .. }) => {
            Value::from(join(words.iter().filter_map(Value::as_str), ','))
        }
        other => Value::from(other.to_string()),
    }
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
        Self { name, value, origin, required: true, shed: None, not_flags: 0 }
    }
}

/// The groups after the policy's change.
///
/// When a group goes, the roles go too: nobody can tell which role came with which group, and a
/// role that stays would keep the power of a group that is gone.
fn change_groups<'p>(
    rule: &'p GroupRule,
    own: &Groups<'p>,
    identity: &Identity<'_>,
    lookup: &Lookup<'p>,
) -> Result<Groups<'p>, Refusal> {
    let mut names: Vec<Cow<'p, str>> =
        rule.names.iter().map(|name| Cow::Borrowed(name.as_str())).collect();
    names.extend(group_names(&rule.sources, identity, lookup)?.into_iter().map(Cow::Owned));
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
fn group_names(
    sources: &[Source],
    identity: &Identity<'_>,
    lookup: &Lookup<'_>,
) -> Result<Vec<String>, Refusal> {
    let unknown = |fault: Fault| {
        Err(Refusal::new(fault.reason(), Subject::Groups, "the names of groups can't be known"))
    };
    for source in sources {
        match source_value(source, identity, lookup) {
            Known::Absent => {}
            Known::Unknown(fault) => return unknown(fault),
            Known::Value(value) => {
                let words: Option<Vec<String>> = value.as_array().and_then(|elements| {
                    elements
                        .iter()
                        .map(|element| {
                            let name = element.as_str()?;
                            is_group_name(name).then(|| name.to_owned())
                        })
                        .collect()
                });
                return words.map_or_else(|| unknown(Fault::Malformed), Ok);
            }
        }
    }
    Ok(Vec::new())
}
