//! What Cognito will put into each token by itself, and how many bytes each claim takes.
//!
//! SPEC: AWS, "Understanding the identity (ID) token" and "Understanding the access token" (default
//! claims).
//!
//! What the event can't tell (nonce, `at_hash`, which attributes the client may read) makes a
//! range. `docs/budgets.md` says what is outside of it.

mod attribute;
mod made_up;
mod value;

use std::borrow::Cow;
use std::collections::BTreeMap;

use cognito_claims::TokenUse;
use cognito_claims::encoding::join;
use serde_json::Value;

use crate::groups::Groups;
use crate::identity::{Carries, Identity, Kind};
use crate::never::Never;
use crate::size::{Size, entry, finished, named, text};
pub use value::OwnValue;

use attribute::attribute;
use made_up::{
    API_SCOPE, FEDERATION, ISSUER_PREFIX, MADE_UP_ACTOR, MADE_UP_AUDIENCE, MADE_UP_HASH,
    MADE_UP_ID, MADE_UP_LEVEL, MADE_UP_NONCE, MADE_UP_TIME, METHODS, TYPICAL_CLIENT, TYPICAL_POOL,
    TYPICAL_REGION,
};

/// A claim that Cognito writes without us.
#[derive(Clone, Debug)]
pub struct OwnClaim<'a> {
    /// Its name.
    pub name: Cow<'a, str>,
    /// Its value; zeros of the right length where Cognito makes one up at issue.
    pub value: OwnValue<'a>,
    /// Whether Cognito makes the value up at issue.
    pub made_up: bool,
    /// Whether the policy changes it, by the groups or the lists of scopes.
    pub changed: bool,
    /// Where it comes from.
    pub origin: Origin,
    /// Payload bytes of the whole entry, with its comma. The lower end is 0 if it may be absent.
    pub size: Size,
}

/// Where a claim that Cognito writes comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Cognito itself.
    Cognito,
    /// A user attribute of the same name.
    Attribute,
    /// The user's groups.
    Groups,
}

/// The claims that Cognito writes into a token by itself, or `None` if it issues no such token.
pub fn own_claims<'a>(
    token: TokenUse,
    identity: &Identity<'a>,
    groups: &Groups<'a>,
    scopes: &[&str],
    never: Never,
) -> Option<Vec<OwnClaim<'a>>> {
    match (token, identity.kind) {
        (TokenUse::Id, _) if identity.id_token == Carries::NotIssued => None,
        (TokenUse::Id, _) => Some(id_claims(identity, groups, never)),
        (TokenUse::Access, Kind::User) => Some(access_claims(identity, groups, scopes, never)),
        (TokenUse::Access, Kind::Client) => Some(client_claims(identity, scopes)),
    }
}

/// The scopes of the access token before any change of ours.
pub fn event_scopes<'i>(identity: &'i Identity<'_>) -> Vec<&'i str> {
    match &identity.scopes {
        Some(scopes) => scopes.iter().map(Cow::as_ref).collect(),
        None => vec![API_SCOPE],
    }
}

/// The most bytes that a token can need for a person with no attributes, before any claim that may
/// be shed: what Cognito writes, with the scopes and the audience that the policy adds, and the
/// required claims with values of one character.
pub fn least_bytes<'n>(
    token: TokenUse,
    add_scopes: &[String],
    audience: bool,
    required: impl Iterator<Item = &'n str>,
    never: Never,
) -> usize {
    let identity = Identity {
        kind: Kind::User,
        sub: None,
        username: None,
        client_id: None,
        user_pool_id: None,
        region: None,
        trigger_source: Cow::Borrowed(""),
        is_known_source: true,
        scopes: None,
        groups: Groups::default(),
        attributes: BTreeMap::new(),
        metadata: BTreeMap::new(),
        id_token: Carries::Typed,
        access_token: Carries::Typed,
    };
    let scopes: Vec<&str> =
        [API_SCOPE].into_iter().chain(add_scopes.iter().map(String::as_str)).collect();
    let own = own_claims(token, &identity, &Groups::default(), &scopes, never);
    // Ours takes the place of Cognito's.
    let own = own.iter().flatten().filter(|claim| !(audience && claim.name == "aud"));
    let own: Size = own.map(|claim| claim.size).sum();
    let audience = audience.then(|| entry("aud", &Value::from(TYPICAL_CLIENT)));
    let required: Size = required.map(|name| entry(name, &Value::from("x"))).sum();
    finished(own + audience.unwrap_or_default() + required).upper
}

/// What the event tells, or what stands for it.
fn told_or<'a>(told: &Option<Cow<'a, str>>, typical: &'a str) -> Cow<'a, str> {
    told.clone().unwrap_or(Cow::Borrowed(typical))
}

/// Collects a token's claims.
struct Claims<'a>(Vec<OwnClaim<'a>>);

impl<'a> Claims<'a> {
    /// A claim whose value the event tells.
    fn told(&mut self, name: &'a str, value: impl Into<OwnValue<'a>>) {
        self.push(name, value.into(), Origin::Cognito);
    }

    /// A claim that is always there and whose value is made up at issue.
    fn issued(&mut self, name: &'a str, value: impl Into<OwnValue<'a>>) {
        self.told(name, value);
        self.change_last(|claim| claim.made_up = true);
    }

    /// A claim that may be there and whose value is made up at issue.
    fn maybe(&mut self, name: &'a str, value: impl Into<OwnValue<'a>>) {
        self.issued(name, value);
        self.change_last(|claim| claim.size.lower = 0);
    }

    /// A user attribute; the client may have no right to read it.
    fn attribute(&mut self, name: Cow<'a, str>, value: Cow<'a, str>) {
        let value = attribute(&name, value);
        self.push(name, value, Origin::Attribute);
        self.change_last(|claim| claim.size.lower = 0);
    }

    /// The region is that of the event, or the one in the pool's id: of a replica's events neither is
    /// known to be the issuer's.
    fn issuer(&mut self, identity: &Identity<'a>) {
        let pool = identity.user_pool_id.as_deref().unwrap_or(TYPICAL_POOL);
        let (region, other) = regions(identity);
        self.told("iss", format!("https://cognito-idp.{region}.amazonaws.com/{pool}"));
        self.change_last(|claim| {
            let (region, other) = (text(region), text(other));
            claim.size.lower -= region.lower.saturating_sub(other.lower);
            claim.size.upper += other.upper.saturating_sub(region.upper) + ISSUER_PREFIX;
        });
    }

    /// How somebody signed in.
    fn authentication(&mut self, identity: &Identity<'a>, never: Never) {
        if never.acr {
            return;
        }
        let federated = identity.attributes.contains_key("identities");
        let methods = METHODS.into_iter().chain(federated.then_some(FEDERATION));
        self.maybe("acr", MADE_UP_LEVEL);
        self.maybe("amr", OwnValue::Texts(methods.map(Cow::from).collect()));
    }

    /// Who acts for the person.
    fn actor(&mut self, never: Never) {
        if !never.exchange {
            self.maybe("act", OwnValue::Member("sub", MADE_UP_ACTOR.into()));
        }
    }

    /// Identifiers that a token has, if not always: recorded ones lack one, two or all three.
    fn identifiers(&mut self, names: [&'static str; 3]) {
        for name in names {
            self.maybe(name, MADE_UP_ID);
        }
    }

    fn push(&mut self, name: impl Into<Cow<'a, str>>, value: OwnValue<'a>, origin: Origin) {
        let name = name.into();
        let size = named(&name, value.size());
        self.0.push(OwnClaim { name, value, made_up: false, changed: false, origin, size });
    }

    fn change_last(&mut self, change: impl FnOnce(&mut OwnClaim<'a>)) {
        if let Some(claim) = self.0.last_mut() {
            change(claim);
        }
    }

    fn groups(&mut self, groups: &Groups<'a>) {
        self.list("cognito:groups", &groups.groups);
    }

    fn roles(&mut self, groups: &Groups<'a>) {
        self.list("cognito:roles", &groups.roles);
        if let Some(role) = &groups.preferred_role {
            let role = OwnValue::Text(role.clone());
            self.push("cognito:preferred_role", role, Origin::Groups);
        }
    }

    fn list(&mut self, name: &'a str, words: &[Cow<'a, str>]) {
        if !words.is_empty() {
            self.push(name, OwnValue::Texts(words.to_vec()), Origin::Groups);
        }
    }

    fn times(&mut self) {
        self.issued("auth_time", OwnValue::Number(MADE_UP_TIME));
        self.issued("iat", OwnValue::Number(MADE_UP_TIME));
        self.issued("exp", OwnValue::Number(MADE_UP_TIME));
    }
}

fn id_claims<'a>(identity: &Identity<'a>, groups: &Groups<'a>, never: Never) -> Vec<OwnClaim<'a>> {
    let mut claims = Claims(Vec::with_capacity(24));
    claims.told("sub", told_or(&identity.sub, MADE_UP_ID));
    claims.groups(groups);
    claims.roles(groups);
    claims.issuer(identity);
    claims.told("cognito:username", told_or(&identity.username, MADE_UP_ID));
    claims.told("aud", told_or(&identity.client_id, TYPICAL_CLIENT));
    if !never.exchange {
        let longest = named("aud", text(MADE_UP_AUDIENCE));
        claims.change_last(|claim| claim.size.upper = claim.size.upper.max(longest.upper));
    }
    claims.told("token_use", "id");
    claims.times();
    claims.identifiers(["jti", "origin_jti", "event_id"]);
    if !never.nonce {
        claims.maybe("nonce", MADE_UP_NONCE);
    }
    if !never.at_hash {
        claims.maybe("at_hash", MADE_UP_HASH);
    }
    claims.authentication(identity, never);
    claims.actor(never);
    for (name, value) in &identity.attributes {
        // Emulators list claims among the attributes; Cognito's own claim stands in the token. Cognito
        // lists attributes of its own (status, alias), which become no claim.
        let is_own = name.starts_with("cognito:") || claims.0.iter().any(|own| own.name == *name);
        if !is_own {
            claims.attribute(name.clone(), value.clone());
        }
    }
    claims.0
}

fn access_claims<'a>(
    identity: &Identity<'a>,
    groups: &Groups<'a>,
    scopes: &[&str],
    never: Never,
) -> Vec<OwnClaim<'a>> {
    let mut claims = Claims(Vec::with_capacity(24));
    claims.told("sub", told_or(&identity.sub, MADE_UP_ID));
    if !never.device_key {
        let (region, other) = regions(identity);
        let longer = if text(other).upper > text(region).upper { other } else { region };
        claims.maybe("device_key", format!("{longer}_{MADE_UP_ID}"));
    }
    claims.groups(groups);
    claims.issuer(identity);
    claims.maybe("version", OwnValue::Number(2));
    claims.told("client_id", told_or(&identity.client_id, TYPICAL_CLIENT));
    if !(never.resource && never.exchange) {
        claims.maybe("aud", MADE_UP_AUDIENCE);
    }
    claims.told("token_use", "access");
    claims.told("scope", join(scopes.iter().copied(), ' '));
    claims.times();
    claims.identifiers(["jti", "origin_jti", "event_id"]);
    claims.told("username", told_or(&identity.username, MADE_UP_ID));
    claims.authentication(identity, never);
    claims.actor(never);
    claims.0
}

fn client_claims<'a>(identity: &Identity<'a>, scopes: &[&str]) -> Vec<OwnClaim<'a>> {
    let client = told_or(&identity.client_id, TYPICAL_CLIENT);
    let mut claims = Claims(Vec::with_capacity(16));
    claims.told("sub", client.clone());
    claims.told("token_use", "access");
    claims.told("scope", join(scopes.iter().copied(), ' '));
    claims.issuer(identity);
    claims.times();
    claims.told("version", OwnValue::Number(2));
    claims.issued("jti", MADE_UP_ID);
    claims.told("client_id", client);
    claims.0
}

/// The event's region, and the one in the pool's id, which is another one's for a replica.
fn regions<'i>(identity: &'i Identity<'_>) -> (&'i str, &'i str) {
    let of_id = identity.user_pool_id.as_deref().and_then(|id| id.split_once('_'));
    let of_id = of_id.map(|(region, _)| region);
    let region = identity.region.as_deref().or(of_id).unwrap_or(TYPICAL_REGION);
    (region, of_id.unwrap_or(region))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::event::TriggerEvent;

    /// The lower end of a finished token, of an event in us-east-1 with names of usual length.
    fn lower(token: TokenUse, source: &str, scopes: &[&str]) -> usize {
        let event = json!({
            "version": "3",
            "triggerSource": source,
            "region": "us-east-1",
            "userPoolId": "us-east-1_EXAMPLE01",
            "userName": MADE_UP_ID,
            "callerContext": { "clientId": TYPICAL_CLIENT },
            "request": { "userAttributes": { "sub": MADE_UP_ID }, "scopes": scopes },
        });
        let event = event.to_string();
        let (event, request) = TriggerEvent::parse(event.as_bytes()).unwrap();
        let identity = Identity::of(&event, request);
        let never = Never::default();
        let own = own_claims(token, &identity, &Groups::default(), scopes, never).unwrap();
        // Today's tokens have all three identifiers.
        let there = |claim: &OwnClaim<'_>| match &*claim.name {
            "origin_jti" | "event_id" | "jti" => Size { lower: claim.size.upper, ..claim.size },
            _ => claim.size,
        };
        finished(own.iter().map(there).sum()).lower
    }

    #[test]
    fn an_access_token_of_an_api_sign_in_has_its_measured_size() {
        let sign_in = "TokenGeneration_Authentication";
        assert_eq!(lower(TokenUse::Access, sign_in, &[API_SCOPE]), 1071);
    }

    #[test]
    fn a_machines_access_token_has_its_measured_size() {
        let machine = "TokenGeneration_ClientCredentials";
        // A payload of 330 bytes: 218 of its own, the names, and a scope of 31 with its slash escaped.
        assert_eq!(lower(TokenUse::Access, machine, &["items-api.eu.example.com/browse"]), 875);
    }
}
