//! `claimsmith types`: what it prints for several policies, in every language, is kept in
//! `tests/types`, and `tests/types/run` compiles it there.
//!
//! To renew it: `UPDATE_TYPES=1 cargo test -p claimsmith-cli types::`.

use std::collections::BTreeSet;
use std::fs;

use crate::command::{claimsmith, root, stdout};

/// Policies, by the names of their files.
const POLICIES: [(&str, &str); 8] = [
    ("attribute", "examples/policies/attribute/claims.toml"),
    ("b2b", "examples/policies/b2b/claims.toml"),
    ("built_in", "claims.toml"),
    ("every_form", "crates/cli/tests/door/claims.toml"),
    ("everything", "tests/policies/everything.toml"),
    ("hostile", "crates/cli/tests/types/hostile.toml"),
    ("machines", "examples/policies/machines/claims.toml"),
    ("marketplace", "examples/policies/marketplace/claims.toml"),
];
/// Languages, and how their files end.
const LANGUAGES: [(&str, &str); 6] = [
    ("typescript", "ts"),
    ("python", "py"),
    ("go", "go"),
    ("rust", "rs"),
    ("json-schema", "schema.json"),
    ("cedar-schema", "cedarschema"),
];
/// Where the reader begins in Go's file.
const READER: &str = "// What follows is the reader, and the same for every policy.\n";

fn printed(language: &str, policy: &str) -> String {
    let arguments = ["types", "--language", language, "--policy", policy];
    let output = claimsmith(&arguments).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    stdout(&output)
}

/// What is of the policy: in Go neither the imports nor the reader.
fn of_policy(language: &str, text: &str) -> String {
    if language != "go" {
        return text.to_owned();
    }
    let (own, _) = text.split_once(READER).unwrap();
    let (head, rest) = own.split_once("\nimport (\n").unwrap();
    format!("{head}{}", rest.split_once("\n)\n").unwrap().1)
}

/// `UPDATE_TYPES=1` writes the files anew.
#[test]
fn the_types_of_each_policy() {
    let folder = root().join("crates/cli/tests/types");
    let mut wanted: BTreeSet<String> = BTreeSet::from(["hostile.toml".to_owned()]);
    for (name, policy) in POLICIES {
        for (language, ending) in LANGUAGES {
            let file = format!("{name}.{ending}");
            let (path, text) =
                (folder.join(&file), of_policy(language, &printed(language, policy)));
            if std::env::var_os("UPDATE_TYPES").is_some() {
                fs::write(&path, &text).unwrap();
            }
            assert!(
                fs::read_to_string(&path).unwrap() == text,
                "{file} is another: UPDATE_TYPES=1"
            );
            wanted.insert(file);
        }
    }
    let kept = fs::read_dir(folder).unwrap();
    let kept: BTreeSet<String> =
        kept.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert_eq!(kept, wanted);
}

/// The example in Cedar asks for what the command says.
#[test]
fn the_schema_of_the_example_in_cedar() {
    let path = root().join("examples/cedar/store/claims.cedarschema");
    let text = printed("cedar-schema", "examples/cedar/claims.toml");
    if std::env::var_os("UPDATE_TYPES").is_some() {
        fs::write(&path, &text).unwrap();
    }
    assert!(fs::read_to_string(&path).unwrap() == text, "it is another: UPDATE_TYPES=1");
}

/// All of its files, joined as their README says, whatever the policy.
#[test]
fn the_file_for_go_holds_the_whole_reader() {
    let text = printed("go", "claims.toml");
    let (own, reader) = text.split_once(READER).unwrap();
    for (_, policy) in POLICIES {
        assert!(printed("go", policy).ends_with(reader), "{policy}");
    }
    assert_eq!(text.matches("\npackage claims\n").count(), 1);
    assert_eq!(text.matches("\nimport ").count(), 1);
    let imports = own.split_once("import (\n").unwrap().1.split_once("\n)\n").unwrap().0;
    let mut files = 0;
    for entry in fs::read_dir(root().join("crates/cli/src/types/go")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "go") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        // Of the code only: the rest of the file is its imports.
        let code = text.rsplit_once("\n)\n\n").map_or(text.as_str(), |(_, code)| code);
        assert!(reader.contains(code.trim()), "{} is not in it", path.display());
        for line in text.lines().filter(|line| line.starts_with("\t\"")) {
            assert!(imports.contains(line) || reader.contains(line), "{line}");
        }
        files += 1;
    }
    assert!(files >= 15, "only {files} files");
}

/// A comment of the policy is a comment in every language, whatever it says.
#[test]
fn no_comment_breaks_out() {
    let hostile = [
        "*/ INJECTED /*",
        "INJECTED */",
        "\\*/ INJECTED",
        "\"\"\" INJECTED",
        "INJECTED \"\"\"",
        "\\\"\"\" INJECTED",
        "INJECTED \\",
        "``` INJECTED",
        "\u{2028}INJECTED\u{2029}INJECTED",
        "INJECTED\u{85}INJECTED\u{202e}INJECTED",
        "\", \"INJECTED\": {\"",
        "//go:embed INJECTED",
        "@ts-expect-error INJECTED",
        "} INJECTED {",
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claims.toml");
    for said in hostile {
        let claim =
            "[claims.flags]\nmerge = \"user.flags\"\nencoding = \"bits\"\nflags = [\"a\"]\n";
        let text =
            format!("version = 1\n{TABLE}\n# {said}\n{claim}\n# {said}\n[claims.x]\nvalue = 1\n");
        fs::write(&path, text).unwrap();
        for (language, _) in LANGUAGES {
            let text = printed(language, path.to_str().unwrap());
            let found = text.matches("INJECTED").count();
            assert!(found >= 2 || language == "cedar-schema", "{language}: {said:?} is nowhere");
            for hidden in ['\u{2028}', '\u{2029}', '\u{85}', '\u{202e}'] {
                assert!(!text.contains(hidden), "{language}: {said:?}");
            }
            let rest = without_comments(language, &text);
            assert!(!rest.contains("INJECTED"), "{language}: {said:?} in\n{rest}");
        }
    }
}

const TABLE: &str = "[table]\nname = \"t\"\npartition_key = \"pk\"\nsort_key = \"sk\"\n\
    [records.user]\nkey = { pk = \"USER#{sub}\", sk = \"PROFILE\" }\nrequire = \"exists\"\n";

/// A text as the language's own reader sees it: read letter by letter, without its comments.
fn without_comments(language: &str, text: &str) -> String {
    let (opens, closes) = match language {
        "typescript" => ("/*", "*/"),
        "python" => ("\"\"\"", "\"\"\""),
        "json-schema" => {
            let mut schema = serde_json::from_str::<serde_json::Value>(text).unwrap();
            take_descriptions(&mut schema);
            return schema.to_string();
        }
        _ => {
            let lines = text.lines().filter(|line| !line.trim().starts_with("//"));
            return lines.collect::<Vec<_>>().join("\n");
        }
    };
    let mut code = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(opens) {
        code.push_str(before);
        let mut at = 0;
        while !after[at..].starts_with(closes) {
            assert!(at < after.len(), "{language}: a comment has no end in\n{text}");
            // Behind a backslash Python goes on, and TypeScript doesn't.
            let escaped = language == "python" && after[at..].starts_with('\\');
            at += after[at..]
                .chars()
                .take(1 + usize::from(escaped))
                .map(char::len_utf8)
                .sum::<usize>();
        }
        rest = &after[at + closes.len()..];
    }
    code + rest
}

fn take_descriptions(value: &mut serde_json::Value) {
    if let Some(object) = value.as_object_mut() {
        object.remove("description");
        object.values_mut().for_each(take_descriptions);
    }
}

#[test]
fn a_policy_with_findings_has_no_types() {
    let wrong = "tests/policy/wrong/reserved-claim-cognito-groups.toml";
    for (language, _) in LANGUAGES {
        let arguments = ["types", "--language", language, "--policy", wrong];
        let output = claimsmith(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(stdout(&output), "");
    }
}

/// Without claims a file of every language is still one.
#[test]
fn a_policy_without_claims_has_files_without_types() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("claims.toml");
    fs::write(&path, "version = 1\n").unwrap();
    let printed = |language: &str| printed(language, path.to_str().unwrap());
    assert!(printed("typescript").ends_with("\nexport {};\n"));
    assert!(!printed("python").contains("import"));
    assert!(!printed("rust").contains("use "));
    assert!(printed("json-schema").contains("\"token_use\""));
}
