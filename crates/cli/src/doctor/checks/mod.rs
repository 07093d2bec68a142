//! What can be wrong, one kind of cause per file.

mod absent;
mod arn;
mod client;
mod condition;
mod door;
mod fault;
mod foreseen;
mod identity;
mod missed;
mod missing;
mod mode;
mod permission;
mod pool;
mod provider;
mod refusal;
mod registration;
mod stale;
mod token;
mod unwritten;

use super::case::Case;
use super::diagnosis::Diagnosis;

/// The checks, in the order in which they look.
const CHECKS: [fn(&Case<'_>, &mut Diagnosis); 11] = [
    identity::check,
    pool::check,
    mode::check,
    permission::check,
    client::check,
    provider::check,
    registration::check,
    refusal::check,
    token::check,
    foreseen::check,
    door::check,
];

/// Finds what there is to find, beside what was found before.
pub fn all(case: &Case<'_>, mut found: Diagnosis) -> Diagnosis {
    for check in CHECKS {
        check(case, &mut found);
    }
    found.ranked()
}
