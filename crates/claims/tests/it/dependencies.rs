//! The default build stays small: no network, no async, no cryptography.

use std::collections::BTreeSet;
use std::process::Command;

/// The crates that are asked for, and those that they bring.
const ALLOWED: [&str; 15] = [
    "cognito-claims",
    // serde, with derive
    "serde",
    "serde_core",
    "serde_derive",
    "proc-macro2",
    "quote",
    "syn",
    "unicode-ident",
    // serde_json
    "serde_json",
    "itoa",
    "memchr",
    "zmij",
    "core_detect",
    // thiserror
    "thiserror",
    "thiserror-impl",
];

#[test]
fn the_default_build_has_serde_and_thiserror_only() {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "cognito-claims", "--edges", "normal", "--prefix", "none"])
        .args(["--format", "{p}", "--target", "all", "--offline"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let found: BTreeSet<&str> =
        tree.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(found.contains("serde_json"), "{tree}");
    let foreign: Vec<_> = found.iter().filter(|name| !ALLOWED.contains(name)).collect();
    assert!(foreign.is_empty(), "not allowed: {foreign:?}");
}
