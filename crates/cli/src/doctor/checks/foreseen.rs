//! Without a token: what the trigger would do.

use claimsmith::plan::Why;
use cognito_claims::TokenUse;

use super::missing;
use crate::doctor::case::Case;
use crate::doctor::described::Pool;
use crate::doctor::diagnosis::{Diagnosis, json_type};
use crate::doctor::seen::Seen;
use crate::doctor::verdict::Verdict;

/// Looks at each claim in both tokens that would be issued.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    if case.seen.iter().any(Seen::is_whole) {
        return;
    }
    for claim in case.claims() {
        for token in TokenUse::BOTH {
            foreseen(case, claim, token, found);
        }
    }
}

fn foreseen(case: &Case<'_>, claim: &str, token: TokenUse, found: &mut Diagnosis) {
    let version = case.pool.and_then(Pool::version);
    if version == Some("V1_0") && token == TokenUse::Access && case.machine() == Some(false) {
        // Whatever the event says, the pool's next one can't.
        return;
    }
    match case.verdict(claim, token) {
        Some(Verdict::Written(planned)) => {
            found.there(claim, Some(token), json_type(&planned.value), "the trigger writes it");
        }
        Some(Verdict::Kept { sure, attribute }) => {
            let place = match (sure, attribute) {
                (_, true) => "Cognito writes it, if the app client may read it",
                (true, false) => "Cognito writes it",
                (false, false) => "Cognito writes it in some flows",
            };
            found.there(claim, Some(token), "", place);
        }
        // The claim is where the policy puts it.
        Some(Verdict::LeftOut(Why::OtherToken) | Verdict::Unwritten)
            if case.rule(claim).is_some() => {}
        verdict => missing::find(case, claim, token, None, verdict, found),
    }
}
