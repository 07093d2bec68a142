#![no_main]
//! A key set as a server might send it.

use cognito_claims::jwt::KeySet;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(keys) = KeySet::parse(text) {
        assert!(keys.len() > 0);
        assert!(!keys.contains(""));
    }
});
