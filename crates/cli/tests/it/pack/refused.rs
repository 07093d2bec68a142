//! What `pack` refuses before it writes anything: sums, policies, places.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use super::{AUTHORIZER, AUTHORIZER_FILE, TRIGGER, desk, hex, pack, packed, read};
use crate::command::{claimsmith, root, stderr, stdout};

/// One line that says why, status 2, and nothing written.
pub fn refused(folder: &Path, arguments: &[&str], why: &str) {
    let before = names(folder);
    let output = pack(folder, arguments);
    let problem = stderr(&output);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}{problem}", stdout(&output));
    assert!(problem.contains(why), "{arguments:?}: {problem}");
    assert_eq!((problem.lines().count(), stdout(&output)), (1, String::new()), "{problem}");
    assert_eq!(names(folder), before, "{arguments:?}");
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

const PACK: [&str; 4] = ["--policy", "claims.toml", "--function", TRIGGER];

#[test]
fn a_sum_that_is_wrong_or_not_there() {
    let desk = desk();
    let folder = desk.path();
    let right = hex(&read(folder, TRIGGER));
    let wrong = hex(b"another");
    let listed = fs::read_to_string(folder.join("SHA256SUMS")).unwrap();
    assert!(listed.contains(&format!("{right}  {TRIGGER}\n")), "{listed}");
    let list = |text: &str| fs::write(folder.join("SHA256SUMS"), text).unwrap();
    for (text, why) in [
        (format!("{wrong}  {TRIGGER}\n"), "its sum is not the one of SHA256SUMS"),
        (
            format!("{right}  {TRIGGER}\n{wrong}  {TRIGGER}\n"),
            "its sum is not the one of SHA256SUMS",
        ),
        (format!("{right}  x{TRIGGER}\n{right}  ./{TRIGGER}\n"), "nothing states its sum"),
        (format!("{right} {TRIGGER}\n"), "nothing states its sum"),
        (String::new(), "nothing states its sum"),
        (format!("{}  {TRIGGER}\n", &right[1..]), "64 hexadecimal digits"),
    ] {
        list(&text);
        refused(folder, &PACK, why);
    }
    fs::remove_file(folder.join("SHA256SUMS")).unwrap();
    refused(folder, &PACK, "put SHA256SUMS of the release beside it, or give --sha256");
    refused(folder, &[&PACK[..], &["--sha256", &wrong]].concat(), "not the one of --sha256");
    packed(folder, &[&PACK[..], &["--sha256", &right]].concat());
    for text in [
        format!("{right} *{TRIGGER}\r\n"),
        format!("{}  {TRIGGER}\n{wrong}  other.zip\n", right.to_uppercase()),
    ] {
        list(&text);
        packed(folder, &PACK);
    }
    // What is given counts, and not what came with the zip.
    list(&listed);
    refused(folder, &[&PACK[..], &["--sha256", &wrong]].concat(), "not the one of --sha256");
    for sum in ["abc", &format!("{right}0"), &right.replace(&right[..1], "g")] {
        let output = pack(folder, &[&PACK[..], &["--sha256", sum]].concat());
        assert_eq!(output.status.code(), Some(2), "{sum}");
    }
    // The sum comes first: nothing of a zip is read that isn't the stated one.
    fs::write(folder.join(TRIGGER), "no zip").unwrap();
    refused(folder, &PACK, "its sum is not the one of SHA256SUMS");
}

#[test]
fn the_other_functions_zip() {
    let desk = desk();
    fs::copy(root().join(AUTHORIZER_FILE), desk.path().join("authorizer.toml")).unwrap();
    let trigger = ["--authorizer", "authorizer.toml", "--function", TRIGGER];
    refused(desk.path(), &trigger, "it is the zip of the trigger, which takes --policy");
    let authorizer = ["--policy", "claims.toml", "--function", AUTHORIZER];
    refused(desk.path(), &authorizer, "it is the zip of the authorizer, which takes --authorizer");
    for arguments in [
        &["--function", TRIGGER][..],
        &["--policy", "claims.toml"],
        &[&PACK[..], &["--authorizer", "authorizer.toml"]].concat(),
        &["--authorizer", "authorizer.toml", "--function", AUTHORIZER, "--next", "claims.toml"],
    ] {
        assert_eq!(pack(desk.path(), arguments).status.code(), Some(2), "{arguments:?}");
    }
}

/// Drawn as `check` draws them, with its status.
#[test]
fn a_policy_with_findings() {
    let desk = desk();
    let wrong = "tests/policy/wrong/reserved-claim-cognito-groups.toml";
    fs::copy(root().join(wrong), desk.path().join("wrong.toml")).unwrap();
    fs::write(desk.path().join("authorizer.toml"), "version = 1\nmore = 2\n").unwrap();
    let before = names(desk.path());
    for json in [&[][..], &["--json"]] {
        for (option, file, function, more) in [
            ("--policy", "wrong.toml", TRIGGER, &[][..]),
            ("--policy", "claims.toml", TRIGGER, &["--next", "wrong.toml"]),
            ("--authorizer", "authorizer.toml", AUTHORIZER, &[]),
        ] {
            let arguments = [&[option, file, "--function", function], more, json].concat();
            let output = pack(desk.path(), &arguments);
            let checked = [option, more.last().unwrap_or(&file)];
            let check = claimsmith(&[&["check"], &checked[..], json].concat())
                .current_dir(desk.path())
                .env("COLUMNS", "80")
                .output()
                .unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            assert_eq!(check.status.code(), Some(2), "{arguments:?}");
            assert_eq!(stdout(&output), stdout(&check), "{arguments:?}");
            assert_eq!(names(desk.path()), before, "{arguments:?}");
        }
    }
    refused(
        desk.path(),
        &["--policy", "none.toml", "--function", TRIGGER],
        "none.toml: there is no such",
    );
}

#[test]
fn a_place_that_holds_what_is_read() {
    let desk = desk();
    let folder = desk.path();
    symlink(TRIGGER, folder.join("link.zip")).unwrap();
    fs::create_dir(folder.join("folder")).unwrap();
    let zip = read(folder, TRIGGER);
    let same = format!("folder/../{TRIGGER}");
    for (out, why) in [
        (TRIGGER, "it is what is read"),
        (&same, "it is what is read"),
        ("link.zip", "it is what is read"),
        ("claims.toml", "it is what is read"),
        ("folder", "it is no file"),
        ("/dev/null", "it is no file"),
    ] {
        refused(folder, &[&PACK[..], &["--out", out]].concat(), why);
    }
    assert_eq!(read(folder, TRIGGER), zip);
    // The default place, too.
    fs::rename(folder.join(TRIGGER), folder.join("trigger.zip")).unwrap();
    let sum = hex(&zip);
    let arguments = ["--policy", "claims.toml", "--function", "trigger.zip", "--sha256", &sum];
    refused(folder, &arguments, "trigger.zip: it is what is read: choose another place");
    let nowhere = pack(folder, &[&arguments[..], &["--out", "no/where.zip"]].concat());
    assert_eq!(nowhere.status.code(), Some(1), "{}", stderr(&nowhere));
}

#[test]
fn records_that_are_not_below_the_policy() {
    let desk = desk();
    let folder = desk.path().join("policy");
    fs::create_dir(&folder).unwrap();
    fs::copy(root().join("demo/records.json"), desk.path().join("records.json")).unwrap();
    symlink("../records.json", folder.join("link.json")).unwrap();
    let text = fs::read_to_string(root().join("claims.toml")).unwrap();
    let absolute = desk.path().join("records.json").display().to_string();
    for (file, why) in [
        ("../records.json", "can't be packed: put it below the policy's folder"),
        (absolute.as_str(), "can't be packed: put it below the policy's folder"),
        ("claims.toml", "under a name of its own"),
        ("${STAGE}.json", "has a variable in its name"),
        ("link.json", "a link that leads out of the policy's folder"),
    ] {
        let line = text.lines().find(|line| line.starts_with("name = ")).unwrap();
        let embedded = text.replace(line, &format!("file = \"{file}\""));
        fs::write(folder.join("claims.toml"), embedded).unwrap();
        let arguments = ["--policy", "policy/claims.toml", "--function", TRIGGER];
        refused(desk.path(), &arguments, why);
    }
}
