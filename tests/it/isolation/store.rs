//! The embedded store with items that can't be read and requests that fail.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use claimsmith::outcome::Fault;
use claimsmith::policy::{Key, Table};
use claimsmith::records::Known;
use claimsmith::records::file::FileStore;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError, StoreFault};
use serde_json::Value;

use super::row::Row;

#[derive(Debug)]
pub struct Faulty {
    inner: FileStore,
    /// Items that can't be read, by table and key.
    broken: BTreeSet<(usize, Key)>,
    /// The request that fails, from 0.
    pub fails_at: Option<usize>,
    /// Whether a request for an item that can't be read fails as a whole.
    pub fails_whole: bool,
    requests: AtomicUsize,
}

impl Faulty {
    /// A store of these items, of which some can't be read.
    pub fn of(rows: &[Row], broken: &BTreeSet<usize>, tables: &[Table]) -> Self {
        let keys = |row: &Row| {
            let tables = tables.iter().enumerate();
            tables.filter_map(|(at, table)| Some((at, row.key_in(table)?))).collect::<Vec<_>>()
        };
        let items: Vec<Value> = rows
            .iter()
            .filter(|row| !keys(row).is_empty())
            .map(|row| Value::Object(row.item.clone()))
            .collect();
        let text = Value::Array(items).to_string();
        let inner = FileStore::parse(&text, tables).unwrap_or_else(|error| panic!("{error}"));
        let broken = rows.iter().filter(|row| broken.contains(&row.number));
        Self {
            inner,
            broken: broken.flat_map(keys).collect(),
            fails_at: None,
            fails_whole: false,
            requests: AtomicUsize::new(0),
        }
    }

    /// Counts the requests of the next event from 0.
    pub fn begin(&self) {
        self.requests.store(0, Ordering::Relaxed);
    }

    fn request(&self) -> Result<(), StoreError> {
        let number = self.requests.fetch_add(1, Ordering::Relaxed);
        match self.fails_at == Some(number) {
            true => Err(StoreError::new(StoreFault::Failed)),
            false => Ok(()),
        }
    }
}

impl Store for Faulty {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        self.request()?;
        let is_broken = |read: &Read<'_>| self.broken.contains(&(read.table, read.key.clone()));
        if self.fails_whole && reads.iter().any(is_broken) {
            return Err(StoreError::new(StoreFault::Failed));
        }
        let mut known = self.inner.read(reads).await?;
        for (read, known) in reads.iter().zip(&mut known) {
            if is_broken(read) {
                *known = Known::Unknown(Fault::Store);
            }
        }
        Ok(known)
    }

    /// A page with an item that can't be read is unknown as a whole.
    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        self.request()?;
        let broken = self.broken.iter().any(|(table, key)| {
            query.index.is_none()
                && *table == query.table
                && key.partition == query.partition
                && key.sort.as_ref().is_some_and(|sort| sort.starts_with(&query.sort_prefix))
        });
        match broken {
            true if self.fails_whole => Err(StoreError::new(StoreFault::Failed)),
            true => Ok(Known::Unknown(Fault::Store)),
            false => self.inner.query(query).await,
        }
    }
}
