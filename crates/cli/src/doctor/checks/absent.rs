//! Why no source of a claim has a value: a record or an attribute that isn't there.

use claimsmith::identity::Kind;
use claimsmith::policy::{
    ClaimRule, ClaimValue, Operand, Place, Policy, RecordPath, RecordRule, Step, spelled_path,
};
use claimsmith::records::State;

use super::missed::Missed;
use crate::doctor::case::{Case, Replay};
use crate::doctor::cause::{Cause, CauseCode, Certainty};

/// Why a source has no value.
pub struct Absence<'s> {
    /// What kind of cause it is.
    pub code: CauseCode,
    record: Option<&'s RecordRule>,
    attribute: String,
    says: &'static str,
}

/// The claim has no value. Unless it was asked for, only a missing record is worth a word.
pub fn no_value(missed: &Missed<'_>, asked: bool) -> Option<Cause> {
    let rule = missed.case.rule(missed.claim)?;
    let absence = of_claim(missed.case, rule)?;
    if !asked && absence.code != CauseCode::RecordMissing {
        return None;
    }
    let what = match absence.code {
        CauseCode::RecordMissing => "a record that the claim needs is not in the table",
        CauseCode::AttributeMissing if absence.record.is_some() => {
            "the record has no value for the claim"
        }
        CauseCode::AttributeMissing => "the user has no such attribute",
        CauseCode::AttributeUnknown => {
            "the claim comes from a user attribute, and which ones the user has isn't known \
                 from what was given"
        }
        _ => "a record that the claim needs is not read for this sign-in",
    };
    let certainty = match absence.code {
        CauseCode::RecordMissing => Certainty::Sure,
        CauseCode::AttributeMissing if absence.record.is_some() => Certainty::Sure,
        _ => missed.certainty(),
    };
    let cause = missed.cause(absence.code, certainty, what, &next(&absence));
    Some(evidence(missed, cause, &absence))
}

/// The cause with the places that prove it.
pub fn evidence(missed: &Missed<'_>, cause: Cause, absence: &Absence<'_>) -> Cause {
    let lines = missed.case.lines;
    let mut cause = cause.because(missed.sources_place(), missed.section());
    if let Some(record) = absence.record {
        let says = if absence.attribute.is_empty() {
            format!("[records.{}]", record.name)
        } else {
            format!("{}.{}", record.name, absence.attribute)
        };
        cause = cause.because(lines.place(&["records", &record.name, "key"]), says);
    } else {
        cause = cause.because(format!("attribute {}", absence.attribute), absence.says);
    }
    match (&missed.case.replay, absence.record) {
        (Some(Replay { records: Some(records), .. }), Some(_)) => {
            cause.because(*records, absence.says)
        }
        _ => cause,
    }
}

/// What to do about it.
pub fn next(absence: &Absence<'_>) -> String {
    let record = absence.record.map_or("", |record| record.name.as_str());
    match absence.code {
        CauseCode::RecordMissing => format!(
            "write the item of [records.{record}]: `claimsmith show` prints the key that was \
                 asked for, `claimsmith seed` writes it"
        ),
        CauseCode::AttributeMissing if absence.record.is_some() => format!(
            "give the item of [records.{record}] the attribute {}, or the claim a `default`",
            absence.attribute
        ),
        CauseCode::AttributeMissing => {
            format!("give the user the attribute {}, or the claim a `default`", absence.attribute)
        }
        CauseCode::AttributeUnknown => format!(
            "give the ID token, the sign-in's event with --event, or --attribute {}=VALUE, and \
                 ask again",
            absence.attribute
        ),
        _ => "look at it with `claimsmith show`: the record is for the other kind of \
                  identity, or the caller sent no metadata (sign-ins in one step and refreshes \
                  carry none)"
            .to_owned(),
    }
}

/// Why no source has a value: the most telling reason of all.
pub fn of_claim<'c>(case: &'c Case<'_>, rule: &'c ClaimRule) -> Option<Absence<'c>> {
    let items = match &rule.value {
        ClaimValue::Items { record, .. } => of_record(case, record),
        _ => None,
    };
    let absences = rule.value.sources().into_iter().filter_map(|source| match &source.place {
        Place::Record(path) => of_record(case, path),
        Place::Member(path) => of_member(case, path),
        Place::Tenant | Place::Groups => None,
        Place::Attribute(attribute) => {
            let known = case.replay.as_ref().is_none_or(|it| it.question.knows_attributes);
            let (code, says) = if known {
                (CauseCode::AttributeMissing, "the event or the ID token doesn't have it")
            } else {
                (CauseCode::AttributeUnknown, "not known from an access token or a `sub`")
            };
            Some(Absence { code, record: None, attribute: attribute.name.clone(), says })
        }
    });
    absences
        .chain(items)
        .min_by_key(|absence| absence.code == CauseCode::RecordNotAsked || absence.record.is_none())
}

/// Why an attribute of a record is absent; what its key needed comes before it.
fn of_record<'c>(case: &'c Case<'_>, path: &RecordPath) -> Option<Absence<'c>> {
    let record = case.policy.records.get(path.record)?;
    let decided = case.replay.as_ref()?.decided;
    let absence = |code, attribute: String, says| {
        Some(Absence { code, record: Some(record), attribute, says })
    };
    match decided.records.get(path.record)? {
        State::Missing => absence(CauseCode::RecordMissing, String::new(), "no such item"),
        State::Found(_) => {
            absence(CauseCode::AttributeMissing, written(path), "the item doesn't have it")
        }
        State::Several { .. } => {
            absence(CauseCode::AttributeMissing, written(path), "no item has it")
        }
        State::NotAsked(_) if record.applies_to.is_some_and(|it| it != decided.identity.kind) => {
            None
        }
        State::NotAsked(_) | State::Pending | State::Unknown(_) => {
            let upstream = record.operands().filter_map(|operand| match operand {
                Operand::Record(path) => of_record(case, path),
                Operand::Member(path) => of_member(case, path),
                _ => None,
            });
            let telling = upstream.min_by_key(|absence| absence.code == CauseCode::RecordNotAsked);
            telling.or_else(|| {
                absence(CauseCode::RecordNotAsked, String::new(), not_asked(decided.identity.kind))
            })
        }
    }
}

/// Why an attribute of the item that proved the organisation is absent.
fn of_member<'c>(case: &'c Case<'_>, path: &[Step]) -> Option<Absence<'c>> {
    let member = case.replay.as_ref()?.decided.member?;
    let record = position(case.policy, member)?;
    of_record(case, &RecordPath { record, path: path.to_vec() })
}

fn position(policy: &Policy, record: &str) -> Option<usize> {
    policy.records.iter().position(|rule| rule.name == record)
}

/// A path without the dot before it.
fn written(path: &RecordPath) -> String {
    spelled_path(&path.path).trim_start_matches('.').to_owned()
}

fn not_asked(kind: Kind) -> &'static str {
    match kind {
        Kind::User => "not asked: a value for its key is absent",
        Kind::Client => "not asked: a machine has no value for its key",
    }
}
