//! What Cognito issues without a trigger, to compare in report mode what a policy would change.

use std::time::Duration;

use super::compare;
use super::told::{Outcome, Told};
use crate::clock::at_once;
use crate::guarded::unharmed;
use crate::policy::{Policy, Variables};
use crate::records::file::FileStore;
use crate::records::{Asked, ServedBy};
use crate::{Decided, Trigger};

/// The policy that says nothing.
const NOTHING: &str = "version = 1\n";

/// A trigger that changes nothing, as the running one beside which a policy is compared.
#[derive(Debug)]
pub struct Untouched(Option<Trigger<FileStore>>);

impl Default for Untouched {
    fn default() -> Self {
        let policy = Policy::parse(NOTHING, &Variables::strict(&|_| None)).ok();
        let both = policy.zip(FileStore::parse("[]", &[]).ok());
        Self(both.map(|(policy, store)| Trigger::new(policy, store)))
    }
}

impl Untouched {
    /// What is told in report mode about an event and the decision of a policy, which has waited for
    /// all its reads: here `own_reads` are those that its store was asked for.
    pub fn told(&self, event: &[u8], (decided, policy): (&Decided<'_>, &Policy)) -> Told {
        let of_store = |asked: &&Asked<'_>| asked.served_by == ServedBy::Store;
        let reads = decided.reads.iter().flatten().filter(of_store).count();
        let told = || {
            let untouched = at_once(self.0.as_ref()?.decide(event, Duration::MAX))?.ok()?;
            let told = compare::told(&untouched, (decided, policy), reads);
            // Without a trigger nobody is refused, not even who has no name.
            Some(match (told.reason_now, told.reason_next) {
                (Some(_), Some(_)) => Told { outcome: Outcome::Refused, reason_now: None, ..told },
                _ => told,
            })
        };
        let told = unharmed(told).unwrap_or_else(|_| Some(Told::only(Outcome::Panicked)));
        told.unwrap_or_else(|| Told::only(Outcome::NotReady))
    }
}
