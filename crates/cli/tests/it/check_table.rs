//! `claimsmith check --table`: the policy beside a table.
#![cfg(feature = "dynamodb")]

use std::process::Output;

use claimsmith_testbed::dynamodb_local;
use serde_json::Value;

use crate::command::{claimsmith, run_at, stderr, stdout};

fn check(table: &str, more: &[&str]) -> Output {
    let url = dynamodb_local::shared().unwrap().url();
    let mut arguments = vec!["check", "--table", table];
    arguments.extend(more);
    run_at(&url, "unused", &arguments)
}

fn made(partition: &str, sort: Option<&str>) -> String {
    dynamodb_local::shared().unwrap().create_table(partition, sort).unwrap()
}

fn expect_valid(json: &Value) {
    let schema = stdout(&claimsmith(&["schema", "check"]).output().unwrap());
    let schema: Value = serde_json::from_str(&schema).unwrap();
    assert!(jsonschema::validator_for(&schema).unwrap().is_valid(json), "{json}");
}

#[test]
fn a_table_as_the_policy_says_is_fine() {
    let table = made("pk", Some("sk"));
    let output = check(&table, &[]);
    assert!(stdout(&output).starts_with(&format!("table {table}: as the policy says\n")));
    assert!(output.status.success(), "{output:?}");
    let json: Value = serde_json::from_str(&stdout(&check(&table, &["--json"]))).unwrap();
    assert_eq!(json["table"], serde_json::json!([]));
    expect_valid(&json);
}

#[test]
fn other_keys_are_named_with_their_types() {
    let table = made("id", None);
    let output = check(&table, &[]);
    let message =
        "table-keys: its keys are `id` (text), and the policy says `pk` (text) and `sk` (text)";
    assert!(stdout(&output).contains(message), "{}", stdout(&output));
    assert_eq!(output.status.code(), Some(2));
    let json: Value = serde_json::from_str(&stdout(&check(&table, &["--json"]))).unwrap();
    assert_eq!(json["table"][0]["code"], "table-keys");
    expect_valid(&json);
}

#[test]
fn a_table_that_is_not_there_is_a_finding_and_one_out_of_reach_a_failure() {
    let output = check("no-such-table", &[]);
    assert!(stdout(&output).contains("table-missing: there is no such table at "));
    assert_eq!(output.status.code(), Some(2));
    let output = run_at("http://127.0.0.1:1", "t", &["check", "--table", "t"]);
    assert!(stderr(&output).contains("can't be reached: 127.0.0.1:1"), "{output:?}");
    assert_eq!(output.status.code(), Some(1));
}
