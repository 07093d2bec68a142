//! Whether only the provider writes what the policy believes of it.
//!
//! Cognito demands that the app client may write an attribute that a provider maps. So whoever has
//! an access token with the scope for one's own attributes can forge it, and a refresh asks no
//! provider. The trigger can't see that; the descriptions of pool and app client show it.
//!
//! SPEC: AWS, "Mapping IdP attributes to profiles and tokens"; Amazon Cognito API reference,
//! `UpdateUserAttributes`, `SignUp` and `UserPoolClientType`.

use claimsmith::policy::{ClientRules, Provider};

use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode};
use crate::doctor::described::Client;
use crate::doctor::diagnosis::Diagnosis;

/// The scope that lets people write their own attributes.
const OWN_ATTRIBUTES: &str = "aws.cognito.signin.user.admin";

/// Looks at the attributes that providers write.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    let written = case.policy.providers.iter().flat_map(|provider| {
        provider.writes.iter().map(move |attribute| Written { provider, attribute })
    });
    let written: Vec<Written<'_>> = written.collect();
    let may_write =
        |it: &&Written<'_>| case.client.is_none_or(|client| client.writes(it.attribute));
    let Some(first) = written.iter().find(may_write) else {
        found.causes.extend(case.client.into_iter().flat_map(|it| blocked(it, &written)));
        return;
    };
    if let Some(client) = case.client {
        found.causes.extend(blocked(client, &written));
        found.causes.extend(flows(client, first));
        found.causes.extend(scope(client, first));
    }
    found.causes.extend(grants(case, first));
    found.causes.extend(sign_up(case, first));
}

/// An attribute that a provider writes.
struct Written<'p> {
    provider: &'p Provider,
    attribute: &'p str,
}

impl Written<'_> {
    /// What the policy believes, and its place.
    fn proven(&self, case: &Case<'_>, cause: Cause) -> Cause {
        let place = case.lines.place(&["providers", &self.provider.name, "writes"]);
        cause.because(place, self.attribute)
    }
}

/// The provider can't write what it is said to.
fn blocked(client: &Client, written: &[Written<'_>]) -> Vec<Cause> {
    let ours = written.iter().filter(|it| client.signs_in_by(&it.provider.name));
    ours.filter(|it| !client.writes(it.attribute))
        .map(|Written { provider, attribute }| {
            let what = format!(
                "the app client may not write {attribute}, so sign-ins through {} fail if the pool \
                 maps it",
                provider.name
            );
            let next = format!("add {attribute} to WriteAttributes of the app client");
            Cause::likely(CauseCode::ProviderCannotWrite, what, next)
                .because(client.place("WriteAttributes"), "doesn't have it")
        })
        .collect()
}

/// Sign-ins without managed login always bring the scope, and ask no provider.
fn flows(client: &Client, written: &Written<'_>) -> Option<Cause> {
    let flows = client.user_flows();
    if flows.is_empty() {
        return None;
    }
    let attribute = written.attribute;
    let what = format!(
        "people sign in by the app client without a provider, always with the scope {OWN_ATTRIBUTES}, \
         and may write {attribute}, which the policy believes of {}",
        written.provider.name
    );
    let next = "give ExplicitAuthFlows nothing but ALLOW_REFRESH_TOKEN_AUTH, and native people an \
                app client of their own that may not write the attribute";
    Some(
        Cause::aside(CauseCode::ProviderAttributeFlows, what, next)
            .because(client.place("ExplicitAuthFlows"), flows.join(", "))
            .because(client.place("WriteAttributes"), attribute),
    )
}

/// Managed login brings the scope if the app asks for it, or for none at all.
fn scope(client: &Client, written: &Written<'_>) -> Option<Cause> {
    let is_allowed = client.texts("AllowedOAuthScopes").iter().any(|it| it == OWN_ATTRIBUTES);
    let what = format!(
        "the app client allows the scope {OWN_ATTRIBUTES}, by which people write {} for themselves \
         and keep it by a refresh",
        written.attribute
    );
    let next = format!("take {OWN_ATTRIBUTES} out of AllowedOAuthScopes");
    is_allowed.then(|| {
        Cause::aside(CauseCode::ProviderAttributeScope, what, next)
            .because(client.place("AllowedOAuthScopes"), OWN_ATTRIBUTES)
            .because(client.place("WriteAttributes"), written.attribute)
    })
}

/// What the trigger adds is bound by no app client's scopes.
fn grants(case: &Case<'_>, written: &Written<'_>) -> Vec<Cause> {
    let policy = case.policy;
    let described: Vec<&ClientRules> = match case.client {
        Some(client) => vec![policy.rules(Some(client.id()))],
        None => std::iter::once(&policy.any_client).chain(policy.clients.values()).collect(),
    };
    let adds = described
        .into_iter()
        .filter(|rules| rules.access.add_scopes.iter().any(|scope| scope == OWN_ATTRIBUTES));
    adds.map(|rules| {
        let general = ["tokens", "access", "add_scopes"];
        let place = match &rules.section {
            Some(section) => {
                let own = ["clients", section, "tokens", "access", "add_scopes"];
                case.lines.place(if case.lines.has(&own) { &own } else { &general })
            }
            None => case.lines.place(&general),
        };
        let what = format!(
            "the policy adds the scope {OWN_ATTRIBUTES}, by which people write {} for themselves and \
             keep it by a refresh",
            written.attribute
        );
        let next = format!("take {OWN_ATTRIBUTES} out of add_scopes");
        let cause = Cause::aside(CauseCode::ProviderAttributeGrant, what, next);
        written.proven(case, cause.because(place, OWN_ATTRIBUTES))
    })
    .collect()
}

/// Whoever signs up says which attributes they have.
fn sign_up(case: &Case<'_>, written: &Written<'_>) -> Option<Cause> {
    let pool = case.pool.filter(|pool| pool.signs_up())?;
    let through = match case.client {
        Some(_) => "the app client",
        None => "an app client that may write it",
    };
    let what = format!(
        "people can sign up by themselves and say what {} is; once such an account is linked to {}, \
         it is forged",
        written.attribute, written.provider.name
    );
    let next = format!(
        "set AdminCreateUserConfig.AllowAdminCreateUserOnly to true, or see that nobody signs up \
         through {through}"
    );
    let place = pool.place("AdminCreateUserConfig.AllowAdminCreateUserOnly");
    let cause = Cause::aside(CauseCode::ProviderAttributeSignUp, what, next);
    Some(written.proven(case, cause.because(place, "false, or isn't there")))
}
