//! What a fault of the records means for the person who asks.

use claimsmith::outcome::Fault;
use claimsmith::policy::{ClaimRule, ClaimValue, Place, Reading, RecordRule};
use claimsmith::records::State;

use super::missed::Missed;
use crate::doctor::case::{Case, Replay};
use crate::doctor::cause::{Cause, CauseCode, Certainty};

/// The claim's value can't be known.
pub fn of_claim(missed: &Missed<'_>, fault: Fault) -> Cause {
    let (code, what) = match fault {
        Fault::Malformed if lacks_item(missed) => {
            (CauseCode::RecordMissing, "an item that a list asks for may not be in the table")
        }
        Fault::Malformed if has_words(missed) => (
            CauseCode::AttributeType,
            "what is behind the claim has a type that it can't have, or a word that its map lacks, \
             so its value can't be known",
        ),
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
    let next = if code == CauseCode::RecordMissing { MISSING_OF_LIST } else { next(code) };
    let mut cause = match own_read(code) {
        Some(what) => missed.cause(code, Certainty::Likely, what, next),
        None if code == CauseCode::RecordMissing => {
            missed.cause(code, Certainty::Likely, what, next)
        }
        None => missed.cause(code, Certainty::Sure, what, next),
    };
    let Some(rule) = missed.case.rule(missed.claim) else { return cause };
    cause = cause.because(missed.sources_place(), sources(missed.case, rule));
    for record in behind(missed.case, rule, fault) {
        let place = missed.case.lines.record(&record.name);
        cause = cause.because(place, format!("[records.{}]", record.name));
    }
    let faults = missed.case.replay.as_ref().map(|replay| &replay.decided.store_faults);
    match (faults.and_then(|faults| faults.first()), &missed.case.replay) {
        (Some(fault), Some(Replay { records: Some(records), .. })) => {
            cause.because(*records, fault.to_string())
        }
        _ => cause,
    }
}

const MISSING_OF_LIST: &str = "write the items of the list, or say `missing = \"skip\"` at the \
                               record; `claimsmith show` prints the keys that were asked for";

/// The claim's sources as the file has them.
fn sources(case: &Case<'_>, rule: &ClaimRule) -> String {
    if let ClaimValue::Items { record, .. } = &rule.value {
        let record = case.policy.records.get(record.record);
        return record.map(|record| record.name.clone()).unwrap_or_default();
    }
    let sources = rule.value.sources().into_iter().map(|source| source.text.as_str());
    sources.collect::<Vec<&str>>().join(", ")
}

/// Whether a source of the claim, or of its conditions, is split or mapped.
fn has_words(missed: &Missed<'_>) -> bool {
    missed.case.rule(missed.claim).is_some_and(|rule| {
        let data = rule.when.data.iter().map(|(source, _)| source);
        rule.value
            .sources()
            .into_iter()
            .chain(data)
            .any(|it| it.map.is_some() || it.split.is_some())
    })
}

/// Whether a list asked for items, and what came of that can't be known.
fn lacks_item(missed: &Missed<'_>) -> bool {
    let Some(replay) = &missed.case.replay else { return false };
    let Some(rule) = missed.case.rule(missed.claim) else { return false };
    behind(missed.case, rule, Fault::Malformed).into_iter().any(|record| {
        matches!(record.read, Reading::Each { .. })
            && replay.decided.reads.iter().flatten().any(|asked| asked.record == record.name)
    })
}

/// The records that a claim names and that can't be known for this reason.
fn behind<'c>(case: &'c Case<'_>, rule: &ClaimRule, fault: Fault) -> Vec<&'c RecordRule> {
    let Some(replay) = &case.replay else { return Vec::new() };
    let data = rule.when.data.iter().map(|(source, _)| source);
    let items = match &rule.value {
        ClaimValue::Items { record, .. } => Some(record.record),
        _ => None,
    };
    let named = rule.value.sources().into_iter().chain(data).filter_map(|it| match &it.place {
        Place::Record(path) => Some(path.record),
        _ => None,
    });
    let mut records: Vec<usize> = named.chain(items).collect();
    records.sort_unstable();
    records.dedup();
    let is_unknown = |at: &usize| match replay.decided.records.get(*at) {
        Some(State::Unknown(found)) => *found == fault,
        Some(State::Several { whole, .. }) => !whole && fault == Fault::TooMany,
        _ => false,
    };
    records.into_iter().filter(is_unknown).filter_map(|at| case.policy.records.get(at)).collect()
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
        CauseCode::Revoked => {
            "somebody revoked them: `claimsmith revoke --list` says when, and `--undo` takes it back"
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
