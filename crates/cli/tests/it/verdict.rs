//! The sentence with which `claimsmith diff` begins, in all its forms of output: whom it counts.

use std::path::Path;

use serde_json::Value;

use crate::command::{claimsmith, root, stdout};

/// Writes the policy, made of the shipped one.
fn edited(folder: &Path, edit: impl Fn(&str) -> String) -> String {
    let shipped = std::fs::read_to_string(root().join("claims.toml")).unwrap();
    let text = edit(&shipped);
    assert_ne!(text, shipped, "the edit did nothing");
    written(folder, "edited.toml", &text)
}

/// Writes a file and says where it is.
fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// Writes events, one a line.
fn events(folder: &Path, events: &[Value]) -> String {
    let lines: String = events.iter().map(|event| format!("{event}\n")).collect();
    written(folder, "events.jsonl", &lines)
}

fn event(name: &str) -> Value {
    let path = root().join("events").join(name).with_extension("json");
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

fn of_person(sub: &str) -> Value {
    let mut event = event("v2/sign-in");
    event["request"]["userAttributes"]["sub"] = sub.into();
    event
}

/// Needs no record: whoever signs in gets tokens.
const OPEN: &str = "version = 1\n[claims.from]\nvalue = \"here\"\n";

/// What the command prints in a format.
fn printed(format: &[&str], arguments: &[&str]) -> String {
    stdout(&claimsmith(&[&["diff"], format, arguments].concat()).output().unwrap())
}

fn verdict_of_json(arguments: &[&str]) -> String {
    let object: Value = serde_json::from_str(&printed(&["--json"], arguments)).unwrap();
    object["verdict"].as_str().unwrap().to_owned()
}

/// What the JSON says; text and page say the same.
fn verdict(arguments: &[&str]) -> String {
    let verdict = verdict_of_json(arguments);
    let text = printed(&[], arguments);
    let first = text.split("\n\n").next().unwrap().replace('\n', " ");
    assert_eq!(first, verdict, "the text");
    let page = printed(&["--html", "-"], arguments);
    let heading = page.split("<h1>").nth(1).unwrap().split("</h1>").next().unwrap();
    let shown: String =
        heading.split('<').map(|it| it.split_once('>').map_or(it, |it| it.1)).collect();
    let (initial, rest) = verdict.split_at(1);
    assert_eq!(shown, initial.to_uppercase() + rest, "the page");
    verdict
}

#[test]
fn people_and_machines_are_counted_and_not_their_events() {
    let folder = tempfile::tempdir().unwrap();
    let policy = edited(folder.path(), |text| text.replace("phone_number_verified", "email"));
    let ada = event("v2/sign-in");
    let verdict = |events: &[Value]| {
        let file = self::events(folder.path(), events);
        self::verdict(&["--against", "claims.toml", "--policy", &policy, &file])
    };
    let one = "nobody locked out; 1 person loses email";
    assert_eq!(verdict(std::slice::from_ref(&ada)), one);
    let mut elsewhere = ada.clone();
    elsewhere["userPoolId"] = "eu-west-2_replica".into();
    assert_eq!(verdict(&[ada.clone(), ada, elsewhere, event("v3/refresh-tokens")]), one);
}

#[test]
fn who_still_gets_tokens_is_not_locked_out() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| written(folder.path(), name, text);
    // The stricter policy serves one app client alone.
    let strict = OPEN.replace("version = 1\n", "version = 1\n[pool]\napp_clients = [\"1web\"]\n");
    let (open, strict) = (path("open.toml", OPEN), path("strict.toml", &strict));
    let by = |client: &str, sub: &str| {
        let mut event = of_person(sub);
        event["callerContext"]["clientId"] = client.into();
        event
    };
    let machine = |client: &str| {
        let mut event = event("v3/client-credentials");
        event["callerContext"]["clientId"] = client.into();
        event
    };
    let all = [
        by("1web", "ada"),
        by("2app", "ada"),
        by("2app", "ben"),
        by("2app", "ben"),
        by("2app", "eve"),
        machine("3job"),
    ];
    let file = events(folder.path(), &all);
    let there = verdict(&["--against", &open, "--policy", &strict, &file]);
    let said = "2 people and 1 machine locked out; 1 person refused at some sign-ins";
    assert_eq!(there, said);
    let back = verdict(&["--against", &strict, "--policy", &open, &file]);
    let said = "nobody locked out; 2 people and 1 machine can now sign in; \
        1 person let in at more sign-ins";
    assert_eq!(back, said);
}

#[test]
fn where_an_event_names_nobody_it_speaks_of_events() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| written(folder.path(), name, text);
    let without = path("without.toml", "version = 1\n[claims.other]\nvalue = \"here\"\n");
    let with = path("with.toml", OPEN);
    let mut nameless = event("v2/sign-in");
    nameless["request"]["userAttributes"].as_object_mut().unwrap().remove("sub");
    let file = events(folder.path(), &[of_person("ada"), of_person("ada"), nameless]);
    let said = verdict(&["--against", &with, "--policy", &without, &file]);
    assert_eq!(said, "no event newly refused; 3 events lose from; 3 events get other");
    let text = printed(&[], &["--against", &with, "--policy", &without, &file]);
    assert!(text.contains("\n3 events: 3 differ\n"), "{text}");
}

#[test]
fn a_claim_that_moves_to_the_other_token_is_not_lost_without_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let only = |token: &str| {
        let text = "version = 1\n[claims.plan]\nvalue = \"pro\"\ntokens = ";
        written(folder.path(), &format!("{token}.toml"), &format!("{text}[\"{token}\"]\n"))
    };
    let (id, access) = (only("id"), only("access"));
    let said = verdict(&["--against", &id, "--policy", &access, "events/v2/sign-in.json"]);
    let expected = "nobody locked out; 1 person loses plan in the ID token; \
        1 gets plan in the access token";
    assert_eq!(said, expected);
}

#[test]
fn what_differs_without_a_claim_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let event = "events/v2/sign-in.json";
    let verdict = |edit: fn(&str) -> String| {
        let policy = edited(folder.path(), edit);
        self::verdict(&["--against", "claims.toml", "--policy", &policy, event])
    };
    let said = verdict(|text| {
        let never = "[pool]\nnever = [\"acr\", \"nonce\", \"exchange\"]\n[table]\n";
        text.replace("[table]\n", never)
    });
    assert_eq!(said, "nobody locked out; no claim differs, only sizes");
    let said = verdict(|text| {
        let suppressed = "[\"phone_number_verified\", \"zoneinfo\"]";
        text.replace("[\"phone_number_verified\"]", suppressed)
    });
    assert_eq!(said, "nobody locked out; no claim differs, only the function's answer");
    let said = self::verdict(&["--against", "claims.toml", "--policy", "claims.toml", event]);
    assert_eq!(said, "no difference");
    let broken = self::verdict(&[
        "--against",
        "claims.toml",
        "--policy",
        "claims.toml",
        "events/broken/null.json",
    ]);
    assert_eq!(broken, "nothing compared; 1 text is no event");
}

#[test]
fn a_claim_with_a_hostile_name_stays_a_name() {
    let folder = tempfile::tempdir().unwrap();
    let name = "custom:<b>x & y";
    let suppressed = format!("version = 1\n[tokens.id]\nsuppress = [\"{name}\"]\n");
    let suppressed = written(folder.path(), "suppressed.toml", &suppressed);
    let open = written(folder.path(), "open.toml", "version = 1\n");
    let mut event = of_person("ada");
    event["request"]["userAttributes"][name] = "1".into();
    let file = events(folder.path(), &[event]);
    let sides = ["--against", &open, "--policy", &suppressed, &file];
    assert_eq!(verdict_of_json(&sides), format!("nobody locked out; 1 person loses {name}"));
    let page = printed(&["--html", "-"], &sides);
    assert!(!page.contains("<b>x"), "markup");
    assert!(
        page.contains("<span class=\"name\"><bdi>custom:&lt;b&gt;x &amp; y</bdi></span>"),
        "{page}"
    );
}
