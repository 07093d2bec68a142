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
use aws_sdk_dynamodb::types::builders::UpdateBuilder;
use aws_sdk_dynamodb::types::{
    AttributeValue, Delete, Put, ReturnValuesOnConditionCheckFailure, TransactWriteItem, Update,
};
use cognito_claims::OrgId;
use tracing::warn;

use crate::item::{Id, Item};
use crate::page::Page;
use crate::problem::Problem;

/// How often writing an item is tried: two callers of one organisation may change its counter at the
/// same time, and then one of them has to try again.
const MOST_ATTEMPTS: u32 = 6;
/// How long all attempts may take together, so that there is an answer before Lambda ends the
/// function (after 10 seconds in `infra/`).
const DEADLINE: Duration = Duration::from_secs(8);

type Attributes = HashMap<String, AttributeValue>;
type NoAnswer = SdkError<TransactWriteItemsError>;

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

/// Why nothing was written.
enum NotWritten {
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

    /// Adds an item, and counts it, so that no number of callers at once can bring an organisation
    /// above its limit.
    pub(crate) async fn add(
        &self,
        org_id: &OrgId,
        item: &Item,
        limit: Option<u32>,
    ) -> Result<Added, Problem> {
        let put = Put::builder()
            .table_name(&self.name)
            .set_item(Some(attributes(org_id, item)))
            .condition_expression("attribute_not_exists(pk)")
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld)
            .build()
            .map_err(built)?;
        let count = match limit {
            None => self.count(org_id, "1"),
            Some(limit) => self
                .count(org_id, "1")
                .condition_expression("attribute_not_exists(item_count) OR item_count < :limit")
                .expression_attribute_values(":limit", AttributeValue::N(limit.to_string())),
        };
        let put = TransactWriteItem::builder().put(put).build();
        let before = self.write(put, count, |error| match in_the_way(error).map(item_of) {
            Some(Ok(kept)) if kept.is_as_asked_for(item) => Ok(Added::Before(kept)),
            _ => Err(not_written(error, Problem::exists)),
        });
        Ok(before.await?.unwrap_or(Added::Now))
    }

    /// Deletes an item that the maker made, or whoever, and counts it no more.
    ///
    /// The table itself compares the maker, when it deletes: looked at before, the item could be
    /// another one by then.
    pub(crate) async fn delete(
        &self,
        org_id: &OrgId,
        id: &Id,
        maker: Option<&str>,
    ) -> Result<(), Problem> {
        let delete = Delete::builder()
            .table_name(&self.name)
            .set_key(Some(key(org_id, &item_key(id))))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        let delete = match maker {
            None => delete.condition_expression("attribute_exists(pk)"),
            Some(maker) => delete
                .condition_expression("created_by = :maker")
                .expression_attribute_values(":maker", text(maker)),
        };
        let delete = TransactWriteItem::builder().delete(delete.build().map_err(built)?).build();
        let written = self.write(delete, self.count(org_id, "-1"), |error| {
            let there = in_the_way(error).is_some();
            Err(not_written(error, if there { Problem::not_owner } else { Problem::no_item }))
        });
        written.await.map(|_: Option<()>| ())
    }

    fn count(&self, org_id: &OrgId, change: &str) -> UpdateBuilder {
        Update::builder()
            .table_name(&self.name)
            .set_key(Some(key(org_id, "COUNT")))
            .update_expression("ADD item_count :change")
            .expression_attribute_values(":change", AttributeValue::N(change.to_owned()))
    }

    /// Writes an item and the counter: both or neither. `otherwise` says what it means if the table
    /// wrote nothing.
    async fn write<T>(
        &self,
        item: TransactWriteItem,
        count: UpdateBuilder,
        otherwise: impl Fn(&NoAnswer) -> Result<T, NotWritten>,
    ) -> Result<Option<T>, Problem> {
        let count = TransactWriteItem::builder().update(count.build().map_err(built)?).build();
        let written = tokio::time::timeout(DEADLINE, self.keep_trying([item, count], otherwise));
        written.await.unwrap_or_else(|_| Err(Problem::unavailable("no answer before the deadline")))
    }

    async fn keep_trying<T>(
        &self,
        both: [TransactWriteItem; 2],
        otherwise: impl Fn(&NoAnswer) -> Result<T, NotWritten>,
    ) -> Result<Option<T>, Problem> {
        for attempt in 0..MOST_ATTEMPTS {
            if attempt > 0 {
                let wait = Duration::from_millis(20) * 2_u32.saturating_pow(attempt);
                tokio::time::sleep(wait.mul_f64(fastrand::f64())).await;
            }
            let both = Some(both.to_vec());
            match self.client.transact_write_items().set_transact_items(both).send().await {
                Ok(_) => return Ok(None),
                Err(error) => match otherwise(&error) {
                    Ok(told) => return Ok(Some(told)),
                    Err(NotWritten::Because(problem)) => return Err(problem),
                    Err(NotWritten::Met) => {}
                },
            }
        }
        Err(Problem::unavailable("too many callers write at once"))
    }
}

/// The item that a condition was asked of.
fn in_the_way(error: &NoAnswer) -> Option<&Attributes> {
    match error.as_service_error()? {
        TransactWriteItemsError::TransactionCanceledException(cancelled) => {
            cancelled.cancellation_reasons().first()?.item()
        }
        _ => None,
    }
}

/// `refused` is what it means if the item's condition didn't hold.
fn not_written(error: &NoAnswer, refused: fn() -> Problem) -> NotWritten {
    match error.as_service_error() {
        Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) => {
            let reasons = cancelled.cancellation_reasons().iter();
            cancelled_by(&reasons.filter_map(|reason| reason.code()).collect::<Vec<_>>(), refused)
        }
        _ => failed(fault(error)),
    }
}

/// SPEC: AWS, DynamoDB API reference, TransactWriteItems: one reason per action, in their order.
fn cancelled_by(codes: &[&str], refused: fn() -> Problem) -> NotWritten {
    match codes {
        ["ConditionalCheckFailed", _] => NotWritten::Because(refused()),
        [_, "ConditionalCheckFailed"] => NotWritten::Because(Problem::tier_limit()),
        codes if codes.contains(&"TransactionConflict") => NotWritten::Met,
        codes => failed(codes.join(", ")),
    }
}

fn failed(cause: impl Into<String>) -> NotWritten {
    NotWritten::Because(Problem::unavailable(cause))
}

fn built<E>(_: E) -> Problem {
    Problem::unavailable("no request for this item")
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
        match item_of(attributes) {
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
fn item_of(attributes: &Attributes) -> Result<Item, &'static str> {
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
        let reason = |codes: &[&str]| match cancelled_by(codes, Problem::exists) {
            NotWritten::Met => "met".to_owned(),
            NotWritten::Because(problem) => problem.reason().to_owned(),
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
