//! The shadow's store: it counts what the shadow reads of its own, and ends that at a limit.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::records::Known;
use crate::records::store::{Item, Page, Query, Read, Store, StoreError, StoreFault};

/// Most items and queries that the shadow reads of its own for one event. What is more isn't read, and
/// counts as what isn't there in time.
pub const OWN_LIMIT: usize = 100;

/// A store that is asked for so much and no more.
pub struct Limited<'s, S> {
    store: &'s S,
    asked: AtomicUsize,
}

impl<'s, S> Limited<'s, S> {
    pub fn of(store: &'s S) -> Self {
        Self { store, asked: AtomicUsize::new(0) }
    }

    /// How many items and queries it was asked for.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }

    fn ask(&self, reads: usize) -> Result<(), StoreError> {
        let more = |asked: usize| asked.checked_add(reads).filter(|all| *all <= OWN_LIMIT);
        match self.asked.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more) {
            Ok(_) => Ok(()),
            Err(_) => Err(StoreError::new(StoreFault::Late)),
        }
    }
}

impl<S: Store + Sync> Store for Limited<'_, S> {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        self.ask(reads.len())?;
        self.store.read(reads).await
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        self.ask(1)?;
        self.store.query(query).await
    }
}
