//! Queries and number keys: the embedded store against Amazon's DynamoDB Local, over the same
//! items.

use std::sync::Arc;
use std::time::Duration;

use crate::dynamo::{PATIENCE, dynamodb, found, runtime, store_at};
use crate::support::*;
use aws_sdk_dynamodb::types::AttributeValue;
use claimsmith::outcome::Fault;
use claimsmith::policy::{Index, Key, Location, Policy, Table};
use claimsmith::records::Known;
use claimsmith::records::dynamo::{DynamoStore, key_of};
use claimsmith::records::file::FileStore;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreFault};
use claimsmith_testbed::dynamodb_json::item;
use claimsmith_testbed::fault_proxy::{Fault as Broken, FaultProxy, Refused};
use serde_json::{Map, Value, json};

/// The same items in both stores.
struct Both {
    policy: Policy,
    embedded: FileStore,
    live: DynamoStore,
}

/// Key attributes: of the table, and which of all are numbers.
#[derive(Clone, Copy)]
struct Keys<'k> {
    table: &'k [&'k str],
    numbers: &'k [&'k str],
}

impl Both {
    fn new(keys: Keys<'_>, indexes: &[&Index], items: &Value) -> Self {
        let of_indexes: Vec<(&str, Vec<&str>)> =
            indexes.iter().map(|index| (index.name.as_str(), key_names(index))).collect();
        let of_indexes: Vec<(&str, &[&str])> =
            of_indexes.iter().map(|(name, keys)| (*name, keys.as_slice())).collect();
        let name = dynamodb().create_table_with(keys.table, keys.numbers, &of_indexes).unwrap();
        let mut table = table(keys.table[0], keys.table.get(1).copied());
        table.numbers = keys.numbers.iter().map(|name| (*name).to_owned()).collect();
        let embedded = items_of(&items.to_string(), std::slice::from_ref(&table));
        let plain: Vec<Map<String, Value>> = serde_json::from_value(items.clone()).unwrap();
        dynamodb().put_all(&name, &plain.iter().map(item).collect::<Vec<_>>()).unwrap();
        let policy = policy_of(Table { location: Location::DynamoDb(name), ..table });
        let live = runtime().block_on(store_at(dynamodb().url(), &policy));
        Self { policy, embedded, live }
    }

    /// What both stores say to a query.
    fn ask(&self, query: &Query<'_>) -> (Page, Page) {
        runtime().block_on(async {
            let live = page(self.live.query(query).await.unwrap());
            let mut embedded = page(self.embedded.query(query).await.unwrap());
            // A store may return more than was asked for.
            for item in &mut embedded.items {
                *item = Arc::new(cut(item, &query.attributes));
            }
            (embedded, live)
        })
    }

    /// Both stores say the same. What they say: the values of `attribute`, and whether it was all.
    fn agree(&self, query: &Query<'_>, attribute: &str) -> (Vec<Value>, bool) {
        let (embedded, live) = self.ask(query);
        assert_eq!(embedded, live, "{query:?}");
        let values = live.items.iter().map(|item| item[attribute].clone());
        (values.collect(), live.is_last)
    }
}

fn page(known: Known<Page>) -> Page {
    match known {
        Known::Value(page) => page,
        other => panic!("{other:?}"),
    }
}

fn cut(item: &Item, attributes: &[&str]) -> Item {
    let wanted = item.iter().filter(|(name, _)| attributes.contains(&name.as_str()));
    wanted.map(|(name, value)| (name.clone(), value.clone())).collect()
}

/// A policy with this one table.
fn policy_of(table: Table) -> Policy {
    let mut policy = default_policy();
    policy.tables = vec![table];
    policy.connection.attempt_timeout = PATIENCE;
    policy
}

fn key_names(index: &Index) -> Vec<&str> {
    [Some(index.partition_key.as_str()), index.sort_key.as_deref()].into_iter().flatten().collect()
}

fn index(name: &str, partition_key: &str, sort_key: Option<&str>) -> Index {
    Index {
        name: name.to_owned(),
        partition_key: partition_key.to_owned(),
        sort_key: sort_key.map(str::to_owned),
    }
}

fn query<'q>(partition: &str, prefix: &str, attributes: &[&'q str]) -> Query<'q> {
    Query {
        table: 0,
        index: None,
        partition: partition.to_owned(),
        sort_prefix: prefix.to_owned(),
        attributes: attributes.to_vec(),
        consistent: false,
        limit: 100,
    }
}

const TEXTS: Keys<'_> = Keys { table: &["pk", "sk"], numbers: &[] };

/// Memberships of two people, and neighbours of their sort keys.
fn memberships() -> Value {
    let sorts = [
        "PROFILE",
        "ORG",
        "ORG#",
        "ORG#acme",
        "ORG#acme#INVITE",
        "ORG#Acme",
        "ORG#globex",
        "ORG#globe",
        "ORGS#acme",
        "ORG#\u{e9}",
        "ORG#\u{ffee}",
        "ORG#\u{1f512}",
        "ORG$",
    ];
    let items = sorts.iter().enumerate().flat_map(|(at, sort)| {
        ["USER#1", "USER#2"].map(|pk| json!({"pk": pk, "sk": sort, "at": at, "name": sort}))
    });
    items.collect()
}

#[test]
fn a_prefix_finds_the_same_items_in_the_same_order() {
    let both = Both::new(TEXTS, &[], &memberships());
    for partition in ["USER#1", "USER#2", "USER#3", "USER#", "user#1"] {
        for prefix in ["", "O", "ORG#", "ORG#acme", "ORG#acme#", "ORG#\u{1f512}", "P", "org#"] {
            for attributes in [&["at", "sk"] as &[&str], &["name"], &["pk"], &[]] {
                let (embedded, live) = both.ask(&query(partition, prefix, attributes));
                assert_eq!(embedded, live, "{partition} {prefix} {attributes:?}");
            }
        }
    }
    let (sorts, is_last) = both.agree(&query("USER#1", "ORG#", &["sk"]), "sk");
    let expected = [
        "ORG#",
        "ORG#Acme",
        "ORG#acme",
        "ORG#acme#INVITE",
        "ORG#globe",
        "ORG#globex",
        "ORG#\u{e9}",
        "ORG#\u{ffee}",
        "ORG#\u{1f512}",
    ];
    assert_eq!((sorts, is_last), (expected.map(Value::from).to_vec(), true));
}

#[test]
fn a_full_page_is_never_the_last() {
    let by_name = index("by-name", "name", Some("pk"));
    let both = Both::new(TEXTS, &[&by_name], &memberships());
    // 13 items in the partition, 9 of them with the prefix, 2 with the name.
    for limit in 1..=15 {
        for (prefix, count) in [("", 13), ("ORG#", 9), ("X", 0)] {
            let query = Query { limit, ..query("USER#1", prefix, &["sk"]) };
            let (sorts, is_last) = both.agree(&query, "sk");
            assert_eq!(sorts.len(), count.min(limit as usize), "{limit} {prefix}");
            assert_eq!(is_last, count < limit as usize, "{limit} {prefix}");
        }
        let by_name = Query { index: Some(&by_name), limit, ..query("ORG#", "USER", &["pk"]) };
        assert_eq!(both.agree(&by_name, "pk").1, limit > 2, "{limit}");
    }
}

#[test]
fn what_no_key_can_be_finds_nothing_and_asks_nobody() {
    let both = Both::new(TEXTS, &[], &memberships());
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    let live = runtime().block_on(store_at(proxy.url(), &both.policy));
    let both = Both { live, ..both };
    let long = |length| "o".repeat(length);
    for (partition, prefix) in
        [("", ""), (&long(2049), ""), ("USER#1", &long(1025)), ("", &long(5000))]
    {
        let (sorts, is_last) = both.agree(&query(partition, prefix, &["sk"]), "sk");
        assert_eq!((sorts.len(), is_last), (0, true));
    }
    assert_eq!(proxy.requests(), 0);
    for (partition, prefix) in [(&*long(2048), ""), ("USER#1", &*long(1024))] {
        both.agree(&query(partition, prefix, &["sk"]), "sk");
    }
    assert_eq!(proxy.requests(), 2);
}

#[test]
fn numbers_are_found_in_the_order_of_their_size() {
    let sorts = [
        "12345678901234567890123456789012345678",
        "7",
        "100",
        "9",
        "10",
        "0",
        "99999999999999999999999999999999999999",
        "10000000000000000000000000000000000000",
    ];
    let items: Value = sorts
        .iter()
        .flat_map(|at| {
            ["42", "420"].map(|id| {
                format!(r#"{{"id": {id}, "at": {at}, "text": "{at}"}}"#).parse::<Value>().unwrap()
            })
        })
        .collect();
    let both = Both::new(Keys { table: &["id", "at"], numbers: &["id", "at"] }, &[], &items);
    let (texts, _) = both.agree(&query("42", "", &["at", "text"]), "text");
    let texts: Vec<&str> = texts.iter().filter_map(Value::as_str).collect();
    let expected = [
        "0",
        "7",
        "9",
        "10",
        "100",
        "10000000000000000000000000000000000000",
        "12345678901234567890123456789012345678",
        "99999999999999999999999999999999999999",
    ];
    assert_eq!(texts, expected);
    for partition in ["42", "420", "4", "042", "42.0", "", "x", "-42"] {
        for limit in [1, 7, 8, 9] {
            both.agree(&Query { limit, ..query(partition, "", &["at", "id"]) }, "at");
        }
    }
}

/// The table refuses items whose key attributes of an index have another type, or are too long: what
/// the embedded store makes of such items only its own tests can say.
#[test]
fn an_index_holds_the_items_that_have_its_keys() {
    let (by_email, by_age, alone) = (
        index("by-email", "email", Some("age")),
        index("by-age", "age", Some("email")),
        index("by-email-alone", "email", None),
    );
    let items = json!([
        {"pk": "1", "sk": "a", "email": "ada@example.com", "age": 36},
        {"pk": "2", "sk": "a", "email": "ada@example.com", "age": 9},
        {"pk": "3", "sk": "a", "email": "ada@example.com", "age": 10.5},
        {"pk": "4", "sk": "a", "email": "ada@example.com", "age": -1},
        {"pk": "5", "sk": "a", "email": "ada@example.com"},
        {"pk": "6", "sk": "a", "email": "ada@example.com", "age": 10.25},
        {"pk": "7", "sk": "a", "email": "Ada@example.com", "age": 36},
        {"pk": "8", "sk": "a", "age": 36},
        {"pk": "9", "sk": "a", "email": "e".repeat(1024), "age": 37},
    ]);
    let keys = Keys { numbers: &["age"], ..TEXTS };
    let both = Both::new(keys, &[&by_email, &by_age, &alone], &items);
    let found = |index, partition: &str, prefix: &str| {
        let query = Query { index: Some(index), ..query(partition, prefix, &["email", "pk"]) };
        both.agree(&query, "pk").0
    };
    assert_eq!(found(&by_email, "ada@example.com", ""), ["4", "2", "6", "3", "1"]);
    assert_eq!(found(&by_age, "36", ""), ["7", "1"]);
    assert_eq!(found(&by_age, "36", "ada"), ["1"]);
    assert_eq!(found(&by_age, "37", "e"), ["9"]);
    assert_eq!(found(&by_age, "036", ""), [""; 0]);
    assert_eq!(found(&by_email, "nobody@example.com", ""), [""; 0]);
    // Nothing orders these: DynamoDB has them in any order.
    let query = Query { index: Some(&alone), ..query("ada@example.com", "", &["pk"]) };
    let (embedded, live) = both.ask(&query);
    let sorted = |page: &Page| {
        let mut found: Vec<String> = page.items.iter().map(|it| it["pk"].to_string()).collect();
        found.sort();
        found
    };
    assert_eq!(sorted(&embedded), sorted(&live));
    assert_eq!(live.items.len(), 6);
    for limit in [1, 5, 6, 7] {
        let (embedded, live) = both.ask(&Query { limit, ..query.clone() });
        assert_eq!(embedded.items.len(), live.items.len());
        assert_eq!(embedded.is_last, live.is_last, "{limit}");
    }
}

#[test]
fn a_query_is_one_request_for_what_somebody_needs() {
    let by_name = index("by-name", "name", Some("sk"));
    let both = Both::new(TEXTS, &[&by_name], &memberships());
    let name = both.policy.tables[0].location.name();
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    runtime().block_on(async {
        let store = store_at(proxy.url(), &both.policy).await;
        let asked = query("USER#1", "ORG#", &["at", "sk"]);
        for consistent in [false, true] {
            store.query(&Query { consistent, ..asked.clone() }).await.unwrap();
            let indexed = query("ORG#acme", "", &["at"]);
            let indexed = Query { consistent, index: Some(&by_name), limit: 7, ..indexed };
            store.query(&indexed).await.unwrap();
        }
    });
    let bodies = proxy.bodies();
    assert_eq!(bodies.len(), 4);
    for (at, body) in bodies.iter().enumerate() {
        assert_eq!(body["TableName"], name);
        let by_index = at % 2 == 1;
        let names = body["ExpressionAttributeNames"].as_object().unwrap();
        let mut names: Vec<&str> = names.values().filter_map(Value::as_str).collect();
        names.sort_unstable();
        let expected: &[&str] = if by_index { &["at", "name"] } else { &["at", "pk", "sk"] };
        assert_eq!(names, expected);
        assert_eq!(body["Limit"], if by_index { 7 } else { 100 });
        assert_eq!(body["IndexName"].as_str(), by_index.then_some("by-name"));
        // An index refuses whoever asks it for consistent reads.
        assert_eq!(body["ConsistentRead"].as_bool().unwrap_or_default(), at == 2, "{at}");
    }
}

#[test]
fn what_cant_be_told_in_json_makes_a_page_unknown_only_if_somebody_needs_it() {
    let both = Both::new(TEXTS, &[], &memberships());
    let binary = json!({"pk": {"S": "USER#1"}, "sk": {"S": "ORG#zz"}, "at": {"B": "AAEC"}});
    dynamodb().put_all(both.policy.tables[0].location.name(), &[binary]).unwrap();
    let ask = |prefix, attributes: &[&str]| {
        let query = query("USER#1", prefix, attributes);
        runtime().block_on(async { both.live.query(&query).await.unwrap() })
    };
    assert_eq!(ask("ORG#", &["at"]), Known::Unknown(Fault::Malformed));
    assert_eq!(page(ask("ORG#", &["sk"])).items.len(), 10);
    assert_eq!(page(ask("ORG#g", &["at"])).items.len(), 2);
}

#[test]
fn what_a_table_cant_answer_is_a_misconfiguration() {
    let by_name = index("by-name", "name", Some("sk"));
    let keys = Keys { table: &["pk", "at"], numbers: &["at"] };
    let both = Both::new(keys, &[&by_name], &memberships());
    let codes = |query: &Query<'_>| {
        let live = runtime().block_on(both.live.query(query)).unwrap_err();
        assert_eq!(live.fault, StoreFault::Misconfigured, "{query:?}");
        live.code
    };
    let invalid = Some("ValidationException".to_owned());
    // What only the table knows.
    for (name, partition_key) in [("no-such-index", "name"), ("by-name", "pk")] {
        let index = index(name, partition_key, None);
        let query = Query { index: Some(&index), ..query("ORG#", "", &["pk"]) };
        assert_eq!(codes(&query), invalid);
    }
    let mut gone = policy_of(both.policy.tables[0].clone());
    gone.tables[0].location = Location::DynamoDb("no-such-table".to_owned());
    let gone = runtime().block_on(store_at(dynamodb().url(), &gone));
    let error = runtime().block_on(gone.query(&query("USER#1", "", &["pk"]))).unwrap_err();
    assert_eq!(error.fault, StoreFault::Misconfigured);
    assert_eq!(error.code.as_deref(), Some("ResourceNotFoundException"));
    // What both stores know beforehand.
    let without_sort_key = index("by-name", "name", None);
    for query in [
        query("USER#1", "1", &["pk"]),
        Query { index: Some(&without_sort_key), ..query("ORG#", "O", &["pk"]) },
        Query { limit: 0, ..query("USER#1", "", &["pk"]) },
        Query { table: 1, ..query("USER#1", "", &["pk"]) },
    ] {
        assert_eq!(codes(&query), None);
        let error = runtime().block_on(both.embedded.query(&query)).unwrap_err();
        assert_eq!(error.fault, StoreFault::Misconfigured, "{query:?}");
    }
}

#[test]
fn a_query_has_the_faults_of_a_read() {
    let both = Both::new(TEXTS, &[], &memberships());
    let mut policy = policy_of(both.policy.tables[0].clone());
    policy.connection.attempt_timeout = Duration::from_millis(300);
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    let live = runtime().block_on(store_at(proxy.url(), &policy));
    let asked = query("USER#1", "ORG#", &["at", "sk"]);
    for (broken, fault) in [
        (Broken::Refused(Refused::THROUGHPUT_EXCEEDED), StoreFault::Throttled),
        (Broken::Refused(Refused::ACCESS_DENIED), StoreFault::Denied),
        (Broken::Refused(Refused::INTERNAL), StoreFault::Failed),
        (Broken::Hang, StoreFault::Slow),
        (Broken::StallMidAnswer, StoreFault::Slow),
        (Broken::ResetAfterHead, StoreFault::Unreachable),
        (Broken::Malformed, StoreFault::Failed),
        // An answer without a list of items is not the answer that there are none.
        (Broken::Hollow("{}"), StoreFault::Failed),
        (Broken::Hollow("{\"Count\":0,\"ScannedCount\":0}"), StoreFault::Failed),
    ] {
        proxy.always(broken.clone());
        let error = runtime().block_on(live.query(&asked)).unwrap_err();
        assert_eq!(error.fault, fault, "{broken:?}");
    }
    // One lost attempt is made good by the next.
    proxy.plan(|number| if number == 0 { Broken::ResetAfterHead } else { Broken::None });
    let found = page(runtime().block_on(live.query(&asked)).unwrap());
    assert_eq!((found.items.len(), proxy.requests()), (9, 2));
}

#[test]
fn a_hedged_query_overtakes_a_slow_one() {
    let both = Both::new(TEXTS, &[], &memberships());
    let mut policy = policy_of(both.policy.tables[0].clone());
    policy.connection.hedge_after = Some(Duration::from_millis(50));
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    let live = runtime().block_on(store_at(proxy.url(), &policy));
    proxy.plan(|number| if number == 0 { Broken::Hang } else { Broken::None });
    let found = runtime().block_on(async {
        // Before the first attempt is given up and another one made.
        tokio::time::timeout(PATIENCE / 2, live.query(&query("USER#1", "", &["at"]))).await
    });
    let found = page(found.unwrap().unwrap());
    assert_eq!((found.items.len(), proxy.requests()), (13, 2));
}

#[test]
fn number_keys_find_the_same_items() {
    let largest = "9".repeat(38);
    let ids = ["0", "7", "42", "100", "10000000000000000000000000000000000000", &largest];
    let items: Value = ids
        .iter()
        .flat_map(|id| {
            ["a", "7"].map(|name| {
                format!(r#"{{"id": {id}, "name": "{name}", "text": "{id}"}}"#)
                    .parse::<Value>()
                    .unwrap()
            })
        })
        .collect();
    let both = Both::new(Keys { table: &["id", "name"], numbers: &["id"] }, &[], &items);
    let wanted = ids
        .iter()
        .copied()
        .chain(["8", "042", "1e2", "100.0", "-7", "+7", " 7", "x", "", "\u{667}", "99999"]);
    let reads: Vec<Read<'_>> = wanted
        .flat_map(|id| ["a", "7", "b"].map(|name| (id, name)))
        .map(|(id, name)| Read {
            table: 0,
            key: Key { partition: id.to_owned(), sort: Some(name.to_owned()) },
            attributes: vec!["id", "text"],
            consistent: false,
            keep: None,
        })
        .collect();
    let (embedded, live) = runtime().block_on(async {
        (both.embedded.read(&reads).await.unwrap(), both.live.read(&reads).await.unwrap())
    });
    let mut count = 0;
    for ((read, embedded), live) in reads.iter().zip(embedded).zip(live) {
        let embedded = embedded.map(|item| Arc::new(cut(&item, &read.attributes)));
        assert_eq!(embedded, live, "{:?}", read.key);
        if live != Known::Absent {
            count += 1;
            assert_eq!(found(live)["text"], read.key.partition);
        }
    }
    assert_eq!(count, 2 * ids.len());
}

#[test]
fn a_number_key_is_known_in_whatever_way_it_is_written() {
    let mut table = table("id", None);
    table.numbers.insert("id".to_owned());
    let known = |value: AttributeValue| key_of(&[("id".to_owned(), value)].into(), &table);
    for digits in ["100", "1E+2", "1e2", "100.0"] {
        let key = known(AttributeValue::N(digits.to_owned())).unwrap();
        assert_eq!(key, Key { partition: "100".to_owned(), sort: None }, "{digits}");
    }
    assert_eq!(known(AttributeValue::N("1.5".to_owned())), None);
    assert_eq!(known(AttributeValue::S("100".to_owned())), None);
}
