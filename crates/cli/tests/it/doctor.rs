//! The doctor names what is broken: one set-up after another with a single fault in it, and healthy
//! ones in which it finds nothing.

mod attributes;
mod broken;
mod healthy;
mod input;
mod permission;
mod policy;
mod provider;
mod records;
mod report;
mod version_one;

use std::process::Output;
use std::time::{SystemTime, UNIX_EPOCH};

use crate::command::{claimsmith, root, run};
use cognito_claims::testing::Token;
use proptest::prelude::*;
use serde_json::{Value, json};
use tempfile::TempDir;

const ADA: &str = "11111111-1111-4111-8111-111111111111";
const BEN: &str = "22222222-2222-4222-8222-222222222222";
const NOBODY: &str = "99999999-9999-4999-8999-999999999999";
const POOL: &str = "eu-west-1_EXAMPLE01";
const WEB: &str = "2webclientexample0000000001";
const API: &str = "3apiclientexample00000000001";
const MACHINE: &str = "4machineexample0000000000001";

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap()
}

fn fixture(path: &str) -> Value {
    serde_json::from_str(&read(path)).unwrap()
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// What is handed to the doctor. Files are written to a folder of its own.
struct Setup {
    folder: TempDir,
    arguments: Vec<String>,
}

impl Setup {
    fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), arguments: vec!["doctor".to_owned()] }
    }

    /// With the policy of `tests/doctor`.
    fn policy() -> Self {
        Self::new().file("--policy", "claims.toml", &read("tests/doctor/claims.toml"))
    }

    fn changed_policy(from: &str, to: &str) -> Self {
        Self::changed_policies(&[(from, to)])
    }

    fn changed_policies(changes: &[(&str, &str)]) -> Self {
        let mut policy = read("tests/doctor/claims.toml");
        for (from, to) in changes {
            assert!(policy.contains(from), "{from}");
            policy = policy.replace(from, to);
        }
        Self::new().file("--policy", "claims.toml", &policy)
    }

    fn file(mut self, option: &str, name: &str, text: &str) -> Self {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        self.arguments.extend([option.to_owned(), path.to_str().unwrap().to_owned()]);
        self
    }

    fn json(self, option: &str, value: &Value) -> Self {
        let name = format!("{}.json", option.trim_start_matches('-'));
        self.file(option, &name, &value.to_string())
    }

    fn word(mut self, words: &[&str]) -> Self {
        self.arguments.extend(words.iter().map(|word| (*word).to_owned()));
        self
    }

    fn token(self, token: &Token) -> Self {
        self.file("--token", "token.txt", &signed(token))
    }

    fn records(self) -> Self {
        self.word(&["--records", "demo/records.json"])
    }

    fn changed_records(self, from: &str, to: &str) -> Self {
        let records = read("demo/records.json");
        assert!(records.contains(from), "{from}");
        self.file("--records", "items.json", &records.replace(from, to))
    }

    fn event(self, path: &str) -> Self {
        self.word(&["--event", &format!("events/{path}.json")])
    }

    fn pool(self, change: impl Fn(&mut Value)) -> Self {
        let mut pool = fixture("tests/doctor/pool.json");
        change(&mut pool["UserPool"]);
        self.json("--pool", &pool)
    }

    fn permission(self, change: impl Fn(&mut Value)) -> Self {
        let mut file = fixture("tests/doctor/function-policy.json");
        let mut policy: Value = serde_json::from_str(file["Policy"].as_str().unwrap()).unwrap();
        change(&mut policy["Statement"][0]);
        file["Policy"] = policy.to_string().into();
        self.json("--function-policy", &file)
    }

    fn client(self, change: impl Fn(&mut Value)) -> Self {
        let mut client = fixture("tests/doctor/client.json");
        change(&mut client["UserPoolClient"]);
        self.json("--client-config", &client)
    }

    fn run(&self, more: &[&str]) -> Output {
        run(&[&self.words()[..], more].concat(), "")
    }

    fn words(&self) -> Vec<&str> {
        self.arguments.iter().map(String::as_str).collect()
    }

    fn answer(&self) -> Value {
        let output = self.run(&["--json"]);
        let problem = String::from_utf8_lossy(&output.stderr);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{problem}"))
    }
}

/// As long a signature as Cognito's.
fn signed(token: &Token) -> String {
    let unsigned = token.unsigned();
    let (message, _) = unsigned.rsplit_once('.').unwrap();
    format!("{message}.{}", "SiGnAtUr3-".repeat(34))
}

fn ours(token: Token) -> Token {
    token
        .claim("iss", format!("https://cognito-idp.eu-west-1.amazonaws.com/{POOL}"))
        .claim("sub", ADA)
        .claim("iat", now() - 300)
        .claim("auth_time", now() - 300)
        .claim("exp", now() + 3300)
}

/// Ada's access token, with the claims that the policy of `tests/doctor` writes for her.
fn access() -> Token {
    with_claims(untouched_access())
}

fn untouched_access() -> Token {
    ours(Token::access()).claim("client_id", WEB)
}

fn id() -> Token {
    with_claims(untouched_id()).claim("display_name", "Ada")
}

fn untouched_id() -> Token {
    ours(Token::id()).claim("aud", WEB).claim("email", "ada@acme.example")
}

fn with_claims(token: Token) -> Token {
    token
        .claim("org_id", "acme-corp")
        .claim("org_tier", "enterprise")
        .claim("feature_flags", json!(["beta-dashboard", "custom-branding"]))
}

fn machine() -> Token {
    let token = ours(Token::client()).claim("client_id", MACHINE).claim("sub", MACHINE);
    token
        .claim("org_id", "acme-corp")
        .claim("org_tier", "enterprise")
        .claim("feature_flags", json!(["custom-branding"]))
}

/// `sure v1-pool`, in order.
fn ranks(setup: &Setup) -> Vec<String> {
    let answer = setup.answer();
    let findings = answer["findings"].as_array().unwrap();
    let rank = |it: &Value| {
        format!("{} {}", it["certainty"].as_str().unwrap(), it["code"].as_str().unwrap())
    };
    findings.iter().map(rank).collect()
}
