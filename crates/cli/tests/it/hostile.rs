//! No text of a file, an event or an argument reaches a terminal as an order.

use std::fs;
use std::path::Path;

use crate::command::{claimsmith, root, stderr, stdout};

/// Orders to a terminal: clear, title, C1, an order of letters, a line that isn't ours.
const ORDERS: &str = "\u{1b}[2J\u{1b}]0;x\u{7}\u{9b}2J\u{85}\u{202e}\u{2066}\r";

/// Whether a terminal would obey; our own colours don't count.
pub fn obeyed(text: &str) -> bool {
    let mut rest = text;
    let mut plain = String::new();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain.push_str(before);
        let end = after.find(|it: char| !it.is_ascii_digit() && it != ';').unwrap_or(0);
        let is_colour = after[end..].starts_with('m');
        plain.push_str(if is_colour { "" } else { "\u{1b}" });
        rest = if is_colour { &after[end + 1..] } else { after };
    }
    plain.push_str(rest);
    plain.chars().any(|it| {
        (it.is_control() && !matches!(it, '\n' | '\t'))
            || matches!(it, '\u{61c}' | '\u{200e}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
            || matches!(it, '\u{2066}'..='\u{2069}')
    })
}

/// The arguments of commands, and whether their output is text for people.
fn commands(name: &str) -> Vec<(Vec<&str>, bool)> {
    [
        (&["simulate", "--records", "items.json", name][..], true),
        (&["simulate", "--records", "items.json", name, name], true),
        (&["simulate", "--html", "page.html", name], true),
        (&["simulate", "--policy", name, name], true),
        (&["diff", "--against", "claims.toml", name], true),
        (&["diff", "--against", "claims.toml", "--policy", "other.toml", name], true),
        (&["diff", name], true),
        (&["check"], true),
        (&["check", "--prove"], true),
        (&["check", "--policy", name], true),
        (&["check", "--policy", "wrong.toml"], true),
        (&["check", "--authorizer", name], true),
        (&["show", "--records", "items.json", "--user", name], true),
        (&["show", "--records", name, "--user", "x"], true),
        (&["doctor", "--records", "items.json", "--event", name], true),
        (&["doctor", "--user", name, "--records", "items.json", name], true),
        (&["doctor", "--pool", name], true),
        (&["contract", "--against", name], true),
        (&["contract", "--policy", name], false),
        (&["types", "--language", "go", "--policy", name], false),
        (&["seed", "--dry-run", name], true),
        (&["revoke", "--user", name, "--dry-run"], true),
        (&["pack", "--policy", name, "--function", name], true),
        (&["anonymise", name], false),
        (&["manual", name], true),
        (&[name], true),
    ]
    .map(|(words, is_text)| (words.to_vec(), is_text))
    .to_vec()
}

fn each(folder: &Path, name: &str) {
    for (command, is_text) in commands(name) {
        for color in ["--color=always", "--color=never"] {
            let mut arguments = vec![color];
            arguments.extend(&command);
            let output = claimsmith(&arguments).current_dir(folder).output().unwrap();
            let (out, err) = (stdout(&output), stderr(&output));
            assert!(!obeyed(&err), "{arguments:?}: {err:?}");
            assert!(!is_text || !obeyed(&out), "{arguments:?}: {out:?}");
            assert!(!(out + &err).contains("os error"), "{arguments:?}: {err}");
        }
    }
}

#[test]
fn no_word_of_an_outsider_is_an_order() {
    let folder = tempfile::tempdir().unwrap();
    let policy = fs::read_to_string(root().join("claims.toml")).unwrap();
    fs::write(folder.path().join("claims.toml"), &policy).unwrap();
    fs::write(folder.path().join("other.toml"), policy.replace("org_tier", "tier_of_org")).unwrap();
    let wrong = format!("version = 1\n# {ORDERS}\n\"{}\" = 1\n", "\\u009b2J\\u001b[2J\\u202e");
    fs::write(folder.path().join("wrong.toml"), wrong).unwrap();
    // The same company, whose values are orders.
    let items = fs::read_to_string(root().join("demo/records.json")).unwrap();
    let orders = serde_json::to_string(ORDERS).unwrap();
    let items = items.replace("\"beta-dashboard\"", &orders);
    fs::write(folder.path().join("items.json"), items).unwrap();
    let event = fs::read_to_string(root().join("events/v2/sign-in.json")).unwrap();
    let mut event: serde_json::Value = serde_json::from_str(&event).unwrap();
    event["triggerSource"] = format!("TokenGeneration_{ORDERS}").into();
    event["request"]["userAttributes"]["email"] = ORDERS.into();
    event["request"]["userAttributes"][ORDERS] = ORDERS.into();
    let name = format!("a{ORDERS}.json");
    // The name of nothing, then of an event, of a folder, and of what is no JSON.
    each(folder.path(), &name);
    let place = folder.path().join(&name);
    fs::write(&place, event.to_string()).unwrap();
    each(folder.path(), &name);
    fs::write(&place, format!("{ORDERS} no json, no toml {ORDERS}")).unwrap();
    each(folder.path(), &name);
    fs::remove_file(&place).unwrap();
    fs::create_dir(&place).unwrap();
    each(folder.path(), &name);
}

#[test]
fn colours_are_told() {
    let colours = |arguments: &[&str], variable: &str| {
        let mut command = claimsmith(arguments);
        if !variable.is_empty() {
            command.env(variable, "1");
        }
        stdout(&command.output().unwrap()).contains("\u{1b}[")
    };
    let event = "events/v2/sign-in.json";
    assert!(!colours(&["simulate", event], ""), "a pipe");
    assert!(colours(&["simulate", "--color", "always", event], ""));
    assert!(colours(&["--color", "always", "simulate", event], "NO_COLOR"));
    assert!(!colours(&["simulate", "--color", "auto", event], "NO_COLOR"));
    assert!(colours(&["simulate", event], "CLICOLOR_FORCE"));
    assert!(!colours(&["simulate", "--color", "never", event], "CLICOLOR_FORCE"));
    assert!(!colours(&["simulate", "--json", "--color", "always", event], ""), "JSON has none");
}

#[test]
fn a_missing_file_is_told_in_words() {
    let output = claimsmith(&["check", "--policy", "gone.toml"]).output().unwrap();
    assert_eq!(stderr(&output), "claimsmith: gone.toml: there is no such file or folder\n");
    let output = claimsmith(&["check", "--policy", "docs"]).output().unwrap();
    assert_eq!(stderr(&output), "claimsmith: docs: this is a folder\n");
}

#[test]
fn a_written_page_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("report.html");
    let page = page.to_str().unwrap();
    let output = claimsmith(&["simulate", "--html", page, "events/v2/sign-in.json"]).output();
    assert_eq!(stdout(&output.unwrap()), format!("wrote {page}\n"));
}
