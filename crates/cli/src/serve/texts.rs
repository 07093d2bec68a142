//! What the page begins with: the policy's and the records' text, as their files are now.

use std::path::PathBuf;

use claimsmith_playground::site;

use crate::setup;
use crate::status::Failure;

/// Where the page's texts come from. Neither is ever written.
#[derive(Clone)]
pub struct Texts {
    /// The policy file; none is the built-in policy.
    pub policy: Option<PathBuf>,
    /// The records file; none is the built-in company.
    pub records: Option<PathBuf>,
}

impl Texts {
    /// The page, with the texts as they are now.
    pub fn page(&self) -> Result<String, String> {
        let policy = setup::policy_text(self.policy.as_deref()).map_err(Failure::into_text)?;
        let records = setup::records_text(self.records.as_deref()).map_err(Failure::into_text)?;
        Ok(site::page(&policy, &records).into_string())
    }
}
