//! The playground's server as a browser, an emulator and an attacker meet it: the real command on
//! a free port, spoken to in plain HTTP.

mod admission;
mod invoke;
mod page;
mod patience;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::command::{claimsmith, root};
use crate::fences::{blocks, commands, document};
use claimsmith_testbed::dynamodb_local;
use serde_json::{Value, json};

const DEFAULT_POLICY: &str = include_str!("../../../../claims.toml");
const DEMO_RECORDS: &str = include_str!("../../../../demo/records.json");
const ADA: &str = "user:11111111-1111-4111-8111-111111111111";

fn run(arguments: &[&str]) -> Output {
    claimsmith(arguments).output().unwrap()
}

/// Runs a command that must not become a server.
fn ends(arguments: &[&str]) -> Output {
    let mut command = claimsmith(arguments);
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
        Self::with(claimsmith(&[&["serve", "--port", "0"], arguments].concat()))
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
        let mut answered: Value = serde_json::from_slice(&reply.body).unwrap();
        if let Some(line) = answered["line"].as_str() {
            answered["line"] = serde_json::from_str(line).unwrap();
        }
        answered
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
        "policy": policy, "records": DEMO_RECORDS, "mode": "chosen", "who": who, "version": "2",
        "source": "TokenGeneration_HostedAuth", "client": "1exampleclient000000000000",
        "scopes": "openid email", "attributes": "email=ada@acme.example",
    })
}

fn pasted(policy: &str, event: &str) -> Value {
    json!({ "policy": policy, "records": DEMO_RECORDS, "mode": "pasted", "event": event })
}

/// What `simulate` prints for an event's text.
fn simulate(arguments: &[&str], event: &str) -> String {
    let mut child = claimsmith(&[&["simulate"], arguments, &["-"]].concat())
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
