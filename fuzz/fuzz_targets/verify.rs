#![no_main]
//! A token that nobody signed, as text, as a header and a payload under a real signature, and as a
//! signed token with a change: none may verify, remembered tokens or not.

use std::sync::LazyLock;

use base64_simd::URL_SAFE_NO_PAD;
use cognito_claims::UserPool;
use cognito_claims::jwt::{KeySet, PoolKeys, Verifier};
use libfuzzer_sys::fuzz_target;

const NOW: u64 = 1_900_000_100;
const SIGNED: &str = include_str!("../../crates/claims/tests/tokens/one-token.txt");
const KEYS: &str = include_str!("../../crates/claims/tests/tokens/one-key.json");

static SUBJECT: LazyLock<(Verifier, PoolKeys)> = LazyLock::new(|| {
    let pool = UserPool::new("us-east-2_SECOND").expect("a pool").any_client();
    let keys = PoolKeys::new().with(&pool, KeySet::parse(KEYS).expect("a key set"));
    (Verifier::either_token().pool(pool).leeway(u64::MAX).cache(2), keys)
});

fuzz_target!(|bytes: &[u8]| {
    let (verifier, keys) = &*SUBJECT;
    assert!(verifier.verify(SIGNED, keys, NOW).is_ok());
    let (_, signature) = SIGNED.rsplit_once('.').unwrap_or_default();
    let mut tokens = Vec::new();
    if let Ok(text) = std::str::from_utf8(bytes) {
        tokens.push(text.to_owned());
    }
    if let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
        let (header, payload) = bytes.split_at(end);
        tokens.push(format!(
            "{}.{}.{signature}",
            URL_SAFE_NO_PAD.encode_to_string(header),
            URL_SAFE_NO_PAD.encode_to_string(payload)
        ));
    }
    if let [high, low, letters @ ..] = bytes {
        let mut token = SIGNED.as_bytes().to_vec();
        let place = usize::from(u16::from_be_bytes([*high, *low])) % token.len();
        for (old, new) in token.iter_mut().skip(place).zip(letters) {
            *old = *new;
        }
        tokens.extend(String::from_utf8(token));
    }
    for token in tokens.iter().filter(|token| *token != SIGNED) {
        assert!(verifier.verify(token, keys, NOW).is_err());
    }
});
