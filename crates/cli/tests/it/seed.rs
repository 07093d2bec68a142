//! `seed` and `show` against Amazon's DynamoDB Local: what is written, what is left alone, and
//! that what a table holds is shown as what a file holds.

use std::io::{BufReader, Read};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::command::{claimsmith, root, run_at, stderr, stdout};
use claimsmith_testbed::dynamodb_json;
use claimsmith_testbed::dynamodb_local::{self, DynamoDbLocal};
use claimsmith_testbed::fault_proxy::{Fault, FaultProxy, Refused};
use claimsmith_testbed::http::Message;
use serde_json::{Value, json};
use tempfile::TempDir;

const DEMO: &str = "demo/records.json";
const ADA: &str = "11111111-1111-4111-8111-111111111111";
/// An attribute value that no output of `seed` may hold.
const SECRET: &str = "s3cret-attribute-value";

fn dynamodb() -> &'static DynamoDbLocal {
    dynamodb_local::shared().unwrap_or_else(|error| panic!("{error}"))
}

fn run(table: &str, arguments: &[&str]) -> Output {
    run_at(&dynamodb().url(), table, arguments)
}

/// The command without anything of AWS in its environment.
fn run_alone(arguments: &[&str]) -> Output {
    claimsmith(arguments).env("COLUMNS", "80").output().unwrap()
}

/// Standard output of a command that ends with this status.
fn expect(status: i32, output: Output) -> String {
    assert_eq!(output.status.code(), Some(status), "{}{}", stdout(&output), stderr(&output));
    stdout(&output)
}

/// A command that fails with this status and these words on standard error.
fn expect_failure(status: i32, output: &Output, words: &[&str]) {
    let text = stderr(output);
    assert_eq!(output.status.code(), Some(status), "{}{text}", stdout(output));
    for word in words {
        assert!(text.contains(word), "no `{word}` in:\n{text}");
    }
    assert!(!text.contains(SECRET) && !stdout(output).contains(SECRET), "a value in:\n{text}");
}

fn counts(output: Output) -> Value {
    let report: Value = serde_json::from_str(&expect(0, output)).unwrap();
    report["tables"][0].clone()
}

/// An items file in a folder of its own.
fn items(text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("items.json");
    std::fs::write(&path, text).unwrap();
    (folder, path.to_str().unwrap().to_owned())
}

/// All items of a table as attribute values, sorted.
///
/// The emulator ends a long answer by closing the connection, which the testbed's own calls don't
/// expect.
fn scan(table: &str) -> Vec<String> {
    let mut stream = TcpStream::connect(dynamodb().address).unwrap();
    let credential = "Credential=testbed/20260101/eu-west-1/dynamodb/aws4_request";
    let signature = format!("AWS4-HMAC-SHA256 {credential}, SignedHeaders=host, Signature=0");
    Message { start: "POST / HTTP/1.1".to_owned(), ..Message::default() }
        .with("host", dynamodb().address.to_string())
        .with("connection", "close")
        .with("content-type", "application/x-amz-json-1.0")
        .with("x-amz-target", "DynamoDB_20120810.Scan")
        .with("authorization", signature)
        .with_body(json!({"TableName": table}).to_string())
        .write(&mut stream)
        .unwrap();
    let mut stream = BufReader::new(stream);
    let mut answer = Message::read_head(&mut stream).unwrap().unwrap();
    match answer.header("content-length").or(answer.header("transfer-encoding")) {
        Some(_) => answer.read_body(&mut stream).unwrap(),
        None => drop(stream.read_to_end(&mut answer.body).unwrap()),
    }
    let answer: Value = serde_json::from_slice(&answer.body).unwrap();
    let mut items: Vec<String> =
        answer["Items"].as_array().unwrap().iter().map(ToString::to_string).collect();
    items.sort();
    items
}

fn new_table() -> String {
    dynamodb().create_table("pk", Some("sk")).unwrap()
}

fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden-table");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let text = text.replace(&dynamodb().url(), "http://localhost:8000");
    for line in text.lines() {
        assert!(line.chars().count() <= 80, "{name}: more than 80 columns: {line}");
    }
    assert!(!text.contains('\u{1b}'), "colours in a pipe");
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn the_table_holds_what_the_file_holds() {
    let table = "made-by-seed";
    golden("seed--create", &expect(0, run(table, &["seed", "--create", DEMO])));
    let demo = std::fs::read_to_string(root().join(DEMO)).unwrap();
    let mut expected: Vec<String> =
        dynamodb_json::items(&demo).unwrap().iter().map(ToString::to_string).collect();
    expected.sort();
    assert_eq!(scan(table), expected);

    let description = dynamodb().call("DescribeTable", &json!({"TableName": table})).unwrap();
    assert_eq!(description["Table"]["BillingModeSummary"]["BillingMode"], "PAY_PER_REQUEST");
    golden("seed--again", &expect(0, run(table, &["seed", "--create", DEMO])));
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn every_digit_of_a_number_is_kept_and_compared() {
    let table = new_table();
    let (_folder, file) = items(
        r#"[{"pk": "n", "sk": "n", "a": 12345678901234567890123456789012345678, "b": -0.10,
             "c": 1e-130, "d": [9.9E+125, {"e": 100.0}], "f": null, "g": true, "h": ""}]"#,
    );
    expect(0, run(&table, &["seed", &file]));
    let stored: Value = serde_json::from_str(&scan(&table)[0]).unwrap();
    assert_eq!(stored["a"]["N"], "12345678901234567890123456789012345678");
    assert_eq!(stored["b"]["N"], "-0.1");
    // DynamoDB writes numbers in its own way; that is no difference.
    let again = counts(run(&table, &["seed", "--json", &file]));
    assert_eq!((&again["unchanged"], &again["verified"]), (&json!(1), &json!(1)));
    let (_folder, other) = items(
        r#"[{"pk": "n", "sk": "n", "a": 12345678901234567890123456789012345679, "b": -0.10,
             "c": 1e-130, "d": [9.9E+125, {"e": 100.0}], "f": null, "g": true, "h": ""}]"#,
    );
    expect_failure(2, &run(&table, &["seed", &other]), &["1 item is there and differs"]);
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn an_item_that_differs_stops_everything_unless_it_may_be_overwritten() {
    let table = new_table();
    let (_folder, old) = items(&format!(
        r#"[{{"pk": "ORG#a", "sk": "PROFILE", "tier": "{SECRET}"}},
            {{"pk": "ORG#b", "sk": "PROFILE", "tags": ["x"]}}]"#
    ));
    expect(0, run(&table, &["seed", &old]));
    let before = scan(&table);
    let (_folder, new) = items(&format!(
        "[{{\"pk\": \"ORG#new\", \"sk\": \"PROFILE\"}},\n\
          {{\"pk\": \"ORG#a\", \"sk\": \"PROFILE\", \"tier\": \"{SECRET}2\"}},\n\
          {{\"pk\": \"ORG#b\", \"sk\": \"PROFILE\", \"tags\": [\"x\"]}}]"
    ));
    let refused = run(&table, &["seed", &new]);
    let words = ["1 item is there and differs", "$[1] (line 2)", "pk=ORG#a sk=PROFILE"];
    expect_failure(2, &refused, &words);
    assert_eq!(scan(&table), before, "something was written all the same");

    let written = counts(run(&table, &["seed", "--json", "--overwrite", &new]));
    assert_eq!(
        written,
        json!({
            "table": table, "items": 3, "bytes": written["bytes"], "created_table": false,
            "new": 1, "overwritten": 1, "unchanged": 1, "verified": 3,
        })
    );
    assert_eq!(scan(&table).len(), 3);
    assert!(scan(&table).iter().any(|item| item.contains(&format!("{SECRET}2"))));
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn a_set_in_the_table_is_not_the_list_in_the_file() {
    let table = new_table();
    let item = json!({"pk": {"S": "a"}, "sk": {"S": "b"}, "tags": {"SS": ["x"]}});
    dynamodb().put_all(&table, &[item]).unwrap();
    let (_folder, file) = items(r#"[{"pk": "a", "sk": "b", "tags": ["x"]}]"#);
    expect_failure(2, &run(&table, &["seed", &file]), &["1 item is there and differs"]);
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn an_interrupted_run_is_finished_by_the_next() {
    let table = new_table();
    let some: Vec<Value> = (0..60).map(|n| json!({"pk": format!("k{n}"), "sk": "s"})).collect();
    let (_folder, half) = items(&json!(some[..30]).to_string());
    let (_other, all) = items(&json!(some).to_string());
    expect(0, run(&table, &["seed", &half]));
    let report = counts(run(&table, &["seed", "--json", &all]));
    assert_eq!((&report["new"], &report["unchanged"]), (&json!(30), &json!(30)));
    assert_eq!(scan(&table).len(), 60);
}

#[test]
fn a_dry_run_writes_nothing_and_needs_no_aws() {
    golden("seed--dry-run", &expect(0, run_alone(&["seed", "--dry-run", DEMO])));
    let table = new_table();
    expect(0, run(&table, &["seed", "--dry-run", DEMO]));
    assert!(scan(&table).is_empty());

    let report = expect(0, run_alone(&["seed", "--dry-run", "--json", DEMO]));
    let report: Value = serde_json::from_str(&report).unwrap();
    assert_eq!(report["dry_run"], true);
    assert_eq!(report["tables"][0]["items"], 27);
    assert_eq!(report["tables"][0].get("new"), None);
}

#[test]
fn a_bad_file_is_refused_with_all_its_places_before_anything_is_written() {
    let table = new_table();
    let digits = "7".repeat(39);
    let large = "x".repeat(400 * 1024);
    let long = "k".repeat(2049);
    let text = format!(
        "[{{\"pk\": \"fine\", \"sk\": \"s\"}},\n\
          {{\"pk\": \"\", \"sk\": \"s\", \"v\": \"{SECRET}\"}},\n\
          {{\"pk\": \"fine\", \"sk\": \"s\", \"v\": \"{SECRET}\"}},\n\
          {{\"pk\": \"a\", \"sk\": \"s\", \"limits\": {{\"max\": [1, {digits}]}}}},\n\
          {{\"pk\": \"b\", \"sk\": \"s\", \"v\": \"{large}\"}},\n\
          {{\"pk\": 5, \"sk\": \"s\"}},\n\
          {{\"pk\": \"{long}\", \"sk\": \"s\"}},\n\
          {{\"pk\": \"c\"}}]"
    );
    let (_folder, file) = items(&text);
    let words = [
        "7 problems, so nothing was written",
        "line 2, $[1].pk: expected a text that is not empty",
        "line 3, $[2]: an item before this one has the same key",
        "line 4, $[3].limits.max[1]: a number of more than 38 digits",
        "line 5, $[4]: an item of more than 400 KB",
        "line 6, $[5].pk: expected a text that is not empty",
        "line 7, $[6].pk: a partition key of more than 2048 bytes",
        "line 8, $[7]: the key attribute `sk` is missing",
    ];
    for mode in [&["seed"][..], &["seed", "--dry-run"], &["seed", "--json"]] {
        expect_failure(2, &run(&table, &[mode, &[&file]].concat()), &words);
    }
    assert!(scan(&table).is_empty());

    for (text, word) in
        [("{}", "line 1, $: expected an array of items"), ("[\n{]", "line 2, $: not JSON")]
    {
        let (_folder, file) = items(text);
        expect_failure(2, &run(&table, &["seed", &file]), &[word]);
    }
    expect_failure(2, &run(&table, &["seed", "no-such.json"]), &["no-such.json"]);
    let file_policy = ["seed", "--policy", "tests/policies/no-such.toml", DEMO];
    expect_failure(2, &run(&table, &file_policy), &["no-such.toml"]);
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn an_item_of_exactly_the_limit_is_written() {
    let table = new_table();
    let names = "pk".len() + "a".len() + "sk".len() + "b".len() + "v".len();
    let (_folder, file) =
        items(&json!([{"pk": "a", "sk": "b", "v": "x".repeat(400 * 1024 - names)}]).to_string());
    let report = counts(run(&table, &["seed", "--json", &file]));
    assert_eq!((&report["bytes"], &report["verified"]), (&json!(400 * 1024), &json!(1)));
    let (_folder, nested) = items(&format!(
        r#"[{{"pk": "n", "sk": "b", "v": {}1{}}}]"#,
        "[".repeat(31),
        "]".repeat(31)
    ));
    expect(0, run(&table, &["seed", &nested]));
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn a_table_is_made_on_this_machine_only() {
    for endpoint in ["https://dynamodb.eu-west-1.amazonaws.com", "http://10.255.255.1:8000"] {
        let output = run_at(endpoint, "t", &["seed", "--create", DEMO]);
        expect_failure(2, &output, &["--create makes tables on this machine only"]);
    }
    let output = claimsmith(&["seed", "--create", DEMO])
        .env("CLAIMS_TABLE", "t")
        .env("AWS_REGION", "eu-west-1")
        .output()
        .unwrap();
    expect_failure(2, &output, &["--create makes tables on this machine only"]);

    // The policy's endpoint counts before the environment's.
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("claims.toml");
    let text = std::fs::read_to_string(root().join("claims.toml")).unwrap();
    let remote = "partition_key = \"pk\"\nendpoint = \"https://dynamodb.example.com\"";
    std::fs::write(&policy, text.replacen("partition_key = \"pk\"", remote, 1)).unwrap();
    let output = run("t", &["seed", "--create", "--policy", policy.to_str().unwrap(), DEMO]);
    expect_failure(2, &output, &["--create makes tables on this machine only"]);
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn a_table_that_can_not_be_written_to_is_named() {
    expect_failure(1, &run("no-such-table", &["seed", DEMO]), &["`no-such-table`", "--create"]);
    let other = dynamodb().create_table("id", None).unwrap();
    expect_failure(
        1,
        &run(&other, &["seed", DEMO]),
        &[&other, "has other keys", "`pk` (text) and `sk` (text)"],
    );
    expect_failure(
        1,
        &run(&other, &["seed", "--create", DEMO]),
        &[&other, "it is there, and its keys are `id` (text)"],
    );
    let nowhere = run_at("http://127.0.0.1:1", "t", &["seed", DEMO]);
    expect_failure(1, &nowhere, &["can't be reached: 127.0.0.1:1"]);
    let unset = run_alone(&["seed", DEMO]);
    expect_failure(2, &unset, &["CLAIMS_TABLE is not set"]);
}

/// A policy with two tables of the same keys.
const TWO_TABLES: &str = r#"
version = 1

[table]
name = "NAME-people"
partition_key = "pk"

[records.user]
for = "user"
key = { pk = "USER#{sub}" }

[records.tier]
shared = true
table = "NAME-tiers"
key = { pk = "TIER#{user.tier}" }

[claims.org_tier]
from = "tier.label"
"#;

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn an_item_that_fits_two_tables_needs_a_word_where_it_belongs() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("claims.toml");
    std::fs::write(&policy, TWO_TABLES.replace("NAME", "two")).unwrap();
    let policy = policy.to_str().unwrap();
    let (_folder, people) = items(&format!(r#"[{{"pk": "USER#{ADA}", "tier": "gold"}}]"#));
    let (_other, tiers) = items(r#"[{"pk": "TIER#gold", "label": "Gold"}]"#);
    let ambiguous = run("", &["seed", "--create", "--policy", policy, &people]);
    expect_failure(2, &ambiguous, &["line 1, $[0]: it has the keys of several tables", "--table"]);
    for (table, file) in [("two-people", &people), ("two-tiers", &tiers)] {
        let arguments = ["seed", "--create", "--policy", policy, "--table", table, file];
        expect(0, run("", &arguments));
        assert_eq!(scan(table).len(), 1);
    }
    let unknown = run("", &["seed", "--policy", policy, "--table", "other", &people]);
    expect_failure(2, &unknown, &["it names no table `other`"]);
    let shown = expect(0, run("", &["show", "--policy", policy, "--user", ADA]));
    golden("show--two-tables", &shown.replace(policy, "two.toml"));
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn throttling_and_unprocessed_keys_are_waited_out() {
    let table = new_table();
    let proxy = FaultProxy::start(dynamodb().address).unwrap();
    // The client tries everything twice by itself. Looked at, written in two batches, read back.
    proxy.plan(|request| match request {
        0 | 1 | 4 | 5 => Fault::Refused(Refused::THROUGHPUT_EXCEEDED),
        2 | 8 => Fault::Unprocessed(3),
        _ => Fault::None,
    });
    let report = counts(run_at(&proxy.url(), &table, &["seed", "--json", DEMO]));
    assert_eq!((&report["new"], &report["verified"]), (&json!(27), &json!(27)));
    assert_eq!(proxy.requests(), 10);
}

/// Passes requests on; of each batch of writes only the first two reach the table. Whether it says
/// so is its honesty.
fn stingy_proxy(upstream: SocketAddr, honest: bool) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let batches = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&batches);
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let counter = Arc::clone(&counter);
            std::thread::spawn(move || serve_stingily(stream, upstream, honest, &counter));
        }
    });
    (format!("http://{address}"), batches)
}

fn serve_stingily(
    mut stream: TcpStream,
    upstream: SocketAddr,
    honest: bool,
    batches: &AtomicUsize,
) {
    let mut requests = BufReader::new(stream.try_clone().unwrap());
    while let Ok(Some(request)) = Message::read(&mut requests) {
        let mut body: Value = serde_json::from_slice(&request.body).unwrap();
        let mut left = json!({});
        let writes = request.header("x-amz-target").unwrap().ends_with("BatchWriteItem");
        if writes {
            batches.fetch_add(1, Ordering::Relaxed);
            for (table, requests) in body["RequestItems"].as_object_mut().unwrap() {
                let requests = requests.as_array_mut().unwrap();
                if requests.len() > 2 {
                    left[table] = Value::from(requests.split_off(2));
                }
            }
        }
        let mut table = TcpStream::connect(upstream).unwrap();
        request.with_body(body.to_string()).write(&mut table).unwrap();
        let mut answer = Message::read(&mut BufReader::new(table)).unwrap().unwrap();
        if writes && honest {
            let mut body: Value = serde_json::from_slice(&answer.body).unwrap();
            body["UnprocessedItems"] = left;
            answer.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("x-amz-crc32"));
            answer = answer.with_body(body.to_string());
        }
        answer.write(&mut stream).unwrap();
    }
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn unprocessed_items_are_written_in_the_end() {
    let table = new_table();
    let (url, batches) = stingy_proxy(dynamodb().address, true);
    let some: Vec<Value> = (0..12).map(|n| json!({"pk": format!("k{n}"), "sk": "s"})).collect();
    let (_folder, file) = items(&json!(some).to_string());
    let report = counts(run_at(&url, &table, &["seed", "--json", &file]));
    assert_eq!((&report["new"], &report["verified"]), (&json!(12), &json!(12)));
    assert_eq!(scan(&table).len(), 12);
    assert_eq!(batches.load(Ordering::Relaxed), 6);
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn what_is_not_read_back_as_written_is_a_failure() {
    let table = new_table();
    let (url, _) = stingy_proxy(dynamodb().address, false);
    let some: Vec<Value> = (0..12).map(|n| json!({"pk": format!("k{n}"), "sk": "s"})).collect();
    let (_folder, file) = items(&json!(some).to_string());
    let output = run_at(&url, &table, &["seed", &file]);
    expect_failure(1, &output, &["10 items not as written", &table]);
}

/// A table with the demo company, for everybody who only reads.
fn demo_table() -> &'static str {
    static TABLE: std::sync::OnceLock<String> = std::sync::OnceLock::new();
    TABLE.get_or_init(|| {
        let demo = std::fs::read_to_string(root().join(DEMO)).unwrap();
        let table = new_table();
        dynamodb().put_all(&table, &dynamodb_json::items(&demo).unwrap()).unwrap();
        table
    })
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn a_table_is_shown_as_the_file_that_was_written_to_it() {
    let ben = "22222222-2222-4222-8222-222222222222";
    for (name, status, who) in [
        ("person", 0, &["--user", ADA][..]),
        ("switch", 0, &["--user", ben, "--metadata", "org_id=globex"]),
        ("not-a-member", 3, &["--user", ADA, "--metadata", "org_id=globex"]),
        ("suspended", 3, &["--user", "55555555-5555-4555-8555-555555555555"]),
        ("nobody", 3, &["--user", "nobody"]),
        ("machine", 0, &["--client", "4machineexample0000000000001"]),
        ("many-flags", 0, &["--user", "66666666-6666-4666-8666-666666666666"]),
    ] {
        let from_table = expect(status, run(demo_table(), &[&["show"], who].concat()));
        let arguments = [&["show", "--records", DEMO], who].concat();
        let from_file = expect(status, run_alone(&arguments));
        let (head, body) = from_file.split_once('\n').unwrap();
        assert_eq!(from_table.split_once('\n').unwrap().1, body, "{name}");
        assert_eq!(head, "policy: claims.toml   records: demo/records.json");
        golden(&format!("show--{name}"), &from_table.replace(demo_table(), "claims"));
    }
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn show_prints_one_json_object() {
    let arguments = ["show", "--json", "--user", ADA, "--metadata", "org_id=globex"];
    let shown: Value = serde_json::from_str(&expect(3, run(demo_table(), &arguments))).unwrap();
    assert_eq!(shown["identity"], json!({"for": "user", "sub": ADA, "client_id": null}));
    assert_eq!(shown["outcome"], "refused");
    assert_eq!(shown["reason"]["code"], "record_missing");
    assert_eq!(shown["faults"], json!([]));
    let first = &shown["rounds"][0]["records"];
    assert_eq!(
        first[0],
        json!({
            "record": "user",
            "table": demo_table(),
            "key": {"pk": format!("USER#{ADA}"), "sk": "PROFILE"},
            "state": "found",
            "because": null,
            "items": [{"features": ["beta-dashboard"], "org_id": "acme-corp"}],
        })
    );
    assert_eq!(first[1]["state"], "missing");
    assert_eq!(first[2]["state"], "not_asked");
    assert_eq!(first[2]["because"], "it is for machines");
    assert_eq!(shown["rounds"][1]["records"][0]["because"], "the sign-in was refused before");
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn what_can_not_be_known_is_shown_as_unknown() {
    let table = new_table();
    let key = format!("USER#{ADA}");
    let item = json!({
        "pk": {"S": key}, "sk": {"S": "PROFILE"},
        "org_id": {"S": "a"}, "features": {"B": "AAAA"},
    });
    dynamodb().put_all(&table, &[item]).unwrap();
    let shown = expect(3, run(&table, &["show", "--user", ADA]));
    golden("show--binary", &shown.replace(&table, "claims"));

    let unreachable = run_at("http://127.0.0.1:1", "claims", &["show", "--user", ADA]);
    expect_failure(
        1,
        &unreachable,
        &["the table can't be reached: table claims at http://127.0.0.1:1"],
    );
    golden("show--unreachable", &stdout(&unreachable));
    expect_failure(1, &run("no-such", &["show", "--user", ADA]), &["the table is not there"]);
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn show_takes_what_keys_are_made_of() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("claims.toml");
    std::fs::write(
        &policy,
        r#"
version = 1

[pool]
user_pools = ["eu-west-1_First", "eu-west-1_Other"]
app_clients = ["web"]
admin_only = ["custom:team"]

[table]
file = "items.json"
partition_key = "pk"

[records.user]
for = "user"
key = { pk = "user/{user_pool_id}/{sub}/{username:slug}" }

[records.team]
shared = true
key = { pk = "team/{attributes.custom:team}" }

[records.app]
key = { pk = "app/{sub}/{client_id:slug}" }

[claims.name]
from = ["user.label", "team.label", "app.label"]
"#,
    )
    .unwrap();
    std::fs::write(folder.path().join("items.json"), "[]").unwrap();
    let policy = policy.to_str().unwrap();
    let keys = |arguments: &[&str]| -> Vec<String> {
        let arguments = [&["show", "--json", "--policy", policy], arguments].concat();
        let shown: Value = serde_json::from_str(&expect(0, run_alone(&arguments))).unwrap();
        let records = shown["rounds"][0]["records"].as_array().unwrap();
        records.iter().map(|record| record["key"]["pk"].as_str().unwrap().to_owned()).collect()
    };
    let given = ["--user", "u", "--username", "ada", "--attribute", "custom:team=a=b"];
    assert_eq!(keys(&given), ["user/eu-west-1_First/u/ada", "team/a=b", "app/u/web"]);
    let other = ["--user", "u", "--pool", "eu-west-1_Other", "--client", "web"];
    let absent = "team/{attributes.custom:team}";
    assert_eq!(keys(&other), ["user/eu-west-1_Other/u/u", absent, "app/u/web"]);
    let pool = run_alone(&["show", "--policy", policy, "--user", "u", "--pool", "elsewhere"]);
    assert!(expect(3, pool).contains("refused: wrong_pool"));
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn show_without_an_identity_or_records_is_bad_input() {
    for arguments in [
        &["show"][..],
        &["show", "--user", ""],
        &["show", "--client", "c", "--attribute", "a=b"],
        &["show", "--user", "u", "--metadata", "no-equals-sign"],
        &["show", "--user", "u"],
        &["show", "--user", "u", "--records", "no-such.json"],
        &["show", "--user", "u", "--policy", "no-such.toml"],
    ] {
        assert_eq!(run_alone(arguments).status.code(), Some(2), "{arguments:?}");
    }
    expect_failure(2, &run_alone(&["show", "--user", "u"]), &["CLAIMS_TABLE", "--records"]);
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn what_a_table_holds_can_not_order_the_terminal_about() {
    let (_folder, file) = items(
        r#"[{"pk": "USER#u", "sk": "PROFILE", "org_id": "a\u001b[35mb"},
            {"pk": "\u001b[35m", "sk": "PROFILE"}]"#,
    );
    // With colours, or what filters them in a pipe would take these out as well.
    for arguments in
        [&["show", "--user", "u", "--records", &file][..], &["seed", "--dry-run", &file]]
    {
        let output = claimsmith(arguments).env("CLICOLOR_FORCE", "1").output().unwrap();
        let text = stdout(&output);
        assert!(text.contains("\u{1b}[2m"), "no colours in:\n{text}");
        assert!(text.contains("\u{fffd}[35m"), "no trace of the text in:\n{text}");
        assert!(!text.contains("\u{1b}[35m"), "an order in:\n{text}");
    }
}
