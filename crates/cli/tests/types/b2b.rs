//! The claims of the tokens, typed.
//!
//! Made by `claimsmith types --language rust`.
//! Don't edit it: change the policy and run that again.

#![allow(dead_code, clippy::doc_markdown)]

use cognito_claims::{OrgId, Tier, Words};
use serde::Deserialize;
use serde_json::{Map, Value};

/// The claims of access tokens: `claims.read::<AccessClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct AccessClaims {
    /// The organisation that the token acts in. Missing only where claims_omitted names
    /// it.
    pub org_id: Option<OrgId>,
    /// A text.
    pub org_name: Option<String>,
    /// What the organisation has paid for. Missing only where claims_omitted names it.
    pub org_tier: Option<Tier>,
    /// A list of words.
    pub permissions: Words,
    /// A list of words.
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
    /// What the organisation has paid for. Missing only where claims_omitted names it.
    pub org_tier: Option<Tier>,
    /// A list of objects. Each object has what is there of id, name. Missing only where
    /// claims_omitted names it.
    pub organisations: Option<Vec<Map<String, Value>>>,
    /// A list of words.
    pub permissions: Words,
    /// A list of words.
    pub roles: Words,
}
