//! Verifies tokens with key sets that are fetched from the user pools and kept.
//!
//! ```no_run
//! use cognito_claims::jwks::{Https, OnlineVerifier};
//! use cognito_claims::UserPool;
//! use cognito_claims::jwt::Verifier;
//!
//! # async fn example(token: &str, now: u64) -> Result<(), Box<dyn std::error::Error>> {
//! let pool = UserPool::new("eu-west-1_EXAMPLE")?.clients(["1example23456789"]);
//! let verifier = OnlineVerifier::new(Verifier::access_token().pool(pool), Https::new()?)?;
//!
//! let claims = verifier.verify(token, now).await?;
//! println!("{}", claims.org_id()?);
//! # Ok(()) }
//! ```
//!
//! Keys are fetched when a token needs them and never in the background: a Lambda is frozen between
//! two events, and a timer in it fires late or never. All waiting is measured against the time that
//! the caller gives.
//!
//! - **One fetch at a time** for each pool, however many requests wait for it.
//! - **Unknown `kid`**: the set is fetched again, so that a new key of the pool works at once. If
//!   it has no such key, the next fetch for such a reason waits [`KeyRefresh::pause`], so that made-up
//!   tokens can't make a flood.
//! - **Old keys** are fetched anew after [`KeyRefresh::refresh_after`]. While that fails, the old ones
//!   serve until [`KeyRefresh::keep_for`].
//! - **A failed fetch** isn't repeated at once: the next one waits 2, 4, 8 seconds, up to
//!   [`KeyRefresh::pause`].
//! - The address comes from configuration alone; nothing of a token is ever in it. Redirects aren't
//!   followed, an answer has at most [`KeyRefresh::largest`] bytes and takes at most [`KeyRefresh::timeout`].
//!
//! A token that names no key of its pool is [`VerifyError::UnknownKey`] (401); where
//! that can't be told, because the keys can't be fetched, it is [`VerifyError::KeysUnavailable`] (503).

mod fetch;
mod https;
mod refresh;
mod store;

use tokio::time::Instant;

pub use fetch::{AddressError, FetchError, Transport};
pub use https::{Https, HttpsError};
pub use refresh::KeyRefresh;

use crate::jwt::{KeySet, KeySetError, KeySource, Verifier, VerifyError};
use crate::{claims::Claims, user_pool::UserPool};
use fetch::Address;
use store::{Next, Store};

/// A [`Verifier`] that fetches the keys it needs.
#[derive(Debug)]
#[must_use = "a verifier does nothing until it verifies a token"]
pub struct OnlineVerifier<T = Https> {
    verifier: Verifier,
    pools: Vec<PoolStore>,
    transport: T,
    refresh: KeyRefresh,
}

#[derive(Debug)]
struct PoolStore {
    address: Address,
    store: Store,
    /// Whoever has it fetches. If it is dropped in between, the next one in line does.
    turn: tokio::sync::Mutex<()>,
}

impl<T: Transport> OnlineVerifier<T> {
    /// A verifier without any keys yet.
    ///
    /// # Errors
    /// A pool's keys have an address that no keys may be fetched from.
    pub fn new(verifier: Verifier, transport: T) -> Result<Self, AddressError> {
        let stored = |pool: &UserPool| {
            let address = Address::parse(pool.keys_url())?;
            Ok(PoolStore { address, store: Store::default(), turn: tokio::sync::Mutex::new(()) })
        };
        let pools = verifier.pools().iter().map(stored).collect::<Result<_, _>>()?;
        Ok(Self { verifier, pools, transport, refresh: KeyRefresh::default() })
    }

    /// The same, with keys that are refreshed otherwise.
    pub fn key_refresh(self, refresh: KeyRefresh) -> Self {
        Self { refresh, ..self }
    }

    /// Gives a pool its keys without a fetch, such as a set that is part of the application.
    ///
    /// They count as fetched at `as_of`, in seconds since 1970: give the present time, and they
    /// serve for [`KeyRefresh::refresh_after`] without a fetch; give the time at which the set was made,
    /// and they are as old as they are. A time more than a minute ahead makes them too old to use.
    /// Pools are told apart by their issuer; a pool that the verifier hasn't is ignored.
    ///
    /// # Errors
    /// [`KeySetError`].
    pub fn hydrate(&self, pool: &UserPool, jwks: &str, as_of: u64) -> Result<(), KeySetError> {
        let keys = KeySet::parse(jwks)?;
        if let Some(index) = self.index(pool)
            && let Some(own) = self.pools.get(index)
        {
            own.store.put(keys, as_of);
        }
        Ok(())
    }

    /// Fetches the keys of all pools that have none or old ones, one pool after the other, for a
    /// cold start that is not counted. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// [`VerifyError::KeysUnavailable`]: the keys of at least one pool can't be had.
    pub async fn fetch_keys(&self, now: u64) -> Result<(), VerifyError> {
        let mut all = Ok(());
        for pool in &self.pools {
            // One pool that is away keeps no other from its keys.
            all = all.and(self.keys(pool, None, now).await.map(drop));
        }
        all
    }

    /// Verifies a token, bare ([`bearer_token`](crate::bearer_token) takes it out of its header),
    /// and fetches keys if it has to. `now` is in seconds since 1970.
    ///
    /// # Errors
    /// The first check that failed.
    pub async fn verify(&self, token: &str, now: u64) -> Result<Claims<'static>, VerifyError> {
        if let Some(claims) = self.verifier.remembered(token, &Fresh(self), now)? {
            return Ok(claims);
        }
        let opened = self.verifier.open(token)?;
        let pool = self.pools.get(opened.pool()).ok_or(VerifyError::Issuer)?;
        let keys = self.keys(pool, Some(opened.key_id()), now).await?;
        self.verifier.close(opened, &keys, now)
    }

    /// Verifies a token with the keys that are at hand; waits for nothing and fetches nothing.
    ///
    /// # Errors
    /// The first check that failed. [`VerifyError::UnknownKey`] and
    /// [`VerifyError::KeysUnavailable`] say that [`OnlineVerifier::verify`] might do better.
    pub fn verify_at_hand(&self, token: &str, now: u64) -> Result<Claims<'static>, VerifyError> {
        self.verifier.verify(token, self, now)
    }

    /// The keys of a pool that may be used now, with a certain one among them if there is such a
    /// key at all.
    async fn keys(
        &self,
        pool: &PoolStore,
        key_id: Option<&str>,
        now: u64,
    ) -> Result<KeySet, VerifyError> {
        let next = |now| pool.store.next(key_id, now, &self.refresh);
        let came = Instant::now();
        let turn = match next(now) {
            Next::Use(keys) => return Ok(keys),
            Next::Refuse(error) => return Err(error),
            // Somebody else fetches already; until they are done the old keys are good enough.
            Next::Fetch { meanwhile: Some(keys) } => match pool.turn.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(keys),
            },
            Next::Fetch { meanwhile: None } => pool.turn.lock().await,
        };
        // Whoever had the turn before may have brought what is needed, or have begun a pause. Both
        // are counted from the end of that fetch, so the time that has passed counts too.
        let now = now.saturating_add(came.elapsed().as_secs());
        match next(now) {
            Next::Use(keys) => return Ok(keys),
            Next::Refuse(error) => return Err(error),
            Next::Fetch { .. } => {}
        }
        let fetched = fetch::key_set(&self.transport, &pool.address, &self.refresh).await;
        let settled = pool.store.settle(fetched, key_id, now, &self.refresh);
        drop(turn);
        settled
    }

    fn index(&self, pool: &UserPool) -> Option<usize> {
        self.verifier.pools().iter().position(|own| own.issuer() == pool.issuer())
    }

    fn store(&self, pool: &UserPool) -> Option<&Store> {
        self.pools.get(self.index(pool)?).map(|own| &own.store)
    }
}

/// The keys at hand, while they may be used.
impl<T: Transport> KeySource for OnlineVerifier<T> {
    fn key_set(&self, pool: &UserPool, now: u64) -> Option<KeySet> {
        self.store(pool)?.at_hand(now, self.refresh.keep_for)
    }
}

/// The keys at hand that needn't be fetched anew: what a remembered token is held against, so that
/// remembering doesn't keep old keys in use.
struct Fresh<'v, T>(&'v OnlineVerifier<T>);

impl<T: Transport> KeySource for Fresh<'_, T> {
    fn key_set(&self, pool: &UserPool, now: u64) -> Option<KeySet> {
        self.0.store(pool)?.at_hand(now, self.0.refresh.refresh_after)
    }
}
