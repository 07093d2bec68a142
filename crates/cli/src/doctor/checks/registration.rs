//! App clients that nobody wrote down: programs that register themselves at the pool.
//!
//! A token doesn't show how its app client came to be, so only a list of app clients keeps them out.
//!
//! SPEC: AWS, "Dynamic client registration"; Amazon Cognito API reference, `DcrConfigurationType`.

use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode};
use crate::doctor::described::Registration;
use crate::doctor::diagnosis::Diagnosis;

/// Looks at who may register, and at whom the policy serves.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    if case.policy.app_clients.is_some() {
        return;
    }
    let registration = case.pool.and_then(|pool| Some((pool, pool.registers_clients()?)));
    let client = case.client.filter(|client| client.registered_itself());
    let (how, place) = match (registration, client) {
        (Some((pool, Registration::Open)), _) => {
            ("anybody may register an app client at the pool", pool.place("DcrConfiguration"))
        }
        (Some((pool, Registration::WithToken)), _) => (
            "whoever has a token for it may register an app client at the pool",
            pool.place("DcrConfiguration"),
        ),
        (None, Some(client)) => ("the app client registered itself", client.place("ClientType")),
        (None, None) => return,
    };
    let scopes = &case.policy.any_client.access.add_scopes;
    let granted = if scopes.is_empty() {
        ""
    } else {
        ", and with scopes of add_scopes, which AllowedScopes doesn't bound"
    };
    let what = format!(
        "{how}, and the policy serves every app client: its tokens come with your claims{granted}"
    );
    let next = "name the app clients that you wrote down in [pool] app_clients; a token doesn't show \
                how its client was registered";
    let mut cause = Cause::aside(CauseCode::AnyClientRegisters, what, next);
    cause = cause.because(place, "clients register themselves");
    if !scopes.is_empty() {
        cause = cause.because(
            case.lines.place(&["tokens", "access", "add_scopes"]),
            format!("{} for every app client", crate::terminal::count(scopes.len(), "scope")),
        );
    }
    found.causes.push(cause);
}
