//! `claimsmith pack`: what it writes and tells. Below: what it refuses, and zips that nobody released.

mod hostile;
mod refused;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::command::{claimsmith, root, stderr, stdout};

pub const TRIGGER: &str = "pre-token-generation-arm64.zip";
pub const AUTHORIZER: &str = "authorizer-x86_64.zip";
pub const AUTHORIZER_FILE: &str = "infra/examples/complete/authorizer.toml";

/// A program as far as Lambda's architectures go.
pub fn program(machine: u8) -> Vec<u8> {
    let mut head = b"\x7fELF\x02\x01\x01".to_vec();
    head.resize(16, 0);
    head.extend([3, 0, machine, 0]);
    head.extend((0..3000_u32).flat_map(|number| (number * number).to_le_bytes()));
    head
}

/// Runs Python with the room of `./package` that writes zips.
fn python(code: &str, folder: &Path) -> String {
    let code = format!(
        "import os, sys, zipfile\nsys.dont_write_bytecode = True\nsys.path.insert(0, {:?})\nimport archive\n{code}",
        root().join("release")
    );
    let output = Command::new("python3").args(["-c", &code]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Puts what a release has of trigger and authorizer into a folder, as `./package` writes it.
pub fn release(folder: &Path) {
    std::fs::write(folder.join("arm64"), program(0xb7)).unwrap();
    std::fs::write(folder.join("x86_64"), program(0x3e)).unwrap();
    let root = root();
    let code = format!(
        "read = lambda path: open(path, 'rb').read()\n\
         archive.write_zip('{TRIGGER}', {{'bootstrap': (read('arm64'), 0o755), 'claims.toml': (read({:?}), 0o644)}})\n\
         archive.write_zip('{AUTHORIZER}', {{'bootstrap': (read('x86_64'), 0o755), 'authorizer.toml': (read({:?}), 0o644)}})\n\
         archive.write_sums('.', ['{TRIGGER}', '{AUTHORIZER}'])\n\
         os.remove('arm64'); os.remove('x86_64')",
        root.join("claims.toml"),
        root.join(AUTHORIZER_FILE),
    );
    python(&code, folder);
}

/// A folder with a release and a policy in it.
fn desk() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    release(folder.path());
    std::fs::copy(root().join("claims.toml"), folder.path().join("claims.toml")).unwrap();
    folder
}

fn pack(folder: &Path, arguments: &[&str]) -> Output {
    claimsmith(&[&["pack"], arguments].concat())
        .current_dir(folder)
        .env("COLUMNS", "80")
        .output()
        .unwrap()
}

/// What a good run prints.
fn packed(folder: &Path, arguments: &[&str]) -> String {
    let output = pack(folder, arguments);
    assert_eq!(
        output.status.code(),
        Some(0),
        "{arguments:?}: {}{}",
        stdout(&output),
        stderr(&output)
    );
    stdout(&output)
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}

fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What another reader finds in a zip: for each file its mode, date, system and bytes, in order.
fn found(folder: &Path, zip: &str) -> Vec<(String, Vec<u8>)> {
    let code = format!(
        "with zipfile.ZipFile({zip:?}) as found:\n    \
         assert found.testzip() is None and found.comment == b''\n    \
         for it in found.infolist():\n        \
         print(oct(it.external_attr >> 16), it.date_time, it.create_system, it.extra, it.filename)\n        \
         print(found.read(it).hex())"
    );
    let printed = python(&code, folder);
    let lines: Vec<&str> = printed.lines().collect();
    let bytes = |hex: &str| -> Vec<u8> {
        hex.as_bytes()
            .chunks(2)
            .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    };
    lines.chunks(2).map(|pair| (pair[0].to_owned(), bytes(pair.get(1).unwrap_or(&"")))).collect()
}

const AS_FILE: &str = "0o100644 (1980, 1, 1, 0, 0, 0) 3 b''";
const AS_PROGRAM: &str = "0o100755 (1980, 1, 1, 0, 0, 0) 3 b''";

#[test]
fn the_program_stays_and_the_policy_is_the_given_one() {
    let desk = desk();
    let policy = root().join("tests/policies/tight.toml");
    let policy = policy.to_str().unwrap();
    std::fs::write(desk.path().join("b.toml"), read(desk.path(), "claims.toml")).unwrap();
    packed(desk.path(), &["--policy", policy, "--next", "b.toml", "--function", TRIGGER]);
    let expected = [
        (format!("{AS_PROGRAM} bootstrap"), program(0xb7)),
        (format!("{AS_FILE} claims.toml"), std::fs::read(policy).unwrap()),
        (format!("{AS_FILE} next.toml"), read(desk.path(), "b.toml")),
    ];
    assert_eq!(found(desk.path(), "trigger.zip"), expected);
    // What was packed is no release, but its own sum does; the next policy is not kept.
    let sum = hex(&read(desk.path(), "trigger.zip"));
    let again = ["--policy", "claims.toml", "--function", "trigger.zip", "--sha256", &sum];
    packed(desk.path(), &[&again[..], &["--out", "again.zip"]].concat());
    packed(desk.path(), &["--policy", "claims.toml", "--function", TRIGGER]);
    assert_eq!(read(desk.path(), "again.zip"), read(desk.path(), "trigger.zip"));
}

/// Packed bytes are not packed anew, by whatever library.
#[test]
fn the_program_is_copied_as_it_was_packed() {
    let desk = desk();
    packed(desk.path(), &["--policy", "claims.toml", "--function", TRIGGER]);
    let (before, after) = (read(desk.path(), TRIGGER), read(desk.path(), "trigger.zip"));
    // Behind a local header of 30 bytes and the name.
    let body = 39..39 + 3000;
    assert_eq!(before[body.clone()], after[body]);
}

#[test]
fn the_same_bytes_whatever_folder_time_and_mask() {
    let (one, two) = (desk(), desk());
    packed(one.path(), &["--policy", "claims.toml", "--function", TRIGGER]);
    let script = format!(
        "umask 077; touch -d 2001-01-01 *; mkdir deep; cd deep; TZ=Asia/Tokyo '{}' pack \
         --policy ../claims.toml --function ../{TRIGGER} --out ../other.zip",
        env!("CARGO_BIN_EXE_claimsmith")
    );
    let status =
        Command::new("bash").args(["-c", &script]).current_dir(two.path()).output().unwrap();
    assert!(status.status.success(), "{}", stderr(&status));
    assert_eq!(read(one.path(), "trigger.zip"), read(two.path(), "other.zip"));
}

/// The report without what another zlib below Python changes, which is checked here.
fn told(folder: &Path, out: &str, printed: &str) -> String {
    let bytes = read(folder, out);
    let sum = hex(&bytes);
    let base64 = STANDARD.encode(Sha256::digest(&bytes));
    assert!(printed.contains(&sum) && printed.contains(&base64), "{printed}");
    let thousands = format!("{},{:03}", bytes.len() / 1000, bytes.len() % 1000);
    printed
        .replace(&sum, "[sha256]")
        .replace(&base64, "[source_code_hash]")
        .replace(&thousands, "[length]")
}

#[test]
fn the_report_tells_what_was_packed() {
    let desk = desk();
    let other = root().join("tests/policies/tight.toml").display().to_string();
    std::fs::copy(&other, desk.path().join("mine.toml")).unwrap();
    let mut text = String::new();
    for (out, arguments) in [
        ("trigger.zip", &["--policy", "claims.toml", "--function", TRIGGER][..]),
        ("trigger.zip", &["--policy", "mine.toml", "--function", TRIGGER]),
        (
            "trigger.zip",
            &["--policy", "claims.toml", "--function", TRIGGER, "--against", "mine.toml"],
        ),
        ("authorizer.zip", &["--authorizer", "authorizer.toml", "--function", AUTHORIZER]),
    ] {
        std::fs::copy(root().join(AUTHORIZER_FILE), desk.path().join("authorizer.toml")).unwrap();
        let printed = packed(desk.path(), arguments);
        text += &format!("$ claimsmith pack {}\n", arguments.join(" "));
        text += &told(desk.path(), out, &printed);
        text.push('\n');
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../golden-pack");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("text", text));
}

#[test]
fn the_object_says_the_same_for_terraform() {
    let desk = desk();
    let arguments = ["--policy", "claims.toml", "--function", TRIGGER, "--json"];
    let object: Value = serde_json::from_str(&packed(desk.path(), &arguments)).unwrap();
    let bytes = read(desk.path(), "trigger.zip");
    let policy = read(desk.path(), "claims.toml");
    for (pointer, expected) in [
        ("/file", Value::from("trigger.zip")),
        ("/function", "trigger".into()),
        ("/architecture", "arm64".into()),
        ("/bytes", bytes.len().into()),
        ("/sha256", hex(&bytes).into()),
        ("/source_code_hash", STANDARD.encode(Sha256::digest(&bytes)).into()),
        ("/policy/sha256", hex(&policy).into()),
        ("/from/sha256", hex(&read(desk.path(), TRIGGER)).into()),
        ("/contract/verdict", "compatible".into()),
        ("/not_compared", Value::Null),
        ("/unset_variables/0", "CLAIMS_TABLE".into()),
    ] {
        assert_eq!(object.pointer(pointer), Some(&expected), "{pointer}");
    }
    let checked = claimsmith(&["check", "--json", "--prove"]).output().unwrap();
    let checked: Value = serde_json::from_str(&stdout(&checked)).unwrap();
    assert_eq!(object["rights"], checked["rights"]);
    assert_eq!(object["bounds"], checked["proofs"]["bounds"]);
}

/// The parts that other commands print, too, are theirs.
#[test]
fn the_schema_shares_its_parts() {
    let schema = |name: &str| -> Value {
        serde_json::from_str(&stdout(&claimsmith(&["schema", name]).output().unwrap())).unwrap()
    };
    let (pack, check, changes) = (schema("pack"), schema("check"), schema("contract-changes"));
    let properties = &pack["properties"];
    assert_eq!(properties["contract"]["properties"], changes["properties"]);
    assert_eq!(properties["rights"]["items"], check["properties"]["rights"]["items"]);
    let bounds = &check["properties"]["proofs"]["properties"]["bounds"]["properties"];
    assert_eq!(&properties["bounds"]["properties"], bounds);
}

#[test]
fn what_can_not_be_compared_is_told_and_packed() {
    let desk = desk();
    // A list of flags that a variable names.
    let text = String::from_utf8(read(desk.path(), "claims.toml")).unwrap();
    let text = text.replacen("[claims.", "[claims.more]\nmerge = \"user.features\"\nflags = [\"${FLAGS}\"]\nencoding = \"bits\"\n\n[claims.", 1);
    std::fs::write(desk.path().join("open.toml"), text).unwrap();
    let printed = packed(desk.path(), &["--policy", "open.toml", "--function", TRIGGER]);
    assert!(
        printed.contains("not compared: open.toml: the flags of claim `more` need"),
        "{printed}"
    );
    let arguments = ["--policy", "open.toml", "--function", TRIGGER, "--against", "claims.toml"];
    assert_eq!(pack(desk.path(), &arguments).status.code(), Some(2));
}

#[test]
fn a_policys_records_go_with_it() {
    let desk = desk();
    let text = String::from_utf8(read(desk.path(), "claims.toml")).unwrap();
    let embedded: String = text
        .lines()
        .map(|line| match line.starts_with("name = ") {
            true => "file = \"./data/people.json\"\n".to_owned(),
            false => format!("{line}\n"),
        })
        .collect();
    std::fs::write(desk.path().join("embedded.toml"), embedded).unwrap();
    std::fs::create_dir(desk.path().join("data")).unwrap();
    std::fs::copy(root().join("demo/records.json"), desk.path().join("data/people.json")).unwrap();
    let arguments = ["--policy", "embedded.toml", "--function", TRIGGER];
    let printed = packed(desk.path(), &arguments);
    assert!(printed.contains("records           data/people.json\n"), "{printed}");
    let files: BTreeMap<String, Vec<u8>> = found(desk.path(), "trigger.zip").into_iter().collect();
    let records = files.get(&format!("{AS_FILE} data/people.json")).unwrap();
    assert_eq!(*records, std::fs::read(root().join("demo/records.json")).unwrap());
    // With a policy on DynamoDB they are gone.
    let sum = hex(&read(desk.path(), "trigger.zip"));
    let back = [
        "--policy",
        "claims.toml",
        "--function",
        "trigger.zip",
        "--sha256",
        &sum,
        "--out",
        "b.zip",
    ];
    packed(desk.path(), &back);
    assert_eq!(found(desk.path(), "b.zip").len(), 2);
    let there = desk.path().join("data/people.json");
    for (content, why) in [(Some("[{"), "people.json"), (None, "there is no such file")] {
        std::fs::remove_file(&there).unwrap();
        if let Some(content) = content {
            std::fs::write(&there, content).unwrap();
        }
        let output = pack(desk.path(), &arguments);
        assert_eq!(output.status.code(), Some(2));
        assert!(stderr(&output).contains(why), "{}", stderr(&output));
    }
}
