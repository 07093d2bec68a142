//! The header in which a token comes.

/// What follows the scheme `Bearer` and a blank in the value of a header `authorization`, or `None`
/// for another scheme and for a token alone.
///
/// ```
/// use cognito_claims::bearer_token;
/// assert_eq!(bearer_token("bearer e30.e30.c2ln"), Some("e30.e30.c2ln"));
/// assert_eq!(bearer_token("Basic e30="), None);
/// ```
///
/// SPEC: RFC 6750 section 2.1; RFC 9110 section 11.1: the name of the scheme has no case.
pub fn bearer_token(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token)
}
