//! What a handler asks of a token before it does anything.
//!
//! Everything is denied that isn't certain: a claim that is missing, unknown, ambiguous or of
//! another type refuses, and so does an empty list of what is allowed. Knows claims, but no HTTP;
//! what a caller is told is the [`Refusal`]'s matter.

use std::collections::BTreeSet;

use crate::bits::Catalogue;
use crate::refusal::{Reason, Refusal};
use crate::words::Words;
use crate::{claims::Claims, error::ReadError, limits::CLOCK_LEEWAY, token_use::TokenUse};

/// Requirements that a token must meet, checked in the order in which they were added.
///
/// ```
/// # use cognito_claims::{Claims, Guard};
/// # fn handler(claims: &Claims, now: u64, org_in_path: &str) -> Result<(), cognito_claims::Refusal> {
/// Guard::access_token()
///     .client(["7example23456789"])
///     .all_scopes(["orders/write"])
///     .org(org_in_path)
///     .tier_at_least("pro", ["free", "pro", "enterprise"])
///     .any_permission(["orders:write"])
///     .feature("export")
///     .check(claims, now)
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a guard does nothing until it checks claims"]
pub struct Guard {
    requirements: Vec<Requirement>,
}

#[derive(Clone, Debug)]
enum Requirement {
    TokenUse(TokenUse),
    Client(Vec<String>),
    AnyScope(Vec<String>),
    AllScopes(Vec<String>),
    AnyGroup(Vec<String>),
    AllGroups(Vec<String>),
    Org(String),
    Tier { least: String, ascending: Vec<String> },
    AnyRole(Vec<String>),
    AllRoles(Vec<String>),
    AnyPermission(Vec<String>),
    AllPermissions(Vec<String>),
    Feature(String),
    FeatureIn(String, Catalogue),
    IssuedWithin(u64),
    AuthenticatedWithin(u64),
    Authentication(Vec<String>),
    AnyMethod(Vec<String>),
    AllMethods(Vec<String>),
    NoActor,
}

impl Guard {
    /// Wants an access token, which is what an API accepts.
    pub fn access_token() -> Self {
        Self { requirements: vec![Requirement::TokenUse(TokenUse::Access)] }
    }

    /// Wants an ID token. It tells an app who signed in and is no key to an API.
    pub fn id_token() -> Self {
        Self { requirements: vec![Requirement::TokenUse(TokenUse::Id)] }
    }

    /// Takes either token. An authorizer without scopes lets both through, so think twice.
    pub fn either_token() -> Self {
        Self { requirements: Vec::new() }
    }

    /// The token was issued to one of these app clients.
    pub fn client(self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::Client(texts(ids)))
    }

    /// The token has at least one of these scopes.
    pub fn any_scope(self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::AnyScope(texts(scopes)))
    }

    /// The token has all of these scopes.
    pub fn all_scopes(self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::AllScopes(texts(scopes)))
    }

    /// The user is in at least one of these groups.
    pub fn any_group(self, groups: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::AnyGroup(texts(groups)))
    }

    /// The user is in all of these groups.
    pub fn all_groups(self, groups: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::AllGroups(texts(groups)))
    }

    /// The token acts in this organisation, such as the one in the request's path.
    pub fn org(self, id: impl Into<String>) -> Self {
        self.and(Requirement::Org(id.into()))
    }

    /// The organisation's tier is `least` or a higher one. `ascending` is the application's order,
    /// lowest first; a tier that isn't in it is below all.
    pub fn tier_at_least(
        self,
        least: impl Into<String>,
        ascending: impl IntoIterator<Item = impl Into<String>>,
    ) -> Self {
        self.and(Requirement::Tier { least: least.into(), ascending: texts(ascending) })
    }

    /// The token certainly lists at least one of these roles.
    pub fn any_role(self, roles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::AnyRole(texts(roles)))
    }

    /// The token certainly lists all of these roles.
    pub fn all_roles(self, roles: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::AllRoles(texts(roles)))
    }

    /// The token certainly lists at least one of these permissions.
    pub fn any_permission(self, permissions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::AnyPermission(texts(permissions)))
    }

    /// The token certainly lists all of these permissions.
    pub fn all_permissions(self, permissions: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::AllPermissions(texts(permissions)))
    }

    /// The feature is certainly on, in a set of the form `comma`, `space` or `list`.
    pub fn feature(self, name: impl Into<String>) -> Self {
        self.and(Requirement::Feature(name.into()))
    }

    /// The feature is certainly on, in a set of the form `bits` that this catalogue wrote.
    pub fn feature_in(self, name: impl Into<String>, catalogue: &Catalogue) -> Self {
        self.and(Requirement::FeatureIn(name.into(), catalogue.clone()))
    }

    /// The token was issued at most so many seconds ago, so that its claims are as fresh.
    pub fn issued_within(self, seconds: u64) -> Self {
        self.and(Requirement::IssuedWithin(seconds))
    }

    /// The user signed in at most so many seconds ago. A refresh doesn't count.
    pub fn authenticated_within(self, seconds: u64) -> Self {
        self.and(Requirement::AuthenticatedWithin(seconds))
    }

    /// The sign-in reached one of these levels of authentication, by the pool's names for them: the
    /// needed one and all that are better. A token that tells no level is refused.
    ///
    /// The refusal asks for step-up in the words of RFC 9470:
    ///
    /// ```
    /// use cognito_claims::{Claims, Guard};
    /// use serde_json::json;
    ///
    /// let payouts = Guard::access_token()
    ///     .authentication(["urn:cognito:loa:3", "urn:cognito:loa:4"])
    ///     .authenticated_within(15 * 60);
    /// let (now, signed_in) = (1_900_000_060, 1_900_000_000);
    ///
    /// let event = json!({ "requestContext": { "authorizer": { "jwt": { "claims": {
    ///     "token_use": "access", "auth_time": signed_in.to_string(), "acr": "urn:cognito:loa:1",
    /// } } } } });
    /// let refusal = payouts.check(&Claims::from_http_api(&event)?, now).unwrap_err();
    /// assert_eq!(refusal.status(), 401);
    /// assert_eq!(
    ///     refusal.www_authenticate().unwrap_or_default(),
    ///     "Bearer realm=\"api\", error=\"insufficient_user_authentication\", \
    ///      error_description=\"another way to sign in is required\", \
    ///      acr_values=\"urn:cognito:loa:3 urn:cognito:loa:4\""
    /// );
    ///
    /// // The client lets the person sign in again, with these `acr_values`.
    /// let event = json!({ "requestContext": { "authorizer": { "jwt": { "claims": {
    ///     "token_use": "access", "auth_time": signed_in.to_string(), "acr": "urn:cognito:loa:3",
    /// } } } } });
    /// payouts.check(&Claims::from_http_api(&event)?, now)?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn authentication(self, levels: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::Authentication(texts(levels)))
    }

    /// The sign-in used at least one of these methods, such as `mfa`, `swk` or `hwk`.
    pub fn any_method(self, methods: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::AnyMethod(texts(methods)))
    }

    /// The sign-in used all of these methods.
    pub fn all_methods(self, methods: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.and(Requirement::AllMethods(texts(methods)))
    }

    /// Nobody acts for the subject. Tells delegation only: a token that was exchanged without an
    /// actor token looks like one of a sign-in.
    pub fn no_actor(self) -> Self {
        self.and(Requirement::NoActor)
    }

    /// Checks the requirements in their order. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// The first requirement that isn't certainly met.
    pub fn check(&self, claims: &Claims<'_>, now: u64) -> Result<(), Refusal> {
        self.requirements.iter().try_for_each(|requirement| requirement.check(claims, now))
    }

    fn and(mut self, requirement: Requirement) -> Self {
        self.requirements.push(requirement);
        self
    }
}

impl Requirement {
    fn check(&self, claims: &Claims<'_>, now: u64) -> Result<(), Refusal> {
        match self.met(claims, now) {
            Ok(true) => Ok(()),
            Ok(false) => Err(Refusal::new(self.reason())),
            Err(error) => Err(Refusal::new(self.reason()).because(error)),
        }
    }

    fn met(&self, claims: &Claims<'_>, now: u64) -> Result<bool, ReadError> {
        Ok(match self {
            Requirement::TokenUse(token_use) => claims.token_use()? == *token_use,
            Requirement::Client(ids) => ids.contains(&claims.client_id()?),
            Requirement::AnyScope(scopes) => any(scopes, &claims.scopes()?),
            Requirement::AllScopes(scopes) => all(scopes, &claims.scopes()?),
            Requirement::AnyGroup(groups) => any(groups, &claims.groups()?),
            Requirement::AllGroups(groups) => all(groups, &claims.groups()?),
            Requirement::AnyRole(roles) => any(roles, &claims.roles()?),
            Requirement::AllRoles(roles) => all(roles, &claims.roles()?),
            Requirement::AnyPermission(permissions) => any(permissions, &claims.permissions()?),
            Requirement::AllPermissions(permissions) => all(permissions, &claims.permissions()?),
            Requirement::Org(id) => claims.org_id()? == **id,
            Requirement::Tier { least, ascending } => {
                let tier = claims.tier()?;
                let rank = |word: &str| ascending.iter().position(|other| other == word);
                match (rank(tier.as_str()), rank(least)) {
                    (Some(tier), Some(least)) => tier >= least,
                    _ => false,
                }
            }
            Requirement::Feature(name) => claims.features()?.feature(name).is_on(),
            Requirement::FeatureIn(name, catalogue) => {
                claims.features_in(catalogue).is_ok_and(|set| set.feature(name).is_on())
            }
            Requirement::IssuedWithin(seconds) => recent(claims.issued_at()?, now, *seconds),
            Requirement::AuthenticatedWithin(seconds) => {
                recent(claims.authenticated_at()?, now, *seconds)
            }
            Requirement::Authentication(levels) => {
                claims.authentication_level()?.is_some_and(|level| levels.contains(&level))
            }
            Requirement::AnyMethod(methods) => any(methods, &claims.authentication_methods()?),
            Requirement::AllMethods(methods) => all(methods, &claims.authentication_methods()?),
            Requirement::NoActor => claims.actor()?.is_none(),
        })
    }

    fn reason(&self) -> Reason {
        match self {
            Requirement::TokenUse(_) => Reason::TokenUse,
            Requirement::Client(_) => Reason::Client,
            Requirement::AnyScope(scopes) | Requirement::AllScopes(scopes) => {
                Reason::Scope { wanted: scopes.clone() }
            }
            Requirement::AnyGroup(_) | Requirement::AllGroups(_) => Reason::Group,
            Requirement::Org(_) => Reason::Org,
            Requirement::Tier { .. } => Reason::Tier,
            Requirement::AnyRole(_) | Requirement::AllRoles(_) => Reason::Role,
            Requirement::AnyPermission(_) | Requirement::AllPermissions(_) => Reason::Permission,
            Requirement::Feature(_) | Requirement::FeatureIn(..) => Reason::Feature,
            Requirement::IssuedWithin(_) => Reason::IssuedTooLongAgo,
            Requirement::AuthenticatedWithin(seconds) => {
                Reason::AuthenticatedTooLongAgo { max_age: *seconds }
            }
            Requirement::Authentication(levels) => {
                Reason::Authentication { levels: levels.clone() }
            }
            Requirement::AnyMethod(_) | Requirement::AllMethods(_) => {
                Reason::Authentication { levels: Vec::new() }
            }
            Requirement::NoActor => Reason::Actor,
        }
    }
}

fn texts(words: impl IntoIterator<Item = impl Into<String>>) -> Vec<String> {
    words.into_iter().map(Into::into).collect()
}

/// Words of which a token certainly has some.
trait Held {
    fn holds(&self, word: &str) -> bool;
}

impl Held for BTreeSet<String> {
    fn holds(&self, word: &str) -> bool {
        self.contains(word)
    }
}

impl Held for Vec<String> {
    fn holds(&self, word: &str) -> bool {
        self.iter().any(|held| held == word)
    }
}

impl Held for Words {
    fn holds(&self, word: &str) -> bool {
        self.contains(word).is_listed()
    }
}

fn any(wanted: &[String], held: &impl Held) -> bool {
    wanted.iter().any(|word| held.holds(word))
}

/// An empty list would let every token in; it is a mistake and lets none in.
fn all(wanted: &[String], held: &impl Held) -> bool {
    !wanted.is_empty() && wanted.iter().all(|word| held.holds(word))
}

/// A moment in the future is no fresh one: no token can have been issued then.
fn recent(moment: u64, now: u64, seconds: u64) -> bool {
    moment <= now.saturating_add(CLOCK_LEEWAY) && now <= moment.saturating_add(seconds)
}
