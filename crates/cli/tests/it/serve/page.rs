//! The page and the answers that it draws.

use super::*;

// ---- The page.

#[test]
fn the_page_holds_the_policy_and_nothing_from_elsewhere() {
    let server = Server::start(&[]);
    let page = server.send("GET", "/", &[], b"");
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.text().contains("[claims.feature_flags]"));
    for inline in ["<style", " style=", "onclick", "javascript:"] {
        assert!(!page.text().contains(inline), "{inline}");
    }
    for loaded in ["src=\"http", "src=\"/", "link rel=\"stylesheet\" href=\"http"] {
        assert!(!page.text().contains(loaded), "{loaded}");
    }
    assert!(!page.text().contains("<script>"));
    for (path, kind) in [
        ("/playground.js", "text/javascript; charset=utf-8"),
        ("/editor.js", "text/javascript; charset=utf-8"),
        ("/ask.js", "text/javascript; charset=utf-8"),
        ("/playground.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        let asset = server.send("GET", path, &[], b"");
        assert_eq!((asset.status, asset.header("content-type")), (200, Some(kind)), "{path}");
    }
}

#[test]
fn findings_are_those_of_check() {
    let server = Server::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.toml");
    for (policy, name) in [
        (DEFAULT_POLICY.replace("budget = \"cookie\"", "budget = \"biscuit\""), "a word"),
        (DEFAULT_POLICY.replace("[claims.org_tier]", "[claims.sub]"), "reserved"),
        (
            DEFAULT_POLICY.replace("# Claims:", "# 𝒞laims é:").replace("shed = 1", "shed = -1"),
            "utf",
        ),
        ("version = ".to_owned(), "syntax"),
        (String::new(), "nothing"),
    ] {
        std::fs::write(&file, &policy).unwrap();
        let checked = run(&["check", "--json", "--policy", file.to_str().unwrap()]);
        let checked: Value = serde_json::from_slice(&checked.stdout).unwrap();
        let expected = checked["findings"].as_array().unwrap();
        assert!(!expected.is_empty(), "{name}");

        let answer = server.ask(&chosen(&policy, ADA));
        assert!(answer.get("tokens_html").is_none(), "{name}");
        let html = answer["policy_html"].as_str().unwrap();
        let marks = answer["policy_marks"].as_array().unwrap();
        assert_eq!(marks.len(), expected.len(), "{name}");
        let units: Vec<u16> = policy.encode_utf16().collect();
        for (finding, mark) in expected.iter().zip(marks) {
            assert_eq!(mark["line"], finding["line"], "{name}");
            let place = format!("line {}, column {}", finding["line"], finding["column"]);
            assert!(html.contains(&place), "{name}: {html}");
            assert!(html.contains(finding["code"].as_str().unwrap()), "{name}");
            // The mark begins where the finding does, as a browser counts.
            let from = usize::try_from(mark["from"].as_u64().unwrap()).unwrap();
            let before = String::from_utf16(&units[..from]).unwrap();
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap().chars().count() + 1;
            assert_eq!(
                json!([line, column]),
                json!([finding["line"], finding["column"]]),
                "{name}"
            );
            assert!(mark["to"].as_u64() >= mark["from"].as_u64());
        }
    }
}

#[test]
fn tokens_are_those_of_simulate() {
    let server = Server::start(&[]);
    for (name, event) in events() {
        let Ok(text) = String::from_utf8(event) else { continue };
        let line = simulate(&["--json"], &text);
        let Ok(mut expected) = serde_json::from_str::<Value>(&line) else { continue };
        let answer = server.ask(&pasted(DEFAULT_POLICY, &text));
        if expected["reason"]["code"] == "unreadable_event" {
            assert_eq!(answer["field"], "event", "{name}");
            assert!(answer.get("tokens_html").is_none(), "{name}");
            continue;
        }
        expected["event"] = json!("playground");
        assert_eq!(answer["line"], expected, "{name}");
        let html = answer["tokens_html"].as_str().unwrap();
        if let Some(bytes) = expected["tokens"]["access"]["bytes"]["upper"].as_u64() {
            let (thousands, rest) = (bytes / 1000, bytes % 1000);
            let number =
                if thousands > 0 { format!("{thousands},{rest:03}") } else { rest.to_string() };
            assert!(html.contains(&number), "{name}: {number}");
        }
    }
}

#[test]
fn whoever_is_chosen_gets_the_event_that_is_shown() {
    let server = Server::start(&[]);
    for who in [ADA, "client:4machineexample0000000000001", "user:nobody", "client:nothing"] {
        for version in ["1", "2", "3"] {
            let mut question = chosen(DEFAULT_POLICY, who);
            question["version"] = json!(version);
            question["groups"] = json!("admins editors");
            let answer = server.ask(&question);
            let event = answer["event"].as_str().unwrap();
            let mut expected: Value = serde_json::from_str(&simulate(&["--json"], event)).unwrap();
            expected["event"] = json!("playground");
            assert_eq!(answer["line"], expected, "{who} {version}");
            let event: Value = serde_json::from_str(event).unwrap();
            let machine = who.starts_with("client:");
            assert_eq!(event["version"], if machine { "3" } else { version });
            let groups = &event["request"]["groupConfiguration"]["groupsToOverride"];
            assert_eq!(*groups, if machine { json!(null) } else { json!(["admins", "editors"]) });
        }
    }
}

#[test]
fn people_and_their_organisations_are_read_off_the_records() {
    let server = Server::start(&[]);
    let answer = server.ask(&chosen(DEFAULT_POLICY, "user:22222222-2222-4222-8222-222222222222"));
    let people = answer["people_html"].as_str().unwrap();
    for (id, name) in [
        (ADA, "Ada · 11111111…"),
        ("user:22222222-2222-4222-8222-222222222222", "Ben · 22222222…"),
        ("client:5machineexample0000000000002", "Umbrella stock feed · 5machine…"),
    ] {
        assert!(people.contains(&format!("<option value=\"{id}\">{name}</option>")), "{people}");
    }
    assert!(!people.contains("acme"), "an organisation is nobody to make a token for: {people}");
    let expected = "<option value=\"org_id=acme-corp\"></option>\
                    <option value=\"org_id=globex\"></option>";
    assert_eq!(answer["metadata_html"], expected);

    let mut question = chosen(DEFAULT_POLICY, "user:22222222-2222-4222-8222-222222222222");
    question["metadata"] = json!("org_id=globex");
    assert_eq!(server.ask(&question)["line"]["tokens"]["id"]["claims"]["org_id"], "globex");
    question["metadata"] = json!("org_id=initech");
    assert_eq!(server.ask(&question)["line"]["reason"]["code"], "record_missing");
}

#[test]
fn what_cannot_be_used_is_named_with_its_field() {
    let server = Server::start(&[]);
    let field = |key: &str, value: &str| {
        let mut question = chosen(DEFAULT_POLICY, ADA);
        question[key] = json!(value);
        server.ask(&question)["field"].clone()
    };
    for (key, value) in
        [("metadata", "globex"), ("attributes", "email"), ("attributes", "=x"), ("who", "ada")]
    {
        assert_eq!(field(key, value), key);
    }
    let wrong = server.ask(&pasted(DEFAULT_POLICY, "{\n  \"version\": 2,,\n}"));
    assert_eq!(wrong["field"], "event");
    let status = wrong["status"].as_str().unwrap();
    assert!(status.contains("$: not JSON (line 2, column 16)"), "{status}");
    let keys = DEFAULT_POLICY.replace("\"pk\"", "\"id\"").replace("pk =", "id =");
    let wrong = server.ask(&chosen(&keys, ADA));
    assert_eq!(wrong["field"], "records");
    let said = wrong["records_html"].as_str().unwrap();
    assert!(said.contains("the key attribute <code><bdi>id</bdi></code> is missing"), "{said}");
    assert!(!wrong["status"].as_str().unwrap().contains('`'), "{wrong}");
}

#[test]
fn markup_in_policies_and_events_stays_text() {
    let server = Server::start(&[]);
    let hostile = "<img src=x onerror=alert(1)>\\\"'<script>";
    let policy = format!("{DEFAULT_POLICY}\n[claims.\"{hostile}\"]\nfrom = \"org.<b>\"\n");
    let policy = policy.replace("sort_key", "\"<img src=x>\" = 1\nsort_key");
    let answer = server.ask(&chosen(&policy, ADA));
    let findings = answer["policy_html"].as_str().unwrap();
    assert!(findings.contains("&lt;img src=x&gt;"), "{findings}");
    let mut question = chosen(DEFAULT_POLICY, "user:<img src=x>");
    question["groups"] = json!("<script>alert(1)</script>");
    question["attributes"] = json!("email=<img src=x onerror=alert(1)>");
    let issued = server.ask(&question);
    for html in [&answer["policy_html"], &issued["people_html"], &issued["tokens_html"]] {
        let html = html.as_str().unwrap();
        assert!(!html.contains("<img") && !html.contains("<script"), "{html}");
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.toml");
    std::fs::write(&file, "# </textarea><script>alert(1)</script>\n").unwrap();
    let server = Server::start(&["--policy", file.to_str().unwrap()]);
    assert!(!server.send("GET", "/", &[], b"").text().contains("</textarea><script>"));
}

// ---- What is typed into the page reaches nothing.

#[test]
fn a_typed_policy_reads_no_variable_no_file_and_no_table() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.json");
    let items = r#"[{"pk":"USER#1","sk":"PROFILE","org_id":"stolen"},{"pk":"ORG#stolen","sk":"PROFILE","status":"active"}]"#;
    std::fs::write(&secret, items).unwrap();
    let mut command = claimsmith(&["serve", "--port", "0"]);
    command
        .env("SECRET", "hush-hush-0451")
        .env("AWS_ACCESS_KEY_ID", "hush-hush-key")
        .env("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1");
    let server = Server::with(command);

    let message = "\n[messages]\nrecord_missing = \"${SECRET} ${AWS_ACCESS_KEY_ID}\"\n";
    let policy = format!("{DEFAULT_POLICY}{message}");
    let mut question = chosen(&policy, "user:nobody");
    question["metadata"] = json!("org_id=globex");
    let answer = server.ask(&question);
    assert_eq!(answer["line"]["reason"]["code"], "record_missing", "{answer}");
    assert!(!answer.to_string().contains("hush-hush"), "{answer}");
    for broken in ["budget = \"${SECRET}\"", "budget = \"${SECRET\""] {
        let policy = DEFAULT_POLICY.replace("budget = \"cookie\"", broken);
        assert!(!server.ask(&chosen(&policy, ADA)).to_string().contains("hush-hush"));
    }

    for place in [
        format!("file = \"{}\"", secret.display()),
        "file = \"/etc/passwd\"".to_owned(),
        "file = \"/dev/zero\"".to_owned(),
        "name = \"elsewhere\"\nregion = \"eu-west-1\"\nendpoint = \"http://127.0.0.1:9\""
            .to_owned(),
    ] {
        let policy = DEFAULT_POLICY.replace("name = \"${CLAIMS_TABLE}\"", &place);
        assert_ne!(policy, DEFAULT_POLICY);
        let started = Instant::now();
        let unknown = server.ask(&chosen(&policy, "user:1"));
        assert_eq!(unknown["line"]["reason"]["code"], "record_missing", "{place}: {unknown}");
        let known = server.ask(&chosen(&policy, ADA));
        assert_eq!(known["line"]["tokens"]["id"]["claims"]["org_id"], "acme-corp", "{place}");
        assert!(started.elapsed() < Duration::from_secs(2), "{place}");
    }
    let log = server.stop();
    assert!(!log.contains("hush-hush"), "{log}");
}

#[test]
fn the_log_names_no_value() {
    let server = Server::start(&[]);
    for (_, event) in events() {
        server.invoke(&event);
    }
    server.ask(&chosen(DEFAULT_POLICY, ADA));
    let log = server.stop();
    assert!(log.contains("pre-token: customized"), "{log}");
    assert!(log.contains("pre-token: refused record_refused"), "{log}");
    for value in ["11111111", "acme", "globex", "ada@", "enterprise", "audit-log", "EXAMPLE01"] {
        assert!(!log.contains(value), "{value} in {log}");
    }
}

#[test]
fn a_policy_with_very_many_findings_is_answered_soon_and_in_part() {
    let server = Server::start(&[]);
    let keys: String = (0..30_000).map(|at| format!("key{at} = 1\n")).collect();
    let started = Instant::now();
    let answer = server.ask(&chosen(&format!("{keys}{DEFAULT_POLICY}"), ADA));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    let status = answer["status"].as_str().unwrap();
    assert!(status.starts_with("30000 problems, the first in line 1:"), "{status}");
    let html = answer["policy_html"].as_str().unwrap();
    assert!(html.contains("30000 problems") && html.contains("and 29900 more"));
    assert_eq!(html.matches("<li>").count(), 100);
    assert_eq!(answer["policy_marks"].as_array().unwrap().len(), 100);
}

#[test]
fn a_policy_with_findings_opens_in_the_playground() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.toml");
    std::fs::write(&file, "version = 2\n").unwrap();
    let server = Server::start(&["--policy", file.to_str().unwrap()]);
    assert!(server.send("GET", "/", &[], b"").text().contains("version = 2\n</textarea>"));
    let answer = server.ask(&chosen("version = 2\n", ADA));
    assert!(answer["status"].as_str().unwrap().starts_with("1 problem, the first in line 1"));
    assert!(server.invoke(b"{}").text().contains("Runtime.ExitError"));
    let missing = ends(&["serve", "--port", "0", "--policy", "no-such-file.toml"]);
    assert_eq!(missing.status.code(), Some(2));
}
