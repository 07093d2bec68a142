//! `claimsmith contract`: the file, its comparison, and how the command ends.
//! `INSTA_UPDATE=always cargo test` accepts new snapshots; read them.

mod changes;
mod presence;
mod promise;
mod reality;
mod rows;
mod schema;
mod steps;

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::command::{claimsmith, root, stderr, stdout};
use serde_json::{Value, json};

/// The policy that is edited.
const POLICY: &str = "crates/cli/tests/contract/claims.toml";

fn printed(policy: &str) -> String {
    let output = claimsmith(&["contract", "--policy", policy]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{policy}: {}", stderr(&output));
    stdout(&output)
}

fn contract_of(policy: &str) -> Value {
    serde_json::from_str(&printed(policy)).unwrap()
}

fn against(before: &str, policy: &str, more: &[&str]) -> Output {
    let arguments = ["contract", "--against", before, "--policy", policy];
    claimsmith(&[&arguments, more].concat()).output().unwrap()
}

/// Writes a file of a test.
fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The text of the policy after some edits, each of which finds its place once.
fn edited(edits: &[(&str, &str)]) -> String {
    let mut text = fs::read_to_string(root().join(POLICY)).unwrap();
    for (from, to) in edits {
        assert_eq!(text.matches(from).count(), 1, "{from:?}");
        text = text.replace(from, to);
    }
    text
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden-contract");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

fn valid(schema: &str, value: &Value) {
    let schema = stdout(&claimsmith(&["schema", schema]).output().unwrap());
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}\n{value:#}");
}

#[test]
fn the_file_is_the_same_for_the_same_policy_and_fits_its_schema() {
    let text = printed(POLICY);
    assert_eq!(text, printed(POLICY));
    assert!(text.ends_with("}\n") && !text.ends_with("\n\n"));
    settings().bind(|| insta::assert_snapshot!("contract", text));
    for policy in reality::policies() {
        valid("contract", &contract_of(&policy.file));
    }
    let text = stdout(&claimsmith(&["contract"]).output().unwrap());
    assert_eq!(text, printed("claims.toml"), "the built-in policy");
}

/// A contract that contradicts itself is none, whoever wrote it.
#[test]
fn the_schema_and_the_command_refuse_the_same_files() {
    let folder = tempfile::tempdir().unwrap();
    let schema = stdout(&claimsmith(&["schema", "contract"]).output().unwrap());
    let validator = jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap();
    let good = contract_of(POLICY);
    let claim = |name: &str| {
        let claims = good["claims"].as_array().unwrap().iter();
        claims.enumerate().find(|(_, claim)| claim["name"] == name).unwrap().0
    };
    let at = |claim_name: &str, key: &str| format!("/claims/{}/{key}", claim(claim_name));
    let edits = [
        ("/format".to_owned(), json!(2), "`format` 2 is newer than this command, which knows 1"),
        (at("roles", "type"), json!("list"), "claim `roles`: `type` is no known one at line "),
        (at("roles", "encoding"), json!("bits"), "claim `roles`: `encoding` is one of flags alone"),
        (at("roles", "encoding"), json!("csv"), "claim `roles`: `encoding` is no known one"),
        (at("roles", "encoding"), Value::Null, "claim `roles`: `encoding` is missing"),
        (at("level", "encoding"), json!("comma"), "claim `level`: `type` goes with no such"),
        (at("level", "fields"), json!(["a"]), "claim `level`: `type` goes with no such"),
        (at("switches", "catalogue"), Value::Null, "claim `switches`: `catalogue` is missing"),
        (at("menu", "fields"), Value::Null, "claim `menu`: `fields` is missing"),
        (
            at("level", "tokens"),
            json!({ "id": "often" }),
            "claim `level`: `tokens` says something else",
        ),
        (at("level", "colour"), json!("red"), "member `colour`: unknown field `colour`"),
        (at("level", "first"), json!("one"), "member `first`: invalid type"),
        ("/groups/mode".to_owned(), json!("swap"), "`mode` of `groups` is none of"),
        ("/markers".to_owned(), Value::Null, "missing field `markers`"),
    ];
    for (pointer, value, problem) in edits {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        let mut wrong = good.clone();
        let members = wrong.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Value::Null => members.remove(key),
            value => members.insert(key.to_owned(), value),
        };
        assert!(!validator.is_valid(&wrong), "the schema takes {pointer}");
        let text = serde_json::to_string_pretty(&wrong).unwrap();
        let file = written(folder.path(), "wrong.json", &text);
        let output = against(&file, POLICY, &[]);
        assert_eq!(output.status.code(), Some(2), "{pointer}");
        let told = stderr(&output);
        assert!(told.contains("no contract: ") && told.contains(problem), "{told}");
    }
    let mut twice = good.clone();
    let first = twice["claims"][0].clone();
    twice["claims"].as_array_mut().unwrap().push(first);
    let file = written(folder.path(), "wrong.json", &twice.to_string());
    assert!(stderr(&against(&file, POLICY, &[])).contains("stands there twice"));
}

/// What an older command can't know it doesn't judge, and what a stranger has written is no order.
#[test]
fn files_of_others_are_read_with_care() {
    let folder = tempfile::tempdir().unwrap();
    let told = |name: &str, text: &str| {
        let output = against(&written(folder.path(), name, text), POLICY, &[]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        assert!(stdout(&output).is_empty());
        stderr(&output)
    };
    let good = printed(POLICY);
    let newer = good.replace("\"claims_contract\": 1", "\"claims_contract\": 2");
    assert!(told("newer.json", &newer).contains("`claims_contract` 2 is newer than this command"));
    let escape = good.replace("\"level\"", "\"le\\u001b]0;vel\"").replace("\"number\"", "\"x\"");
    let said = told("escape.json", &escape);
    assert!(said.contains("claim `le\u{fffd}]0;vel`") && !said.contains('\u{1b}'), "{said:?}");
    let early = good.replace("\"name\": \"level\",", "\"name\": \"level\", \"first\": \"one\",");
    assert!(told("early.json", &early).contains("claim `level`, member `first`: invalid type"));
    let long = good.clone() + &" ".repeat(1_000_000);
    assert!(told("long.json", &long).contains("more than 1 MB"));
    // A policy is one by what is in it.
    let text = edited(&[]).replace("../../../../demo", root().join("demo").to_str().unwrap());
    let output = against(&written(folder.path(), "claims.conf", &text), POLICY, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let output = against(&written(folder.path(), "claims.toml", &good), POLICY, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
}

/// As many claims as there can be, all of them changed, in the time that reading takes.
#[test]
fn many_claims_are_compared_in_no_time() {
    let folder = tempfile::tempdir().unwrap();
    let mut many = contract_of(POLICY);
    let claims = (0..9000).map(|at| {
        json!({"name": format!("c{at}"), "type": "flags",
        "encoding": "list", "tokens": {"id": "optional"}})
    });
    many["claims"] = claims.collect();
    let file = written(folder.path(), "many.json", &many.to_string());
    let start = std::time::Instant::now();
    let output = against(&file, POLICY, &["--json"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let took = start.elapsed();
    assert!(took < std::time::Duration::from_secs(5), "{took:?}");
    let changes: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert!(changes["changes"].as_array().unwrap().len() > 9000);
}

#[test]
fn a_policy_with_findings_has_no_contract() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = written(folder.path(), "wrong.toml", "version = 1\n[claims.a]\n");
    let output = claimsmith(&["contract", "--policy", &wrong]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("1 problem, so nothing was printed"), "{}", stderr(&output));
    assert!(stdout(&output).is_empty());
    let output = against(&wrong, POLICY, &[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("so nothing was compared"));
}

/// Whatever is made of flags that only a variable knows would be another thing where it is set.
#[test]
fn flags_that_only_a_variable_knows_have_no_contract_and_no_types() {
    let folder = tempfile::tempdir().unwrap();
    for encoding in ["bits", "comma", "space", "list"] {
        let open = edited(&[(
            "flags = [\"items\", \"export\"]\nencoding = \"bits\"",
            &format!("flags = [\"items\", \"${{FLAG}}\"]\nencoding = \"{encoding}\""),
        )]);
        let open = written(folder.path(), "open.toml", &open);
        let types = ["typescript", "python", "go", "rust", "json-schema", "cedar-schema"]
            .map(|language| vec!["types", "--language", language, "--policy", &open]);
        let contract = [
            vec!["contract", "--policy", &open],
            vec!["contract", "--policy", POLICY, "--against", &open],
        ];
        for arguments in types.iter().chain(&contract) {
            let output = claimsmith(arguments).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            assert!(stderr(&output).contains("claim `switches` need a variable that is not set"));
            assert!(stdout(&output).is_empty());
            let output = claimsmith(arguments).env("FLAG", "export").output().unwrap();
            assert_ne!(output.status.code(), Some(2), "{arguments:?}: {}", stderr(&output));
        }
    }
}

#[test]
fn a_policy_can_stand_for_its_contract() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path(), "claims.contract.json", &printed(POLICY));
    let other = edited(&[("[claims.trial]", "[claims.test]")]);
    let other = written(folder.path(), "other.toml", &other);
    let object = |before: &str| -> Value {
        serde_json::from_str(&stdout(&against(before, &other, &["--json"]))).unwrap()
    };
    let (of_policy, of_file) = (object(POLICY), object(&file));
    assert_eq!(of_policy["changes"], of_file["changes"]);
    assert_eq!((&of_policy["before"], &of_file["before"]), (&json!(POLICY), &json!(file)));
}

#[test]
fn the_comparison_fits_every_width() {
    let folder = tempfile::tempdir().unwrap();
    let changed = edited(&[
        ("[claims.trial]", "[claims.is_trial]"),
        ("flags = [\"items\", \"export\"]", "flags = [\"items\", \"export\", \"webhooks\"]"),
        ("suppress = [", "suppress = [\"email\", "),
        (
            "[claims.level]\nvalue = 7",
            "[claims.level]\nwhen = { scopes = [\"openid\"] }\nvalue = 7",
        ),
    ]);
    let file = "changed.toml";
    fs::write(folder.path().join(file), changed.replace("../../../../demo", "demo")).unwrap();
    let before = root().join(POLICY);
    fs::write(folder.path().join("claims.contract.json"), printed(before.to_str().unwrap()))
        .unwrap();
    let told = |columns: &str, more: &[&str]| {
        let arguments = ["contract", "--against", "claims.contract.json", "--policy", file];
        let mut command = claimsmith(&[&arguments, more].concat());
        let output = command.current_dir(&folder).env("COLUMNS", columns).output().unwrap();
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        stdout(&output)
    };
    for columns in ["72", "100"] {
        let text = told(columns, &[]);
        let most = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(most <= columns.parse().unwrap(), "{most} columns");
        assert!(
            !text.contains('\u{1b}') && text.lines().all(|line| !line.ends_with(' ')),
            "{text}"
        );
        settings().bind(|| insta::assert_snapshot!(format!("against-{columns}-columns"), text));
    }
    let object: Value = serde_json::from_str(&told("80", &["--json"])).unwrap();
    valid("contract-changes", &object);
    let object = serde_json::to_string_pretty(&object).unwrap();
    settings().bind(|| insta::assert_snapshot!("against-json", object));
}
