//! What the page begins with: the policy's and the records' text, as their files are now.

use std::path::PathBuf;

use claimsmith::load::Text;
use claimsmith_playground::site::{self, Engine};

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

/// Larger records are too many for an editor; the page begins without any.
pub const MAX_RECORDS_BYTES: usize = 1024 * 1024;

impl Texts {
    /// The page, with the texts as they are now.
    pub fn page(&self) -> Result<String, String> {
        let policy = setup::policy_text(self.policy.as_deref()).map_err(Failure::into_text)?;
        let records = setup::records_text(self.records.as_deref()).map_err(Failure::into_text)?;
        let records = match records.text.len() {
            ..=MAX_RECORDS_BYTES => records,
            _ => Text {
                name: format!("{}, too large for this page and left out", records.name),
                text: "[]".to_owned(),
            },
        };
        Ok(site::page(&policy, &records, Engine::Server).into_string())
    }
}
