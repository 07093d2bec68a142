//! Both decisions about one event, compared. Values are compared and never told.

use std::collections::{BTreeMap, BTreeSet};

use cognito_claims::names::CLAIMS_OMITTED;
use serde_json::Value;

use super::told::{Outcome, TokenTold, Told};
use crate::Decided;
use crate::budget::{Fitted, Tokens};
use crate::outcome::{Fault, Reason};
use crate::plan::Why;
use crate::policy::Policy;
use crate::records::State;
use crate::records::store::StoreFault;
use crate::token::OwnValue;

/// What is told about the next policy's decision, for which so much was read.
pub fn told(now: &Decided<'_>, (next, policy): (&Decided<'_>, &Policy), own_reads: usize) -> Told {
    let names = policy.records.iter().zip(&next.records);
    let late = |state: &State| *state == State::Unknown(Fault::Deadline);
    let late = names.filter(|(_, state)| late(state)).map(|(rule, _)| rule.name.clone());
    // What came too late is told by the names of its records.
    let faults = next.store_faults.iter().filter(|error| error.fault != StoreFault::Late);
    let told = Told {
        reason_now: now.outcome.as_ref().err().map(|refusal| refusal.reason),
        reason_next: next.outcome.as_ref().err().map(|refusal| refusal.reason),
        unknown_records: late.collect(),
        store_faults: faults.map(ToString::to_string).collect(),
        own_reads,
        ..Told::only(Outcome::Same)
    };
    let (now, next) = match (&now.outcome, &next.outcome) {
        (Ok(now), Ok(next)) => (now, next),
        _ => return Told { outcome: of_refusals(told.reason_now, told.reason_next), ..told },
    };
    let (id_token, access_token) = tokens(now, next);
    let both = || [&id_token, &access_token].into_iter().flatten();
    let outcome = match () {
        () if both().any(TokenTold::differs) => Outcome::Differs,
        () if both().any(|token| !token.unknown.is_empty()) => Outcome::Unknown,
        () => Outcome::Same,
    };
    Told { outcome, id_token, access_token, ..told }
}

/// The word where one of both refuses.
fn of_refusals(now: Option<Reason>, next: Option<Reason>) -> Outcome {
    match (now, next) {
        (now, next) if now == next => Outcome::Same,
        // It waits for nothing, so this is no refusal that anybody would see.
        (_, Some(Reason::DeadlinePassed)) => Outcome::Unknown,
        (None, _) => Outcome::Refused,
        (_, None) => Outcome::Issued,
        _ => Outcome::RefusedOtherwise,
    }
}

fn tokens(now: &Tokens<'_>, next: &Tokens<'_>) -> (Option<TokenTold>, Option<TokenTold>) {
    let both = |now: &Option<Fitted<'_>>, next: &Option<Fitted<'_>>| {
        Some(token(now.as_ref()?, next.as_ref()?))
    };
    (both(&now.id, &next.id), both(&now.access, &next.access))
}

fn token(now: &Fitted<'_>, next: &Fitted<'_>) -> TokenTold {
    let unknown = unknown(now, next);
    let (mut before, mut after) = (claims(now), claims(next));
    if !unknown.is_empty() {
        // It would name them.
        before.remove(CLAIMS_OMITTED);
        after.remove(CLAIMS_OMITTED);
    }
    let mut told = TokenTold { bytes_now: now.after.upper, ..TokenTold::default() };
    told.bytes_next = unknown.is_empty().then_some(next.after.upper);
    let names: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    let mut touched: BTreeSet<&str> = unknown.clone();
    for name in names.into_iter().filter(|name| !unknown.contains(name)) {
        let list = match (before.get(name), after.get(name)) {
            (Some(one), Some(two)) if one.is_same(two) => continue,
            (Some(_), Some(_)) => &mut told.changed,
            (Some(_), None) => &mut told.lost,
            _ => &mut told.gained,
        };
        list.push(name.to_owned());
        touched.insert(name);
    }
    let (one, two) = (suppressed(now), suppressed(next));
    let otherwise = one.symmetric_difference(&two).filter(|name| !touched.contains(*name));
    told.suppressed_otherwise = otherwise.map(|name| (*name).to_owned()).collect();
    told.unknown = unknown.into_iter().map(str::to_owned).collect();
    told
}

/// The claims of which only the next policy can't tell what they would be, because it didn't wait.
fn unknown<'n>(now: &Fitted<'_>, next: &Fitted<'n>) -> BTreeSet<&'n str> {
    let is_late = |(_, why): &&(&str, Why)| *why == Why::Fault(Fault::Deadline);
    let late_now: BTreeSet<&str> =
        now.left_out.iter().filter(is_late).map(|(name, _)| *name).collect();
    let late = next.left_out.iter().filter(is_late).map(|(name, _)| *name);
    late.filter(|name| !late_now.contains(name)).collect()
}

/// The value of a claim: Cognito's, or the policy's.
enum Shown<'f> {
    Own(&'f OwnValue<'f>),
    Written(&'f Value),
}

impl Shown<'_> {
    fn is_same(&self, other: &Shown<'_>) -> bool {
        match (self, other) {
            (Shown::Own(one), Shown::Own(two)) => one == two || one.to_json() == two.to_json(),
            (Shown::Written(one), Shown::Written(two)) => one == two,
            (Shown::Own(own), Shown::Written(value)) | (Shown::Written(value), Shown::Own(own)) => {
                own.to_json() == **value
            }
        }
    }
}

/// The claims of a token. What Cognito may write or not is no policy's doing.
fn claims<'f>(fitted: &'f Fitted<'_>) -> BTreeMap<&'f str, Shown<'f>> {
    let own = fitted.own.iter().filter(|own| !(own.made_up && own.size.lower == 0));
    let own = own.map(|own| (&*own.name, Shown::Own(&own.value)));
    let written = fitted.add.iter().map(|planned| (planned.name, Shown::Written(&planned.value)));
    own.chain(written).collect()
}

/// The names that are suppressed.
fn suppressed<'f>(fitted: &'f Fitted<'_>) -> BTreeSet<&'f str> {
    if !fitted.carries.claims() {
        return BTreeSet::new();
    }
    let listed = fitted.rules.suppress.iter().map(String::as_str);
    listed.chain(fitted.withheld.iter().copied()).collect()
}
