//! The embedded store against Amazon's DynamoDB Local, over generated policies and tables: number
//! keys, queries and indexes included.

use std::collections::BTreeSet;

use claimsmith::Trigger;
use claimsmith::policy::{Location, Policy};
use claimsmith::system_clock::SystemClock;
use claimsmith_testbed::dynamodb_json;
use serde_json::Value;

use super::case::{Case, parse};
use super::mistakes::whole_choice;
use super::store::Faulty;
use crate::dynamo::{PATIENCE, dynamodb, outcome, runtime, store_at};

/// How many worlds are written into tables.
const WORLDS: u64 = 40;

/// Writes the items of a case to new tables, and points the policy at them.
fn move_to_dynamodb(policy: &mut Policy, case: &Case) {
    let index = case.policy.text.find("person").is_some();
    for (at, table) in policy.tables.iter_mut().enumerate() {
        let sort = table.sort_key.as_deref();
        let keys: Vec<&str> =
            [Some(table.partition_key.as_str()), sort].into_iter().flatten().collect();
        let of_table = |name: &&str| keys.contains(name) && table.is_number(name);
        let numbers: Vec<&str> = keys.iter().copied().filter(of_table).collect();
        let by_email: &[(&str, &[&str])] = &[("by-email", &["email"])];
        let indexes = if index && at == 0 { by_email } else { &[] };
        let name = dynamodb().create_table_with(&keys, &numbers, indexes).unwrap();
        let here = case.rows.iter().filter(|row| row.key_in(table).is_some());
        let items: Vec<Value> = here.map(|row| dynamodb_json::item(&row.item)).collect();
        dynamodb().put_all(&name, &items).unwrap();
        table.location = Location::DynamoDb(name);
    }
    policy.connection.endpoint = None;
    policy.connection.attempt_timeout = PATIENCE;
}

#[test]
fn both_stores_give_the_same_over_generated_worlds() {
    let (mut compared, mut issued) = (0, 0);
    let mut queries = BTreeSet::new();
    for seed in 0..WORLDS {
        let case = Case::of(seed, if seed % 2 == 0 { &[] } else { &[whole_choice] });
        let Ok(policy) = parse(&case.policy.text) else { continue };
        let items = Faulty::of(&case.rows, &BTreeSet::new(), &policy.tables);
        let embedded = Trigger::new(policy, items);
        let mut policy = parse(&case.policy.text).unwrap();
        move_to_dynamodb(&mut policy, &case);
        runtime().block_on(async {
            let store = store_at(dynamodb().url(), &policy).await;
            let trigger = Trigger::new(policy, store).with_clock(SystemClock::default());
            for event in case.others.iter().chain(&case.events) {
                let event = event.to_string();
                let expected = outcome(&embedded, &event).await;
                assert_eq!(
                    outcome(&trigger, &event).await,
                    expected,
                    "seed {seed} {:?}\n{}\n{event}",
                    case.mistake,
                    case.policy.text
                );
                compared += 1;
                issued += usize::from(expected.is_ok());
            }
        });
        for head in ["person", "records.only", "records.all"] {
            queries.extend(case.policy.text.find(head).map(|_| head));
        }
    }
    assert!(issued * 5 > compared, "{issued} of {compared}");
    assert_eq!(queries.len(), 3, "{queries:?}");
}
