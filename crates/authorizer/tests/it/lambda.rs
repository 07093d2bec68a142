//! The function itself, as a process under an emulated Lambda Runtime API, with a key server: both
//! on free loopback ports. Tokens are signed here with a key of this run.

use std::collections::BTreeSet;
use std::io::BufReader;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::{lets_through, request, to, user, with_token};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{KeyPair, RSA_PKCS1_SHA256, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use claimsmith_testbed::http::Message;
use claimsmith_testbed::runtime_api::{Answer, Launch};
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

/// Serves the key set for as long as the test runs, and counts how often.
fn key_server() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/pool/.well-known/jwks.json", listener.local_addr().unwrap());
    let fetched = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&fetched);
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            Message::read(&mut BufReader::new(&stream)).unwrap();
            count.fetch_add(1, Ordering::SeqCst);
            Message::answer("200 OK", "application/json", key_set()).write(&mut stream).unwrap();
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

/// The function, before it is started.
fn launch(folder: &Path) -> Launch {
    Launch::new(env!("CARGO_BIN_EXE_authorizer"))
        .set("USER_POOL_ID", "eu-west-1_EXAMPLE")
        .set("APP_CLIENT_ID", "1example23456789")
        .set("CLAIMS_AUTHORIZER_FILE", folder.join("authorizer.toml"))
        // Of no interest to a function that asks no table.
        .set("AWS_CA_BUNDLE", folder.join("no-such-file.pem"))
}

/// Feeds all events to the function; what it answered to each, and its whole log, with all that it can
/// be made to tell.
fn serve(folder: &Path, events: &[Value]) -> (Vec<Answer>, String) {
    let function = launch(folder).set("RUST_LOG", "trace").spawn().unwrap();
    let answers = events.iter().map(|event| function.invoke(event.to_string()).unwrap()).collect();
    function.stop().unwrap();
    (answers, function.log())
}

fn policy(answer: &Answer) -> Value {
    serde_json::from_slice(answer.outcome.as_ref().unwrap()).unwrap()
}

fn fault(answer: &Answer) -> Value {
    serde_json::from_slice(&answer.outcome.as_ref().unwrap_err().body).unwrap()
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
    let (answers, log) = serve(&folder, &events);

    let mut lines: Vec<Value> =
        log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let spans: BTreeSet<&str> = lines.iter().filter_map(|line| line["span"].as_str()).collect();
    let rooms = ["answer", "decide", "invocation", "request", "revocation", "verify"];
    assert_eq!(spans, rooms.into());
    lines.retain(|line| line["outcome"].is_string());
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

    for (answer, (outcome, reason)) in answers.iter().zip(expected) {
        let (kind, text) = match outcome {
            "allow" | "deny" => {
                policy(answer);
                continue;
            }
            "unauthorized" => ("Unauthorized", "Unauthorized"),
            _ => (reason, "authorizer fault"),
        };
        assert_eq!(fault(answer), json!({ "errorType": kind, "errorMessage": text }));
    }
    // The same policy for both, whichever was asked about.
    let first = policy(&answers[0]);
    assert_eq!(first, policy(&answers[7]));
    assert!(lets_through(&first, READ) && !lets_through(&first, WRITE));
    assert_eq!(first["context"]["org_id"], "acme-corp");

    assert_eq!(fetched.load(Ordering::SeqCst), 1, "keys are fetched once");
    assert_eq!(lines[0]["request_id"], answers[0].request_id);
    assert_eq!(lines[0]["route"], "GET /items*");
    for line in &lines {
        let level = if line["outcome"] == "error" { "ERROR" } else { "INFO" };
        assert_eq!(line["level"], level, "{line}");
        assert!(line["timestamp"].as_str().unwrap().ends_with('Z'), "{line}");
    }
    // As in the line of the token's issue; and nothing of a token that nobody verified.
    let text = |claim: &str| fresh().payload()[claim].as_str().unwrap().to_owned();
    let pool = text("iss").rsplit('/').next().unwrap().to_owned();
    let hash = claimsmith_telemetry::identity_hash(&pool, &text("sub"));
    for (line, (outcome, _)) in lines.iter().zip(expected) {
        let known = ["allow", "deny"].contains(&outcome);
        assert_eq!(line["identity_hash"] == hash, known, "{line}");
        assert_eq!(line["app_client"] == text("client_id"), known, "{line}");
    }
    let parts = good.split('.').chain(["acme", "aaaaaaaa-", "\"ada", "items/7", "beta", "EXAMPLE"]);
    for value in parts {
        assert!(!log.contains(value), "the log holds `{value}`");
    }
}

#[test]
fn keys_that_can_not_be_had_are_a_fault() {
    let folder = package("no-keys", &configuration(&format!("key_set = \"{}\"", nowhere())));
    let (answers, log) = serve(&folder, &[with_token(&request("rest-token"), &signed(&fresh()))]);
    let expected = json!({ "errorType": "keys_unavailable", "errorMessage": "authorizer fault" });
    assert_eq!(fault(&answers[0]), expected);
    assert!(log.contains("\"outcome\":\"error\""), "{log}");
}

#[test]
fn keys_in_the_package_need_no_network() {
    let keys = format!("key_set = \"{}\"\nkey_file = \"keys.json\"", nowhere());
    let folder = package("key-file", &configuration(&keys));
    let (answers, _) = serve(&folder, &[with_token(&request("rest-token"), &signed(&fresh()))]);
    assert!(lets_through(&policy(&answers[0]), READ));
}

/// What the function says when it can't start: one line, that counts as a fault.
fn failed_start(name: &str, configuration: &str) -> String {
    let function = launch(&package(name, configuration)).spawn().unwrap();
    assert_eq!(function.ended(Duration::from_secs(20)).unwrap().code(), Some(1));
    let log = function.log();
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
            .ends_with("elsewhere.json: there is no such file or folder")
    );
    let no_keys = configuration("key_file = \"authorizer.toml\"");
    assert!(failed_start("no-key-set", &no_keys).contains("JSON Web Key Set"));
    let misplaced = configuration("").replace("\"${USER_POOL_ID}\"", "\"${USER_POOL_ID}-not\"");
    assert!(failed_start("misplaced", &misplaced).contains(" pool: "));
}
