//! A Lambda authorizer for Cognito tokens: one event in, one answer out.
//!
//! [`Authorizer::authorize`] walks the rooms: `request.rs` finds the token, `verify.rs` has it
//! checked, `revocation.rs` looks for records against it, `decision.rs` decides what it opens,
//! `context.rs` chooses what goes on to handlers and `answer.rs` spells it out. Every doubt is a
//! denial, and no fault ever allows.

pub mod answer;
pub mod config;
pub mod context;
pub mod decision;
#[cfg(feature = "dynamodb")]
pub mod dynamo;
pub mod outcome;
pub mod request;
pub mod revocation;
pub mod route;
pub mod rules;
pub mod telemetry;
pub mod verify;

use cognito_claims::{Claims, Identity};
use serde_json::Value;

use crate::answer::TooLong;
use crate::config::{Caching, Configuration};
use crate::context::Context;
use crate::decision::{Decision, Open, decide, denied_fields};
use crate::outcome::{Effect, Failure, Outcome};
use crate::request::{Arn, Door, NoToken, Request};
use crate::revocation::{Revocations, Standing, standing};
use crate::telemetry::Record;
use crate::verify::{Unverified, Verifier};

/// A checked configuration, and what it needs from outside.
#[derive(Debug)]
pub struct Authorizer<V, R> {
    /// What is asked of tokens and requests.
    pub configuration: Configuration,
    /// Checks tokens.
    pub verifier: V,
    /// Knows revoked tokens.
    pub revocations: R,
}

impl<V: Verifier, R: Revocations> Authorizer<V, R> {
    /// Answers one event of a gateway. `now` is in seconds since 1970.
    pub async fn authorize(&self, event: &Value, now: u64) -> Outcome<'_> {
        let Ok(request) = Request::parse(event, &self.configuration.token_place) else {
            return Outcome::failed(Failure::Fault("unreadable_event"), Record::default());
        };
        let mut record = Record { door: Some(request.door.as_str()), ..Record::default() };
        match self.claims(&request, now, &mut record).await {
            Ok(claims) => self.answer(&request, &claims, now, record),
            // AppSync's own 401 is an answer, not an error.
            Err(Failure::Unauthorized(word)) if request.door == Door::AppSync => {
                let record = Record { reason: Some(word), ..record };
                Outcome::answered(Effect::Unauthorized, answer::appsync_refusal(), record)
            }
            Err(failure) => Outcome::failed(failure, record),
        }
    }

    /// The claims of the request's token, if it is good.
    async fn claims(
        &self,
        request: &Request<'_>,
        now: u64,
        record: &mut Record<'_>,
    ) -> Result<Claims<'static>, Failure> {
        let configuration = &self.configuration;
        let token = request.token.map_err(|problem| {
            Failure::Unauthorized(match problem {
                NoToken::Missing => "token_missing",
                NoToken::NotOne => "token_not_one",
            })
        })?;
        if request.is_cached_by_something_else && configuration.caching != Caching::Off {
            return Err(Failure::Fault("identity_source"));
        }
        let claims = self.verifier.verify(token, now).await.map_err(|problem| match problem {
            Unverified::Refused(word) => Failure::Unauthorized(word),
            Unverified::KeysUnavailable => Failure::Fault("keys_unavailable"),
        })?;
        if configuration.valid_for > 0 && expires(&claims) < now + configuration.valid_for {
            return Err(Failure::Unauthorized("expires_too_soon"));
        }
        if let Some(rule) = &configuration.revocation {
            match standing(rule, &self.revocations, &claims).await {
                Standing::Good => {}
                Standing::Revoked => return Err(Failure::Unauthorized("revoked")),
                Standing::Unknown if rule.allow_on_fault => record.revocation_unknown = true,
                Standing::Unknown => return Err(Failure::Fault("revocation_unknown")),
            }
        }
        Ok(claims)
    }

    /// Decides what good claims open, and spells it out.
    fn answer<'c>(
        &'c self,
        request: &Request<'_>,
        claims: &Claims<'_>,
        now: u64,
        mut record: Record<'c>,
    ) -> Outcome<'c> {
        let configuration = &self.configuration;
        let refused = |principal: &str, word: &'static str, record: Record<'c>| {
            refusal(request, configuration, principal, word, record)
        };
        let Ok(identity) = claims.identity() else { return refused("unknown", "identity", record) };
        let principal = match &identity {
            Identity::User { sub, .. } => sub,
            Identity::Client { client_id } => client_id,
        };
        record.identity = Some(context::kind(&identity));
        let Ok(mut context) = Context::choose(&configuration.context, &identity, claims) else {
            return refused(principal, "unreadable", record);
        };
        let (here, spelt) = match (request.door, request.arn) {
            (Door::AppSync, _) => {
                let here = match (&configuration.fields, configuration.require.check(claims, now)) {
                    (None, _) => Err("door_not_served"),
                    (Some(_), required) => required,
                };
                let denied = denied_fields(configuration, claims, now);
                record.denied_fields = denied.len();
                let seconds =
                    expires(claims).saturating_sub(now).min(configuration.caching.asked_for());
                (here, answer::appsync(&denied, seconds, &mut context))
            }
            (door, arn) => {
                let target = arn.map(|arn| arn.target);
                let Decision { here, route, open } = decide(configuration, claims, target, now);
                record.route = route.map(|route| route.pattern.as_str());
                let is_simple = door == Door::HttpApi2 && configuration.simple_answers;
                match (arn, open) {
                    (_, Open::Nothing) => {
                        return refused(principal, here.err().unwrap_or("route_unknown"), record);
                    }
                    _ if is_simple => (here, answer::simple(&mut context)),
                    (None, _) => {
                        return Outcome::failed(Failure::Fault("unreadable_event"), record);
                    }
                    (Some(arn), Open::Here) if !arn.fits_a_policy() => {
                        return refused(principal, "path_unfit", record);
                    }
                    (Some(Arn { stage, target }), open) => {
                        let key = usage_key(configuration, door, claims);
                        let spelt =
                            answer::policy(principal, stage, target, &open, key, &mut context);
                        (here, spelt)
                    }
                }
            }
        };
        record.shed = context.shed().to_vec();
        match (here, spelt) {
            // A policy that opens other routes is still the answer.
            (Err(word), Ok(policy)) if policy.get("policyDocument").is_some() => {
                Outcome::answered(Effect::Deny, policy, Record { reason: Some(word), ..record })
            }
            (Err(word), _) => refused(principal, word, record),
            (Ok(()), Ok(answer)) => Outcome::answered(Effect::Allow, answer, record),
            (Ok(()), Err(TooLong)) => Outcome::failed(Failure::Fault("answer_too_long"), record),
        }
    }
}

/// The claim `exp`, or a time long ago.
fn expires(claims: &Claims<'_>) -> u64 {
    claims.claim("exp").unwrap_or_default()
}

/// The API key for the claims' tier. Only a REST API knows usage plans.
fn usage_key<'c>(
    configuration: &'c Configuration,
    door: Door,
    claims: &Claims<'_>,
) -> Option<&'c str> {
    if !matches!(door, Door::RestToken | Door::RestRequest) {
        return None;
    }
    let tier = claims.tier().ok()?;
    configuration.usage_plan.get(tier.as_str()).map(String::as_str)
}

/// The 403 of the door that asks.
fn refusal<'c>(
    request: &Request<'_>,
    configuration: &Configuration,
    principal: &str,
    word: &'static str,
    record: Record<'c>,
) -> Outcome<'c> {
    let record = Record { reason: Some(word), ..record };
    let answer = match (request.door, request.arn) {
        (Door::AppSync, _) => answer::appsync_refusal(),
        (Door::HttpApi2, _) if configuration.simple_answers => answer::simple_refusal(),
        (_, Some(arn)) => answer::deny(principal, arn.stage),
        (_, None) => return Outcome::failed(Failure::Fault("unreadable_event"), record),
    };
    Outcome::answered(Effect::Deny, answer, record)
}
