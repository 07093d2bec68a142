//! The store on Amazon DynamoDB: one `BatchGetItem` per round.
//!
//! Shell. With `connect.rs` and `main.rs` the only file that names the SDK. The SDK retries once
//! within its own timeouts; the deadline of the invocation is kept by `fetch.rs`, which drops
//! whatever is still going on.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::batch_get_item::BatchGetItemOutput;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use serde_json::Value;

use super::Known;
use super::store::{Item, Key, Read, Store, StoreError, StoreFault};
use crate::policy::{Location, Policy, Table};

/// How often keys are asked for that the table left unprocessed, before it counts as failed.
const UNPROCESSED_LIMIT: u32 = 6;
/// The first wait before these are asked for again; each further one is twice as long.
/// SPEC: AWS, DynamoDB API reference, BatchGetItem: "we strongly recommend that you use an
/// exponential backoff algorithm".
const UNPROCESSED_WAIT: Duration = Duration::from_millis(20);

/// The tables of a policy on DynamoDB.
#[derive(Debug)]
pub struct DynamoStore {
    client: RwLock<Client>,
    tables: Vec<Table>,
    hedge_after: Option<Duration>,
}

impl DynamoStore {
    /// A store for a policy's tables.
    pub fn new(client: Client, policy: &Policy) -> Self {
        Self {
            client: RwLock::new(client),
            tables: policy.tables.clone(),
            hedge_after: policy.connection.hedge_after,
        }
    }

    /// Reads by another client from now on: after a snapshot was restored the connections of the
    /// old one are dead, and its credentials may be.
    pub fn reconnect(&self, client: Client) {
        *self.client.write().unwrap_or_else(PoisonError::into_inner) = client;
    }

    /// One request; a second one beside it if the first takes long and the policy wants that.
    async fn ask(
        &self,
        request: HashMap<String, KeysAndAttributes>,
    ) -> Result<BatchGetItemOutput, StoreError> {
        let client = self.client.read().unwrap_or_else(PoisonError::into_inner).clone();
        let send = |request| {
            let request = client.batch_get_item().set_request_items(Some(request));
            // The SDK's future has 30 KB, and each future around it would copy it.
            Box::pin(async move { request.send().await.map_err(|error| store_error(&error)) })
        };
        let Some(hedge_after) = self.hedge_after else { return send(request).await };
        let mut first = send(request.clone());
        tokio::select! {
            answer = &mut first => return answer,
            () = tokio::time::sleep(hedge_after) => {}
        }
        let mut second = send(request);
        // Whichever answers first counts; if it failed, the other one is waited for.
        tokio::select! {
            answer = &mut first => match answer {
                Ok(answer) => Ok(answer),
                Err(_) => second.await,
            },
            answer = &mut second => match answer {
                Ok(answer) => Ok(answer),
                Err(_) => first.await,
            },
        }
    }

    /// The request for reads: per table the keys, and the attributes that any of them needs.
    ///
    /// A batch has one projection and one consistency for each table, so the stricter wish counts.
    fn request(
        &self,
        reads: &[Read<'_>],
    ) -> Result<HashMap<String, KeysAndAttributes>, StoreError> {
        let misconfigured = || StoreError::new(StoreFault::Misconfigured);
        let mut request = HashMap::new();
        for (at, table) in self.tables.iter().enumerate() {
            let here = |read: &&Read<'_>| read.table == at && read.key.may_exist();
            let of_table: Vec<&Read<'_>> = reads.iter().filter(here).collect();
            if of_table.is_empty() {
                continue;
            }
            let Location::DynamoDb(name) = &table.location else { return Err(misconfigured()) };
            // The key attributes tell which answer belongs to which read.
            let mut attributes: Vec<&str> = of_table
                .iter()
                .flat_map(|read| read.attributes.iter().copied())
                .chain([table.partition_key.as_str()])
                .chain(table.sort_key.as_deref())
                .collect();
            attributes.sort_unstable();
            attributes.dedup();
            // Placeholders, because a name may be a reserved word or hold a dot.
            let names = attributes
                .iter()
                .enumerate()
                .map(|(at, name)| (format!("#{at}"), (*name).to_owned()))
                .collect();
            let projection: Vec<String> =
                (0..attributes.len()).map(|at| format!("#{at}")).collect();
            let keys = of_table.iter().map(|read| key_attributes(&read.key, table)).collect();
            let keys_and_attributes = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .set_expression_attribute_names(Some(names))
                .projection_expression(projection.join(","))
                .set_consistent_read(of_table.iter().any(|read| read.consistent).then_some(true))
                .build()
                .map_err(|_| misconfigured())?;
            request.insert(name.clone(), keys_and_attributes);
        }
        Ok(request)
    }

    /// Puts the items of an answer to the reads that they belong to.
    fn sort_in(
        &self,
        responses: HashMap<String, Vec<HashMap<String, AttributeValue>>>,
        reads: &[Read<'_>],
        answers: &mut [Known<Arc<Item>>],
    ) {
        for (name, items) in responses {
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
        let mut request = self.request(reads)?;
        if request.is_empty() {
            return Ok(answers);
        }
        for attempt in 0..UNPROCESSED_LIMIT {
            if attempt > 0 {
                let wait = UNPROCESSED_WAIT * 2_u32.saturating_pow(attempt - 1);
                tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64())).await;
            }
            let tables: Vec<String> = request.keys().cloned().collect();
            let answer = self.ask(request).await?;
            let responses = answer.responses.unwrap_or_default();
            request = answer.unprocessed_keys.unwrap_or_default();
            request.retain(|_, keys| !keys.keys.is_empty());
            // A table without a found item answers with an empty list. One that isn't there at all
            // was not looked into, and nothing in it may count as missing.
            if !tables.iter().all(|name| responses.contains_key(name) || request.contains_key(name))
            {
                return Err(StoreError::new(StoreFault::Failed));
            }
            self.sort_in(responses, reads, &mut answers);
            if request.is_empty() {
                return Ok(answers);
            }
        }
        // Nobody knows whether the items that are left exist.
        Err(StoreError::new(StoreFault::Throttled))
    }
}

fn key_attributes(key: &Key, table: &Table) -> HashMap<String, AttributeValue> {
    let partition = (table.partition_key.clone(), AttributeValue::S(key.partition.clone()));
    let sort = table.sort_key.clone().zip(key.sort.clone().map(AttributeValue::S));
    [Some(partition), sort].into_iter().flatten().collect()
}

fn key_of(item: &HashMap<String, AttributeValue>, table: &Table) -> Option<Key> {
    let text = |name: &str| item.get(name)?.as_s().ok().cloned();
    let sort = match table.sort_key.as_deref() {
        Some(name) => Some(text(name)?),
        None => None,
    };
    Some(Key { partition: text(&table.partition_key)?, sort })
}

/// An item as plain JSON, or unknown if one of its attributes can't be told in JSON.
fn plain_item(item: &HashMap<String, AttributeValue>, attributes: &[&str]) -> Known<Arc<Item>> {
    let wanted = attributes.iter().filter_map(|name| item.get_key_value(*name));
    let plain: Option<Item> =
        wanted.map(|(name, value)| Some((name.clone(), plain(value)?))).collect();
    plain.map_or(Known::Unknown(crate::outcome::Fault::Malformed), |item| {
        Known::Value(Arc::new(item))
    })
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

/// The fault behind an error of the SDK. Its texts stay here: they may name keys.
pub fn store_error<E: ProvideErrorMetadata>(error: &SdkError<E>) -> StoreError {
    match error {
        SdkError::TimeoutError(_) => StoreError::new(StoreFault::Slow),
        SdkError::DispatchFailure(failure) if failure.is_timeout() => {
            StoreError::new(StoreFault::Slow)
        }
        SdkError::DispatchFailure(failure) if failure.is_io() => {
            StoreError::new(StoreFault::Unreachable)
        }
        // Nothing was sent, because there were no credentials to sign it with.
        SdkError::DispatchFailure(failure)
            if failure.is_other() && failure.as_other().is_none() =>
        {
            StoreError::new(StoreFault::Denied)
        }
        SdkError::ConstructionFailure(_) => StoreError::new(StoreFault::Denied),
        SdkError::ServiceError(service) => service_error(service.err().code()),
        _ => StoreError::new(StoreFault::Failed),
    }
}

/// SPEC: AWS, DynamoDB developer guide, "Error handling with DynamoDB".
fn service_error(code: Option<&str>) -> StoreError {
    let fault = match code.unwrap_or_default() {
        "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "ThrottlingException" => StoreFault::Throttled,
        "AccessDeniedException"
        | "ExpiredTokenException"
        | "IncompleteSignatureException"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "UnrecognizedClientException" => StoreFault::Denied,
        "ResourceNotFoundException" | "ValidationException" => StoreFault::Misconfigured,
        _ => StoreFault::Failed,
    };
    // The word comes over the wire: only what looks like one gets into a log.
    let word = |code: &&str| code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    StoreError { fault, code: code.filter(word).map(str::to_owned) }
}
