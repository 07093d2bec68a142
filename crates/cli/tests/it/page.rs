//! The pages as texts: well-formed, closed against what an event may hold, complete, and written
//! whole. `tests/browser` looks at them in a browser.

use std::path::Path;

use crate::command::{root, run, stdout};
use base64::Engine;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const HOSTILE: &str =
    "</script></style><img src=x onerror='alert(1)'>\"><svg onload=alert(2)>&amp;";

fn page(arguments: &[&str], input: &str) -> String {
    let output = run(arguments, input);
    let text = String::from_utf8(output.stdout).unwrap();
    let problem = String::from_utf8_lossy(&output.stderr);
    assert!(text.starts_with("<!DOCTYPE html>"), "{arguments:?}: {problem}");
    text
}

/// A start tag with its attributes, or an end tag.
struct Tag {
    name: String,
    attributes: Vec<(String, String)>,
    end: bool,
}

/// All tags outside `<style>`; panics where the text is no HTML as strict as XML, but for elements
/// without an end tag.
fn tags(page: &str) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").unwrap();
    while let Some(start) = rest.find('<') {
        assert!(!rest[..start].contains('>'), "a lone > in {:?}", &rest[..start]);
        let mut inside = &rest[start + 1..];
        let end = inside.starts_with('/');
        inside = inside.trim_start_matches('/');
        let name_end = inside.find([' ', '>']).unwrap();
        let name = inside[..name_end].to_owned();
        assert!(name.chars().all(|it| it.is_ascii_alphanumeric()), "tag {name:?}");
        inside = &inside[name_end..];
        let mut attributes = Vec::new();
        while let Some(attribute) = inside.strip_prefix(' ') {
            let (key, value) = attribute.split_once("=\"").unwrap();
            let (value, after) = value.split_once('"').unwrap();
            assert!(!key.contains([' ', '<', '>', '\'']), "attribute {key:?}");
            assert!(!value.contains('<'), "value {value:?}");
            attributes.push((key.to_owned(), value.to_owned()));
            inside = after;
        }
        rest = inside.strip_prefix('>').unwrap_or_else(|| panic!("an open tag {name}"));
        if name == "style" && !end {
            rest = &rest[rest.find("</style>").unwrap()..];
        }
        tags.push(Tag { name, attributes, end });
    }
    tags
}

const VOID: [&str; 2] = ["meta", "br"];
/// What the pages are made of. Nothing here runs, loads or sends.
const ELEMENTS: [&str; 53] = [
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "footer",
    "section",
    "article",
    "h1",
    "h2",
    "h3",
    "p",
    "div",
    "span",
    "b",
    "strong",
    "q",
    "code",
    "bdi",
    "a",
    "br",
    "dl",
    "dt",
    "dd",
    "ul",
    "ol",
    "li",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
    "details",
    "summary",
    "figure",
    "figcaption",
    "svg",
    "rect",
    "line",
    "polygon",
    "text",
    "tspan",
    "i",
    "em",
    "small",
    "tfoot",
    "nav",
    "hr",
];

fn check(page: &str) {
    let mut open: Vec<String> = Vec::new();
    let mut ids = std::collections::BTreeSet::new();
    for Tag { name, attributes, end } in tags(page) {
        assert!(ELEMENTS.contains(&name.as_str()), "<{name}>");
        for (key, value) in &attributes {
            assert!(!key.starts_with("on") && key != "style" && key != "src", "{key} of <{name}>");
            if key.contains("href") {
                assert!(value.starts_with('#'), "a link to {value}");
            }
            if key == "id" {
                assert!(ids.insert(value.clone()), "id {value} twice");
            }
        }
        if end {
            assert_eq!(open.pop().as_ref(), Some(&name));
        } else if !VOID.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "never closed: {open:?}");
}

#[test]
fn every_page_is_well_formed_and_loads_nothing() {
    for folder in ["v1", "v2", "v3", "odd", "broken"] {
        for entry in std::fs::read_dir(root().join("events").join(folder)).unwrap() {
            let event = entry.unwrap().path();
            check(&page(&["simulate", "--html", "-", event.to_str().unwrap()], ""));
        }
    }
    check(&page(&["simulate", "--html", "-", "events"], ""));
    for policy in ["claims.toml", "tests/policies/everything.toml", "tests/policies/tight.toml"] {
        check(&page(&["simulate", "--html", "-", "--policy", policy, "events"], ""));
        let sides = ["--against", "claims.toml", "--policy", policy];
        let arguments = [&["diff", "--values", "--html", "-"], &sides[..], &["events"]].concat();
        check(&page(&arguments, ""));
    }
}

#[test]
fn the_policy_of_the_page_lets_in_its_own_style_and_nothing_else() {
    let page = page(&["simulate", "--html", "-", "events/v2/sign-in.json"], "");
    let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    assert!(!style.contains("url(") && !style.contains("@import"));
    let hash = base64::prelude::BASE64_STANDARD.encode(Sha256::digest(style));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'"
    );
    let tags = tags(&page);
    let first = tags.iter().filter(|tag| tag.name == "meta").nth(1).unwrap();
    assert_eq!(first.attributes[0].1, "Content-Security-Policy");
    assert_eq!(first.attributes[1].1, policy);
}

#[test]
fn nothing_that_an_event_or_a_record_holds_becomes_markup() {
    let text = std::fs::read_to_string(root().join("events/v2/sign-in.json")).unwrap();
    let mut event: Value = serde_json::from_str(&text).unwrap();
    let ada = event["request"]["userAttributes"]["sub"].clone();
    let attributes = event["request"]["userAttributes"].as_object_mut().unwrap();
    attributes.insert("email".to_owned(), HOSTILE.into());
    attributes.insert(format!("custom:{HOSTILE}"), format!("\u{0}\u{8}\u{1b}[31m{HOSTILE}").into());
    event["callerContext"]["clientId"] = HOSTILE.into();
    event["request"]["groupConfiguration"]["groupsToOverride"] = json!([HOSTILE]);
    event["request"]["clientMetadata"] = json!({ "org_id": HOSTILE });
    let refused = event.to_string();
    event["request"]["clientMetadata"] = Value::Null;
    event["triggerSource"] = format!("TokenGeneration_{HOSTILE}").into();
    let issued = event.to_string();

    let folder = tempfile::tempdir().unwrap();
    let records = folder.path().join("records.json");
    let items = json!([
        { "pk": format!("USER#{}", ada.as_str().unwrap()), "sk": "PROFILE", "org_id": HOSTILE },
        { "pk": format!("ORG#{HOSTILE}"), "sk": "PROFILE", "tier": HOSTILE },
    ]);
    std::fs::write(&records, items.to_string()).unwrap();
    let records = records.to_str().unwrap();
    let named = folder.path().join("<img src=x onerror=alert(3)>.json");
    std::fs::write(&named, &issued).unwrap();
    let named = named.to_str().unwrap();

    for (input, arguments) in [
        (&issued, vec!["-"]),
        (&refused, vec!["-"]),
        (&String::new(), vec![named]),
        (&refused, vec!["-", named]),
    ] {
        let simulate = [&["simulate", "--html", "-", "--records", records], &arguments[..]];
        let text = page(&simulate.concat(), input);
        check(&text);
        assert!(!text.contains("<img") && !text.contains("alert(1)'>"), "{arguments:?}");
        assert!(!text.chars().any(|it| it.is_control() && it != '\n'), "{arguments:?}");
    }
    let text = page(&["simulate", "--html", "-", "--records", records, "-"], &issued);
    assert!(text.contains("&lt;/script&gt;&lt;/style&gt;&lt;img src=x"), "not shown at all");
    let sides = ["--against", "tests/policies/everything.toml", "--records", records, named];
    check(&page(&[&["diff", "--values", "--html", "-"], &sides[..]].concat(), ""));
}

/// What a browser would show of a text.
fn unescaped(html: &str) -> String {
    html.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&")
}

#[test]
fn the_page_says_all_that_the_json_line_says() {
    for event in [
        "events/v2/sign-in.json",
        "events/v2/sign-in-many-flags.json",
        "events/v1/sign-in.json",
        "events/v3/client-credentials.json",
    ] {
        let line = run(&["simulate", "--json", event], "").stdout;
        let line: Value = serde_json::from_slice(&line).unwrap();
        let page = page(&["simulate", "--html", "-", event], "");
        for (token, title) in [("id", "ID"), ("access", "Access")] {
            if line["tokens"][token].is_null() {
                continue;
            }
            let label = format!("<section class=\"token\" aria-label=\"{title} token\">");
            let section = page.split(&label).nth(1).unwrap();
            let section = section.split("</section>").next().unwrap();
            let rows = section.split("<li class=\"").skip(1);
            let rows: Vec<&str> = rows.filter(|row| row.contains("data-claim=")).collect();
            let decisions = line["decisions"].as_array().unwrap().iter();
            let decisions: Vec<&Value> = decisions.filter(|it| it["token"] == token).collect();
            assert_eq!(rows.len(), decisions.len(), "{event} {token}");
            for (row, decision) in rows.iter().zip(decisions) {
                let text = |name: &str| decision[name].as_str().unwrap();
                let row = unescaped(row);
                for expected in [text("claim"), text("source"), text("reason")] {
                    assert!(row.contains(expected), "{event} {token}: no {expected} in {row}");
                }
                assert!(row.starts_with(&format!("{}\" data-claim=", text("action"))), "{row}");
                let value = &line["tokens"][token]["claims"][text("claim")];
                if let (Some(value), "added" | "overridden") = (value.as_str(), text("action")) {
                    assert!(row.contains(value), "{event} {token}: no {value} in {row}");
                }
            }
        }
        for key in line["reads"].as_array().unwrap().iter().flat_map(|it| it["keys"].as_array()) {
            for key in key {
                let value = key["key"]["pk"].as_str().unwrap();
                assert!(page.contains(value), "{event}: no key {value}");
            }
        }
    }
    let refused = page(&["simulate", "--html", "-", "events/v2/sign-in-suspended-org.json"], "");
    for expected in
        ["record_refused", "</bdi></code> lacks what the policy requires of it", "sign-in refused."]
    {
        assert!(refused.contains(expected), "{expected}");
    }
}

#[test]
fn the_exit_status_is_that_of_the_report() {
    for (event, status) in [
        ("events/v2/sign-in.json", 0),
        ("events/v2/sign-in-suspended-org.json", 3),
        ("events/broken/null.json", 2),
        ("events", 2),
    ] {
        let output = run(&["simulate", "--html", "-", event], "");
        assert_eq!(output.status.code(), Some(status), "{event}");
    }
    let both = run(&["simulate", "--html", "-", "--json", "events/v2/sign-in.json"], "");
    assert_eq!(both.status.code(), Some(2));
}

#[test]
fn a_file_is_written_whole_or_not_at_all() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().join("report.html");
    let event = "events/v2/sign-in.json";
    let write = |place: &Path| run(&["simulate", "--html", place.to_str().unwrap(), event], "");
    let mode = |place: &Path| std::fs::metadata(place).unwrap().permissions().mode() & 0o777;
    let expected = page(&["simulate", "--html", "-", event], "");
    let files = || std::fs::read_dir(folder.path()).unwrap().count();

    let output = write(&place);
    let told = format!("wrote {}\n", place.display());
    assert_eq!((output.status.code(), stdout(&output)), (Some(0), told));
    assert_eq!(std::fs::read_to_string(&place).unwrap(), expected);
    assert_eq!(mode(&place), 0o600, "values are for the owner only");

    // What is replaced keeps its mode, and whoever has it open keeps what they opened.
    std::fs::write(&place, "before").unwrap();
    std::fs::set_permissions(&place, std::fs::Permissions::from_mode(0o644)).unwrap();
    let opened = std::fs::File::open(&place).unwrap();
    assert_eq!(write(&place).status.code(), Some(0));
    assert_eq!(std::io::read_to_string(opened).unwrap(), "before");
    assert_eq!(std::fs::read_to_string(&place).unwrap(), expected);
    assert_eq!(mode(&place), 0o644);

    let link = folder.path().join("link.html");
    std::os::unix::fs::symlink("report.html", &link).unwrap();
    assert_eq!(write(&link).status.code(), Some(0));
    assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(files(), 2, "something was left beside it");

    // A folder is no place for a page, and a device is not replaced by one.
    assert_eq!(write(Path::new("/dev/null")).status.code(), Some(0));
    assert!(!std::fs::metadata("/dev/null").unwrap().is_file());
}

#[test]
fn a_bad_place_is_found_before_any_event_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("no/such/page.html");
    let (nowhere, folder) = (nowhere.to_str().unwrap(), folder.path().to_str().unwrap());
    for place in [nowhere, folder] {
        for command in [&["simulate"][..], &["diff", "--against", "claims.toml"]] {
            // Whoever reads this event names it on standard error.
            let events = ["--html", place, "events/broken/null.json", "events/v2/sign-in.json"];
            let output = run(&[command, &events].concat(), "");
            let problem = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{problem}");
            assert!(problem.starts_with(&format!("claimsmith: {place}: ")), "{problem}");
            assert_eq!(problem.lines().count(), 1, "{problem}");
            assert!(!problem.contains("at path"), "{problem}");
        }
    }
}

/// Events whose tokens grow, so that each is the largest so far: the worst order for memory.
fn growing(count: usize) -> String {
    let text = std::fs::read_to_string(root().join("events/v2/sign-in.json")).unwrap();
    let mut event: Value = serde_json::from_str(&text).unwrap();
    let mut lines = String::new();
    for number in 0..count {
        event["request"]["userAttributes"]["email"] =
            format!("{:0>1$}@acme.example", 1, number).into();
        lines.push_str(&format!("{event}\n"));
    }
    lines
}

#[test]
fn a_page_about_many_events_is_bounded_and_says_what_it_leaves_out() {
    let few = page(&["simulate", "--html", "-", "-"], &growing(60));
    let many = page(&["simulate", "--html", "-", "-"], &growing(900));
    check(&many);
    let shown = |page: &str| page.matches("<details class=\"one\">").count();
    // The first thirty, and the ten largest ID tokens; the access tokens are all equal.
    assert_eq!((shown(&few), shown(&many)), (40, 40));
    assert!(many.len() < few.len() + 60_000, "{} and {}", many.len(), few.len());
    assert!(many.contains("The other 860 are only summed up"), "silent about what is left out");
    let bounds = "the first 30, the first 100 that are refused, and those with the 10 largest \
                  tokens of each kind.";
    let guide = std::fs::read_to_string(root().join("docs/report.md")).unwrap();
    assert!(many.contains(bounds) && guide.contains(bounds));
    assert!(many.contains("<h1><bdi>900 events</bdi></h1>"));
    // The largest are links to what is shown.
    for link in many.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(many.contains(&format!("id=\"{link}\"")), "{link} is nowhere");
    }
    assert!(many.contains("standard input #900"));
    assert!(!many.contains("standard input #500"));
}

#[test]
fn the_same_input_gives_the_same_page() {
    let arguments = ["simulate", "--html", "-", "events/v1", "events/v2"];
    assert_eq!(page(&arguments, ""), page(&arguments, ""));
}
