//! The claims of the tokens, typed.
//!
//! Made by `claimsmith types --language rust`.
//! Don't edit it: change the policy and run that again.

#![allow(dead_code, clippy::doc_markdown)]

use cognito_claims::{OrgId, Words};
use serde::Deserialize;

/// The claims of access tokens: `claims.read::<AccessClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct AccessClaims {
    /// A whole number.
    pub commission: Option<i64>,
    /// The organisation that the token acts in. Missing only where claims_omitted names
    /// it.
    pub org_id: Option<OrgId>,
    /// A text.
    pub org_name: Option<String>,
    /// Cognito makes the text "\[Catalog.Write, Orders.Read\]" of the list
    pub roles: Words,
}

/// The claims of ID tokens: `claims.read::<IdClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct IdClaims {
    /// The organisation that the token acts in. Missing only where claims_omitted names
    /// it.
    pub org_id: Option<OrgId>,
    /// A text.
    pub org_name: Option<String>,
    /// Cognito makes the text "\[Catalog.Write, Orders.Read\]" of the list
    pub roles: Words,
}
