//! The policy: `claims.toml`, read and checked completely before any event is served.
//!
//! `file.rs` lists what can be written, `check/` decides what it means, and the other files are what
//! comes of it. A [`Policy`] exists only if there was nothing to find, so the rooms behind this one
//! need no checks of their own. Pure: the file's text and the environment come in as arguments.

mod bounds;
mod check;
mod claim;
mod code;
mod file;
mod id;
mod largest;
mod presence;
pub mod prove;
mod record;
pub mod reserved;
mod rights;
mod rules;
mod source;
mod spelling;
mod table;
mod template;
mod tenant;

pub use bounds::{BatchReads, Bounds, QueryReads, ReadUnits, Reads, RoundReads, Sizes};
pub use check::is_user_attribute;
pub use claim::{ClaimRule, ClaimType, ClaimValue, When};
pub use claimsmith_findings::Variables;
pub use code::{Code, Finding, Found};
pub use id::{IdRule, IdType};
pub use largest::{ClaimBound, TokenBound};
pub use presence::Presence;
pub use record::{
    About, BEFORE, Chosen, Keep, KeyTemplate, Operand, Owner, PersonRule, Reading, RecordRule,
    Require,
};
pub use rights::Rights;
pub use rules::{
    COOKIE, ClientRules, EventVersion, GATEWAY, GroupMode, GroupRule, NGINX, PRESETS, Policy,
    SESSION_TAGS, SessionTags, TokenRules,
};
pub use source::{AssignedAttribute, Map, Place, Provider, RecordPath, Source, Split, Step};
pub use spelling::spelled_path;
pub use table::{
    Connection, Index, Key, Location, PARTITION_KEY_LIMIT, SORT_KEY_LIMIT, Table, Trust,
    is_whole_number,
};
pub use template::{Part, Template};
pub use tenant::{Proof, TenantRule, TenantSource};

/// The shipped policy: `org_id`, `org_tier` and `feature_flags`.
pub const DEFAULT_POLICY: &str = include_str!("../../claims.toml");

impl Policy {
    /// Reads and checks the text of a policy file.
    ///
    /// # Errors
    /// What is wrong in it, in the order of the file.
    pub fn parse(text: &str, variables: &Variables<'_>) -> Result<Self, Found> {
        claimsmith_findings::parse(text, variables, check::check)
    }
}

/// The JSON Schema of the policy file, for editors.
#[cfg(feature = "schema")]
pub fn schema() -> serde_json::Value {
    claimsmith_findings::schema::of::<file::PolicyFile>()
}
