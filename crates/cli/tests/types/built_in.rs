//! The claims of the tokens, typed.
//!
//! Made by `claimsmith types --language rust`.
//! Don't edit it: change the policy and run that again.

#![allow(dead_code, clippy::doc_markdown)]

use cognito_claims::{Features, OrgId, Tier};
use serde::Deserialize;

/// The claims of access tokens: `claims.read::<AccessClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct AccessClaims {
    /// A set of flags.
    pub feature_flags: Features,
    /// The organisation that the token acts in. Missing only where claims_omitted names
    /// it.
    pub org_id: Option<OrgId>,
    /// What the organisation has paid for. Missing only where claims_omitted names it.
    pub org_tier: Option<Tier>,
}

/// The claims of ID tokens: `claims.read::<IdClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct IdClaims {
    /// A set of flags.
    pub feature_flags: Features,
    /// The organisation that the token acts in. Missing only where claims_omitted names
    /// it.
    pub org_id: Option<OrgId>,
    /// What the organisation has paid for. Missing only where claims_omitted names it.
    pub org_tier: Option<Tier>,
}
