//! `claimsmith diff`: what it counts, what it shows, how it ends.
//! `INSTA_UPDATE=always cargo test` accepts new snapshots; read them.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use crate::command::{claimsmith, root, stdout};
use serde_json::Value;

const CHANGED: &str = "crates/cli/tests/diff/changed.toml";
const EVENTS: [&str; 3] = ["events/v1", "events/v2", "events/v3"];

fn run(arguments: &[&str], columns: Option<&str>) -> Output {
    let mut command = claimsmith(arguments);
    command.envs(columns.map(|columns| ("COLUMNS", columns)));
    command.output().unwrap()
}

/// The shipped policy before, `policy` after.
fn diff(policy: &str, rest: &[&str], columns: Option<&str>) -> Output {
    let arguments = [&["diff", "--against", "claims.toml", "--policy", policy], rest].concat();
    run(&arguments, columns)
}

fn json(policy: &str, rest: &[&str]) -> Value {
    serde_json::from_str(&stdout(&diff(policy, &[&["--json"], rest].concat(), None))).unwrap()
}

/// A policy made of the shipped one.
fn edited(folder: &Path, edit: impl Fn(&str) -> String) -> String {
    let shipped = std::fs::read_to_string(root().join("claims.toml")).unwrap();
    let text = edit(&shipped);
    assert_ne!(text, shipped, "the edit did nothing");
    let path = folder.join("edited.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_text_fits_every_width() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden-diff");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, columns, rest) in [
        ("80-columns", Some("80"), &[][..]),
        ("160-columns", Some("160"), &[]),
        ("pipe", None, &[]),
        ("values-80-columns", Some("80"), &["--values"]),
    ] {
        let output = diff(CHANGED, &[rest, &EVENTS].concat(), columns);
        let text = stdout(&output);
        // Two lines name files, whole.
        let names_files = |line: &&str| line.starts_with("before  ") || line.starts_with("after  ");
        let (files, others): (Vec<&str>, Vec<&str>) = text.lines().partition(names_files);
        assert_eq!(files.len(), 2);
        let most = others.iter().map(|line| line.chars().count()).max().unwrap();
        assert!(most <= columns.map_or(100, |it| it.parse().unwrap()), "{name}: {most} columns");
        assert!(!text.contains('\u{1b}'), "{name}: colours in a pipe");
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
    let object = serde_json::to_string_pretty(&json(CHANGED, &EVENTS)).unwrap();
    settings.bind(|| insta::assert_snapshot!("json", object));
}

#[test]
fn the_exit_status_suits_a_check_of_a_pull_request() {
    let folder = tempfile::tempdir().unwrap();
    let event = "events/v2/sign-in.json";
    let status = |policy: &str, events: &[&str]| diff(policy, events, None).status.code().unwrap();
    assert_eq!(status("claims.toml", &EVENTS), 0);

    let other = edited(folder.path(), |text| text.replace("phone_number_verified", "email"));
    assert_eq!(status(&other, &[event]), 4);
    let lenient =
        edited(folder.path(), |text| text.replace("\"trial\"]", "\"trial\", \"suspended\"]"));
    assert_eq!(status(&lenient, &["events/v2/sign-in-suspended-org.json"]), 4, "no longer refused");
    let strict = edited(folder.path(), |text| text.replace("\"active\", \"trial\"", "\"trial\""));
    assert_eq!(status(&strict, &[event]), 3, "newly refused");
    // Refused before and after is no difference.
    assert_eq!(status(&strict, &["events/v2/sign-in-no-record.json"]), 0);

    assert_eq!(status("claims.toml", &[event, "events/broken/null.json"]), 2);
    assert_eq!(status(&strict, &[event, "events/broken/null.json"]), 2);
    assert_eq!(status("demo/records.json", &[event]), 2);
    assert_eq!(status("claims.toml", &["events/no-such-file.json"]), 2);
    assert_eq!(run(&["diff", event], None).status.code(), Some(2), "without --against");
}

/// Every claim of every token of a policy, by event: a second opinion from `simulate --json`.
fn tokens(policy: &str) -> BTreeMap<String, Value> {
    let output = run(&[&["simulate", "--json", "--policy", policy][..], &EVENTS].concat(), None);
    let lines = stdout(&output);
    let lines = lines.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines.map(|mut line| (line["event"].to_string(), line["tokens"].take())).collect()
}

#[test]
fn what_a_pool_never_does_is_no_difference() {
    let folder = tempfile::tempdir().unwrap();
    let plain = edited(folder.path(), |text| {
        text.replace("[table]\n", "[pool]\nnever = [\"acr\", \"nonce\", \"exchange\"]\n[table]\n")
    });
    let found = json(&plain, &["events/v2/sign-in.json"]);
    assert_eq!(found["claims"], serde_json::json!([]));
}

#[test]
fn it_counts_what_two_simulations_show() {
    let (before, after) = (tokens("claims.toml"), tokens(CHANGED));
    let mut expected = BTreeMap::<(String, String, &str), u64>::new();
    for (event, old) in &before {
        for token in ["id", "access"] {
            let claims = |tokens: &Value| tokens[token]["claims"].as_object().cloned();
            let (Some(old), Some(new)) = (claims(old), claims(&after[event])) else { continue };
            for claim in old.keys().chain(new.keys().filter(|claim| !old.contains_key(*claim))) {
                let change = match (old.get(claim), new.get(claim)) {
                    (Some(old), Some(new)) if old == new => continue,
                    (Some(_), Some(_)) => "changed",
                    (Some(_), None) => "lost",
                    _ => "gained",
                };
                *expected.entry((token.to_owned(), claim.clone(), change)).or_default() += 1;
            }
        }
    }
    let found = json(CHANGED, &EVENTS);
    let mut counted = BTreeMap::<(String, String, &str), u64>::new();
    for row in found["claims"].as_array().unwrap() {
        let text = |name: &str| row[name].as_str().unwrap().to_owned();
        let change = ["lost", "gained", "changed"];
        let change = change.into_iter().find(|it| *it == text("change")).unwrap();
        *counted.entry((text("token"), text("claim"), change)).or_default() +=
            row["events"].as_u64().unwrap();
    }
    assert_eq!(counted, expected);
    assert!(expected.len() > 10, "{expected:?}");

    let refused =
        |tokens: &BTreeMap<String, Value>, event: &String| tokens[event]["access"].is_null();
    let newly = before.keys().filter(|it| !refused(&before, it) && refused(&after, it)).count();
    assert_eq!(found["events"]["newly_refused"], newly);
    assert!(newly > 0);
    for (side, tokens) in [("before", &before), ("after", &after)] {
        for token in ["id", "access"] {
            let sizes = tokens.values().filter_map(|it| it[token]["bytes"]["upper"].as_u64());
            let mut sizes: Vec<u64> = sizes.collect();
            sizes.sort_unstable();
            let shown = &found[side]["tokens"][token];
            assert_eq!(shown["issued"], sizes.len());
            assert_eq!(shown["bytes"]["largest"], *sizes.last().unwrap());
            assert_eq!(shown["bytes"]["median"], sizes[sizes.len().div_ceil(2) - 1]);
            let over = sizes.iter().filter(|size| **size > 4096).count();
            assert_eq!(shown["over"]["cookie"], over);
        }
    }
}

#[test]
fn the_other_way_round_is_the_mirror() {
    let there = json(CHANGED, &EVENTS);
    let arguments = ["diff", "--json", "--against", CHANGED, "--policy", "claims.toml"];
    let back = run(&[&arguments[..], &EVENTS].concat(), None);
    let back: Value = serde_json::from_str(&stdout(&back)).unwrap();
    let rows = |found: &Value, mirrored: bool| {
        let row = |row: &Value| {
            let change = match (row["change"].as_str().unwrap(), mirrored) {
                ("lost", true) => "gained",
                ("gained", true) => "lost",
                (change, _) => change,
            };
            format!("{} {} {change} {}", row["token"], row["claim"], row["events"])
        };
        let mut rows: Vec<String> = found["claims"].as_array().unwrap().iter().map(row).collect();
        rows.sort();
        rows
    };
    assert_eq!(rows(&there, false), rows(&back, true));
    assert_eq!(there["before"]["tokens"], back["after"]["tokens"]);
}

#[test]
fn no_value_is_shown_unless_asked_for() {
    let values = ["acme-corp", "Acme Corporation", "ada@acme.example", "beta-dashboard"];
    for mode in [&[][..], &["--json"], &["--html", "-"]] {
        let without = stdout(&diff(CHANGED, &[mode, &EVENTS].concat(), None));
        for value in values {
            assert!(!without.contains(value), "{mode:?} shows {value}");
        }
        let with = stdout(&diff(CHANGED, &[mode, &["--values"], &EVENTS].concat(), None));
        assert!(with.contains("Acme Corporation"), "{mode:?}");
    }
}

#[test]
fn an_answer_can_differ_though_the_tokens_do_not() {
    let folder = tempfile::tempdir().unwrap();
    let policy = edited(folder.path(), |text| {
        text.replace("[\"phone_number_verified\"]", "[\"phone_number_verified\", \"zoneinfo\"]")
    });
    let output = diff(&policy, &["events/v2/sign-in.json"], None);
    assert_eq!(output.status.code(), Some(4));
    assert!(stdout(&output).contains("For 1 event the function answers otherwise"));
    assert_eq!(json(&policy, &["events/v2/sign-in.json"])["events"]["answer_only"], 1);
    assert_eq!(json(&policy, &["events/v2/sign-in.json"])["claims"], serde_json::json!([]));
}

#[test]
fn each_side_can_have_its_own_records() {
    let folder = tempfile::tempdir().unwrap();
    let demo = std::fs::read_to_string(root().join("demo/records.json")).unwrap();
    let other = folder.path().join("other.json");
    std::fs::write(&other, demo.replace("\"tier\": \"enterprise\"", "\"tier\": \"pro\"")).unwrap();
    let other = other.to_str().unwrap();
    let event = "events/v2/sign-in.json";
    let before = ["--records", "demo/records.json", "--against-records", other, event];
    let found = json("claims.toml", &[&["--values"], &before[..]].concat());
    let tier = found["claims"].as_array().unwrap().iter().find(|row| row["claim"] == "org_tier");
    let tier = tier.unwrap();
    assert_eq!(tier["values"], serde_json::json!({ "before": "pro", "after": "enterprise" }));
    // Alone, the records are both sides'.
    let both = diff("claims.toml", &["--records", other, event], None);
    assert_eq!(both.status.code(), Some(0));
}

#[test]
fn many_events_are_counted_and_a_few_named() {
    let folder = tempfile::tempdir().unwrap();
    let event = std::fs::read_to_string(root().join("events/v2/sign-in.json")).unwrap();
    let file = folder.path().join("many.jsonl");
    std::fs::write(&file, event.repeat(300)).unwrap();
    let found = json(CHANGED, &[file.to_str().unwrap()]);
    assert_eq!(found["events"]["compared"], 300);
    assert_eq!(found["events"]["differing"], 300);
    let row = &found["claims"][0];
    assert_eq!(row["events"], 300);
    assert_eq!(row["named"].as_array().unwrap().len(), 10);
}

/// What a page shows, without its tags.
fn words(page: &str) -> String {
    let texts = page.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text);
    texts.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
}

#[test]
fn texts_that_are_no_events_are_not_compared() {
    let unreadable = std::fs::read_dir(root().join("events/broken")).unwrap().count();
    let none = format!("nothing compared; {unreadable} texts are no events");
    let text = stdout(&diff("claims.toml", &["events/broken"], None));
    assert!(text.starts_with(&format!("{none}\n\nbefore ")), "{text}");
    assert!(!text.contains("differ"), "{text}");
    let page = stdout(&diff("claims.toml", &["--html", "-", "events/broken"], None));
    assert!(words(&page).contains(&none.replacen('n', "N", 1)), "{}", words(&page));
    assert!(!page.contains("No difference"));
    let object = json("claims.toml", &["events/broken"]);
    assert_eq!(object["events"]["compared"], 0);
    assert_eq!(object["events"]["unreadable"], unreadable);

    let one = ["events/v2/sign-in.json", "events/broken/null.json"];
    let text = stdout(&diff("claims.toml", &one, None));
    assert!(text.starts_with("1 text is no event; no difference\n"), "{text}");
    assert!(text.contains("\n1 event of 1 person: none differs\n"), "{text}");
    let page = words(&stdout(&diff("claims.toml", &[&["--html", "-"], &one[..]].concat(), None)));
    assert!(page.contains("1 text is no event; no difference"), "{page}");
    assert!(page.contains("events 1 people 1 events that differ 0 "), "{page}");
    assert!(page.contains("no events 1 "), "{page}");
    assert_eq!(json("claims.toml", &one)["events"]["compared"], 1);
}

#[test]
fn the_page_says_of_sizes_and_reads_what_the_text_says() {
    let folder = tempfile::tempdir().unwrap();
    let short = edited(folder.path(), |text| {
        text.replace("budget = \"cookie\"", "budget = 2600").replace(
            "[records.tier]",
            "[records.unread]\nshared = true\nkey = { pk = \"A\", sk = \"B\" }\n\
                [claims.unread]\nfrom = \"unread.x\"\n[records.tier]",
        )
    });
    let text = stdout(&diff(&short, &EVENTS, None));
    let page = words(&stdout(&diff(&short, &[&["--html", "-"], &EVENTS[..]].concat(), None)));
    let reads = text.lines().find_map(|line| line.strip_prefix("Lookups  ")).unwrap();
    assert!(page.contains(reads), "{reads} in {page}");
    let object = json(&short, &EVENTS);
    let mut shed_all = 0;
    for token in ["id", "access"] {
        let both = |path: &str| {
            ["before", "after"].map(|side| object[side]["tokens"][token].pointer(path).unwrap())
        };
        for (name, path) in [
            ("Issued", "/issued"),
            ("Median", "/bytes/median"),
            ("95 of 100 up to", "/bytes/of_100_95"),
            ("Largest", "/bytes/largest"),
            ("Over 4,096 (cookie)", "/over/cookie"),
            ("Over 8,192 (nginx)", "/over/nginx"),
            ("Over 10,240 (gateway)", "/over/gateway"),
            ("Something left out for size", "/shed"),
        ] {
            let [before, after] = both(path);
            let row = format!("{name} {before} {after} ");
            assert!(page.replace(',', "").contains(&row.replace(',', "")), "{row} in {page}");
        }
        shed_all += both("/shed").iter().map(|it| it.as_u64().unwrap()).sum::<u64>();
    }
    assert!(shed_all > 0, "{object}");
}

#[test]
fn a_policy_with_findings_is_not_compared() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = edited(folder.path(), |text| text.replace("shared = true", "shard = true"));
    let output = diff(&wrong, &["events/v2/sign-in.json"], None);
    let problem = String::from_utf8(output.stderr).unwrap();
    assert!(problem.contains(": 1 problem, so nothing was compared\n"), "{problem}");
}

#[test]
fn what_the_policy_takes_away_is_not_called_empty() {
    let folder = tempfile::tempdir().unwrap();
    let policy = edited(folder.path(), |shipped| {
        format!("{shipped}\n[groups]\nmode = \"replace\"\nnames = []\n")
    });
    let object = json(&policy, &["events/v2/sign-in-three-groups.json"]);
    let rows = object["claims"].as_array().unwrap().iter();
    let lost: Vec<(&str, &str)> = rows
        .filter(|row| row["change"] == "lost")
        .map(|row| (row["claim"].as_str().unwrap(), row["because"].as_str().unwrap()))
        .collect();
    assert!(lost.contains(&("cognito:groups", "emptied")), "{lost:?}");
    assert!(lost.iter().all(|(_, because)| *because == "emptied"), "{lost:?}");
}
