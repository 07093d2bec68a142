//! What a fault of the records means for the person who asks.

use claimsmith::outcome::Fault;

use super::missed::Missed;
use crate::doctor::case::Replay;
use crate::doctor::cause::{Cause, CauseCode, Certainty};

/// The claim's value can't be known.
pub fn of_claim(missed: &Missed<'_>, fault: Fault) -> Cause {
    let (code, what) = match fault {
        Fault::Malformed => (
            CauseCode::AttributeType,
            "an attribute behind the claim has a type that it can't have, so its value can't \
                 be known",
        ),
        Fault::TooMany => (
            CauseCode::TooMany,
            "there are more items or words than the policy allows, so nothing is known of them",
        ),
        Fault::Store => (CauseCode::TableFailed, ""),
        Fault::Deadline => (CauseCode::TableSlow, ""),
    };
    let next = next(code);
    let mut cause = match own_read(code) {
        Some(what) => missed.cause(code, Certainty::Likely, what, next),
        None => missed.cause(code, Certainty::Sure, what, next),
    };
    let Some(rule) = missed.case.rule(missed.claim) else { return cause };
    let sources: Vec<&str> =
        rule.value.sources().into_iter().map(|source| source.text.as_str()).collect();
    cause = cause.because(missed.sources_place(), sources.join(", "));
    let faults = missed.case.replay.as_ref().map(|replay| &replay.decided.store_faults);
    match (faults.and_then(|faults| faults.first()), &missed.case.replay) {
        (Some(fault), Some(Replay { records: Some(records), .. })) => {
            cause.because(*records, fault.to_string())
        }
        _ => cause,
    }
}

/// What a fault of the store says: it is that of the doctor's own read, not the function's.
pub fn own_read(code: CauseCode) -> Option<&'static str> {
    match code {
        CauseCode::TableFailed => Some(
            "your own read of the table failed, so the records aren't known; whether the \
             function's reads fail, too, isn't known from here",
        ),
        CauseCode::TableSlow => Some(
            "your own read of the table took too long, so the records aren't known; whether the \
             function's reads do, too, isn't known from here",
        ),
        _ => None,
    }
}

/// What to do about a fault.
pub fn next(code: CauseCode) -> &'static str {
    match code {
        CauseCode::RecordRefused => {
            "the data says so: change the attribute in the table if that is wrong, then sign in \
             again"
        }
        CauseCode::RecordMissing => {
            "write the item, or drop `require`; `claimsmith show` prints the key that was asked for"
        }
        CauseCode::NoTenant => {
            "look at it with `claimsmith show`: each source of [tenant] needs an item, a list or an \
             attribute that holds the organisation's id"
        }
        CauseCode::ChoiceRefused => {
            "the caller asks for an organisation that nothing proves: give the item that proves it, \
             or ask for another"
        }
        CauseCode::TooMany => {
            "raise `at_most` in the policy, or take items away; a claim may take the `first` so many"
        }
        CauseCode::AttributeType => {
            "correct the attribute in the table; `claimsmith show` prints what it is, and \
             docs/policy.md what each type takes"
        }
        CauseCode::TableFailed => {
            "check the table's name, region and address, and that your own credentials may do \
             dynamodb:BatchGetItem (`claimsmith show` tries the same), or give --records FILE; of \
             the function's reads its log and the metric StoreFaults tell"
        }
        CauseCode::TableSlow => {
            "try again from nearer, or give --records FILE; of the function's reads the metrics \
             ReadDuration and DeadlineLeft tell"
        }
        CauseCode::BudgetImpossible => {
            "suppress what nobody needs, or raise the budget; `claimsmith simulate` shows the bytes"
        }
        _ => "`claimsmith simulate` explains the event",
    }
}
