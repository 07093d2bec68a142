//! What stands for values that no event tells, as long as the real ones are at most.

/// Stands for an identifier that Cognito makes up at issue.
pub(super) const MADE_UP_ID: &str = "00000000-0000-0000-0000-000000000000";
/// Stands for a time; ten digits until the year 2286.
pub(super) const MADE_UP_TIME: u64 = 1_000_000_000;
/// Fallback names for what an event should have told; as long as real ones are.
pub(super) const TYPICAL_REGION: &str = "ap-southeast-1";
pub(super) const TYPICAL_POOL: &str = "ap-southeast-1_000000000";
pub(super) const TYPICAL_CLIENT: &str = "00000000000000000000000000";
/// The scope of API sign-ins, in events that don't name any.
pub(super) const API_SCOPE: &str = "aws.cognito.signin.user.admin";
/// As long as the longest nonce seen in published tokens.
pub(super) const MADE_UP_NONCE: &str = zeros(&[b'0'; 171]);
pub(super) const MADE_UP_HASH: &str = "0000000000000000000000";
/// A level of authentication of the greatest length; pools may rename them.
/// SPEC: AWS, "Authentication levels with ACR and AMR claims": 1 to 64 characters.
pub(super) const MADE_UP_LEVEL: &str = zeros(&[b'0'; 64]);
/// All methods of a sign-in but the one of federation. SPEC: the same page.
pub(super) const METHODS: [&str; 7] = ["pwd", "otp", "sms", "email_otp", "swk", "hwk", "mfa"];
pub(super) const FEDERATION: &str = "fed";
/// An audience of the greatest length that a token is bound to or exchanged for: an address, whose
/// slashes are escaped.
/// SPEC: AWS, Cognito API reference, GetDerivedToken; RFC 8707.
pub(super) const MADE_UP_AUDIENCE: &str = concat!(
    "////////////////",
    "000000000000000000000000000000000000000000000000000000000000",
    "000000000000000000000000000000000000000000000000000000000000",
    "000000000000000000000000000000000000000000000000000000000000",
    "000000000000000000000000000000000000000000000000000000000000",
);
/// The longest `sub` that is counted with for somebody who acts for the person.
pub(super) const MADE_UP_ACTOR: &str = zeros(&[b'0'; 128]);
/// The second form of the issuer has the prefix `issuer-`, seven bytes more.
pub(super) const ISSUER_PREFIX: usize = 7;

const fn zeros(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(zeros) => zeros,
        Err(_) => "",
    }
}
