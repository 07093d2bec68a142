//! A sign-in that the trigger refuses: there is no token at all.

use claimsmith::outcome::{Reason, Subject};
use cognito_claims::TokenUse;

use super::missed::Missed;
use super::{absent, fault};
use crate::doctor::case::Case;
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
        Subject::Record(name) => {
            let key = match refusal.reason {
                Reason::RecordRefused | Reason::RecordMissing => "require",
                _ => "key",
            };
            let says = format!("[records.{name}]");
            cause = cause.because(case.lines.place(&["records", name, key]), says);
        }
        Subject::Claim(name) => {
            let missed = Missed { case, claim: name, token: TokenUse::Access, seen: None };
            if let (Some(rule), Reason::ClaimMissing) = (case.rule(name), refusal.reason)
                && let Some(absence) = absent::of_claim(case, rule)
            {
                cause.code = absence.code;
                if absence.code == CauseCode::AttributeUnknown {
                    cause.certainty = Certainty::Likely;
                }
                cause.next = absent::next(&absence);
                cause = absent::evidence(&missed, cause, &absence);
            }
            cause.claims.push(name.clone());
            cause = cause.because(missed.policy_place("required"), "required");
        }
        Subject::Groups => {
            cause = cause.because(case.lines.place(&["groups"]), "[groups]");
        }
        Subject::Token(token) => {
            cause.tokens = vec![*token];
            let place = case.lines.place(&["tokens", token.as_str(), "budget"]);
            cause = cause.because(place, "budget");
        }
        Subject::Tenant => {
            cause = cause.because(case.lines.place(&["tenant"]), "[tenant]");
        }
        Subject::Event => {}
    }
    if let Some(fault) = replay.decided.store_faults.first() {
        cause = cause.because(replay.records.unwrap_or("records"), fault.to_string());
    }
    found.causes.push(cause.because(&replay.question.name, format!("refused: {}", refusal.reason)));
}
