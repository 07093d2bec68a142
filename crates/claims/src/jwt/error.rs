//! Why a token doesn't verify: one variant for each check.

/// Why a token doesn't verify.
///
/// The text says what was expected and is safe for logs: nothing of the token is in it. Callers
/// get the coarser [`Refusal`](crate::Refusal) that it turns into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// More bytes than [`TOKEN_LIMIT`](super::TOKEN_LIMIT); nothing was parsed.
    #[error("the token is longer than {} bytes", crate::limits::TOKEN_LIMIT)]
    TooLong,
    /// Not three segments of canonical base64url.
    #[error("the token is not three segments of base64url without padding")]
    Malformed,
    /// The header is no JSON object, or one of its members has another type.
    #[error("the header is not a JSON object with texts in `alg` and `kid`")]
    Header,
    /// A name stands twice in the header.
    #[error("the header has a name twice")]
    DuplicateHeader,
    /// Another algorithm than Cognito's.
    #[error("header `alg` is not `RS256`")]
    Algorithm,
    /// The header asks for something that Cognito never asks for: a critical extension, a key or
    /// certificate of its own, encryption or compression.
    #[error("the header has a member that no token of Cognito has")]
    HeaderMember,
    /// The header names no key.
    #[error("header `kid` is missing")]
    NoKeyId,
    /// The payload is no JSON object.
    #[error("the payload is not a JSON object")]
    Payload,
    /// A name stands twice in the payload, at any depth.
    #[error("the payload has a name twice")]
    DuplicateClaim,
    /// The issuer is none of the verifier's user pools.
    #[error("claim `iss` is not the issuer of a user pool that is accepted here")]
    Issuer,
    /// The pool has no such key.
    #[error("header `kid` names no key of the user pool")]
    UnknownKey,
    /// The pool's keys aren't at hand and can't be had at the moment.
    #[error("the keys of the user pool are not available")]
    KeysUnavailable,
    /// The signature is not the pool's.
    #[error("the signature is not the user pool's")]
    Signature,
    /// The other token, or neither.
    #[error("claim `token_use` is not {expected}")]
    TokenUse {
        /// What was expected, in backticks.
        expected: &'static str,
    },
    /// The token was issued to an app client that isn't listed.
    #[error("claim `{claim}` is not an app client that is accepted here")]
    Client {
        /// The claim that names the app client of such a token.
        claim: &'static str,
    },
    /// `exp` is past.
    #[error("claim `exp` is past")]
    Expired,
    /// `nbf` is to come.
    #[error("claim `nbf` is in the future")]
    NotYetValid,
    /// `iat` is to come.
    #[error("claim `iat` is in the future")]
    IssuedInFuture,
    /// A claim that each token has is missing or is of another type.
    #[error("claim `{claim}` is not {expected}")]
    Claim {
        /// The claim's name.
        claim: &'static str,
        /// What it should be.
        expected: &'static str,
    },
}

impl VerifyError {
    /// The stable word for the failed check, for logs and metrics.
    pub const fn code(&self) -> &'static str {
        match self {
            VerifyError::TooLong => "too_long",
            VerifyError::Malformed => "malformed",
            VerifyError::Header => "header",
            VerifyError::DuplicateHeader => "duplicate_header",
            VerifyError::Algorithm => "algorithm",
            VerifyError::HeaderMember => "header_member",
            VerifyError::NoKeyId => "no_key_id",
            VerifyError::Payload => "payload",
            VerifyError::DuplicateClaim => "duplicate_claim",
            VerifyError::Issuer => "issuer",
            VerifyError::UnknownKey => "unknown_key",
            VerifyError::KeysUnavailable => "keys_unavailable",
            VerifyError::Signature => "signature",
            VerifyError::TokenUse { .. } => "token_use",
            VerifyError::Client { .. } => "client",
            VerifyError::Expired => "expired",
            VerifyError::NotYetValid => "not_yet_valid",
            VerifyError::IssuedInFuture => "issued_in_future",
            VerifyError::Claim { .. } => "claim",
        }
    }
}
