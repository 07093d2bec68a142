#![no_main]
//! HTTP API with a JWT authorizer.

use cognito_claims::Claims;
use cognito_claims_fuzz::{claims, gateway, read};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|bytes: &[u8]| {
    let Some(claims) = claims(bytes) else { return };
    let event = gateway(json!({ "jwt": { "claims": claims } }));
    let _ = Claims::from_event(&event).map(|claims| read(&claims));
    let _ = Claims::from_http_api(&event).map(|claims| read(&claims));
});
