//! The trigger, made of its files as they are now.
//!
//! Shell. The files are read for each invocation, and a change counts from the next one on. A
//! policy with findings makes invocations fail, as the function wouldn't start with it: an older
//! policy never goes on serving unnoticed.

use std::path::PathBuf;
use std::sync::Arc;

use claimsmith::Trigger;
use claimsmith::load::Text;
use claimsmith::policy::Location;
use claimsmith::records::any::{AnyClock, AnyStore};
use tokio::sync::Mutex;

use super::log::log;
use crate::setup;
use crate::status::Failure;
use crate::table;

/// Where the trigger comes from.
pub struct Function {
    /// The policy file; none is the built-in policy.
    pub policy: Option<PathBuf>,
    /// The records file, if it is said.
    pub records: Option<PathBuf>,
    /// Whether the policy's table on DynamoDB is read.
    pub table: bool,
    /// The trigger of the files as they were last read.
    pub loaded: Mutex<Option<Arc<Loaded>>>,
}

/// A trigger, and the texts that it is made of.
pub struct Loaded {
    policy: String,
    records: Option<(Option<PathBuf>, Text)>,
    /// The trigger, or why the function wouldn't start.
    pub trigger: Result<Trigger<AnyStore, AnyClock>, String>,
}

impl Function {
    /// The trigger of the files as they are now, or why there is none.
    pub async fn now(&self) -> Result<Arc<Loaded>, String> {
        let text = setup::policy_text(self.policy.as_deref()).map_err(Failure::into_text)?;
        let mut last = self.loaded.lock().await;
        if let Some(loaded) = last.as_ref().filter(|loaded| loaded.is_of(&text)) {
            return Ok(Arc::clone(loaded));
        }
        let loaded = Arc::new(self.load(&text).await);
        let before = last.as_ref().and_then(|loaded| loaded.trigger.as_ref().err());
        match &loaded.trigger {
            Ok(_) => log(&format!("{}: read", text.name)),
            Err(problem) if before == Some(problem) => {}
            Err(problem) => log(&format!("{problem}\n  invocations fail until it is mended")),
        }
        *last = Some(Arc::clone(&loaded));
        Ok(loaded)
    }

    async fn load(&self, text: &Text) -> Loaded {
        let mut loaded =
            Loaded { policy: text.text.clone(), records: None, trigger: Err(String::new()) };
        loaded.trigger = self.trigger(text, &mut loaded.records).await.map_err(Failure::into_text);
        loaded
    }

    async fn trigger(
        &self,
        text: &Text,
        used: &mut Option<(Option<PathBuf>, Text)>,
    ) -> Result<Trigger<AnyStore, AnyClock>, Failure> {
        let policy = setup::policy(text, "started")?;
        let location = policy.tables.first().map(|table| &table.location);
        let store = match location {
            Some(Location::DynamoDb(_)) if self.table => table::connect(&policy).await?.0,
            _ => {
                let file = setup::records_file(
                    &policy.tables,
                    self.policy.as_deref(),
                    self.records.as_deref(),
                );
                let records = setup::records_text(file.as_deref())?;
                let store = records.store(&policy.tables);
                *used = Some((file, records));
                AnyStore::File(store.map_err(Failure::Input)?)
            }
        };
        Ok(Trigger::new(policy, store).with_clock(AnyClock::default()))
    }
}

impl Loaded {
    /// Whether the files still say what this was made of.
    fn is_of(&self, text: &Text) -> bool {
        let same_records = || match &self.records {
            None => true,
            Some((file, records)) => {
                setup::records_text(file.as_deref()).is_ok_and(|now| now == *records)
            }
        };
        self.trigger.is_ok() && self.policy == text.text && same_records()
    }
}
