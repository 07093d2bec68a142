//! A table on another machine that is asked by plain HTTP is named.

use std::fs;

use crate::command::{claimsmith, root, run_at, stderr, stdout};

fn checked(endpoint: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let policy = fs::read_to_string(root().join("claims.toml")).unwrap();
    let policy = policy.replacen("[table]", &format!("[table]\nendpoint = \"{endpoint}\""), 1);
    fs::write(folder.path().join("claims.toml"), policy).unwrap();
    let output = claimsmith(&["check"]).current_dir(folder.path()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    stdout(&output)
}

#[test]
fn check_names_it() {
    assert!(checked("http://tables.example.com:8000").contains("plain HTTP"));
    for fine in ["https://tables.example.com", "http://localhost:8000", "http://[::1]:8000"] {
        assert!(!checked(fine).contains("plain HTTP"), "{fine}");
    }
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn whoever_asks_is_warned() {
    // No loopback address to whoever reads it, and nobody listens.
    for (endpoint, warned) in [("http://0.0.0.0:1", true), ("http://127.0.0.1:1", false)] {
        for command in [&["show", "--user", "x"][..], &["seed", "demo/records.json"]] {
            let told = stderr(&run_at(endpoint, "t", command));
            assert_eq!(told.contains("plain HTTP"), warned, "{command:?} {endpoint}: {told}");
            let host = endpoint.trim_start_matches("http://");
            assert!(told.contains("can't be reached") && told.contains(host), "{told}");
        }
    }
}
