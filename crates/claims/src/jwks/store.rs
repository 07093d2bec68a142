//! The keys of one pool, and when they may be fetched. Pure: the time is an argument.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::fetch::{FetchError, Fetched};
use super::refresh::KeyRefresh;
use crate::jwt::{KeySet, VerifyError};
use crate::limits::CLOCK_LEEWAY;

/// The keys of one pool.
#[derive(Debug, Default)]
pub(super) struct Store {
    state: Mutex<State>,
}

/// Moments are in seconds since 1970.
#[derive(Debug, Default)]
struct State {
    keys: Option<KeySet>,
    fetched_at: u64,
    /// No fetch before then.
    not_before: u64,
    /// Fetches that failed since the last one that didn't.
    failures: u32,
}

/// What to do for a token.
#[derive(Debug)]
pub(super) enum Next {
    Use(KeySet),
    /// Keys that may be used if another task fetches already.
    Fetch {
        meanwhile: Option<KeySet>,
    },
    Refuse(VerifyError),
}

impl Store {
    pub fn put(&self, keys: KeySet, as_of: u64) {
        self.state().put(keys, as_of);
    }

    pub fn at_hand(&self, now: u64, for_as_long_as: Duration) -> Option<KeySet> {
        self.state().younger_than(for_as_long_as, now).cloned()
    }

    /// The keys of the last fetch that didn't fail, however old.
    pub fn known(&self) -> Option<KeySet> {
        self.state().keys.clone()
    }

    /// What to do for a token with this key, or for any key.
    pub fn next(&self, key_id: Option<&str>, now: u64, refresh: &KeyRefresh) -> Next {
        let state = self.state();
        let usable = state.younger_than(refresh.keep_for, now);
        let has_key = |keys: &&KeySet| key_id.is_none_or(|kid| keys.contains(kid));
        let found = usable.filter(has_key).cloned();
        let fresh = state.younger_than(refresh.refresh_after, now).is_some();
        match found {
            Some(keys) if fresh || state.pausing(now, refresh) => Next::Use(keys),
            None if state.pausing(now, refresh) => Next::Refuse(state.refusal()),
            meanwhile => Next::Fetch { meanwhile },
        }
    }

    /// Takes in what a fetch brought, and says what it means for the token that wanted it.
    pub fn settle(
        &self,
        fetched: Fetched,
        key_id: Option<&str>,
        now: u64,
        refresh: &KeyRefresh,
    ) -> Result<KeySet, VerifyError> {
        let mut state = self.state();
        let ended = now.saturating_add(fetched.took.as_secs());
        match fetched.keys {
            Ok(keys) => {
                let brought = key_id.is_none_or(|kid| keys.contains(kid));
                state.put(keys, ended);
                if !brought {
                    state.not_before = ended.saturating_add(refresh.pause.as_secs());
                }
            }
            Err(FetchError) => {
                state.failures = state.failures.saturating_add(1);
                let pause = 1_u64.checked_shl(state.failures).unwrap_or(u64::MAX);
                state.not_before = ended.saturating_add(pause.min(refresh.pause.as_secs()));
            }
        }
        let usable = state.younger_than(refresh.keep_for, ended);
        let has_key = |keys: &&KeySet| key_id.is_none_or(|kid| keys.contains(kid));
        usable.filter(has_key).cloned().ok_or_else(|| state.refusal())
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // No step in here can leave a state that isn't one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn put(&mut self, keys: KeySet, at: u64) {
        // Equal keys stay the same set, so that remembered tokens aren't forgotten.
        if !self.keys.as_ref().is_some_and(|own| own.equals(&keys)) {
            self.keys = Some(keys);
        }
        *self = Self { keys: self.keys.take(), fetched_at: at, not_before: 0, failures: 0 };
    }

    /// Keys of a clock that was ahead by more than clocks differ are of no known age, and old.
    fn younger_than(&self, age: Duration, now: u64) -> Option<&KeySet> {
        let is_known = self.fetched_at <= now.saturating_add(CLOCK_LEEWAY);
        let is_young = now.saturating_sub(self.fetched_at) < age.as_secs();
        self.keys.as_ref().filter(|_| is_known && is_young)
    }

    /// A clock that was set back doesn't make a pause longer than it can be: one second more than
    /// the rule, because two who measure in whole seconds may differ by one.
    fn pausing(&self, now: u64, refresh: &KeyRefresh) -> bool {
        now < self.not_before && self.not_before - now <= refresh.pause.as_secs().saturating_add(1)
    }

    /// While the last fetch failed, it can't be told whether the pool has the key.
    fn refusal(&self) -> VerifyError {
        if self.failures > 0 || self.keys.is_none() {
            VerifyError::KeysUnavailable
        } else {
            VerifyError::UnknownKey
        }
    }
}
