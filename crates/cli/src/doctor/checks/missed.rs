//! One claim that is missed in one token, and how causes about it are made.

use cognito_claims::TokenUse;

use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode, Certainty};
use crate::doctor::seen::Seen;

/// A claim that is missed.
pub struct Missed<'m> {
    /// All that was given.
    pub case: &'m Case<'m>,
    /// The claim's name.
    pub claim: &'m str,
    /// The token that it isn't in.
    pub token: TokenUse,
    /// The token itself, if there is one.
    pub seen: Option<&'m Seen>,
}

impl Missed<'_> {
    /// A cause of this claim's absence.
    pub fn cause(&self, code: CauseCode, certainty: Certainty, what: &str, next: &str) -> Cause {
        Cause::new(code, certainty, what, next).about(self.claim, Some(self.token))
    }

    /// Sure, unless the sign-in itself is guessed.
    pub fn certainty(&self) -> Certainty {
        match &self.case.replay {
            Some(replay) if replay.question.recorded => Certainty::Sure,
            _ => Certainty::Likely,
        }
    }

    /// Where a key of the claim's section stands.
    pub fn policy_place(&self, key: &str) -> String {
        self.case.lines.place(&["claims", self.claim, key])
    }

    /// Where the sources of the claim stand.
    pub fn sources_place(&self) -> String {
        let has = |key: &&str| self.case.lines.has(&["claims", self.claim, key]);
        self.policy_place(["merge", "template"].into_iter().find(has).unwrap_or("from"))
    }

    /// How evidence calls the claim's section.
    pub fn section(&self) -> String {
        format!("[claims.{}]", self.claim)
    }

    /// The app client's section, if the policy has one for it.
    pub fn client_section(&self) -> Option<&str> {
        let id = self.case.replay.as_ref()?.decided.identity.client_id.as_deref();
        self.case.policy.rules(id).section.as_deref()
    }

    /// Where a key of this token stands: in the client's section or in that for all.
    pub fn tokens_place(&self, key: &str) -> String {
        let token = self.token.as_str();
        let lines = self.case.lines;
        match self.client_section() {
            Some(client) if lines.has(&["clients", client, "tokens", token, key]) => {
                lines.place(&["clients", client, "tokens", token, key])
            }
            _ => lines.place(&["tokens", token, key]),
        }
    }
}
