//! What verified claims open: the whole stage, some routes, or nothing.
//!
//! One rule decides everything: a request must be covered by a route and must meet every route
//! that covers it. A policy is judged by the same rule (a deny outweighs an allow), so an answer
//! that lists all routes is right for every request of the stage. Without routes, the stage is one.
//!
//! Knows claims, configuration and the text of a target; no request, no answer, no clock.

use cognito_claims::Claims;

use crate::config::{Caching, Configuration, Route};

/// What is open to the claims, and whether the request that was asked about is.
#[derive(Debug)]
pub struct Decision<'c> {
    /// Whether the request is let through; or the stable word for why it isn't.
    pub here: Result<(), &'static str>,
    /// The first route that covers the request.
    pub route: Option<&'c Route>,
    /// What an answer may say.
    pub open: Open<'c>,
}

/// What an answer may say without being wrong for as long as it is kept.
#[derive(Debug)]
pub enum Open<'c> {
    /// Nothing on this stage.
    Nothing,
    /// Everything on this stage.
    Stage,
    /// The request that was asked about, and nothing else.
    Here,
    /// Some routes; the others are closed, which outweighs.
    Routes {
        /// Routes whose rules are met.
        open: Vec<&'c Route>,
        /// Routes whose rules are not met.
        closed: Vec<&'c Route>,
    },
}

/// Decides. `target` is the request's method and path as in its ARN; `now` is in seconds since
/// 1970.
pub fn decide<'c>(
    configuration: &'c Configuration,
    claims: &Claims<'_>,
    target: Option<&str>,
    now: u64,
) -> Decision<'c> {
    if let Err(word) = configuration.require.check(claims, now) {
        return Decision { here: Err(word), route: None, open: Open::Nothing };
    }
    if configuration.routes.is_empty() {
        return Decision { here: Ok(()), route: None, open: Open::Stage };
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
    let here = here.unwrap_or(Err("route_unknown"));
    let open = match configuration.caching {
        Caching::Seconds(_) | Caching::Unknown if !open.is_empty() => Open::Routes { open, closed },
        // Should a gateway keep the answer after all, it serves the same request again.
        Caching::Off if here.is_ok() => Open::Here,
        _ => Open::Nothing,
    };
    Decision { here, route: first, open }
}

/// The GraphQL fields whose rules the claims don't meet, in the order of the file.
pub fn denied_fields<'c>(
    configuration: &'c Configuration,
    claims: &Claims<'_>,
    now: u64,
) -> Vec<&'c str> {
    let fields = configuration.fields.iter().flatten();
    fields
        .filter(|field| field.rules.check(claims, now).is_err())
        .map(|field| field.name.as_str())
        .collect()
}
