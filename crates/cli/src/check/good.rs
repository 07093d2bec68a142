//! What is known of a file without findings.

use std::collections::BTreeSet;

use claimsmith::policy::{Policy, Rights};

use super::door::Door;

/// What is worth knowing of a file without findings.
pub struct Good {
    /// What its function will need.
    pub unset_variables: BTreeSet<String>,
    /// What is known of a policy.
    pub policy: Option<GoodPolicy>,
}

/// What is worth knowing of a policy.
pub struct GoodPolicy {
    pub policy: Policy,
    /// What its function must be allowed to do. Tables have the names that stand in the file, whatever
    /// the variables are here.
    pub rights: Vec<Rights>,
    /// Whether its proofs are wanted.
    pub prove: bool,
    /// The door that it is put in front of, if one is asked for.
    pub door: Option<Door>,
}
