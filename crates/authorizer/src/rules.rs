//! What a request's claims must meet, in the reader's own guards.
//!
//! Knows claims and nothing of routes, requests or answers.

use cognito_claims::{Claims, Guard};

/// Requirements that must all be met. Without any, every verified token will do.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// Each is met by any one of its guards; one without guards is never met.
    requirements: Vec<Vec<Guard>>,
}

impl Rules {
    /// The same rules with one requirement more, met by any one of these guards.
    pub fn and_any(&mut self, guards: Vec<Guard>) {
        self.requirements.push(guards);
    }

    /// Whether nothing is required.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Checks the claims of a verified token. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// The stable word of the first requirement that isn't certainly met.
    pub fn check(&self, claims: &Claims<'_>, now: u64) -> Result<(), &'static str> {
        self.requirements.iter().try_for_each(|guards| {
            let mut word = "requirement";
            for guard in guards {
                match guard.check(claims, now) {
                    Ok(()) => return Ok(()),
                    Err(refusal) => word = refusal.word(),
                }
            }
            Err(word)
        })
    }
}
