//! Claims: where a value comes from, what it has to be, and in which tokens it stands.

use cognito_claims::bits::Catalogue;
use cognito_claims::encoding::Encoding;
use serde_json::Value;

use super::record::About;
use super::source::{RecordPath, Source, Step};
use super::template::Template;

/// One claim.
#[derive(Debug)]
pub struct ClaimRule {
    /// Its name.
    pub name: String,
    /// Where the value comes from.
    pub value: ClaimValue,
    /// The value if no source has one.
    pub default: Option<Value>,
    /// No token without a value.
    pub required: bool,
    /// Stands in the ID token.
    pub id: bool,
    /// Stands in the access token.
    pub access: bool,
    /// Place in the shedding order; those without one leave last.
    pub shed: Option<u32>,
    /// No token if the value can't be known.
    pub fault_refuses: bool,
    /// Conditions.
    pub when: When,
    /// What it is about, whatever source has the value.
    pub about: About,
    /// Of a list of items: how many stand in the token; the claim is named in `claims_cut` if there
    /// are more. `None` is all, or nothing is known.
    pub first: Option<usize>,
}

/// How a claim's value is made.
#[derive(Debug)]
pub enum ClaimValue {
    /// The first source that has a value.
    First {
        /// In order.
        sources: Vec<Source>,
        /// What the value has to be.
        kind: ClaimType,
    },
    /// All sources together, flags switched on and off.
    Merge {
        /// In order; later ones win.
        sources: Vec<Source>,
        /// How the set is written.
        encoding: Encoding,
        /// The flags that may be written.
        catalogue: Option<Catalogue>,
    },
    /// An object for each item of a record.
    Items {
        /// The record; its path is empty.
        record: RecordPath,
        /// Names in the object, and the attribute of each.
        fields: Vec<(String, Vec<Step>)>,
    },
    /// A text made of several values, all of which it needs.
    Template(Template<Source>),
    /// The same for all.
    Constant {
        /// As it stands in a token.
        value: Value,
        /// What it is.
        kind: ClaimType,
    },
}

impl ClaimValue {
    /// The sources, in order; none of a list of items and of a constant.
    pub fn sources(&self) -> Vec<&Source> {
        match self {
            ClaimValue::First { sources, .. } | ClaimValue::Merge { sources, .. } => {
                sources.iter().collect()
            }
            ClaimValue::Template(template) => template.values().collect(),
            ClaimValue::Items { .. } | ClaimValue::Constant { .. } => Vec::new(),
        }
    }
}

/// What a claim's value has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimType {
    /// A text; a number becomes its digits.
    String,
    /// A whole number of 64 bits.
    Integer,
    /// A number.
    Number,
    /// True or false.
    Boolean,
    /// A list of words, written in the given way.
    List(Encoding),
    /// Any JSON value but null.
    Json,
}

/// Conditions; an empty list is none.
#[derive(Debug, Default)]
pub struct When {
    /// The app client is one of these.
    pub client_ids: Vec<String>,
    /// The event names one of these scopes.
    pub scopes: Vec<String>,
    /// The trigger source is one of these.
    pub trigger_sources: Vec<String>,
    /// Each source has one of its values.
    pub data: Vec<(Source, Vec<Value>)>,
}
