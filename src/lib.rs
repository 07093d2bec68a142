#![doc = include_str!("../README.md")]

pub mod budget;
pub mod clock;
pub mod event;
pub mod groups;
pub mod guarded;
pub mod identity;
pub mod load;
#[cfg(feature = "lambda")]
pub mod metrics;
pub mod mode;
pub mod never;
pub mod outcome;
pub mod plan;
pub mod policy;
pub mod records;
pub mod resolve;
pub mod response;
pub mod scopes;
#[cfg(feature = "lambda")]
pub mod self_test;
mod session_tags;
pub mod shadow;
pub mod size;
#[cfg(feature = "dynamodb")]
pub mod system_clock;
#[cfg(feature = "lambda")]
pub mod telemetry;
pub mod token;
pub mod vouched;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use budget::{Tokens, fit};
use clock::{Clock, Moment, StandingClock};
use event::{EventError, TriggerEvent};
use identity::Identity;
use outcome::{Reason, Refusal, Subject};
use plan::plan;
use policy::Policy;
use records::fetch::{Fetched, Memory, fetch};
use records::reader::Reader;
use records::store::{Query, Read, Store, StoreError};
use records::{Asked, Lookup, State, Tenancy};
use response::answer;
use session_tags::tag;
use tracing::{Instrument, info_span};

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
    /// The event.
    pub event: TriggerEvent<'e>,
    /// Who the tokens are for.
    pub identity: Identity<'e>,
    /// What was read, round by round.
    pub reads: Vec<Vec<Asked<'e>>>,
    /// What is known about each record, in the policy's order.
    pub records: Vec<State>,
    /// The organisation that the tokens are about, if one was decided on.
    pub tenant: Option<String>,
    /// The record that proved it, if it was a record.
    pub member: Option<&'e str>,
    /// What the store suffered from, though the tokens may do without its answer.
    pub store_faults: Vec<StoreError>,
    /// The tokens, or why there are none.
    pub outcome: Result<Tokens<'e>, Refusal>,
    /// The answer, if there are tokens.
    answer: String,
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
    /// Decides about one event, from its bytes to those of the answer: walks the rooms.
    ///
    /// `time` is how long it may take: a store that hasn't answered by then has failed.
    ///
    /// # Errors
    /// The bytes are no event of this trigger.
    pub fn decide<'e>(
        &'e self,
        event: &'e [u8],
        time: Duration,
    ) -> impl Future<Output = Result<Decided<'e>, EventError>> {
        self.decide_by(self, event, time)
    }

    /// The same by another reader than its own.
    ///
    /// # Errors
    /// The bytes are no event of this trigger.
    pub async fn decide_by<'e>(
        &'e self,
        reader: &impl Reader,
        event: &'e [u8],
        time: Duration,
    ) -> Result<Decided<'e>, EventError> {
        let deadline = self.clock.now() + time;
        let (event, identity) = info_span!("event").in_scope(|| {
            let (event, request) = TriggerEvent::parse(event)?;
            let identity = Identity::of(&event, request);
            Ok((event, identity))
        })?;

        let mut reading = Reading { lookup: Lookup::new(&self.policy), store_faults: Vec::new() };
        let read = match admit(&self.policy, &identity) {
            Ok(()) => {
                let records = info_span!("records");
                let looking = self.look_up(reader, &mut reading, &identity, deadline);
                looking.instrument(records).await
            }
            refused => refused,
        };

        let outcome = info_span!("decide").in_scope(|| {
            read.and_then(|()| {
                let known = reading.lookup.knowledge(&identity);
                plan(&self.policy, &identity, &known, reading.lookup.as_of())
            })
            .and_then(|plan| tag(&self.policy, plan))
            .and_then(|plan| fit(plan, &identity))
        });

        let answer = info_span!("answer")
            .in_scope(|| outcome.as_ref().map(|tokens| answer(&event, tokens)).unwrap_or_default());

        let Reading { lookup: Lookup { reads, states, tenancy, .. }, store_faults } = reading;
        let (tenant, member) = match tenancy {
            Tenancy::One { id, member } => (Some(id), member),
            Tenancy::Nobody | Tenancy::Undecided => (None, None),
        };
        let member = member.and_then(|record| self.policy.records.get(record));
        Ok(Decided {
            event,
            identity,
            reads,
            records: states,
            tenant,
            member: member.map(|rule| rule.name.as_str()),
            store_faults,
            outcome,
            answer,
        })
    }

    /// Reads all records, round by round, until something refuses.
    async fn look_up<'e>(
        &'e self,
        reader: &impl Reader,
        reading: &mut Reading<'e>,
        identity: &Identity<'_>,
        deadline: Moment,
    ) -> Result<(), Refusal> {
        reading.lookup.begin(identity)?;
        for records in &self.policy.rounds {
            let round = reading.lookup.round(records, identity);
            if !round.is_empty() {
                let questions = (round.reads.as_slice(), round.queries.as_slice());
                let (by_key, queries) = (round.reads.len(), round.queries.len());
                let span = info_span!("round", by_key, queries);
                let mut fetched = reader.fetch(questions, deadline).instrument(span).await;
                reading.store_faults.append(&mut fetched.faults);
                reading.lookup.accept(&round, &fetched);
            }
            reading.lookup.end(records, identity)?;
        }
        Ok(())
    }
}

impl<S: Store, C: Clock> Reader for Trigger<S, C> {
    fn fetch(
        &self,
        questions: (&[Read<'_>], &[Query<'_>]),
        deadline: Moment,
    ) -> impl Future<Output = Fetched> {
        fetch(&self.store, &self.clock, self.memory.as_ref(), questions, deadline)
    }
}

/// The reads of one event, while they go on.
struct Reading<'e> {
    lookup: Lookup<'e>,
    store_faults: Vec<StoreError>,
}

/// Refuses events that name nobody, from pools and for clients that the policy doesn't serve.
///
/// Cognito's sources are an open set, and an unknown one is a person's if it has a `sub`. Without it, it
/// may be a machine's, or of somebody whom only another provider knows (AWS, Cognito API reference,
/// GetDerivedToken), and what is written for people must not be for them.
fn admit(policy: &Policy, identity: &Identity<'_>) -> Result<(), Refusal> {
    let served = |list: &Option<BTreeSet<String>>, name: &Option<Cow<'_, str>>| {
        list.as_ref().is_none_or(|list| name.as_deref().is_some_and(|name| list.contains(name)))
    };
    let refuse = |reason, cause| Err(Refusal::new(reason, Subject::Event, cause));
    if identity.is_nobody() {
        let cause = "its trigger source is not known, and it has no `sub`";
        refuse(Reason::NoIdentity, cause)
    } else if !served(&policy.user_pools, &identity.user_pool_id) {
        refuse(Reason::WrongPool, "the policy doesn't serve the event's user pool")
    } else if !served(&policy.app_clients, &identity.client_id) {
        refuse(Reason::WrongClient, "the policy doesn't serve the event's app client")
    } else {
        Ok(())
    }
}

impl Decided<'_> {
    /// The whole event with its response, as it goes back to Cognito.
    ///
    /// # Errors
    /// The refusal, if there are no tokens.
    pub fn answer(&self) -> Result<&str, &Refusal> {
        self.outcome.as_ref().map(|_| self.answer.as_str())
    }

    /// The same, for keeps.
    ///
    /// # Errors
    /// The refusal, if there are no tokens.
    pub fn into_answer(self) -> Result<String, Refusal> {
        self.outcome.map(|_| self.answer)
    }
}
