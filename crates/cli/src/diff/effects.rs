//! Whom the differences meet.

use std::collections::{BTreeMap, BTreeSet};

use claimsmith::Decided;
use cognito_claims::TokenUse;

use super::change::{Change, Difference};
use super::crowd::{Crowd, Marks, Roll};

/// Whom the differences so far meet.
#[derive(Default)]
pub struct Effects {
    /// Everybody.
    pub roll: Roll,
    /// Who gets a token in some event, before and after.
    pub issued: [Marks; 2],
    /// Who had a token and has none now, in some event.
    pub refused: Crowd,
    /// Who had none and has one now.
    pub let_in: Crowd,
    /// Who is refused both times, for another reason or with another text.
    pub refused_otherwise: Crowd,
    /// Who loses, gets or has another value of which claim.
    pub claims: BTreeMap<String, BTreeMap<Change, Met>>,
}

/// Whom a change of a claim meets, whatever the token.
#[derive(Default)]
pub struct Met {
    /// In which tokens.
    pub tokens: BTreeSet<TokenUse>,
    /// Whom.
    pub crowd: Crowd,
}

impl Effects {
    /// Adds an event, counted from 0.
    pub fn add(&mut self, event: usize, decided: [&Decided<'_>; 2], difference: &Difference) {
        let [before, _] = decided;
        // Both sides read the same event.
        let who = self.roll.number(&before.identity);
        for (issued, decided) in self.issued.iter_mut().zip(decided) {
            if let (Some(who), Ok(_)) = (who, &decided.outcome) {
                issued.insert(who);
            }
        }
        match difference {
            Difference::None => {}
            Difference::Refused(_) => self.refused.add(event, who),
            Difference::Issued(_) => self.let_in.add(event, who),
            Difference::RefusedOtherwise(..) => self.refused_otherwise.add(event, who),
            Difference::Claims(changes) => {
                for row in changes.iter().map(|change| &change.row) {
                    // Names repeat with every event and are copied once.
                    let changes = match self.claims.get_mut(&row.claim) {
                        Some(changes) => changes,
                        None => self.claims.entry(row.claim.clone()).or_default(),
                    };
                    let met = changes.entry(row.change).or_default();
                    met.tokens.insert(row.token);
                    met.crowd.add(event, who);
                }
            }
        }
    }
}
