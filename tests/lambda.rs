//! The function itself, as a process under an emulated Lambda Runtime API on a free loopback port.
//!
//! SPEC: AWS, "Using the Lambda runtime API for custom runtimes".

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that can't go on should stop"
)]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};
use support::*;

/// One request of the function, as far as these tests need it.
struct Request {
    path: String,
    body: String,
}

/// Reads a request. `None` when the function has closed the connection.
fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Request> {
    let mut line = String::new();
    if stream.read_line(&mut line).ok()? == 0 {
        return None;
    }
    let path = line.split(' ').nth(1)?.to_owned();
    let mut length = 0;
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).ok()?;
        if header.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = header.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).unwrap();
    Some(Request { path, body: String::from_utf8(body).unwrap() })
}

/// A folder with a policy and its records, gone with the test's process folder.
fn package(name: &str, policy: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("claims.toml"), policy).unwrap();
    std::fs::write(folder.join("items.json"), DEMO_RECORDS).unwrap();
    folder
}

fn spawn(folder: &Path, port: u16) -> Child {
    Command::new(env!("CARGO_BIN_EXE_pre-token-generation"))
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{port}"))
        .env("AWS_LAMBDA_FUNCTION_NAME", "trigger")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "group")
        .env("CLAIMS_POLICY_FILE", folder.join("claims.toml"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Feeds all events to the function; what it posted for each, and its whole log.
fn serve(folder: &Path, events: &[String]) -> (Vec<Request>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut function = spawn(folder, listener.local_addr().unwrap().port());
    let mut posted = Vec::new();
    let mut next = events.iter().enumerate();
    // The function keeps one connection, but may open another.
    'serve: loop {
        let (stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        let mut stream = stream;
        while let Some(request) = read_request(&mut reader) {
            if request.path.ends_with("/invocation/next") {
                let Some((number, event)) = next.next() else { break 'serve };
                write!(
                    stream,
                    "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: request-{number}\r\n\
                     lambda-runtime-deadline-ms: 99999999999999\r\n\
                     lambda-runtime-invoked-function-arn: arn:aws:lambda:::function:trigger\r\n\
                     content-type: application/json\r\ncontent-length: {}\r\n\r\n{event}",
                    event.len()
                )
                .unwrap();
            } else {
                write!(stream, "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").unwrap();
                posted.push(request);
            }
        }
    }
    function.kill().unwrap();
    let output = function.wait_with_output().unwrap();
    let log = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (posted, log)
}

fn file_policy() -> String {
    claimsmith::policy::DEFAULT_POLICY
        .replace("name = \"${CLAIMS_TABLE}\"", "file = \"items.json\"")
}

#[test]
fn every_event_is_answered_as_the_library_answers_it() {
    let events = readable_corpus();
    let texts: Vec<String> =
        // Lambda's Invoke takes JSON only, and a byte order mark is none.
        events.iter().map(|(_, text)| text.trim_start_matches('\u{feff}').to_owned()).collect();
    let (posted, log) = serve(&package("every-event", &file_policy()), &texts);
    assert_eq!(posted.len(), events.len());

    let trigger = claimsmith::Trigger::new(default_policy(), demo());
    for (number, ((name, _), text)) in events.iter().zip(&texts).enumerate() {
        let request = &posted[number];
        match run(&trigger, text) {
            Ok(answer) => {
                let path = format!("/2018-06-01/runtime/invocation/request-{number}/response");
                assert_eq!(request.path, path, "{name}");
                assert_eq!(request.body, answer.trim_end(), "{name}");
            }
            Err(refusal) => {
                assert!(request.path.ends_with("/error"), "{name}: {}", request.path);
                let error: Value = serde_json::from_str(&request.body).unwrap();
                assert_eq!(error["errorType"], refusal.reason.as_str(), "{name}");
                assert_eq!(error["errorMessage"], refusal.reason.default_message(), "{name}");
            }
        }
    }

    // One line of JSON per invocation, and never a value.
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), events.len());
    assert_eq!(lines[0]["request_id"], "request-0");
    for value in ["acme", "globex", "@", "11111111", "audit-log", "enterprise"] {
        assert!(!log.contains(value), "the log holds `{value}`");
    }
}

#[test]
fn what_is_no_event_is_one_error() {
    let events = ["[]", "{\"request\":{}}", "7"].map(str::to_owned);
    let (posted, log) = serve(&package("no-event", &file_policy()), &events);
    let expected = json!({"errorType": "unreadable_event", "errorMessage": "sign-in refused"});
    for request in &posted {
        assert_eq!(serde_json::from_str::<Value>(&request.body).unwrap(), expected);
    }
    assert_eq!(posted.len(), events.len());
    assert!(log.contains("$.triggerSource: expected a string, found nothing"), "{log}");
}

/// What the function says when it can't start.
fn failed_start(name: &str, policy: &str) -> String {
    let output = spawn(&package(name, policy), 9).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_wrong_policy_stops_the_cold_start_with_every_finding() {
    let wrong = file_policy()
        .replace("[claims.org_tier]", "[claims.sub]")
        .replace("budget = \"gateway\"", "budget = \"huge\"");
    let log = failed_start("wrong-policy", &wrong);
    assert!(log.contains("reserved-claim") && log.contains("budget"), "{log}");
    assert_eq!(log.lines().count(), 2, "{log}");

    let unset = claimsmith::policy::DEFAULT_POLICY;
    assert!(failed_start("unset", unset).contains("`CLAIMS_TABLE` is not set"));
}

#[test]
fn records_that_are_not_there_stop_the_cold_start() {
    let missing = file_policy().replace("items.json", "elsewhere.json");
    assert!(failed_start("missing", &missing).contains("elsewhere.json"));
}
