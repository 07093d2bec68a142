//! Items of several tables by their keys: `BatchGetItem`, with what a table leaves unprocessed
//! asked for again.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};

use crate::error::{RequestError, RequestFault};
use crate::hedge::hedged;

/// How often keys are asked for that the table left unprocessed, before it counts as failed.
const UNPROCESSED_LIMIT: u32 = 6;
/// The first wait before these are asked for again; each further one is twice as long.
/// SPEC: AWS, DynamoDB API reference, BatchGetItem: "we strongly recommend that you use an
/// exponential backoff algorithm".
const UNPROCESSED_WAIT: Duration = Duration::from_millis(20);

/// The attributes of one item, or of one key.
pub type Attributes = HashMap<String, AttributeValue>;

/// Keys by the names of their tables. At most 100 in all, and no table without one.
pub type Keys = HashMap<String, KeysAndAttributes>;

/// What one request brought.
#[derive(Debug)]
pub struct Batch {
    /// Items by the names of the tables.
    pub found: HashMap<String, Vec<Attributes>>,
    /// The keys that were not looked for.
    pub left: Keys,
}

/// All items that there are under the keys, by the names of the tables.
///
/// With `hedge_after` a second request is sent beside one that takes longer.
///
/// # Errors
/// A table could not answer; then nothing is known about any of the items.
pub async fn batch_get(
    client: &Client,
    mut request: Keys,
    hedge_after: Option<Duration>,
) -> Result<HashMap<String, Vec<Attributes>>, RequestError> {
    let mut found = HashMap::new();
    for attempt in 0..UNPROCESSED_LIMIT {
        if attempt > 0 {
            let wait = UNPROCESSED_WAIT * 2_u32.saturating_pow(attempt - 1);
            tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64())).await;
        }
        let batch = batch_get_once(client, request, hedge_after).await?;
        if attempt == 0 {
            found = batch.found;
        } else {
            for (table, items) in batch.found {
                found.entry(table).or_default().extend(items);
            }
        }
        if batch.left.is_empty() {
            return Ok(found);
        }
        request = batch.left;
    }
    // Nobody knows whether the items that are left exist.
    Err(RequestError::new(RequestFault::Throttled))
}

/// Some of the items under the keys, by one request, and the keys that are left.
///
/// # Errors
/// A table could not answer.
pub async fn batch_get_once(
    client: &Client,
    request: Keys,
    hedge_after: Option<Duration>,
) -> Result<Batch, RequestError> {
    let tables: Vec<String> = request.keys().cloned().collect();
    let send = |request| {
        let request = client.batch_get_item().set_request_items(Some(request));
        // The SDK's future has 30 KB, and each future around it would copy it.
        Box::pin(async move { request.send().await.map_err(|error| RequestError::of(&error)) })
    };
    let answer = hedged(request, hedge_after, send).await?;
    let found = answer.responses.unwrap_or_default();
    let mut left = answer.unprocessed_keys.unwrap_or_default();
    left.retain(|_, keys| !keys.keys.is_empty());
    // A table without a found item answers with an empty list. One that isn't there at all was not
    // looked into, and nothing in it may count as missing.
    if !tables.iter().all(|name| found.contains_key(name) || left.contains_key(name)) {
        return Err(RequestError::new(RequestFault::Failed));
    }
    Ok(Batch { found, left })
}
