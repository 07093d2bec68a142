//! What the benchmarks measure: one event, from bytes to bytes.

use claimsmith::Trigger;
use claimsmith::clock::at_once;
use claimsmith::load::Text;
use claimsmith::policy::Variables;
use claimsmith::records::file::FileStore;

/// A typical event: a person of an enterprise organisation signs in.
pub const EVENT: &str = include_str!("../../events/v2/sign-in-three-groups.json");

/// A trigger with the shipped policy and the demo company in memory.
pub struct Subject {
    trigger: Trigger<FileStore>,
}

impl Subject {
    /// Reads policy and records.
    ///
    /// # Errors
    /// Neither ever happens with what is in the repository.
    pub fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let policy = Text::default_policy().policy(&Variables::lenient(&|_| None));
        let policy = policy.map_err(|findings| format!("{findings:?}"))?;
        let store = Text::demo_records().store(&policy.tables)?;
        Ok(Self { trigger: Trigger::new(policy, store) })
    }

    /// The whole path of one event: parse, look up, plan, fit, answer.
    pub fn answer(&self, event: &[u8]) -> Option<String> {
        at_once(self.trigger.decide(event, self.trigger.policy.deadline))?.ok()?.into_answer().ok()
    }
}
