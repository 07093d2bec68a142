//! Properties of the policy language, over generated policies, tables and callers who mean harm.
//!
//! What an identity belongs to comes from the generator's own model and never from a policy, so the
//! check and the trigger are held against what is true and not against themselves. Seeds are fixed:
//! each run tries the same worlds. For more of them set `CLAIMSMITH_WORLDS`, as `./test --long` does.

mod beside;
mod case;
mod coherence;
mod deny;
mod dice;
mod event;
mod hold;
mod layout;
mod memory;
mod mistakes;
mod model;
mod mutation;
mod omission;
mod others;
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

use case::{Case, Stage};

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
