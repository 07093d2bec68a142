//! One table on DynamoDB: make it, compare it with a list of items, write to it.
//!
//! With `attribute.rs` beside it and `revoke/table.rs` the only file of the command that names the SDK. The client, with its certificates and credentials, is the trigger's own.

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{BuildError, ProvideErrorMetadata, SdkError};
use aws_sdk_dynamodb::types::{
    AttributeDefinition, BillingMode, KeySchemaElement, KeyType, KeysAndAttributes, PutRequest,
    ScalarAttributeType, TableDescription, TableStatus, WriteRequest,
};
use claimsmith::policy::{self, Key};
use claimsmith::records::dynamo::{key_of, store_error};
use claimsmith_dynamo::{RequestError, RequestFault, batch_get_once};

use super::attribute::{Attributes, attributes, equal};
use super::items::Put;
use crate::table::{describe, of_keys, told};

/// Most keys of one BatchGetItem. SPEC: AWS, DynamoDB API reference.
const READ_LIMIT: usize = 100;
/// Most items of one BatchWriteItem. SPEC: as above.
const WRITE_LIMIT: usize = 25;
/// How often in a row a request may bring nothing before the table counts as throttled.
const FRUITLESS_LIMIT: u32 = 10;
const FIRST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);
/// How often a new table is asked whether it is ready, and how long in between.
const READY_LIMIT: u32 = 120;
const READY_WAIT: Duration = Duration::from_millis(500);

/// A table of the policy that is on DynamoDB.
pub struct LiveTable<'p> {
    /// The client.
    pub client: Client,
    /// The table's name.
    pub name: &'p str,
    /// Its keys.
    pub keys: &'p policy::Table,
    /// Where it is looked for.
    pub address: String,
}

/// What is in the table in the place of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Nothing.
    Missing,
    /// The same item.
    Equal,
    /// Another item.
    Different,
}

/// What went wrong, for people: the table's name and the kind of fault.
pub type Trouble = String;

impl LiveTable<'_> {
    /// Compares the table with items, by consistent reads. One standing per item.
    pub async fn compare(
        &self,
        puts: &[Put],
        done: &mut impl FnMut(usize),
    ) -> Result<Vec<Standing>, Trouble> {
        let mut standings = Vec::with_capacity(puts.len());
        for chunk in puts.chunks(READ_LIMIT) {
            let found = Box::pin(self.read(chunk)).await?;
            standings.extend(chunk.iter().map(|put| match found.get(&put.key) {
                None => Standing::Missing,
                Some(item) if equal(item, &attributes(&put.item)) => Standing::Equal,
                Some(_) => Standing::Different,
            }));
            done(chunk.len());
        }
        Ok(standings)
    }

    async fn read(&self, puts: &[Put]) -> Result<HashMap<Key, Attributes>, Trouble> {
        let mut found = HashMap::new();
        let mut backoff = Backoff::default();
        let keys = puts.iter().map(|put| self.key_attributes(&attributes(&put.item))).collect();
        let keys = KeysAndAttributes::builder().set_keys(Some(keys)).consistent_read(true).build();
        let mut wanted = HashMap::from([(self.name.to_owned(), keys.map_err(incomplete)?)]);
        while !wanted.is_empty() {
            let before = found.len();
            match batch_get_once(&self.client, wanted.clone(), None).await {
                Ok(batch) => {
                    for item in batch.found.into_values().flatten() {
                        if let Some(key) = key_of(&item, self.keys) {
                            found.insert(key, item);
                        }
                    }
                    wanted = batch.left;
                }
                Err(error) if error.fault == RequestFault::Throttled => {}
                Err(error) => return Err(self.trouble(error)),
            }
            if !wanted.is_empty() {
                backoff.wait(found.len() > before).await.ok_or_else(|| self.tired())?;
            }
        }
        Ok(found)
    }

    /// Writes items, whatever is in their places.
    pub async fn write(&self, puts: &[&Put], done: &mut impl FnMut(usize)) -> Result<(), Trouble> {
        for chunk in puts.chunks(WRITE_LIMIT) {
            let place = chunk.first().map(|put| put.place.as_str()).unwrap_or_default();
            Box::pin(self.write_batch(chunk))
                .await
                .map_err(|trouble| format!("{trouble}; writing stopped at {place}"))?;
            done(chunk.len());
        }
        Ok(())
    }

    async fn write_batch(&self, puts: &[&Put]) -> Result<(), Trouble> {
        let request = |put: &&Put| {
            let put = PutRequest::builder().set_item(Some(attributes(&put.item))).build();
            put.map(|put| WriteRequest::builder().put_request(put).build())
        };
        let mut left =
            puts.iter().map(request).collect::<Result<Vec<_>, _>>().map_err(incomplete)?;
        let mut backoff = Backoff::default();
        while !left.is_empty() {
            let before = left.len();
            let request = self.client.batch_write_item().request_items(self.name, left.clone());
            match request.send().await {
                Ok(answer) => {
                    left = answer
                        .unprocessed_items
                        .unwrap_or_default()
                        .into_values()
                        .flatten()
                        .collect();
                }
                Err(error) if throttled(&error) => {}
                Err(error) => return Err(self.trouble(RequestError::of(&error))),
            }
            if !left.is_empty() {
                backoff.wait(left.len() < before).await.ok_or_else(|| self.tired())?;
            }
        }
        Ok(())
    }

    /// Makes the table unless it is there, and waits until it can be used. Whether it was made.
    pub async fn create(&self) -> Result<bool, Trouble> {
        let mut created = false;
        if let Some(table) = self.describe().await? {
            self.expect_keys(&table)?;
        } else {
            self.send_create().await?;
            created = true;
        }
        for _ in 0..READY_LIMIT {
            let status = self.describe().await?.and_then(|table| table.table_status);
            if status == Some(TableStatus::Active) {
                return Ok(created);
            }
            tokio::time::sleep(READY_WAIT).await;
        }
        Err(format!("table `{}`: it doesn't become active", self.name))
    }

    /// `None` if there is no such table.
    async fn describe(&self) -> Result<Option<TableDescription>, Trouble> {
        describe(&self.client, self.name).await.map_err(|error| self.trouble(error))
    }

    async fn send_create(&self) -> Result<(), Trouble> {
        let mut request = self
            .client
            .create_table()
            .table_name(self.name)
            .billing_mode(BillingMode::PayPerRequest);
        for (name, kind) in self.key_schema() {
            let element = KeySchemaElement::builder().attribute_name(name).key_type(kind);
            let definition = AttributeDefinition::builder()
                .attribute_name(name)
                .attribute_type(self.key_type(name));
            request = request
                .key_schema(element.build().map_err(incomplete)?)
                .attribute_definitions(definition.build().map_err(incomplete)?);
        }
        match Box::pin(request.send()).await {
            Ok(_) => Ok(()),
            // Somebody else made it just now.
            Err(error) if error.code() == Some("ResourceInUseException") => Ok(()),
            Err(error) => Err(self.trouble(RequestError::of(&error))),
        }
    }

    fn expect_keys(&self, table: &TableDescription) -> Result<(), Trouble> {
        match of_keys(self.keys, table).first() {
            None => Ok(()),
            Some(wrong) => {
                Err(format!("table `{}`: it is there, and {}", self.name, wrong.message))
            }
        }
    }

    fn key_type(&self, name: &str) -> ScalarAttributeType {
        match self.keys.is_number(name) {
            true => ScalarAttributeType::N,
            false => ScalarAttributeType::S,
        }
    }

    fn key_schema(&self) -> Vec<(&str, KeyType)> {
        let sort = self.keys.sort_key.as_deref().map(|name| (name, KeyType::Range));
        [(self.keys.partition_key.as_str(), KeyType::Hash)].into_iter().chain(sort).collect()
    }

    fn key_attributes(&self, item: &Attributes) -> Attributes {
        let names = [Some(&self.keys.partition_key), self.keys.sort_key.as_ref()];
        let pairs = names.into_iter().flatten().filter_map(|name| item.get_key_value(name));
        pairs.map(|(name, value)| (name.clone(), value.clone())).collect()
    }

    fn trouble(&self, error: RequestError) -> Trouble {
        let hint = match error.code.as_deref() {
            Some("ResourceNotFoundException") => " (on a local DynamoDB, --create makes it)",
            _ => "",
        };
        // The SDK's own texts could hold values.
        let tables = std::slice::from_ref(self.keys);
        let problem = told(&store_error(error), &self.address, tables);
        format!("table `{}`: {problem}{hint}", self.name)
    }

    fn tired(&self) -> Trouble {
        format!(
            "table `{}`: it stays throttled; what is written already is left alone next time",
            self.name
        )
    }
}

fn throttled<E: ProvideErrorMetadata>(error: &SdkError<E>) -> bool {
    RequestError::of(error).fault == RequestFault::Throttled
}

/// A request without one of its parts, which none of ours is.
fn incomplete(error: BuildError) -> Trouble {
    error.to_string()
}

/// Waits longer each time, unless a request brought something.
#[derive(Default)]
struct Backoff {
    fruitless: u32,
}

impl Backoff {
    /// `None` after too many requests without success.
    async fn wait(&mut self, fruitful: bool) -> Option<()> {
        self.fruitless = if fruitful { 0 } else { self.fruitless + 1 };
        if self.fruitless > FRUITLESS_LIMIT {
            return None;
        }
        let wait = (FIRST_WAIT * 2_u32.saturating_pow(self.fruitless)).min(LONGEST_WAIT);
        tokio::time::sleep(wait.mul_f64(0.5 + fastrand::f64() / 2.0)).await;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeSet;

    use claimsmith::policy::{Location, Table};
    use claimsmith_dynamo::{Settings, Surroundings, connect};
    use claimsmith_testbed::dynamodb_local;
    use claimsmith_testbed::fault_proxy::{Fault, FaultProxy};

    use crate::seed::items;

    /// A table whose keys `id` and `at` are numbers if they are named here.
    fn keys(name: &str, numbers: &[&str]) -> Table {
        Table {
            location: Location::DynamoDb(name.to_owned()),
            partition_key: "id".to_owned(),
            sort_key: Some("at".to_owned()),
            numbers: numbers.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(),
        }
    }

    async fn client() -> Client {
        client_at(dynamodb_local::shared().unwrap().url()).await
    }

    async fn client_at(url: String) -> Client {
        let surroundings = Surroundings {
            region: Some("eu-west-1".to_owned()),
            keys: Some(("testbed".to_owned(), "testbed".to_owned())),
            endpoint: Some(url),
            ..Surroundings::default()
        };
        connect(&Settings::default(), &surroundings).await.unwrap()
    }

    #[tokio::test]
    async fn number_keys_are_made_written_and_found_again() {
        let keys = keys("number-keys", &["id"]);
        let table = LiveTable {
            client: client().await,
            name: "number-keys",
            keys: &keys,
            address: String::new(),
        };
        assert!(table.create().await.unwrap());
        assert!(!table.create().await.unwrap());

        let text = r#"[{"id": 7.0, "at": "7"}, {"id": 100, "at": "x"}, {"id": 8, "at": "x"}]"#;
        let puts = items::read(text, std::slice::from_ref(&keys)).map_err(drop).unwrap().remove(0);
        let written: Vec<&Put> = puts.iter().take(2).collect();
        table.write(&written, &mut |_| {}).await.unwrap();
        let standings = table.compare(&puts, &mut |_| {}).await.unwrap();
        assert_eq!(standings, [Standing::Equal, Standing::Equal, Standing::Missing]);
    }

    #[tokio::test]
    async fn an_item_that_was_not_looked_for_is_not_missing() {
        let keys = keys("half-told", &["id"]);
        let there = LiveTable {
            client: client().await,
            name: "half-told",
            keys: &keys,
            address: String::new(),
        };
        there.create().await.unwrap();
        let proxy = FaultProxy::start(dynamodb_local::shared().unwrap().address).unwrap();
        let table = LiveTable { client: client_at(proxy.url()).await, ..there };
        let text = r#"[{"id": 1, "at": "x"}]"#;
        let puts = items::read(text, std::slice::from_ref(&keys)).map_err(drop).unwrap().remove(0);
        assert_eq!(table.compare(&puts, &mut |_| {}).await.unwrap(), [Standing::Missing]);
        proxy.always(Fault::Hollow("{}"));
        let trouble = table.compare(&puts, &mut |_| {}).await.unwrap_err();
        assert_eq!(trouble, "table `half-told`: the table failed");
    }

    #[tokio::test]
    async fn a_key_of_another_type_is_named() {
        let name = "typed-keys";
        let there = keys(name, &["id"]);
        let client = client().await;
        let table =
            LiveTable { client: client.clone(), name, keys: &there, address: String::new() };
        table.create().await.unwrap();
        for (numbers, id, at) in
            [(&[] as &[&str], "text", "text"), (&["id", "at"], "number", "number")]
        {
            let keys = keys(name, numbers);
            let table =
                LiveTable { client: client.clone(), name, keys: &keys, address: String::new() };
            assert_eq!(
                table.create().await.unwrap_err(),
                format!(
                    "table `typed-keys`: it is there, and its keys are `id` (number) and `at` (text), \
                     and the policy says `id` ({id}) and `at` ({at})"
                )
            );
        }
    }
}
