#![no_main]
//! An authorizer's event from anywhere: nothing is ever let through, unless the one good token is
//! all that stands in the token's place.

use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use claimsmith_authorizer::Authorizer;
use claimsmith_authorizer::config::Configuration;
use claimsmith_authorizer::denial::Denial;
use claimsmith_authorizer::revocation::NoRevocations;
use claimsmith_authorizer::verify::Verify;
use cognito_claims::Claims;
use libfuzzer_sys::fuzz_target;
use serde_json::{Map, Value, json};

/// The one token that is good; short, so that it is found.
const TOKEN: &str = "t";

/// Takes that token and no other.
struct One(Map<String, Value>);

impl Verify for One {
    async fn verify(&self, token: &str, _: u64) -> Result<Claims<'static>, Denial> {
        match token {
            TOKEN => Ok(Claims::from_verified(&self.0).into_owned()),
            _ => Err(Denial::Signature),
        }
    }
}

fn payload() -> Map<String, Value> {
    let payload = json!({
        "sub": "ada", "username": "ada", "client_id": "1example23456789", "token_use": "access",
        "scope": "items/read", "iat": 1_899_999_000, "exp": 1_900_003_000,
    });
    payload.as_object().cloned().unwrap_or_default()
}

static AUTHORIZERS: LazyLock<Vec<Authorizer<One, NoRevocations>>> = LazyLock::new(|| {
    [
        include_str!("../../crates/authorizer/tests/configurations/cached.toml"),
        include_str!("../../crates/authorizer/tests/configurations/uncached.toml"),
        include_str!("../../crates/authorizer/tests/configurations/simple.toml"),
        include_str!("../../crates/authorizer/tests/configurations/stage.toml"),
    ]
    .map(|text| Authorizer {
        configuration: Configuration::parse(text, &|_| None).unwrap(),
        verifier: One(payload()),
        revocations: NoRevocations,
    })
    .into()
});

/// Everything in the place of the token, found without the authorizer's own reader.
fn in_place(event: &Value) -> Vec<&Value> {
    let is_request =
        event["version"] == "2.0" || event.get("methodArn").is_some() && event["type"] != "TOKEN";
    if !is_request {
        return vec![&event["authorizationToken"]];
    }
    ["headers", "multiValueHeaders"]
        .iter()
        .filter_map(|map| event[map].as_object())
        .flatten()
        .filter(|(name, value)| name.eq_ignore_ascii_case("authorization") && !value.is_null())
        .flat_map(|(_, value)| match value {
            Value::Array(values) => values.iter().collect(),
            one => vec![one],
        })
        .collect()
}

fn is_the_token(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default().to_ascii_lowercase();
    text.strip_suffix(TOKEN).is_some_and(|before| ["", "bearer"].contains(&before.trim()))
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(event) = serde_json::from_slice::<Value>(bytes) else { return };
    for authorizer in AUTHORIZERS.iter() {
        let outcome = pin!(authorizer.authorize(&event, 1_900_000_000));
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(outcome) = outcome.poll(&mut context) else { panic!("it waits") };
        let Ok(answer) = outcome.answer else { continue };
        let statements = answer["policyDocument"]["Statement"].as_array();
        let allows = answer["isAuthorized"] == true
            || statements.into_iter().flatten().any(|one| one["Effect"] != "Deny");
        if allows {
            let found = in_place(&event);
            assert!(!found.is_empty() && found.into_iter().all(is_the_token), "{answer}");
        }
    }
});
