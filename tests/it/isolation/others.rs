//! `isolation`: nothing in an answer depends on items to which the identity has no right. `choice`:
//! the organisation decided on is one to which it belongs.

use super::case::{Case, Stage};
use super::hold::hold;
use super::mistakes::*;
use super::model::Who;
use super::shrink::{Failure, Verdict};

/// Two tables that are the same to the caller give the same bytes, or the same refusal.
fn isolation(case: &Case) -> Verdict {
    let Some(mut stage) = Stage::of(case) else { return Verdict::default() };
    let case = &case.with_twins();
    let mut verdict = Verdict { accepted: true, ..Verdict::default() };
    let here: Vec<_> = case.events.iter().map(|event| stage.decide(event)).collect();
    verdict.issued = here.iter().filter(|outcome| outcome.answer.is_ok()).count();
    for twin in &case.twins {
        stage.edit(case, twin);
        for (at, event) in case.events.iter().enumerate() {
            let there = stage.decide(event);
            verdict.compared += 1;
            if there.answer != here[at].answer {
                verdict.failure = Some(Failure {
                    what: format!("{:?}, but beside {:?}", here[at].answer, there.answer),
                    event: at,
                    edits: twin.clone(),
                    other_event: None,
                });
                return verdict;
            }
        }
    }
    verdict
}

/// The tenant is one of the caller's, whatever the outcome, and the one that was asked for.
fn choice(case: &Case) -> Verdict {
    let Some(stage) = Stage::of(case) else { return Verdict::default() };
    let mut verdict = Verdict { accepted: true, ..Verdict::default() };
    for (at, event) in case.events.iter().enumerate() {
        let outcome = stage.decide(event);
        verdict.issued += usize::from(outcome.answer.is_ok());
        let Some(tenant) = &outcome.tenant else { continue };
        verdict.compared += 1;
        let is_own = case.belongs.iter().any(|at| case.ids[*at] == *tenant);
        // What a person chooses decides alone, in policies that let them choose.
        let asked = event.pointer("/request/clientMetadata/org_id");
        let chooses = case.mistake.is_none() && case.layout.choice.is_some();
        let asked = asked.filter(|_| chooses && !matches!(case.caller, Some(Who::Machine(_))));
        if !is_own || asked.is_some_and(|asked| asked != tenant) {
            verdict.failure = Some(Failure {
                what: format!("the tenant is {tenant:?}"),
                event: at,
                edits: Vec::new(),
                other_event: None,
            });
            return verdict;
        }
    }
    verdict
}

/// Who reads what is not theirs.
const MISTAKES: [Mistake; 5] =
    [client_of_a_person, not_ones_own, whole_choice, named_by_an_item, proof_of_anything];

#[test]
fn isolation_no_answer_depends_on_items_of_others() {
    let total = hold("isolation", isolation, 100, &[]);
    assert!(total.issued > total.cases, "{total:?}");
    let total = hold("isolation-mistaken", isolation, 300, &MISTAKES);
    assert!(total.accepted * 10 > total.cases, "{total:?}");
    assert!(total.issued > total.accepted, "{total:?}");
}

#[test]
fn choice_the_tenant_is_one_of_the_callers_own() {
    let total = hold("choice", choice, 250, &[]);
    assert!(total.compared > total.cases, "{total:?}");
    let total = hold("choice-mistaken", choice, 300, &MISTAKES);
    assert!(total.accepted * 10 > total.cases, "{total:?}");
    assert!(total.compared > total.accepted, "{total:?}");
}
