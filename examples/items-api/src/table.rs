//! The items on DynamoDB. The partition is the organisation of the claims and nothing else, so that
//! no request can reach into another one.
//!
//! | `pk` | `sk` | |
//! |---|---|---|
//! | `ORG#acme-corp` | `ITEM#a-1` | one item |
//! | `ORG#acme-corp` | `COUNT` | how many there are |

use std::collections::{BTreeSet, HashMap};
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{
    AttributeValue, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use cognito_claims::OrgId;
use tracing::warn;

use crate::item::{Id, Item};
use crate::page::Page;
use crate::problem::Problem;

/// How often adding an item is tried: two callers of one organisation may change its counter at the
/// same time, and then one of them has to try again.
const MOST_ATTEMPTS: u32 = 6;
/// How long all attempts may take together, so that there is an answer before Lambda ends the
/// function (after 10 seconds in `infra/`).
const DEADLINE: Duration = Duration::from_secs(8);

type Attributes = HashMap<String, AttributeValue>;

/// The table with everybody's items.
#[derive(Debug)]
pub(crate) struct Table {
    client: Client,
    name: String,
}

/// An item that is in the table now.
#[derive(Debug)]
pub(crate) enum Added {
    /// It is new.
    Now,
    /// The same caller has added the same item before, and this is how it is kept. Asking again is
    /// no mistake: the first answer may have been lost after everything was written.
    Before(Item),
}

/// Why an item was not added.
enum NotAdded {
    /// Another caller was at the same counter; trying again helps.
    Met,
    Because(Problem),
}

/// Items that are left out of a list, for the log.
#[derive(Debug, Default)]
struct LeftOut {
    items: usize,
    /// The names of what is missing, or of another form.
    attributes: BTreeSet<&'static str>,
}

impl Table {
    pub(crate) fn new(client: Client, name: String) -> Self {
        Self { client, name }
    }

    /// A page of an organisation's items, and its last item unless it is the last page.
    ///
    /// An item that somebody else wrote in another form is left out and logged, so that it doesn't
    /// hide the organisation's other items.
    pub(crate) async fn items(
        &self,
        org_id: &OrgId,
        page: &Page,
    ) -> Result<(Vec<Item>, Option<Id>), Problem> {
        let start = page.after.as_ref().map(|id| key(org_id, &item_key(id)));
        let query = self
            .client
            .query()
            .table_name(&self.name)
            .key_condition_expression("pk = :org AND begins_with(sk, :item)")
            .expression_attribute_values(":org", partition(org_id))
            .expression_attribute_values(":item", text("ITEM#"))
            .set_exclusive_start_key(start)
            .limit(page.limit.into())
            .send();
        let output = query.await.map_err(|error| Problem::unavailable(fault(&error)))?;
        // Without the last item's id there is no token for the next page, and an answer without a
        // token would mean that the list ends here.
        let last = output.last_evaluated_key().map(|key| {
            id(key).ok_or_else(|| Problem::unavailable("an item's `sk` is of another form"))
        });
        let (items, odd) = readable(output.items());
        if odd.items > 0 {
            let attributes: Vec<&str> = odd.attributes.into_iter().collect();
            let cause = "an attribute is missing or of another form";
            let attributes = attributes.join(",");
            warn!(cause, items = odd.items, attributes, "items_left_out");
        }
        Ok((items, last.transpose()?))
    }

    /// Adds an item, and counts it: both or neither, so that no number of callers at once can
    /// bring an organisation above its limit.
    pub(crate) async fn add(
        &self,
        org_id: &OrgId,
        item: &Item,
        limit: Option<u32>,
    ) -> Result<Added, Problem> {
        let added = tokio::time::timeout(DEADLINE, self.keep_trying(org_id, item, limit)).await;
        added.unwrap_or_else(|_| Err(Problem::unavailable("no answer before the deadline")))
    }

    async fn keep_trying(
        &self,
        org_id: &OrgId,
        item: &Item,
        limit: Option<u32>,
    ) -> Result<Added, Problem> {
        for attempt in 0..MOST_ATTEMPTS {
            if attempt > 0 {
                let wait = Duration::from_millis(20) * 2_u32.saturating_pow(attempt);
                tokio::time::sleep(wait.mul_f64(fastrand::f64())).await;
            }
            match self.try_to_add(org_id, item, limit).await {
                Ok(added) => return Ok(added),
                Err(NotAdded::Because(problem)) => return Err(problem),
                Err(NotAdded::Met) => {}
            }
        }
        Err(Problem::unavailable("too many callers add at once"))
    }

    async fn try_to_add(
        &self,
        org_id: &OrgId,
        item: &Item,
        limit: Option<u32>,
    ) -> Result<Added, NotAdded> {
        let built = |_| failed("no request for this item");
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(attributes(org_id, item)))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(built)?;
        let count = Update::builder()
            .table_name(&self.name)
            .set_key(Some(key(org_id, "COUNT")))
            .update_expression("ADD item_count :one")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        let count = match limit {
            None => count,
            Some(limit) => count
                .condition_expression("attribute_not_exists(item_count) OR item_count < :limit")
                .expression_attribute_values(":limit", AttributeValue::N(limit.to_string())),
        };
        let count = count.build().map_err(built)?;
        let sent = self
            .client
            .transact_write_items()
            .transact_items(TransactWriteItem::builder().put(put).build())
            .transact_items(TransactWriteItem::builder().update(count).build())
            .send();
        match sent.await {
            Ok(_) => Ok(Added::Now),
            Err(error) => match kept(&error) {
                Some(kept) if kept.is_as_asked_for(item) => Ok(Added::Before(kept)),
                _ => Err(not_added(&error)),
            },
        }
    }
}

/// The item that was in the way of a new one.
fn kept(error: &SdkError<TransactWriteItemsError>) -> Option<Item> {
    match error.as_service_error()? {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => {
            item(cancelled.cancellation_reasons().first()?.item()?).ok()
        }
        _ => None,
    }
}

fn not_added(error: &SdkError<TransactWriteItemsError>) -> NotAdded {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            let reasons = cancelled.cancellation_reasons().iter();
            cancelled_by(&reasons.filter_map(|reason| reason.code()).collect::<Vec<_>>())
        }
        _ => failed(fault(error)),
    }
}

/// SPEC: AWS, DynamoDB API reference, TransactWriteItems: one reason per action, in their order.
fn cancelled_by(codes: &[&str]) -> NotAdded {
    match codes {
        ["ConditionalCheckFailed", _] => NotAdded::Because(Problem::exists()),
        [_, "ConditionalCheckFailed"] => NotAdded::Because(Problem::tier_limit()),
        codes if codes.contains(&"TransactionConflict") => NotAdded::Met,
        codes => failed(codes.join(", ")),
    }
}

fn failed(cause: impl Into<String>) -> NotAdded {
    NotAdded::Because(Problem::unavailable(cause))
}

/// The error's name, without texts of the table's.
fn fault<E: ProvideErrorMetadata>(error: &SdkError<E>) -> String {
    error.code().unwrap_or("no answer").to_owned()
}

fn text(text: impl Into<String>) -> AttributeValue {
    AttributeValue::S(text.into())
}

fn partition(org_id: &OrgId) -> AttributeValue {
    text(format!("ORG#{org_id}"))
}

fn key(org_id: &OrgId, sort: &str) -> Attributes {
    HashMap::from([("pk".to_owned(), partition(org_id)), ("sk".to_owned(), text(sort))])
}

fn item_key(id: &Id) -> String {
    format!("ITEM#{}", id.as_str())
}

fn attributes(org_id: &OrgId, item: &Item) -> Attributes {
    let mut attributes = key(org_id, &item_key(&item.id));
    attributes.extend([
        ("name".to_owned(), text(&item.name)),
        ("created_at".to_owned(), AttributeValue::N(item.created_at.to_string())),
        ("created_by".to_owned(), text(&item.created_by)),
    ]);
    attributes
}

/// The items that can be read, and what the log says of the others.
fn readable(list: &[Attributes]) -> (Vec<Item>, LeftOut) {
    let (mut items, mut odd) = (Vec::new(), LeftOut::default());
    for attributes in list {
        match item(attributes) {
            Ok(item) => items.push(item),
            Err(attribute) => {
                odd.items += 1;
                odd.attributes.insert(attribute);
            }
        }
    }
    (items, odd)
}

/// Reads an item, or names the attribute that is missing or of another form.
fn item(attributes: &Attributes) -> Result<Item, &'static str> {
    let text = |name| attributes.get(name).and_then(|value| value.as_s().ok()).cloned().ok_or(name);
    let number = |name| attributes.get(name).and_then(|value| value.as_n().ok()?.parse().ok());
    Ok(Item {
        id: id(attributes).ok_or("sk")?,
        name: text("name")?,
        created_at: number("created_at").ok_or("created_at")?,
        created_by: text("created_by")?,
    })
}

fn id(key: &Attributes) -> Option<Id> {
    Id::parse(key.get("sk")?.as_s().ok()?.strip_prefix("ITEM#")?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_transaction_says_why() {
        let reason = |codes: &[&str]| match cancelled_by(codes) {
            NotAdded::Met => "met".to_owned(),
            NotAdded::Because(problem) => problem.reason().to_owned(),
        };
        for (codes, expected) in [
            (["ConditionalCheckFailed", "None"], "exists"),
            (["ConditionalCheckFailed", "ConditionalCheckFailed"], "exists"),
            (["None", "ConditionalCheckFailed"], "tier_limit"),
            (["None", "TransactionConflict"], "met"),
            (["None", "ThrottlingError"], "table_failed"),
        ] {
            assert_eq!(reason(&codes), expected, "{codes:?}");
        }
        assert_eq!(reason(&[]), "table_failed");
    }
}
