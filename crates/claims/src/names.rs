//! Every claim name of the contract, once, and the names that only Cognito may write.
//!
//! Pure data, which writer and readers share, so that the two can never disagree about a name.

/// The organisation that the token acts in. Text.
pub const ORG_ID: &str = "org_id";
/// What the organisation has paid for. Text; an open set of words.
pub const ORG_TIER: &str = "org_tier";
/// The features that are on, in one of the forms of [`Encoding`](crate::encoding::Encoding).
pub const FEATURE_FLAGS: &str = "feature_flags";
/// What somebody is in the organisation. A list of plain words.
pub const ROLES: &str = "roles";
/// What somebody may do in the organisation. A list of plain words.
pub const PERMISSIONS: &str = "permissions";
/// All organisations of a person, for showing: a list of objects with `id` and `name`, or of ids.
pub const ORGANISATIONS: &str = "organisations";
/// Marker: names of claims that belong in this token but were left out by a fault or the budget,
/// sorted and parted by commas. Absent when nothing was left out.
pub const CLAIMS_OMITTED: &str = "claims_omitted";

/// Marker: the data behind this token may be older than it, because the table could not be read.
/// A number: when the oldest of it was read, in seconds since 1970-01-01T00:00:00Z (NumericDate,
/// RFC 7519, section 2). Absent when nothing was stale.
pub const CLAIMS_AS_OF: &str = "claims_as_of";

/// Marker: names of list claims of which this token holds only the beginning, sorted and parted by
/// commas. Absent when every list is whole.
pub const CLAIMS_CUT: &str = "claims_cut";

/// Marker names that the trigger writes itself and that no other claim can have.
pub const MARKERS: [&str; 3] = [CLAIMS_OMITTED, CLAIMS_AS_OF, CLAIMS_CUT];

/// Longest name of a claim that the trigger writes, in bytes.
pub const NAME_LIMIT: usize = 128;

/// Why the trigger can't write a claim of some name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reserved {
    /// Cognito writes the claim and ignores or refuses ours.
    Cognito,
    /// The audience: the trigger may only set it to the app client id.
    Audience,
    /// Groups, roles and preferred role change through the group override only.
    Groups,
    /// Scopes change through the lists of scopes only.
    Scope,
    /// The whole prefix `cognito:` is Cognito's.
    CognitoPrefix,
    /// The whole prefix `dev:` can't be written, only suppressed.
    DeveloperPrefix,
    /// A session at the issuer: `sid`.
    Session,
    /// Who may act for the person: `may_act`.
    MayAct,
    /// The key that the token is bound to: `cnf`.
    Confirmation,
    /// A marker that the trigger writes itself.
    Marker,
}

impl Reserved {
    /// What is wrong with the name: a fragment, without the name.
    pub const fn problem(self) -> &'static str {
        match self {
            Reserved::Cognito => "is written by Cognito alone and can't be changed by a trigger",
            Reserved::Audience => "can only be set to the app client id",
            Reserved::Groups => "belongs to the groups and changes only together with them",
            Reserved::Scope => "holds the scopes and changes only through their lists",
            Reserved::CognitoPrefix => "has the prefix `cognito:`, which is Cognito's own",
            Reserved::DeveloperPrefix => "has the prefix `dev:`, which a trigger can't write",
            Reserved::Session => "names a session at the issuer, and a trigger knows none",
            Reserved::MayAct => {
                "says who may act for the person, and readers take that for the issuer's word"
            }
            Reserved::Confirmation => {
                "binds the token to a key, and only the issuer can have seen its proof"
            }
            Reserved::Marker => "is a marker that Claimsmith writes itself",
        }
    }
}

/// Claims that Cognito owns in either token.
///
/// SPEC: AWS, "Pre token generation Lambda trigger", the table of claims that can and can't be
/// changed. It marks rows by name and not always by token, so the rule here is the union.
///
/// That list is older than token exchange, which made `act` Cognito's own (AWS, Cognito API
/// reference, GetDerivedToken).
const COGNITO_OWNS: [&str; 21] = [
    "acr",
    "act",
    "amr",
    "at_hash",
    "auth_time",
    "azp",
    "client_id",
    "cognito:username",
    "device_key",
    "event_id",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
    "username",
];

/// Why `name` can't be added or overridden in either token, or `None` if it can.
pub fn reserved_to_add(name: &str) -> Option<Reserved> {
    if MARKERS.contains(&name) {
        Some(Reserved::Marker)
    } else if name.starts_with("dev:") {
        Some(Reserved::DeveloperPrefix)
    } else {
        owned_by_cognito(name)
    }
}

/// Why `name` can't be suppressed in either token, or `None` if it can.
///
/// `cognito:groups` can: AWS documents it as the way to drop groups, roles and preferred role.
pub fn reserved_to_suppress(name: &str) -> Option<Reserved> {
    if name == "cognito:groups" {
        None
    } else if MARKERS.contains(&name) {
        Some(Reserved::Marker)
    } else {
        owned_by_cognito(name)
    }
}

fn owned_by_cognito(name: &str) -> Option<Reserved> {
    match name {
        "aud" => Some(Reserved::Audience),
        // SPEC: AWS, "Control access to HTTP APIs with JWT authorizers": `scp` counts as scopes too,
        // so one that is added would open routes.
        "scope" | "scp" => Some(Reserved::Scope),
        "version" => Some(Reserved::Cognito),
        // SPEC: OpenID Connect Front-Channel Logout 1.0, section 3; RFC 8693, section 4.4; RFC 7800,
        // section 3.1. Nobody must take ours for Cognito's.
        "sid" => Some(Reserved::Session),
        "may_act" => Some(Reserved::MayAct),
        "cnf" => Some(Reserved::Confirmation),
        "cognito:groups" | "cognito:roles" | "cognito:preferred_role" => Some(Reserved::Groups),
        _ if COGNITO_OWNS.contains(&name) => Some(Reserved::Cognito),
        _ if name.starts_with("cognito:") => Some(Reserved::CognitoPrefix),
        _ => None,
    }
}

/// ID token claims for which Cognito refuses anything but plain text, numbers and booleans.
///
/// SPEC: AWS, "Pre token generation Lambda trigger": complex values aren't accepted for these.
pub fn scalar_only_in_id_token(name: &str) -> bool {
    matches!(name, "phone_number_verified" | "email_verified" | "updated_at" | "address")
}

/// Whether a name is short and plain enough to stand in the marker [`CLAIMS_OMITTED`] and to come
/// through every front door: 1 to [`NAME_LIMIT`] printable ASCII characters without a blank,
/// comma, quote, backslash, bracket or brace.
pub fn is_plain(name: &str) -> bool {
    (1..=NAME_LIMIT).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_graphic() && !b",\"\\[]{}<>'`".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cognito_claims_are_reserved_both_ways() {
        for name in COGNITO_OWNS.iter().chain(&[
            "version",
            "aud",
            "scope",
            "scp",
            "sid",
            "may_act",
            "cnf",
            "cognito:mfa",
        ]) {
            assert!(reserved_to_add(name).is_some(), "{name} can be added");
            assert!(reserved_to_suppress(name).is_some(), "{name} can be suppressed");
        }
    }

    #[test]
    fn groups_can_be_suppressed_but_never_added() {
        assert_eq!(reserved_to_add("cognito:groups"), Some(Reserved::Groups));
        assert_eq!(reserved_to_suppress("cognito:groups"), None);
        assert_eq!(reserved_to_suppress("cognito:roles"), Some(Reserved::Groups));
    }

    #[test]
    fn developer_attributes_can_be_suppressed_but_never_added() {
        assert_eq!(reserved_to_add("dev:x"), Some(Reserved::DeveloperPrefix));
        assert_eq!(reserved_to_suppress("dev:x"), None);
    }

    #[test]
    fn ordinary_names_are_free() {
        for name in [ORG_ID, ORG_TIER, FEATURE_FLAGS, "email", "custom:x", "https://a.example/x"] {
            assert_eq!(reserved_to_add(name), None, "{name}");
            assert_eq!(reserved_to_suppress(name), None, "{name}");
            assert!(is_plain(name), "{name}");
        }
    }

    #[test]
    fn names_that_would_break_a_list_are_not_plain() {
        for name in ["", "a b", "a,b", "a\"", "[a]", "naïve", "a\n", &"x".repeat(129)] {
            assert!(!is_plain(name), "{name:?}");
        }
    }
}
