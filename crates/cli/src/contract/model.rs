//! The contract: what readers of tokens may rely on, made from a checked policy. Pure.
//!
//! How it is written down is `file.rs`'s to know, and what a change of it means `change/`'s.

use std::collections::{BTreeMap, BTreeSet};

use claimsmith::policy::{
    ClaimRule, ClaimType, ClaimValue, ClientRules, GroupMode, Policy, Presence, SessionTags,
    TokenRules,
};
use cognito_claims::encoding::Encoding;
use cognito_claims::names::{CLAIMS_AS_OF, CLAIMS_CUT, CLAIMS_OMITTED};
use cognito_claims::{CONTRACT_VERSION, TokenUse};
use serde::{Deserialize, Serialize};

use super::comments::Written;

/// What readers may rely on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Version of the claims contract: what names and encodings mean.
    pub claims_contract: u32,
    /// The claims, sorted by name.
    pub claims: Vec<Claim>,
    /// The ID token as a whole.
    pub id: Token,
    /// The access token as a whole.
    pub access: Token,
    /// How the groups change; `None` leaves Cognito's own.
    pub groups: Option<Groups>,
    /// What AWS STS reads from the ID token; `None` is nothing.
    pub session_tags: Option<Tags>,
    /// The markers that can stand in a token, sorted.
    pub markers: Vec<String>,
}

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its name.
    pub name: String,
    /// The comment in the policy, on one line.
    pub description: Option<String>,
    /// What its value is.
    pub form: Form,
    /// Of a list: how many stand in the token at most; `claims_cut` names the claim if there are more.
    pub first: Option<usize>,
    /// What to expect in an ID token; `None` is that it never stands there.
    pub id: Option<Presence>,
    /// The same in an access token.
    pub access: Option<Presence>,
}

/// What a claim's value is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// A text.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list of plain words.
    Words {
        /// How it is written; never `bits`.
        encoding: Encoding,
    },
    /// A set of flags.
    Flags {
        /// How it is written.
        encoding: Encoding,
        /// The flags that can be on, in the order of the policy; `None` is any. There is one with `bits`.
        catalogue: Option<Vec<String>>,
    },
    /// A list of objects that all have `id` and perhaps `name`, as the readers' type `Organisations`
    /// takes it: from the key of their items.
    Organisations {
        /// The members of each object, in the order of the policy.
        fields: Vec<String>,
    },
    /// A list of objects. Each member holds any JSON value and may be missing.
    Items {
        /// The members of each object, in the order of the policy.
        fields: Vec<String>,
    },
    /// Any JSON value but null.
    Json,
}

/// A token as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Token {
    /// Claims of Cognito's that are in none of these tokens.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub suppressed: BTreeSet<String>,
    /// Claims of Cognito's that are not in those of some app clients.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub suppressed_for_some: BTreeSet<String>,
    /// Scopes that are added to every token.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub scopes_added: BTreeSet<String>,
    /// Scopes that are added to some: for some app clients, or what data and organisation allow.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub scopes_added_for_some: BTreeSet<String>,
    /// Scopes that are taken away from every token.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub scopes_suppressed: BTreeSet<String>,
    /// Scopes that are taken away for some app clients.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub scopes_suppressed_for_some: BTreeSet<String>,
    /// Whether data takes scopes away.
    #[serde(skip_serializing_if = "Reach::is_nobody")]
    pub scopes_limited: Reach,
    /// Whether it has the audience, the app client id.
    #[serde(skip_serializing_if = "Reach::is_nobody")]
    pub audience: Reach,
}

/// For which app clients something holds. Which they are no reader knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// For none: it isn't written down.
    #[default]
    #[serde(skip)]
    Nobody,
    /// For some.
    Some,
    /// For all.
    All,
}

impl Reach {
    fn is_nobody(&self) -> bool {
        *self == Reach::Nobody
    }

    fn of(mut clients: impl Iterator<Item = bool> + Clone) -> Self {
        match (clients.clone().all(|holds| holds), clients.any(|holds| holds)) {
            (_, false) => Reach::Nobody,
            (false, true) => Reach::Some,
            (true, true) => Reach::All,
        }
    }
}

/// How the groups change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Groups {
    /// In which way.
    pub mode: GroupMode,
    /// The names in the policy.
    pub names: BTreeSet<String>,
    /// Whether data names more.
    pub from_data: bool,
}

/// What AWS STS reads from the ID token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tags {
    /// Tags, and the claim that each holds.
    pub tags: BTreeMap<String, String>,
    /// Those that stay when one role assumes another.
    pub transitive: BTreeSet<String>,
}

impl Contract {
    /// Makes it from a policy and what its file says.
    pub fn of(policy: &Policy, written: &Written<'_>) -> Self {
        let claims = policy.claims.iter().map(|rule| Claim::of(rule, policy, written));
        let mut claims: Vec<Claim> = claims.collect();
        claims.sort_by(|one, other| one.name.cmp(&other.name));
        let clients = || [&policy.any_client].into_iter().chain(policy.clients.values());
        let optional = policy.tenant.as_ref().is_some_and(|tenant| tenant.optional);
        let token =
            |rules: fn(&ClientRules) -> &TokenRules| Token::of(clients().map(rules), optional);
        Self {
            claims_contract: CONTRACT_VERSION,
            claims,
            id: token(|client| &client.id),
            access: token(|client| &client.access),
            groups: policy.groups.as_ref().map(|rule| Groups {
                mode: rule.mode,
                names: rule.names.iter().cloned().collect(),
                from_data: !rule.sources.is_empty(),
            }),
            session_tags: policy.session_tags.as_ref().map(|tags| Tags::of(tags, policy)),
            markers: markers(policy),
        }
    }
}

impl Contract {
    /// The claim of this name.
    pub fn claim(&self, name: &str) -> Option<&Claim> {
        let at = self.claims.binary_search_by(|claim| claim.name.as_str().cmp(name)).ok()?;
        self.claims.get(at)
    }
}

impl Claim {
    fn of(rule: &ClaimRule, policy: &Policy, written: &Written<'_>) -> Self {
        Self {
            name: rule.name.clone(),
            description: written.said_of(&rule.name),
            form: Form::of(&rule.value, policy),
            first: rule.first,
            id: policy.presence(rule, TokenUse::Id),
            access: policy.presence(rule, TokenUse::Access),
        }
    }

    /// The tokens in which it can stand.
    pub fn tokens(&self) -> Vec<TokenUse> {
        TokenUse::BOTH.into_iter().filter(|token| self.presence(*token).is_some()).collect()
    }

    /// What to expect of it in a token; `None` is that it never stands there.
    pub fn presence(&self, token: TokenUse) -> Option<Presence> {
        match token {
            TokenUse::Id => self.id,
            TokenUse::Access => self.access,
        }
    }
}

impl Form {
    /// The word for it.
    pub fn word(&self) -> &'static str {
        match self {
            Form::String => "string",
            Form::Integer => "integer",
            Form::Number => "number",
            Form::Boolean => "boolean",
            Form::Words { .. } => "words",
            Form::Flags { .. } => "flags",
            Form::Organisations { .. } => "organisations",
            Form::Items { .. } => "items",
            Form::Json => "json",
        }
    }

    /// The flags that can be on; `None` is any word.
    pub fn catalogue(&self) -> Option<&[String]> {
        match self {
            Form::Flags { catalogue, .. } => catalogue.as_deref(),
            _ => None,
        }
    }

    fn of(value: &ClaimValue, policy: &Policy) -> Self {
        match value {
            ClaimValue::First { kind, .. } | ClaimValue::Constant { kind, .. } => match kind {
                ClaimType::String => Form::String,
                ClaimType::Integer => Form::Integer,
                ClaimType::Number => Form::Number,
                ClaimType::Boolean => Form::Boolean,
                ClaimType::List(encoding) => Form::Words { encoding: *encoding },
                ClaimType::Json => Form::Json,
            },
            ClaimValue::Template(_) => Form::String,
            ClaimValue::Merge { encoding, catalogue, .. } => Form::Flags {
                encoding: *encoding,
                catalogue: catalogue.as_ref().map(|catalogue| catalogue.names().to_vec()),
            },
            ClaimValue::Items { record, fields } => {
                // Readers of organisations refuse a list with one that has no id, or whose name is
                // no text, so that each must have them.
                let are_sure = fields.iter().all(|(name, path)| {
                    ["id", "name"].contains(&name.as_str())
                        && policy.is_key_text(record.record, path)
                });
                let has_id = fields.iter().any(|(name, _)| name == "id");
                let fields = fields.iter().map(|(name, _)| name.clone()).collect();
                match are_sure && has_id {
                    true => Form::Organisations { fields },
                    false => Form::Items { fields },
                }
            }
        }
    }
}

impl Token {
    /// What holds for the tokens of all app clients, and of some.
    /// Without an organisation nothing is granted, and data only narrows.
    fn of<'p>(clients: impl Iterator<Item = &'p TokenRules> + Clone, no_tenant: bool) -> Self {
        let all = |list: fn(&TokenRules) -> &Vec<String>| {
            let sets = clients.clone().map(|rules| list(rules).iter().cloned().collect());
            sets.reduce(|all: BTreeSet<String>, set| &all & &set).unwrap_or_default()
        };
        let some = |list: fn(&TokenRules) -> &Vec<String>| -> BTreeSet<String> {
            let any: BTreeSet<String> = clients.clone().flat_map(|it| list(it).clone()).collect();
            &any - &all(list)
        };
        let scopes_limited = Reach::of(clients.clone().map(|rules| rules.limit_scopes.is_some()));
        let mut scopes_added = all(|rules| &rules.add_scopes);
        let mut scopes_added_for_some = some(|rules| &rules.add_scopes);
        if no_tenant || scopes_limited != Reach::Nobody {
            scopes_added_for_some.append(&mut scopes_added);
        }
        Self {
            suppressed: all(|rules| &rules.suppress),
            suppressed_for_some: some(|rules| &rules.suppress),
            scopes_added,
            scopes_added_for_some,
            scopes_suppressed: all(|rules| &rules.suppress_scopes),
            scopes_suppressed_for_some: some(|rules| &rules.suppress_scopes),
            scopes_limited,
            audience: Reach::of(clients.clone().map(|rules| rules.audience)),
        }
    }
}

impl Tags {
    fn of(rule: &SessionTags, policy: &Policy) -> Self {
        let claim = |at: usize| policy.claims.get(at).map(|claim| claim.name.clone());
        let tags = rule.tags.iter().filter_map(|(tag, at)| Some((tag.clone(), claim(*at)?)));
        Self { tags: tags.collect(), transitive: rule.transitive.iter().cloned().collect() }
    }
}

/// What can leave a marker: a claim that may be left out, a list that is cut, data that may be stale.
fn markers(policy: &Policy) -> Vec<String> {
    let omits = policy.claims.iter().any(|claim| !claim.required);
    let cuts = policy.claims.iter().any(|claim| claim.first.is_some());
    let stale = |keep: &claimsmith::policy::Keep| !keep.stale_if_error.is_zero();
    let stale = policy.records.iter().any(|record| record.keep.as_ref().is_some_and(stale));
    let all = [(stale, CLAIMS_AS_OF), (cuts, CLAIMS_CUT), (omits, CLAIMS_OMITTED)];
    all.into_iter().filter(|(can, _)| *can).map(|(_, name)| name.to_owned()).collect()
}
