//! What the app client's description says against the claims at large.

use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode};
use crate::doctor::diagnosis::Diagnosis;

/// Looks at the app client's description.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    let Some(client) = case.client else { return };
    let causes = &mut found.causes;
    let machine = case.machine();
    let trusted = case.policy.admin_only.iter();
    for attribute in trusted.filter(|name| client.writes(name)) {
        let what = format!(
            "the app client may write the attribute {attribute}, which the policy trusts: \
                 whoever signs in can choose its value"
        );
        let next = format!(
            "take {attribute} out of WriteAttributes (give a list, if there is none), or out \
                 of admin_only"
        );
        causes.push(
            Cause::aside(CauseCode::TrustedAttributeWritable, what, next)
                .because(client.place("WriteAttributes"), "has it, or isn't there"),
        );
    }
    if client.revokes_nothing() {
        let what = "token revocation is off for the app client: its tokens have no jti and \
                        origin_jti, and can't be revoked";
        let next = "set EnableTokenRevocation to true";
        causes.push(
            Cause::aside(CauseCode::RevocationOff, what, next)
                .because(client.place("EnableTokenRevocation"), "false"),
        );
    }
    let machines = client.signs_in_machines();
    if machine == Some(true) && !machines {
        let what = "the app client has neither the client credentials flow nor that of \
                        GetClientToken, so no machine gets a token by it";
        let next = "add client_credentials to AllowedOAuthFlows (it stands alone there), or \
                        ALLOW_CLIENT_TOKEN_AUTH to ExplicitAuthFlows, or use another client";
        causes.push(
            Cause::sure(CauseCode::NoMachineFlow, what, next)
                .because(client.place("AllowedOAuthFlows"), "no client_credentials"),
        );
    }
    let explicit = client.texts("ExplicitAuthFlows");
    let flows = client.texts("AllowedOAuthFlows");
    let in_a_browser = flows.iter().any(|flow| flow == "code" || flow == "implicit");
    let signs_in = in_a_browser || !explicit.is_empty() && !client.user_flows().is_empty();
    if machine == Some(false) && machines && !signs_in {
        let what = "the app client signs in machines only, so no person gets a token by it";
        let next = "use the app client of the app that people use";
        causes.push(
            Cause::sure(CauseCode::NoUserFlow, what, next)
                .because(client.place("AllowedOAuthFlows"), "machines alone"),
        );
    }
}
