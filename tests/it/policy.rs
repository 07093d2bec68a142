//! The policy checker against whole files: each wrong one has exactly the finding, of the code and
//! at the place, that its row says; each right one has none.
//!
//! All texts of all findings stand in one snapshot, so that a person can read them as one piece.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use claimsmith::outcome::Reason;
use claimsmith::policy::{Code, DEFAULT_POLICY, Finding, Found, Location, Policy, Variables};
use claimsmith_testbed::mistakes::{self, Mistake};
use proptest::prelude::*;

const REFERENCE: &str = include_str!("../../docs/policy.md");

/// Only `CLAIMS_TABLE` is set, as in the function with the default policy.
fn one_variable(name: &str) -> Option<String> {
    (name == "CLAIMS_TABLE").then(|| "claims-table".to_owned())
}

fn parse(text: &str) -> Result<Policy, Found> {
    Policy::parse(text, &Variables::strict(&one_variable))
}

/// The findings of a text that must have some.
fn findings(text: &str) -> Found {
    parse(text).err().unwrap_or_default()
}

fn codes(text: &str) -> Vec<&'static str> {
    findings(text).iter().map(|finding| finding.code.as_str()).collect()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/policy").join(name)
}

/// All wrong files, by name.
fn wrong() -> Vec<Mistake> {
    mistakes::read(&folder("wrong")).unwrap()
}

/// All right files, by name.
fn right() -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder("right")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn each_wrong_file_has_exactly_the_finding_that_it_names() {
    let files = wrong();
    assert!(files.len() >= 500, "only {} wrong files", files.len());
    let mut problems = String::new();
    for Mistake { name, text, findings: expected } in &files {
        let found: Vec<String> = findings(text)
            .iter()
            .map(|finding| format!("{} {}:{}", finding.code, finding.line, finding.column))
            .collect();
        if found != *expected {
            let _ = writeln!(problems, "{name}: expected {expected:?}, found {found:?}");
        }
        let code = expected[0].split(' ').next().unwrap();
        let rest = name.strip_prefix(code);
        if !rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('-')) {
            let _ = writeln!(problems, "{name}: the name doesn't begin with the code");
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
}

#[test]
fn each_code_has_a_wrong_file() {
    let covered: BTreeSet<&str> = findings_of_all().iter().map(|(_, f)| f.code.as_str()).collect();
    let missing: Vec<&Code> = Code::ALL.iter().filter(|c| !covered.contains(c.as_str())).collect();
    assert!(missing.is_empty(), "no wrong file for {missing:?}");
}

fn findings_of_all() -> Vec<(String, Finding)> {
    let each = |Mistake { name, text, .. }| {
        findings(&text).into_iter().map(move |finding| (String::clone(&name), finding))
    };
    wrong().into_iter().flat_map(each).collect()
}

#[test]
fn the_texts_read_well() {
    let mut page = String::new();
    for (name, Finding { code, message, help, .. }) in findings_of_all() {
        let (mut message, mut help) = (message, help);
        if code == Code::Budget {
            // The least budget follows the size model and has tests of its own.
            message = without_long_numbers(&message);
            help = without_long_numbers(&help);
        }
        let _ = writeln!(page, "{name}\n    {message}\n    help: {help}");
    }
    insta::with_settings!({ snapshot_path => "../policy/snapshots", prepend_module_to_snapshot => false }, {
        insta::assert_snapshot!("texts", page);
    });
}

fn without_long_numbers(text: &str) -> String {
    let word = |word: &str| {
        let long = word.len() >= 4 && word.bytes().all(|byte| byte.is_ascii_digit());
        if long { "<number>".to_owned() } else { word.to_owned() }
    };
    text.split(' ').map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn texts_are_lowercase_fragments_of_one_line() {
    for (name, Finding { message, help, .. }) in findings_of_all() {
        for text in [&message, &help] {
            assert!(!text.is_empty(), "{name}: an empty text");
            assert!(!text.contains(char::is_control), "{name}: {text:?}");
            assert!(!text.ends_with('.'), "{name}: ends with a full stop: {text}");
            let first = text.chars().next().unwrap();
            let name_of_a_thing = ["Cognito", "V1_0"].iter().any(|thing| text.starts_with(thing));
            assert!(!first.is_uppercase() || name_of_a_thing, "{name}: {text}");
        }
    }
}

#[test]
fn the_place_lies_within_the_file() {
    for Mistake { name, text, .. } in wrong() {
        for finding in findings(&text) {
            let before = text.get(..finding.span.start).unwrap_or_else(|| panic!("{name}"));
            let line = before.lines().count().max(1) + usize::from(before.ends_with('\n'));
            assert_eq!(finding.line, line.min(1 + before.matches('\n').count()), "{name}");
            assert!(text.get(finding.span.clone()).is_some(), "{name}: not on characters");
        }
    }
}

#[test]
fn each_right_file_has_no_finding() {
    let mut problems = String::new();
    let edited = mistakes::right_files(&folder("wrong")).unwrap();
    assert!(edited.len() >= 12, "only {} right files are edited", edited.len());
    for (name, text) in right().into_iter().chain(edited) {
        for finding in findings(&text) {
            let _ = writeln!(problems, "{name}: {finding}");
        }
    }
    assert!(problems.is_empty(), "\n{problems}");
}

#[test]
fn the_right_files_use_every_reason() {
    let (_, text) = right().into_iter().find(|(name, _)| name == "messages").unwrap();
    assert_eq!(parse(&text).unwrap().messages.len(), Reason::ALL.len());
}

#[test]
fn all_mistakes_are_reported_in_the_order_of_the_file() {
    let text = r#"version = 3
deadline = "1h"
colour = "blue"

[table]
name = "${NOT_SET}"
partition_key = "pk"

[tenant]
id = "word"

[records.user]
for = "person"
key = { pk = "USER#{sub}", sk = "PROFILE" }

[records.org]
key = { pk = "ORG#{metadata.org_id}" }
require = { status = [] }

[claims.sub]
from = "user.id"

[claims.org_id]
from = "org.id"
required = true
shed = 1

[claims.tier]
from = "organisation.tier"
default = 5
when = { "metadata.tier" = "pro" }

[tokens.id]
suppress = ["org_id", "iss"]
budget = "cookies"

[tokens.access]
add_scopes = ["a b"]
limit_scopes = "tenant"
aud = "me"

[clients.web]
claims = ["org"]

[groups]
names = ["staff"]

[session_tags]
tags = { Tier = "tiers" }

[messages]
oops = ""
"#;
    let found: Vec<(usize, &str)> =
        findings(text).iter().map(|finding| (finding.line, finding.code.as_str())).collect();
    assert_eq!(
        found,
        [
            (1, "file-version"),
            (2, "deadline"),
            (3, "unknown-key"),
            (6, "variable"),
            (9, "tenant"),
            (10, "unknown-word"),
            (13, "unknown-word"),
            (18, "empty-list"),
            (20, "reserved-claim"),
            (26, "claim-required"),
            (29, "unknown-source"),
            (30, "claim-default"),
            (31, "caller-value"),
            (34, "add-and-suppress"),
            (34, "reserved-suppress"),
            (35, "budget"),
            (38, "scope"),
            (39, "source"),
            (40, "audience"),
            (43, "client"),
            (45, "groups"),
            (49, "session-tags"),
            (52, "unknown-word"),
            (52, "message"),
        ]
    );
}

/// The value of a variable in every place that a message could repeat.
#[test]
fn no_message_holds_the_value_of_a_variable() {
    const SECRET: &str = "hunter2-do-not-show";
    let lookup = |_: &str| Some(SECRET.to_owned());
    let small = "version = 1\n[table]\nname = \"t\"\npartition_key = \"pk\"\n\
                 [records.user]\nkey = { pk = \"USER#{sub}\" }\n[claims.a]\nfrom = \"user.a\"\n";
    let mut places: Vec<String> = [
        "[records.b]\nfor = \"${X}\"\nmissing = \"${X}\"\nkey = { pk = \"{${X}}\" }\nrequire = \"${X}\"\n",
        "[records.b]\nkey = { pk = \"{metadata.${X}}\" }\nrequire = \"exists\"\n",
        "[records.b]\nkey = { pk = \"{sub}#{attributes.${X}}#{metadata.${X}:number}\" }\nrequire = { x = [\"${X}\", \"${X}\"], y = \"\" }\n",
        "[records.b]\nkey = { pk = \"{${X}.a}#{user.${X}\" }\n",
        "[records.b]\nkey = { pk = \"{${X}.a}#{user.${X}}#{member.${X}}#{tenant.${X}}\" }\n",
        "[records.b]\nquery = { pk = \"{sub}\", sk = \"{${X}}\" }\nindex = \"${X}\"\nat_most = 0\n",
        "[records.b]\neach = \"${X}\"\nkey = { pk = \"{each}\" }\nmissing = \"${X}\"\n",
        "[records.b]\neach = \"user.${X}\"\nkey = { pk = \"{each}{${X}}\" }\nat_most = 1\n",
        "[records.b]\ntable = \"${X}\"\nkey = { pk = \"B#{sub}\" }\ncache = \"${X}\"\nstale_if_error = \"${X}\"\nstale_guard = \"${X}\"\n",
        "[person]\nindex = \"${X}\"\nkey = { email = \"{${X}}\" }\nid = \"${X}\"\nprofile = \"${X}\"\n",
        "[person]\nindex = \"i\"\nkey = { \"pk\" = \"${X}#{verified.email}\" }\nid = \"id\"\nprofile = \"user\"\nrequire = \"${X}\"\n",
        "[tenant]\nid = \"${X}\"\nperson = [\"${X}\", \"${X}\", \"metadata.${X}\", \"attributes.${X}\", \"user.${X}\", \"${X}.a\"]\n",
        "[tenant]\nid = \"slug\"\nperson = [\"${X}\", \"${X}\", \"metadata.${X}\", \"attributes.${X}\", \"user.${X}\", \"${X}.a\"]\nmachine = { from = \"${X}\", split = \"${X}\", map = \"${X}\" }\n",
        "[tenant]\nid = \"slug\"\nperson = [{ from = \"metadata.${X}\", within = \"user.${X}\" }, { from = \"user.${X}\", within = \"${X}\" }]\nmachine = { from = \"metadata.${X}\", within = \"${X}.a\", map = { a = \"{${X}}\" } }\n",
        "[tenant]\nid = \"slug\"\nperson = \"membership.a\"\n[records.membership]\nkey = { pk = \"USER#{sub}#{metadata.${X}}\" }\nrequire = \"exists\"\n[claims.b]\nfrom = \"membership.${X}\"\nwhen = { \"membership.a\" = \"${X}\" }\n",
        "[tenant]\nid = \"slug\"\nperson = \"${X}-membership.a\"\n[records.b]\nkey = { pk = \"B#{membership.${X}}\" }\n[claims.b]\nfrom = [\"user.${X}\", \"b.${X}\", \"member.${X}\", \"tenant\"]\n",
        "[tenant]\nid = \"slug\"\nperson = \"user.${X}\"\n[claims.b]\nfrom = [\"user.${X}\", \"member.${X}\"]\n",
        "[tenant]\nid = \"slug\"\nperson = \"user.${X}\"\n[claims.b]\nmerge = [\"member.${X}\", \"user.${X}\", \"tenant\", \"groups\"]\n",
        "[tenant]\nid = \"slug\"\nperson = \"user.${X}\"\n[claims.b]\ntemplate = \"{member.${X}}{user.${X}:number}\"\n",
        "[claims.b]\ntemplate = \"{metadata.${X}}/{user.${X}:number}/{groups}\"\n",
        "[claims.b]\ntemplate = \"{${X}}\"\ntype = \"${X}\"\n",
        "[claims.b]\ntemplate = \"${X}\"\n",
        "[claims.b]\nvalue = \"${X}\"\ntype = \"integer\"\ndefault = \"${X}\"\n",
        "[claims.b]\nvalue = [\"${X}\", \"{${X}}\"]\nencoding = \"${X}\"\n",
        "[claims.b]\nvalue = \"{${X}}\"\nfields = { \"a\" = \"${X}\" }\n",
        "[claims.b]\nfrom = \"user.${X}\"\nfields = { a = \"${X}\", b = \"{${X}}\" }\nfirst = 0\n",
        "[claims.b]\nfrom = { from = \"user.${X}\", within = \"${X}\", split = \"${X}\", map = { a = \"{${X}}\", b = \"\" } }\n",
        "[claims.b]\nfrom = { from = \"groups\", split = \",\", map = \"attributes.${X}\" }\n",
        "[claims.b]\nfrom = { from = \"${X}.a\", map = \"${X}\" }\n",
        "[claims.b]\nfrom = [\"${X}\", \"${X}\", \"${X}.a\", \"metadata.${X}\", \"attributes.${X}\"]\n",
        "[claims.b]\nfrom = \"user.b\"\ntype = \"${X}\"\nencoding = \"${X}\"\ntokens = [\"${X}\"]\n",
        "[claims.b]\nfrom = \"user.b\"\non_fault = \"${X}\"\ntype = \"integer\"\ndefault = \"${X}\"\n",
        "[claims.b]\nfrom = \"user.b\"\ndefault = \"{${X}}\"\n",
        "[claims.b]\nmerge = \"user.b\"\nencoding = \"bits\"\nflags = [\"${X} \", \"${X}\"]\n",
        "[claims.b]\nmerge = \"user.b\"\nflags = [\"${X}\", \"${X}\"]\ndefault = [\"x\"]\n",
        "[claims.b]\nmerge = \"user.b\"\ndefault = [\"${X} \"]\n",
        "[claims.b]\nfrom = \"user.b\"\nwhen = { scopes = [\"${X} a\"], trigger_sources = [\"${X}\"] }\n",
        "[claims.b]\nfrom = \"user.b\"\nwhen = { scopes = [\"${X}\", \"${X}\"], client_ids = \"${X}\", \"user.a\" = [\"${X}\", \"\"] }\n",
        "[tokens.id]\nsuppress = [\"cognito:${X}\", \"cognito:${X}\"]\nbudget = \"${X}\"\n",
        "[tokens.access]\nadd_scopes = [\"${X}\", \"${X}\", \"{${X}}\"]\nsuppress_scopes = [\"${X}\", \"a ${X}\"]\n",
        "[tokens.access]\nlimit_scopes = \"${X}\"\naud = \"${X}\"\n",
        "[tokens.access]\nlimit_scopes = { from = \"attributes.${X}\", split = \"${X}\", map = \"user.${X}\", within = \"${X}\" }\n",
        "[clients.b]\nclaims = [\"${X}\", \"${X}\"]\n",
        "[clients.b]\nclient_id = \"${X}\"\n[clients.c]\nclient_id = \"${X}\"\n",
        "[clients.b]\nclient_id = \"${X}\"\n[pool]\napp_clients = [\"other\"]\n",
        "[clients.b.tokens.access]\nlimit_scopes = \"${X}.scopes\"\nadd_scopes = [\"${X}\"]\n",
        "[pool]\nuser_pools = [\"${X}\", \"${X}\"]\nevent_version = \"${X}\"\n",
        "[pool]\nadmin_only = [\"attributes.${X}\", \"attributes.${X}\"]\n",
        "[pool]\nadmin_only = [\"${X}\"]\n[providers.\"b\"]\nwrites = [\"${X}\", \"${X}\"]\nverifies = [\"${X}\"]\nissuer = \"\"\n",
        "[providers.\"b\"]\nwrites = [\"${X}\"]\n[claims.b]\nfrom = { from = \"attributes.${X}\", split = \",\" }\ntype = \"integer\"\n",
        "[pool]\nadmin_only = [\"${X}\"]\n[claims.b]\nfrom = \"attributes.${X}\"\ntype = \"integer\"\n",
        "[groups]\nmode = \"${X}\"\nnames = [\"${X}\", \"${X}\"]\n",
        "[groups]\nmode = \"add\"\nnames = [\"${X} a\"]\nfrom = [\"${X}\", \"metadata.${X}\"]\n",
        "[groups]\nmode = \"replace\"\nnames = [\"{${X}}\"]\nfrom = [\"user.${X}\", \"user.${X}\", \"attributes.${X}\", \"groups\"]\n",
        "[session_tags]\ntags = { a = \"${X}\", b = \"{${X}}\" }\ntransitive = [\"${X}\", \"${X}\"]\n",
        "[messages]\nclaim_missing = \"${X}\\n\"\n",
    ]
    .map(|place| format!("{small}{place}"))
    .into();
    places.push(format!("deadline = \"${{X}}\"\n{small}"));
    places.push(small.replace("\"pk\"", "\"${X}\""));
    places.push(small.replace("\"pk\"", "\"pk\"\nfile = \"${X}\"\nsort_key = \"${X}\""));
    for text in places {
        let findings = Policy::parse(&text, &Variables::strict(&lookup)).unwrap_err();
        for finding in findings {
            let shown = format!("{finding} {finding:?}");
            assert!(!shown.contains("hunter2"), "{shown}\n{text}");
        }
    }
}

#[test]
fn a_name_that_a_variable_completes_still_has_its_place() {
    let text = DEFAULT_POLICY.replace("\"TIER#{org.tier}\"", "\"${CLAIMS_TABLE}#{orgs.tier}\"");
    let found = findings(&text);
    assert_eq!(found.len(), 1);
    assert_eq!(text.get(found[0].span.clone()), Some("orgs.tier"));
}

#[test]
fn outside_the_function_an_unset_variable_is_no_mistake() {
    let nothing = |_: &str| None;
    let lenient = Variables::lenient(&nothing);
    let text = r#"version = 1
deadline = "${DEADLINE}"
[pool]
user_pools = ["${POOL}"]
app_clients = ["${CLIENT}"]
[table]
name = "${TABLE}"
partition_key = "pk"
[tenant]
id = "${TYPE}"
person = "user.org_id"
[records.user]
key = { pk = "${STAGE}#USER#{sub}" }
require = { status = ["${STATUS}"] }
[claims.org_id]
from = "tenant"
when = { client_ids = "${CLIENT}", "user.plans[tenant]" = "${PLAN}" }
[claims.label]
template = "${STAGE}/{tenant}"
[claims.region]
value = "${REGION}"
type = "integer"
[claims.regions]
value = ["${REGION}"]
[claims.name]
from = { from = "user.name", map = { acme = "${NAME}" } }
default = "${NAME}"
[tokens.access]
budget = "${BUDGET}"
add_scopes = ["${API}/read"]
limit_scopes = "${SCOPES}"
[clients.1example23456789.tokens.id]
suppress = ["${CLAIM}"]
[groups]
mode = "add"
names = ["${GROUP}"]
from = "${GROUP}.names"
[session_tags]
tags = { Stage = "${STAGE}" }
transitive = ["${TAG}"]
"#;
    let policy = Policy::parse(text, &lenient).unwrap();
    let unset: Vec<&str> = policy.unset_variables.iter().map(String::as_str).collect();
    assert_eq!(
        unset,
        [
            "API", "BUDGET", "CLAIM", "CLIENT", "DEADLINE", "GROUP", "NAME", "PLAN", "POOL",
            "REGION", "SCOPES", "STAGE", "STATUS", "TABLE", "TAG", "TYPE",
        ]
    );
    assert_eq!(policy.tables[0].location, Location::DynamoDb("${TABLE}".into()));
    let key = format!("{:?}", policy.records.first().unwrap().read);
    assert!(key.contains("${STAGE}#USER#"), "{key}");

    let wrong = text.replace("{sub}", "{sup}");
    let found = Policy::parse(&wrong, &lenient).unwrap_err();
    let found: Vec<_> = found.iter().map(|it| (it.code, wrong.get(it.span.clone()))).collect();
    assert_eq!(found, [(Code::UnknownSource, Some("sup"))]);
}

/// A text that only a variable completes stops nothing, wherever it stands.
#[test]
fn whoever_is_refused_is_told_why() {
    for (name, text) in right() {
        for (at, mark) in [" = \"", "[\"", ", \""].iter().flat_map(|mark| text.match_indices(mark))
        {
            let mut open = text.clone();
            open.insert_str(at + mark.len(), "${UNSET}");
            let parsed = Policy::parse(&open, &Variables::lenient(&one_variable));
            assert!(!parsed.is_err_and(|findings| findings.is_empty()), "{name}:\n{open}");
        }
    }
}

/// Whether an app client may write them stands in the pool, not in the file: no finding.
#[test]
fn attributes_of_administrators_that_people_can_usually_write_are_told() {
    let told = |admin_only: &str| -> Vec<String> {
        let text = format!("version = 1\n[pool]\nadmin_only = {admin_only}\n");
        let policy = Policy::parse(&text, &Variables::strict(&|_| None)).unwrap();
        policy.writable_attributes.into_iter().collect()
    };
    let mixed = r#"["locale", "custom:locale", "email_verified", "sub", "email", "name"]"#;
    assert_eq!(told(mixed), ["email", "locale", "name"]);
    assert!(told(r#"["custom:department"]"#).is_empty());
}

/// TOML allows some in a text; on a terminal they could do as they like.
#[test]
fn no_message_holds_a_control_character() {
    let text = "version = 1\n[table]\nfile = \"items.json\"\npartition_key = \"pk\"\n\
                [records.org]\nkey = { pk = \"ORG#{\u{9b}2Juser.org_id}\" }\n\
                [claims.org_id]\nfrom = \"\u{9b}2Jorg.id\"\n";
    let findings = Policy::parse(text, &Variables::strict(&|_| None)).unwrap_err();
    assert!(findings.iter().any(|finding| finding.message.contains("\u{fffd}2J")), "{findings:?}");
    for finding in findings {
        assert!(!finding.to_string().contains(char::is_control), "{finding:?}");
    }
}

/// One mistake that makes other parts unreadable is one finding.
#[test]
fn one_mistake_has_no_echo() {
    let replace = |from: &str, to: &str| {
        assert!(DEFAULT_POLICY.contains(from), "{from}");
        codes(&DEFAULT_POLICY.replace(from, to))
    };
    assert_eq!(replace("${CLAIMS_TABLE}", "${OTHER}"), ["variable"]);
    assert_eq!(replace("partition_key = \"pk\"", "partition_key = 1"), ["wrong-type"]);
    assert_eq!(replace("partition_key", "partitionkey"), ["unknown-key"]);
    assert_eq!(replace("partition_key = \"pk\"", "partition_key = \"id\""), ["record-key"]);
    assert_eq!(replace("sort_key = \"sk\"", "sort_key = \"sort\""), ["record-key"]);
    assert_eq!(replace("sort_key = \"sk\"", ""), ["record-key"]);
    assert_eq!(replace("sort_key = \"sk\"", "sort_key = []"), ["wrong-type"]);
    assert_eq!(replace("[table]", "[tables]"), ["unknown-key"]);
    let (before, rest) = DEFAULT_POLICY.split_once("\n[tenant]").unwrap();
    let (_, after) = rest.split_once("\n[").unwrap();
    let without_tenant = codes(&format!("{before}\n[{after}"));
    assert_eq!(without_tenant, ["skippable-guard", "chosen-type", "unknown-source"]);
    assert_eq!(replace("from = \"org.tier\"", "from = 7"), ["wrong-type"]);
    assert_eq!(replace("merge = [", "merg = ["), ["unknown-key"]);
    assert_eq!(replace("key = { pk = \"TIER#{org.tier}\"", "key = { pk = 5"), ["wrong-type"]);
    assert_eq!(replace("{sub}\", sk = \"ORG", "{sup}\", sk = \"ORG"), ["unknown-source"]);
    assert_eq!(replace("pk = \"TIER#{org.tier}\"", "id = \"TIER#{org.tier}\""), ["record-key"]);
    assert_eq!(replace("[records.tier]", "[records.tiers]"), ["unknown-source"]);
    assert_eq!(replace("TIER#{org.tier}", "TIER#{org.tier"), ["template"]);
    assert_eq!(replace("CLIENT#{client_id}", "CLIENT#{client_id"), ["template"]);
    assert_eq!(
        codes(&DEFAULT_POLICY.replace("for = \"client\"", "for = \"clients\"").replace(
            "CLIENT#{client_id}\", sk = \"PROFILE",
            "CLIENT#{client_id}\", sk = \"ORG#{metadata.org_id}",
        )),
        ["unknown-word"]
    );
    assert_eq!(replace("[records.user]", "[record.user]").len(), 2, "the section and its use");
}

#[test]
fn a_byte_order_mark_and_line_ends_of_windows_change_nothing() {
    let Mistake { name, text, .. } = wrong().swap_remove(0);
    let expected = findings(&text);
    let windows = text.replace('\n', "\r\n");
    for other in [format!("\u{feff}{text}"), windows.clone(), format!("\u{feff}{windows}")] {
        let place = |finding: &Finding| (finding.code, finding.line, finding.column);
        let found = findings(&other);
        assert_eq!(
            found.iter().map(place).collect::<Vec<_>>(),
            expected.iter().map(place).collect::<Vec<_>>(),
            "{name}"
        );
    }
}

#[test]
fn several_cycles_are_several_findings() {
    let text = r#"version = 1
[table]
name = "t"
partition_key = "pk"
[records.a]
shared = true
key = { pk = "A#{a.x}" }
[records.b]
shared = true
key = { pk = "B#{c.x}" }
[records.c]
shared = true
key = { pk = "C#{b.x}" }
[records.behind]
shared = true
key = { pk = "D#{c.x}" }
[claims.x]
from = "behind.x"
"#;
    assert_eq!(codes(text), ["record-cycle", "record-cycle"]);
}

#[test]
fn the_reference_names_every_code() {
    for code in Code::ALL {
        let row = format!("| `{code}` | {} |", code.about());
        assert!(REFERENCE.contains(&row), "docs/policy.md lacks the row\n{row}");
    }
}

#[test]
fn the_reference_names_every_reason() {
    for reason in Reason::ALL {
        assert!(REFERENCE.contains(&format!("`{reason}`")), "docs/policy.md lacks `{reason}`");
    }
}

/// The committed schema is the list of keys; that it is current is checked beside the command.
#[test]
fn the_reference_names_every_key() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../claims.schema.json")).unwrap();
    let mut keys = BTreeSet::new();
    collect_keys(&schema, &mut keys);
    assert!(keys.len() > 30, "{keys:?}");
    for key in keys {
        assert!(REFERENCE.contains(&format!("`{key}`")), "docs/policy.md lacks `{key}`");
    }
}

fn collect_keys(schema: &serde_json::Value, keys: &mut BTreeSet<String>) {
    let Some(members) = schema.as_object() else { return };
    if let Some(properties) = members.get("properties").and_then(|found| found.as_object()) {
        keys.extend(properties.keys().cloned());
        properties.values().for_each(|property| collect_keys(property, keys));
    }
    if let Some(definitions) = members.get("$defs").and_then(|found| found.as_object()) {
        definitions.values().for_each(|definition| collect_keys(definition, keys));
    }
}

#[test]
fn the_examples_of_the_reference_are_right() {
    let mut examples = 0;
    for block in REFERENCE.split("```toml\n").skip(1) {
        let (example, _) = block.split_once("```").unwrap();
        if example.contains("version = 1") {
            examples += 1;
            let found: Vec<String> = findings(example).iter().map(ToString::to_string).collect();
            assert!(found.is_empty(), "{found:#?}\n{example}");
        }
    }
    assert!(examples > 0, "docs/policy.md has no whole example");
}

/// Pieces of policy files, for texts that look like one.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "version = 1\n", "[table]\n", "name = \"t\"\n", "partition_key = \"pk\"\n",
            "sort_key = \"sk\"\n", "[records.a]\n", "[records.b]\n", "[[records]]\n",
            "key = { pk = \"A#{b.x}\" }\n", "key = { pk = \"{sub}\", sk = \"X#{metadata.y:uuid}\" }\n",
            "key.pk = \"{client_id}\"\n", "for = \"user\"\n", "require = { a = [1, true] }\n",
            "require = \"exists\"\n", "shared = true\n", "query = { pk = \"{sub}\", sk = \"O#{*}\" }\n",
            "only = true\n", "each = \"a.x\"\n", "at_most = 5\n", "[tenant]\n", "id = \"slug\"\n",
            "person = [\"a.x\", \"b.x\"]\n", "machine = { from = \"metadata.o\", within = \"a.l\" }\n",
            "optional = true\n", "key = { pk = \"O#{tenant}\", sk = \"R#{each}\" }\n",
            "[person]\n", "index = \"i\"\n", "key = { e = \"{verified.email}\" }\n", "profile = \"a\"\n",
            "[providers.p]\n", "writes = [\"w\"]\n", "[pool]\n", "admin_only = [\"w\"]\n",
            "[claims.x]\n", "[claims.\"\"]\n", "from = \"a.x\"\n", "from = []\n", "from = \"tenant\"\n",
            "from = { from = \"attributes.w\", split = \",\", map = { a = \"b\" } }\n", "from = \"a\"\n",
            "fields = { i = \"x\" }\n", "first = 2\n", "template = \"{a.x}/{member.r}\"\n", "value = 5\n",
            "when = { scopes = \"s\", \"a.x\" = [1, \"b\"], tenant = \"t\" }\n", "limit_scopes = \"a.x\"\n",
            "[session_tags]\n", "tags = { T = \"x\" }\n", "transitive = [\"T\"]\n",
            "merge = [\"a.f\", \"b.f\"]\n", "flags = [\"a\", \"b\"]\n", "encoding = \"bits\"\n",
            "type = \"list\"\n", "default = [\"a\"]\n", "shed = 99999999999\n", "required = true\n",
            "[tokens.id]\n", "[tokens.access]\n", "suppress = [\"sub\", \"x\"]\n", "budget = -1\n",
            "add_scopes = [\"s\"]\n",
            "budget = 1e400\n", "[clients.c.tokens.access]\n", "claims = [\"x\", \"y\"]\n",
            "[groups]\n", "mode = \"add\"\n", "names = [\"\"]\n", "[messages]\n", "deadline = \"${X}\"\n",
            "tokens.id.suppress = [\"${X\"]\n", "\u{feff}", "# ä\n", "\"\"\"\n", "=", "{", "]", ".",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[ -~]{0,12}\n",
    ]
}

/// A policy with a few of its lines or characters gone, doubled or replaced.
fn mutated() -> impl Strategy<Value = String> {
    let texts: Vec<String> = std::iter::once(DEFAULT_POLICY.to_owned())
        .chain(right().into_iter().map(|(_, text)| text))
        .collect();
    let change = (any::<prop::sample::Index>(), 0..6_u8, piece());
    (prop::sample::select(texts), prop::collection::vec(change, 1..6)).prop_map(
        |(text, changes)| {
            let mut letters: Vec<char> = text.chars().collect();
            for (at, kind, piece) in changes {
                if letters.is_empty() {
                    break;
                }
                let at = at.index(letters.len());
                let line_end = letters
                    .iter()
                    .skip(at)
                    .position(|c| *c == '\n')
                    .map_or(letters.len(), |n| at + n);
                let with: Vec<char> = match kind {
                    0 | 1 => Vec::new(),
                    2 => letters.iter().skip(at).take(line_end - at).copied().collect(),
                    _ => piece.chars().collect(),
                };
                let to = match kind {
                    0 | 3 => at + 1,
                    1 | 4 => line_end,
                    _ => at,
                };
                letters.splice(at..to, with);
            }
            letters.into_iter().collect()
        },
    )
}

/// Reads the text in both ways, twice, and looks at what comes out.
fn survives(text: &str) -> Result<(), TestCaseError> {
    let set = |name: &str| (name.len().is_multiple_of(2)).then(|| format!("{{{name}}} \" ${{A}}"));
    for variables in [Variables::strict(&set), Variables::lenient(&set)] {
        let first = Policy::parse(text, &variables);
        let second = Policy::parse(text, &variables);
        let trimmed = text.strip_prefix('\u{feff}').unwrap_or(text);
        match (&first, &second) {
            (Ok(first), Ok(second)) => {
                prop_assert_eq!(format!("{first:?}"), format!("{second:?}"));
            }
            (Err(first), Err(second)) => {
                prop_assert!(!first.is_empty());
                prop_assert_eq!(first, second);
                prop_assert!(first.is_sorted_by_key(|finding| finding.span.start));
                for finding in first {
                    prop_assert!(trimmed.get(finding.span.clone()).is_some(), "{:?}", finding);
                    prop_assert!(!finding.to_string().contains(char::is_control), "{:?}", finding);
                }
            }
            _ => prop_assert!(false, "right and wrong at once"),
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn texts_that_look_like_policies_never_panic(pieces in prop::collection::vec(piece(), 0..24)) {
        survives(&pieces.concat())?;
    }

    #[test]
    fn broken_policies_never_panic(text in mutated()) {
        survives(&text)?;
    }

    #[test]
    fn arbitrary_text_never_panics(text in any::<String>()) {
        survives(&text)?;
    }
}
