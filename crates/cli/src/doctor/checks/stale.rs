//! A token that differs from what the trigger writes now.

use cognito_claims::TokenUse;
use cognito_claims::names::CLAIMS_AS_OF;

use crate::doctor::case::{Case, Replay};
use crate::doctor::cause::{Cause, CauseCode, Certainty};
use crate::doctor::seen::Seen;

/// The token differs from what the trigger writes now; `written` says whether the trigger surely
/// writes the claim.
pub fn token(case: &Case<'_>, seen: &Seen, token: TokenUse, claim: &str, written: bool) -> Cause {
    let by_metadata = seen.has(claim) && case.lacks_metadata(claim);
    let what = match (written, seen.has(claim)) {
        _ if by_metadata => {
            "a sign-in without client metadata gives another value: the caller may have sent \
                 metadata, which no token tells, or the token is older than the record or the policy"
        }
        (true, true) => {
            "the trigger writes another value now: the token is older than the record or the \
                 policy, or another policy is deployed"
        }
        (true, false) => {
            "the trigger writes the claim now: the token is older than the record or the \
                 policy, or another policy is deployed"
        }
        (false, _) => {
            "the token may be older than the record or the policy, or another policy is deployed"
        }
    };
    let (certainty, next) = if by_metadata {
        (
            Certainty::Aside,
            "give what the caller sent along with --metadata NAME=VALUE, or the sign-in's event \
                 with --event, and ask again",
        )
    } else {
        (
            Certainty::Likely,
            "refresh the token (each refresh runs the trigger again) and ask once more; if \
                 nothing changes, compare this file with the deployed one",
        )
    };
    let mut cause =
        Cause::new(CauseCode::StaleToken, certainty, what, next).about(claim, Some(token));
    if let Some(age) = seen.issued_ago(case.now) {
        cause = cause.because(format!("{} iat", seen.name), format!("issued {age} ago"));
    }
    match &case.replay {
        Some(Replay { records: Some(records), .. }) if written => {
            cause.because(*records, "gives the claim a value")
        }
        _ => cause,
    }
}

/// The token says that it was made from old data.
pub fn data(seen: &Seen, token: TokenUse) -> Cause {
    let what = "the table failed when the token was made, and records from memory served: a \
                change since may be missing";
    let next = "refresh the token when the table answers again; metric StaleReads";
    let mut cause = Cause::sure(CauseCode::StaleData, what, next)
        .because(format!("{} {CLAIMS_AS_OF}", seen.name), "is there");
    cause.tokens = vec![token];
    cause
}
