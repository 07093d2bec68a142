//! Stores that fail, each in its way.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use claimsmith::outcome::Fault;
use claimsmith::records::Known;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError, StoreFault};

/// A store that fails for keys which begin with a given text.
#[derive(Debug)]
pub struct Failing<S> {
    pub inner: S,
    pub prefix: String,
}

impl<S: Store + Sync> Store for Failing<S> {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        if reads.iter().any(|read| read.key.partition.starts_with(&self.prefix)) {
            return Err(StoreError::new(StoreFault::Failed));
        }
        self.inner.read(reads).await
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        if query.partition.starts_with(&self.prefix) {
            return Err(StoreError::new(StoreFault::Failed));
        }
        self.inner.query(query).await
    }
}

/// A store in which single items, by their keys as `partition/sort`, can't be told.
#[derive(Debug)]
pub struct Unreadable<S> {
    pub inner: S,
    pub prefix: String,
}

impl<S: Store + Sync> Store for Unreadable<S> {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        let mut answers = self.inner.read(reads).await?;
        for (read, answer) in reads.iter().zip(&mut answers) {
            let key = format!("{}/{}", read.key.partition, read.key.sort.as_deref().unwrap_or(""));
            if key.starts_with(&self.prefix) {
                *answer = Known::Unknown(Fault::Store);
            }
        }
        Ok(answers)
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        self.inner.query(query).await
    }
}

/// A store that never answers, and counts how often it is asked.
#[derive(Debug, Default)]
pub struct Hanging {
    pub asked: AtomicUsize,
}

impl Store for Hanging {
    async fn read(&self, _: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }

    async fn query(&self, _: &Query<'_>) -> Result<Known<Page>, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }
}
