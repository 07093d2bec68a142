//! `[context]`: which claims go on to the handlers.

use claimsmith_findings::{At, List, sections};
use cognito_claims::names;

use super::code::{Code, Findings};
use super::lists::{is_open, unique};

/// Whether the token is a `user`'s or a `client`'s.
pub const IDENTITY_KIND: &str = "identity_kind";

/// What stands in every context, whatever the file says: who it is, and until when.
///
/// With these the reader tells a user from a client, and a handler can see that a cached answer
/// has outlived its token.
pub const ALWAYS: [&str; 9] = [
    IDENTITY_KIND,
    "sub",
    "act",
    "username",
    "cognito:username",
    "client_id",
    "aud",
    "token_use",
    "exp",
];

/// Which claims go on to the handlers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContextPlan {
    /// Their names.
    pub claims: Vec<String>,
    /// Those that may be left out when the answer is too long, first one first.
    pub shed: Vec<String>,
}

sections! {
    pub(super) struct ContextSection {
        claims: List,
        shed: List,
    }
}

pub(super) fn context(section: &ContextSection, findings: &mut Findings<'_>) -> ContextPlan {
    let standard = [names::ORG_ID, names::ORG_TIER, names::FEATURE_FLAGS];
    let claims = match &section.claims {
        None => standard.map(str::to_owned).to_vec(),
        Some(list) => {
            list.entries.iter().for_each(|claim| context_claim(claim, findings));
            unique(list, findings)
        }
    };
    let is_known = !section.claims.as_ref().is_some_and(|list| is_open(list, findings));
    let shed = section.shed.as_ref().map(|list| {
        let is_other = |name: &&At<String>| is_known && !claims.contains(&name.value);
        for name in list.entries.iter().filter(is_other) {
            let message = "only a claim of the context can be shed";
            findings.add(Code::Shed, name.span, message, "add it to `claims`, or take it out here");
        }
        unique(list, findings)
    });
    ContextPlan { claims, shed: shed.unwrap_or_default() }
}

/// SPEC: AWS, "Output from an API Gateway Lambda authorizer": the key `claims` is reserved; the
/// gateway itself adds `principalId` and `integrationLatency`.
fn context_claim(claim: &At<String>, findings: &mut Findings<'_>) {
    let name = claim.value.as_str();
    let (message, help) = if ALWAYS.contains(&name) || names::MARKERS.contains(&name) {
        ("this claim is in the context anyway", "take it out")
    } else if ["claims", "principalId", "integrationLatency"].contains(&name) {
        ("the gateway keeps this name for itself", "issue the claim under another name")
    } else if !names::is_plain(name) {
        ("no claim name that comes through every gateway", "write plain characters, no blanks")
    } else {
        return;
    };
    findings.add(Code::ContextClaim, claim.span, message, help);
}
