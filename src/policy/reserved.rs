//! What to write instead of a claim name that a policy can't have.

use cognito_claims::names::Reserved;

/// A fragment for a finding.
pub const fn help(reserved: Reserved) -> &'static str {
    match reserved {
        Reserved::Cognito | Reserved::Session | Reserved::MayAct | Reserved::Confirmation => {
            "choose another name, such as one with a prefix of your own"
        }
        Reserved::Audience => "write `aud = \"client_id\"` in [tokens.access]",
        Reserved::Groups => {
            "use the section [groups]; to drop groups and roles, suppress `cognito:groups`"
        }
        Reserved::Scope => "use `add_scopes` and `suppress_scopes` in [tokens.access]",
        Reserved::CognitoPrefix => "choose a name without this prefix",
        Reserved::DeveloperPrefix => "choose a name without this prefix, such as `custom:…`",
        Reserved::Marker => "choose another name",
    }
}
