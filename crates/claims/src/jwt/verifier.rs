//! [`Verifier`]: which tokens are accepted, and checking one.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::cache::{Cache, Remembered};
use super::times::Times;
use super::token::Parts;
use super::{
    error::VerifyError,
    keys::{KeySet, KeySource},
};
use crate::claims::Claimed;
use crate::limits::TOKEN_LIMIT;
use crate::{claims::Claims, door::Door, token_use::TokenUse, user_pool::UserPool};

/// Which tokens are accepted: the kind, the user pools and their app clients, and the leeway.
#[derive(Debug)]
#[must_use = "a verifier does nothing until it verifies a token"]
pub struct Verifier {
    token_use: Option<TokenUse>,
    // INVARIANT: pools are added at the end and never go, so that a remembered token's stays its
    // own.
    pools: Vec<UserPool>,
    leeway: u64,
    cache: Option<Cache>,
}

impl Verifier {
    /// Accepts access tokens, which is what an API accepts.
    pub fn access_token() -> Self {
        Self::new(Some(TokenUse::Access))
    }

    /// Accepts ID tokens. They tell an app who signed in and are no key to an API.
    pub fn id_token() -> Self {
        Self::new(Some(TokenUse::Id))
    }

    /// Accepts either token. Who gets an ID token could then use it as a key to the API, so think
    /// twice.
    pub fn either_token() -> Self {
        Self::new(None)
    }

    fn new(token_use: Option<TokenUse>) -> Self {
        Self { token_use, pools: Vec::new(), leeway: 0, cache: None }
    }

    /// Accepts tokens of this pool as well. Of two pools with one issuer the first one counts.
    pub fn pool(mut self, pool: UserPool) -> Self {
        self.pools.push(pool);
        self
    }

    /// Accepts a token for so many seconds after `exp` and before `nbf`. None by default.
    ///
    /// `iat` may always lie as far ahead as the clocks of AWS and of this machine may differ:
    /// [`CLOCK_LEEWAY`](crate::CLOCK_LEEWAY) seconds, or these if they are more.
    pub fn leeway(self, seconds: u64) -> Self {
        Self { leeway: seconds, ..self }
    }

    /// Remembers up to so many verified tokens, and two at least, so that the signature of one that
    /// comes again is not checked again. None by default.
    ///
    /// A token is remembered as a whole, signature included; its times are checked whenever it
    /// comes, and it is forgotten when its pool's key set changes. What failed is never
    /// remembered. A remembered token takes its own length and its claims as JSON values, which for
    /// a token of the greatest length may be some hundreds of KB.
    pub fn cache(self, tokens: usize) -> Self {
        Self { cache: (tokens > 0).then(|| Cache::new(tokens)), ..self }
    }

    /// The pools whose tokens are accepted.
    pub fn pools(&self) -> &[UserPool] {
        &self.pools
    }

    /// Verifies a token, bare: [`bearer_token`](crate::bearer_token) takes it out of its header.
    /// `now` is in seconds since 1970.
    ///
    /// # Errors
    /// The first check that failed.
    pub fn verify(
        &self,
        token: &str,
        keys: &(impl KeySource + ?Sized),
        now: u64,
    ) -> Result<Claims<'static>, VerifyError> {
        if let Some(claims) = self.remembered(token, keys, now)? {
            return Ok(claims);
        }
        let opened = self.open(token)?;
        let keys = keys
            .key_set(opened.pool, &opened.parts.key_id, now)
            .ok_or(VerifyError::KeysUnavailable)?;
        self.close(opened, &keys, now)
    }

    /// A token that was verified before and still holds.
    ///
    /// # Errors
    /// One that was verified before and holds no longer.
    pub(crate) fn remembered(
        &self,
        token: &str,
        keys: &(impl KeySource + ?Sized),
        now: u64,
    ) -> Result<Option<Claims<'static>>, VerifyError> {
        let Some(entry) = self.cache.as_ref().and_then(|cache| cache.find(token)) else {
            return Ok(None);
        };
        let pool = self.pools.get(entry.pool);
        let current = pool.and_then(|pool| keys.key_set(pool, &entry.key_id, now));
        if !current.is_some_and(|current| current.is(&entry.keys)) {
            return Ok(None);
        }
        entry.times.check(now, self.leeway)?;
        Ok(Some(claims(entry.payload)))
    }

    /// Takes a token apart and finds out whose it says it is. Nothing is verified.
    pub(crate) fn open<'a>(&'a self, token: &'a str) -> Result<Opened<'a>, VerifyError> {
        if token.len() > TOKEN_LIMIT {
            return Err(VerifyError::TooLong);
        }
        let parts = Parts::of(token)?;
        let issuer = parts.payload.get("iss").and_then(Value::as_str).ok_or(VerifyError::Issuer)?;
        let mut pools = self.pools.iter().enumerate();
        let found = pools.find_map(|(index, pool)| {
            let place = pool.issuers().iter().position(|own| own == issuer)?;
            Some((index, pool, place))
        });
        let (index, pool, issuer) = found.ok_or(VerifyError::Issuer)?;
        Ok(Opened { token, parts, index, pool, issuer })
    }

    /// Verifies a token that was taken apart, with the keys of its pool.
    pub(crate) fn close(
        &self,
        opened: Opened<'_>,
        keys: &KeySet,
        now: u64,
    ) -> Result<Claims<'static>, VerifyError> {
        let Opened { token, parts, index, pool, .. } = opened;
        let key = keys.key(&parts.key_id).ok_or(VerifyError::UnknownKey)?;
        key.verify_sig(parts.message.as_bytes(), &parts.signature)
            .map_err(|_| VerifyError::Signature)?;

        let payload = parts.payload;
        let token_use = self.token_use_of(&payload)?;
        check_client(&payload, token_use, pool)?;
        let times = Times::of(&payload)?;
        times.check(now, self.leeway)?;
        check_forms(&payload)?;

        let payload = Arc::new(payload);
        if let Some(cache) = &self.cache {
            let key_id = Arc::from(&*parts.key_id);
            let entry = Remembered { pool: index, key_id, keys: keys.clone(), times, payload };
            cache.keep(token, entry.clone());
            return Ok(claims(entry.payload));
        }
        Ok(claims(payload))
    }

    /// SPEC: AWS, "Verifying JSON web tokens": `token_use` is `id` or `access`.
    fn token_use_of(&self, payload: &Map<String, Value>) -> Result<TokenUse, VerifyError> {
        let claimed = text(payload, "token_use");
        let known = TokenUse::BOTH.into_iter().find(|kind| claimed == Some(kind.as_str()));
        known.filter(|kind| self.token_use.is_none_or(|wanted| wanted == *kind)).ok_or(
            VerifyError::TokenUse {
                expected: match self.token_use {
                    Some(TokenUse::Access) => "`access`",
                    Some(TokenUse::Id) => "`id`",
                    None => "`id` or `access`",
                },
            },
        )
    }
}

/// A token that says whose it is.
pub(crate) struct Opened<'a> {
    token: &'a str,
    parts: Parts<'a>,
    index: usize,
    pool: &'a UserPool,
    #[cfg_attr(not(feature = "jwks"), expect(dead_code, reason = "only who fetches keys asks"))]
    issuer: usize,
}

#[cfg(feature = "jwks")]
impl Opened<'_> {
    /// The place of the pool among the verifier's.
    pub(crate) fn pool(&self) -> usize {
        self.index
    }

    /// The place of the issuer among the pool's.
    pub(crate) fn issuer(&self) -> usize {
        self.issuer
    }

    pub(crate) fn key_id(&self) -> &str {
        &self.parts.key_id
    }
}

/// SPEC: AWS, "Verifying JSON web tokens": the app client is `client_id` of an access token and
/// `aud` of an ID token. The `aud` of an access token bound to a resource is something else.
fn check_client(
    payload: &Map<String, Value>,
    token_use: TokenUse,
    pool: &UserPool,
) -> Result<(), VerifyError> {
    let claim = match token_use {
        TokenUse::Access => "client_id",
        TokenUse::Id => "aud",
    };
    match text(payload, claim) {
        Some(client) if !client.is_empty() && pool.accepts(client) => Ok(()),
        _ => Err(VerifyError::Client { claim }),
    }
}

/// SPEC: RFC 7519 sections 4.1.2, 4.1.3 and 4.1.7, RFC 8693 section 4.2. AWS, "Understanding the
/// identity (ID) token": each token has a `sub`.
fn check_forms(payload: &Map<String, Value>) -> Result<(), VerifyError> {
    let wrong = |claim, expected| Err(VerifyError::Claim { claim, expected });
    if text(payload, "sub").is_none_or(str::is_empty) {
        return wrong("sub", "a text");
    }
    for claim in ["jti", "scope"] {
        if payload.get(claim).is_some_and(|value| !value.is_string()) {
            return wrong(claim, "a text");
        }
    }
    match payload.get("aud") {
        None | Some(Value::String(_)) => Ok(()),
        Some(Value::Array(all)) if all.iter().all(Value::is_string) => Ok(()),
        Some(_) => wrong("aud", "a text or a list of texts"),
    }
}

fn text<'p>(payload: &'p Map<String, Value>, claim: &str) -> Option<&'p str> {
    payload.get(claim).and_then(Value::as_str)
}

fn claims(payload: Arc<Map<String, Value>>) -> Claims<'static> {
    Claims::new(Door::Token, Claimed::Shared(payload))
}
