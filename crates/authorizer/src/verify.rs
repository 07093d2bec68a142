//! Token verification: `cognito-claims` does it, this file says with which pools.
//!
//! [`Verify`] is all that the other rooms see of it.

use std::future::Future;

use cognito_claims::jwks::{AddressError, Https, HttpsError, OnlineVerifier};
use cognito_claims::jwt::{self, KeySetError, VerifyError};
use cognito_claims::{Claims, TokenUse};

use crate::config::Pool;
use crate::denial::Denial;

/// Checks tokens. Time is an argument, in seconds since 1970.
pub trait Verify {
    /// The claims of a token whose signature, issuer, client, use and times are right.
    ///
    /// # Errors
    /// What is wrong with the token; or [`Denial::KeysUnavailable`], and then nothing is known.
    fn verify(
        &self,
        token: &str,
        now: u64,
    ) -> impl Future<Output = Result<Claims<'static>, Denial>>;
}

/// The reader's words are the authorizer's, too.
impl From<VerifyError> for Denial {
    fn from(error: VerifyError) -> Self {
        let is_it = |denial: &&Denial| denial.as_str() == error.code();
        // A check that this program doesn't know yet refuses as well.
        Denial::ALL.iter().find(is_it).copied().unwrap_or(Denial::Claim)
    }
}

/// The configured pools, whose keys are fetched when a token needs them.
///
/// A pool that takes ID tokens and one that takes access tokens have a verifier each.
#[derive(Debug)]
pub struct Pools {
    verifiers: Vec<OnlineVerifier>,
}

/// The pools can't be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// An address from which keys may not be fetched.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// TLS can't be set up.
    #[error(transparent)]
    Https(#[from] HttpsError),
}

impl Pools {
    /// The verifiers of these pools, without any keys yet.
    ///
    /// # Errors
    /// [`SetupError`].
    pub fn new(pools: &[Pool]) -> Result<Self, SetupError> {
        let https = Https::new()?;
        let mut verifiers = Vec::new();
        for token_use in TokenUse::BOTH {
            let mut own = pools.iter().filter(|pool| pool.token_use == token_use).peekable();
            if own.peek().is_none() {
                continue;
            }
            let verifier = match token_use {
                TokenUse::Id => jwt::Verifier::id_token(),
                TokenUse::Access => jwt::Verifier::access_token(),
            };
            let verifier =
                own.fold(verifier, |verifier, pool| verifier.pool(pool.user_pool.clone()));
            verifiers.push(OnlineVerifier::new(verifier, https.clone())?);
        }
        Ok(Self { verifiers })
    }

    /// Gives a pool keys to start from, the text of a key set that is good at the time `as_of`.
    ///
    /// # Errors
    /// The text is no key set.
    pub fn start_with(&self, pool: &Pool, key_set: &str, as_of: u64) -> Result<(), KeySetError> {
        self.verifiers
            .iter()
            .try_for_each(|verifier| verifier.hydrate(&pool.user_pool, key_set, as_of))
    }
}

impl Verify for Pools {
    async fn verify(&self, token: &str, now: u64) -> Result<Claims<'static>, Denial> {
        let mut refused = Denial::Issuer;
        for verifier in &self.verifiers {
            match verifier.verify(token, now).await {
                Ok(claims) => return Ok(claims),
                // Another verifier has other pools.
                Err(VerifyError::Issuer) => {}
                Err(error) => refused = error.into(),
            }
        }
        Err(refused)
    }
}
