//! The playground's server as a browser, an emulator and an attacker meet it: the real command on
//! a free port, spoken to in plain HTTP.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::{blocks, commands, document, root};
use claimsmith_testbed::dynamodb_local;
use serde_json::{Value, json};

const DEFAULT_POLICY: &str = include_str!("../../../../claims.toml");
const ADA: &str = "user:11111111-1111-4111-8111-111111111111";

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimsmith"));
    command.args(arguments).current_dir(root()).env_clear();
    command
}

fn run(arguments: &[&str]) -> Output {
    command(arguments).output().unwrap()
}

/// Runs a command that must not become a server.
fn ends(arguments: &[&str]) -> Output {
    let mut command = command(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let started = Instant::now();
    while child.try_wait().unwrap().is_none() && started.elapsed() < Duration::from_secs(10) {
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = child.kill();
    child.wait_with_output().unwrap()
}

/// A running server.
struct Server {
    process: Child,
    stdout: BufReader<ChildStdout>,
    stderr: Option<ChildStderr>,
    /// What it printed when it started.
    printed: Vec<String>,
    port: u16,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        Self::with(command(&[&["serve", "--port", "0"], arguments].concat()))
    }

    fn with(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let stderr = process.stderr.take();
        let mut printed: Vec<String> = Vec::new();
        while !printed.last().is_some_and(|line| line.starts_with("function ")) {
            let mut line = String::new();
            assert_ne!(stdout.read_line(&mut line).unwrap(), 0, "the server didn't start");
            printed.push(line.trim_end().to_owned());
        }
        let url = printed.iter().find_map(|line| line.strip_prefix("playground  ")).unwrap();
        let port = url.trim_end_matches('/').rsplit_once(':').unwrap().1.parse().unwrap();
        Self { process, stdout, stderr, printed, port }
    }

    fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Sends these bytes and reads until the server closes.
    fn raw(&self, bytes: &[u8]) -> Reply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        // A server that has heard enough closes while we still talk.
        let _ = stream.write_all(bytes);
        let mut received = Vec::new();
        let _ = stream.read_to_end(&mut received);
        Reply::read(&received)
    }

    fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Reply {
        let mut head = format!("{method} {path} HTTP/1.1\r\nconnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            head.push_str(&format!("host: {}\r\n", self.host()));
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        self.raw(&[head.as_bytes(), body].concat())
    }

    fn ask(&self, question: &Value) -> Value {
        let headers = [("content-type", "application/json")];
        let reply = self.send("POST", "/answer", &headers, question.to_string().as_bytes());
        assert_eq!(reply.status, 200, "{}", reply.text());
        serde_json::from_slice(&reply.body).unwrap()
    }

    fn invoke(&self, payload: &[u8]) -> Reply {
        self.send("POST", "/2015-03-31/functions/pre-token/invocations", &[], payload)
    }

    /// Asks it to stop, and waits; all that it wrote to standard error.
    fn stop(mut self) -> String {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
        assert_eq!(self.process.wait().unwrap().code(), Some(0));
        let mut rest = String::new();
        self.stdout.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        let mut log = String::new();
        self.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An HTTP answer.
struct Reply {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Vec<u8>,
}

impl Reply {
    fn read(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            return Self { status: 0, headers: BTreeMap::new(), body: bytes.to_vec() };
        };
        let mut lines = text.get(..end).unwrap().lines();
        let status = lines.next().unwrap().split(' ').nth(1).unwrap().parse().unwrap();
        let headers = lines
            .map(|line| line.split_once(':').unwrap())
            .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        Self { status, headers, body: bytes[end + 4..].to_vec() }
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(String::as_str)
    }
}

fn chosen(policy: &str, who: &str) -> Value {
    json!({
        "policy": policy, "mode": "chosen", "who": who, "version": "2",
        "source": "TokenGeneration_HostedAuth", "client": "1exampleclient000000000000",
        "scopes": "openid email", "attributes": "email=ada@acme.example",
    })
}

fn pasted(policy: &str, event: &str) -> Value {
    json!({ "policy": policy, "mode": "pasted", "event": event })
}

/// What `simulate` prints for an event's text.
fn simulate(arguments: &[&str], event: &str) -> String {
    let mut child = command(&[&["simulate"], arguments, &["-"]].concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(event.as_bytes()).unwrap();
    String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
}

/// All events of the corpus, by name.
fn events() -> Vec<(String, Vec<u8>)> {
    let mut events = Vec::new();
    for folder in ["v1", "v2", "v3", "odd", "broken"] {
        for entry in std::fs::read_dir(root().join("events").join(folder)).unwrap() {
            let path = entry.unwrap().path();
            events.push((path.display().to_string(), std::fs::read(&path).unwrap()));
        }
    }
    events.sort();
    events
}

#[test]
fn the_guide_shows_what_is_printed() {
    let shown = commands(&blocks(&document("docs/playground.md")));
    assert_eq!(shown.len(), 2);
    for (command, printed) in shown {
        let words: Vec<&str> = command.split(' ').collect();
        let Some(("claimsmith", ["serve", options @ ..])) =
            words.split_first().map(|(name, rest)| (*name, rest))
        else {
            panic!("no command of ours: {command}")
        };
        // The usual port may be somebody else's here.
        let server = Server::start(options);
        let port = format!(":{}/", server.port);
        let real: Vec<String> = printed.iter().map(|line| line.replace(":9001/", &port)).collect();
        assert_eq!(server.printed, real, "{command}");
    }
}

// ---- The page.

#[test]
fn the_page_holds_the_policy_and_nothing_from_elsewhere() {
    let server = Server::start(&[]);
    let page = server.send("GET", "/", &[], b"");
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert!(page.text().contains("[claims.feature_flags]"));
    for inline in ["<style", " style=", "onclick", "javascript:", "http://", "https://"] {
        assert!(!page.text().contains(inline), "{inline}");
    }
    assert!(!page.text().contains("<script>"));
    for (path, kind) in [
        ("/playground.js", "text/javascript; charset=utf-8"),
        ("/playground.css", "text/css; charset=utf-8"),
        ("/icon.svg", "image/svg+xml"),
    ] {
        let asset = server.send("GET", path, &[], b"");
        assert_eq!((asset.status, asset.header("content-type")), (200, Some(kind)), "{path}");
    }
}

#[test]
fn every_answer_carries_the_headers_that_protect_it() {
    let server = Server::start(&[]);
    let invocation = "/2015-03-31/functions/x/invocations";
    for (method, path, headers) in [
        ("GET", "/", &[][..]),
        ("GET", "/playground.js", &[]),
        ("GET", "/nothing", &[]),
        ("PUT", "/", &[]),
        ("POST", "/answer", &[]),
        ("POST", invocation, &[]),
        ("GET", "/", &[("host", "evil.example")]),
    ] {
        let reply = server.send(method, path, headers, b"");
        let policy = reply.header("content-security-policy").unwrap();
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{method} {path}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{method} {path}");
        }
        let cors: Vec<&String> =
            reply.headers.keys().filter(|name| name.starts_with("access-control-")).collect();
        assert!(cors.is_empty(), "{cors:?}");
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
        let html = answer["findings_html"].as_str().unwrap();
        let marks = answer["marks"].as_array().unwrap();
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
            assert_eq!(answer["problem"]["field"], "event", "{name}");
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
        server.ask(&question)["problem"].clone()
    };
    for (key, value) in
        [("metadata", "globex"), ("attributes", "email"), ("attributes", "=x"), ("who", "ada")]
    {
        assert_eq!(field(key, value)["field"], key);
    }
    let problem =
        server.ask(&pasted(DEFAULT_POLICY, "{\n  \"version\": 2,,\n}"))["problem"].clone();
    assert_eq!(problem["text"], "$: not JSON (line 2, column 16)");
    let keys = DEFAULT_POLICY.replace("\"pk\"", "\"id\"").replace("pk =", "id =");
    let problem = server.ask(&chosen(&keys, ADA))["problem"].clone();
    assert!(problem["text"].as_str().unwrap().contains("the key attribute `id` is missing"));
}

#[test]
fn markup_in_policies_and_events_stays_text() {
    let server = Server::start(&[]);
    let hostile = "<img src=x onerror=alert(1)>\\\"'<script>";
    let policy = format!("{DEFAULT_POLICY}\n[claims.\"{hostile}\"]\nfrom = \"org.<b>\"\n");
    let policy = policy.replace("sort_key", "\"<img src=x>\" = 1\nsort_key");
    let answer = server.ask(&chosen(&policy, ADA));
    let findings = answer["findings_html"].as_str().unwrap();
    assert!(findings.contains("&lt;img src=x&gt;"), "{findings}");
    let mut question = chosen(DEFAULT_POLICY, "user:<img src=x>");
    question["groups"] = json!("<script>alert(1)</script>");
    question["attributes"] = json!("email=<img src=x onerror=alert(1)>");
    let issued = server.ask(&question);
    for html in [&answer["findings_html"], &issued["people_html"], &issued["tokens_html"]] {
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
    let items =
        r#"[{"pk":"USER#1","sk":"PROFILE","org_id":"stolen"},{"pk":"ORG#stolen","sk":"PROFILE"}]"#;
    std::fs::write(&secret, items).unwrap();
    let mut command = command(&["serve", "--port", "0"]);
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
        assert_eq!(unknown["line"]["reason"]["code"], "claim_missing", "{place}: {unknown}");
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

// ---- Lambda's Invoke.

#[test]
fn invoke_answers_byte_for_byte_as_simulate_does() {
    let server = Server::start(&[]);
    let mut compared = 0;
    for (name, event) in events() {
        let reply = server.invoke(&event);
        let text = std::str::from_utf8(&event).ok();
        let text = text.map(|text| text.trim_start_matches('\u{feff}'));
        let is_json =
            |text: &str| serde_json::from_str::<&serde_json::value::RawValue>(text).is_ok();
        if event.is_empty() {
            assert_eq!(
                (reply.status, reply.header("x-amz-function-error")),
                (200, Some("Unhandled"))
            );
        } else if text.is_none_or(|text| !is_json(text)) {
            let kind = Some("InvalidRequestContentException");
            assert_eq!((reply.status, reply.header("x-amzn-errortype")), (400, kind), "{name}");
        } else {
            let expected = simulate(&["--response"], text.unwrap());
            assert_eq!(format!("{}\n", reply.text()), expected, "{name}");
            assert_eq!(reply.status, 200, "{name}");
            assert_eq!(reply.header("x-amz-executed-version"), Some("$LATEST"), "{name}");
            let refused = expected.starts_with("{\"errorMessage\"").then_some("Unhandled");
            assert_eq!(reply.header("x-amz-function-error"), refused, "{name}");
            compared += 1;
        }
    }
    assert!(compared > 120, "{compared}");
}

#[test]
fn invoke_takes_names_types_and_sizes_as_lambda_does() {
    let server = Server::start(&[]);
    let event = std::fs::read(root().join("events/v2/sign-in.json")).unwrap();
    let send = |name: &str, headers: &[(&str, &str)], body: &[u8]| {
        server.send("POST", &format!("/2015-03-31/functions/{name}/invocations"), headers, body)
    };
    let arn = "arn%3Aaws%3Alambda%3Aeu-west-1%3A123456789012%3Afunction%3Apre-token%3Alive";
    for name in ["pre-token", "pre-token:live", "123456789012:function:pre-token", arn] {
        let reply = send(name, &[("x-amz-invocation-type", "RequestResponse")], &event);
        assert_eq!((reply.status, reply.header("x-amz-function-error")), (200, None), "{name}");
        assert!(reply.text().contains("claimsToAddOrOverride"), "{name}");
    }
    let kind = |kind| send("pre-token", &[("x-amz-invocation-type", kind)], &event);
    let dry = kind("DryRun");
    assert_eq!((dry.status, dry.body.as_slice()), (204, &b""[..]));
    let event_reply = kind("Event");
    assert_eq!((event_reply.status, event_reply.body.as_slice()), (202, &b""[..]));
    assert_eq!(kind("Whatever").status, 400);

    for name in ["a%20b", "a:b:c", "pre-token:", "..%2F..%2Fetc"] {
        let reply = send(name, &[], &event);
        let error = reply.header("x-amzn-errortype");
        assert_eq!((reply.status, error), (400, Some("ValidationException")), "{name}");
    }
    let path = "/2015-03-31/functions/pre-token:live/invocations?Qualifier=other";
    let reply = server.send("POST", path, &[], &event);
    assert_eq!(reply.header("x-amzn-errortype"), Some("InvalidParameterValueException"));
    let path = "/2015-03-31/functions/pre-token/invocations?Qualifier=%24LATEST";
    assert_eq!(server.send("POST", path, &[], &event).status, 200);

    let large = [b"\"".to_vec(), vec![b'x'; 6 * 1024 * 1024 - 2], b"\"".to_vec()].concat();
    assert_eq!(send("pre-token", &[], &large).status, 200);
    let too_large = [b"\"x".to_vec(), large[1..].to_vec()].concat();
    let reply = send("pre-token", &[], &too_large);
    let error = reply.header("x-amzn-errortype");
    assert_eq!((reply.status, error), (413, Some("RequestTooLargeException")));
}

#[test]
fn a_changed_file_counts_from_the_next_invocation_on() {
    let folder = tempfile::tempdir().unwrap();
    let (policy, records) = (folder.path().join("claims.toml"), folder.path().join("items.json"));
    std::fs::write(&policy, DEFAULT_POLICY).unwrap();
    std::fs::copy(root().join("demo/records.json"), &records).unwrap();
    let files = ["--policy", policy.to_str().unwrap(), "--records", records.to_str().unwrap()];
    let server = Server::start(&files);
    let event = std::fs::read(root().join("events/v2/sign-in.json")).unwrap();
    let good = server.invoke(&event).text();
    assert!(good.contains("\"org_tier\":\"enterprise\""));

    std::fs::write(&policy, DEFAULT_POLICY.replace("[claims.org_tier]", "[claims.plan]")).unwrap();
    assert!(server.invoke(&event).text().contains("\"plan\":\"enterprise\""));

    // A broken edit: no older policy goes on behind anybody's back.
    std::fs::write(&policy, DEFAULT_POLICY.replace("[claims.org_tier]", "[claims.sub]")).unwrap();
    for _ in 0..2 {
        let broken = server.invoke(&event);
        assert_eq!(
            (broken.status, broken.header("x-amz-function-error")),
            (200, Some("Unhandled"))
        );
        assert!(broken.text().contains("\"errorType\":\"Runtime.ExitError\""), "{}", broken.text());
        assert!(broken.text().contains("reserved-claim"), "{}", broken.text());
    }
    std::fs::remove_file(&policy).unwrap();
    assert!(server.invoke(&event).text().contains("Runtime.ExitError"));

    std::fs::write(&policy, DEFAULT_POLICY).unwrap();
    assert_eq!(server.invoke(&event).text(), good);
    let items = std::fs::read_to_string(&records).unwrap();
    std::fs::write(&records, items.replace("\"tier\": \"enterprise\"", "\"tier\": \"pro\""))
        .unwrap();
    assert!(server.invoke(&event).text().contains("\"org_tier\":\"pro\""));
    std::fs::write(&records, "[").unwrap();
    assert!(server.invoke(&event).text().contains("Runtime.ExitError"));
    std::fs::write(&records, &items).unwrap();
    assert_eq!(server.invoke(&event).text(), good);

    // What is typed into the page is nothing to an invocation.
    server.ask(&chosen(&DEFAULT_POLICY.replace("[claims.org_tier]", "[claims.plan]"), ADA));
    assert_eq!(server.invoke(&event).text(), good);
    let log = server.stop();
    let said = log.matches("invocations fail until it is mended").count();
    assert_eq!(said, 2, "{log}");
}

#[test]
#[cfg_attr(not(feature = "dynamodb"), ignore = "needs the feature dynamodb")]
fn with_table_an_invocation_reads_the_table_and_the_page_does_not() {
    let dynamodb = dynamodb_local::shared().unwrap_or_else(|error| panic!("{error}"));
    let table = dynamodb.create_table("pk", Some("sk")).unwrap();
    let items = document("demo/records.json")
        .replace("TIER#enterprise", "TIER#gold")
        .replace("\"enterprise\"", "\"gold\"");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("items.json");
    std::fs::write(&file, items).unwrap();
    let at_table = |arguments: &[&str]| {
        let mut command = command(arguments);
        command
            .env("AWS_ENDPOINT_URL_DYNAMODB", dynamodb.url())
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "testbed")
            .env("AWS_SECRET_ACCESS_KEY", "testbed")
            .env("CLAIMS_TABLE", &table);
        command
    };
    assert!(at_table(&["seed", file.to_str().unwrap()]).output().unwrap().status.success());
    let server = Server::with(at_table(&["serve", "--port", "0", "--table"]));
    let event = std::fs::read(root().join("events/v2/sign-in.json")).unwrap();
    assert!(server.invoke(&event).text().contains("\"org_tier\":\"gold\""));
    let answer = server.ask(&chosen(DEFAULT_POLICY, ADA));
    assert_eq!(answer["line"]["tokens"]["id"]["claims"]["org_tier"], "enterprise");

    // What isn't set is said, and nobody is let through.
    let server = Server::start(&["--table"]);
    let reply = server.invoke(&event);
    assert_eq!(reply.header("x-amz-function-error"), Some("Unhandled"));
    assert!(reply.text().contains("CLAIMS_TABLE is not set"), "{}", reply.text());
}

// ---- Who may come in.

#[test]
fn another_host_or_origin_is_let_in_nowhere() {
    let server = Server::start(&[]);
    let event = std::fs::read(root().join("events/v2/sign-in.json")).unwrap();
    let question = chosen(DEFAULT_POLICY, ADA).to_string();
    let port = server.port.to_string();
    let own = format!("http://127.0.0.1:{port}");
    let invocation = "/2015-03-31/functions/pre-token/invocations";
    let cases = |host: &str, more: &[(&str, &str)]| -> Vec<u16> {
        let headers = [&[("host", host), ("content-type", "application/json")], more].concat();
        vec![
            server.send("POST", "/answer", &headers, question.as_bytes()).status,
            server.send("POST", invocation, &headers, &event).status,
        ]
    };
    let host = server.host();
    for good in [&host, &format!("localhost:{port}"), &format!("[::1]:{port}")] {
        assert_eq!(cases(good, &[]), [200, 200], "{good}");
    }
    assert_eq!(cases(&host, &[("origin", &own), ("sec-fetch-site", "same-origin")]), [200, 200]);
    for bad in ["evil.example", &format!("evil.example:{port}"), "localhost", "127.0.0.1:1", ""] {
        assert_eq!(cases(bad, &[]), [403, 403], "{bad}");
        assert_eq!(server.send("GET", "/", &[("host", bad)], b"").status, 403, "{bad}");
        assert_eq!(server.send("GET", "/playground.js", &[("host", bad)], b"").status, 403);
    }
    for bad in ["http://evil.example", "null", "http://localhost:1", &format!("https://{host}")] {
        assert_eq!(cases(&host, &[("origin", bad)]), [403, 403], "{bad}");
    }
    for bad in ["cross-site", "same-site"] {
        assert_eq!(cases(&host, &[("sec-fetch-site", bad)]), [403, 403], "{bad}");
    }
    // A form of another site can send these types without asking first.
    for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"] {
        let reply = server.send("POST", "/answer", &[("content-type", kind)], question.as_bytes());
        assert_eq!(reply.status, 415, "{kind}");
    }
    let absolute =
        format!("GET http://evil.example/ HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n");
    assert_eq!(server.raw(absolute.as_bytes()).status, 403);
    assert_eq!(server.raw(b"GET / HTTP/1.0\r\n\r\n").status, 403);
    let twice = format!(
        "GET / HTTP/1.1\r\nhost: {host}\r\nhost: evil.example\r\nconnection: close\r\n\r\n"
    );
    assert_eq!(server.raw(twice.as_bytes()).status, 403);
}

#[test]
fn only_loopback_is_bound_unless_told() {
    for address in ["0.0.0.0", "::", "192.0.2.1", "::ffff:127.0.0.1"] {
        let output = ends(&["serve", "--port", "0", "--bind", address]);
        assert_eq!(output.status.code(), Some(2), "{address}");
        let problem = String::from_utf8(output.stderr).unwrap();
        assert!(problem.contains("is not a loopback address"), "{problem}");
        assert!(output.stdout.is_empty());
    }
    let server = Server::start(&["--bind", "127.0.0.1"]);
    let taken = ends(&["serve", "--port", &server.port.to_string()]);
    assert_eq!(taken.status.code(), Some(2));
    assert!(String::from_utf8(taken.stderr).unwrap().contains("--port N"));

    let server =
        Server::start(&["--bind", "0.0.0.0", "--allow-remote", "--host", "playground.test"]);
    let status = |host: &str| server.send("GET", "/", &[("host", host)], b"").status;
    assert_eq!(status("playground.test:8080"), 200);
    assert_eq!(status("192.0.2.1"), 200);
    assert_eq!(status("evil.example"), 403);
}

// ---- Odd clients.

#[test]
fn only_known_paths_and_methods_are_answered() {
    let server = Server::start(&[]);
    for path in [
        "/..",
        "/../Cargo.toml",
        "/%2e%2e/Cargo.toml",
        "/..%2fCargo.toml",
        "/playground.css/../../Cargo.toml",
        "//etc/passwd",
        "/etc/passwd",
        "/playground.js%00",
        "/answer/",
        "/2015-03-31/functions/",
        "/2015-03-31/functions/x/invocations/",
        "/2015-03-31/functions/../../invocations",
        "/2018-06-01/runtime/invocation/next",
    ] {
        assert_eq!(server.send("GET", path, &[], b"").status, 404, "{path}");
        assert_eq!(server.send("POST", path, &[], b"{}").status, 404, "{path}");
    }
    for (method, path, allowed) in [
        ("POST", "/", "GET"),
        ("PUT", "/", "GET"),
        ("OPTIONS", "/answer", "POST"),
        ("GET", "/answer", "POST"),
        ("DELETE", "/playground.js", "GET"),
        ("GET", "/2015-03-31/functions/x/invocations", "POST"),
        ("OPTIONS", "/2015-03-31/functions/x/invocations", "POST"),
        ("TRACE", "/", "GET"),
    ] {
        let reply = server.send(method, path, &[], b"");
        assert_eq!((reply.status, reply.header("allow")), (405, Some(allowed)), "{method} {path}");
    }
}

#[test]
fn questions_that_are_none_are_refused() {
    let server = Server::start(&[]);
    let json = [("content-type", "application/json")];
    for body in [
        "",
        "{",
        "[]",
        "{\"policy\":1,\"mode\":\"chosen\"}",
        "{\"policy\":\"\",\"mode\":\"x\",\"file\":\"y\"}",
    ] {
        assert_eq!(server.send("POST", "/answer", &json, body.as_bytes()).status, 400, "{body}");
    }
    let large = chosen(&"#".repeat(2 * 1024 * 1024), ADA).to_string();
    assert_eq!(server.send("POST", "/answer", &json, large.as_bytes()).status, 413);
    // Without a length nobody can refuse before it is read.
    let head = format!(
        "POST /answer HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         transfer-encoding: chunked\r\nconnection: close\r\n\r\n",
        server.host()
    );
    let chunk = format!("{:x}\r\n{}\r\n", large.len(), large);
    assert_eq!(server.raw(format!("{head}{chunk}0\r\n\r\n").as_bytes()).status, 413);
    let headers = format!(
        "GET / HTTP/1.1\r\nhost: {}\r\nx: {}\r\n\r\n",
        server.host(),
        "x".repeat(64 * 1024)
    );
    assert_eq!(server.raw(headers.as_bytes()).status, 431);
    assert_eq!(server.send("GET", "/", &[], b"").status, 200);
}

#[test]
fn slow_clients_are_not_waited_for_and_keep_nobody_out() {
    let server = Server::start(&[]);
    let started = Instant::now();
    let slow: Vec<TcpStream> = (0..40)
        .map(|at| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
            let head = format!("POST /answer HTTP/1.1\r\nhost: {}\r\n", server.host());
            let body = "content-type: application/json\r\ncontent-length: 9\r\n\r\n{";
            stream.write_all(head.as_bytes()).unwrap();
            if at % 2 == 0 {
                stream.write_all(body.as_bytes()).unwrap();
            }
            stream
        })
        .collect();
    assert_eq!(server.send("GET", "/", &[], b"").status, 200);
    for (at, mut stream) in slow.into_iter().enumerate() {
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let mut received = Vec::new();
        stream.read_to_end(&mut received).unwrap();
        let status = Reply::read(&received).status;
        assert!(if at % 2 == 0 { status == 408 } else { [0, 408].contains(&status) }, "{status}");
    }
    assert!(started.elapsed() < Duration::from_secs(18), "{:?}", started.elapsed());
}

#[test]
fn clients_that_never_read_keep_nobody_out() {
    let server = Server::start(&[]);
    let request = format!("GET /playground.js HTTP/1.1\r\nhost: {}\r\n\r\n", server.host());
    // More answers than any buffer on the way holds.
    let requests = request.repeat(1_000);
    let greedy: Vec<TcpStream> = (0..32)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
            stream.set_write_timeout(Some(Duration::from_millis(200))).unwrap();
            let _ = stream.write_all(requests.as_bytes());
            stream
        })
        .collect();
    let started = Instant::now();
    assert_eq!(server.send("GET", "/", &[], b"").status, 200);
    assert!(started.elapsed() < Duration::from_secs(15), "{:?}", started.elapsed());
    drop(greedy);
}

#[test]
fn a_policy_with_very_many_findings_is_answered_soon_and_in_part() {
    let server = Server::start(&[]);
    let keys: String = (0..30_000).map(|at| format!("key{at} = 1\n")).collect();
    let started = Instant::now();
    let answer = server.ask(&chosen(&format!("{keys}{DEFAULT_POLICY}"), ADA));
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
    let status = answer["status"].as_str().unwrap();
    assert!(status.starts_with("30000 findings, the first in line 1:"), "{status}");
    let html = answer["findings_html"].as_str().unwrap();
    assert!(html.contains("30000 findings") && html.contains("and 29900 more"));
    assert_eq!(html.matches("<li>").count(), 100);
    assert_eq!(answer["marks"].as_array().unwrap().len(), 100);
}

/// Whoever asks much waits alone.
#[test]
fn a_long_question_holds_up_neither_others_nor_the_end() {
    let server = Server::start(&[]);
    let section = |at| format!("[records.r{at}]\nkey = {{ pk = \"A\", sk = \"B\" }}\n");
    let records: String = (0..30_000).map(section).collect();
    let question = chosen(&format!("{DEFAULT_POLICY}\n{records}"), ADA).to_string();
    let head = format!(
        "POST /answer HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n",
        server.host(),
        question.len()
    );
    let asking: Vec<TcpStream> = (0..8)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
            stream.write_all(head.as_bytes()).unwrap();
            stream.write_all(question.as_bytes()).unwrap();
            stream
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    let started = Instant::now();
    assert_eq!(server.send("GET", "/icon.svg", &[], b"").status, 200);
    for stream in &asking {
        stream.set_nonblocking(true).unwrap();
        assert!(stream.peek(&mut [0]).is_err(), "a long question was answered before a short one");
    }
    server.stop();
    assert!(started.elapsed() < Duration::from_secs(4), "{:?}", started.elapsed());
    drop(asking);
}

#[test]
fn a_policy_with_findings_opens_in_the_playground() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("claims.toml");
    std::fs::write(&file, "version = 1\n").unwrap();
    let server = Server::start(&["--policy", file.to_str().unwrap()]);
    assert!(server.send("GET", "/", &[], b"").text().contains("version = 1\n</textarea>"));
    let answer = server.ask(&chosen("version = 1\n", ADA));
    assert!(answer["status"].as_str().unwrap().starts_with("1 finding, the first in line 1"));
    assert!(server.invoke(b"{}").text().contains("Runtime.ExitError"));
    let missing = ends(&["serve", "--port", "0", "--policy", "no-such-file.toml"]);
    assert_eq!(missing.status.code(), Some(2));
}

#[test]
fn it_ends_when_it_is_told_to_and_lets_answers_out() {
    let server = Server::start(&[]);
    let mut idle = TcpStream::connect(("127.0.0.1", server.port)).unwrap();
    idle.write_all(format!("GET / HTTP/1.1\r\nhost: {}\r\n\r\n", server.host()).as_bytes())
        .unwrap();
    let mut first = [0; 64];
    assert!(idle.read(&mut first).unwrap() > 0);
    let started = Instant::now();
    server.stop();
    assert!(started.elapsed() < Duration::from_secs(4));
}
