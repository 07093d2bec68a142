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

/// All items that there are under the keys, by the names of the tables. At most 100 keys, and no
/// table without one.
///
/// With `hedge_after` a second request is sent beside one that takes longer.
///
/// # Errors
/// A table could not answer; then nothing is known about any of the items.
pub async fn batch_get(
    client: &Client,
    mut request: HashMap<String, KeysAndAttributes>,
    hedge_after: Option<Duration>,
) -> Result<HashMap<String, Vec<Attributes>>, RequestError> {
    let mut found = HashMap::new();
    for attempt in 0..UNPROCESSED_LIMIT {
        if attempt > 0 {
            let wait = UNPROCESSED_WAIT * 2_u32.saturating_pow(attempt - 1);
            tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64())).await;
        }
        let tables: Vec<String> = request.keys().cloned().collect();
        let send = |request| {
            let request = client.batch_get_item().set_request_items(Some(request));
            // The SDK's future has 30 KB, and each future around it would copy it.
            Box::pin(async move { request.send().await.map_err(|error| RequestError::of(&error)) })
        };
        let answer = hedged(request, hedge_after, send).await?;
        let responses = answer.responses.unwrap_or_default();
        request = answer.unprocessed_keys.unwrap_or_default();
        request.retain(|_, keys| !keys.keys.is_empty());
        // A table without a found item answers with an empty list. One that isn't there at all was
        // not looked into, and nothing in it may count as missing.
        if !tables.iter().all(|name| responses.contains_key(name) || request.contains_key(name)) {
            return Err(RequestError::new(RequestFault::Failed));
        }
        if attempt == 0 {
            found = responses;
        } else {
            for (table, items) in responses {
                found.entry(table).or_default().extend(items);
            }
        }
        if request.is_empty() {
            return Ok(found);
        }
    }
    // Nobody knows whether the items that are left exist.
    Err(RequestError::new(RequestFault::Throttled))
}
