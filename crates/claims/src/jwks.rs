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
//! - **Several places**: a pool by its id has a place of keys for each of its issuers. A token's
//!   keys come from the place of its own issuer; if that fails or hasn't the key, the others are
//!   asked, each under the rules above. Whether a pool's places have the same keys is not verified on
//!   AWS; so it is right either way.
//! - The addresses come from configuration alone; nothing of a token is ever in one. Redirects aren't
//!   followed, an answer has at most [`KeyRefresh::largest`] bytes and takes at most [`KeyRefresh::timeout`].
//!
//! A token that names no key of its pool is [`VerifyError::UnknownKey`] (401); where
//! that can't be told, because the keys can't be fetched, it is [`VerifyError::KeysUnavailable`] (503).

mod fetch;
mod https;
mod refresh;
mod store;

use std::time::Duration;

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
    pools: Vec<PoolHosts>,
    transport: T,
    refresh: KeyRefresh,
}

/// The places of a pool's keys, as in [`UserPool::keys_urls`].
type PoolHosts = Vec<Host>;

/// One place of keys, and what came from it.
#[derive(Debug)]
struct Host {
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
        let host = |url: &String| {
            let address = Address::parse(url)?;
            Ok(Host { address, store: Store::default(), turn: tokio::sync::Mutex::new(()) })
        };
        let hosts = |pool: &UserPool| pool.keys_urls().iter().map(host).collect();
        let pools = verifier.pools().iter().map(hosts).collect::<Result<_, _>>()?;
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
            && let Some(hosts) = self.pools.get(index)
        {
            hosts.iter().for_each(|host| host.store.put(keys.clone(), as_of));
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
            all = all.and(self.keys(pool, 0, None, now).await.map(drop));
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
        let keys = self.keys(pool, opened.issuer(), Some(opened.key_id()), now).await?;
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
    /// key at all: from the issuer's own place, and if that fails or hasn't the key, from the others.
    ///
    /// What the issuer's own place says decides why there are none. The others together may take as
    /// long as one fetch.
    async fn keys(
        &self,
        hosts: &PoolHosts,
        issuer: usize,
        key_id: Option<&str>,
        now: u64,
    ) -> Result<KeySet, VerifyError> {
        // All issuers may have their keys in one place.
        let own = hosts.get(issuer).or(hosts.first()).ok_or(VerifyError::KeysUnavailable)?;
        let came = Instant::now();
        let refused = match self.keys_at(hosts, own, key_id, now, self.refresh.timeout).await {
            Ok(keys) => return Ok(keys),
            Err(refused) => refused,
        };
        let others = hosts.iter().filter(|host| !std::ptr::eq(*host, own));
        let began = Instant::now();
        for (place, host) in others.enumerate() {
            let left = self.refresh.timeout.saturating_sub(began.elapsed());
            let to_ask = u32::try_from(hosts.len() - 1 - place).unwrap_or(u32::MAX);
            let limit = left.checked_div(to_ask).unwrap_or_default();
            let now = now.saturating_add(came.elapsed().as_secs());
            if let Ok(keys) = self.keys_at(hosts, host, key_id, now, limit).await {
                return Ok(keys);
            }
        }
        Err(refused)
    }

    /// The same from one place, within a time.
    async fn keys_at(
        &self,
        hosts: &PoolHosts,
        host: &Host,
        key_id: Option<&str>,
        now: u64,
        limit: Duration,
    ) -> Result<KeySet, VerifyError> {
        let next = |now| host.store.next(key_id, now, &self.refresh);
        let came = Instant::now();
        let turn = match next(now) {
            Next::Use(keys) => return Ok(keys),
            Next::Refuse(error) => return Err(error),
            // Somebody else fetches already; until they are done the old keys are good enough.
            Next::Fetch { meanwhile: Some(keys) } => match host.turn.try_lock() {
                Ok(turn) => turn,
                Err(_) => return Ok(keys),
            },
            Next::Fetch { meanwhile: None } => host.turn.lock().await,
        };
        // Whoever had the turn before may have brought what is needed, or have begun a pause. Both
        // are counted from the end of that fetch, so the time that has passed counts too.
        let now = now.saturating_add(came.elapsed().as_secs());
        match next(now) {
            Next::Use(keys) => return Ok(keys),
            Next::Refuse(error) => return Err(error),
            Next::Fetch { .. } => {}
        }
        let mut fetched =
            fetch::key_set(&self.transport, &host.address, limit, self.refresh.largest).await;
        fetched.keys = fetched.keys.map(|keys| shared(hosts, keys));
        let settled = host.store.settle(fetched, key_id, now, &self.refresh);
        drop(turn);
        settled
    }

    fn index(&self, pool: &UserPool) -> Option<usize> {
        self.verifier.pools().iter().position(|own| own.issuer() == pool.issuer())
    }

    /// Of the sets at hand that are young enough one with this key, or any.
    fn at_hand(&self, pool: &UserPool, key_id: &str, now: u64, age: Duration) -> Option<KeySet> {
        let hosts = self.pools.get(self.index(pool)?)?;
        let sets = || hosts.iter().filter_map(|host| host.store.at_hand(now, age));
        sets().find(|keys| keys.contains(key_id)).or_else(|| sets().next())
    }
}

/// Keys that another place of the pool has, too, stay the same set, so that it doesn't matter for a
/// remembered token from where they came.
fn shared(hosts: &PoolHosts, keys: KeySet) -> KeySet {
    let mut known = hosts.iter().filter_map(|host| host.store.known());
    known.find(|known| known.equals(&keys)).unwrap_or(keys)
}

/// The keys at hand, while they may be used.
impl<T: Transport> KeySource for OnlineVerifier<T> {
    fn key_set(&self, pool: &UserPool, key_id: &str, now: u64) -> Option<KeySet> {
        self.at_hand(pool, key_id, now, self.refresh.keep_for)
    }
}

/// The keys at hand that needn't be fetched anew: what a remembered token is held against, so that
/// remembering doesn't keep old keys in use.
struct Fresh<'v, T>(&'v OnlineVerifier<T>);

impl<T: Transport> KeySource for Fresh<'_, T> {
    fn key_set(&self, pool: &UserPool, key_id: &str, now: u64) -> Option<KeySet> {
        self.0.at_hand(pool, key_id, now, self.0.refresh.refresh_after)
    }
}
