//! The claims of the tokens, typed.
//!
//! Made by `claimsmith types --language rust`.
//! Don't edit it: change the policy and run that again.

#![allow(dead_code, clippy::doc_markdown)]

use serde::Deserialize;

/// The claims of access tokens: `claims.read::<AccessClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct AccessClaims {
    /// A text.
    pub department: Option<String>,
}
