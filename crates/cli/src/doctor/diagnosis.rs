//! All that was found out: causes, most likely first, and what is there after all.

use cognito_claims::TokenUse;
use serde_json::Value;

use super::cause::{Cause, CauseCode, Certainty};

/// All that was found out.
#[derive(Default)]
pub struct Diagnosis {
    /// Causes, most likely first once they are [`ranked`](Diagnosis::ranked).
    pub causes: Vec<Cause>,
    /// What is there.
    pub present: Vec<Present>,
}

/// A claim that is there after all.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Present {
    /// Its name.
    pub claim: String,
    /// The token.
    pub token: Option<TokenUse>,
    /// Its JSON type.
    pub json_type: &'static str,
    /// Where: a token that was given, or what the trigger writes.
    pub place: String,
}

/// The JSON type of a value.
pub fn json_type(value: &Value) -> &'static str {
    match value {
        Value::String(_) => "text",
        Value::Number(_) => "number",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
        Value::Null => "null",
    }
}

impl Diagnosis {
    /// Adds a claim that is there.
    pub fn there(
        &mut self,
        claim: &str,
        token: Option<TokenUse>,
        json_type: &'static str,
        place: &str,
    ) {
        let (claim, place) = (claim.to_owned(), place.to_owned());
        self.present.push(Present { claim, token, json_type, place });
    }

    /// The same for a reader: sorted, and what is true of several claims or tokens said once.
    pub fn ranked(mut self) -> Self {
        self.causes = in_both_tokens(without_moot(of_all_claims(self.causes)));
        self.causes.sort_by(|one, other| rank(one).cmp(&rank(other)));
        self.present.sort_unstable();
        self.present.dedup();
        self
    }
}

fn rank(cause: &Cause) -> (Certainty, CauseCode, &[String], &[TokenUse]) {
    (cause.certainty, cause.code, &cause.claims, &cause.tokens)
}

/// What is true of several claims in the same tokens is said once.
fn of_all_claims(causes: Vec<Cause>) -> Vec<Cause> {
    let mut kept: Vec<Cause> = Vec::new();
    for cause in causes {
        let same = |other: &&mut Cause| {
            (other.code, &other.tokens, &other.what) == (cause.code, &cause.tokens, &cause.what)
        };
        match kept.iter_mut().find(same) {
            None => kept.push(cause),
            Some(other) => {
                other.certainty = other.certainty.min(cause.certainty);
                other.claims.extend(cause.claims);
                for piece in cause.evidence {
                    if !other.evidence.contains(&piece) {
                        other.evidence.push(piece);
                    }
                }
            }
        }
    }
    for cause in &mut kept {
        cause.claims.sort_unstable();
        cause.claims.dedup();
    }
    kept
}

/// A proven cause makes the guesses about the trigger as a whole moot.
fn without_moot(mut causes: Vec<Cause>) -> Vec<Cause> {
    let wiring = CauseCode::NoTrigger..=CauseCode::V3Needed;
    if causes.iter().any(|it| it.certainty == Certainty::Sure && wiring.contains(&it.code)) {
        let guesses = [
            CauseCode::TriggerDidNotRun,
            CauseCode::StaleToken,
            CauseCode::NoValue,
            CauseCode::V1Pool,
            CauseCode::V3Needed,
        ];
        causes.retain(|it| it.certainty != Certainty::Likely || !guesses.contains(&it.code));
    }
    causes
}

/// What is true of the same claims in both tokens is said once.
fn in_both_tokens(causes: Vec<Cause>) -> Vec<Cause> {
    let mut kept: Vec<Cause> = Vec::new();
    for cause in causes {
        let same = |other: &&mut Cause| {
            (other.code, &other.what, &other.claims) == (cause.code, &cause.what, &cause.claims)
        };
        match kept.iter_mut().find(same) {
            None => kept.push(cause),
            Some(other) => {
                other.certainty = other.certainty.min(cause.certainty);
                other.tokens.extend(cause.tokens);
                other.tokens.sort_unstable();
                other.tokens.dedup();
            }
        }
    }
    kept
}
