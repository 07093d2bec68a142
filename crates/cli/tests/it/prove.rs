//! `claimsmith check --prove`: what it says of the shipped policy and of the four companies, and that
//! a refused policy has no proofs.

use crate::command::{claimsmith, root, stdout};
use serde_json::Value;

const WRONG: &str = "tests/policy/wrong/reserved-claim-cognito-groups.toml";

fn printed(arguments: &[&str]) -> String {
    let output = claimsmith(arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    stdout(&output)
}

fn companies() -> Vec<String> {
    let folder = root().join("examples/policies");
    let folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut names: Vec<String> = folders
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    names
}

fn policy(company: &str) -> String {
    format!("examples/policies/{company}/claims.toml")
}

#[test]
fn what_the_four_companies_prove() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden-prove");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let companies = companies();
    assert_eq!(companies.len(), 4);
    for company in companies {
        let text = printed(&["check", "--prove", "--policy", &policy(&company)]);
        settings.bind(|| insta::assert_snapshot!(company, text));
    }
}

#[test]
fn who_is_revoked_is_told_apart_from_what_lets_people_in() {
    let policy = ["check", "--prove", "--policy", "crates/cli/tests/revoke/claims.toml"];
    let text = printed(&policy);
    let guard = "guard      no token if it is there, unless it has a time `before`";
    assert_eq!(text.matches(guard).count(), 2, "{text}");
    let object: Value =
        serde_json::from_str(&printed(&[&policy[..], &["--json"]].concat())).unwrap();
    let records = object["proofs"]["records"].as_array().unwrap();
    let revoked = records.iter().find(|record| record["record"] == "revoked").unwrap();
    assert_eq!(revoked["require"], "not_revoked");
}

/// The most rounds, and read units of items of up to 4 KB.
#[test]
fn the_companies_stay_within_their_reads() {
    for (company, rounds) in [("b2b", 3), ("marketplace", 1), ("machines", 1), ("attribute", 0)] {
        let text = printed(&["check", "--prove", "--json", "--policy", &policy(company)]);
        let object: Value = serde_json::from_str(&text).unwrap();
        let sign_ins = object["proofs"]["bounds"]["sign_ins"].as_array().unwrap();
        let most = |what: &str| {
            let each = sign_ins.iter().map(|sign_in| sign_in["cold"][what].as_f64().unwrap());
            each.fold(0.0, f64::max)
        };
        assert_eq!(most("rounds"), f64::from(rounds), "{company}");
        assert!(most("read_units") <= 4.0, "{company}: {}", most("read_units"));
    }
}

#[test]
fn a_refused_policy_has_findings_and_no_proofs() {
    for more in [&[][..], &["--json"]] {
        let output = |arguments: &[&str]| {
            let all = [&["check", "--policy", WRONG], arguments, more].concat();
            claimsmith(&all).output().unwrap()
        };
        let (plain, prove) = (output(&[]), output(&["--prove"]));
        assert_eq!(prove.status.code(), Some(2));
        assert_eq!(plain, prove);
        assert!(!stdout(&prove).contains("proofs"));
    }
}

#[test]
fn rights_are_those_of_the_file_whatever_the_variables_are_here() {
    for table in [None, Some("theirs")] {
        let mut command = claimsmith(&["check", "--json"]);
        let output = command.envs(table.map(|name| ("CLAIMS_TABLE", name))).output().unwrap();
        let object: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let rights = serde_json::json!([
            {
                "table": "${CLAIMS_TABLE}",
                "region": null,
                "actions": ["dynamodb:BatchGetItem"],
                "indexes": {},
            }
        ]);
        assert_eq!(object["rights"], rights);
    }
}
