//! Verified tokens, remembered: bounded, and keyed by the whole token.
//!
//! Two halves: a token that is found or kept goes into the young one; when that is full, it becomes
//! the old one, and the old one is forgotten. So what is in use stays, without a list of uses.

use std::collections::HashMap;
use std::mem;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::{Map, Value};

use super::KeySet;
use super::verifier::Times;

#[derive(Debug)]
pub(crate) struct Cache {
    half: usize,
    tokens: Mutex<Halves>,
}

#[derive(Debug, Default)]
struct Halves {
    young: HashMap<Box<str>, Remembered>,
    old: HashMap<Box<str>, Remembered>,
}

/// What was verified, and with which keys.
#[derive(Clone, Debug)]
pub(crate) struct Remembered {
    /// The place of the pool among the verifier's.
    pub pool: usize,
    pub keys: KeySet,
    pub times: Times,
    pub payload: Arc<Map<String, Value>>,
}

impl Cache {
    pub fn new(tokens: usize) -> Self {
        Self { half: tokens.div_ceil(2), tokens: Mutex::default() }
    }

    /// As many tokens, and none of them yet.
    pub fn emptied(&self) -> Self {
        Self { half: self.half, tokens: Mutex::default() }
    }

    pub fn find(&self, token: &str) -> Option<Remembered> {
        // A thread that panicked between two of these steps lost an entry and broke none.
        let mut halves = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = halves.young.get(token) {
            return Some(entry.clone());
        }
        let (token, entry) = halves.old.remove_entry(token)?;
        halves.keep(token, entry.clone(), self.half);
        Some(entry)
    }

    pub fn keep(&self, token: &str, entry: Remembered) {
        let mut halves = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        halves.keep(token.into(), entry, self.half);
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
