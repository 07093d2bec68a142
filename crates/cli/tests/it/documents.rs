//! The documents about tables tell the truth: their files are written to a folder, their commands
//! run there, and they print what the documents show.
//!
//! A block ```` ```toml NAME ```` or ```` ```json NAME ```` is a file. In a block
//! ```` ```console ````, lines with `$` are commands and the others their standard output; `…`
//! stands for any lines.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use crate::command::{claimsmith, root};
use crate::fences::{Shown, blocks, commands, document};
use claimsmith_testbed::dynamodb_local;
use serde_json::Value;

const LOCAL: &str = "http://localhost:8000";

fn run(words: &[&str], folder: &Path, environment: &BTreeMap<String, String>) -> Output {
    claimsmith(words).current_dir(folder).envs(environment).output().unwrap()
}

/// Runs the commands of a document in a folder. How many there were of `claimsmith`.
fn follow(commands: &[Shown], folder: &Path, endpoint: &str) -> usize {
    let mut environment = BTreeMap::new();
    let mut count = 0;
    for (command, shown) in commands {
        let words: Vec<&str> = command.split(' ').collect();
        match words.split_first() {
            Some((&"export", pairs)) => {
                let pairs = pairs.iter().map(|pair| pair.split_once('=').unwrap());
                environment.extend(
                    pairs.map(|(name, value)| (name.to_owned(), value.replace(LOCAL, endpoint))),
                );
            }
            Some((&"claimsmith", arguments)) => {
                let output = run(arguments, folder, &environment);
                let problem = String::from_utf8_lossy(&output.stderr);
                assert_eq!(output.status.code(), Some(0), "{command}: {problem}");
                let printed = String::from_utf8(output.stdout).unwrap().replace(endpoint, LOCAL);
                let printed: Vec<&str> = printed.lines().collect();
                let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
                match shown.split_last() {
                    Some((&"…", shown)) => {
                        assert!(printed.starts_with(shown), "{command}: {printed:#?}");
                    }
                    _ => assert_eq!(printed, shown, "{command}"),
                }
                count += 1;
            }
            _ => panic!("no command of ours: {command}"),
        }
    }
    count
}

#[test]
fn the_example_of_the_data_model_works() {
    let text = document("docs/data-model.md");
    let blocks = blocks(&text);
    let folder = tempfile::tempdir().unwrap();
    for (info, lines) in &blocks {
        if let Some((_, name)) = info.split_once(' ') {
            std::fs::write(folder.path().join(name), lines.join("\n")).unwrap();
        }
    }
    assert_eq!(follow(&commands(&blocks), folder.path(), LOCAL), 2);

    let event = root().join("events/v2/sign-in.json");
    let arguments = ["--policy", "claims.toml", "--records", "items.json", event.to_str().unwrap()];
    let output =
        run(&[&["simulate", "--json"], &arguments[..]].concat(), folder.path(), &BTreeMap::new());
    let line: Value = serde_json::from_slice(&output.stdout).unwrap();
    for token in ["id", "access"] {
        for claim in ["org_id", "org_tier", "feature_flags"] {
            let value = line.pointer(&format!("/tokens/{token}/claims/{claim}")).unwrap();
            let sentence = format!("`{claim}` = `{}`", value.as_str().unwrap());
            assert!(text.contains(&sentence), "the document doesn't say {sentence}");
        }
    }
    let cancelled = std::fs::read_to_string(folder.path().join("items.json")).unwrap();
    std::fs::write(folder.path().join("items.json"), cancelled.replace("paid", "cancelled"))
        .unwrap();
    let output = run(&[&["simulate"], &arguments[..]].concat(), folder.path(), &BTreeMap::new());
    assert_eq!(output.status.code(), Some(3));
}

/// The reads of the table "Capacity of a sign-in" that need no memory, counted.
#[test]
fn the_capacity_table_counts_right() {
    let text = document("docs/data-model.md");
    for (who, arguments) in [
        ("a person, nothing in memory", &["--user", "11111111-1111-4111-8111-111111111111"][..]),
        (
            "a person who switches, nothing in memory",
            &["--user", "22222222-2222-4222-8222-222222222222", "--metadata", "org_id=globex"],
        ),
        ("a machine, nothing in memory", &["--client", "4machineexample0000000000001"]),
    ] {
        let words = ["show", "--json", "--records", "demo/records.json"];
        let output = run(&[&words, arguments].concat(), &root(), &BTreeMap::new());
        let shown: Value = serde_json::from_slice(&output.stdout).unwrap();
        let rounds = shown.pointer("/rounds").unwrap().as_array().unwrap();
        let asked = |round: &&Value| {
            let records = round.pointer("/records").unwrap().as_array().unwrap();
            records.iter().filter(|it| it.pointer("/state").unwrap() == "found").count()
        };
        let reads: usize = rounds.iter().map(|round| asked(&round)).sum();
        let trips = rounds.iter().filter(|round| asked(round) > 0).count();
        let halves = if reads.is_multiple_of(2) {
            format!("{}", reads / 2)
        } else {
            format!("{}.5", reads / 2)
        };
        let row = format!("| {who} | {reads} | {halves} | {reads} | {trips} |");
        assert!(text.contains(&row), "the document doesn't have: {row}");
    }
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn the_commands_of_the_guide_work_and_print_what_it_shows() {
    let server = dynamodb_local::shared().unwrap_or_else(|error| panic!("{error}"));
    let blocks = blocks(&document("docs/command.md"));
    assert_eq!(follow(&commands(&blocks), &root(), &server.url()), 9);
}

#[test]
fn the_page_of_the_command_names_every_command() {
    let page = document("docs/command.md");
    let help = run(&["--help"], &root(), &BTreeMap::new());
    let help = String::from_utf8(help.stdout).unwrap();
    let commands = help.split("Commands:").nth(1).unwrap().split("Options:").next().unwrap();
    let names = commands.lines().filter_map(|line| line.strip_prefix("  ")?.split(' ').next());
    let names: Vec<&str> = names.filter(|name| !name.is_empty() && *name != "help").collect();
    assert!(names.contains(&"seed") && names.contains(&"show"), "{names:?}");
    for name in names {
        assert!(page.contains(&format!("| `claimsmith {name}")), "no row for {name}");
    }
}
