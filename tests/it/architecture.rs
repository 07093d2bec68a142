//! The walls of ARCHITECTURE.md, and that the documents tell the truth about the tree.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All files below a folder with the given ending, by path relative to the root.
pub fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    fn walk(folder: &Path, ending: &str, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ending, found);
            } else if path.to_str().unwrap().ends_with(ending) {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), ending, &mut found);
    found.sort();
    found
        .into_iter()
        .map(|path| {
            let name = path.strip_prefix(root()).unwrap().display().to_string();
            (name, String::from_utf8_lossy(&std::fs::read(&path).unwrap()).into_owned())
        })
        .collect()
}

/// Code without its comments and its tests: walls are about what runs.
pub fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]").next().unwrap();
    let lines = text.lines().map(|line| line.split("//").next().unwrap());
    lines.collect::<Vec<_>>().join("\n")
}

/// Shells do I/O; every other file of the trigger is a pure room.
const SHELLS: [&str; 3] = ["src/main.rs", "src/records/dynamo.rs", "src/system_clock.rs"];

/// Who may name the SDK of AWS.
const SDK: [&str; 2] = ["src/main.rs", "src/records/dynamo.rs"];

#[test]
fn pure_rooms_do_no_io_and_know_no_clock() {
    const FORBIDDEN: [&str; 13] = [
        "aws_",
        "lambda_runtime",
        "tokio",
        "tracing",
        "std::env",
        "std::fs",
        "std::io",
        "std::net",
        "std::process",
        "SystemTime",
        "Instant",
        "println!",
        "thread",
    ];
    for (name, text) in files("src", ".rs") {
        if SHELLS.contains(&name.as_str()) {
            continue;
        }
        // A lock to wait for another read is all that a pure room has of the runtime.
        let mut code = code(&text).replace("tokio::sync", "");
        if ["src/lib.rs", "src/shadow/mod.rs"].contains(&name.as_str()) {
            // The walks open a span for each room; the rooms know nothing of it.
            code = code.replace("use tracing::", "");
        }
        for word in FORBIDDEN {
            assert!(!code.contains(word), "{name} is pure and names `{word}`");
        }
    }
}

#[test]
fn only_the_store_on_dynamodb_and_main_name_the_sdk() {
    for (name, text) in files("src", ".rs") {
        if !SDK.contains(&name.as_str()) {
            assert!(!code(&text).contains("aws_"), "{name} names the SDK");
        }
    }
}

#[test]
fn only_main_reads_files_and_the_environment() {
    for (name, text) in files("src", ".rs") {
        if name != "src/main.rs" {
            for word in ["std::env", "std::fs", "std::net"] {
                assert!(!code(&text).contains(word), "{name} names `{word}`");
            }
        }
    }
}

/// It is the same in the command and in a browser.
#[test]
fn the_playground_reads_and_asks_nothing() {
    for (name, text) in files("crates/playground/src", ".rs") {
        let words = ["std::env", "std::fs", "std::net", "std::time", "std::thread", "tokio"];
        for word in words.into_iter().chain((!name.ends_with("/main.rs")).then_some("std::io")) {
            assert!(!code(&text).contains(word), "{name} names `{word}`");
        }
    }
}

#[test]
fn only_event_and_response_know_cognitos_json() {
    const KEYS: [&str; 14] = [
        "triggerSource",
        "userPoolId",
        "userName",
        "callerContext",
        "clientId",
        "userAttributes",
        "groupConfiguration",
        "groupsToOverride",
        "iamRolesToOverride",
        "preferredRole",
        "clientMetadata",
        "OverrideDetails",
        "claimsToAddOrOverride",
        "claimsToSuppress",
    ];
    for (name, text) in files("src", ".rs") {
        if ["src/event.rs", "src/response.rs"].contains(&name.as_str()) {
            continue;
        }
        for key in KEYS {
            assert!(!code(&text).contains(&format!("\"{key}")), "{name} names `{key}`");
        }
    }
}

#[test]
fn deciding_rooms_know_neither_events_nor_answers() {
    for room in ["plan", "resolve", "budget", "token", "size"].map(|room| format!("src/{room}.rs"))
    {
        let text = code(&std::fs::read_to_string(root().join(&room)).unwrap());
        for word in ["crate::event", "crate::response", "crate::telemetry", "records::store"] {
            assert!(!text.contains(word), "{room} names `{word}`");
        }
    }
    let file = code(&std::fs::read_to_string(root().join("src/records/file.rs")).unwrap());
    for word in ["crate::event", "crate::plan", "crate::budget", "crate::response"] {
        assert!(!file.contains(word), "the store names `{word}`");
    }
}

#[test]
fn our_claim_names_stand_in_the_contract_only() {
    let sources = files("src", ".rs").into_iter().chain(files("crates/cli/src", ".rs"));
    for (name, text) in sources.chain(files("crates/playground/src", ".rs")) {
        for claim in ["\"org_tier\"", "\"feature_flags\"", "\"claims_omitted\""] {
            assert!(!code(&text).contains(claim), "{name} names the claim {claim}");
        }
    }
}

#[test]
fn nothing_panics_outside_tests() {
    let sources = files("src", ".rs").into_iter().chain(files("crates/cli/src", ".rs"));
    let sources = sources.chain(files("crates/telemetry/src", ".rs"));
    let sources = sources.chain(files("crates/playground/src", ".rs"));
    for (name, text) in sources.chain(files("crates/claims/src", ".rs")) {
        for word in [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unsafe "] {
            assert!(!code(&text).contains(word), "{name} has `{word}`");
        }
    }
}

#[test]
fn the_contract_points_at_nobody() {
    let manifest = std::fs::read_to_string(root().join("crates/claims/Cargo.toml")).unwrap();
    let dependencies = manifest.split("[dependencies]").nth(1).unwrap();
    let dependencies = dependencies.split("\n[").next().unwrap();
    assert!(!dependencies.contains("claimsmith"), "{dependencies}");
}

#[test]
fn every_source_file_says_what_it_is_for() {
    let sources = files("src", ".rs").into_iter().chain(files("crates/cli/src", ".rs"));
    let sources = sources.chain(files("crates/playground/src", ".rs"));
    for (name, text) in
        sources.chain(files("crates/claims/src", ".rs")).chain(files("tests", ".rs"))
    {
        assert!(text.starts_with("//!") || text.starts_with("#![doc"), "{name} has no header");
    }
}

#[test]
fn every_event_has_one_row_of_provenance() {
    let readme = std::fs::read_to_string(root().join("events/README.md")).unwrap();
    let rows: Vec<&str> = readme
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| line.split('`').nth(1).unwrap())
        .collect();
    let distinct: BTreeSet<&str> = rows.iter().copied().collect();
    assert_eq!(rows.len(), distinct.len(), "a file has two rows");
    let files: Vec<String> = files("events", ".json")
        .into_iter()
        .map(|(name, _)| name.trim_start_matches("events/").to_owned())
        .collect();
    assert_eq!(distinct, files.iter().map(String::as_str).collect(), "rows and files differ");
}

#[test]
fn the_map_names_every_room() {
    let map = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    for (name, _) in files("src", ".rs") {
        let room = name.trim_start_matches("src/").trim_end_matches("/mod.rs");
        let file = room.rsplit('/').next().unwrap();
        assert!(map.contains(file), "ARCHITECTURE.md doesn't name {name}");
    }
}

/// The rooms of the engine: none imports from one that stands below it in this list.
const ORDER: [&str; 26] = [
    "clock",
    "guarded",
    "outcome",
    "groups",
    "event",
    "identity",
    "size",
    "never",
    "token",
    "policy",
    "vouched",
    "records",
    "resolve",
    "scopes",
    "plan",
    "session_tags",
    "budget",
    "response",
    "mode",
    "load",
    "shadow",
    "self_test",
    "system_clock",
    "metrics",
    "telemetry",
    "main",
];

/// The room that a file of the engine belongs to.
fn place(room: &str) -> Option<usize> {
    ORDER.iter().position(|known| *known == room)
}

#[test]
fn no_room_imports_from_one_that_comes_after_it() {
    for (name, text) in files("src", ".rs") {
        let room = name.trim_start_matches("src/").split(['/', '.']).next().unwrap();
        if ["lib", "system_clock"].contains(&room) {
            continue;
        }
        let own = place(room).unwrap_or_else(|| panic!("{name} stands in no order"));
        for import in code(&text).split("crate::").skip(1) {
            let imported = import.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            let imported = imported.into_iter().next().unwrap_or_default();
            let of_the_walk = imported.is_empty() || imported.starts_with(char::is_uppercase);
            // The clock of a build with DynamoDB is named beside the stores that it suits.
            let clock = name == "src/records/any.rs" && imported == "system_clock";
            if of_the_walk || clock {
                continue;
            }
            let place = place(imported).unwrap_or_else(|| panic!("{imported} in no order"));
            assert!(place <= own, "{room} imports from {imported}");
        }
    }
}

/// From the manifests: what the engine is made of, without its features.
#[test]
fn the_engines_tree_holds_no_sdk_runtime_or_tls() {
    let tree = std::process::Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--package", "claimsmith", "--no-default-features"])
        .args(["--edges", "normal", "--prefix", "none"])
        .current_dir(root())
        .output()
        .unwrap();
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.starts_with("claimsmith v"), "{tree}");
    for package in tree.lines().filter_map(|line| line.split(' ').next()) {
        for word in ["aws-", "claimsmith-dynamo", "lambda_runtime", "rustls", "ring", "hyper"] {
            let same = package == word || (word.ends_with('-') && package.starts_with(word));
            assert!(!same, "the engine depends on {package}");
        }
    }
}
