//! Whichever store the policy names: the file of its items, or DynamoDB where the build has it.
//!
//! Pure: it hands on what it is asked.

use std::sync::Arc;

#[cfg(feature = "dynamodb")]
use super::dynamo::DynamoStore;
use super::file::FileStore;
use super::known::Known;
use super::store::{Item, Page, Query, Read, Store, StoreError};
#[cfg(feature = "dynamodb")]
use super::together::Waiting;

/// One of the stores.
#[derive(Debug)]
pub enum AnyStore {
    /// The embedded one.
    File(FileStore),
    /// DynamoDB.
    #[cfg(feature = "dynamodb")]
    DynamoDb(DynamoStore),
}

/// The clock that suits every store of the build.
#[cfg(feature = "dynamodb")]
pub type AnyClock = crate::system_clock::SystemClock;
/// The clock that suits every store of the build.
#[cfg(not(feature = "dynamodb"))]
pub type AnyClock = crate::clock::StandingClock;

impl Store for AnyStore {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        match self {
            AnyStore::File(store) => store.read(reads).await,
            // The SDK's futures are large, and deeper than a compiler likes to look.
            #[cfg(feature = "dynamodb")]
            AnyStore::DynamoDb(store) => (Box::pin(store.read(reads)) as Waiting<'_, _>).await,
        }
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        match self {
            AnyStore::File(store) => store.query(query).await,
            #[cfg(feature = "dynamodb")]
            AnyStore::DynamoDb(store) => (Box::pin(store.query(query)) as Waiting<'_, _>).await,
        }
    }
}
