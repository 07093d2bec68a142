#![no_main]
//! An authorizer's event from anywhere: without a good token, nothing is ever let through.

use std::future::Future;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use claimsmith_authorizer::Authorizer;
use claimsmith_authorizer::config::Configuration;
use claimsmith_authorizer::revocation::NoRevocations;
use claimsmith_authorizer::verify::{Unverified, Verifier};
use cognito_claims::Claims;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

/// Takes no token at all.
struct Nobody;

impl Verifier for Nobody {
    async fn verify(&self, _: &str, _: u64) -> Result<Claims<'static>, Unverified> {
        Err(Unverified::Refused("signature"))
    }
}

static AUTHORIZERS: LazyLock<Vec<Authorizer<Nobody, NoRevocations>>> = LazyLock::new(|| {
    [
        include_str!("../../crates/authorizer/tests/configurations/cached.toml"),
        include_str!("../../crates/authorizer/tests/configurations/simple.toml"),
    ]
    .map(|text| Authorizer {
        configuration: Configuration::parse(text, &|_| None).unwrap(),
        verifier: Nobody,
        revocations: NoRevocations,
    })
    .into()
});

fuzz_target!(|bytes: &[u8]| {
    let Ok(event) = serde_json::from_slice::<Value>(bytes) else { return };
    for authorizer in AUTHORIZERS.iter() {
        let outcome = pin!(authorizer.authorize(&event, 1_900_000_000));
        let mut context = Context::from_waker(Waker::noop());
        let Poll::Ready(outcome) = outcome.poll(&mut context) else { panic!("it waits") };
        if let Ok(answer) = outcome.answer {
            assert_ne!(answer["isAuthorized"], true);
            assert!(!answer.to_string().contains("Allow"));
        }
    }
});
