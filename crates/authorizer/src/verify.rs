//! The narrow door to token verification: `cognito-claims` does the work behind it.

use std::future::Future;

use serde_json::{Map, Value};

/// Checks tokens. Time is an argument, in seconds since 1970.
pub trait Verifier {
    /// The payload of a token whose signature, issuer, client, use and times are right.
    ///
    /// # Errors
    /// Why it can't be had.
    fn verify(
        &self,
        token: &str,
        now: u64,
    ) -> impl Future<Output = Result<Map<String, Value>, Unverified>>;
}

/// Why there are no claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unverified {
    /// The token is not good, for the reason with this stable word. Another one might be.
    Refused(&'static str),
    /// The keys can't be had, so nothing is known about the token.
    KeysUnavailable,
}
