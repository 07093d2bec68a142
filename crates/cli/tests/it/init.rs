//! `claimsmith init`: what it writes works at once, and overwrites nothing. `claimsmith event`, and the same
//! person in `simulate`.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::command::{claimsmith, run, stderr, stdout};

const STARTERS: [&str; 5] = ["single-table", "own-table", "entra-id", "machines", "attribute"];
const ADA: &str = "11111111-1111-4111-8111-111111111111";

fn in_folder(folder: &Path, arguments: &[&str]) -> Output {
    claimsmith(arguments).current_dir(folder).output().unwrap()
}

/// Every file below a folder, with its text.
fn files(folder: &Path) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry));
        } else {
            found.push((entry.display().to_string(), fs::read_to_string(&entry).unwrap()));
        }
    }
    found.sort();
    found
}

/// The commands of a text, each by its arguments. In a workflow they stand behind `run:`.
fn commands(text: &str) -> Vec<Vec<&str>> {
    let lines = text.lines().map(|line| line.trim_start_matches([' ', '-']));
    let lines = lines.map(|line| line.strip_prefix("run: ").unwrap_or(line));
    let commands = lines.filter_map(|line| line.strip_prefix("claimsmith "));
    // What it is for stands behind two blanks.
    commands.map(|it| it.split("  ").next().unwrap().split(' ').collect()).collect()
}

#[test]
fn each_starter_is_checked_and_simulated_by_the_commands_that_it_names() {
    for starter in STARTERS {
        let folder = tempfile::tempdir().unwrap();
        let made = in_folder(folder.path(), &["init", starter]);
        assert!(made.status.success(), "{starter}: {}", stderr(&made));
        let workflow = fs::read_to_string(folder.path().join(".github/workflows/claims.yml"));
        let (told, workflow) = (stdout(&made), workflow.unwrap());
        let action = concat!("packages/action@v", env!("CARGO_PKG_VERSION"), "\n");
        assert!(workflow.contains(action), "{workflow}");
        let (told, workflow) = (commands(&told), commands(&workflow));
        // The policy is checked by the Action, of this command's own release.
        assert_eq!(told[0], ["check"], "{starter}");
        assert_eq!(told[1..2], workflow, "{starter}");
        assert_eq!(told[2][0], "serve", "{starter}");
        // tests/stranger runs this one, in a shell.
        assert_eq!(told[3][0], "simulate", "{starter}");
        for command in &told[..2] {
            let done = in_folder(folder.path(), command);
            assert_eq!(done.status.code(), Some(0), "{starter} {command:?}: {}", stderr(&done));
        }
    }
}

/// GitHub reads no workflow of another folder.
#[test]
fn where_the_workflow_belongs_is_said_outside_the_top_of_a_repository() {
    for (top, said) in [(true, false), (false, true)] {
        let folder = tempfile::tempdir().unwrap();
        if top {
            fs::create_dir(folder.path().join(".git")).unwrap();
        }
        let told = stdout(&in_folder(folder.path(), &["init"]));
        assert_eq!(told.contains("is not the top of a repository"), said, "{told}");
    }
}

#[test]
fn the_demo_company_is_not_taken_for_your_tables() {
    let folder = tempfile::tempdir().unwrap();
    in_folder(folder.path(), &["init", "own-table"]);
    let asked = ["simulate", "--user", ADA];
    let refused = in_folder(folder.path(), &asked);
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("give --records FILE"), "{}", stderr(&refused));
}

#[test]
fn the_demo_company_is_not_taken_for_your_items_or_for_what_nobody_reads() {
    for (starter, said) in [
        ("single-table", "records: built-in demo company, not ./items.json\n"),
        ("attribute", "records: none\n"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        in_folder(folder.path(), &["init", starter]);
        let report = stdout(&in_folder(folder.path(), &["simulate", "event.json"]));
        assert!(report.contains(said), "{starter}: {report}");
        if starter == "attribute" {
            let shown = stdout(&in_folder(folder.path(), &["show", "--user", ADA]));
            assert!(shown.contains(said), "{shown}");
        }
    }
}

#[test]
fn without_a_word_it_is_the_shipped_policy() {
    let folder = tempfile::tempdir().unwrap();
    in_folder(folder.path(), &["init"]);
    let policy = fs::read_to_string(folder.path().join("claims.toml")).unwrap();
    assert_eq!(policy, claimsmith::policy::DEFAULT_POLICY);
}

#[test]
fn what_is_there_stays_and_nothing_comes_beside_it() {
    for there in ["claims.toml", "event.json", ".github/workflows/claims.yml"] {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join(there);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(&place, "mine").unwrap();
        let before = files(folder.path());
        let refused = in_folder(folder.path(), &["init"]);
        assert_eq!(refused.status.code(), Some(2));
        assert_eq!(
            stderr(&refused),
            format!("claimsmith: {there}: is there already, so nothing was written\n")
        );
        assert_eq!(files(folder.path()), before);
    }
}

#[test]
fn what_can_not_be_written_whole_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    // A file where a folder must be.
    fs::write(folder.path().join(".github"), "mine").unwrap();
    let failed = in_folder(folder.path(), &["init"]);
    assert_eq!(failed.status.code(), Some(1), "{}", stderr(&failed));
    assert!(stderr(&failed).contains(".github/workflows/claims.yml"), "{}", stderr(&failed));
    assert_eq!(files(folder.path()).len(), 1);
}

#[test]
fn an_event_has_what_was_said_in_the_order_of_cognito() {
    let said = [
        "event",
        "--user",
        ADA,
        "--group",
        "admin",
        "--group",
        "staff",
        "--scope",
        "orders/read",
        "--attribute",
        "email=ada@acme.example",
        "--metadata",
        "org_id=globex",
        "--trigger",
        "RefreshTokens",
        "--client",
        "2webclientexample0000000001",
    ];
    let text = stdout(&run(&said, ""));
    let names = ["version", "triggerSource", "userPoolId", "userName", "callerContext", "request"];
    let places: Vec<usize> =
        names.iter().map(|name| text.find(&format!("\n  \"{name}\":")).unwrap()).collect();
    assert!(places.is_sorted(), "{text}");
    let event: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(
        (&event["triggerSource"], &event["version"]),
        (&"TokenGeneration_RefreshTokens".into(), &"3".into())
    );
    assert_eq!(event["callerContext"]["clientId"], "2webclientexample0000000001");
    let request = &event["request"];
    assert_eq!(request["userAttributes"]["sub"], ADA);
    assert_eq!(request["userAttributes"]["email"], "ada@acme.example");
    assert_eq!(
        request["groupConfiguration"]["groupsToOverride"],
        serde_json::json!(["admin", "staff"])
    );
    assert_eq!(request["scopes"], serde_json::json!(["orders/read"]));
    assert_eq!(request["clientMetadata"]["org_id"], "globex");

    let machine: Value =
        serde_json::from_str(&stdout(&run(&["event", "--client", "m1"], ""))).unwrap();
    assert_eq!(machine["triggerSource"], "TokenGeneration_ClientCredentials");
    assert_eq!(machine["callerContext"]["clientId"], "m1");
}

/// Cognito says of everybody in which state the account is, and an address counts only then.
#[test]
fn the_account_of_a_person_is_in_a_likely_state() {
    let status = |said: &[&str]| {
        let event = stdout(&run(&[&["event", "--user", ADA], said].concat(), ""));
        let event: Value = serde_json::from_str(&event).unwrap();
        event["request"]["userAttributes"]["cognito:user_status"].as_str().map(str::to_owned)
    };
    assert_eq!(status(&[]).as_deref(), Some("CONFIRMED"));
    let federated = r#"identities=[{"providerName":"EntraID"}]"#;
    assert_eq!(status(&["--attribute", federated]).as_deref(), Some("EXTERNAL_PROVIDER"));
    let said = "cognito:user_status=RESET_REQUIRED";
    assert_eq!(status(&["--attribute", said]).as_deref(), Some("RESET_REQUIRED"));
}

#[test]
fn the_user_pool_of_a_starter_is_called_made_up() {
    for starter in STARTERS {
        let folder = tempfile::tempdir().unwrap();
        let told = stdout(&in_folder(folder.path(), &["init", starter]));
        let policy = fs::read_to_string(folder.path().join("claims.toml")).unwrap();
        let pool = policy.contains("EXAMPLE");
        assert_eq!(told.contains("are made up"), pool, "{starter}");
    }
}

#[test]
fn a_person_is_simulated_as_their_event_is() {
    let who = ["--user", ADA, "--group", "admin", "--metadata", "org_id=globex"];
    let event = stdout(&run(&[&["event"], &who[..]].concat(), ""));
    for output in ["--json", "--response"] {
        let by_event = run(&["simulate", output, "-"], &event);
        let by_person = run(&[&["simulate", output], &who[..]].concat(), "");
        assert_eq!(by_event.status.code(), by_person.status.code());
        let named = stdout(&by_person).replace(&format!("person {ADA}"), "standard input");
        // The answer repeats the event, here without its line breaks.
        let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(json(&named), json(&stdout(&by_event)));
    }
    let report = stdout(&run(&[&["simulate"], &who[..]].concat(), ""));
    assert!(report.contains(&format!("person {ADA}\n")), "{report}");
}

#[test]
fn who_it_is_must_be_said_once() {
    for (arguments, said) in [
        (vec!["simulate"], "required"),
        (vec!["simulate", "--user", ADA, "event.json"], "cannot be used with"),
        (vec!["simulate", "--group", "admin"], "required"),
        (vec!["event"], "required"),
        (vec!["event", "--client", "m1", "--group", "admin"], "required"),
        (vec!["event", "--user", ADA, "--trigger", "ClientCredentials"], "invalid value"),
    ] {
        let refused = run(&arguments, "");
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(stderr(&refused).contains(said), "{arguments:?}: {}", stderr(&refused));
    }
}
