#![no_main]
//! AppSync with a Lambda authorizer.

use cognito_claims::Claims;
use cognito_claims_fuzz::{claims, read};
use libfuzzer_sys::fuzz_target;
use serde_json::json;

fuzz_target!(|bytes: &[u8]| {
    let Some(claims) = claims(bytes) else { return };
    let event = json!({ "identity": { "resolverContext": claims } });
    let _ = Claims::from_event(&event).map(|claims| read(&claims));
    let _ = Claims::from_appsync_lambda(&event).map(|claims| read(&claims));
});
