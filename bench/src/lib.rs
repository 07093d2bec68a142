//! What the benchmarks measure: one event, from bytes to bytes.

use claimsmith::Trigger;
use claimsmith::event::TriggerEvent;
use claimsmith::policy::{DEFAULT_POLICY, Policy, Variables};
use claimsmith::records::file::FileStore;
use tokio::runtime::Runtime;
use tokio::time::Instant;

/// A typical event: a person of an enterprise organisation signs in.
pub const EVENT: &str = include_str!("../../events/v2/sign-in-three-groups.json");

/// A trigger with the shipped policy and the demo company in memory.
pub struct Subject {
    trigger: Trigger<FileStore>,
    runtime: Runtime,
}

impl Subject {
    /// Reads policy and records.
    ///
    /// # Errors
    /// Neither ever happens with what is in the repository.
    pub fn new() -> Result<Self, Box<dyn std::error::Error>> {
        let policy = Policy::parse(DEFAULT_POLICY, &Variables::lenient(&|_| None))
            .map_err(|findings| format!("{findings:?}"))?;
        let records = include_str!("../../demo/records.json");
        let store = FileStore::parse(records, &policy.tables)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        Ok(Self { trigger: Trigger::new(policy, store), runtime })
    }

    /// The whole path of one event: parse, look up, plan, fit, answer.
    pub fn answer(&self, event: &[u8]) -> Option<String> {
        let event = TriggerEvent::parse(event).ok()?;
        let decided = self.runtime.block_on(async {
            self.trigger.decide(&event, Instant::now() + self.trigger.policy.deadline).await
        });
        Some(event.answer(&decided.outcome.ok()?.response(event.form)))
    }
}
