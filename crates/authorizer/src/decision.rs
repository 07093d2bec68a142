//! What verified claims open: the whole stage, some routes, all fields but some, or nothing.
//!
//! One rule decides everything: a request must be covered by a route and must meet every route
//! that covers it. A policy is judged by the same rule (a deny outweighs an allow), so an answer
//! that lists all routes is right for every request of the stage. Without routes, the stage is one.
//!
//! Knows claims, configuration and the text of a target; no request, no answer, no clock.

use cognito_claims::{Claims, Identity};

use crate::config::{Caching, Configuration, Route};
use crate::denial::Denial;

/// What the request wants to reach.
#[derive(Clone, Copy, Debug)]
pub enum Destination<'r> {
    /// Something below the stage of an API Gateway.
    Stage {
        /// Method and path as in the request's ARN, if the gateway tells.
        target: Option<&'r str>,
        /// Whether an answer can open this target and nothing else.
        can_be_named: bool,
    },
    /// Fields of an AppSync API.
    Fields,
}

/// What becomes of a request.
#[derive(Clone, Debug)]
pub struct Verdict<'c> {
    /// Whom the answer is about: the user's `sub`, or the client's id.
    pub principal: String,
    /// Whether the request that was asked about is let through; or why it isn't.
    pub here: Result<(), Denial>,
    /// What an answer may open.
    pub open: Open<'c>,
    /// The first route that covers the request.
    pub route: Option<&'c Route>,
    /// The API key for the claims' tier, for gateways with usage plans.
    pub usage_key: Option<&'c str>,
    /// GraphQL fields whose rules are not met, in the order of the file.
    pub denied_fields: Vec<&'c str>,
    /// For how many seconds AppSync may keep the answer.
    pub may_be_kept: u64,
}

/// What an answer may open without being wrong for as long as it is kept.
#[derive(Clone, Debug)]
pub enum Open<'c> {
    /// Nothing.
    Nothing,
    /// The whole stage of an API Gateway; of AppSync, all but the denied fields.
    Everything,
    /// The request that was asked about, and nothing else.
    Here,
    /// Some routes; the others are denied, and a deny outweighs an allow.
    Routes {
        /// Routes whose rules are met.
        open: Vec<&'c Route>,
        /// Routes whose rules are not met.
        closed: Vec<&'c Route>,
    },
}

impl Verdict<'_> {
    /// Everything is open to this principal.
    fn open(principal: String) -> Self {
        Self {
            principal,
            here: Ok(()),
            open: Open::Everything,
            route: None,
            usage_key: None,
            denied_fields: Vec::new(),
            may_be_kept: 0,
        }
    }

    /// The same verdict with everything closed, for this reason.
    fn closed(self, denial: Denial) -> Self {
        Self { here: Err(denial), open: Open::Nothing, ..self }
    }
}

/// A refusal before it is known whom it is about.
impl From<Denial> for Verdict<'_> {
    fn from(denial: Denial) -> Self {
        Self::open("unknown".to_owned()).closed(denial)
    }
}

/// Decides. `now` is in seconds since 1970.
pub fn decide<'c>(
    configuration: &'c Configuration,
    identity: &Identity,
    claims: &Claims<'_>,
    destination: Destination<'_>,
    now: u64,
) -> Verdict<'c> {
    let principal = match identity {
        Identity::User { sub, .. } => sub,
        Identity::Client { client_id } => client_id,
    };
    let tier = claims.tier().ok();
    let usage_key = tier.and_then(|tier| configuration.usage_plan.get(tier.as_str()));
    let verdict =
        Verdict { usage_key: usage_key.map(String::as_str), ..Verdict::open(principal.clone()) };
    let required = configuration.require.check(claims, now);
    match (destination, required) {
        (Destination::Fields, required) => fields(verdict, configuration, claims, required, now),
        (_, Err(denial)) => verdict.closed(denial),
        (Destination::Stage { target, can_be_named }, Ok(())) => {
            routes(verdict, configuration, claims, target, can_be_named, now)
        }
    }
}

fn routes<'c>(
    verdict: Verdict<'c>,
    configuration: &'c Configuration,
    claims: &Claims<'_>,
    target: Option<&str>,
    can_be_named: bool,
    now: u64,
) -> Verdict<'c> {
    if configuration.routes.is_empty() {
        return verdict;
    }
    let mut here = None;
    let mut first = None;
    let (mut open, mut closed) = (Vec::new(), Vec::new());
    for route in &configuration.routes {
        let met = route.rules.check(claims, now);
        match met {
            Ok(()) => open.push(route),
            Err(_) => closed.push(route),
        }
        if target.is_some_and(|target| route.pattern.covers(target)) {
            first = first.or(Some(route));
            // The first one that isn't met gives the reason.
            here = Some(here.unwrap_or(Ok(())).and(met));
        }
    }
    let here = here.unwrap_or(Err(Denial::RouteUnknown));
    let verdict = Verdict { here, route: first, ..verdict };
    match (configuration.caching, here) {
        (Caching::Seconds(_) | Caching::Unknown, _) if !open.is_empty() => {
            Verdict { open: Open::Routes { open, closed }, ..verdict }
        }
        // If a gateway keeps the answer all the same, it opens no other request.
        (Caching::Off, Ok(())) if can_be_named => Verdict { open: Open::Here, ..verdict },
        (_, Ok(())) => verdict.closed(Denial::PathUnfit),
        (_, Err(denial)) => verdict.closed(denial),
    }
}

fn fields<'c>(
    verdict: Verdict<'c>,
    configuration: &'c Configuration,
    claims: &Claims<'_>,
    required: Result<(), Denial>,
    now: u64,
) -> Verdict<'c> {
    let Some(fields) = &configuration.fields else { return verdict.closed(Denial::DoorNotServed) };
    let denied = fields.iter().filter(|field| field.rules.check(claims, now).is_err());
    let left = expires(claims).saturating_sub(now);
    let verdict = Verdict {
        denied_fields: denied.map(|field| field.name.as_str()).collect(),
        may_be_kept: left.min(configuration.caching.asked_for()),
        ..verdict
    };
    match required {
        Err(denial) => verdict.closed(denial),
        Ok(()) => verdict,
    }
}

/// The claim `exp` in seconds since 1970; 0 if it can't be read, so that the token has expired.
pub fn expires(claims: &Claims<'_>) -> u64 {
    claims.claim("exp").unwrap_or_default()
}
