//! The walls of the authorizer, and that its guide tells the truth about its reasons.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use claimsmith_authorizer::denial::{Denial, Effect};

/// All source files below a folder: path and text.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else {
            let name =
                path.strip_prefix(crate::support::folder("src")).unwrap().display().to_string();
            found.push((name, std::fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Code without its comments and its tests.
fn code() -> Vec<(String, String)> {
    let mut found = Vec::new();
    sources(&crate::support::folder("src"), &mut found);
    let bare = |text: String| {
        let text = text.split("#[cfg(test)]").next().unwrap().to_owned();
        text.lines().map(|line| line.split("//").next().unwrap().to_owned() + "\n").collect()
    };
    found.into_iter().map(|(name, text)| (name, bare(text))).collect()
}

#[test]
fn pure_rooms_do_no_io_and_know_no_clock() {
    const FORBIDDEN: [&str; 10] = [
        "aws_",
        "lambda_runtime",
        "tokio",
        "std::env",
        "std::fs",
        "std::io",
        "std::net",
        "SystemTime",
        "Instant",
        "thread",
    ];
    for (name, text) in code() {
        if ["main.rs", "dynamo.rs"].contains(&name.as_str()) {
            continue;
        }
        for word in FORBIDDEN {
            assert!(!text.contains(word), "{name} is pure and names `{word}`");
        }
    }
}

#[test]
fn rooms_know_only_what_they_need() {
    let knows_not = [
        ("decision.rs", ["crate::request", "crate::answer", "crate::telemetry", "crate::verify"]),
        ("rules.rs", ["crate::request", "crate::answer", "crate::route", "crate::config"]),
        ("route.rs", ["crate::request", "crate::answer", "crate::config", "cognito_claims"]),
        ("arn.rs", ["crate::request", "crate::answer", "crate::config", "cognito_claims"]),
        ("request.rs", ["crate::answer", "crate::decision", "crate::rules", "cognito_claims"]),
        (
            "request/token.rs",
            // What the reader knows of headers, but nothing that a token says.
            ["crate::answer", "crate::decision", "crate::rules", "Claims"],
        ),
        ("context.rs", ["crate::request", "crate::answer", "crate::decision", "crate::verify"]),
        ("answer.rs", ["crate::request", "crate::verify", "crate::rules", "cognito_claims"]),
    ];
    for (name, text) in code() {
        for (room, words) in knows_not {
            for word in words.into_iter().filter(|_| name == room) {
                assert!(!text.contains(word), "{name} names `{word}`");
            }
        }
    }
}

#[test]
fn the_authorizer_points_at_the_reader_only() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "claimsmith-authorizer", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p}", "--offline", "--all-features"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let names: BTreeSet<&str> = tree.lines().filter_map(|line| line.split(' ').next()).collect();
    assert!(names.contains("cognito-claims") && !names.contains("claimsmith"), "{names:?}");
}

#[test]
fn nothing_panics_outside_tests() {
    for (name, text) in code() {
        for word in [".unwrap()", ".expect(", "panic!(", "unreachable!(", "todo!(", "unsafe "] {
            assert!(!text.contains(word), "{name} has `{word}`");
        }
    }
}

#[test]
fn the_guide_has_a_row_for_every_reason_and_no_other() {
    let guide =
        std::fs::read_to_string(crate::support::folder("../../docs/authorizer.md")).unwrap();
    let section = guide.split("## When it refuses").nth(1).unwrap().split("\n## ").next().unwrap();
    let rows = section.lines().filter_map(|line| line.strip_prefix("| `"));
    let rows: Vec<(&str, &str)> = rows
        .map(|row| (row.split('`').next().unwrap(), row.rsplit('|').nth(1).unwrap().trim()))
        .collect();
    let denials: Vec<(&str, &str)> = Denial::ALL
        .iter()
        .map(|denial| match (denial, denial.effect()) {
            // What AppSync makes of a refusal.
            (Denial::DoorNotServed, _) => (denial.as_str(), "401 (AppSync's own)"),
            (_, Effect::Unauthorized) => (denial.as_str(), "401"),
            (_, Effect::Deny) => (denial.as_str(), "403"),
            (_, Effect::Error) => (denial.as_str(), "500"),
            (_, Effect::Allow) => (denial.as_str(), "let through"),
        })
        .collect();
    assert_eq!(rows, denials);
}

/// A token that the reader refuses, and a requirement that isn't met, have the reader's own words.
#[test]
fn every_word_of_the_reader_is_a_denial() {
    let codes = file("../claims/src/jwt/error.rs");
    let codes = codes.split("fn code").nth(1).unwrap();
    // What a guard of the authorizer can refuse for; the others belong to verification.
    let refusals = file("../claims/src/refusal.rs");
    let words = refusals.split("fn word").nth(1).unwrap().split("fn description").next().unwrap();
    let mut reasons = BTreeSet::new();
    for text in [codes, words] {
        for line in text.lines().filter(|line| line.contains("=> \"")) {
            reasons.insert(line.split('"').nth(1).unwrap());
        }
    }
    // No guard gives these: verification has found a token with claims.
    assert!(reasons.remove("no_claims") && reasons.remove("invalid_token"));
    assert!(reasons.len() > 25, "{reasons:?}");
    let denials: BTreeSet<&str> = Denial::ALL.iter().map(|denial| denial.as_str()).collect();
    assert!(reasons.is_subset(&denials), "{:?}", reasons.difference(&denials));
    // And what isn't the reader's is given somewhere here.
    let code: String =
        code().into_iter().filter(|(name, _)| name != "denial.rs").map(|(_, text)| text).collect();
    for denial in Denial::ALL.iter().filter(|denial| !reasons.contains(denial.as_str())) {
        assert!(code.contains(&format!("Denial::{denial:?}")), "nothing gives {denial}");
    }
}

fn file(name: &str) -> String {
    std::fs::read_to_string(crate::support::folder(name)).unwrap()
}
