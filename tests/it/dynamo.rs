//! The store on DynamoDB against Amazon's DynamoDB Local: whatever the embedded store makes of the
//! corpus, the table makes of it too, byte for byte.
//!
//! Items are written by the testbed, without the SDK, so that a mistake of the trigger's own
//! conversion can't cancel itself out.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::support::*;
use claimsmith::Trigger;
use claimsmith::clock::Clock;
use claimsmith::outcome::{Fault, Reason, Refusal};
use claimsmith::policy::{Key, Location, Policy, Table};
use claimsmith::records::Known;
use claimsmith::records::dynamo::DynamoStore;
use claimsmith::records::store::{Item, Read, Store, StoreError, StoreFault};
use claimsmith::system_clock::SystemClock;
use claimsmith_dynamo::Surroundings;
use claimsmith_testbed::dynamodb_json::{attribute, item};
use claimsmith_testbed::dynamodb_local::{self, DynamoDbLocal};
use claimsmith_testbed::fault_proxy::{Fault as Broken, FaultProxy};
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;

const MALFORMED_RECORDS: &str = include_str!("../records/malformed.json");

/// Nothing here is about time: a busy machine may take as long as it likes.
pub const PATIENCE: Duration = Duration::from_secs(60);

pub fn dynamodb() -> &'static DynamoDbLocal {
    dynamodb_local::shared().unwrap_or_else(|error| panic!("{error}"))
}

pub fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// A store for a policy's tables at an address.
pub async fn store_at(url: String, policy: &Policy) -> DynamoStore {
    let surroundings = Surroundings {
        region: Some("eu-west-1".to_owned()),
        keys: Some(("testbed".to_owned(), "testbed".to_owned())),
        endpoint: Some(url),
        ..Surroundings::default()
    };
    DynamoStore::connect(policy, &surroundings).await.unwrap()
}

/// Writes records to new tables with the policy's keys, and points the policy at them. As in the
/// embedded store an item belongs to each table whose key attributes it has.
fn move_to_dynamodb(policy: &mut Policy, records: &str) {
    let records = renamed(records, &policy.tables);
    for table in &mut policy.tables {
        let (partition, sort) = (&table.partition_key, table.sort_key.as_deref());
        let name = dynamodb().create_table(partition, sort).unwrap();
        let keys = || [Some(partition.as_str()), sort].into_iter().flatten();
        let here: Vec<Value> = records
            .iter()
            .filter(|record| keys().all(|key| record.contains_key(key)))
            .map(item)
            .collect();
        dynamodb().put_all(&name, &here).unwrap();
        table.location = Location::DynamoDb(name);
    }
    policy.connection.endpoint = None;
    policy.connection.attempt_timeout = PATIENCE;
}

/// The same records under the key names of the first table, and those of other tables. Without a
/// sort key the first of those that would share a key stays.
fn renamed(records: &str, tables: &[Table]) -> Vec<Map<String, Value>> {
    let mut records: Vec<Map<String, Value>> = serde_json::from_str(records).unwrap();
    let mut seen = BTreeSet::new();
    let Some(table) = tables.first() else { return records };
    for record in &mut records {
        let (partition, sort) = (record.remove("pk").unwrap(), record.remove("sk").unwrap());
        record.insert(table.partition_key.clone(), partition);
        if let Some(name) = &table.sort_key {
            record.insert(name.clone(), sort);
        }
    }
    let key = |record: &Map<String, Value>| {
        let sort = table.sort_key.as_ref().map(|name| record[name].to_string());
        (record[&table.partition_key].to_string(), sort)
    };
    records.retain(|record| seen.insert(key(record)));
    if tables.len() > 1 {
        // For tests/policy/right/tables-and-memory.toml.
        let more = json!([
            {"id": "11111111-1111-4111-8111-111111111111", "org_id": "acme", "plan": "pro"},
            {"id": "22222222-2222-4222-8222-222222222222", "org_id": "globex", "plan": "gone"},
            {"region": "eu", "name": "pro", "seats": 5, "terms": "pro-2026"},
            {"region": "eu", "name": "pro-2026", "seats": 7},
        ]);
        records.extend(serde_json::from_value::<Vec<Map<String, Value>>>(more).unwrap());
    }
    records
}

/// What a trigger makes of an event.
pub async fn outcome<S: Store, C: Clock>(
    trigger: &Trigger<S, C>,
    event: &str,
) -> Result<String, Refusal> {
    let decided = trigger.decide(event.as_bytes(), 2 * PATIENCE).await;
    decided.map_err(|error| Refusal::unreadable(&error.to_string()))?.into_answer()
}

/// Compares both stores for one policy and one set of records. How many tokens were issued.
fn compare(name: &str, text: &str, records: &str, events: &[(String, String)]) -> usize {
    let parse = || policy_with(text, |name| Some(format!("variable-{name}")));
    let policy = parse();
    let renamed = serde_json::to_string(&renamed(records, &policy.tables)).unwrap();
    let embedded = items_of(&renamed, &policy.tables);
    let embedded = Trigger::new(policy, embedded);
    let mut policy = parse();
    move_to_dynamodb(&mut policy, records);

    runtime().block_on(async {
        let store = store_at(dynamodb().url(), &policy).await;
        let trigger = Trigger::new(policy, store).with_clock(SystemClock::default());
        let mut issued = 0;
        for (event, text) in events {
            let expected = outcome(&embedded, text).await;
            assert_eq!(outcome(&trigger, text).await, expected, "{name}, {event}");
            issued += usize::from(expected.is_ok());
        }
        issued
    })
}

fn policies(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut policies: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap()))
        .collect();
    policies.sort();
    policies
}

#[test]
fn the_corpus_gives_what_the_embedded_store_gives() {
    let events = readable_corpus();
    let mut issued =
        compare("claims.toml", claimsmith::policy::DEFAULT_POLICY, DEMO_RECORDS, &events);
    for (name, text) in policies("tests/policies") {
        issued += compare(&name, &text, DEMO_RECORDS, &events);
    }
    assert!(issued > 100, "{issued}");
}

#[test]
fn malformed_records_give_what_the_embedded_store_gives() {
    let events = readable_corpus();
    for (name, text) in policies("tests/policies") {
        compare(&name, &text, MALFORMED_RECORDS, &events);
    }
}

#[test]
fn every_right_policy_gives_what_the_embedded_store_gives() {
    let events: Vec<_> =
        readable_corpus().into_iter().filter(|(name, _)| !name.starts_with("odd")).collect();
    for (name, text) in policies("tests/policy/right") {
        compare(&name, &text, DEMO_RECORDS, &events);
    }
}

/// A policy whose one record is `{sub}`'s item in a new table, and the table's name.
fn one_record(rest: &str) -> (Policy, String) {
    let table = dynamodb().create_table("pk", Some("sk")).unwrap();
    let text = format!(
        "version = 1\n[table]\nname = \"{table}\"\npartition_key = \"pk\"\nsort_key = \"sk\"\n\
         [records.user]\nfor = \"user\"\nkey = {{ pk = \"USER#{{sub}}\", sk = \"PROFILE\" }}\n{rest}"
    );
    let mut policy = policy(&text);
    policy.connection.attempt_timeout = PATIENCE;
    (policy, table)
}

fn key(partition: &str) -> Key {
    Key { partition: partition.to_owned(), sort: Some("PROFILE".to_owned()) }
}

fn read<'r>(partition: &str, attributes: &[&'r str]) -> Read<'r> {
    Read {
        table: 0,
        key: key(partition),
        attributes: attributes.to_vec(),
        consistent: false,
        keep: None,
    }
}

type Answers = Result<Vec<Known<Arc<Item>>>, StoreError>;

/// Writes one item, given as attribute values beside its key, and reads some attributes of it.
fn round_trip(attributes: Value, wanted: &[&str]) -> Known<Arc<Item>> {
    let (policy, table) = one_record("[claims.plan]\nfrom = \"user.plan\"\n");
    let mut item = attributes;
    item["pk"] = json!({"S": "one"});
    item["sk"] = json!({"S": "PROFILE"});
    dynamodb().put_all(&table, &[item]).unwrap();
    let answers: Answers = runtime().block_on(async {
        store_at(dynamodb().url(), &policy).await.read(&[read("one", wanted)]).await
    });
    answers.unwrap().remove(0)
}

pub fn found(known: Known<Arc<Item>>) -> Value {
    match known {
        Known::Value(item) => Value::Object((*item).clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn numbers_keep_their_digits() {
    let longest = "12345678901234567890123456789012345678";
    let smallest = "-1.2345678901234567890123456789012345678";
    let numbers = json!({
        "longest": {"N": longest},
        "precise": {"N": smallest},
        "zero": {"N": "-0"},
        "short": {"N": "007.50"},
        "large": {"N": "1e21"},
    });
    let names = ["large", "longest", "precise", "short", "zero"];
    let item = found(round_trip(numbers, &names));
    assert_eq!(item["longest"].to_string(), longest);
    assert_eq!(item["precise"].to_string(), smallest);
    assert_eq!(item["short"].to_string(), "7.5");
    assert_eq!(item["zero"].to_string(), "0");
    assert_eq!(item["large"].as_f64(), Some(1e21));
}

#[test]
fn sets_come_sorted_and_nulls_as_nulls() {
    let item = found(round_trip(
        json!({
            "texts": {"SS": ["c", "a", "B"]},
            "numbers": {"NS": ["10", "9", "-1.5"]},
            "nothing": {"NULL": true},
            "empty": {"S": ""},
            "map": {"M": {"list": {"L": [{"BOOL": false}, {"M": {}}]}}},
        }),
        &["empty", "map", "nothing", "numbers", "texts"],
    ));
    assert_eq!(
        item,
        json!({
            "texts": ["B", "a", "c"],
            "numbers": [-1.5, 9, 10],
            "nothing": null,
            "empty": "",
            "map": {"list": [false, {}]},
        })
    );
}

#[test]
fn binary_makes_an_item_unknown_only_if_somebody_needs_it() {
    for binary in [
        json!({"B": "AAEC"}),
        json!({"BS": ["AAEC"]}),
        json!({"L": [{"B": "AAEC"}]}),
        json!({"M": {"inner": {"B": "AAEC"}}}),
    ] {
        let attributes = json!({"binary": binary, "plain": {"S": "text"}});
        let needed = round_trip(attributes.clone(), &["binary", "plain"]);
        assert_eq!(needed, Known::Unknown(Fault::Malformed), "{attributes}");
        assert_eq!(found(round_trip(attributes, &["plain"])), json!({"plain": "text"}));
    }
}

#[test]
fn reserved_words_and_dots_are_names_like_others() {
    let names = ["a-b", "data", "name", "percent", "status", "um.laut ä", "#x", ":y"];
    let attributes: Map<String, Value> =
        names.iter().map(|name| ((*name).to_owned(), json!({"S": *name}))).collect();
    let item = found(round_trip(attributes.into(), &names));
    for name in names {
        assert_eq!(item[name], name);
    }

    // And as names of keys.
    let table = dynamodb().create_table("user.id", Some("date")).unwrap();
    let text = format!(
        "version = 1\n[table]\nname = \"{table}\"\npartition_key = \"user.id\"\n\
         sort_key = \"date\"\n[records.user]\nfor = \"user\"\n\
         key = {{ \"user.id\" = \"USER#{{sub}}\", date = \"PROFILE\" }}\n\
         [claims.status]\nfrom = \"user.status\"\n"
    );
    let item = json!({"user.id": {"S": "one"}, "date": {"S": "PROFILE"}, "status": {"S": "on"}});
    dynamodb().put_all(&table, &[item]).unwrap();
    let policy = policy(&text);
    let answers = runtime().block_on(async {
        store_at(dynamodb().url(), &policy).await.read(&[read("one", &["status"])]).await
    });
    assert_eq!(found(answers.unwrap().remove(0)), json!({"status": "on"}));
}

#[test]
fn large_items_and_batches_of_more_than_16_megabytes_are_read() {
    const ITEMS: usize = 60;
    // DynamoDB's limit of 400 KB counts names too.
    let ballast = "x".repeat(409_000);
    let (policy, table) = one_record("[claims.plan]\nfrom = \"user.plan\"\n");
    let names: Vec<String> = (0..ITEMS).map(|number| format!("big-{number}")).collect();
    for name in &names {
        let plain = json!({"pk": name, "sk": "PROFILE", "plan": name, "ballast": ballast});
        dynamodb().put_all(&table, &[item(plain.as_object().unwrap())]).unwrap();
    }
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    runtime().block_on(async {
        let store = store_at(proxy.url(), &policy).await;
        let reads: Vec<_> = names.iter().map(|name| read(name, &["ballast", "plan"])).collect();
        let answers = store.read(&reads).await.unwrap();
        for (name, known) in names.iter().zip(answers) {
            let item = found(known);
            assert_eq!(item["plan"], *name);
            assert_eq!(item["ballast"].as_str().unwrap().len(), ballast.len());
        }
        // The table answered a part only, and the rest was asked for again.
        assert!(proxy.requests() > 1, "{}", proxy.requests());
    });
}

#[test]
fn only_what_somebody_needs_is_asked_for_and_once_a_round() {
    let mut policy = default_policy();
    move_to_dynamodb(&mut policy, DEMO_RECORDS);
    let Location::DynamoDb(table) = policy.tables[0].location.clone() else { panic!() };
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    let trigger = runtime().block_on(async {
        let store = store_at(proxy.url(), &policy).await;
        let trigger = Trigger::new(policy, store).with_clock(SystemClock::default());
        let (_, event) = corpus("v2")
            .into_iter()
            .find(|(name, _)| name == "v2/sign-in-switch-org.json")
            .unwrap();
        outcome(&trigger, &event).await.unwrap();
        trigger
    });
    drop(trigger);
    let asked: Vec<(usize, BTreeSet<String>, Value)> = proxy
        .bodies()
        .iter()
        .map(|body| {
            let asked = &body["RequestItems"][&table];
            let placeholders: BTreeSet<&str> =
                asked["ProjectionExpression"].as_str().unwrap().split(',').map(str::trim).collect();
            let names = asked["ExpressionAttributeNames"].as_object().unwrap();
            assert_eq!(placeholders, names.keys().map(String::as_str).collect());
            let names = names.values().map(|name| name.as_str().unwrap().to_owned()).collect();
            (asked["Keys"].as_array().unwrap().len(), names, asked["ConsistentRead"].clone())
        })
        .collect();
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    let eventual = |consistent: &Value| consistent.as_bool() != Some(true);
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert_eq!(
        (asked[0].0, &asked[0].1),
        (2, &names(&["features", "org_id", "pk", "sk", "status"]))
    );
    assert_eq!((asked[1].0, &asked[1].1), (1, &names(&["features", "pk", "sk", "status", "tier"])));
    assert_eq!((asked[2].0, &asked[2].1), (1, &names(&["features", "pk", "sk"])));
    assert!(asked.iter().all(|asked| eventual(&asked.2)));
}

#[test]
fn a_consistent_record_makes_its_read_consistent() {
    for (setting, expected) in [("", false), ("consistent = true\n", true)] {
        let (policy, table) =
            one_record(&format!("{setting}[claims.plan]\nfrom = \"user.plan\"\n"));
        let proxy = FaultProxy::start(dynamodb().address).unwrap();
        runtime().block_on(async {
            let store = store_at(proxy.url(), &policy).await;
            let trigger = Trigger::new(policy, store).with_clock(SystemClock::default());
            outcome(&trigger, &corpus("v2")[0].1).await.unwrap();
        });
        let asked = proxy.bodies()[0]["RequestItems"][&table]["ConsistentRead"].clone();
        assert_eq!(asked.as_bool().unwrap_or_default(), expected);
    }
}

#[test]
fn records_come_from_tables_of_their_own() {
    let people = dynamodb().create_table("pk", Some("sk")).unwrap();
    let orgs = dynamodb().create_table("OrgId", None).unwrap();
    let text = format!(
        "version = 1\n[table]\nname = \"{people}\"\npartition_key = \"pk\"\nsort_key = \"sk\"\n\
         [records.user]\nkey = {{ pk = \"USER#{{sub}}\", sk = \"PROFILE\" }}\n\
         [records.flags]\ntable = \"{orgs}\"\nkey = {{ OrgId = \"flags-{{sub}}\" }}\n\
         [records.org]\nshared = true\ntable = \"{orgs}\"\nkey = {{ OrgId = \"org-{{user.org_id}}\" }}\n\
         [claims.org_name]\nfrom = \"org.name\"\n[claims.flags]\nmerge = \"flags.on\"\n"
    );
    let sub = "11111111-1111-4111-8111-111111111111";
    let put = |table: &str, plain: Value| {
        dynamodb().put_all(table, &[item(plain.as_object().unwrap())]).unwrap();
    };
    put(&people, json!({"pk": format!("USER#{sub}"), "sk": "PROFILE", "org_id": "acme"}));
    put(&orgs, json!({"OrgId": "org-acme", "name": "Acme"}));
    put(&orgs, json!({"OrgId": format!("flags-{sub}"), "on": ["beta"]}));
    let policy = policy(&text);
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    let answer = runtime().block_on(async {
        let store = store_at(proxy.url(), &policy).await;
        let trigger = Trigger::new(policy, store).with_clock(SystemClock::default());
        let (_, event) =
            corpus("v2").into_iter().find(|(name, _)| name == "v2/sign-in.json").unwrap();
        outcome(&trigger, &event).await.unwrap()
    });
    assert_eq!(
        added(&answer, "id"),
        *json!({"flags": "beta", "org_name": "Acme"}).as_object().unwrap()
    );
    // Both tables of the first round are one request.
    assert_eq!(proxy.requests(), 2);
}

/// What a store says to a read of one item.
fn fault_at(policy: &Policy, partition: &str) -> StoreError {
    runtime().block_on(async {
        let store = store_at(dynamodb().url(), policy).await;
        store.read(&[read(partition, &["plan"])]).await.unwrap_err()
    })
}

#[test]
fn a_missing_table_and_other_keys_are_misconfigurations() {
    let (mut policy, _) = one_record("[claims.plan]\nfrom = \"user.plan\"\n");
    policy.tables[0].location = Location::DynamoDb("no-such-table".to_owned());
    let error = fault_at(&policy, "one");
    assert_eq!(error.fault, StoreFault::Misconfigured);
    assert_eq!(error.code.as_deref(), Some("ResourceNotFoundException"));

    for (partition, sort) in [("id", Some("sk")), ("pk", None), ("pk", Some("range"))] {
        let (mut policy, _) = one_record("[claims.plan]\nfrom = \"user.plan\"\n");
        let table = dynamodb().create_table(partition, sort).unwrap();
        policy.tables[0].location = Location::DynamoDb(table);
        let error = fault_at(&policy, "one");
        assert_eq!(error.fault, StoreFault::Misconfigured, "{partition}, {sort:?}");
        assert_eq!(error.code.as_deref(), Some("ValidationException"));
    }
}

#[test]
fn unprocessed_keys_are_asked_for_again_and_not_for_ever() {
    let mut policy = default_policy();
    move_to_dynamodb(&mut policy, DEMO_RECORDS);
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    let embedded = Trigger::new(default_policy(), demo());
    runtime().block_on(async {
        let store = store_at(proxy.url(), &policy).await;
        let trigger = Trigger::new(policy, store).with_clock(SystemClock::default());
        let events = corpus("v2");
        for keep in [0, 1] {
            // Every second request leaves something.
            proxy.plan(move |number| match number % 2 {
                0 => Broken::Unprocessed(keep),
                _ => Broken::None,
            });
            for (name, event) in &events {
                let expected = outcome(&embedded, event).await;
                assert_eq!(outcome(&trigger, event).await, expected, "{name}");
            }
        }
        proxy.always(Broken::Unprocessed(0));
        let refusal = outcome(&trigger, &events[0].1).await.unwrap_err();
        assert_eq!(refusal.reason, Reason::StoreFailed);
        assert!(proxy.requests() <= 10, "{}", proxy.requests());
    });
}

/// SPEC: Amazon DynamoDB, "Constraints": a partition key has at most 2048 bytes, a sort key 1024.
#[test]
fn a_key_that_no_item_can_have_is_a_missing_item() {
    let mut policy = default_policy();
    move_to_dynamodb(&mut policy, DEMO_RECORDS);
    let embedded = Trigger::new(default_policy(), demo());
    runtime().block_on(async {
        let store = store_at(dynamodb().url(), &policy).await;
        let trigger = Trigger::new(policy, store).with_clock(SystemClock::default());
        let (_, event) = corpus("v2")
            .into_iter()
            .find(|(name, _)| name == "v2/sign-in-switch-org.json")
            .unwrap();
        for length in [1020, 1021, 4000] {
            let mut event = json_of(&event);
            event["request"]["clientMetadata"]["org_id"] = json!("o".repeat(length));
            let event = event.to_string();
            assert_eq!(outcome(&trigger, &event).await, outcome(&embedded, &event).await);
        }
    });
}

#[test]
fn an_attribute_of_every_plain_kind_comes_back_as_it_was() {
    let plain = json!({
        "text": "ä \u{1F512} \"quoted\" \\ \u{7f}",
        "list": [1, "two", [3], {"four": 4}, null, true],
        "map": {"a.b": {"c": []}, " ": false},
    });
    let attributes: Map<String, Value> = plain
        .as_object()
        .unwrap()
        .iter()
        .map(|(name, value)| (name.clone(), attribute(value)))
        .collect();
    assert_eq!(found(round_trip(attributes.into(), &["list", "map", "text"])), plain);
}
