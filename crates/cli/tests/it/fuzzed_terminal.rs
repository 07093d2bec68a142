//! Whatever stands in events, policies, records and names of files: both streams are text.

use std::fs;

use proptest::prelude::*;
use serde_json::Value;

use crate::command::{claimsmith, root, stderr, stdout};
use crate::hostile::obeyed;

/// A text with what a terminal would obey: C0, DEL, C1, sequences, and what turns the direction.
fn order() -> impl Strategy<Value = String> {
    let letter = prop_oneof![
        prop::char::range('\u{1}', '\u{1f}'),
        prop::char::range('\u{7f}', '\u{9f}'),
        prop::char::range('\u{200b}', '\u{202e}'),
        prop::char::range('\u{2066}', '\u{2069}'),
        Just('\u{61c}'),
        Just('m'),
    ];
    let sequence = prop::sample::select(vec![
        "\u{1b}[2J",
        "\u{1b}]0;x\u{7}",
        "\u{1b}[1",
        "\u{1b}[8;1m\u{1b}",
        "\u{9b}2J",
        "\u{1b}P",
        "\u{1b}",
    ]);
    let piece = prop_oneof![letter.prop_map(String::from), sequence.prop_map(str::to_owned)];
    prop::collection::vec(piece, 1..5).prop_map(|pieces| pieces.concat())
}

/// Where an order is put in: a part of all places.
type Change = (prop::sample::Index, String);

fn changes(most: usize) -> impl Strategy<Value = Vec<Change>> {
    prop::collection::vec((any::<prop::sample::Index>(), order()), 0..most)
}

/// Puts orders into texts and names of JSON.
fn into_json(value: &mut Value, changes: &[Change]) {
    let count = texts(value, usize::MAX, "");
    for (index, order) in changes {
        texts(value, index.index(count), order);
    }
}

/// Appends the order to the text or name at a place; how many there are.
fn texts(value: &mut Value, at: usize, order: &str) -> usize {
    fn walk(value: &mut Value, at: usize, order: &str, seen: &mut usize) {
        match value {
            Value::String(text) => {
                if *seen == at {
                    text.push_str(order);
                }
                *seen += 1;
            }
            Value::Array(values) => values.iter_mut().for_each(|it| walk(it, at, order, seen)),
            Value::Object(members) => {
                let old = std::mem::take(members);
                for (name, mut value) in old {
                    let name = if *seen == at { name + order } else { name };
                    *seen += 1;
                    walk(&mut value, at, order, seen);
                    members.insert(name, value);
                }
            }
            _ => {}
        }
    }
    let mut seen = 0;
    walk(value, at, order, &mut seen);
    seen
}

/// Puts orders into texts and names of TOML, as it writes them, or as they are.
fn into_toml(text: &str, changes: &[(prop::sample::Index, String, bool)]) -> String {
    let mut text = text.to_owned();
    for (index, order, is_escaped) in changes {
        let places: Vec<usize> =
            text.match_indices(['"', '[', '=']).map(|(at, _)| at + 1).collect();
        let escaped = |letter: char| format!("\\u{:04x}", u32::from(letter));
        let order = if *is_escaped { order.chars().map(escaped).collect() } else { order.clone() };
        text.insert_str(places[index.index(places.len())], &order);
    }
    text
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 40, failure_persistence: None, ..ProptestConfig::default()
    })]

    #[test]
    fn both_streams_are_text(
        of_event in changes(4),
        of_items in changes(4),
        of_policy in prop::collection::vec((any::<prop::sample::Index>(), order(), any::<bool>()), 0..3),
        name in order(),
        source in prop::option::of(order()),
        colours in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let read = |name: &str| fs::read_to_string(root().join(name)).unwrap();
        let json = |name: &str| -> Value { serde_json::from_str(&read(name)).unwrap() };
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        let mut event = json("events/v2/sign-in.json");
        into_json(&mut event, &of_event);
        if let Some(source) = source {
            event["triggerSource"] = format!("TokenGeneration_{source}").into();
        }
        let mut items = json("demo/records.json");
        into_json(&mut items, &of_items);
        let policy = read("claims.toml");
        let name = format!("a{name}");
        let (event_name, policy_name) = (format!("{name}.json"), format!("{name}.toml"));
        write("claims.toml", &policy);
        write("items.json", &items.to_string());
        write(&event_name, &event.to_string());
        write(&policy_name, &into_toml(&policy, &of_policy));
        let user = event["request"]["userAttributes"]["sub"].as_str().unwrap_or(&name).to_owned();
        for arguments in [
            &["simulate", "--records", "items.json", &event_name][..],
            &["simulate", "--policy", &policy_name, "--records", "items.json", &event_name],
            &["check", "--policy", &policy_name],
            &["show", "--records", "items.json", "--user", &user],
            &["diff", "--against", "claims.toml", "--policy", &policy_name, "--records", "items.json",
                &event_name],
        ] {
            let mut command = claimsmith(arguments);
            command.arg(if colours { "--color=always" } else { "--color=never" });
            let output = command.current_dir(folder.path()).output().unwrap();
            for text in [stdout(&output), stderr(&output)] {
                prop_assert!(!obeyed(&text), "{arguments:?}: {text:?}");
                prop_assert!(colours || !text.contains('\u{1b}'), "{arguments:?}: {text:?}");
            }
        }
    }
}
