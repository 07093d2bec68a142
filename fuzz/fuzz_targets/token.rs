#![no_main]
//! A token as text, and its payload once verified.

use cognito_claims::dangerous::UnverifiedClaims;
use cognito_claims::{Claims, context};
use cognito_claims_fuzz::{claims, read};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(token) = std::str::from_utf8(bytes) {
        let decoded = UnverifiedClaims::decode(token);
        let _ = decoded.map(|unverified| unverified.read_unverified::<Value>());
    }
    if let Some(claims) = claims(bytes) {
        read(&Claims::from_verified(&claims));
        let _ = context::encode(&claims);
    }
});
