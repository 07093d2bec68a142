//! The command as its users meet it: exit status, streams, JSON lines, and the README's promises.

use std::path::Path;
use std::process::Output;

use crate::command::{left_early, root, run, stderr, stdout};
use serde_json::Value;

fn claimsmith(arguments: &[&str]) -> Output {
    run(arguments, "")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

#[test]
fn the_exit_status_tells_how_it_went() {
    let issued = "events/v2/sign-in.json";
    let refused = "events/v2/sign-in-suspended-org.json";
    let broken = "events/broken/null.json";
    for mode in [&["simulate"][..], &["simulate", "--json"], &["simulate", "--response"]] {
        let status = |events: &[&str]| claimsmith(&[mode, events].concat()).status.code().unwrap();
        assert_eq!(status(&[issued]), 0, "{mode:?}");
        assert_eq!(status(&[refused]), 3, "{mode:?}");
        assert_eq!(status(&[broken]), 2, "{mode:?}");
        assert_eq!(status(&[issued, refused, issued]), 3, "{mode:?}");
        assert_eq!(status(&[broken, refused]), 2, "{mode:?}");
        assert_eq!(status(&["events/no-such-file.json"]), 2, "{mode:?}");
    }
    assert_eq!(claimsmith(&["simulate"]).status.code(), Some(2));
    assert_eq!(claimsmith(&["check"]).status.code(), Some(0));
}

#[test]
fn response_is_the_event_with_its_response_and_nothing_else() {
    let event = read("events/v3/client-credentials.json");
    let output = claimsmith(&["simulate", "--response", "events/v3/client-credentials.json"]);
    let expected = "{\"claimsAndScopeOverrideDetails\":{\"accessTokenGeneration\":\
        {\"claimsToAddOrOverride\":{\"feature_flags\":\"audit-log,custom-branding,export,items,\
        single-sign-on,webhooks\",\"org_id\":\"acme-corp\",\"org_tier\":\"enterprise\"}}}}";
    let (before, _) = event.split_once("\"response\": ").unwrap();
    assert_eq!(stdout(&output), format!("{before}\"response\": {expected}\n}}\n"));

    let refused = claimsmith(&["simulate", "--response", "events/v2/sign-in-suspended-org.json"]);
    let error = "{\"errorMessage\":\"sign-in refused\",\"errorType\":\"record_refused\"}\n";
    assert_eq!(stdout(&refused), error);
}

#[test]
fn a_json_line_has_every_promised_field() {
    let output = claimsmith(&["simulate", "--json", "events/v2/sign-in.json"]);
    let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(line["event"], "events/v2/sign-in.json");
    assert_eq!(line["outcome"], "customized");
    assert_eq!(line["tenant"], serde_json::json!({ "id": "acme-corp", "member": "user" }));
    assert_eq!(line.get("reason"), None);
    assert!(line["answer"]["response"]["claimsAndScopeOverrideDetails"].is_object());
    for token in ["id", "access"] {
        assert_eq!(line["tokens"][token]["claims"]["org_id"], "acme-corp");
        assert!(line["tokens"][token]["bytes"]["lower"].as_u64().unwrap() > 1000);
        assert!(line["tokens"][token]["bytes"]["upper"].as_u64().unwrap() > 1000);
    }
    assert_eq!(line["tokens"]["id"]["budget"], 4096);
    let decision = &line["decisions"][0];
    for field in ["token", "claim", "action", "source", "reason", "bytes"] {
        assert!(decision.get(field).is_some(), "{field}");
    }
    assert_eq!(line["reads"][0]["round"], 1);
    assert_eq!(line["reads"][0]["keys"][0]["record"], "user");
    assert_eq!(line["reads"][0]["keys"][0]["key"]["sk"], "PROFILE");

    let machine = claimsmith(&["simulate", "--json", "events/v3/client-credentials.json"]);
    let machine: Value = serde_json::from_str(&stdout(&machine)).unwrap();
    assert_eq!(machine["tokens"]["id"], Value::Null);

    let refused = claimsmith(&["simulate", "--json", "events/v2/sign-in-no-record.json"]);
    let refused: Value = serde_json::from_str(&stdout(&refused)).unwrap();
    assert_eq!(refused["outcome"], "refused");
    assert_eq!(refused["reason"]["code"], "record_missing");
    assert_eq!(refused["reason"]["text"], "sign-in refused");
    assert_eq!(refused["answer"], Value::Null);
    assert_eq!(refused["tokens"]["access"], Value::Null);
    assert_eq!(refused["tenant"], Value::Null);
    assert_eq!(refused["decisions"], Value::Array(Vec::new()));
}

#[test]
fn events_come_one_after_another_from_standard_input() {
    let event = read("events/v2/sign-in.json");
    let compact: Value = serde_json::from_str(&event).unwrap();
    // Pretty, compact, on one line with another, with a byte order mark.
    let input = format!("\u{feff}{event}\n{compact}{compact}\n\n{event}");
    let output = run(&["simulate", "--json", "-"], &input);
    let names: Vec<String> = stdout(&output)
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["event"].as_str().unwrap().into())
        .collect();
    let first = "standard input";
    assert_eq!(names, [first, "standard input #2", "standard input #3", "standard input #4"]);
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_comes_before_a_broken_event_is_not_lost() {
    let event = read("events/v2/sign-in.json");
    let output = run(&["simulate", "--json", "-"], &format!("{event}\n{{\"a\":}}"));
    let lines: Vec<Value> =
        stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["outcome"], "customized");
    assert_eq!(lines[1]["reason"]["code"], "unreadable_event");
    assert!(lines[1]["reason"]["cause"].as_str().unwrap().contains("line"));
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn many_events_are_summed_up() {
    let output = claimsmith(&["simulate", "events/v1", "events/v2", "events/v3"]);
    let text = stdout(&output);
    for expected in
        ["events", "issued", "record_refused", "smallest", "largest in", "feature_flags"]
    {
        assert!(text.contains(expected), "no `{expected}` in:\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "colours in a pipe");
}

#[test]
fn a_bad_input_names_its_place() {
    for (arguments, place) in [
        (&["simulate", "events/broken/sign-in-truncated.json"][..], "line 19, column"),
        (&["simulate", "--records", "claims.toml", "-"], "claims.toml: line 1, $"),
        (&["simulate", "--policy", "demo/records.json", "-"], "demo/records.json: 1 problem"),
        (&["simulate", "--policy", "no-such.toml", "-"], "no-such.toml: "),
        (&["simulate", "demo/no-such-folder"], "demo/no-such-folder"),
    ] {
        let output = claimsmith(arguments);
        let text = stdout(&output) + &stderr(&output);
        assert!(text.contains(place), "{arguments:?}: no `{place}` in:\n{text}");
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_failure() {
    let output = left_early(&["simulate", "--json", "events"]);
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(0));
}

#[test]
fn what_an_event_holds_can_not_order_the_terminal_about() {
    let event = read("events/v2/sign-in.json").replace("ada@acme.example", "a\\u001b[31mb");
    let output = run(&["simulate", "-"], &event);
    assert!(!stdout(&output).contains('\u{1b}'));
}

#[test]
fn what_a_file_is_called_can_not_order_the_terminal_about() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a\u{1b}[31m\u{7}.json", read("events/v2/sign-in.json")),
        ("b\u{1b}[31m.json", "null".to_owned()),
    ] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let folder = folder.path().to_str().unwrap();
    let broken = format!("{folder}/b\u{1b}[31m.json");
    let missing = format!("{folder}/c\u{1b}[31m.json");
    for arguments in [
        &["simulate", folder][..],
        &["simulate", &broken],
        &["simulate", "--response", &broken],
        &["simulate", &missing],
        &["diff", "--against", "claims.toml", folder],
    ] {
        let output = claimsmith(arguments);
        let text = stdout(&output) + &stderr(&output);
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{arguments:?}: {text:?}");
        assert!(text.contains("b\u{fffd}[31m") || arguments.contains(&&*missing), "{text:?}");
    }
    let summary = stdout(&claimsmith(&["simulate", folder]));
    assert_eq!(summary.matches("a\u{fffd}[31m\u{fffd}.json").count(), 3, "{summary}");
}

#[test]
fn a_linked_folder_counts_its_events_once() {
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("inside");
    std::fs::create_dir(&inside).unwrap();
    std::fs::write(inside.join("event.json"), read("events/v2/sign-in.json")).unwrap();
    std::os::unix::fs::symlink("..", inside.join("loop")).unwrap();
    std::os::unix::fs::symlink("inside", folder.path().join("other")).unwrap();
    std::os::unix::fs::symlink("event.json", inside.join("file.json")).unwrap();
    let events = |argument: &Path| {
        let output = claimsmith(&["simulate", "--json", argument.to_str().unwrap()]);
        stdout(&output).lines().count()
    };
    // The file and the link to a file.
    assert_eq!(events(folder.path()), 2);
    // A linked folder that somebody names is meant.
    assert_eq!(events(&folder.path().join("other")), 2);
}

#[test]
fn no_byte_of_an_event_is_lost_on_the_way_out() {
    // DEL is allowed in a JSON string, and filters for terminals take it out.
    let event = read("events/v2/sign-in.json").replace("ada@acme.example", "a\u{7f}b");
    for mode in ["--json", "--response"] {
        let output = run(&["simulate", mode, "-"], &event);
        assert!(stdout(&output).contains("a\u{7f}b"), "{mode}");
    }
}

#[test]
fn the_policy_of_the_readme_makes_the_token_beside_it() {
    let readme = read("README.md");
    let block = |kind: &str| {
        readme
            .split(&format!("```{kind}\n"))
            .nth(1)
            .unwrap()
            .split("```")
            .next()
            .unwrap()
            .to_owned()
    };
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("claims.toml");
    std::fs::write(&policy, block("toml")).unwrap();
    let output = claimsmith(&[
        "simulate",
        "--json",
        "--policy",
        policy.to_str().unwrap(),
        "--records",
        "demo/records.json",
        "events/v2/sign-in.json",
    ]);
    let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let access = &line["tokens"]["access"];
    let json: Vec<String> = block("jsonc")
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
        .map(str::to_owned)
        .collect();
    let shown: Value = serde_json::from_str(&json.concat()).unwrap();
    for (name, value) in shown.as_object().unwrap() {
        let found = access["claims"][name].as_str().unwrap_or_default();
        let begins = value.as_str().unwrap().strip_suffix('…');
        let same = begins.map_or(*value == found, |begins| found.starts_with(begins));
        assert!(same, "{name}: {found}");
    }
    let bytes = access["bytes"]["upper"].as_u64().unwrap();
    let size = format!("at most {},{:03} bytes", bytes / 1000, bytes % 1000);
    assert!(readme.contains(&size), "{size}");
    let toml = block("toml");
    let ours = toml.lines().filter_map(|line| line.strip_prefix("[claims.")?.split(']').next());
    let first: Vec<&String> = shown.as_object().unwrap().keys().collect();
    assert!(ours.clone().all(|name| first.contains(&&name.to_owned())), "{first:?}");
    assert_eq!(ours.count(), 3);
}

#[test]
fn what_the_policy_makes_of_groups_and_scopes_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("claims.toml");
    let text = "version = 1\n[groups]\nmode = \"remove\"\nnames = [\"GROUP\"]\n\
                [tokens.access]\nsuppress_scopes = [\"aws.cognito.signin.user.admin\"]\n";
    let event = "events/v2/sign-in-three-groups.json";
    let groups: Value = serde_json::from_str(&read(event)).unwrap();
    let groups = &groups["request"]["groupConfiguration"]["groupsToOverride"];
    std::fs::write(&policy, text.replace("GROUP", groups[0].as_str().unwrap())).unwrap();
    let output = claimsmith(&["simulate", "--json", "--policy", policy.to_str().unwrap(), event]);
    let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let action = |token: &str, claim: &str| {
        let decisions = line["decisions"].as_array().unwrap();
        let found = decisions.iter().find(|it| it["token"] == token && it["claim"] == claim);
        found.unwrap()["action"].as_str().unwrap().to_owned()
    };
    assert_eq!(action("access", "scope"), "changed");
    assert_eq!(action("access", "cognito:groups"), "changed");
    assert_eq!(action("id", "cognito:groups"), "changed");
    assert_eq!(action("id", "cognito:username"), "kept");
    assert_eq!(action("id", "acr"), "kept");
}

#[test]
fn metadata_that_cognito_never_gives_is_warned_of() {
    let mut event: Value = serde_json::from_str(&read("events/v2/hosted-auth.json")).unwrap();
    event["request"]["clientMetadata"] = serde_json::json!({ "org_id": "globex" });
    let text = stdout(&run(&["simulate", "-"], &event.to_string()));
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(text.contains("which Cognito never gives at managed login"), "{text}");
    let json: Value =
        serde_json::from_str(&stdout(&run(&["simulate", "--json", "-"], &event.to_string())))
            .unwrap();
    assert!(json["warning"].as_str().unwrap().contains("client metadata"), "{json}");
    // Elsewhere it may come.
    let json = stdout(&claimsmith(&["simulate", "--json", "events/v2/sign-in-switch-org.json"]));
    assert_eq!(serde_json::from_str::<Value>(&json).unwrap().get("warning"), None);
}

#[test]
fn an_anonymised_event_is_decided_about_as_before_where_no_record_is_needed() {
    let folder = tempfile::tempdir().unwrap();
    let policy = folder.path().join("claims.toml");
    std::fs::write(&policy, "version = 1\n[claims.plan]\nvalue = \"x\"\n").unwrap();
    let policy = policy.to_str().unwrap();
    let mut compared = 0;
    for folder in ["v1", "v2", "v3", "odd"] {
        for file in std::fs::read_dir(root().join("events").join(folder)).unwrap() {
            let file = file.unwrap().path();
            let output = claimsmith(&["anonymise", file.to_str().unwrap()]);
            assert_eq!(output.status.code(), Some(0), "{}", file.display());
            let scrambled = stdout(&output);
            let actions = |output: Output| {
                let line: Value = serde_json::from_str(&stdout(&output)).unwrap();
                let actions = line["decisions"].as_array().unwrap().iter();
                let actions: Vec<_> = actions
                    .map(|it| (it["action"].clone(), it["claim"].as_str().unwrap().len()))
                    .collect();
                let bytes = |token: &str| line["tokens"][token]["bytes"].clone();
                (line["outcome"].clone(), bytes("id"), bytes("access"), actions)
            };
            let before = actions(claimsmith(&[
                "simulate",
                "--json",
                "--policy",
                policy,
                file.to_str().unwrap(),
            ]));
            let after = actions(run(&["simulate", "--json", "--policy", policy, "-"], &scrambled));
            // Names of attributes change, and with them their order.
            let sorted = |mut it: Vec<(Value, usize)>| {
                it.sort_by_key(|(action, length)| (action.to_string(), *length));
                it
            };
            let name = file.display().to_string();
            assert_eq!((&before.0, sorted(before.3)), (&after.0, sorted(after.3)), "{name}");
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
}
