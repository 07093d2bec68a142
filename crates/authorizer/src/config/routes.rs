//! `[routes]`: what single routes ask for in addition.

use claimsmith_findings::{At, Named, Section};

use super::caching::Caching;
use super::code::{Code, Findings};
use super::requirements::{Checker, RequireSection};
use crate::route::Pattern;
use crate::rules::Rules;

/// Most bytes that the routes may take in an answer of 8 KB; the rest is for the claims.
const ROUTES_LIMIT: usize = 6_000;

/// Bytes that a resource takes beside its route: the ARN up to the stage, quotes and a comma.
const ARN_LENGTH: usize = 90;

/// One route and what it asks for.
#[derive(Clone, Debug)]
pub struct Route {
    /// Which requests it is about.
    pub pattern: Pattern,
    /// What they must meet.
    pub rules: Rules,
}

pub(super) fn routes(
    sections: &Named<Section<RequireSection>>,
    checker: &Checker,
    findings: &mut Findings<'_>,
) -> Option<Vec<Route>> {
    if sections.entries.is_empty() && sections.whole {
        let help = "name a route, or leave the section out to open all of them";
        let message = "there is no route, so none would be open";
        findings.add(Code::EmptyList, sections.span, message, help);
    }
    let is_cached = checker.caching.is_some_and(|caching| caching != Caching::Off);
    let mut length = 0;
    let mut routes = Vec::new();
    for (name, section) in &sections.entries {
        let pattern = pattern(name, findings);
        let rules = checker.rules(section, findings);
        if let Some(pattern) = pattern.as_ref().filter(|_| is_cached) {
            kept(name, pattern, &mut length, findings);
        }
        routes.push(pattern.map(|pattern| Route { pattern, rules }));
    }
    routes.into_iter().collect()
}

fn pattern(name: &At<String>, findings: &mut Findings<'_>) -> Option<Pattern> {
    let pattern = Pattern::parse(&name.value);
    if let Err(error) = &pattern {
        findings.add(Code::Route, name.span, error.problem, error.help);
    }
    pattern.ok()
}

/// A route in an answer that is kept. `length` is what the routes before it take.
fn kept(name: &At<String>, pattern: &Pattern, length: &mut usize, findings: &mut Findings<'_>) {
    if !pattern.is_exact_in_policy() {
        findings.add(
            Code::RouteCached,
            name.span,
            "in an answer that is kept, `{…}` would stand for slashes too",
            "write `*` if everything below may be treated alike, or `caching = \"off\"`",
        );
    }
    *length += pattern.resources().map(|text| text.len() + ARN_LENGTH).sum::<usize>();
    if *length > ROUTES_LIMIT {
        findings.add(
            Code::RoutesSize,
            name.span,
            "from here on, the routes take more than 6000 of an answer's 8000 bytes",
            "use `*` to say it with fewer; `ANY` counts seven times",
        );
        *length = 0;
    }
}

/// Whether an HTTP API expects simple answers; `written` is `answer` of `[http_api]`.
pub(super) fn simple_answers(
    written: Option<&At<String>>,
    has_routes: bool,
    caching: Option<Caching>,
    findings: &mut Findings<'_>,
) -> Option<bool> {
    let Some(written) = written else { return Some(false) };
    let is_simple = findings.word(written, &[("policy", false), ("simple", true)])?;
    if is_simple && has_routes && caching.is_some_and(|caching| caching != Caching::Off) {
        findings.add(
            Code::RouteCached,
            written.span,
            "a simple answer is one answer for all routes for as long as it is kept",
            "write `answer = \"policy\"`, or `caching = \"off\"` if the gateway keeps nothing",
        );
    }
    Some(is_simple)
}
