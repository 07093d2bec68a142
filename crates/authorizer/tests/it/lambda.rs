//! The function itself, as a process under an emulated Lambda Runtime API, with a key server: both
//! on free loopback ports. Tokens are signed here with a key of this run.
//!
//! SPEC: AWS, "Using the Lambda runtime API for custom runtimes".

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::support::{lets_through, request, to, user, with_token};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognito_claims::testing::Token;
use serde_json::{Value, json};

static KEY: LazyLock<RsaKeyPair> =
    LazyLock::new(|| RsaKeyPair::generate(KeySize::Rsa2048).unwrap());

/// The public key as a pool shows it. SPEC: RFC 8017 appendix A.1.1: a modulus of 2048 bits begins
/// after nine bytes of DER.
fn key_set() -> String {
    let der = KEY.public_key().as_ref();
    let modulus = URL_SAFE_NO_PAD.encode(&der[9..265]);
    json!({ "keys": [{ "kty": "RSA", "alg": "RS256", "use": "sig", "kid": "key1", "n": modulus, "e": "AQAB" }] })
        .to_string()
}

fn signed(token: &Token) -> String {
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"RS256","kid":"key1"}"#);
    let payload = URL_SAFE_NO_PAD.encode(Value::from(token.payload().clone()).to_string());
    let message = format!("{header}.{payload}");
    let mut signature = vec![0; KEY.public_modulus_len()];
    KEY.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature).unwrap();
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// A person's token, issued ten seconds ago for an hour.
fn fresh() -> Token {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    user().claim("iat", now - 10).claim("auth_time", now - 10).claim("exp", now + 3590)
}

/// One request of the function, as far as these tests need it.
struct Posted {
    path: String,
    body: Value,
}

/// Reads a request. `None` when the other side has closed the connection.
fn read(stream: &mut BufReader<TcpStream>) -> Option<(String, String)> {
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
    Some((path, String::from_utf8(body).unwrap()))
}

/// Serves the key set for as long as the test runs, and counts how often.
fn key_server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/pool/.well-known/jwks.json", listener.local_addr().unwrap());
    let fetched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&fetched);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            read(&mut BufReader::new(stream.try_clone().unwrap()));
            count.fetch_add(1, Ordering::SeqCst);
            let body = key_set();
            write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n{body}", body.len())
                .unwrap();
        }
    });
    (url, fetched)
}

/// A place where nobody listens.
fn nowhere() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}/jwks.json", listener.local_addr().unwrap())
}

/// A folder with a configuration and a key set beside it.
fn package(name: &str, configuration: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("authorizer.toml"), configuration).unwrap();
    std::fs::write(folder.join("keys.json"), key_set()).unwrap();
    folder
}

/// The configuration of these tests, with keys from somewhere else.
fn configuration(keys: &str) -> String {
    let text = std::fs::read_to_string(crate::support::folder("tests/items.toml")).unwrap();
    text.replace("token_use = \"access\"", &format!("token_use = \"access\"\n{keys}"))
}

/// The function, or what `tests/arm64/run` starts in its place.
fn program() -> PathBuf {
    let built = env!("CARGO_BIN_EXE_authorizer");
    std::env::var_os("TESTED_FUNCTIONS")
        .map_or_else(|| built.into(), |folder| Path::new(&folder).join("authorizer"))
}

fn spawn(folder: &Path, port: u16) -> Child {
    Command::new(program())
        .env_clear()
        .env("AWS_LAMBDA_RUNTIME_API", format!("127.0.0.1:{port}"))
        .env("AWS_LAMBDA_FUNCTION_NAME", "authorizer")
        .env("AWS_LAMBDA_FUNCTION_VERSION", "1")
        .env("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128")
        .env("AWS_LAMBDA_LOG_STREAM_NAME", "stream")
        .env("AWS_LAMBDA_LOG_GROUP_NAME", "group")
        .env("USER_POOL_ID", "eu-west-1_EXAMPLE")
        .env("APP_CLIENT_ID", "1example23456789")
        .env("CLAIMS_AUTHORIZER_FILE", folder.join("authorizer.toml"))
        // Of no interest to a function that asks no table.
        .env("AWS_CA_BUNDLE", folder.join("no-such-file.pem"))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

/// Feeds all events to the function; what it posted for each, and its whole log.
fn serve(folder: &Path, events: &[Value]) -> (Vec<Posted>, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut function = spawn(folder, listener.local_addr().unwrap().port());
    let mut posted = Vec::new();
    let mut next = events.iter().enumerate();
    // The function keeps one connection, but may open another.
    'serve: loop {
        let (mut stream, _) = listener.accept().unwrap();
        stream.set_nodelay(true).unwrap();
        let mut reader = BufReader::new(stream.try_clone().unwrap());
        while let Some((path, body)) = read(&mut reader) {
            if !path.ends_with("/invocation/next") {
                write!(stream, "HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n").unwrap();
                posted.push(Posted { path, body: serde_json::from_str(&body).unwrap() });
                continue;
            }
            let Some((number, event)) = next.next() else { break 'serve };
            let event = event.to_string();
            write!(
                stream,
                "HTTP/1.1 200 OK\r\nlambda-runtime-aws-request-id: request-{number}\r\n\
                 lambda-runtime-deadline-ms: 99999999999999\r\n\
                 lambda-runtime-invoked-function-arn: arn:aws:lambda:::function:authorizer\r\n\
                 content-type: application/json\r\ncontent-length: {}\r\n\r\n{event}",
                event.len()
            )
            .unwrap();
        }
    }
    function.kill().unwrap();
    let output = function.wait_with_output().unwrap();
    let log = [output.stdout, output.stderr].concat();
    (posted, String::from_utf8(log).unwrap())
}

const READ: &str = "arn:aws:execute-api:eu-west-1:123456789012:api1example/live/GET/items/7";
const WRITE: &str = "arn:aws:execute-api:eu-west-1:123456789012:api1example/live/POST/items";

#[test]
fn real_tokens_get_real_answers() {
    let (url, fetched) = key_server();
    let folder = package("answers", &configuration(&format!("key_set = \"{url}\"")));
    let good = signed(&fresh());
    let mut forged = good.clone();
    forged.replace_range(good.len() - 8..good.len() - 4, "AAAA");
    let issued = fresh().payload()["iat"].as_u64().unwrap();
    let rest = request("rest-request");
    let tokens = [
        good.clone(),
        forged,
        signed(&fresh().claim("exp", issued)),
        signed(&fresh().claim("client_id", "another")),
        signed(&fresh().claim("token_use", "id")),
        signed(
            &fresh().claim("iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_OTHER"),
        ),
        fresh().unsigned(),
    ];
    let mut events: Vec<Value> = tokens.iter().map(|token| with_token(&rest, token)).collect();
    events.push(to(&with_token(&rest, &good), "POST", "/items"));
    events.push(with_token(&request("http-api-2.0"), &good));
    events.push(json!({ "type": "TOKEN" }));
    let (posted, log) = serve(&folder, &events);

    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let told: Vec<(&str, &str)> = lines
        .iter()
        .map(|line| (line["outcome"].as_str().unwrap(), line["reason"].as_str().unwrap_or("")))
        .collect();
    let expected = [
        ("allow", ""),
        ("unauthorized", "signature"),
        ("unauthorized", "expired"),
        ("unauthorized", "client"),
        ("unauthorized", "token_use"),
        ("unauthorized", "issuer"),
        ("unauthorized", "no_key_id"),
        ("deny", "scope"),
        ("allow", ""),
        ("error", "unreadable_event"),
    ];
    assert_eq!(told, expected);

    assert_eq!(posted.len(), events.len());
    for (posted, (outcome, reason)) in posted.iter().zip(expected) {
        match outcome {
            "allow" | "deny" => assert!(posted.path.ends_with("/response"), "{}", posted.path),
            _ => {
                assert!(posted.path.ends_with("/error"), "{}", posted.path);
                let (kind, text) = match outcome {
                    "unauthorized" => ("Unauthorized", "Unauthorized"),
                    _ => (reason, "authorizer fault"),
                };
                assert_eq!(posted.body, json!({ "errorType": kind, "errorMessage": text }));
            }
        }
    }
    // The same policy for both, whichever was asked about.
    assert_eq!(posted[0].body, posted[7].body);
    assert!(lets_through(&posted[0].body, READ) && !lets_through(&posted[0].body, WRITE));
    assert_eq!(posted[0].body["context"]["org_id"], "acme-corp");

    assert_eq!(fetched.load(Ordering::SeqCst), 1, "keys are fetched once");
    assert_eq!(lines[0]["request_id"], "request-0");
    assert_eq!(lines[0]["route"], "GET /items*");
    let parts =
        good.split('.').chain(["acme", "aaaaaaaa-", "\"ada", "items/7", "beta", "1example"]);
    for value in parts {
        assert!(!log.contains(value), "the log holds `{value}`");
    }
}

#[test]
fn keys_that_can_not_be_had_are_a_fault() {
    let folder = package("no-keys", &configuration(&format!("key_set = \"{}\"", nowhere())));
    let (posted, log) = serve(&folder, &[with_token(&request("rest-token"), &signed(&fresh()))]);
    assert!(posted[0].path.ends_with("/error"));
    let fault = json!({ "errorType": "keys_unavailable", "errorMessage": "authorizer fault" });
    assert_eq!(posted[0].body, fault);
    assert!(log.contains("\"outcome\":\"error\""), "{log}");
}

#[test]
fn keys_in_the_package_need_no_network() {
    let keys = format!("key_set = \"{}\"\nkey_file = \"keys.json\"", nowhere());
    let folder = package("key-file", &configuration(&keys));
    let (posted, _) = serve(&folder, &[with_token(&request("rest-token"), &signed(&fresh()))]);
    assert!(lets_through(&posted[0].body, READ));
}

/// What the function says when it can't start: one line, that counts as a fault.
fn failed_start(name: &str, configuration: &str) -> String {
    let output = spawn(&package(name, configuration), 9).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let log = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert_eq!(log.lines().count(), 1, "{log}");
    for value in ["eu-west-1_EXAMPLE", "1example23456789"] {
        assert!(!log.contains(value), "the log holds `{value}`");
    }
    let line: Value = serde_json::from_str(&log).unwrap();
    assert_eq!(line["level"], "ERROR");
    assert_eq!(line["outcome"], "error");
    assert_eq!(line["reason"], "not_started");
    let timestamp = line["timestamp"].as_str().unwrap();
    assert!(timestamp.starts_with("20") && timestamp.ends_with('Z'), "{timestamp}");
    line["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_wrong_configuration_stops_the_cold_start_with_every_finding() {
    let wrong = configuration("").replace("GET /items*", "GET items").replace("\"5m\"", "\"5 m\"");
    let said = failed_start("wrong", &wrong);
    assert!(said.contains(" route: ") && said.contains(" duration: "), "{said}");
    assert_eq!(said.lines().count(), 2, "{said}");
    let unset = configuration("").replace("APP_CLIENT_ID", "NOBODY_SET_THIS");
    assert!(failed_start("unset", &unset).contains("`NOBODY_SET_THIS` is not set"));
    assert!(
        failed_start("keys", &configuration("key_file = \"elsewhere.json\""))
            .contains("elsewhere.json")
    );
    let no_keys = configuration("key_file = \"authorizer.toml\"");
    assert!(failed_start("no-key-set", &no_keys).contains("JSON Web Key Set"));
    let misplaced = configuration("").replace("\"${USER_POOL_ID}\"", "\"${USER_POOL_ID}-not\"");
    assert!(failed_start("misplaced", &misplaced).contains(" pool: "));
}
