//! Items of one partition, of a table or an index, in the order of their sort keys: `Query`, one
//! page of it.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::operation::query::builders::QueryInputBuilder;

use crate::batch::Attributes;
use crate::error::{RequestError, RequestFault};
use crate::hedge::hedged;

/// One page of what a query found.
#[derive(Debug)]
pub struct Page {
    /// The items.
    pub items: Vec<Attributes>,
    /// Whether these are all that match.
    pub is_last: bool,
}

/// The first page of what matches.
///
/// With `hedge_after` a second request is sent beside one that takes longer.
///
/// # Errors
/// The table could not answer.
pub async fn query(
    client: &Client,
    request: QueryInputBuilder,
    hedge_after: Option<Duration>,
) -> Result<Page, RequestError> {
    let send = |request: QueryInputBuilder| {
        // The SDK's future has 30 KB, and each future around it would copy it.
        Box::pin(async move {
            request.send_with(client).await.map_err(|error| RequestError::of(&error))
        })
    };
    let answer = hedged(request, hedge_after, send).await?;
    // An answer without a list says nothing about what there is.
    let items = answer.items.ok_or_else(|| RequestError::new(RequestFault::Failed))?;
    // SPEC: AWS, DynamoDB API reference, Query: "If LastEvaluatedKey is empty, then the "last page"
    // of results has been processed and there is no more data to be retrieved."
    let is_last = answer.last_evaluated_key.is_none_or(|key| key.is_empty());
    Ok(Page { items, is_last })
}
