//! The claims of the tokens, typed.
//!
//! Made by `claimsmith types --language rust`.
//! Don't edit it: change the policy and run that again.

#![allow(dead_code, clippy::doc_markdown)]

use cognito_claims::bits::{Catalogue, CatalogueError};
use cognito_claims::{Features, OrgId, Words};
use serde::Deserialize;
use serde_json::{Map, Value};

#[rustfmt::skip]
const FLAGS_FLAGS: [&str; 8] = [
    "items",
    "export",
    "webhooks",
    "audit-log",
    "single-sign-on",
    "beta-dashboard",
    "custom-branding",
    "new-editor",
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
    /// A text.
    #[serde(rename = "custom:cost_center")]
    pub custom_cost_center: Option<String>,
    /// A set of flags.
    pub flags: Features,
    /// A text.
    pub nickname: Option<String>,
    /// Any JSON value, as the front door shows it.
    pub org: Option<Value>,
    /// The organisation that the token acts in. Missing only where claims_omitted names
    /// it.
    pub org_id: Option<OrgId>,
    /// A list of words.
    pub permissions: Words,
    /// A text.
    pub place: Option<String>,
    /// A text.
    pub region: Option<String>,
    /// A list of words.
    pub roles: Words,
}

/// The claims of ID tokens: `claims.read::<IdClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct IdClaims {
    /// A list of words.
    pub entra_roles: Words,
    /// A set of flags.
    pub flags: Features,
    /// A text.
    pub nickname: Option<String>,
    /// Any JSON value, as the front door shows it.
    pub org: Option<Value>,
    /// The organisation that the token acts in. Missing only where claims_omitted names
    /// it.
    pub org_id: Option<OrgId>,
    /// A text.
    pub org_name: Option<String>,
    /// A list of objects. Each object has what is there of id, roles. At most 2;
    /// claims_cut names the claim if there are more.
    pub organisations: Option<Vec<Map<String, Value>>>,
    /// A list of words.
    pub permissions: Words,
    /// A list of words.
    pub roles: Words,
}
