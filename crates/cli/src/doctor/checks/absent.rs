//! Why a claim has no value: what is absent of its sources, or of what those need.

use claimsmith::Decided;
use claimsmith::identity::Kind;
use claimsmith::policy::{
    AssignedAttribute, ClaimRule, ClaimValue, Operand, Place, Proof, Reading, RecordPath,
    RecordRule, Step, spelled_path,
};
use claimsmith::records::store::Item;
use claimsmith::records::{NotAsked, State};
use claimsmith::vouched::Doubt;
use serde_json::Value;

use super::missed::Missed;
use crate::doctor::case::{Case, Replay};
use crate::doctor::cause::{Cause, CauseCode, Certainty};
use crate::shell::option;

/// Why a source has no value.
pub struct Absence<'s> {
    /// What kind of cause it is.
    pub code: CauseCode,
    /// What was found, or wasn't.
    pub says: &'static str,
    record: Option<&'s RecordRule>,
    why: Option<NotAsked>,
    attribute: String,
    /// Whether it is not known where the person comes from.
    is_about_origin: bool,
}

const NOT_COUNTED: &str = "the attribute is a provider's, and counts only for people who come from it and from nowhere else";
const ADDRESS_NOT_COUNTED: &str =
    "the person is found by their address, and nobody who is believed has verified it";

/// The claim has no value. Unless it was asked for, only a missing record is worth a word.
pub fn no_value(missed: &Missed<'_>, asked: bool) -> Option<Cause> {
    let rule = missed.case.rule(missed.claim)?;
    let absence = of_claim(missed.case, rule)?;
    if !asked && absence.code != CauseCode::RecordMissing {
        return None;
    }
    let certainty = match absence.code {
        CauseCode::RecordMissing => Certainty::Sure,
        CauseCode::AttributeMissing if absence.record.is_some() => Certainty::Sure,
        _ => missed.certainty(),
    };
    let cause = missed.cause(absence.code, certainty, absence.what(), &next(&absence));
    Some(evidence(missed, cause, &absence))
}

/// The cause with the places that prove it.
pub fn evidence(missed: &Missed<'_>, cause: Cause, absence: &Absence<'_>) -> Cause {
    let cause = cause.because(missed.sources_place(), missed.section());
    absence.proven(missed.case, cause)
}

impl Absence<'_> {
    /// The cause with the places that prove it, but for where the value is wanted.
    pub fn proven(&self, case: &Case<'_>, cause: Cause) -> Cause {
        let lines = case.lines;
        let Some(record) = self.record else {
            return match self.attribute.as_str() {
                "" => cause.because(lines.place(&["tenant"]), self.says),
                name => cause.because(format!("attribute {name}"), self.says),
            };
        };
        let says = match self.attribute.as_str() {
            "" => format!("[records.{}]", record.name),
            attribute => format!("{}.{attribute}", record.name),
        };
        let cause = cause.because(lines.record(&record.name), says);
        match case.replay.as_ref().and_then(|replay| replay.records) {
            Some(records) => cause.because(records, self.says),
            None => cause,
        }
    }

    fn what(&self) -> &'static str {
        match self.code {
            CauseCode::RecordMissing => "a record that the claim needs is not in the table",
            CauseCode::AttributeMissing if self.record.is_some() => {
                "the record has no value for the claim"
            }
            CauseCode::AttributeMissing => "the user has no such attribute",
            CauseCode::AttributeUnknown => {
                "the claim comes from a user attribute, and which ones the user has isn't known \
                 from what was given"
            }
            CauseCode::AttributeNotCounted => NOT_COUNTED,
            CauseCode::AddressNotCounted => ADDRESS_NOT_COUNTED,
            CauseCode::NoTenant => {
                "the claim is about an organisation, and this token is about none"
            }
            CauseCode::NoValue => "the claim comes from groups, and machines are in none",
            _ => "a record that the claim needs is not read for this sign-in",
        }
    }

    /// The smallest is the most telling.
    fn rank(&self) -> u8 {
        match (self.code, self.why) {
            (_, Some(NotAsked::OtherKind)) => 2,
            (CauseCode::RecordNotAsked, _) => 1,
            _ => u8::from(self.record.is_none()),
        }
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
        CauseCode::AttributeUnknown if absence.is_about_origin => format!(
            "give the sign-in's event with --event: tokens don't say it; or --attribute \
             cognito:user_status=…, --attribute identities=… and {}=VALUE",
            option("--attribute", &absence.attribute)
        ),
        CauseCode::AttributeUnknown => format!(
            "give the ID token, the sign-in's event with --event, or {}=VALUE, and ask again",
            option("--attribute", &absence.attribute)
        ),
        CauseCode::AttributeNotCounted => {
            "have the person sign in through the provider; a linked account is a local one, and \
             counts as such (docs/federation.md)"
                .to_owned()
        }
        CauseCode::AddressNotCounted => {
            "have Cognito verify the address, or write `verifies = [\"email\"]` at the provider if it \
             does (docs/policy.md)"
                .to_owned()
        }
        CauseCode::NoTenant => super::fault::next(CauseCode::NoTenant).to_owned(),
        CauseCode::NoValue => "read it from people's tokens only, or name a record, too".to_owned(),
        _ => not_asked(absence),
    }
}

fn not_asked(absence: &Absence<'_>) -> String {
    match (absence.why, absence.record) {
        (Some(NotAsked::OtherKind), _) => {
            "read the claim from tokens of the other kind only, or name a record that is for this \
             kind, too"
                .to_owned()
        }
        (Some(NotAsked::NothingChosen), Some(record)) => {
            let choices: Vec<String> = record.chosen.iter().map(|it| it.spelled()).collect();
            format!(
                "[records.{}] is read for those who say {}: have the app send it along (sign-ins in \
                 one step and refreshes carry no metadata), or give the claim a `default`",
                record.name,
                choices.join(" and ")
            )
        }
        (None, None) => {
            "name the record instead of `member`, or let a record prove the organisation".to_owned()
        }
        _ => {
            "look at it with `claimsmith show`: something that the record's key needs has no value"
                .to_owned()
        }
    }
}

/// Why no source has a value: the most telling reason of all.
pub fn of_claim<'c>(case: &'c Case<'_>, rule: &'c ClaimRule) -> Option<Absence<'c>> {
    let items = match &rule.value {
        ClaimValue::Items { record, .. } => of_record(case, record),
        _ => None,
    };
    let absences = rule.value.sources().into_iter().filter_map(|it| of_place(case, &it.place));
    absences.chain(items).min_by_key(Absence::rank)
}

/// Why the sources of the organisation have none: each as the file spells it, with its reason.
pub fn of_tenant_sources<'c>(case: &'c Case<'_>) -> Vec<(&'c str, Absence<'c>)> {
    let kind = case.replay.as_ref().map(|replay| replay.decided.identity.kind);
    let sources = case.policy.tenant.iter().zip(kind).flat_map(|(rule, kind)| rule.sources(kind));
    let absence = |proof: &'c Proof| match proof {
        Proof::Record(path) => of_record(case, path),
        Proof::Within(source) | Proof::Assigned(source) => of_place(case, &source.place),
    };
    sources.filter_map(|source| Some((source.text.as_str(), absence(&source.proof)?))).collect()
}

fn of_place<'c>(case: &'c Case<'_>, place: &Place) -> Option<Absence<'c>> {
    match place {
        Place::Record(path) => of_record(case, path),
        Place::Member(path) => of_member(case, path),
        Place::Attribute(attribute) => of_attribute(case, attribute),
        Place::Tenant => of_tenant(case),
        Place::Groups if decided(case)?.identity.kind == Kind::Client => {
            Some(plain(CauseCode::NoValue, "a machine is in no group"))
        }
        Place::Groups => None,
    }
}

/// Why an attribute of a record is absent; what its key needed comes before it.
pub fn of_record<'c>(case: &'c Case<'_>, path: &RecordPath) -> Option<Absence<'c>> {
    let record = case.policy.records.get(path.record)?;
    let decided = decided(case)?;
    let absence = |code, attribute: String, says, why| {
        Some(Absence { record: Some(record), attribute, why, ..plain(code, says) })
    };
    let tenant = decided.tenant.as_deref();
    let lacks = |says| absence(CauseCode::AttributeMissing, written(path), says, None);
    let not_asked = |says, why| absence(CauseCode::RecordNotAsked, String::new(), says, why);
    match decided.records.get(path.record)? {
        State::Missing => {
            let says = match record.read {
                Reading::Query { .. } => "the query finds no match",
                _ => "no such item",
            };
            absence(CauseCode::RecordMissing, String::new(), says, None)
        }
        State::Found(item) if holds(item, &path.path, tenant) => None,
        State::Found(_) if tenant.is_none() && path.path.contains(&Step::Tenant) => of_tenant(case),
        State::Found(_) => lacks("the item doesn't have it"),
        State::Several { items, .. } if items.iter().any(|it| holds(it, &path.path, tenant)) => {
            None
        }
        State::Several { .. } => lacks("no item has it"),
        State::NotAsked(why @ NotAsked::OtherKind) => not_asked(
            match decided.identity.kind {
                Kind::User => "not asked: it is for machines",
                Kind::Client => "not asked: it is for people",
            },
            Some(*why),
        ),
        State::NotAsked(why @ NotAsked::NothingChosen) => {
            not_asked("not asked: the caller chose none", Some(*why))
        }
        State::NotAsked(NotAsked::NoTenant) => of_tenant(case),
        State::NotAsked(NotAsked::NoValue) | State::Pending | State::Unknown(_) => {
            of_key(case, record).or_else(|| {
                not_asked("not asked: a value for its key is absent", Some(NotAsked::NoValue))
            })
        }
    }
}

/// Why something that a record's key needs is absent.
fn of_key<'c>(case: &'c Case<'_>, record: &RecordRule) -> Option<Absence<'c>> {
    let each = match &record.read {
        Reading::Each { list, .. } => of_place(case, &list.place),
        _ => None,
    };
    let upstream = record.operands().filter_map(|operand| match operand {
        Operand::Record(path) => of_record(case, path),
        Operand::Member(path) => of_member(case, path),
        Operand::Attribute(attribute) => of_attribute(case, attribute),
        Operand::VerifiedEmail => of_address(case),
        Operand::Tenant(_) => of_tenant(case),
        Operand::Person => {
            let person = case.policy.person.as_ref()?;
            let path = vec![Step::Name(person.id.clone())];
            of_record(case, &RecordPath { record: person.record, path })
        }
        _ => None,
    });
    each.into_iter().chain(upstream).min_by_key(Absence::rank)
}

/// Why an attribute of the item that proved the organisation is absent.
fn of_member<'c>(case: &'c Case<'_>, path: &[Step]) -> Option<Absence<'c>> {
    let Some(member) = decided(case)?.member else {
        let says = "no record proved the organisation, so there is no `member`";
        return of_tenant(case).or_else(|| Some(plain(CauseCode::RecordNotAsked, says)));
    };
    let record = case.policy.records.iter().position(|rule| rule.name == member)?;
    of_record(case, &RecordPath { record, path: path.to_vec() })
}

fn of_attribute<'c>(case: &'c Case<'_>, attribute: &AssignedAttribute) -> Option<Absence<'c>> {
    let replay = case.replay.as_ref()?;
    let doubt = replay.decided.identity.vouched(attribute, &case.policy.providers).err()?;
    let (code, says) = match doubt {
        Doubt::Absent if replay.question.knows_attributes => {
            (CauseCode::AttributeMissing, "the event or the ID token doesn't have it")
        }
        Doubt::Absent => (CauseCode::AttributeUnknown, "not known from an access token or a `sub`"),
        doubt if knows_origin(replay) => (CauseCode::AttributeNotCounted, said(doubt)),
        _ => (CauseCode::AttributeUnknown, "which provider the person comes from isn't known"),
    };
    let is_about_origin = attribute.provider.is_some();
    Some(Absence { attribute: attribute.name.clone(), is_about_origin, ..plain(code, says) })
}

fn of_tenant<'c>(case: &'c Case<'_>) -> Option<Absence<'c>> {
    let is_about_none = decided(case)?.tenant.is_none();
    is_about_none.then(|| plain(CauseCode::NoTenant, "no source of it is there"))
}

fn decided<'c>(case: &'c Case<'_>) -> Option<&'c Decided<'c>> {
    Some(case.replay.as_ref()?.decided)
}

/// Why the address that finds the person doesn't count.
fn of_address<'c>(case: &'c Case<'_>) -> Option<Absence<'c>> {
    let replay = case.replay.as_ref()?;
    let doubt = replay.decided.identity.verified(&case.policy.providers).err()?;
    let (code, says) = match doubt {
        Doubt::Absent | Doubt::Unverified if replay.question.knows_attributes => {
            (CauseCode::AddressNotCounted, said(doubt))
        }
        doubt if knows_origin(replay) => (CauseCode::AddressNotCounted, said(doubt)),
        _ => (CauseCode::AttributeUnknown, "who verified it isn't known from a token or a `sub`"),
    };
    let attribute = "email".to_owned();
    Some(Absence { attribute, is_about_origin: true, ..plain(code, says) })
}

/// Whether it is known of what kind the account is. No token tells it.
fn knows_origin(replay: &Replay<'_>) -> bool {
    let attributes = &replay.decided.identity.attributes;
    replay.question.recorded || attributes.contains_key("cognito:user_status")
}

/// The condition that doesn't hold, as evidence says it.
fn said(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Absent => "the person doesn't have it",
        Doubt::Native => {
            "cognito:user_status isn't EXTERNAL_PROVIDER: a native or a linked user, who may have \
             written it"
        }
        Doubt::Unreadable => "identities is missing, or no list",
        Doubt::NotOne => "identities doesn't have exactly one entry",
        Doubt::OtherProvider => "the person comes from another provider",
        Doubt::OtherIssuer => "the identity has another issuer than the policy says",
        Doubt::Unverified => "email_verified isn't true",
        Doubt::NotVerifying => {
            "an identity is of a provider that the policy doesn't say `verifies` it"
        }
    }
}

/// An absence that is about no record and no attribute.
fn plain<'c>(code: CauseCode, says: &'static str) -> Absence<'c> {
    let attribute = String::new();
    Absence { code, says, record: None, why: None, attribute, is_about_origin: false }
}

/// Whether an item has something at a path.
fn holds(item: &Item, path: &[Step], tenant: Option<&str>) -> bool {
    let name = |step: &'_ Step| match step {
        Step::Name(name) => Some(name.clone()),
        Step::Tenant => tenant.map(str::to_owned),
    };
    let mut found = None;
    for (at, step) in path.iter().enumerate() {
        let Some(name) = name(step) else { return false };
        found = match at {
            0 => item.get(&name),
            _ => found.and_then(|value: &Value| value.get(&name)),
        };
    }
    found.is_some_and(|value| !value.is_null())
}

/// A path without the dot before it.
fn written(path: &RecordPath) -> String {
    spelled_path(&path.path).trim_start_matches('.').to_owned()
}
