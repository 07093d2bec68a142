//! Rows of mistakes: what they make of a right file, and what is no row.

use claimsmith_testbed::mistakes::{Mistake, rows};

const TABLE: &str = r#"# Of no use but here.

  version = 1

  [table]
  name = "items"
"#;

fn row(edits: &str) -> Mistake {
    rows(&format!("{TABLE}\n@@ a-row\n{edits}")).unwrap().remove(0)
}

#[test]
fn a_line_is_replaced_inserted_or_put_at_the_end() {
    let replaced = row("- version = 1\n+ version = 2\n            ^ file-version\n");
    assert_eq!(replaced.name, "a-row");
    assert_eq!(replaced.text, "version = 2\n\n[table]\nname = \"items\"\n");
    assert_eq!(replaced.findings, ["file-version 1:11"]);

    let inserted = row("  version = 1\n+ deadline = 5\n             ^ wrong-type\n");
    assert_eq!(inserted.text, "version = 1\ndeadline = 5\n\n[table]\nname = \"items\"\n");
    assert_eq!(inserted.findings, ["wrong-type 2:12"]);

    let at_the_end = row("+ [pool]\n  ^ unknown-key\n+\n+ # more\n");
    assert!(at_the_end.text.ends_with("name = \"items\"\n[pool]\n\n# more\n"));
    assert_eq!(at_the_end.findings, ["unknown-key 5:1"]);
}

#[test]
fn a_mark_keeps_its_line_whatever_is_put_before_it() {
    let several =
        row("  [table]\n  ^ missing-key\n- name = \"items\"\n  version = 1\n+ a = 1\n  ^ x\n");
    assert_eq!(several.findings, ["missing-key 4:1", "x 2:1"]);
    let removed = row("- version = 1\n  ^ missing-key\n");
    assert_eq!(removed.findings, ["missing-key 1:1"], "where it stood");
}

#[test]
fn what_is_no_row_is_named() {
    for (edits, what) in [
        ("+ a = 1\n", "expects nothing"),
        ("- nothing = 1\n", "`- nothing = 1` isn't there exactly once"),
        ("+ a = 1\n- a = 1\n  ^ x\n", "`- a = 1` isn't there exactly once"),
        ("version = 2\n  ^ x\n", "`version = 2` has no sign"),
        ("+ a = 1\n^ x\n", "`^ x` marks no letter"),
    ] {
        let error = rows(&format!("{TABLE}\n@@ a-row\n{edits}")).unwrap_err().to_string();
        assert!(error.starts_with("a-row") && error.contains(what), "{error}");
    }
}
