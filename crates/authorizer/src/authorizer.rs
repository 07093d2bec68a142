//! From a gateway's event to the function's answer: the rooms in their order.

use cognito_claims::Claims;
use serde_json::Value;
use tracing::{Instrument, info_span};

use crate::answer::Spelling;
use crate::config::{Caching, Configuration};
use crate::context::Context;
use crate::decision::{Destination, Verdict, decide, expires};
use crate::denial::Denial;
use crate::request::{Gateway, Request};
use crate::revocation::{Revocations, Standing, standing};
use crate::telemetry::AccessLine;
use crate::verify::Verify;

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

/// What comes of one event.
#[derive(Debug)]
pub struct Outcome {
    /// The function's answer, or its error, which a gateway turns into 401 or 500. A refusal (403)
    /// is an answer.
    pub answer: Result<Value, Denial>,
    /// What is logged.
    pub line: AccessLine,
}

impl<V: Verify, R: Revocations> Authorizer<V, R> {
    /// Answers one event of a gateway. `now` is in seconds since 1970.
    pub async fn authorize(&self, event: &Value, now: u64) -> Outcome {
        let mut line = AccessLine::default();
        let answer = self.answer(event, now, &mut line).await;
        if let Err(denial) = answer {
            line.failed(denial);
        }
        Outcome { answer, line }
    }

    /// From the request to the answer.
    async fn answer(
        &self,
        event: &Value,
        now: u64,
        line: &mut AccessLine,
    ) -> Result<Value, Denial> {
        let place = &self.configuration.token_place;
        let request = info_span!("request").in_scope(|| Request::parse(event, place))?;
        line.gateway = Some(request.gateway);
        line.api_request_id = request.id.map(str::to_owned);
        let judged = self.judge(&request, now, line).await;
        // A refusal without a decision needs no context.
        let (verdict, mut context) = judged.unwrap_or_else(|refusal| (refusal, Context::default()));
        let spelling = spelling(&request, &self.configuration);
        let answer = info_span!("answer").in_scope(|| spelling.write(&verdict, &mut context));
        line.decided(&verdict, &context);
        answer
    }

    /// What becomes of the request, and which claims go on to its handler.
    async fn judge<'c>(
        &'c self,
        request: &Request<'_>,
        now: u64,
        line: &mut AccessLine,
    ) -> Result<(Verdict<'c>, Context<'c>), Verdict<'c>> {
        let configuration = &self.configuration;
        let claims = self.verified(request, now).instrument(info_span!("verify")).await?;
        let identity = claims.identity().map_err(|_| Denial::Identity);
        if let Ok(identity) = &identity {
            line.identified(identity, &claims);
        }
        let revocation = self.may_be_revoked(&claims).instrument(info_span!("revocation"));
        line.revocation_unknown = revocation.await?;
        let identity = identity?;
        let destination = destination(request, configuration);
        let verdict = info_span!("decide")
            .in_scope(|| decide(configuration, &identity, &claims, destination, now));
        match Context::choose(&configuration.context, &identity, &claims) {
            Ok(context) => Ok((verdict, context)),
            Err(_) => Err(Verdict { principal: verdict.principal, ..Denial::Unreadable.into() }),
        }
    }

    /// The claims of the request's token, if it is good.
    async fn verified(&self, request: &Request<'_>, now: u64) -> Result<Claims<'static>, Denial> {
        let Configuration { caching, valid_for, .. } = self.configuration;
        let token = request.token?;
        if request.is_cached_by_something_else && caching != Caching::Off {
            return Err(Denial::IdentitySource);
        }
        let claims = self.verifier.verify(token, now).await?;
        if valid_for > 0 && expires(&claims) < now + valid_for {
            return Err(Denial::ExpiresTooSoon);
        }
        Ok(claims)
    }

    /// Whether nobody knows if the token is revoked, and the configuration takes that.
    async fn may_be_revoked(&self, claims: &Claims<'_>) -> Result<bool, Denial> {
        let Some(rule) = &self.configuration.revocation else { return Ok(false) };
        match standing(rule, &self.revocations, claims).await {
            Standing::Good => Ok(false),
            Standing::Revoked => Err(Denial::Revoked),
            Standing::Unknown if rule.allow_on_fault => Ok(true),
            Standing::Unknown => Err(Denial::RevocationUnknown),
        }
    }
}

fn wants_simple_answers(request: &Request<'_>, configuration: &Configuration) -> bool {
    request.gateway == Gateway::HttpApi2 && configuration.simple_answers
}

/// How the gateway wants its answer.
fn spelling<'r>(request: &Request<'r>, configuration: &Configuration) -> Spelling<'r> {
    match request.gateway {
        Gateway::AppSync => Spelling::AppSync,
        _ if wants_simple_answers(request, configuration) => Spelling::Simple,
        gateway => Spelling::Policy {
            arn: request.arn,
            has_usage_plans: matches!(gateway, Gateway::RestToken | Gateway::RestRequest),
        },
    }
}

/// What the request wants to reach. A simple answer is about this request without naming it.
fn destination<'r>(request: &Request<'r>, configuration: &Configuration) -> Destination<'r> {
    match request.gateway {
        Gateway::AppSync => Destination::Fields,
        _ => Destination::Stage {
            target: request.arn.map(|arn| arn.target),
            can_be_named: wants_simple_answers(request, configuration)
                || request.arn.is_some_and(|arn| arn.fits_a_policy()),
        },
    }
}
