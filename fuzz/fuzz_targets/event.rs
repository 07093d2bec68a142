#![no_main]
//! A whole event from anywhere.

use cognito_claims::Claims;
use cognito_claims::dangerous::UnverifiedClaims;
use cognito_claims_fuzz::read;
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|bytes: &[u8]| {
    let Ok(event) = serde_json::from_slice::<Value>(bytes) else { return };
    let _ = Claims::from_event(&event).map(|claims| read(&claims));
    let _ = UnverifiedClaims::from_alb(&event);
});
