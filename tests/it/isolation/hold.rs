//! Holds a property against many worlds.

use super::case::{Case, parse};
use super::mistakes::Mistake;
use super::shrink::{Property, Verdict, shrink, write};

/// How many times as many worlds as in every run.
const WORLDS: &str = "CLAIMSMITH_WORLDS";

/// What came of many cases.
#[derive(Debug, Default)]
pub struct Total {
    pub cases: usize,
    pub accepted: usize,
    pub issued: usize,
    pub compared: usize,
}

/// Holds a property against so many worlds, whose policies have a mistake, these before others, or none.
pub fn hold(name: &str, property: Property, worlds: u64, mistakes: &[Mistake]) -> Total {
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
            panic!("{name}, seed {seed}: {findings}\n{}", case.policy.text);
        }
        if failure.is_some() {
            let (case, failure) = shrink(case, property);
            panic!("{}", write(name, &case, &failure));
        }
    }
    total
}
