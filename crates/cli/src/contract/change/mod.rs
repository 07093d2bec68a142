//! What a change of the contract means for readers that were written for the one before.
//!
//! Each rule errs on the side of the reader: what can't be shown to leave every reader working is no
//! compatible change.

mod claims;
mod steps;
mod tokens;
mod verdict;

use cognito_claims::TokenUse;

pub use self::steps::steps;
use self::verdict::{About, Order};
pub use self::verdict::{Change, Verdict, worst};
use super::model::Contract;

/// All changes from one contract to another, the worst first, then by name.
pub fn changes(before: &Contract, after: &Contract) -> Vec<Change> {
    let mut changes = Vec::new();
    if before.claims_contract != after.claims_contract {
        changes.push(Change {
            order: Order::Beside,
            about: About::ClaimsContract,
            name: "claims contract".to_owned(),
            tokens: TokenUse::BOTH.to_vec(),
            what: format!("from {} to {}", before.claims_contract, after.claims_contract),
            why: "Names or encodings mean something else; the changelog says which.",
        });
    }
    claims::changes(before, after, &mut changes);
    tokens::changes(before, after, &mut changes);
    changes.sort_by(|a, b| b.verdict().cmp(&a.verdict()).then_with(|| a.name.cmp(&b.name)));
    changes
}
