//! Verifying with given keys: what never gets in, several pools, remembering, and what callers are
//! told.

use std::cell::Cell;
use std::sync::LazyLock;

use crate::corpus::{CLIENT, CORPUS, NOW, pool, token};
use cognito_claims::dangerous::UnverifiedClaims;
use cognito_claims::jwt::{KeySet, KeySource, PoolKeys, TOKEN_LIMIT, Verifier, VerifyError};
use cognito_claims::{Door, Identity, TokenUse, UserPool};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

fn access() -> &'static str {
    token("good: access token")
}

/// The keys of the pool of this place in the corpus.
fn set(pool: usize) -> KeySet {
    KeySet::parse(&json!({ "keys": CORPUS["pools"][pool]["keys"] }).to_string()).unwrap()
}

static KEYS: LazyLock<PoolKeys> = LazyLock::new(|| PoolKeys::new().with(&pool(), set(0)));

#[test]
fn verified_claims_read_like_all_others() {
    let claims = Verifier::access_token().pool(pool()).verify(access(), &*KEYS, NOW).unwrap();
    assert_eq!(claims.door(), Door::Token);
    assert_eq!(claims.token_use(), Ok(TokenUse::Access));
    assert_eq!(claims.org_id().unwrap(), "acme");
    assert_eq!(claims.groups().unwrap(), ["admin", "staff"]);
    assert!(matches!(claims.identity(), Ok(Identity::User { .. })));
    let machine = token("good: access token of a client");
    let claims = Verifier::access_token().pool(pool()).verify(machine, &*KEYS, NOW).unwrap();
    assert!(matches!(claims.identity(), Ok(Identity::Client { .. })));
}

#[test]
fn what_is_not_configured_lets_nobody_in() {
    let bare = UserPool::new("eu-west-1_EXAMPLE").unwrap();
    let verify = |verifier: Verifier| verifier.verify(access(), &*KEYS, NOW).map(|_| ());
    assert_eq!(verify(Verifier::access_token()), Err(VerifyError::Issuer));
    let client = VerifyError::Client { claim: "client_id" };
    assert_eq!(verify(Verifier::access_token().pool(bare.clone())), Err(client));
    assert_eq!(verify(Verifier::access_token().pool(bare.clone().clients([""; 0]))), Err(client));
    assert_eq!(verify(Verifier::access_token().pool(bare.any_client())), Ok(()));
    let nothing = Verifier::access_token().pool(pool()).verify(access(), &PoolKeys::new(), NOW);
    assert_eq!(nothing.map(|_| ()), Err(VerifyError::KeysUnavailable));
}

#[test]
fn a_pool_by_issuer_takes_that_issuer_alone() {
    let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE";
    let pool = UserPool::with_issuer(issuer).unwrap().clients([CLIENT]);
    let keys = PoolKeys::new().with(&pool, set(0));
    let verifier = Verifier::access_token().pool(pool);
    assert!(verifier.verify(access(), &keys, NOW).is_ok());
    let updated = token("good: the updated issuer");
    assert_eq!(verifier.verify(updated, &keys, NOW).map(|_| ()), Err(VerifyError::Issuer));
}

#[test]
fn the_first_of_two_pools_with_one_issuer_counts() {
    let other = pool().clients(["other"]);
    let verifier = Verifier::access_token().pool(other).pool(pool());
    let answer = verifier.verify(access(), &*KEYS, NOW).map(|_| ());
    assert_eq!(answer, Err(VerifyError::Client { claim: "client_id" }));
}

/// Keys that can be exchanged.
struct Changing {
    keys: Cell<Option<KeySet>>,
}

impl KeySource for Changing {
    fn key_set(&self, _: &UserPool, _: &str, _: u64) -> Option<KeySet> {
        let keys = self.keys.take();
        self.keys.set(keys.clone());
        keys
    }
}

#[test]
fn a_remembered_token_is_held_against_its_times() {
    let verifier = Verifier::access_token().pool(pool()).cache(10);
    let keys = &*KEYS;
    let expires = NOW + 3500;
    assert!(verifier.verify(access(), keys, NOW).is_ok());
    assert!(verifier.verify(access(), keys, expires - 1).is_ok());
    let at = |now| verifier.verify(access(), keys, now).map(|_| ());
    assert_eq!(at(expires), Err(VerifyError::Expired));
    assert_eq!(at(expires + 1), Err(VerifyError::Expired));
    // Before it was issued, with the minute that clocks may differ.
    assert_eq!(at(NOW - 160), Ok(()));
    assert_eq!(at(NOW - 161), Err(VerifyError::IssuedInFuture));
    let later = token("time: nbf in a minute, a minute's leeway");
    let verifier = Verifier::access_token().pool(pool()).leeway(60).cache(10);
    assert!(verifier.verify(later, keys, NOW).is_ok());
    assert_eq!(verifier.verify(later, keys, NOW - 1).unwrap_err(), VerifyError::NotYetValid);
}

#[test]
fn a_remembered_token_is_forgotten_with_its_keys() {
    let verifier = Verifier::access_token().pool(pool()).cache(10);
    let keys = Changing { keys: Cell::new(Some(set(0))) };
    assert!(verifier.verify(access(), &keys, NOW).is_ok());
    assert!(verifier.verify(access(), &keys, NOW).is_ok());
    keys.keys.set(Some(set(1)));
    assert_eq!(verifier.verify(access(), &keys, NOW).unwrap_err(), VerifyError::UnknownKey);
    keys.keys.set(None);
    assert_eq!(verifier.verify(access(), &keys, NOW).unwrap_err(), VerifyError::KeysUnavailable);
    keys.keys.set(Some(set(0)));
    assert!(verifier.verify(access(), &keys, NOW).is_ok());
}

#[test]
fn a_remembered_token_is_held_against_the_rules_of_now() {
    let verifier = Verifier::access_token().pool(pool()).leeway(100).cache(10);
    assert!(verifier.verify(access(), &*KEYS, NOW + 3550).is_ok());
    let verifier = verifier.leeway(0);
    assert_eq!(verifier.verify(access(), &*KEYS, NOW + 3550).unwrap_err(), VerifyError::Expired);
    // A pool that is added takes no other pool's tokens over.
    let other = UserPool::new("us-east-2_SECOND").unwrap();
    let verifier = verifier.pool(other);
    assert!(verifier.verify(access(), &*KEYS, NOW).is_ok());
    assert_eq!(verifier.verify(access(), &*KEYS, NOW + 3550).unwrap_err(), VerifyError::Expired);
}

#[test]
fn only_the_whole_token_is_remembered() {
    let verifier = Verifier::access_token().pool(pool()).cache(10);
    assert!(verifier.verify(access(), &*KEYS, NOW).is_ok());
    let (message, _) = access().rsplit_once('.').unwrap();
    let (_, other) = token("good: the next key").rsplit_once('.').unwrap();
    let forged = format!("{message}.{other}");
    assert_eq!(verifier.verify(&forged, &*KEYS, NOW).unwrap_err(), VerifyError::Signature);
    let cut = &access()[..access().len() - 4];
    assert!(verifier.verify(cut, &*KEYS, NOW).is_err());
}

#[test]
fn a_failure_is_not_remembered() {
    let verifier = Verifier::access_token().pool(pool()).cache(10);
    let keys = Changing { keys: Cell::new(Some(set(1))) };
    assert_eq!(verifier.verify(access(), &keys, NOW).unwrap_err(), VerifyError::UnknownKey);
    keys.keys.set(Some(set(0)));
    assert!(verifier.verify(access(), &keys, NOW).is_ok());
}

#[test]
fn what_is_remembered_is_not_shown() {
    let verifier = Verifier::access_token().pool(pool()).cache(4);
    for name in ["good: access token", "good: the next key", "good: no typ"] {
        assert!(verifier.verify(token(name), &*KEYS, NOW).is_ok());
    }
    let shown = format!("{verifier:?}");
    assert!(shown.contains("tokens: 3"), "{shown}");
    for secret in ["eyJ", "acme", "ada", "aaaaaaaa"] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_token_of_any_length_is_no_work() {
    let verifier = Verifier::access_token().pool(pool());
    let endless = "a".repeat(50_000_000);
    assert_eq!(verifier.verify(&endless, &*KEYS, NOW).unwrap_err(), VerifyError::TooLong);
    let dots = ".".repeat(TOKEN_LIMIT);
    assert_eq!(verifier.verify(&dots, &*KEYS, NOW).unwrap_err(), VerifyError::Malformed);
}

/// The tokens of the corpus that some verifier accepts at some time.
static VALID: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let cases = CORPUS["cases"].as_array().unwrap().iter();
    // The longest one says nothing that a short one doesn't.
    let tokens = cases.filter(|case| case["ours"] == "ok").map(|case| case["token"].as_str());
    tokens.flatten().filter(|token| token.len() < 4000).collect()
});

/// A text in which no signed token of the pools stands unchanged: noise, pieces of tokens, tokens
/// with a change.
fn forgery() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[A-Za-z0-9_-]{0,60}",
        (select(VALID.clone()), 0..3usize).prop_map(|(token, segment)| token
            .split('.')
            .nth(segment)
            .unwrap()
            .to_owned()),
        Just(r"eyJhbGciOiJub25lIn0".to_owned()),
    ];
    let changed = (select(VALID.clone()), any::<Index>(), "[A-Za-z0-9_.=-]{0,3}", 0..4usize)
        .prop_map(|(token, place, insert, drop)| {
            let place = place.index(token.len() + 1);
            let end = (place + drop).min(token.len());
            format!("{}{insert}{}", &token[..place], &token[end..])
        });
    let written = (any::<Index>(), "[ -~]{0,40}", "[ -~]{0,40}").prop_map(|(place, head, body)| {
        let encode = |text: &str| {
            let text = text.as_bytes();
            let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
            let bits = text.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
            let bits: Vec<u8> = bits.collect();
            bits.chunks(6)
                .map(|six| {
                    let value = six.iter().fold(0, |sum, bit| sum << 1 | bit) << (6 - six.len());
                    char::from(letters[usize::from(value)])
                })
                .collect::<String>()
        };
        let signature = VALID[place.index(VALID.len())].rsplit_once('.').unwrap().1;
        let head = format!(r#"{{"alg":"RS256","kid":"{head}"}}"#);
        let body = format!(r#"{{"token_use":"access","client_id":"{body}"}}"#);
        format!("{}.{}.{signature}", encode(&head), encode(&body))
    });
    prop_oneof![
        any::<String>(),
        proptest::collection::vec(piece, 0..5).prop_map(|pieces| pieces.join(".")),
        changed,
        written,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn nothing_but_a_signed_token_ever_verifies(text in forgery(), now in 0..2 * NOW, kept: bool) {
        prop_assume!(!VALID.contains(&text.as_str()));
        let any = |id| UserPool::new(id).unwrap().any_client();
        let (first, second) = (any("eu-west-1_EXAMPLE"), any("us-east-2_SECOND"));
        let keys = PoolKeys::new().with(&first, set(0)).with(&second, set(1));
        let verifier = Verifier::either_token()
            .pool(first)
            .pool(second)
            .leeway(u64::MAX)
            .cache(if kept { 4 } else { 0 });
        for token in [access(), &text, &text] {
            let _ = verifier.verify(token, &keys, now);
        }
        let error = verifier.verify(&text, &keys, now);
        prop_assert!(error.is_err(), "{text:?}");
        // And nothing of it is repeated.
        let told = error.unwrap_err().to_string();
        prop_assert!(told.is_ascii() && told.len() < 100);
    }

    #[test]
    fn whatever_verifies_says_what_anybody_can_read_in_it(token in select(VALID.clone())) {
        let any = |id| UserPool::new(id).unwrap().any_client();
        let (first, second) = (any("eu-west-1_EXAMPLE"), any("us-east-2_SECOND"));
        let keys = PoolKeys::new().with(&first, set(0)).with(&second, set(1));
        let verifier = Verifier::either_token().pool(first).pool(second).leeway(1000);
        let read: Value = verifier.verify(token, &keys, NOW).unwrap().read().unwrap();
        let decoded: Value = UnverifiedClaims::decode(token).unwrap().read_unverified().unwrap();
        prop_assert_eq!(read, decoded);
    }
}
