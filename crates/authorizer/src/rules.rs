//! What a request's claims must meet, in the reader's own guards.
//!
//! Knows claims and nothing of routes, requests or answers.

use cognito_claims::{Claims, Guard};

use crate::denial::Denial;

/// Requirements that must all be met. Without any, every verified token will do.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    requirements: Vec<Requirement>,
}

/// Met by any one of the guards, and never without guards.
#[derive(Clone, Debug)]
struct Requirement {
    guards: Vec<Guard>,
    unmet: Denial,
}

impl Rules {
    /// Asks for one thing more, which any one of these guards meets; `unmet` says what it is.
    pub fn require(&mut self, guards: Vec<Guard>, unmet: Denial) {
        self.requirements.push(Requirement { guards, unmet });
    }

    /// Whether nothing is required.
    pub fn is_empty(&self) -> bool {
        self.requirements.is_empty()
    }

    /// Checks the claims of a verified token. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// The first requirement that isn't certainly met.
    pub fn check(&self, claims: &Claims<'_>, now: u64) -> Result<(), Denial> {
        self.requirements.iter().try_for_each(|requirement| {
            let is_met = requirement.guards.iter().any(|guard| guard.check(claims, now).is_ok());
            if is_met { Ok(()) } else { Err(requirement.unmet) }
        })
    }
}
