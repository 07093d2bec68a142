//! Verified tokens, remembered: bounded, and keyed by the whole token.
//!
//! Two halves: a token that is found or kept goes into the young one; when that is full, it becomes
//! the old one, and the old one is forgotten. So what is in use stays, without a list of uses.

use std::collections::HashMap;
use std::fmt;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::{Map, Value};

use super::keys::KeySet;
use super::times::Times;

pub(crate) struct Cache {
    half: usize,
    tokens: Mutex<Halves>,
}

#[derive(Default)]
struct Halves {
    young: HashMap<Box<str>, Remembered>,
    old: HashMap<Box<str>, Remembered>,
}

/// What was verified, and with which keys.
#[derive(Clone)]
pub(crate) struct Remembered {
    /// The place of the pool among the verifier's.
    pub pool: usize,
    pub key_id: Arc<str>,
    pub keys: KeySet,
    pub times: Times,
    pub payload: Arc<Map<String, Value>>,
}

impl Cache {
    pub fn new(tokens: usize) -> Self {
        Self { half: (tokens / 2).max(1), tokens: Mutex::default() }
    }

    pub fn find(&self, token: &str) -> Option<Remembered> {
        let mut halves = self.halves();
        if let Some(entry) = halves.young.get(token) {
            return Some(entry.clone());
        }
        let (token, entry) = halves.old.remove_entry(token)?;
        halves.keep(token, entry.clone(), self.half);
        Some(entry)
    }

    pub fn keep(&self, token: &str, entry: Remembered) {
        self.halves().keep(token.into(), entry, self.half);
    }

    fn halves(&self) -> MutexGuard<'_, Halves> {
        // A thread that panicked between two steps in here lost an entry and broke none.
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Shows how many tokens there are, and none of them.
impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let halves = self.halves();
        let tokens = halves.young.len() + halves.old.len();
        f.debug_struct("Cache").field("tokens", &tokens).finish()
    }
}

impl Halves {
    fn keep(&mut self, token: Box<str>, entry: Remembered, half: usize) {
        if self.young.len() >= half {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(token, entry);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(pool: usize) -> Remembered {
        let jwks = include_str!("../../tests/tokens/one-key.json");
        let keys = KeySet::parse(jwks).unwrap();
        let times = Times { exp: 0, nbf: None, iat: 0 };
        Remembered { pool, key_id: Arc::from(""), keys, times, payload: Arc::default() }
    }

    #[test]
    fn what_is_in_use_stays_and_the_rest_goes() {
        let cache = Cache::new(4);
        cache.keep("used", entry(0));
        for other in 1..100 {
            cache.keep(&other.to_string(), entry(other));
            assert_eq!(cache.find("used").unwrap().pool, 0);
            assert_eq!(cache.find(&other.to_string()).unwrap().pool, other);
            let halves = cache.halves();
            assert!(halves.young.len() <= 2 && halves.old.len() <= 2);
        }
        assert!(cache.find("1").is_none());
        assert_eq!(format!("{:?}", Cache::new(4)), "Cache { tokens: 0 }");
    }
}
