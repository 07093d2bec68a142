//! Attributes that the file says only administrators write, and that people may write in most pools.

use std::collections::BTreeSet;

/// Standard attributes that people may write for themselves through any app client whose
/// `WriteAttributes` doesn't leave them out. The others (`sub`, and whether an address is verified)
/// are never theirs to write.
/// SPEC: OpenID Connect Core 1.0, section 5.1; AWS, Cognito API reference, `UserPoolClientType`.
const USER_WRITABLE: [&str; 17] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];

/// Whether a claim has the name of a user attribute, which Cognito itself writes into ID tokens.
pub fn is_user_attribute(claim: &str) -> bool {
    let verified = ["email_verified", "phone_number_verified"];
    USER_WRITABLE.contains(&claim) || verified.contains(&claim) || claim.starts_with("custom:")
}

/// Those of `admin_only` that people may write for themselves in most pools.
pub(super) fn writable(admin_only: &[String]) -> BTreeSet<String> {
    admin_only.iter().filter(|name| USER_WRITABLE.contains(&name.as_str())).cloned().collect()
}
