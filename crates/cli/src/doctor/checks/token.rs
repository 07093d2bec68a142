//! A token that is there: which of the claims are in it, and why not the others.

use claimsmith::policy::ClaimRule;
use cognito_claims::names::MARKERS;
use cognito_claims::{Door, TokenUse};
use serde_json::Value;

use super::unwritten::is_attribute;
use super::{missing, stale};
use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode, Certainty};
use crate::doctor::diagnosis::{Diagnosis, json_type};
use crate::doctor::seen::{Seen, plain};
use crate::doctor::verdict::Verdict;

/// Looks at each token.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    for seen in case.seen.iter().filter(|seen| seen.is_whole() && !seen.is_foreign()) {
        if let Some(token) = seen.token() {
            claims(case, seen, token, found);
            if seen.is_stale() {
                found.causes.push(stale::data(seen, token));
            }
        }
    }
}

fn claims(case: &Case<'_>, seen: &Seen, token: TokenUse, found: &mut Diagnosis) {
    let ran = ran(case, seen, token);
    let mut untouched = Vec::new();
    for claim in case.claims() {
        let verdict = case.verdict(claim, token);
        if seen.has(claim) {
            let value = seen.claims.get(claim).unwrap_or(&Value::Null);
            found.there(claim, Some(token), json_type(value), &seen.name);
            if let (Some(Verdict::Written(planned)), Door::Token) = (&verdict, seen.door)
                && planned.value != *value
            {
                found.causes.push(if in_version_one(case, claim, token) == Some(value) {
                    of_version_one(seen, claim)
                } else {
                    stale::token(case, seen, token, claim, true)
                });
            }
            continue;
        }
        match verdict {
            _ if seen.claims.get(claim).is_some_and(Value::is_null) => {
                found.causes.push(null(seen, token, claim));
            }
            Some(Verdict::Written(_) | Verdict::Open) if !ran => untouched.push(claim),
            Some(Verdict::Written(_)) => {
                found.causes.push(stale::token(case, seen, token, claim, true));
            }
            verdict => missing::find(case, claim, token, Some(seen), verdict, found),
        }
    }
    if !untouched.is_empty() {
        did_not_run(case, seen, token, &untouched, found);
    }
}

/// The value that the trigger would write in an ID token of version 1.
fn in_version_one<'c>(case: &'c Case<'_>, claim: &str, token: TokenUse) -> Option<&'c Value> {
    let tokens = case.replay.as_ref()?.in_version_one?.outcome.as_ref().ok()?;
    let id = tokens.id.as_ref().filter(|_| token == TokenUse::Id)?;
    id.add.iter().find(|planned| planned.name == claim).map(|planned| &planned.value)
}

/// Whether the token shows any work of the trigger's, or couldn't.
fn ran(case: &Case<'_>, seen: &Seen, token: TokenUse) -> bool {
    let could = |rule: &&ClaimRule| {
        matches!(case.verdict(&rule.name, token), Some(Verdict::Written(_) | Verdict::Open))
    };
    let expected: Vec<&ClaimRule> = case.policy.claims.iter().filter(could).collect();
    expected.is_empty()
        || MARKERS.iter().any(|marker| seen.has(marker))
        || expected.iter().any(|rule| seen.has(&rule.name) && proves(seen, &rule.name))
}

fn did_not_run(
    case: &Case<'_>,
    seen: &Seen,
    token: TokenUse,
    claims: &[&str],
    found: &mut Diagnosis,
) {
    let about = |mut cause: Cause| {
        cause.claims = claims.iter().map(|claim| (*claim).to_owned()).collect();
        cause.tokens = vec![token];
        cause.because(&seen.name, format!("an {token} token with no claim of the policy"))
    };
    let recorded = case.replay.as_ref().is_some_and(|replay| replay.question.recorded);
    let describe = "look at the wiring:\n$ aws cognito-idp describe-user-pool --user-pool-id \
                        POOL > pool.json\n$ claimsmith doctor --pool pool.json";
    let pool = seen.pool().map_or("POOL", plain);
    let describe = describe.replacen("POOL", pool, 1);
    if case.pool.is_none() && !recorded && seen.is_machine() {
        let what = "only events of version V3_0 come for machines; the pool may ask for an \
                        older one";
        let code = CauseCode::V3Needed;
        found.causes.push(about(Cause::likely(code, what, &*describe)));
    } else if case.pool.is_none() && !recorded && token == TokenUse::Access {
        let what = "the pool's events may be of version V1_0, which can't change access tokens";
        let mut cause = about(Cause::likely(CauseCode::V1Pool, what, &*describe));
        let works = |it: &&Seen| claims.iter().any(|claim| it.has(claim) && proves(it, claim));
        let id_tokens = case.seen.iter().filter(|it| it.token() == Some(TokenUse::Id));
        if let Some(other) = id_tokens.filter(works).max_by_key(|it| it.is_made_with(seen)) {
            cause = cause.because("the ID token", "has claims of the policy");
            if other.is_made_with(seen) {
                cause.certainty = Certainty::Sure;
                found.causes.push(cause);
                return;
            }
        }
        found.causes.push(cause);
    }
    let what = "the trigger doesn't seem to have run for this token, or not with this policy";
    let next = match case.pool {
        Some(_) => "look for a record of the sign-in in the function's log; if there is none, \
                        check the permission with --function-policy, and if the token is older \
                        than the trigger, refresh it"
            .to_owned(),
        None => describe,
    };
    let mut cause = about(Cause::likely(CauseCode::TriggerDidNotRun, what, next));
    if let Some(age) = seen.issued_ago(case.now) {
        cause = cause.because(format!("{} iat", seen.name), format!("issued {age} ago"));
    }
    found.causes.push(cause);
}

/// The token has the very value that version 1 would give it, and only that.
fn of_version_one(seen: &Seen, claim: &str) -> Cause {
    let what = "the claim is written as text, as events of version V1_0 have it: the pool seems to \
                ask for that version, which can't change access tokens either";
    let next = "look at LambdaVersion:\n$ aws cognito-idp describe-user-pool --user-pool-id POOL > \
                pool.json\n$ claimsmith doctor --pool pool.json";
    let next = next.replacen("POOL", seen.pool().map_or("POOL", plain), 1);
    Cause::likely(CauseCode::V1Pool, what, next)
        .about(claim, Some(TokenUse::Id))
        .because(format!("{} {claim}", seen.name), "a text")
}

/// Whether a claim is surely the trigger's work: in an ID token one that is named like an attribute
/// may be the attribute.
fn proves(seen: &Seen, claim: &str) -> bool {
    seen.token() == Some(TokenUse::Access) || !is_attribute(claim)
}

/// A claim that is null.
fn null(seen: &Seen, token: TokenUse, claim: &str) -> Cause {
    let what = "the claim is there and null, and front doors leave null out: to a handler it is \
                missing";
    let next = "Claimsmith never writes null: look which other trigger wrote it, and leave the \
                claim out instead";
    Cause::sure(CauseCode::NullClaim, what, next)
        .about(claim, Some(token))
        .because(format!("{} {claim}", seen.name), "null")
}
