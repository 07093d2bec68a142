//! Why one claim is not in one token, from what the trigger decided.

use claimsmith::plan::Why;
use cognito_claims::TokenUse;
use cognito_claims::names::CLAIMS_OMITTED;

use super::missed::Missed;
use super::{absent, fault, stale, unwritten};
use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode, Certainty};
use crate::doctor::described::Pool;
use crate::doctor::diagnosis::Diagnosis;
use crate::doctor::seen::Seen;
use crate::doctor::verdict::Verdict;

/// Finds why a claim is not in a token that is there, or that would be made.
pub fn find(
    case: &Case<'_>,
    claim: &str,
    token: TokenUse,
    seen: Option<&Seen>,
    verdict: Option<Verdict<'_>>,
    found: &mut Diagnosis,
) {
    let missed = &Missed { case, claim, token, seen };
    let mut causes = why(missed, verdict);
    if let Some(seen) = seen.filter(|seen| seen.omits(claim)) {
        match causes.first_mut() {
            Some(first) if [CauseCode::Shed, CauseCode::AttributeType].contains(&first.code) => {
                first.certainty = Certainty::Sure;
                let place = format!("{} {CLAIMS_OMITTED}", seen.name);
                *first = first.clone().because(place, "names the claim");
            }
            _ => causes = vec![omitted(missed, seen)],
        }
    }
    found.causes.extend(causes);
}

fn why(missed: &Missed<'_>, verdict: Option<Verdict<'_>>) -> Vec<Cause> {
    let asked = missed.case.is_asked();
    let one = |cause| vec![cause];
    match verdict {
        Some(Verdict::LeftOut(Why::Fault(fault))) => one(fault::of_claim(missed, fault)),
        Some(Verdict::Shed(budget)) => one(shed(missed, budget)),
        // The cause about the pool says it.
        Some(Verdict::Unchangeable) if missed.case.pool.and_then(Pool::version) == Some("V1_0") => {
            Vec::new()
        }
        Some(Verdict::Unchangeable) => one(unchangeable(missed)),
        Some(Verdict::LeftOut(Why::NoValue | Why::NoTenant)) => {
            absent::no_value(missed, asked).into_iter().collect()
        }
        // Today there would be no token without it.
        Some(Verdict::Open)
            if missed
                .case
                .rule(missed.claim)
                .is_some_and(|it| missed.case.is_in_every_token(it)) =>
        {
            missed.seen.iter().map(|it| stale(missed, it)).collect()
        }
        Some(Verdict::Open) if asked => open(missed),
        _ if !asked => Vec::new(),
        Some(Verdict::LeftOut(Why::Condition)) => one(condition(missed)),
        Some(Verdict::LeftOut(Why::Client)) => one(client_rule(missed)),
        Some(Verdict::LeftOut(Why::OtherToken)) => one(other_token(missed)),
        Some(Verdict::Suppressed) => one(suppressed(missed)),
        Some(Verdict::Kept { attribute: true, .. }) => one(unwritten::not_readable(missed)),
        Some(Verdict::Kept { sure: true, .. }) => {
            missed.seen.iter().map(|it| stale(missed, it)).collect()
        }
        Some(Verdict::Kept { .. }) => one(sometimes(missed)),
        Some(Verdict::NotIssued) => not_issued(missed).into_iter().collect(),
        // It is in the other token, as it has to be.
        Some(Verdict::Unwritten)
            if missed.seen.is_none()
                && unwritten::elsewhere(missed.claim, missed.token).is_some() =>
        {
            Vec::new()
        }
        Some(Verdict::Unwritten) => one(unwritten::cause(missed)),
        // Without a decision there is the policy alone.
        None if missed.case.rule(missed.claim).is_none() => one(unwritten::cause(missed)),
        _ => Vec::new(),
    }
}

fn stale(missed: &Missed<'_>, seen: &Seen) -> Cause {
    stale::token(missed.case, seen, missed.token, missed.claim, false)
}

fn shed(missed: &Missed<'_>, budget: usize) -> Cause {
    let next = "raise the budget, suppress what nobody needs, or give the claim a higher \
                    `shed` number; `claimsmith simulate` shows the bytes";
    let what = format!("the budget of {budget} bytes left no room for the claim");
    missed
        .cause(CauseCode::Shed, missed.certainty(), &what, next)
        .because(missed.tokens_place("budget"), "budget")
        .because(missed.policy_place("shed"), missed.section())
}

fn unchangeable(missed: &Missed<'_>) -> Cause {
    let what = "the event is of version V1_0, which can't change access tokens";
    let next = "set PreTokenGenerationConfig.LambdaVersion to V2_0 or V3_0 (feature plan \
                    Essentials or Plus); check it with --pool";
    let name = missed.case.replay.as_ref().map_or("event", |replay| &replay.question.name);
    missed
        .cause(CauseCode::V1Pool, Certainty::Sure, what, next)
        .because(format!("{name} $.version"), "1")
        .because(missed.policy_place("tokens"), missed.section())
}

fn condition(missed: &Missed<'_>) -> Cause {
    // Flow and scopes of an event that was made here are guesses.
    let guessed = missed.case.replay.as_ref().is_none_or(|replay| !replay.question.recorded);
    let when = missed.case.rule(missed.claim).map(|rule| &rule.when);
    let by_guess = when.is_some_and(|when| {
        !when.trigger_sources.is_empty()
            || (!when.scopes.is_empty() && missed.seen.is_none())
            || (!when.data.is_empty() && missed.case.lacks_metadata(missed.claim))
    });
    let certainty = if guessed && by_guess { Certainty::Likely } else { Certainty::Sure };
    let what = "a condition of the claim (`when`) doesn't hold for this sign-in";
    let next = "sign in by a flow, app client and scope that the condition names, give the data a \
                value that it lists, or change the condition";
    let data: Vec<&str> = when
        .into_iter()
        .flat_map(|when| when.data.iter().map(|(source, _)| source.text.as_str()))
        .collect();
    let name = missed.case.replay.as_ref().map_or("event", |replay| &replay.question.name);
    let cause = missed
        .cause(CauseCode::Condition, certainty, what, next)
        .because(missed.policy_place("when"), format!("{} when", missed.section()))
        .because(name, "its app client, scopes or trigger source");
    match missed.case.replay.as_ref().and_then(|replay| replay.records) {
        Some(records) if !data.is_empty() => cause.because(records, data.join(", ")),
        _ => cause,
    }
}

fn client_rule(missed: &Missed<'_>) -> Cause {
    let what = "the claim isn't among those of this app client's section";
    let next = "add the claim to `claims` of the section, or use another app client";
    let client = missed.client_section().unwrap_or_default();
    missed.cause(CauseCode::ClientRule, Certainty::Sure, what, next).because(
        missed.case.lines.place(&["clients", client, "claims"]),
        format!("[clients.{client}] claims"),
    )
}

fn other_token(missed: &Missed<'_>) -> Cause {
    let other = match missed.token {
        TokenUse::Id => TokenUse::Access,
        TokenUse::Access => TokenUse::Id,
    };
    let what = format!(
        "the claim goes only into the {other} token, and this is the {} token",
        missed.token
    );
    let next =
        format!("send the {other} token, or add \"{}\" to `tokens` of the claim", missed.token);
    let mut cause = missed
        .cause(CauseCode::OtherToken, Certainty::Sure, &what, &next)
        .because(missed.policy_place("tokens"), format!("{} tokens", missed.section()));
    if let Some(seen) = missed.seen {
        cause = cause.because(format!("{} token_use", seen.name), missed.token.as_str());
    }
    cause
}

fn suppressed(missed: &Missed<'_>) -> Cause {
    let what = "the policy suppresses the claim in this token";
    let next = "take it out of `suppress`";
    missed
        .cause(CauseCode::Suppressed, Certainty::Sure, what, next)
        .because(missed.tokens_place("suppress"), "suppress")
}

fn sometimes(missed: &Missed<'_>) -> Cause {
    if let Some(next) = unwritten::elsewhere(missed.claim, missed.token) {
        let what = "Cognito writes this claim into the other token, and here only in some flows";
        return missed.cause(CauseCode::OtherToken, Certainty::Sure, what, next);
    }
    let what = "Cognito writes this claim itself, and only in some flows";
    let next = "don't rely on it; docs/policy.md lists the claims that are Cognito's own";
    missed.cause(CauseCode::ReservedName, Certainty::Likely, what, next)
}

fn not_issued(missed: &Missed<'_>) -> Option<Cause> {
    let rule = missed.case.rule(missed.claim)?;
    if rule.access && missed.seen.is_none() {
        return None;
    }
    let what = "machines (client credentials) get no ID token, and the claim goes only there";
    let next = "add \"access\" to `tokens` of the claim";
    Some(
        missed
            .cause(CauseCode::NoSuchToken, Certainty::Sure, what, next)
            .because(missed.policy_place("tokens"), format!("{} tokens", missed.section())),
    )
}

/// The token shows that the trigger ran, and the records weren't given.
fn open(missed: &Missed<'_>) -> Vec<Cause> {
    let what = "the trigger ran, so it had no value for the claim then, or the deployed \
                    policy is another one";
    let next = "give --records FILE, or --user SUB to read the policy's table, and ask again";
    let cause = missed
        .cause(CauseCode::NoValue, Certainty::Likely, what, next)
        .because(missed.policy_place("from"), missed.section());
    std::iter::once(cause).chain(missed.seen.iter().map(|it| stale(missed, it))).collect()
}

fn omitted(missed: &Missed<'_>, seen: &Seen) -> Cause {
    let what = "the trigger left the claim out on purpose: the budget was short, or its value \
                    couldn't be known";
    let next = "`claimsmith simulate` with the sign-in's event says which; in the log, look \
                    for `shed` and `faulty` of the token";
    missed
        .cause(CauseCode::Omitted, Certainty::Sure, what, next)
        .because(format!("{} {CLAIMS_OMITTED}", seen.name), "names the claim")
}
