//! `claimsmith check --door`: what each door can test of claims in every form, and the infrastructure
//! that tells it to. `tests/infra/run` holds that against Terraform's provider.

use std::collections::BTreeSet;
use std::fs;

use crate::command::{claimsmith, root, stdout};
use crate::fences::document;
use serde_json::Value;

/// Each door, and the file in which what it is told is kept.
const DOORS: [(&str, &str); 7] = [
    ("alb", "alb.tf"),
    ("agentcore", "agentcore.tf"),
    ("rest-jwt", "rest-jwt.yaml"),
    ("http-api", "http-api.tf"),
    ("appsync", "appsync.tf"),
    ("identity-pool", "identity-pool.tf"),
    ("verified-permissions", "verified-permissions.tf"),
];
const POLICY: &str = "crates/cli/tests/door/claims.toml";

fn printed(arguments: &[&str]) -> String {
    let output = claimsmith(&[&["check"], arguments].concat()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    stdout(&output)
}

fn at_door(door: &str, policy: &str) -> Value {
    let text = printed(&["--json", "--door", door, "--policy", policy]);
    serde_json::from_str::<Value>(&text).unwrap()["door"].take()
}

fn fragment(door: &str, policy: &str) -> String {
    at_door(door, policy)["fragment"]["text"].as_str().unwrap().to_owned()
}

/// A policy of one claim below a table of constants.
fn policy_of(folder: &tempfile::TempDir, claim: &str) -> String {
    let path = folder.path().join("claims.toml");
    fs::write(&path, format!("version = 1\n\n{claim}\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The table of docs/doors.md: a row for each form, a column for each door. The policy has every form.
#[test]
fn the_table_of_the_guide_is_what_check_says() {
    let text = document("docs/doors.md");
    let header = text.lines().find(|line| line.starts_with("| written |")).unwrap();
    let cells = |line: &str| -> Vec<String> {
        let cells =
            line.trim_matches('|').split('|').map(|cell| cell.trim().replace(['`', '¹'], ""));
        cells.map(|cell| cell.trim().to_owned()).collect()
    };
    let doors = cells(header);
    assert_eq!(doors.len(), DOORS.len() + 1);
    let mut forms = BTreeSet::new();
    for (column, door) in doors.iter().enumerate().skip(1) {
        for claim in at_door(door, POLICY)["claims"].as_array().unwrap() {
            // Two of them are in one token, and two have names that don't fit everywhere.
            let name = claim["claim"].as_str().unwrap();
            if ["nickname", "plan", "cost-center"].contains(&name) || name.len() > 64 {
                continue;
            }
            let written = claim["written"].as_str().unwrap();
            let row = text.lines().find(|line| line.starts_with(&format!("| `{written}` |")));
            let row = row.unwrap();
            assert_eq!(cells(row)[column], claim["test"].as_str().unwrap(), "{door} {written}");
            let said = row.split('|').nth(column + 1).unwrap().contains('¹');
            assert_eq!(said, claim["documented"] == false, "{door} {written}");
            forms.insert(written.to_owned());
        }
    }
    let rows = text.lines().skip_while(|line| *line != header).skip(2);
    let rows = rows.take_while(|line| line.starts_with('|'));
    assert_eq!((rows.count(), forms.len()), (9, 9), "a form has no row, or a row no form");
}

/// `UPDATE_DOORS=1` writes the files anew.
#[test]
fn what_each_door_is_told() {
    let folder = root().join("crates/cli/tests/golden-door");
    for (door, file) in DOORS {
        let (path, text) = (folder.join(file), fragment(door, POLICY));
        if std::env::var_os("UPDATE_DOORS").is_some() {
            fs::write(&path, &text).unwrap();
        }
        assert!(fs::read_to_string(&path).unwrap() == text, "{file} is another: UPDATE_DOORS=1");
    }
    let kept = fs::read_dir(folder).unwrap().filter(|entry| {
        entry.as_ref().unwrap().path().extension().is_none_or(|ending| ending != "snap")
    });
    assert_eq!(kept.count(), DOORS.len());
}

#[test]
fn what_each_door_can_test() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden-door");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (door, _) in DOORS {
        let text = printed(&["--door", door, "--policy", POLICY]);
        let report = text.strip_suffix(&fragment(door, POLICY)).unwrap();
        for line in text.lines() {
            assert!(!line.ends_with(' '), "{door}: {line:?}");
        }
        settings.bind(|| insta::assert_snapshot!(door, report));
        fits_narrow_terminals(door);
    }
}

/// The fragment stays as it is, because nobody copies broken lines.
fn fits_narrow_terminals(door: &str) {
    let mut command = claimsmith(&["check", "--door", door]);
    let text = stdout(&command.env("COLUMNS", "72").output().unwrap());
    let report = text.split("(alone: ").next().unwrap();
    for line in report.lines() {
        assert!(line.chars().count() <= 72, "{door}: {line}");
    }
}

/// Every input decides who is let in, so none may have a value of ours.
#[test]
fn no_input_has_a_default() {
    for (door, _) in DOORS {
        let text = fragment(door, POLICY);
        let inputs = text.lines().filter(|line| line.starts_with("variable \"")).count();
        assert!(inputs >= 4 || door == "rest-jwt", "{door}");
        for line in text.lines().map(str::trim).filter(|line| !line.starts_with('#')) {
            assert!(
                !line.starts_with("default ") && !line.starts_with("Default:"),
                "{door}: {line}"
            );
        }
        for place in ["# claims", "# parameters", "# token"] {
            assert!(!text.contains(place), "{door}: {place} was left");
        }
    }
}

#[test]
fn a_claim_that_can_not_be_tested_is_in_no_fragment() {
    for (door, _) in DOORS {
        let at = at_door(door, POLICY);
        let text = fragment(door, POLICY);
        for claim in at["claims"].as_array().unwrap() {
            let quoted = format!("\"{}\"", claim["claim"].as_str().unwrap());
            let tested = claim["test"] != "not at all";
            assert_eq!(text.contains(&quoted), tested, "{door}: {claim}");
        }
    }
}

#[test]
fn without_a_claim_that_can_be_tested_there_is_nothing_to_tell() {
    let folder = tempfile::tempdir().unwrap();
    let policy = policy_of(&folder, "[claims.trial]\nvalue = true");
    for door in ["alb", "agentcore", "rest-jwt", "identity-pool"] {
        assert_eq!(at_door(door, &policy)["fragment"], Value::Null, "{door}");
        let text = printed(&["--door", door, "--policy", &policy]);
        assert!(text.ends_with("test them in the code behind it.\n"), "{text}");
    }
    for door in ["http-api", "appsync", "verified-permissions"] {
        assert!(at_door(door, &policy)["fragment"].is_object(), "{door}");
    }
}

/// Only with an audience a REST API takes access tokens, and then it is told to take no others.
#[test]
fn a_rest_api_is_told_which_token_it_gets() {
    let folder = tempfile::tempdir().unwrap();
    let claim = "[claims.plan]\nvalue = \"pro\"";
    for (more, token) in [("", "id"), ("\n[tokens.access]\naud = \"client_id\"", "access")] {
        let policy = policy_of(&folder, &format!("{claim}\n{more}"));
        assert_eq!(at_door("rest-jwt", &policy)["token"], token);
        let text = fragment("rest-jwt", &policy);
        assert!(
            text.contains(&format!("ExpectedValues:\n                  - {token}\n")),
            "{text}"
        );
    }
}

#[test]
fn a_policy_with_findings_stands_at_no_door() {
    let wrong = "tests/policy/wrong/reserved-claim-cognito-groups.toml";
    let output = claimsmith(&["check", "--json", "--door", "alb", "--policy", wrong]).output();
    let output = output.unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(!stdout(&output).contains("\"door\""));
}

#[test]
fn an_authorizers_configuration_stands_at_no_door() {
    let arguments = ["check", "--door", "alb", "--authorizer", "authorizer.toml"];
    assert_eq!(claimsmith(&arguments).output().unwrap().status.code(), Some(2));
}
