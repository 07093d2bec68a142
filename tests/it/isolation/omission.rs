//! `omission`: leaving out what a caller can choose never turns a guard into one that isn't asked, and
//! without an organisation nothing is granted and nothing is said about one.

use serde_json::Value;

use super::case::{Case, Outcome, Stage};
use super::dice::Dice;
use super::event::{chosen_places, remove};
use super::hold::hold;
use super::mistakes::guard_by_choice;
use super::model::Who;
use super::policy::GRANTED;
use super::shrink::{Failure, Verdict};
use super::text::Section;

/// Claims of the right policies that are about a person or about nobody; all others are about the
/// organisation.
const ABOUT_NO_ORGANISATION: [&str; 5] =
    ["theme", "region", "orgs", "claims_cut", "claims_omitted"];

/// The records that must be asked before this caller gets a token.
fn must_be_asked<'c>(case: &'c Case, outcome: &'c Outcome) -> impl Iterator<Item = &'c str> {
    let tenant = case.policy.text.find("tenant");
    let machine = matches!(case.caller, Some(Who::Machine(_)));
    let decides = move |name: &str| {
        let named = format!("\"{name}.");
        tenant.is_some_and(|section| section.lines.iter().any(|line| line.contains(&named)))
    };
    let asked = move |section: &Section| {
        let about_tenant = section
            .line("key")
            .is_some_and(|key| key.contains("{tenant}") || key.contains("{member."));
        section.is_for(machine)
            && section.line("require").is_some()
            && section.line("query").is_none()
            && (outcome.tenant.is_some() || !about_tenant)
    };
    case.policy.text.sections.iter().filter_map(move |section| {
        let name = section.head.strip_prefix("records.")?;
        // What a caller chooses with is a source, and may be left out: another one decides then.
        let choices = ["{metadata.", "{username}", "{attributes.", "{client_id}"];
        let chosen = section
            .line("key")
            .is_some_and(|key| choices.iter().any(|choice| key.contains(choice)));
        (asked(section) && !(decides(name) && chosen)).then_some(name)
    })
}

/// What is wrong with a token.
fn wrong(case: &Case, outcome: &Outcome) -> Option<String> {
    let answer = outcome.answer.as_ref().ok()?;
    if let Some(name) = must_be_asked(case, outcome).find(|name| outcome.not_asked.contains(*name))
    {
        return Some(format!("record `{name}` guards and was not asked: {answer}"));
    }
    if outcome.tenant.is_some() || case.policy.text.find("tenant").is_none() {
        return None;
    }
    let answer: Value = serde_json::from_str(answer).unwrap();
    let details = answer["response"]["claimsAndScopeOverrideDetails"].to_string();
    if let Some(granted) = GRANTED.iter().find(|word| details.contains(*word)) {
        return Some(format!("{granted} is granted without an organisation: {details}"));
    }
    let tokens = ["idTokenGeneration", "accessTokenGeneration"];
    let claims = tokens.iter().flat_map(|token| {
        let token = &answer["response"]["claimsAndScopeOverrideDetails"][token];
        token["claimsToAddOrOverride"].as_object().into_iter().flatten()
    });
    let mut names = claims.map(|(name, _)| name.as_str());
    let said = names.find(|name| case.mistake.is_none() && !ABOUT_NO_ORGANISATION.contains(name));
    said.map(|name| format!("claim `{name}` without an organisation: {details}"))
}

fn omission(case: &Case) -> Verdict {
    let Some(stage) = Stage::of(case) else { return Verdict::default() };
    let mut verdict = Verdict { accepted: true, ..Verdict::default() };
    let mut dice = Dice::of(case.seed);
    for (at, event) in case.events.iter().enumerate() {
        let places = chosen_places(event, &case.layout);
        let mut omitted: Vec<Vec<&String>> = places.iter().map(|place| vec![place]).collect();
        omitted.push(Vec::new());
        omitted.push(places.iter().collect());
        omitted.push(places.iter().filter(|_| dice.chance(50)).collect());
        for places in omitted {
            let mut less = event.clone();
            places.iter().for_each(|place| assert!(remove(&mut less, place), "{place}"));
            let outcome = stage.decide(&less);
            verdict.compared += 1;
            verdict.issued += usize::from(outcome.answer.is_ok());
            if let Some(what) = wrong(case, &outcome) {
                let (edits, other_event) = (Vec::new(), Some(less));
                verdict.failure = Some(Failure { what, event: at, edits, other_event });
                return verdict;
            }
        }
    }
    verdict
}

#[test]
fn omission_no_guard_is_skipped_by_leaving_something_out() {
    let total = hold("omission", omission, 120, &[]);
    assert!(total.issued > 5 * total.cases, "{total:?}");
    let total = hold("omission-mistaken", omission, 200, &[guard_by_choice]);
    assert!(total.issued > total.accepted, "{total:?}");
}
