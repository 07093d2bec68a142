//! Whichever store the policy names: the file of its items, or DynamoDB.
//!
//! Shell: opens what the policy says with what the program gives it.

use std::sync::Arc;

use super::Known;
use super::connect::{ConnectError, Surroundings, connect};
use super::dynamo::DynamoStore;
use super::file::FileStore;
use super::store::{Item, Read, Store, StoreError};
use crate::policy::Policy;

/// One of the stores.
#[derive(Debug)]
pub enum AnyStore {
    /// The embedded one.
    File(FileStore),
    /// DynamoDB.
    DynamoDb(DynamoStore),
}

impl AnyStore {
    /// The policy's tables on DynamoDB. No connection is opened yet.
    ///
    /// # Errors
    /// See [`connect`].
    pub async fn dynamo_db(
        policy: &Policy,
        surroundings: &Surroundings,
    ) -> Result<Self, ConnectError> {
        let client = connect(&policy.connection, surroundings).await?;
        Ok(Self::DynamoDb(DynamoStore::new(client, policy)))
    }
}

impl Store for AnyStore {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        match self {
            AnyStore::File(store) => store.read(reads).await,
            // The SDK's futures are large, and deeper than a compiler likes to look.
            AnyStore::DynamoDb(store) => Box::pin(store.read(reads)).await,
        }
    }
}
