//! What the tests share: tokens that a stand-in verifier takes, configurations, requests, and a
//! judge of policies that was written from IAM's rules alone.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use claimsmith_authorizer::config::Configuration;
use claimsmith_authorizer::denial::Denial;
use claimsmith_authorizer::revocation::NoRevocations;
use claimsmith_authorizer::verify::Verify;
use claimsmith_authorizer::{Authorizer, Outcome};
use cognito_claims::Claims;
use cognito_claims::testing::{ISSUED_AT, Token};
use serde_json::{Map, Value};

/// A minute after the tokens were issued.
pub const NOW: u64 = ISSUED_AT + 60;

/// Takes the tokens that it was given, by their text.
#[derive(Clone, Debug, Default)]
pub struct Known(pub HashMap<String, Map<String, Value>>);

impl Verify for Known {
    async fn verify(&self, token: &str, _: u64) -> Result<Claims<'static>, Denial> {
        match self.0.get(token) {
            Some(payload) => Ok(Claims::from_verified(payload).into_owned()),
            None if token == "keys.are.away" => Err(Denial::KeysUnavailable),
            None => Err(Denial::Signature),
        }
    }
}

/// A person who may read items.
pub fn user() -> Token {
    Token::access()
        .claim("scope", "openid items/read")
        .claim("org_id", "acme-corp")
        .claim("org_tier", "pro")
        .claim("feature_flags", "beta,reports")
        .claim("cognito:groups", ["staff", "x,admin"])
}

/// The verifier of most tests.
pub fn known() -> Known {
    let tokens = [
        ("good.user.token", user()),
        ("good.client.token", Token::client().claim("scope", "items/read items/write")),
        ("neither.user.client", user().without("username")),
    ];
    Known(tokens.map(|(text, token)| (text.to_owned(), token.payload().clone())).into())
}

/// The requests, one for each door.
pub const DOORS: [&str; 6] =
    ["rest-token", "rest-request", "http-api-1.0", "http-api-2.0", "websocket-connect", "appsync"];

pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The files of a folder in the order of their names, without the ending.
pub fn files(name: &str) -> Vec<(String, String)> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        (name, std::fs::read_to_string(path).unwrap())
    };
    paths.into_iter().map(read).collect()
}

pub fn parse(text: &str) -> Configuration {
    Configuration::parse(text, &|_| None).unwrap()
}

/// A configuration of `tests/configurations`.
pub fn configuration(name: &str) -> Configuration {
    let path = folder("tests/configurations").join(name).with_extension("toml");
    parse(&std::fs::read_to_string(path).unwrap())
}

/// A request of `tests/requests`.
pub fn request(name: &str) -> Value {
    let path = folder("tests/requests").join(format!("{name}.json"));
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The same request with another token, whatever is in it.
pub fn with_token(request: &Value, token: &str) -> Value {
    fn put(value: &mut Value, token: &str) {
        match value {
            Value::String(text) => *text = text.replace("good.user.token", token),
            Value::Array(elements) => elements.iter_mut().for_each(|one| put(one, token)),
            Value::Object(members) => members.values_mut().for_each(|one| put(one, token)),
            _ => {}
        }
    }
    let mut request = request.clone();
    put(&mut request, token);
    request
}

/// The same request to another method and path.
pub fn to(request: &Value, method: &str, path: &str) -> Value {
    let text = request.to_string().replace("/GET/items/7", &format!("/{method}{path}"));
    serde_json::from_str(&text).unwrap()
}

pub fn authorizer(configuration: Configuration) -> Authorizer<Known, NoRevocations> {
    Authorizer { configuration, verifier: known(), revocations: NoRevocations }
}

/// Runs a future that never waits.
pub fn run<T>(future: impl Future<Output = T>) -> T {
    let ready = match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => Some(output),
        Poll::Pending => None,
    };
    ready.unwrap()
}

pub fn ask(authorizer: &Authorizer<Known, NoRevocations>, event: &Value) -> Outcome {
    run(authorizer.authorize(event, NOW))
}

/// Whether an answer lets a request to this ARN through, by IAM's rules: some statement allows it
/// and none denies it.
pub fn lets_through(answer: &Value, arn: &str) -> bool {
    if let Some(is_authorized) = answer.get("isAuthorized") {
        return is_authorized == &Value::Bool(true);
    }
    let statements = answer["policyDocument"]["Statement"].as_array().unwrap();
    let says = |effect: &str| {
        statements.iter().filter(|statement| statement["Effect"] == effect).any(|statement| {
            assert_eq!(statement["Action"], "execute-api:Invoke");
            let resources = statement["Resource"].as_array().unwrap();
            resources.iter().any(|resource| glob(resource.as_str().unwrap(), arn))
        })
    };
    says("Allow") && !says("Deny")
}

/// IAM's wildcards: `*` for any text, `?` for any one character.
pub fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let mut reachable = vec![false; text.len() + 1];
    reachable[0] = true;
    for mark in pattern {
        let mut next = vec![false; text.len() + 1];
        for at in 0..=text.len() {
            next[at] = match mark {
                '*' => reachable[at] || at > 0 && next[at - 1],
                '?' => at > 0 && reachable[at - 1],
                letter => at > 0 && reachable[at - 1] && text[at - 1] == letter,
            };
        }
        reachable = next;
    }
    reachable[text.len()]
}
