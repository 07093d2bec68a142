//! Which policy a command takes that was told of none: the one that lies here, and otherwise, with
//! a warning, the built-in one.

use std::fs;
use std::path::Path;
use std::process::Output;

use crate::command::{claimsmith, root, stderr, stdout};

/// Every command that takes a policy, and whether it names it in its output.
fn commands(event: &str, items: &str) -> Vec<(Vec<String>, bool)> {
    let commands: [(&[&str], bool); 9] = [
        (&["check"], true),
        (&["check", "--json"], true),
        (&["simulate", event], true),
        (&["doctor", "--records", items, "--user", "x"], true),
        (&["show", "--records", items, "--user", "x"], true),
        (&["diff", "--against", "old.toml", event], true),
        (&["contract"], false),
        (&["types", "--language", "python"], false),
        (&["seed", "--dry-run", items], false),
    ];
    let owned = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect();
    commands.iter().map(|(words, named)| (owned(words), *named)).collect()
}

fn run(arguments: &[String], folder: &Path) -> Output {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    claimsmith(&words).current_dir(folder).output().unwrap()
}

/// A folder with what the commands take, but for the policy.
fn folder() -> (tempfile::TempDir, Vec<(Vec<String>, bool)>) {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(root().join("claims.toml"), folder.path().join("old.toml")).unwrap();
    let path = |name: &str| root().join(name).display().to_string();
    let commands = commands(&path("events/v2/sign-in.json"), &path("demo/records.json"));
    (folder, commands)
}

#[test]
fn the_policy_here_is_used_and_named() {
    let (folder, commands) = folder();
    let good = fs::read_to_string(root().join("claims.toml")).unwrap();
    fs::write(folder.path().join("claims.toml"), good).unwrap();
    for (command, is_named) in &commands {
        let output = run(command, folder.path());
        assert!(matches!(output.status.code(), Some(0 | 3 | 4)), "{command:?}: {output:?}");
        let (named, other) = match is_named {
            true => (stdout(&output), stderr(&output)),
            false => (stderr(&output), String::new()),
        };
        assert!(named.contains("claims.toml"), "{command:?}: {output:?}");
        assert!(!other.contains("policy"), "{command:?}: {other}");
        assert!(!named.contains("built-in policy"), "{command:?}: {named}");
    }
}

#[test]
fn a_broken_policy_here_is_never_passed_over() {
    let (folder, commands) = folder();
    let here = folder.path().join("claims.toml");
    fs::write(&here, "version = 1\nnonsense = 2\n").unwrap();
    for (command, _) in &commands {
        let output = run(command, folder.path());
        let text = stdout(&output) + &stderr(&output);
        assert!(text.contains("nonsense"), "{command:?}: {text}");
        // To the doctor a broken policy is a cause.
        let wanted = if command[0] == "doctor" { 4 } else { 2 };
        assert_eq!(output.status.code(), Some(wanted), "{command:?}: {text}");
    }
    // A link that leads nowhere.
    fs::remove_file(&here).unwrap();
    std::os::unix::fs::symlink("gone.toml", &here).unwrap();
    let output = run(&["check".to_owned()], folder.path());
    assert_eq!(output.status.code(), Some(2), "{output:?}");
}

#[test]
fn the_built_in_policy_comes_with_a_warning() {
    let (folder, commands) = folder();
    for (command, _) in &commands {
        let output = run(command, folder.path());
        let told = stderr(&output);
        assert!(told.contains("no ./claims.toml here"), "{command:?}: {told}");
        assert!(told.contains("the built-in policy"), "{command:?}: {told}");
    }
    // Whoever names a policy is told nothing.
    let output = claimsmith(&["check", "--policy", "old.toml"]);
    let output = output_in(output, folder.path());
    assert_eq!(stderr(&output), "");
}

fn output_in(mut command: std::process::Command, folder: &Path) -> Output {
    command.current_dir(folder).output().unwrap()
}

#[test]
fn revoking_takes_the_policy_here_where_there_is_no_authorizer() {
    let (folder, _) = folder();
    let revoke = ["revoke", "--user", "11111111-1111-4111-8111-111111111111", "--dry-run"]
        .map(str::to_owned);
    let without = stderr(&run(&revoke, folder.path()));
    assert!(without.contains("--authorizer FILE or --policy FILE"), "{without}");
    fs::copy(root().join("claims.toml"), folder.path().join("claims.toml")).unwrap();
    let with = stderr(&run(&revoke, folder.path()));
    assert!(with.starts_with("claimsmith: claims.toml: "), "{with}");
    fs::copy(
        root().join("crates/cli/tests/revoke/authorizer.toml"),
        folder.path().join("authorizer.toml"),
    )
    .unwrap();
    let both = run(&revoke, folder.path());
    assert!(both.status.success(), "{both:?}");
}
