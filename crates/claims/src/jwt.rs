//! Verifies a user pool's tokens against keys that the caller has, at a time that the caller says.
//!
//! ```
//! use cognito_claims::UserPool;
//! use cognito_claims::jwt::{KeySet, PoolKeys, Verifier};
//!
//! # fn example(jwks: &str, token: &str, now: u64) -> Result<(), Box<dyn std::error::Error>> {
//! let pool = UserPool::new("eu-west-1_EXAMPLE")?.clients(["1example23456789"]);
//! let keys = PoolKeys::new().with(&pool, KeySet::parse(jwks)?);
//! let verifier = Verifier::access_token().pool(pool);
//!
//! let claims = verifier.verify(token, &keys, now)?;
//! println!("{}", claims.org_id()?);
//! # Ok(()) }
//! ```
//!
//! Nothing in here waits, fetches or looks at a clock; `jwks` (feature `jwks`) does the fetching.
//! Which of the two tokens is meant is the verifier's constructor, and an app client that isn't
//! listed is refused, so neither can be forgotten.
//!
//! What is checked, in this order, each with its own [`VerifyError`]: length, form, header
//! (`alg` is RS256, nothing critical, a `kid`), payload (an object without duplicate names), `iss`,
//! the key, the signature, `token_use`, `client_id` or `aud`, `exp`, `nbf`, `iat`, `sub`.
//! Errors about claims other than `iss` are thus only ever told about tokens that the pool signed.
//!
//! What can't be checked here is revocation: a token is good until it expires.

mod cache;
mod error;
mod keys;
mod times;
mod token;
mod verifier;

pub use error::VerifyError;
pub use keys::{KeySet, KeySetError, KeySource, PoolKeys};
pub use verifier::Verifier;

pub use crate::limits::TOKEN_LIMIT;
