//! The claims of the tokens, typed.
//!
//! Made by `claimsmith types --language rust`.
//! Don't edit it: change the policy and run that again.

#![allow(dead_code, clippy::doc_markdown)]

use cognito_claims::bits::{Catalogue, CatalogueError};
use cognito_claims::{Features, OrgId, Tier, Words};
use serde::Deserialize;
use serde_json::Value;

#[rustfmt::skip]
const FLAGS_FLAGS: [&str; 2] = [
    "beta",
    "export",
];

/// What decodes the claim `flags`: `claims.features_in` or `Features::with`. Deploy a
/// longer one to the readers first.
///
/// # Errors
/// None: these names make a catalogue.
pub fn flags_catalogue() -> Result<Catalogue, CatalogueError> {
    Catalogue::new(FLAGS_FLAGS.map(str::to_owned).to_vec())
}

/// The claims of access tokens: `claims.read::<AccessClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct AccessClaims {
    /// A text. Missing only where claims_omitted names it.
    pub a_name_of_more_than_sixty_four_characters_is_too_long_for_some_rules: Option<String>,
    /// Any JSON value, as the front door shows it.
    pub branding: Option<Value>,
    /// A text.
    #[serde(rename = "cost-center")]
    pub cost_center: Option<String>,
    /// A text.
    #[serde(rename = "custom:path")]
    pub custom_path: Option<String>,
    /// A set of flags.
    pub feature_flags: Features,
    /// A set of flags.
    pub flags: Features,
    /// The organisation that the token acts in. Missing only where claims_omitted names
    /// it.
    pub org_id: Option<OrgId>,
    /// What the organisation has paid for.
    pub org_tier: Option<Tier>,
    /// A list of words.
    pub permissions: Words,
    /// A text.
    pub plan: Option<String>,
    /// A list of words. Missing only where claims_omitted names it.
    pub regions: Words,
    /// A list of words.
    pub roles: Words,
    /// A whole number.
    pub seats: Option<i64>,
    /// A number.
    pub share: Option<f64>,
    /// True or false.
    pub trial: Option<bool>,
}

/// The claims of ID tokens: `claims.read::<IdClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct IdClaims {
    /// A text. Missing only where claims_omitted names it.
    pub a_name_of_more_than_sixty_four_characters_is_too_long_for_some_rules: Option<String>,
    /// Any JSON value, as the front door shows it.
    pub branding: Option<Value>,
    /// A text.
    #[serde(rename = "cost-center")]
    pub cost_center: Option<String>,
    /// A text.
    #[serde(rename = "custom:path")]
    pub custom_path: Option<String>,
    /// A set of flags.
    pub feature_flags: Features,
    /// A set of flags.
    pub flags: Features,
    /// A text.
    pub nickname: Option<String>,
    /// The organisation that the token acts in. Missing only where claims_omitted names
    /// it.
    pub org_id: Option<OrgId>,
    /// What the organisation has paid for.
    pub org_tier: Option<Tier>,
    /// A list of words.
    pub permissions: Words,
    /// A list of words. Missing only where claims_omitted names it.
    pub regions: Words,
    /// A list of words.
    pub roles: Words,
    /// A whole number.
    pub seats: Option<i64>,
    /// A number.
    pub share: Option<f64>,
    /// True or false.
    pub trial: Option<bool>,
}
