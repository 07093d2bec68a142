//! `revoke`: where it writes, what it refuses, and, against Amazon's DynamoDB Local, that the trigger
//! refuses whom it revokes.

use std::process::Output;

use crate::command::{claimsmith, root, run_at, stderr, stdout};
use claimsmith_testbed::dynamodb_local::{self, DynamoDbLocal};
use serde_json::{Value, json};
use tempfile::TempDir;

const AUTHORIZER: &str = "crates/cli/tests/revoke/authorizer.toml";
const POLICY: &str = "crates/cli/tests/revoke/claims.toml";
const ADA: &str = "11111111-1111-4111-8111-111111111111";
const MACHINE: &str = "4machineexample0000000000001";
const DAY: u64 = 86_400;

fn dynamodb() -> &'static DynamoDbLocal {
    dynamodb_local::shared().unwrap_or_else(|error| panic!("{error}"))
}

/// The command with a table on DynamoDB Local.
fn run(table: &str, arguments: &[&str]) -> Output {
    run_at(&dynamodb().url(), table, arguments)
}

fn revoke(table: &str, arguments: &[&str]) -> Output {
    run(table, &[&["revoke", "--authorizer", AUTHORIZER], arguments].concat())
}

/// The command without anything of AWS in its environment.
fn alone(arguments: &[&str]) -> Output {
    claimsmith(&[&["revoke"], arguments].concat()).env("COLUMNS", "80").output().unwrap()
}

/// Standard output of a command that ends with this status.
fn expect(status: i32, output: &Output) -> String {
    assert_eq!(output.status.code(), Some(status), "{}{}", stdout(output), stderr(output));
    stdout(output)
}

/// A JSON object that keeps to the schema.
fn object(output: &Output) -> Value {
    let schema = stdout(&claimsmith(&["schema", "revoke"]).output().unwrap());
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let value: Value = serde_json::from_str(&expect(0, output)).unwrap();
    let errors: Vec<String> = validator.iter_errors(&value).map(|it| it.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value}");
    value
}

/// A file in a folder of its own.
fn file(name: &str, text: &str) -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    (folder, path.to_str().unwrap().to_owned())
}

/// A text whose times are only told to be some.
fn without_times(text: &str) -> String {
    let words = text.split(' ').map(|word| {
        let line = word.trim_end_matches('\n');
        let is_time = line.len() == 20 && line.ends_with('Z') && line.as_bytes()[10] == b'T';
        if is_time { word.replace(line, "TIME") } else { word.to_owned() }
    });
    words.collect::<Vec<_>>().join(" ")
}

fn golden(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden-table");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for line in text.lines() {
        assert!(line.chars().count() <= 120, "{name}: more than 120 columns: {line}");
    }
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn a_dry_run_says_what_would_be_written_and_needs_no_aws() {
    let dry = |arguments: &[&str]| {
        let both = ["--dry-run", "--authorizer", AUTHORIZER];
        without_times(&expect(0, &alone(&[&both, arguments].concat())))
    };
    for (name, arguments) in [
        ("user", &["--user", ADA, "--note", "left \u{1b}[31mthe company"][..]),
        ("may-sign-in-again", &["--user", ADA, "--may-sign-in-again"]),
        ("token", &["--token", ADA]),
        ("undo", &["--client", MACHINE, "--undo"]),
    ] {
        golden(&format!("revoke--{name}"), &dry(arguments));
    }
}

#[test]
fn an_end_is_counted_from_now() {
    let until = |arguments: &[&str]| {
        let both = ["--dry-run", "--json", "--authorizer", AUTHORIZER];
        let record = object(&alone(&[&both, arguments].concat()))["revocation"].clone();
        let end = record["until"].as_u64().map(|end| end - record["revoked_at"].as_u64().unwrap());
        (record["before"].is_null(), end)
    };
    assert_eq!(until(&["--user", ADA]), (true, None));
    assert_eq!(until(&["--user", ADA, "--until", "4000d"]), (true, Some(4000 * DAY)));
    assert_eq!(until(&["--token", ADA]), (true, Some(DAY + 3600)));
    let lost = ["--user", ADA, "--may-sign-in-again", "--refresh-tokens", "30d"];
    assert_eq!(until(&lost), (false, Some(31 * DAY + 3600)));
}

#[test]
fn what_would_be_in_vain_is_refused_before_anything_is_asked() {
    let (_no_revocation, without) = file(
        "authorizer.toml",
        "version = 1\n[pools.a]\nuser_pool = \"eu-west-1_EXAMPLE\"\nclients = [\"x\"]\ntoken_use = \"access\"\n",
    );
    let text = std::fs::read_to_string(root().join(AUTHORIZER)).unwrap();
    let (_by, by_sub) = file("authorizer.toml", &format!("{text}by = [\"sub\"]\n"));
    let (_wrong, wrong) = file("authorizer.toml", &text.replace("sort_value", "sort_values"));
    let (_file, in_file) = file(
        "claims.toml",
        &std::fs::read_to_string(root().join(POLICY))
            .unwrap()
            .replace("name = \"${CLAIMS_TABLE}\"", "file = \"items.json\""),
    );
    for (arguments, words) in [
        (&["--user", ADA][..], "claims.toml: no record with"),
        (&["--user", ADA], "by --authorizer FILE or --policy FILE"),
        (&["--user", ADA, "--authorizer", &without], "it has no [revocation]"),
        (&["--client", MACHINE, "--authorizer", &by_sub], "doesn't list `client_id`"),
        (&["--user", ADA, "--authorizer", &wrong], "problem"),
        (&["--user", ADA, "--authorizer", AUTHORIZER], "CLAIMS_TABLE is not set"),
        (&["--user", ADA, "--policy", "claims.toml"], "no record with `require = \"not_revoked\"`"),
        (&["--user", ADA, "--policy", &in_file], "its records are in a file"),
        (&["--token", ADA, "--policy", POLICY], "no event tells the trigger"),
        (&["--user", "ada@example.com"], "--user: this is not what the claim `sub` says"),
        (&["--sign-in", MACHINE], "the claim `origin_jti`"),
        (&["--user", ADA, "--until", "30d"], "--refresh-tokens 30d"),
        (&["--user", ADA, "--until", "friday"], "--until: write how far it is"),
        (&["--user", ADA, "--refresh-tokens", "1"], "--refresh-tokens: write a time"),
        (&["--user", ADA, "--note", &"x".repeat(1001)], "--note: more than 1000 bytes"),
        (&["--user", ADA, "--token", ADA], "cannot be used with"),
        (&["--token", ADA, "--may-sign-in-again"], "cannot be used with"),
        (&["--list", "--dry-run"], "cannot be used with"),
        (&["--undo"], "required"),
        (&[], "required"),
    ] {
        let output = alone(arguments);
        let problem = stderr(&output);
        if cfg!(not(feature = "dynamodb")) && words.starts_with("CLAIMS_TABLE") {
            continue;
        }
        assert_eq!(
            (output.status.code(), stdout(&output)),
            (Some(2), String::new()),
            "{arguments:?}"
        );
        assert!(problem.contains(words), "{arguments:?}: {problem}");
        assert!(!problem.contains("ada@example.com"), "{problem}");
    }
}

#[test]
fn a_policy_says_the_place_as_its_trigger_looks_for_it() {
    for (arguments, key) in [
        (["--user", ADA], json!({ "pk": format!("REVOKED#{ADA}"), "sk": "REVOKED" })),
        (["--client", MACHINE], json!({ "pk": format!("REVOKED#{MACHINE}"), "sk": "REVOKED" })),
    ] {
        for place in [["--policy", POLICY], ["--authorizer", AUTHORIZER]] {
            let output = alone(&[&place[..], &arguments, &["--dry-run", "--json"]].concat());
            assert_eq!(object(&output)["key"], key, "{place:?}");
        }
    }
    let text = std::fs::read_to_string(root().join(POLICY)).unwrap();
    let other = text.replace("sk = \"REVOKED\" }", "sk = \"ACCESS\" }");
    let (_folder, other) = file("claims.toml", &other);
    let output = alone(&["--policy", &other, "--user", ADA, "--dry-run", "--json"]);
    assert_eq!(object(&output)["key"]["sk"], "ACCESS");
}

/// The items of a table whose keys begin so.
fn revoked_items(table: &str) -> Vec<Value> {
    let scan = json!({
        "TableName": table,
        "FilterExpression": "begins_with(pk, :p)",
        "ExpressionAttributeValues": { ":p": { "S": "REVOKED#" } },
    });
    dynamodb().call("Scan", &scan).unwrap()["Items"].as_array().unwrap().clone()
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn whoever_is_revoked_gets_no_token_until_it_is_taken_back() {
    let table = &dynamodb().create_table("pk", Some("sk")).unwrap();
    expect(0, &run(table, &["seed", "demo/records.json"]));
    let show = |who: &[&str]| run(table, &[&["show", "--policy", POLICY], who].concat());
    let (ada, machine) = (["--user", ADA], ["--client", MACHINE]);
    expect(0, &show(&ada));

    let done = object(&revoke(table, &["--user", ADA, "--note", "left", "--json"]));
    assert_eq!((&done["written"], &done["action"]), (&json!(true), &json!("revoke")));
    let at = done["revocation"]["revoked_at"].as_u64().unwrap();
    let item = json!({
        "pk": { "S": format!("REVOKED#{ADA}") },
        "sk": { "S": "REVOKED" },
        "kind": { "S": "user" },
        "revoked_at": { "N": at.to_string() },
        "note": { "S": "left" },
    });
    assert_eq!(revoked_items(table), [item]);
    let refused = expect(3, &show(&ada));
    assert!(refused.contains("revoked"), "{refused}");
    expect(0, &show(&machine));

    // Again, by whichever file: it is there already, and the first note stays.
    let policy = ["revoke", "--policy", POLICY, "--user", ADA, "--note", "again", "--json"];
    let again = object(&run(table, &policy));
    assert_eq!((&again["written"], &again["revocation"]["note"]), (&json!(false), &json!("left")));
    let said = expect(0, &revoke(table, &["--user", ADA]));
    assert!(said.starts_with("revoked already  user"), "{said}");
    // Less than that would let the person in, which is not what stands there.
    let less = revoke(table, &["--user", ADA, "--may-sign-in-again"]);
    expect(2, &less);
    assert!(
        stderr(&less).contains("more is revoked already (everything, since "),
        "{}",
        stderr(&less)
    );

    let back = object(&revoke(table, &["--user", ADA, "--undo", "--json"]));
    assert_eq!((&back["written"], &back["revocation"]["note"]), (&json!(true), &json!("left")));
    expect(0, &show(&ada));
    let nothing = revoke(table, &["--user", ADA, "--undo"]);
    expect(2, &nothing);
    assert!(stderr(&nothing).contains("is not revoked here"), "{}", stderr(&nothing));

    // They may sign in again, and the authorizer refuses what is older.
    expect(0, &revoke(table, &["--user", ADA, "--may-sign-in-again"]));
    expect(0, &show(&ada));
    let before = revoked_items(table)[0]["before"]["N"].as_str().unwrap().parse::<u64>().unwrap();
    assert!(before >= at && before - at < 600, "{before} {at}");
    expect(0, &revoke(table, &["--user", ADA]));
    expect(3, &show(&ada));

    expect(0, &revoke(table, &["--client", MACHINE]));
    expect(3, &show(&machine));
    let listed = object(&revoke(table, &["--list", "--json"]));
    let mut kinds: Vec<&str> = listed["revocations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|record| record["kind"].as_str().unwrap())
        .collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["client", "user"]);
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn a_list_says_what_counts_and_shows_no_control_characters() {
    let table = &dynamodb().create_table("pk", Some("sk")).unwrap();
    let empty = expect(0, &revoke(table, &["--list"]));
    assert_eq!(empty, format!("{table}  0 revocations\n"));
    let item = json!({
        "pk": { "S": "REVOKED#by-hand\u{1b}[2J" },
        "sk": { "S": "REVOKED" },
        "kind": { "S": "\u{7}bell" },
        "before": { "N": "1700000000" },
        "revoked_until": { "N": "1700000001" },
        "note": { "S": "first\nsecond\u{1b}[31m" },
    });
    dynamodb().call("PutItem", &json!({ "TableName": table, "Item": item })).unwrap();
    let listed = expect(0, &revoke(table, &["--list"]));
    golden("revoke--list", &listed.replace(table.as_str(), "TABLE"));
    assert!(!listed.chars().any(|letter| letter.is_control() && letter != '\n'), "{listed:?}");
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn a_table_that_can_not_be_reached_is_a_failure_of_the_machine() {
    let nowhere = |arguments: &[&str]| {
        claimsmith(&[&["revoke", "--authorizer", AUTHORIZER], arguments].concat())
            .env("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "testbed")
            .env("AWS_SECRET_ACCESS_KEY", "testbed")
            .env("CLAIMS_TABLE", "claims")
            .output()
            .unwrap()
    };
    for arguments in [&["--user", ADA][..], &["--user", ADA, "--undo"], &["--list"]] {
        let output = nowhere(arguments);
        assert_eq!(expect(1, &output), "", "{arguments:?}");
        assert!(stderr(&output).contains("table `claims`: "), "{}", stderr(&output));
        assert!(!stderr(&output).contains(ADA), "{}", stderr(&output));
    }
}
