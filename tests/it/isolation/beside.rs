//! The running policy with a shadow is the running policy without one: over generated policies, tables
//! and callers, with stores of every mood.

use std::time::Duration;

use claimsmith::Trigger;
use claimsmith::records::store::Store;
use claimsmith::shadow::{Outcome, beside};
use std::collections::BTreeMap;

use super::case::{Case, parse};
use super::mistakes::whole_choice;
use super::store::Faulty;
use crate::moody::{Moods, Moody, Turns, in_turns, mixed, quietly};

const WORLDS: u64 = 150;

/// A trigger with the policy and the items of a case, whose tables are all on DynamoDB.
fn trigger(case: &Case, moods: Moods, turns: &Turns) -> Option<Trigger<Moody<Faulty>, Turns>> {
    let mut policy = parse(&case.policy.text).ok()?;
    let store = Faulty::of(&case.rows, &case.broken, &policy.tables);
    for (at, table) in policy.tables.iter_mut().enumerate() {
        table.location = claimsmith::policy::Location::DynamoDb(format!("table-{at}"));
    }
    let store = Moody::of(store, moods);
    Some(Trigger::new(policy, store).with_clock(turns.clone()).remembering())
}

fn time() -> Duration {
    Duration::from_millis(12)
}

/// All that anybody sees of a decision.
fn seen<S: Store>(decided: &claimsmith::Decided<'_>, trigger: &Trigger<Moody<S>, Turns>) -> String {
    format!(
        "{:?} {:?} {:?} {:?}",
        decided.answer(),
        decided.reads,
        decided.records,
        trigger.store.asked(),
    )
}

#[test]
fn the_answer_with_a_shadow_equals_the_answer_without() {
    let mut outcomes: BTreeMap<Outcome, usize> = BTreeMap::new();
    let mut compared = 0;
    for seed in 0..WORLDS {
        let case = Case::of(seed, &[]);
        // The same file, one with a change in it, or one of another company's.
        let other = match seed % 4 {
            0 => case.clone(),
            1 | 2 => Case { policy: Case::of(seed, &[whole_choice]).policy, ..case.clone() },
            _ => Case { rows: case.rows.clone(), ..Case::of(seed + WORLDS, &[]) },
        };
        let running = match seed % 3 {
            0 => Moods::Always(crate::moody::Mood::Slow(2)),
            _ => Moods::Seeded(mixed(seed)),
        };
        let wild = Moods::Wild(mixed(seed + WORLDS));
        // One clock for both runs would tell two times.
        let (alone_turns, turns) = (Turns::default(), Turns::default());
        let alone = trigger(&case, running, &alone_turns).unwrap();
        let watched = trigger(&case, running, &turns).unwrap();
        let Some(next) = trigger(&other, wild, &turns) else { continue };
        for event in case.others.iter().chain(&case.events) {
            let event = event.to_string();
            let (expected, without) =
                in_turns(&alone_turns, alone.decide(event.as_bytes(), time()));
            let ((decided, told), with) = quietly(|| {
                let work = beside(&watched, &next, event.as_bytes(), time());
                let (result, turns) = in_turns(&turns, work);
                (result.unwrap(), turns)
            });
            let text = &case.policy.text;
            assert_eq!(
                seen(&decided, &watched),
                seen(&expected.unwrap(), &alone),
                "seed {seed}\n{text}\n{event}"
            );
            assert_eq!(with, without, "seed {seed}: it took longer");
            next.store.asked();
            *outcomes.entry(told.outcome).or_default() += 1;
            compared += 1;
            // Time passes, and what is kept gets old.
            let pause = [0, 3_000, 100_000][(mixed(seed ^ compared) % 3) as usize];
            alone_turns.pass(pause);
            turns.pass(pause);
        }
    }
    for outcome in Outcome::ALL {
        let expected = outcome != Outcome::NotReady;
        assert_eq!(outcomes.contains_key(&outcome), expected, "{outcomes:?}");
    }
}
