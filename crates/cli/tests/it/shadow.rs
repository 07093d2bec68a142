//! `claimsmith diff` over lines of the log: what the engine says of a shadow is what the command counts.
//!
//! `UPDATE_SAMPLE=1 cargo test -p claimsmith-cli the_sample` renews `docs/examples/shadow.jsonl`.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::command::{claimsmith, root, run, stderr, stdout};
use claimsmith::Trigger;
use claimsmith::load::Text;
use claimsmith::policy::{Location, Policy, Variables};
use claimsmith::records::Known;
use claimsmith::records::file::FileStore;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError};
use claimsmith::shadow::beside;
use serde_json::{Value, json};

const CHANGED: &str = "crates/cli/tests/diff/changed.toml";
const SAMPLE: &str = "docs/examples/shadow.jsonl";

/// The demo company's items, which come after a while.
struct Slow(FileStore, usize);

impl Slow {
    async fn wait(&self) {
        let mut left = self.1;
        poll_fn(move |_| match left.checked_sub(1) {
            None => Poll::Ready(()),
            Some(less) => {
                left = less;
                Poll::Pending
            }
        })
        .await;
    }
}

impl Store for Slow {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        self.wait().await;
        self.0.read(reads).await
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        self.wait().await;
        self.0.query(query).await
    }
}

fn policy(path: &str) -> Policy {
    let text = std::fs::read_to_string(root().join(path)).unwrap();
    let variables = |name: &str| (name == "CLAIMS_TABLE").then(|| "claims".to_owned());
    Policy::parse(&text, &Variables::strict(&variables)).unwrap()
}

/// The lines of everybody in a folder of events, as the function writes them.
fn lines(folder: &str) -> Vec<Value> {
    lines_from(folder, |name| Location::DynamoDb(name.to_owned()))
}

/// The same with tables that are somewhere else.
fn lines_from(folder: &str, place: impl Fn(&str) -> Location) -> Vec<Value> {
    let trigger = |path: &str, turns| {
        let mut policy = policy(path);
        for table in &mut policy.tables {
            table.location = place("claims");
        }
        let items = Text::demo_records().store(&policy.tables).unwrap();
        Trigger::new(policy, Slow(items, turns))
    };
    let next_turns = if matches!(place(""), Location::File(_)) { 0 } else { 2 };
    let running = trigger("claims.toml", 3);
    let next = trigger(CHANGED, next_turns);
    let mut files: Vec<_> = std::fs::read_dir(root().join(folder))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    files.sort();
    let mut lines = Vec::new();
    for (at, path) in files.iter().enumerate() {
        let event = std::fs::read(path).unwrap();
        let mut work = pin!(beside(&running, &next, &event, Duration::from_secs(1)));
        let context = &mut Context::from_waker(Waker::noop());
        let (decided, told) = loop {
            if let Poll::Ready(both) = work.as_mut().poll(context) {
                break both.unwrap();
            }
        };
        let sub = decided.identity.sub.as_deref().map(|sub| sub.replace('-', ""));
        let mut record = json!({
            "outcome": if decided.outcome.is_ok() { "customized" } else { "refused" },
            "identity": decided.identity.kind.as_str(),
            "app_client": decided.identity.client_id,
            "shadow": told,
        });
        if let Some(sub) = sub {
            record["identity_hash"] = sub[..16].into();
        }
        lines.push(json!({
            "timestamp": format!("2026-11-27T09:{at:02}:00Z"),
            "level": "INFO",
            "request_id": format!("00000000-0000-4000-8000-{at:012}"),
            "Customized": u8::from(decided.outcome.is_ok()),
            "record": record,
        }));
    }
    lines
}

fn text_of(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[test]
fn the_sample_is_what_the_engine_says() {
    let made = text_of(&lines("events/v2"));
    let path = root().join(SAMPLE);
    if std::env::var_os("UPDATE_SAMPLE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap_or_default() == made, "{SAMPLE} is stale");
}

fn counted(input: &str) -> Value {
    serde_json::from_str(&stdout(&run(&["diff", "--json", "-"], input))).unwrap()
}

#[test]
fn it_counts_what_the_engine_says() {
    let lines: Vec<Value> =
        ["v1", "v2", "v3"].iter().flat_map(|it| lines(&format!("events/{it}"))).collect();
    let printed = counted(&text_of(&lines));
    let mut claims = BTreeMap::<(String, String, String), u64>::new();
    let key = |row: &Value| {
        let member = |name: &str| row.get(name).cloned().unwrap_or_default().to_string();
        ["outcome", "reason_now", "reason_next"].map(member)
    };
    let mut outcomes = BTreeMap::<[String; 3], u64>::new();
    for line in &lines {
        let shadow = &line["record"]["shadow"];
        *outcomes.entry(key(shadow)).or_default() += 1;
        for token in ["id", "access"] {
            let told = &shadow[format!("{token}_token")];
            for change in ["gained", "lost", "changed", "suppressed_otherwise", "unknown"] {
                for claim in told[change].as_array().into_iter().flatten() {
                    let claim = claim.as_str().unwrap().to_owned();
                    *claims.entry((token.to_owned(), claim, change.to_owned())).or_default() += 1;
                }
            }
        }
    }
    let rows = |name: &str| printed[name].as_array().unwrap().clone();
    let found: BTreeMap<_, _> = rows("claims")
        .into_iter()
        .map(|row| {
            let word = |name: &str| row[name].as_str().unwrap().to_owned();
            ((word("token"), word("claim"), word("change")), row["sign_ins"].as_u64().unwrap())
        })
        .collect();
    assert_eq!(found, claims);
    assert!(claims.len() > 8, "{claims:?}");
    let found: BTreeMap<_, _> = rows("outcomes")
        .into_iter()
        .map(|row| (key(&row), row["sign_ins"].as_u64().unwrap()))
        .collect();
    assert_eq!(found, outcomes);
    assert!(outcomes.len() > 4, "{outcomes:?}");
    let of = |side: &str| printed["tokens"]["id"][side]["largest"].as_u64();
    assert!(of("now").is_some() && of("next").is_some());
}

/// Two ways to compare, and one opinion: here nothing comes too late.
#[test]
fn a_shadow_says_what_two_policies_over_the_same_events_say() {
    const FOLDERS: [&str; 3] = ["events/v1", "events/v2", "events/v3"];
    let lines: Vec<Value> =
        FOLDERS.iter().flat_map(|it| lines_from(it, |_| Location::File(String::new()))).collect();
    let shadow = counted(&text_of(&lines));
    let arguments = ["diff", "--json", "--against", "claims.toml", "--policy", CHANGED];
    let both = claimsmith(&[&arguments[..], &FOLDERS].concat()).output().unwrap();
    let both: Value = serde_json::from_str(&stdout(&both)).unwrap();
    let sums = |found: &Value, count: &str| {
        let mut sums = BTreeMap::<[String; 3], u64>::new();
        for row in found["claims"].as_array().unwrap() {
            let key = ["token", "claim", "change"].map(|it| row[it].as_str().unwrap().to_owned());
            if key[2] != "suppressed_otherwise" {
                *sums.entry(key).or_default() += row[count].as_u64().unwrap();
            }
        }
        sums
    };
    assert_eq!(sums(&shadow, "sign_ins"), sums(&both, "events"));
    let refused = shadow["outcomes"].as_array().unwrap().iter();
    let refused = refused.filter(|row| row["outcome"] == "refused");
    let refused: u64 = refused.map(|row| row["sign_ins"].as_u64().unwrap()).sum();
    assert_eq!(json!(refused), both["events"]["newly_refused"]);
    assert_eq!(shadow["sign_ins"], both["events"]["compared"]);
}

#[test]
fn the_text_fits_every_width() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden-diff");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for (name, columns) in [("lines-80-columns", Some("80")), ("lines-pipe", None)] {
        let mut command = claimsmith(&["diff", SAMPLE]);
        command.envs(columns.map(|columns| ("COLUMNS", columns)));
        let text = stdout(&command.output().unwrap());
        let most = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(most <= columns.map_or(100, |it| it.parse().unwrap()), "{name}: {most} columns");
        settings.bind(|| insta::assert_snapshot!(name, text));
    }
    let printed = counted(&std::fs::read_to_string(root().join(SAMPLE)).unwrap());
    let object = serde_json::to_string_pretty(&printed).unwrap();
    settings.bind(|| insta::assert_snapshot!("lines-json", object));
}

/// A line with this shadow, of somebody.
fn line(who: &str, shadow: Value) -> Value {
    json!({ "request_id": "r", "record": { "identity_hash": who, "shadow": shadow } })
}

fn same() -> Value {
    json!({ "outcome": "same", "own_reads": 0 })
}

#[test]
fn lines_are_found_however_the_log_was_exported() {
    let plain = line("a", same()).to_string();
    let input = [
        plain.clone(),
        format!("2026-11-27T09:00:00.000Z {plain}\r"),
        json!({ "timestamp": 1, "message": format!("{plain}\n") }).to_string(),
        json!({ "@timestamp": "x", "@message": plain }).to_string(),
        // What else stands in a log.
        "START RequestId: x Version: 1".to_owned(),
        json!({ "type": "platform.report", "record": { "requestId": "x" } }).to_string(),
        json!({ "record": { "outcome": "customized" } }).to_string(),
        "{ not JSON".to_owned(),
        String::new(),
    ];
    let printed = counted(&input.join("\n"));
    assert_eq!((&printed["sign_ins"], &printed["other_lines"]), (&json!(4), &json!(4)));
    assert_eq!(printed["identities"], 1);
}

#[test]
fn a_line_that_stands_for_several_sign_ins_counts_as_often() {
    let mut sampled = line("a", same());
    sampled["Customized"] = json!({ "Values": [1], "Counts": [10] });
    let token = json!({ "gained": ["x"], "bytes_now": 10, "bytes_next": 20 });
    let differs = json!({ "outcome": "differs", "own_reads": 3, "id_token": token });
    let printed = counted(&text_of(&[sampled, line("b", differs)]));
    assert_eq!(printed["sign_ins"], 11);
    let found = printed["outcomes"].as_array().unwrap().iter();
    let found: Vec<_> =
        found.map(|row| (row["outcome"].clone(), row["sign_ins"].clone())).collect();
    assert_eq!(found, [(json!("same"), json!(10)), (json!("differs"), json!(1))]);
    assert_eq!(printed["own_reads"], 3);
    assert_eq!(printed["tokens"]["id"]["next"]["median"], 20);
}

#[test]
fn the_exit_status_says_the_worst() {
    let with = |outcome: &str| json!({ "outcome": outcome, "own_reads": 0 });
    let status = |lines: &[Value]| run(&["diff", "-"], &text_of(lines)).status.code().unwrap();
    assert_eq!(status(&[line("a", same())]), 0);
    for outcome in ["differs", "issued", "refused_otherwise", "unknown", "not_ready", "panicked"] {
        assert_eq!(status(&[line("a", same()), line("b", with(outcome))]), 4, "{outcome}");
    }
    assert_eq!(status(&[line("a", with("refused")), line("b", with("differs"))]), 3);
    assert_eq!(status(&[line("a", with("refused")), line("b", with("secret"))]), 2);
    let unreadable = run(&["diff", "-"], &text_of(&[line("b", with("secret"))]));
    let told = stderr(&unreadable);
    assert!(told.starts_with("-:1: $.record.shadow: not as docs/shadow.md says"), "{told}");
    assert!(!told.contains("secret"), "{told}");

    // Events are no lines, and one word says what to do.
    let output = claimsmith(&["diff", "events/v2/sign-in.json"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("--against"), "{}", stderr(&output));
    for option in ["--values", "--policy=claims.toml", "--records=x", "--html=x"] {
        let output = claimsmith(&["diff", option, SAMPLE]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{option}");
    }
    let output = claimsmith(&["diff", "events/no-such-file.jsonl"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn names_in_lines_give_a_terminal_no_orders() {
    let evil = "x\u{1b}[31m\u{7}";
    let token = json!({ "gained": [evil], "bytes_now": 10 });
    let shadow = json!({
        "outcome": "differs",
        "own_reads": 0,
        "id_token": token,
        "unknown_records": [evil],
        "store_faults": [evil],
    });
    let mut line = line("a", shadow);
    line["request_id"] = evil.into();
    let text = stdout(&run(&["diff", "-"], &text_of(&[line])));
    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text}");
}

#[test]
fn what_it_prints_is_what_the_schema_says() {
    let schema = stdout(&claimsmith(&["schema", "shadow"]).output().unwrap());
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let token = json!({ "gained": ["x"], "unknown": ["y"], "bytes_now": 10 });
    let all = json!({
        "outcome": "refused_otherwise",
        "reason_now": "wrong_pool",
        "reason_next": "wrong_client",
        "own_reads": 1,
        "id_token": token,
        "unknown_records": ["r"],
        "store_faults": ["the table failed"],
    });
    let sample = std::fs::read_to_string(root().join(SAMPLE)).unwrap();
    for input in [sample, text_of(&[line("a", all)]), text_of(&[line("a", same())])] {
        let printed = counted(&input);
        let errors: Vec<String> = validator
            .iter_errors(&printed)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        let mut other = printed.clone();
        other["outcomes"][0]["people"] = 1.into();
        assert!(!validator.is_valid(&other));
    }
}
