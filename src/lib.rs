#![doc = include_str!("../README.md")]

pub mod budget;
pub mod clock;
pub mod event;
pub mod identity;
pub mod outcome;
pub mod plan;
pub mod policy;
pub mod records;
pub mod response;
#[cfg(feature = "dynamodb")]
pub mod system_clock;
#[cfg(feature = "lambda")]
pub mod telemetry;
pub mod token;

use std::time::Duration;

use budget::Fitted;
use clock::{Clock, Moment, StandingClock};
use event::TriggerEvent;
use identity::{Groups, Identity};
use outcome::{Reason, Refusal, Subject};
use plan::{Plan, TokenPlan};
use policy::Policy;
use records::fetch::{Memory, fetch};
use records::store::{Store, StoreError};
use records::{Asked, Lookup, State};
use token::{OwnClaim, Size};

/// The trigger: a policy, a store of records, and a clock.
#[derive(Debug)]
pub struct Trigger<S, C = StandingClock> {
    /// What to do.
    pub policy: Policy,
    /// Where the records are.
    pub store: S,
    /// What time it is.
    pub clock: C,
    /// What the policy lets it remember; `None` reads everything for each event.
    pub memory: Option<Memory>,
}

/// What the trigger decided about one event.
#[derive(Debug)]
pub struct Decided<'e> {
    /// Who the tokens are for.
    pub identity: Identity<'e>,
    /// What was read, round by round.
    pub reads: Vec<Vec<Asked<'e>>>,
    /// What is known about each record, in the policy's order.
    pub records: Vec<State>,
    /// What the store suffered from, though the tokens may do without its answer.
    pub store_faults: Vec<StoreError>,
    /// How long the reads took.
    pub reading: Duration,
    /// The tokens, or why there are none.
    pub outcome: Result<Tokens<'e>, Refusal>,
}

/// Both tokens as they will be.
#[derive(Debug)]
pub struct Tokens<'e> {
    /// The ID token, unless Cognito issues none.
    pub id: Option<Fitted<'e>>,
    /// The access token.
    pub access: Option<Fitted<'e>>,
    /// Groups as they will stand in the tokens.
    pub groups: Groups<'e>,
    /// Whether these must be written.
    pub groups_changed: bool,
}

/// The reads of one event, while they go on.
struct Reading<'e> {
    lookup: Lookup<'e>,
    store_faults: Vec<StoreError>,
    took: Duration,
}

impl<S> Trigger<S> {
    /// A trigger that reads everything for each event, from a store that answers at once.
    pub fn new(policy: Policy, store: S) -> Self {
        Self { policy, store, clock: StandingClock, memory: None }
    }
}

impl<S, C> Trigger<S, C> {
    /// The same by another clock, for a store that may keep it waiting.
    pub fn with_clock<D>(self, clock: D) -> Trigger<S, D> {
        let Self { policy, store, memory, .. } = self;
        Trigger { policy, store, clock, memory }
    }

    /// The same, and it remembers what the policy allows.
    pub fn remembering(self) -> Self {
        let remembers = self.policy.records.iter().any(|rule| rule.keep.is_some());
        Self { memory: remembers.then(Memory::default), ..self }
    }
}

impl<S: Store, C: Clock> Trigger<S, C> {
    /// Decides about one event: walks the rooms.
    ///
    /// `time` is how long it may take: a store that hasn't answered by then has failed.
    pub async fn decide<'e>(&'e self, event: &'e TriggerEvent<'e>, time: Duration) -> Decided<'e> {
        let deadline = self.clock.now() + time;
        let identity = Identity::of(event);
        let mut reading = Reading {
            lookup: Lookup::new(&self.policy),
            store_faults: Vec::new(),
            took: Duration::ZERO,
        };
        let outcome = self.tokens(&identity, &mut reading, deadline).await;
        let Reading { lookup: Lookup { reads, states, .. }, store_faults, took } = reading;
        Decided { identity, reads, records: states, store_faults, reading: took, outcome }
    }

    async fn tokens<'e>(
        &'e self,
        identity: &Identity<'e>,
        reading: &mut Reading<'e>,
        deadline: Moment,
    ) -> Result<Tokens<'e>, Refusal> {
        admit(&self.policy, identity)?;
        let started = self.clock.now();
        let read = self.read(reading, identity, deadline).await;
        reading.took = self.clock.now().monotonic.saturating_sub(started.monotonic);
        read?;
        let plan = plan::plan(&self.policy, identity, &reading.lookup)?;
        fit(plan, identity)
    }

    /// Reads all records, round by round, until a guard refuses.
    async fn read<'e>(
        &'e self,
        reading: &mut Reading<'e>,
        identity: &Identity<'_>,
        deadline: Moment,
    ) -> Result<(), Refusal> {
        for records in &self.policy.rounds {
            let round = reading.lookup.round(records, identity);
            if !round.reads.is_empty() {
                let memory = self.memory.as_ref();
                let fetched = fetch(&self.store, &self.clock, memory, &round.reads, deadline).await;
                reading.store_faults.extend(fetched.fault);
                reading.lookup.accept(&round, &fetched.answers);
            }
            if let Some(refusal) = reading.lookup.refusal(records) {
                return Err(refusal);
            }
        }
        Ok(())
    }
}

/// Refuses events from pools and for clients that the policy doesn't serve.
fn admit(policy: &Policy, identity: &Identity<'_>) -> Result<(), Refusal> {
    let served = |list: &Option<std::collections::BTreeSet<String>>, name: Option<&str>| {
        list.as_ref().is_none_or(|list| name.is_some_and(|name| list.contains(name)))
    };
    let refuse = |reason, cause| Err(Refusal::new(reason, Subject::Event, cause));
    if !served(&policy.user_pools, identity.user_pool_id) {
        refuse(Reason::WrongPool, "the policy doesn't serve the event's user pool")
    } else if !served(&policy.app_clients, identity.client_id) {
        refuse(Reason::WrongClient, "the policy doesn't serve the event's app client")
    } else {
        Ok(())
    }
}

/// Fits both planned tokens into their budgets.
fn fit<'e>(plan: Plan<'e>, identity: &Identity<'e>) -> Result<Tokens<'e>, Refusal> {
    let Plan { id, access, groups, groups_changed } = plan;
    let own_scopes = token::event_scopes(identity);
    let scopes = plan::changed_scopes(&own_scopes, &access);
    let fit_one = |plan: TokenPlan<'e>| {
        let own = |groups, scopes| token::own_claims(plan.token, identity, groups, scopes);
        let Some(after) = own(&groups, &scopes) else { return Ok(None) };
        let size = |claims: &[OwnClaim<'_>]| claims.iter().map(|claim| claim.size).sum();
        let before = match groups_changed || scopes != own_scopes {
            true => own(&identity.groups, &own_scopes).map_or_else(Size::default, |own| size(&own)),
            false => size(&after),
        };
        budget::fit(plan, after, before, groups_changed).map(Some)
    };
    let (id, access) = (fit_one(id)?, fit_one(access)?);
    Ok(Tokens { id, access, groups, groups_changed })
}

impl Tokens<'_> {
    /// The `response` as JSON text.
    pub fn response(&self, form: event::Form) -> String {
        let groups = self.groups_changed.then_some(&self.groups);
        response::response(form, self.id.as_ref(), self.access.as_ref(), groups)
    }
}
