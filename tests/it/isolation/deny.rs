//! `deny`: whatever an organisation must hold for a token, taken away or replaced by a word that
//! nobody knows, refuses. The same holds for what people and machines must hold.

use serde_json::{Value, json};

use super::case::{Case, Outcome, Stage};
use super::event::Caller;
use super::hold::hold;
use super::layout::Role;
use super::mistakes::refuse_list;
use super::model::Who;
use super::policy::Guard;
use super::row::{Owner, Row};
use super::shrink::{Failure, Verdict};
use super::twin::Edit;

/// Whether a guard still stands as its author wrote it, and for this caller.
fn stands(case: &Case, guard: &Guard) -> bool {
    let text = &case.policy.text;
    let machine = matches!(case.caller, Some(Who::Machine(_)));
    let section = text.find(&guard.section);
    text.says(&guard.section, &guard.key)
        && text.says(&guard.section, &guard.require)
        && section.is_some_and(|section| section.is_for(machine))
}

/// The item that a guard looks at for a token.
fn guarded<'c>(case: &'c Case, guard: &Guard, outcome: &Outcome) -> Option<&'c Row> {
    let tenant = outcome.tenant.as_deref();
    case.rows.iter().find(|row| {
        row.role == Some(guard.role)
            && match (guard.role, row.owner) {
                (Role::Organisation, Owner::Organisation(at)) => {
                    tenant == Some(case.ids[at].as_str())
                }
                (_, Owner::One(who)) => {
                    Caller::Some(who) == case.caller
                        && row.item.get("user_id") != Some(&json!("old"))
                }
                _ => false,
            }
    })
}

/// Everything that isn't a yes.
fn denials(guard: &Guard, row: &Row) -> Vec<Edit> {
    let attribute = ["status", "standing"].into_iter().find(|name| guard.require.contains(name));
    let mut edits = vec![Edit::Remove(row.number)];
    if let Some(name) = attribute {
        let values = [
            None,
            Some(Value::Null),
            Some(json!("")),
            Some(json!("unheard-of")),
            Some(json!("Active")),
            Some(json!("active ")),
            Some(json!("suspended")),
            Some(json!(["active"])),
            Some(json!({ "active": true })),
            Some(json!(true)),
            Some(json!(1)),
        ];
        let change = |value| Edit::Change(row.number, vec![name.to_owned()], value);
        edits.extend(values.map(change));
    }
    edits
}

fn deny(case: &Case) -> Verdict {
    let Some(mut stage) = Stage::of(case) else { return Verdict::default() };
    let mut verdict = Verdict { accepted: true, ..Verdict::default() };
    let here: Vec<_> = case.events.iter().map(|event| stage.decide(event)).collect();
    for (at, outcome) in here.iter().enumerate() {
        if outcome.answer.is_err() {
            continue;
        }
        verdict.issued += 1;
        for guard in case.policy.guards.iter().filter(|guard| stands(case, guard)) {
            let Some(row) = guarded(case, guard, outcome) else { continue };
            for edit in denials(guard, row) {
                let edits = vec![edit];
                stage.edit(case, &edits);
                let denied = stage.decide(&case.events[at]);
                verdict.compared += 1;
                if let Ok(answer) = denied.answer {
                    verdict.failure = Some(Failure {
                        what: format!("{} doesn't hold, but: {answer}", guard.section),
                        event: at,
                        edits,
                        other_event: None,
                    });
                    return verdict;
                }
            }
        }
    }
    verdict
}

#[test]
fn deny_a_guard_that_does_not_hold_refuses() {
    let total = hold("deny", deny, 40, &[]);
    assert!(total.compared > 10 * total.cases, "{total:?}");
    let total = hold("deny-mistaken", deny, 80, &[refuse_list]);
    assert!(total.compared > total.accepted, "{total:?}");
}
