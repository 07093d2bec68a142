//! The records in their table on DynamoDB: one is put or taken away under a condition, all are listed.
//!
//! With `seed/`'s two files the only ones of the command that name the SDK.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::put_item::PutItemError;
use aws_sdk_dynamodb::types::{AttributeValue, ReturnValue, ReturnValuesOnConditionCheckFailure};
use claimsmith::records::dynamo::{settings, store_error};
use claimsmith_dynamo::{RequestError, Settings};
use serde_json::Value;

use super::condition;
use super::place::Place;
use super::record::{REVOKED_AT, Record};
use super::subject::{PREFIX, Subject};
use crate::status::Failure;
use crate::table::{address, client, surroundings, told};

/// How long one attempt may take.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

type Attributes = HashMap<String, AttributeValue>;

/// The table.
pub struct Table<'p> {
    client: Client,
    place: &'p Place,
    /// Where it is looked for.
    address: String,
}

/// What came of a put.
#[derive(Debug, PartialEq, Eq)]
pub enum Put {
    /// It is written.
    Written,
    /// What is there was left.
    Left(Record),
}

/// What came of taking away.
#[derive(Debug, PartialEq, Eq)]
pub enum Taken {
    /// This was there.
    Away(Record),
    /// There was nothing.
    Nothing,
    /// What is there was written by other means.
    Foreign,
}

impl<'p> Table<'p> {
    /// The way to it. It opens no connection yet.
    pub async fn connect(place: &'p Place) -> Result<Self, Failure> {
        place.expect_table()?;
        let known = place.connection.as_ref().map(settings).unwrap_or_default();
        let settings = Settings { attempt_timeout: Some(ATTEMPT_TIMEOUT), ..known };
        let surroundings = surroundings()?;
        let client = Box::pin(client(&settings, &surroundings)).await?;
        let connection = place.connection.clone().unwrap_or_default();
        Ok(Self { client, place, address: address(&connection, &surroundings) })
    }

    /// Writes a record, unless one is there that revokes more, stays longer or is the same.
    pub async fn put(&self, subject: &Subject, record: &Record) -> Result<Put, Failure> {
        let mut item = self.key(subject);
        item.extend(record.attributes().into_iter().filter_map(|(name, value)| {
            let value = match value {
                Value::String(text) => AttributeValue::S(text),
                Value::Number(number) => AttributeValue::N(number.to_string()),
                _ => return None,
            };
            Some((name, value))
        }));
        let condition = condition::of(record, &self.place.partition_key);
        let numbers = condition.numbers.into_iter();
        let numbers = numbers.map(|(name, number)| (name, AttributeValue::N(number.to_string())));
        let texts = condition.texts.into_iter();
        let texts = texts.map(|(name, text)| (name, AttributeValue::S(text.to_owned())));
        let values: Attributes =
            numbers.chain(texts).map(|(name, value)| (name.to_owned(), value)).collect();
        let names = condition.names.into_iter().map(|(name, stands)| (name.to_owned(), stands));
        let request = self
            .client
            .put_item()
            .table_name(&self.place.table)
            .set_item(Some(item))
            .condition_expression(condition.expression)
            .set_expression_attribute_names(Some(names.collect()))
            // DynamoDB refuses a list of values without one.
            .set_expression_attribute_values((!values.is_empty()).then_some(values))
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match &Box::pin(request.send()).await {
            Ok(_) => Ok(Put::Written),
            Err(SdkError::ServiceError(error))
                if let PutItemError::ConditionalCheckFailedException(failed) = error.err() =>
            {
                match &failed.item {
                    Some(found) => Ok(Put::Left(self.record(found))),
                    None => Err(self.failed("it didn't say what is there")),
                }
            }
            Err(error) => Err(self.fault(RequestError::of(error))),
        }
    }

    /// Takes a record away, if this command wrote it.
    pub async fn take(&self, subject: &Subject) -> Result<Taken, Failure> {
        let request = self
            .client
            .delete_item()
            .table_name(&self.place.table)
            .set_key(Some(self.key(subject)))
            .condition_expression("attribute_exists(#at)")
            .expression_attribute_names("#at", REVOKED_AT)
            .return_values(ReturnValue::AllOld)
            .return_values_on_condition_check_failure(ReturnValuesOnConditionCheckFailure::AllOld);
        match &Box::pin(request.send()).await {
            Ok(answer) => match &answer.attributes {
                Some(found) => Ok(Taken::Away(self.record(found))),
                None => Err(self.failed("it didn't say what was there")),
            },
            Err(SdkError::ServiceError(error))
                if let DeleteItemError::ConditionalCheckFailedException(failed) = error.err() =>
            {
                Ok(if failed.item.is_some() { Taken::Foreign } else { Taken::Nothing })
            }
            Err(error) => Err(self.fault(RequestError::of(error))),
        }
    }

    /// All records. It reads the whole table, a page at a time; `done` is told how
    /// many items each page had.
    pub async fn list(&self, done: &mut impl FnMut(usize)) -> Result<Vec<Record>, Failure> {
        let mut records = Vec::new();
        let mut from: Option<Attributes> = None;
        loop {
            let mut request = self
                .client
                .scan()
                .table_name(&self.place.table)
                .consistent_read(true)
                .expression_attribute_names("#key", &self.place.partition_key)
                .expression_attribute_values(":prefix", AttributeValue::S(PREFIX.to_owned()))
                .set_exclusive_start_key(from);
            let mut filter = "begins_with(#key, :prefix)".to_owned();
            if let Some((name, value)) = &self.place.sort {
                filter.push_str(" AND #sort = :sort");
                request = request
                    .expression_attribute_names("#sort", name)
                    .expression_attribute_values(":sort", AttributeValue::S(value.clone()));
            }
            let page = Box::pin(request.filter_expression(filter).send()).await;
            let page = page.map_err(|error| self.fault(RequestError::of(&error)))?;
            records.extend(page.items().iter().map(|item| self.record(item)));
            done(usize::try_from(page.scanned_count).unwrap_or_default());
            from = page.last_evaluated_key.filter(|key| !key.is_empty());
            if from.is_none() {
                return Ok(records);
            }
        }
    }

    fn key(&self, subject: &Subject) -> Attributes {
        let key = self.place.key(subject).into_iter();
        key.map(|(name, value)| (name, AttributeValue::S(value))).collect()
    }

    fn record(&self, item: &Attributes) -> Record {
        let text = |name: &str| Some(item.get(name)?.as_s().ok()?.as_str());
        let number = |name: &str| Some(item.get(name)?.as_n().ok()?.as_str());
        Record::of(text(&self.place.partition_key).unwrap_or_default(), text, number)
    }

    fn fault(&self, error: RequestError) -> Failure {
        self.failed(&told(&store_error(error), &self.address, &[]))
    }

    fn failed(&self, problem: &str) -> Failure {
        let problem = format!("table `{}`: {problem}", self.place.table);
        Failure::Machine(std::io::Error::other(problem))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use claimsmith_dynamo::{Surroundings, connect};
    use claimsmith_testbed::dynamodb_local;

    use crate::revoke::record::Reach;
    use crate::revoke::record::tests::{lasts_as_long_as, record};
    use crate::revoke::subject::Kind;

    /// A new table, as the authorizer's file would say it.
    fn place(sort: bool) -> Place {
        let dynamodb = dynamodb_local::shared().unwrap();
        Place {
            file: "authorizer.toml".to_owned(),
            table: dynamodb.create_table("pk", sort.then_some("sk")).unwrap(),
            partition_key: "pk".to_owned(),
            sort: sort.then(|| ("sk".to_owned(), "REVOKED".to_owned())),
            connection: None,
        }
    }

    async fn table(place: &Place) -> Table<'_> {
        let surroundings = Surroundings {
            region: Some("eu-west-1".to_owned()),
            keys: Some(("testbed".to_owned(), "testbed".to_owned())),
            endpoint: Some(dynamodb_local::shared().unwrap().url()),
            ..Surroundings::default()
        };
        Table {
            client: connect(&Settings::default(), &surroundings).await.unwrap(),
            place,
            address: String::new(),
        }
    }

    fn client(value: &str) -> Subject {
        Subject { kind: Kind::Client, value: value.to_owned() }
    }

    async fn put(table: &Table<'_>, subject: &Subject, record: &Record) -> Put {
        table.put(subject, record).await.unwrap_or_else(|failure| panic!("{}", failure.into_text()))
    }

    async fn take(table: &Table<'_>, subject: &Subject) -> Taken {
        table.take(subject).await.unwrap_or_else(|failure| panic!("{}", failure.into_text()))
    }

    async fn list(table: &Table<'_>, pages: &mut usize) -> Vec<Record> {
        let listed = table.list(&mut |_| *pages += 1).await;
        listed.unwrap_or_else(|failure| panic!("{}", failure.into_text()))
    }

    #[tokio::test]
    async fn a_record_replaces_only_what_revokes_no_more_and_stays_no_longer() {
        let place = place(true);
        let table = table(&place).await;
        let (reaches, ends) = ([None, Some(0), Some(5), Some(7)], [None, Some(50), Some(70)]);
        let all: Vec<Record> = reaches
            .iter()
            .flat_map(|before| ends.iter().map(|until| record(*before, *until)))
            .collect();
        for (first, one) in all.iter().enumerate() {
            for (second, other) in all.iter().enumerate() {
                let subject = client(&format!("{first}_{second}"));
                let named =
                    |record: &Record| Record { value: subject.value.clone(), ..record.clone() };
                assert_eq!(put(&table, &subject, one).await, Put::Written);
                let covers = other.reaches_as_far_as(one) && lasts_as_long_as(other, one);
                let expected = match covers && first != second {
                    true => Put::Written,
                    false => Put::Left(named(one)),
                };
                assert_eq!(put(&table, &subject, other).await, expected, "{one:?} {other:?}");
                let there = if expected == Put::Written { other } else { one };
                assert_eq!(take(&table, &subject).await, Taken::Away(named(there)));
            }
        }
        assert_eq!(list(&table, &mut 0).await, []);
    }

    #[tokio::test]
    async fn of_all_who_write_at_once_the_one_that_covers_the_others_stays() {
        let place = place(false);
        let table = table(&place).await;
        for round in 0..10 {
            let subject = client(&format!("raced{round}"));
            let table = &table;
            let races = (1..=12_u64).map(|n| {
                let record = record((n != 7).then_some(n), (n != 7).then_some(1000 + n));
                let subject = &subject;
                async move { put(table, subject, &record).await }
            });
            let races: Vec<_> = races.map(Box::pin).collect();
            let put = at_once(races).await;
            assert!(put.contains(&Put::Written));
            let Taken::Away(stayed) = take(table, &subject).await else {
                panic!("nothing is there")
            };
            assert_eq!((stayed.reach, stayed.until), (Reach::All, None));
        }
    }

    /// Awaits all of them side by side.
    async fn at_once<T>(mut futures: Vec<std::pin::Pin<Box<impl Future<Output = T>>>>) -> Vec<T> {
        let mut done: Vec<Option<T>> = futures.iter().map(|_| None).collect();
        std::future::poll_fn(|context| {
            for (future, done) in futures.iter_mut().zip(&mut done) {
                if done.is_none()
                    && let std::task::Poll::Ready(value) = future.as_mut().poll(context)
                {
                    *done = Some(value);
                }
            }
            match done.iter().all(Option::is_some) {
                true => std::task::Poll::Ready(()),
                false => std::task::Poll::Pending,
            }
        })
        .await;
        done.into_iter().flatten().collect()
    }

    /// An item with these attributes beside its key.
    async fn by_hand(table: &Table<'_>, subject: &Subject, attributes: &[(&str, AttributeValue)]) {
        let mut item = table.key(subject);
        item.extend(attributes.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        let request = table.client.put_item().table_name(&table.place.table).set_item(Some(item));
        request.send().await.unwrap();
    }

    #[tokio::test]
    async fn what_somebody_wrote_by_hand_counts_as_its_readers_take_it_and_stays_theirs() {
        let place = place(true);
        let table = table(&place).await;
        let number = |digits: &str| AttributeValue::N(digits.to_owned());
        for (at, (before, reach)) in [
            (number("5"), Reach::Until(5)),
            // Readers take these for none, so everything is revoked.
            (number("4.5"), Reach::All),
            (number("-5"), Reach::All),
            (AttributeValue::S("5".to_owned()), Reach::All),
        ]
        .into_iter()
        .enumerate()
        {
            let subject = client(&format!("by_hand{at}"));
            by_hand(&table, &subject, &[("before", before)]).await;
            let found =
                Record { value: subject.value.clone(), revoked_at: None, ..record(None, None) };
            let found = Record { reach, ..found };
            let narrow = record(Some(9), None);
            assert_eq!(put(&table, &subject, &narrow).await, Put::Left(found.clone()), "{reach:?}");
            assert_eq!(take(&table, &subject).await, Taken::Foreign);
            assert_eq!(list(&table, &mut 0).await.last(), Some(&found));
            assert_eq!(put(&table, &subject, &record(None, None)).await, Put::Written);
            assert!(matches!(take(&table, &subject).await, Taken::Away(_)));
            assert_eq!(take(&table, &subject).await, Taken::Nothing);
        }
    }

    #[tokio::test]
    async fn a_list_goes_through_all_pages_and_shows_nothing_else() {
        let place = place(true);
        let table = table(&place).await;
        let other =
            Place { sort: Some(("sk".to_owned(), "PROFILE".to_owned())), ..place_of(&place) };
        let elsewhere =
            Table { client: table.client.clone(), place: &other, address: String::new() };
        // A page has 1 MB at most.
        let long = AttributeValue::S("x".repeat(300_000));
        for at in 0..8 {
            by_hand(&elsewhere, &client(&format!("other{at}")), &[("x", long.clone())]).await;
            put(&table, &client(&format!("mine{at}")), &record(None, None)).await;
        }
        let mut pages = 0;
        let mut values: Vec<String> =
            list(&table, &mut pages).await.into_iter().map(|record| record.value).collect();
        values.sort();
        assert_eq!(values, (0..8).map(|at| format!("mine{at}")).collect::<Vec<_>>());
        assert!(pages > 2, "{pages}");
    }

    fn place_of(place: &Place) -> Place {
        Place {
            file: place.file.clone(),
            table: place.table.clone(),
            partition_key: place.partition_key.clone(),
            sort: place.sort.clone(),
            connection: None,
        }
    }

    #[tokio::test]
    async fn a_table_that_is_not_there_is_named_and_nothing_of_the_record() {
        let gone = Place { table: "gone".to_owned(), ..place(true) };
        let table = table(&gone).await;
        let subject = client("s3cret");
        let failures = [
            table.put(&subject, &record(None, None)).await.map(drop).unwrap_err(),
            table.take(&subject).await.map(drop).unwrap_err(),
            table.list(&mut |_| {}).await.map(drop).unwrap_err(),
        ];
        for failure in failures {
            let text = failure.into_text();
            assert!(text.starts_with("table `gone`: ") && !text.contains("s3cret"), "{text}");
        }
    }
}
