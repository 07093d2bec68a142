//! The claims of the tokens, typed.
//!
//! Made by `claimsmith types --language rust`.
//! Don't edit it: change the policy and run that again.

#![allow(dead_code, clippy::doc_markdown)]

use cognito_claims::Words;
use serde::Deserialize;

/// The claims of access tokens: `claims.read::<AccessClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct AccessClaims {
    /// A list of words. Missing only where claims_omitted names it.
    #[serde(rename = "%")]
    pub claim: Words,
    /// �DETCEJNI� is INJECTED backwards; a zero�width space, and a soft�hyphen
    ///
    /// Missing only where claims_omitted names it.
    #[serde(rename = "*")]
    pub claim_2: Words,
    /// \- a list 1. of https\://a.example/INJECTED items, long enough to be broken into
    /// several lines, the second of # which begins so: * \[ \] 12) INJECTED 3. and this
    /// one
    ///
    /// Missing only where claims_omitted names it.
    #[serde(rename = "2fa")]
    pub claim_2fa: Option<bool>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "AccessClaims")]
    pub access_claims: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "Claims")]
    pub claims: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "CustomPlan")]
    pub custom_plan_2: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "Self")]
    pub self_: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "_")]
    pub claim_3: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "__init__")]
    pub init: Option<String>,
    /// \`INJECTED\` ${INJECTED} {@link INJECTED} @ts-ignore @deprecated user@example.com
    ///
    /// Missing only where claims_omitted names it.
    #[serde(rename = "__proto__")]
    pub proto: Option<String>,
    /// \*/ export const INJECTED = 1; /*
    ///
    /// Missing only where claims_omitted names it.
    #[serde(rename = "a*/b")]
    pub a_b: Option<String>,
    /// """ INJECTED = 1 \\
    ///
    /// Missing only where claims_omitted names it.
    pub class: Option<String>,
    /// \`\`\` INJECTED \[link\](https\://a.example) \<script\> # heading
    ///
    /// Missing only where claims_omitted names it.
    pub constructor: Option<i64>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "custom.plan")]
    pub custom_plan_3: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "custom:plan")]
    pub custom_plan_4: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    pub custom_plan: Option<String>,
    /// A number. Missing only where claims_omitted names it.
    pub dict: Option<f64>,
    /// \-- INJECTED // INJECTED /* INJECTED
    ///
    /// Missing only where claims_omitted names it.
    #[serde(rename = "https://a.example/plan")]
    pub https_a_example_plan: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    pub id: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    pub list: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    pub named: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    pub read: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "self")]
    pub self_2: Option<String>,
    /// '''INJECTED''' \\""" \\\\""" \\u0022\\u0022\\u0022
    ///
    /// Missing only where claims_omitted names it.
    pub str: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "toString")]
    pub to_string: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "type")]
    pub type_: Option<String>,
}

/// The claims of ID tokens: `claims.read::<IdClaims>()`.
#[derive(Clone, Debug, Deserialize)]
pub struct IdClaims {
    /// A list of words. Missing only where claims_omitted names it.
    #[serde(rename = "%")]
    pub claim: Words,
    /// �DETCEJNI� is INJECTED backwards; a zero�width space, and a soft�hyphen
    ///
    /// Missing only where claims_omitted names it.
    #[serde(rename = "*")]
    pub claim_2: Words,
    /// \- a list 1. of https\://a.example/INJECTED items, long enough to be broken into
    /// several lines, the second of # which begins so: * \[ \] 12) INJECTED 3. and this
    /// one
    ///
    /// Missing only where claims_omitted names it.
    #[serde(rename = "2fa")]
    pub claim_2fa: Option<bool>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "AccessClaims")]
    pub access_claims: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "Claims")]
    pub claims: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "CustomPlan")]
    pub custom_plan_2: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "Self")]
    pub self_: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "_")]
    pub claim_3: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "__init__")]
    pub init: Option<String>,
    /// \`INJECTED\` ${INJECTED} {@link INJECTED} @ts-ignore @deprecated user@example.com
    ///
    /// Missing only where claims_omitted names it.
    #[serde(rename = "__proto__")]
    pub proto: Option<String>,
    /// \*/ export const INJECTED = 1; /*
    ///
    /// Missing only where claims_omitted names it.
    #[serde(rename = "a*/b")]
    pub a_b: Option<String>,
    /// """ INJECTED = 1 \\
    ///
    /// Missing only where claims_omitted names it.
    pub class: Option<String>,
    /// \`\`\` INJECTED \[link\](https\://a.example) \<script\> # heading
    ///
    /// Missing only where claims_omitted names it.
    pub constructor: Option<i64>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "custom.plan")]
    pub custom_plan_3: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "custom:plan")]
    pub custom_plan_4: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    pub custom_plan: Option<String>,
    /// A number. Missing only where claims_omitted names it.
    pub dict: Option<f64>,
    /// \-- INJECTED // INJECTED /* INJECTED
    ///
    /// Missing only where claims_omitted names it.
    #[serde(rename = "https://a.example/plan")]
    pub https_a_example_plan: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    pub id: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    pub list: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    pub named: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    pub read: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "self")]
    pub self_2: Option<String>,
    /// '''INJECTED''' \\""" \\\\""" \\u0022\\u0022\\u0022
    ///
    /// Missing only where claims_omitted names it.
    pub str: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "toString")]
    pub to_string: Option<String>,
    /// A text. Missing only where claims_omitted names it.
    #[serde(rename = "type")]
    pub type_: Option<String>,
}
