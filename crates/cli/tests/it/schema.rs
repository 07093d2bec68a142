//! The JSON Schema of the policy file: current, and of one mind with the parser.
//!
//! `claimsmith schema` prints the committed `claims.schema.json`, and that is what the parser's
//! types say. To renew it: `UPDATE_SCHEMA=1 cargo test -p claimsmith-cli the_committed_schema`.

use std::collections::{BTreeMap, BTreeSet};

use crate::command::{claimsmith, root, stdout};
use claimsmith::outcome::Reason;
use claimsmith::policy::{Code, DEFAULT_POLICY, Policy, Variables};
use claimsmith_testbed::mistakes::{self, Mistake};
use serde_json::{Map, Value};

fn printed() -> String {
    let output = claimsmith(&["schema"]).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    stdout(&output)
}

fn schema() -> Value {
    serde_json::from_str(&printed()).unwrap()
}

/// The codes of a text's findings; none if there is nothing to find.
fn codes(text: &str) -> Vec<Code> {
    let variables = |name: &str| (name == "CLAIMS_TABLE").then(|| "claims-table".to_owned());
    let found = Policy::parse(text, &Variables::strict(&variables)).err().unwrap_or_default();
    found.into_iter().map(|finding| finding.code).collect()
}

/// A TOML text as the JSON that an editor's validator sees; `None` if it is no TOML.
fn as_json(text: &str) -> Option<Value> {
    let table: toml::Table = toml::from_str(text).ok()?;
    Some(serde_json::to_value(table).unwrap())
}

fn right() -> BTreeMap<String, String> {
    std::fs::read_dir(root().join("tests/policy/right"))
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read_to_string(path).unwrap())
        })
        .collect()
}

#[test]
fn the_committed_schema_is_current() {
    let derived = serde_json::to_string_pretty(&claimsmith::policy::schema()).unwrap() + "\n";
    let path = root().join("claims.schema.json");
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::write(&path, &derived).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == derived,
        "claims.schema.json is stale; renew it with\n  \
         UPDATE_SCHEMA=1 cargo test -p claimsmith-cli the_committed_schema"
    );
    assert_eq!(printed(), committed, "the command prints another schema than the committed one");
}

#[test]
fn right_files_are_valid() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut texts = right();
    assert!(texts.len() >= 12, "only {} right files", texts.len());
    texts.insert("the default policy".to_owned(), DEFAULT_POLICY.to_owned());
    for (name, text) in texts {
        let errors: Vec<String> = validator
            .iter_errors(&as_json(&text).unwrap())
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn the_right_files_use_every_key() {
    let mut used = BTreeSet::new();
    let mut all = right();
    for company in ["attribute", "b2b", "machines", "marketplace"] {
        let file = root().join("examples/policies").join(company).join("claims.toml");
        all.insert(company.to_owned(), std::fs::read_to_string(file).unwrap());
    }
    for text in all.values() {
        collect_keys(&as_json(text).unwrap(), &mut used);
    }
    for (section, properties) in objects(&schema()) {
        for key in properties.keys() {
            assert!(used.contains(key), "no right file uses {key} of {section}");
        }
    }
}

fn collect_keys(value: &Value, keys: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            keys.extend(members.keys().cloned());
            members.values().for_each(|member| collect_keys(member, keys));
        }
        Value::Array(entries) => entries.iter().for_each(|entry| collect_keys(entry, keys)),
        _ => {}
    }
}

/// What a schema can say at all: keys, types and words. The rest is the check's.
#[test]
fn files_with_a_wrong_shape_are_invalid() {
    let validator = jsonschema::validator_for(&schema()).unwrap();
    let mut seen = 0;
    for Mistake { name, text, .. } in mistakes::read(&root().join("tests/policy/wrong")).unwrap() {
        let shape = ["unknown-key", "wrong-type", "unknown-word", "missing-key", "file-version"];
        // Two things that JSON can't show: an infinite number, and words of an open set.
        let beyond = name == "wrong-type-infinite-default"
            || name.starts_with("unknown-word-trigger-source")
            || name == "unknown-word-other-trigger"
            // Of two keys one is needed, and which sources a section takes depends on its place.
            || name.starts_with("missing-key-query-or-key")
            || name.starts_with("missing-key-record-key")
            || name.starts_with("unknown-key-condition");
        if beyond || !shape.iter().any(|code| name.starts_with(code)) {
            continue;
        }
        seen += 1;
        assert!(!validator.is_valid(&as_json(&text).unwrap()), "{name} is valid");
    }
    assert!(seen >= 30, "only {seen} files with a wrong shape");
}

/// Every section in the schema: its name and its properties.
fn objects(schema: &Value) -> Vec<(String, Map<String, Value>)> {
    let definitions = schema.get("$defs").and_then(Value::as_object).unwrap();
    let mut all: Vec<(&str, &Value)> =
        definitions.iter().map(|(name, value)| (name.as_str(), value)).collect();
    all.push(("PolicyFile", schema));
    all.into_iter()
        .map(|(name, value)| {
            let properties = value.get("properties").and_then(Value::as_object).unwrap();
            (name.to_owned(), properties.clone())
        })
        .collect()
}

/// Where a section of each kind stands in a file.
fn headers(section: &str) -> &'static [&'static str] {
    match section {
        "PolicyFile" => &[""],
        "PoolSection" => &["pool"],
        "ProviderSection" => &["providers.p"],
        "TableSection" => &["table"],
        "PersonSection" => &["person"],
        "TenantSection" => &["tenant"],
        "SourceSection" => &["claims.c.from", "claims.c.merge", "groups.from", "records.r.each"],
        "RecordSection" => &["records.r"],
        "ClaimSection" => &["claims.c"],
        "TokensSection" => &["tokens", "clients.x.tokens"],
        "IdTokenSection" => &["tokens.id", "clients.x.tokens.id"],
        "AccessTokenSection" => &["tokens.access", "clients.x.tokens.access"],
        "ClientSection" => &["clients.x"],
        "GroupsSection" => &["groups"],
        "SessionTagsSection" => &["session_tags"],
        other => panic!("a section that this test doesn't know: {other}"),
    }
}

fn with(header: &str, line: &str) -> String {
    if header.is_empty() { format!("{line}\n") } else { format!("[{header}]\n{line}\n") }
}

#[test]
fn the_parser_takes_every_key_of_the_schema() {
    let schema = schema();
    let objects = objects(&schema);
    assert_eq!(objects.len(), 15, "sections of the schema");
    for (section, properties) in &objects {
        for header in headers(section) {
            for key in properties.keys() {
                let text = with(header, &format!("{key} = 1"));
                assert!(!codes(&text).contains(&Code::UnknownKey), "unknown: {text}");
            }
            let nonsense = with(header, "nonsense = 1");
            assert!(codes(&nonsense).contains(&Code::UnknownKey), "taken: {nonsense}");
        }
    }
}

/// The other direction: the parser's own list of keys, as its help names it, is the schema's.
#[test]
fn the_schema_has_every_key_of_the_parser() {
    for (section, properties) in objects(&schema()) {
        for header in headers(&section) {
            let text = with(header, "qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq = 1");
            let findings = Policy::parse(&text, &Variables::strict(&|_| None)).unwrap_err();
            let finding = findings.iter().find(|finding| finding.code == Code::UnknownKey).unwrap();
            let listed = finding.help.strip_prefix("the keys are ").unwrap();
            let mut listed: Vec<&str> = listed.split(", ").collect();
            listed.sort_unstable();
            let known: Vec<&str> = properties.keys().map(String::as_str).collect();
            assert_eq!(listed, known, "{section}");
        }
    }
}

/// The words of a property: its own, or those of the entries of its list.
fn words(property: &Value) -> Vec<&str> {
    let mut words = Vec::new();
    for place in [property.get("enum"), property.pointer("/items/enum")] {
        words.extend(
            place.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str),
        );
    }
    let choices = property.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    words.extend(choices.flat_map(words_of_choice));
    words
}

fn words_of_choice(choice: &Value) -> Vec<&str> {
    choice
        .get("enum")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

#[test]
fn the_parser_takes_every_word_of_the_schema() {
    let mut seen = 0;
    for (section, properties) in objects(&schema()) {
        for (key, property) in &properties {
            let is_list = property.pointer("/items/enum").is_some();
            for word in words(property) {
                seen += 1;
                for header in headers(&section) {
                    let line = |word: &str| {
                        if is_list {
                            format!("{key} = [\"{word}\"]")
                        } else {
                            format!("{key} = \"{word}\"")
                        }
                    };
                    // Some words are only understood beside a source, which the section lacks here.
                    let source = match (section.as_str(), word) {
                        ("ClaimSection", "bits") => "merge = \"r.a\"\nflags = [\"a\"]\n",
                        ("ClaimSection", _) if key == "encoding" => "merge = \"r.a\"\n",
                        ("ClaimSection", _) => "from = \"r.a\"\n",
                        _ => "",
                    };
                    let codes = |word: &str| {
                        let section = with(header, &format!("{source}{}", line(word)));
                        codes(&format!("{section}[records.r]\nkey = {{ pk = \"R#{{sub}}\" }}\n"))
                    };
                    let about_words = [Code::UnknownWord, Code::Budget, Code::Audience];
                    let unknown =
                        |codes: &[Code]| codes.iter().any(|code| about_words.contains(code));
                    // Records have a test of their own; a separator is a word beside a source only.
                    if section == "RecordSection" || key == "split" {
                        continue;
                    }
                    assert!(!unknown(&codes(word)), "{section} {key} {word}: {:?}", codes(word));
                    assert!(unknown(&codes("nonsense")), "{section} {key} takes nonsense");
                }
            }
        }
    }
    assert!(seen >= 25, "only {seen} words");
}

/// Apart from the others, because the record's own section must not stand there twice.
#[test]
fn the_parser_takes_every_word_of_a_record() {
    let (_, properties) =
        objects(&schema()).into_iter().find(|(section, _)| section == "RecordSection").unwrap();
    for key in ["for", "missing"] {
        for word in words(properties.get(key).unwrap()) {
            // What is missing is a word only where there is a list to go through.
            let each = "each = \"groups\"\nat_most = 3\nkey = { pk = \"{each}\" }\n";
            let text = |word: &str| format!("[records.r]\n{each}{key} = \"{word}\"\n");
            assert!(!codes(&text(word)).contains(&Code::UnknownWord), "{key} {word}");
            assert!(codes(&text("nonsense")).contains(&Code::UnknownWord), "{key}");
        }
    }
}

#[test]
fn the_reasons_of_the_schema_are_those_of_the_parser() {
    let schema = schema();
    let reasons = schema.pointer("/properties/messages/properties").unwrap().as_object().unwrap();
    for reason in reasons.keys() {
        let text = with("messages", &format!("{reason} = \"a text\""));
        assert!(!codes(&text).contains(&Code::UnknownWord), "{reason}");
    }
    assert_eq!(reasons.len(), Reason::ALL.len());
}

#[test]
fn every_key_has_a_description_and_none_takes_null() {
    for (section, properties) in objects(&schema()) {
        for (key, property) in properties {
            // A reference has the description of its section.
            let described = property.get("description").or(property.get("$ref"));
            assert!(described.is_some(), "{section} {key} has no description");
        }
    }
    assert!(!printed().contains("\"null\""), "TOML has no null");
}
