//! `coherence`: all that a token says about an organisation is about one and the same, guards
//! included. Only a list of all of somebody's organisations is about the person.

use serde_json::json;

use super::case::{Case, Stage};
use super::dice::Dice;
use super::hold::hold;
use super::layout::{Otherwise, Role};
use super::mistakes::*;
use super::row::{Owner, Row};
use super::shrink::{Failure, Verdict};
use super::text::Text;
use super::twin::Edit;

/// The text without lists of all organisations.
fn without_lists(text: &Text) -> Text {
    let of_all = |line: &String| line.contains("\"all.") || line.contains("\"all\"");
    let mut text = text.clone();
    text.sections
        .retain(|section| section.head != "records.all" && !section.lines.iter().any(of_all));
    text
}

/// Changes of all that is about other organisations than one.
fn elsewhere(dice: &mut Dice, case: &Case, tenant: &str) -> Vec<Edit> {
    let other = |at: usize| case.ids[at] != tenant;
    // Where the only membership counts, whether there is another one is no matter of another.
    let counted = case.layout.otherwise == Some(Otherwise::Only);
    let text = case.policy.text.find("tenant").and_then(|tenant| tenant.line("person"));
    let mut edits = Vec::new();
    let mut change = |dice: &mut Dice, row: &Row, path: Vec<String>| {
        let value = match dice.roll(4) {
            0 => None,
            1 => Some(json!("suspended")),
            2 => Some(json!(["beta", "sso", "zzz"])),
            _ => Some(json!(dice.word(&case.words))),
        };
        edits.push(Edit::Change(row.number, path, value));
    };
    for row in &case.rows {
        let about = match row.owner {
            Owner::Organisation(at) => Some(at),
            _ => row.about,
        };
        match about {
            Some(at) if other(at) => {
                let names = row.attributes();
                let names = names.into_iter().filter(|name| {
                    let decides = row.role == Some(Role::Membership) && name == "status";
                    !(counted && decides)
                });
                names.for_each(|name| change(dice, row, vec![name]));
            }
            _ => {
                // What a profile says beside is about home if the policy knows a home.
                let at_home = text.is_some_and(|tenant| tenant.contains("\"user.org_id\""));
                let parts = row.parts.iter().filter(|(path, _)| at_home || path.len() > 1);
                for (path, at) in parts {
                    if other(*at) {
                        change(dice, row, path.clone());
                    }
                }
            }
        }
    }
    edits
}

fn coherence(case: &Case) -> Verdict {
    let mut case = case.clone();
    case.policy.text = without_lists(&case.policy.text);
    let Some(mut stage) = Stage::of(&case) else { return Verdict::default() };
    let mut verdict = Verdict { accepted: true, ..Verdict::default() };
    let here: Vec<_> = case.events.iter().map(|event| stage.decide(event)).collect();
    for (at, outcome) in here.iter().enumerate() {
        let (Ok(_), Some(tenant)) = (&outcome.answer, &outcome.tenant) else { continue };
        verdict.issued += 1;
        for lot in 0..3 {
            let mut edits = elsewhere(&mut Dice::of(case.seed ^ lot), &case, tenant);
            if case.is_shrunk {
                // Its own edits count, as far as they are about other organisations still.
                let possible = edits;
                edits = case.twins[0].clone();
                edits.retain(|edit| possible.iter().any(|other| other.same_place(edit)));
            }
            stage.edit(&case, &edits);
            let there = stage.decide(&case.events[at]);
            verdict.compared += usize::from(!edits.is_empty());
            if there.answer != outcome.answer {
                verdict.failure = Some(Failure {
                    what: format!(
                        "about {tenant:?}: {:?}, but beside {:?}",
                        outcome.answer, there.answer
                    ),
                    event: at,
                    edits,
                    other_event: None,
                });
                return verdict;
            }
        }
    }
    verdict
}

#[test]
fn coherence_a_token_is_about_one_organisation() {
    let total = hold("coherence", coherence, 100, &[]);
    assert!(total.compared > 2 * total.cases, "{total:?}");
    let mistakes: [Mistake; 4] = [two_decisions, flags_of_home, member_by_hand, beside_member];
    let total = hold("coherence-mistaken", coherence, 300, &mistakes);
    assert!(total.compared > total.accepted, "{total:?}");
}
