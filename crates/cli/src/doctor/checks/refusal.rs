//! A sign-in that the trigger refuses: there is no token at all.

use claimsmith::identity::Kind;
use claimsmith::outcome::{Reason, Subject};
use claimsmith::policy::RecordPath;
use cognito_claims::TokenUse;

use super::absent::{self, Absence};
use super::fault;
use super::missed::Missed;
use crate::doctor::case::{Case, Replay};
use crate::doctor::cause::{Cause, CauseCode, Certainty};
use crate::doctor::diagnosis::Diagnosis;
use crate::doctor::seen::Seen;

/// Looks at the refusal.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    let Some(replay) = &case.replay else { return };
    let Some(refusal) = replay.decided.outcome.as_ref().err() else { return };
    let certainty = if replay.question.recorded || case.seen.is_empty() {
        Certainty::Sure
    } else {
        // There is a token, so it was not refused then.
        Certainty::Likely
    };
    let code = match refusal.reason {
        Reason::WrongPool | Reason::WrongClient => return,
        Reason::RecordMissing => CauseCode::RecordMissing,
        Reason::RecordRefused => CauseCode::RecordRefused,
        Reason::Revoked => CauseCode::Revoked,
        Reason::RecordMalformed => CauseCode::AttributeType,
        Reason::NoTenant => CauseCode::NoTenant,
        Reason::ChoiceRefused => CauseCode::ChoiceRefused,
        Reason::TooMany => CauseCode::TooMany,
        Reason::StoreFailed => CauseCode::TableFailed,
        Reason::DeadlinePassed => CauseCode::TableSlow,
        Reason::BudgetImpossible => CauseCode::BudgetImpossible,
        Reason::ClaimMissing => CauseCode::NoValue,
        _ => CauseCode::UnreadableEvent,
    };
    let (certainty, what) = match fault::own_read(code) {
        Some(what) => (Certainty::Likely, what.to_owned()),
        None => (certainty, format!("no token is issued: {}", refusal.cause)),
    };
    let mut cause = Cause::new(code, certainty, what, fault::next(code));
    let records = 0..case.policy.records.len();
    if !replay.question.knows_metadata
        && case.seen.iter().any(Seen::is_whole)
        && fault::own_read(code).is_none()
        && records.into_iter().any(|record| case.needs_metadata(record))
    {
        cause.certainty = Certainty::Aside;
        cause.what = format!(
            "without client metadata no token would be issued: {}; there is one, so it is older, or \
             the caller sent metadata, which no token tells",
            refusal.cause
        );
        cause.next = format!(
            "give what the caller sent along with --metadata NAME=VALUE, or the sign-in's event with \
             --event, and ask again; without metadata: {}",
            cause.next
        );
    }
    match &refusal.subject {
        Subject::Record(name) => cause = of_record(case, cause, name, refusal.reason),
        Subject::Claim(name) => {
            let missed = Missed { case, claim: name, token: TokenUse::Access, seen: None };
            if let (Some(rule), Reason::ClaimMissing) = (case.rule(name), refusal.reason)
                && let Some(absence) = absent::of_claim(case, rule)
            {
                cause = absent::evidence(&missed, because_of(cause, &absence), &absence);
            }
            cause.claims.push(name.clone());
            cause = match case.rule(name).is_some_and(|rule| rule.required) {
                true => cause.because(missed.policy_place("required"), "required"),
                false => cause.because(missed.sources_place(), missed.section()),
            };
        }
        Subject::Groups => {
            cause = cause.because(case.lines.place(&["groups"]), "[groups]");
        }
        Subject::Token(token) => {
            cause.tokens = vec![*token];
            let key = match (refusal.reason, token) {
                (Reason::BudgetImpossible, _) => "budget",
                (_, TokenUse::Access) => "limit_scopes",
                (_, TokenUse::Id) => "session_tags",
            };
            let place = match key {
                "session_tags" => case.lines.place(&[key]),
                _ => case.lines.place(&["tokens", token.as_str(), key]),
            };
            cause = cause.because(place, key);
        }
        Subject::Tenant => cause = of_tenant(case, cause, replay, refusal.reason),
        Subject::Event => {}
    }
    if let Some(fault) = replay.decided.store_faults.first() {
        cause = cause.because(replay.records.unwrap_or("records"), fault.to_string());
    }
    found.causes.push(cause.because(&replay.question.name, format!("refused: {}", refusal.reason)));
}

/// A record that is required, or how people are found.
fn of_record(case: &Case<'_>, cause: Cause, name: &str, reason: Reason) -> Cause {
    let lines = case.lines;
    let is_guard =
        matches!(reason, Reason::RecordRefused | Reason::Revoked | Reason::RecordMissing);
    let place = match lines.has(&["records", name, "require"]) {
        true if is_guard => lines.place(&["records", name, "require"]),
        _ => lines.record(name),
    };
    let cause = cause.because(place, format!("[records.{name}]"));
    let record = case.policy.records.iter().position(|rule| rule.name == name);
    let path = record.map(|record| RecordPath { record, path: Vec::new() });
    match path.and_then(|path| absent::of_record(case, &path)) {
        // What decides is upstream of the record.
        Some(absence) if DECIDING.contains(&absence.code) => {
            absence.proven(case, because_of(cause, &absence))
        }
        _ => cause,
    }
}

/// No source of the organisation, or one that doesn't prove what was chosen.
fn of_tenant(case: &Case<'_>, mut cause: Cause, replay: &Replay<'_>, reason: Reason) -> Cause {
    let sources = match replay.decided.identity.kind {
        Kind::User => "person",
        Kind::Client => "machine",
    };
    let place = case.lines.place(&["tenant", sources]);
    if reason != Reason::NoTenant {
        return cause.because(place, format!("[tenant] {sources}"));
    }
    let absences = absent::of_tenant_sources(case);
    if absences.is_empty() {
        return cause.because(place, "[tenant] names no source for this kind of identity");
    }
    for (source, absence) in absences {
        cause = cause.because(&place, format!("`{source}`: {}", absence.says));
        if DECIDING.contains(&absence.code) {
            cause = absence.proven(case, because_of(cause, &absence));
        }
    }
    cause
}

/// What is more telling than that a record isn't asked or an organisation isn't there.
const DECIDING: [CauseCode; 3] =
    [CauseCode::AttributeUnknown, CauseCode::AttributeNotCounted, CauseCode::AddressNotCounted];

/// The cause, if something absent is behind it. What isn't known proves nothing.
fn because_of(mut cause: Cause, absence: &Absence<'_>) -> Cause {
    cause.code = absence.code;
    if absence.code == CauseCode::AttributeUnknown {
        cause.certainty = Certainty::Likely;
    }
    cause.next = absent::next(absence);
    cause
}
