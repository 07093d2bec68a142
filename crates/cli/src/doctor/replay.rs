//! What the trigger itself decides for the person or machine in question.
//!
//! There is no second implementation of its rules: an event is taken or made, and the trigger is
//! asked. Where the records are not known, it is asked with a store that fails, under a policy
//! that makes do without: what it then leaves out for another reason stays out anyway.

use std::sync::Arc;
use std::time::Duration;

use claimsmith::Decided;
use claimsmith::event::EventError;
use claimsmith::policy::{ClientRules, Policy};
use claimsmith::records::Known;
use claimsmith::records::any::{AnyClock, AnyStore};
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError, StoreFault};

use super::question::Question;

/// A person at a terminal waits longer than Cognito, as with `show`.
pub const DEADLINE: Duration = Duration::from_secs(30);

/// The records, or that they weren't given.
pub enum Records {
    /// A file or a table.
    Known(AnyStore),
    /// Not given.
    Unknown,
}

impl Store for Records {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        match self {
            Records::Known(store) => Box::pin(store.read(reads)).await,
            Records::Unknown => Err(StoreError::new(StoreFault::Failed)),
        }
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        match self {
            Records::Known(store) => Box::pin(store.query(query)).await,
            Records::Unknown => Err(StoreError::new(StoreFault::Failed)),
        }
    }
}

/// A policy under which no record decides whether there is a token.
pub fn without_records(policy: &mut Policy) {
    for record in &mut policy.records {
        record.require = None;
    }
    if let Some(tenant) = &mut policy.tenant
        && tenant.after_rounds > 0
    {
        // Never decided, so that whatever is about an organisation can't be known.
        tenant.after_rounds = usize::MAX;
    }
    if let Some(person) = &policy.person {
        // Never asked, so never in the way, and whatever they hold can't be known.
        let asks = |record: &usize| *record == person.record || *record == person.profile;
        policy.rounds.iter_mut().for_each(|round| round.retain(|record| !asks(record)));
    }
    policy.session_tags = None;
    for claim in &mut policy.claims {
        claim.required = false;
        claim.fault_refuses = false;
    }
    policy.groups = None;
    let rules = std::iter::once(&mut policy.any_client).chain(policy.clients.values_mut());
    for ClientRules { id, access, .. } in rules {
        (id.budget, access.budget) = (usize::MAX, usize::MAX);
        access.limit_scopes = None;
    }
}

/// Asks the trigger.
pub fn decide<'e>(
    runtime: &tokio::runtime::Runtime,
    trigger: &'e claimsmith::Trigger<Records, AnyClock>,
    question: &'e Question,
) -> Result<Decided<'e>, EventError> {
    runtime.block_on(trigger.decide(question.event.as_bytes(), DEADLINE))
}
