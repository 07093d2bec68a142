//! The store on Amazon DynamoDB: one `BatchGetItem` per round and one `Query` per query, as the
//! policy's tables and records want them, and the items as plain JSON.
//!
//! Shell. With `main.rs` the only file that names the client. That retries once within its own
//! timeouts; the deadline of the invocation is kept by `fetch.rs`, which drops whatever is still
//! going on.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_sdk_dynamodb::operation::query::QueryInput;
use aws_sdk_dynamodb::operation::query::builders::QueryInputBuilder;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use claimsmith_dynamo::{
    Attributes, Client, ConnectError, RequestError, RequestFault, Settings, Surroundings,
    batch_get, connect,
};
use serde_json::Value;

use super::decimal::Decimal;
use super::known::Known;
use super::store::{Item, Page, Query, Read, Store, StoreError, StoreFault};
use crate::outcome::Fault;
use crate::policy::{Connection, Key, Location, Policy, Table, Trust};

/// There is no client for the policy's tables. The text names what is missing, never a value.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}{hint}", hint = if *.0 == ConnectError::NoRegion { ", or `region` in [table]" } else { "" })]
pub struct NotConnected(#[from] ConnectError);

/// The tables of a policy on DynamoDB.
#[derive(Debug)]
pub struct DynamoStore {
    client: RwLock<Client>,
    tables: Vec<Table>,
    hedge_after: Option<Duration>,
}

impl DynamoStore {
    /// The policy's tables, by a client that the surroundings allow. No connection is opened yet.
    ///
    /// # Errors
    /// See [`connect`].
    pub async fn connect(
        policy: &Policy,
        surroundings: &Surroundings,
    ) -> Result<Self, NotConnected> {
        let client = connect(&settings(&policy.connection), surroundings).await?;
        Ok(Self {
            client: RwLock::new(client),
            tables: policy.tables.clone(),
            hedge_after: policy.connection.hedge_after,
        })
    }

    /// Reads by another client from now on: after a snapshot was restored the connections of the
    /// old one are dead, and its credentials may be.
    ///
    /// # Errors
    /// See [`connect`].
    pub async fn reconnect(
        &self,
        policy: &Policy,
        surroundings: &Surroundings,
    ) -> Result<(), NotConnected> {
        let client = connect(&settings(&policy.connection), surroundings).await?;
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
        Ok(())
    }

    /// The request for reads: per table the keys, and the attributes that any of them needs.
    ///
    /// A batch has one projection and one consistency for each table, so the stricter wish counts.
    fn request(
        &self,
        reads: &[Read<'_>],
    ) -> Result<HashMap<String, KeysAndAttributes>, StoreError> {
        let mut request = HashMap::new();
        for (at, table) in self.tables.iter().enumerate() {
            let here = |read: &&Read<'_>| read.table == at && table.may_hold(&read.key);
            let of_table: Vec<&Read<'_>> = reads.iter().filter(here).collect();
            if of_table.is_empty() {
                continue;
            }
            let Location::DynamoDb(name) = &table.location else { return Err(misconfigured()) };
            // The key attributes tell which answer belongs to which read.
            let attributes = of_table.iter().flat_map(|read| read.attributes.iter().copied());
            let keys = [table.partition_key.as_str()].into_iter().chain(table.sort_key.as_deref());
            let names = Names::of(attributes.chain(keys));
            let keys = of_table.iter().map(|read| key_attributes(&read.key, table)).collect();
            let keys_and_attributes = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .projection_expression(names.projection())
                .set_expression_attribute_names(Some(names.placeholders()))
                .set_consistent_read(of_table.iter().any(|read| read.consistent).then_some(true))
                .build()
                .map_err(|_| misconfigured())?;
            request.insert(name.clone(), keys_and_attributes);
        }
        Ok(request)
    }

    /// The request for a query, if any item can match it.
    fn query_request(&self, query: &Query<'_>) -> Result<Option<QueryInputBuilder>, StoreError> {
        let table = self.tables.get(query.table).ok_or_else(misconfigured)?;
        if !query.can_match(table)? {
            return Ok(None);
        }
        let Location::DynamoDb(table_name) = &table.location else { return Err(misconfigured()) };
        let (partition, sort) = query.keys(table);
        let sort = sort.filter(|_| !query.sort_prefix.is_empty());
        let names = Names::of(query.attributes.iter().copied().chain([partition]).chain(sort));
        let placeholder = |name: &str| names.placeholder(name).unwrap_or_default();
        let mut condition = format!("{} = :0", placeholder(partition));
        let mut values = HashMap::from([(
            ":0".to_owned(),
            key_attribute(table, partition, query.partition.clone()),
        )]);
        if let Some(name) = sort {
            condition.push_str(&format!(" AND begins_with({}, :1)", placeholder(name)));
            values.insert(":1".to_owned(), AttributeValue::S(query.sort_prefix.clone()));
        }
        let request = QueryInput::builder()
            .table_name(table_name)
            .set_index_name(query.index.map(|index| index.name.clone()))
            .key_condition_expression(condition)
            .projection_expression(names.projection())
            .set_expression_attribute_names(Some(names.placeholders()))
            .set_expression_attribute_values(Some(values))
            .limit(i32::try_from(query.limit).unwrap_or(i32::MAX))
            // A global index has no consistent reads, and refuses whoever asks for one.
            .set_consistent_read((query.consistent && query.index.is_none()).then_some(true));
        Ok(Some(request))
    }

    /// Puts the items of an answer to the reads that they belong to.
    fn sort_in(
        &self,
        found: HashMap<String, Vec<Attributes>>,
        reads: &[Read<'_>],
        answers: &mut [Known<Arc<Item>>],
    ) {
        for (name, items) in found {
            for (at, table) in self.tables.iter().enumerate() {
                if !matches!(&table.location, Location::DynamoDb(known) if *known == name) {
                    continue;
                }
                for item in &items {
                    let Some(key) = key_of(item, table) else { continue };
                    for (read, answer) in reads.iter().zip(answers.iter_mut()) {
                        if read.table == at && read.key == key {
                            *answer = plain_item(item, &read.attributes);
                        }
                    }
                }
            }
        }
    }
}

impl Store for DynamoStore {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        let mut answers = vec![Known::Absent; reads.len()];
        let request = self.request(reads)?;
        if request.is_empty() {
            return Ok(answers);
        }
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        let found = batch_get(&client, request, self.hedge_after).await.map_err(store_error)?;
        self.sort_in(found, reads, &mut answers);
        Ok(answers)
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        let Some(request) = self.query_request(query)? else {
            return Ok(Known::Value(Page { items: Vec::new(), is_last: true }));
        };
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        let found = claimsmith_dynamo::query(&client, request, self.hedge_after);
        let found = found.await.map_err(store_error)?;
        let mut page = Page { items: Vec::new(), is_last: found.is_last };
        for item in &found.items {
            match plain_item(item, &query.attributes) {
                Known::Value(item) => page.items.push(item),
                Known::Unknown(fault) => return Ok(Known::Unknown(fault)),
                Known::Absent => {}
            }
        }
        Ok(Known::Value(page))
    }
}

fn misconfigured() -> StoreError {
    StoreError::new(StoreFault::Misconfigured)
}

/// The attributes that a request names, each by a placeholder, because a name may be a reserved
/// word or hold a dot.
struct Names<'n>(Vec<&'n str>);

impl<'n> Names<'n> {
    fn of(names: impl Iterator<Item = &'n str>) -> Self {
        let mut names: Vec<&str> = names.collect();
        names.sort_unstable();
        names.dedup();
        Self(names)
    }

    fn placeholder(&self, name: &str) -> Option<String> {
        self.0.binary_search(&name).ok().map(|at| format!("#{at}"))
    }

    fn placeholders(&self) -> HashMap<String, String> {
        let names = self.0.iter().enumerate();
        names.map(|(at, name)| (format!("#{at}"), (*name).to_owned())).collect()
    }

    /// All of them.
    fn projection(&self) -> String {
        (0..self.0.len()).map(|at| format!("#{at}")).collect::<Vec<_>>().join(",")
    }
}

/// What the policy says about the way to its tables, for the client.
pub fn settings(connection: &Connection) -> Settings {
    Settings {
        region: connection.region.clone(),
        endpoint: connection.endpoint.clone(),
        trust: match connection.trust {
            Trust::Amazon => claimsmith_dynamo::Trust::Amazon,
            Trust::System => claimsmith_dynamo::Trust::System,
        },
        attempt_timeout: Some(connection.attempt_timeout),
        operation_timeout: None,
    }
}

fn key_attributes(key: &Key, table: &Table) -> Attributes {
    let named = table.named_key(key);
    named
        .map(|(name, text)| (name.to_owned(), key_attribute(table, name, text.to_owned())))
        .collect()
}

fn key_attribute(table: &Table, name: &str, text: String) -> AttributeValue {
    match table.is_number(name) {
        true => AttributeValue::N(text),
        false => AttributeValue::S(text),
    }
}

/// The key of an item in its table; of numbers that are no whole ones there is none.
pub fn key_of(item: &Attributes, table: &Table) -> Option<Key> {
    let text = |name: &str| match (item.get(name)?, table.is_number(name)) {
        (AttributeValue::S(text), false) => Some(text.clone()),
        // Whatever way DynamoDB writes it.
        (AttributeValue::N(digits), true) => Decimal::of(digits)?.key(),
        _ => None,
    };
    let sort = match table.sort_key.as_deref() {
        Some(name) => Some(text(name)?),
        None => None,
    };
    Some(Key { partition: text(&table.partition_key)?, sort })
}

/// An item as plain JSON, or unknown if one of its attributes can't be told in JSON.
fn plain_item(item: &Attributes, attributes: &[&str]) -> Known<Arc<Item>> {
    let wanted = attributes.iter().filter_map(|name| item.get_key_value(*name));
    let plain: Option<Item> =
        wanted.map(|(name, value)| Some((name.clone(), plain(value)?))).collect();
    plain.map_or(Known::Unknown(Fault::Malformed), |item| Known::Value(Arc::new(item)))
}

/// An attribute as plain JSON. Binary has no form in JSON that a claim or a guard could mean.
pub fn plain(value: &AttributeValue) -> Option<Value> {
    // DynamoDB keeps 38 digits; JSON numbers here keep them all.
    let number = |digits: &String| digits.parse().ok().map(Value::Number);
    match value {
        AttributeValue::S(text) => Some(Value::from(text.as_str())),
        AttributeValue::N(digits) => number(digits),
        AttributeValue::Bool(boolean) => Some(Value::from(*boolean)),
        AttributeValue::Null(_) => Some(Value::Null),
        AttributeValue::M(members) => members
            .iter()
            .map(|(name, value)| Some((name.clone(), plain(value)?)))
            .collect::<Option<Item>>()
            .map(Value::Object),
        AttributeValue::L(elements) => {
            elements.iter().map(plain).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        // A set has no order of its own; sorted, the same set always gives the same token.
        AttributeValue::Ss(texts) => {
            let mut texts: Vec<&String> = texts.iter().collect();
            texts.sort_unstable();
            Some(texts.into_iter().map(String::as_str).collect())
        }
        AttributeValue::Ns(numbers) => {
            let mut numbers: Vec<&String> = numbers.iter().collect();
            let size = |digits: &String| digits.parse::<f64>().unwrap_or_default();
            numbers.sort_by(|a, b| size(a).total_cmp(&size(b)).then_with(|| a.cmp(b)));
            numbers.into_iter().map(number).collect::<Option<Vec<_>>>().map(Value::Array)
        }
        _ => None,
    }
}

/// A request's fault as the store's.
pub fn store_error(error: RequestError) -> StoreError {
    let fault = match error.fault {
        RequestFault::Unreachable => StoreFault::Unreachable,
        RequestFault::Slow => StoreFault::Slow,
        RequestFault::Throttled => StoreFault::Throttled,
        RequestFault::Denied => StoreFault::Denied,
        RequestFault::Misconfigured => StoreFault::Misconfigured,
        RequestFault::Failed => StoreFault::Failed,
    };
    StoreError { fault, code: error.code }
}
