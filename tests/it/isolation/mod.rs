//! Properties of the policy language, over generated policies, tables and callers who mean harm.
//!
//! What an identity belongs to comes from the generator's own model and never from a policy, so the
//! check and the trigger are held against what is true and not against themselves. Seeds are fixed:
//! each run tries the same worlds. For more of them set `CLAIMSMITH_WORLDS`, as `./test --long` does.

mod case;
mod coherence;
mod deny;
mod dice;
mod event;
mod isolation;
mod layout;
mod memory;
mod mistakes;
mod model;
mod mutation;
mod omission;
mod policy;
mod row;
mod shrink;
mod store;
#[cfg(feature = "dynamodb")]
mod stores;
mod table;
mod text;
mod twin;

use std::collections::BTreeSet;

use case::{Case, Stage, parse};
use mistakes::Mistake;
use shrink::{Property, Verdict, shrink, write};

/// How many times as many worlds as in every run.
const WORLDS: &str = "CLAIMSMITH_WORLDS";

/// What came of many cases.
#[derive(Debug, Default)]
struct Total {
    cases: usize,
    accepted: usize,
    issued: usize,
    compared: usize,
}

/// Holds a property against so many worlds, whose policies have a mistake, these before others, or none.
fn hold(name: &str, property: Property, worlds: u64, mistakes: &[Mistake]) -> Total {
    let times = std::env::var(WORLDS).ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    // Each property has worlds of its own.
    let mixed = name.bytes().fold(0_u64, |mixed, byte| (mixed * 31 + u64::from(byte)) % 9973);
    let first = mixed * 1_000_000;
    let mut total = Total::default();
    for seed in first..first + worlds * times {
        let case = Case::of(seed, mistakes);
        let Verdict { accepted, issued, compared, failure } = property(&case);
        total.cases += 1;
        total.accepted += usize::from(accepted);
        total.issued += issued;
        total.compared += compared;
        if !accepted && mistakes.is_empty() {
            let findings = parse(&case.policy.text).unwrap_err();
            panic!("{name}, seed {seed}: {findings:#?}\n{}", case.policy.text);
        }
        if failure.is_some() {
            let (case, failure) = shrink(case, property);
            panic!("{}", write(name, &case, &failure));
        }
    }
    total
}
/// Refusing everything would hold every property.
#[test]
fn each_right_policy_lets_its_own_people_and_machines_in() {
    for seed in 0..150 {
        let case = Case { broken: BTreeSet::new(), fails_at: None, ..Case::of(seed, &[]) };
        let stage = Stage::of(&case).unwrap_or_else(|| panic!("seed {seed}: {}", case.policy.text));
        let machine = case.others.last().filter(|_| case.layout.machines);
        for event in case.others.first().into_iter().chain(machine) {
            let outcome = stage.decide(event);
            let (policy, answer) = (&case.policy.text, outcome.answer);
            assert!(answer.is_ok(), "seed {seed}: {answer:?}\n{event:#}\n{policy}");
        }
    }
}
