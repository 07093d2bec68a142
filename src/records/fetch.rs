//! One round of reads: from memory what is fresh, from the store the rest, and the queries beside
//! it, all at once and within the deadline.
//!
//! Pure but for its locks: store and clock are arguments. If the store fails or is late, memory may
//! serve what the policy allows to be stale; what it hasn't got is unknown.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::cache::{Cache, Cached};
use super::known::Known;
use super::state::{Answer, ServedBy};
use super::store::{Item, Page, Query, Read, Store, StoreError, StoreFault};
use super::together::{Waiting, together};
use crate::clock::{Clock, Moment};
use crate::outcome::Fault;
use crate::policy::Key;

/// What came of one round.
#[derive(Debug, Default)]
pub struct Fetched {
    /// One answer per read, in the order of the reads.
    pub answers: Vec<Answer>,
    /// One page per query, in the order of the queries.
    pub pages: Vec<Known<Page>>,
    /// The faults of the store, if it was asked and had any. Its answers may be from memory then.
    pub faults: Vec<StoreError>,
}

/// The cache of one function, and who is reading what just now.
#[derive(Debug, Default)]
pub struct Memory {
    cache: Mutex<Cache>,
    /// One lock per key that somebody is reading, so that others wait for the answer.
    flights: Mutex<HashMap<(usize, Key), Weak<Flight>>>,
}

/// Held by the one who reads a key. Whoever failed leaves the fault and its moment, so that those
/// who waited meanwhile need not fail one after the other.
type Flight = tokio::sync::Mutex<Option<(Moment, StoreError)>>;

/// A flight that is held.
type Held = tokio::sync::OwnedMutexGuard<Option<(Moment, StoreError)>>;

/// How many flights are noted before those that have ended are looked for.
const FLIGHTS: usize = 64;

impl Memory {
    /// Forgets everything.
    pub fn clear(&self) {
        self.cache().clear();
    }

    /// The cache, for one look. Nobody holds it across a wait.
    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The lock of the one who reads a key.
    fn flight(&self, read: &Read<'_>) -> Arc<Flight> {
        let mut flights = self.flights.lock().unwrap_or_else(PoisonError::into_inner);
        if flights.len() >= FLIGHTS {
            flights.retain(|_, flight| flight.strong_count() > 0);
        }
        let slot = flights.entry((read.table, read.key.clone())).or_default();
        slot.upgrade().unwrap_or_else(|| {
            let flight = Arc::default();
            *slot = Arc::downgrade(&flight);
            flight
        })
    }

    /// Waits until nobody else reads one of the keys. All take the locks in the order of the keys,
    /// so that no two wait for each other.
    async fn take_flights(&self, reads: &[&Read<'_>]) -> Vec<Held> {
        let mut kept: Vec<&&Read<'_>> = reads.iter().filter(|read| read.keep.is_some()).collect();
        kept.sort_unstable_by(|a, b| (a.table, &a.key).cmp(&(b.table, &b.key)));
        let mut guards = Vec::with_capacity(kept.len());
        for read in kept {
            guards.push(self.flight(read).lock_owned().await);
        }
        guards
    }
}

/// Reads one round.
pub async fn fetch(
    store: &impl Store,
    clock: &impl Clock,
    memory: Option<&Memory>,
    (reads, queries): (&[Read<'_>], &[Query<'_>]),
    deadline: Moment,
) -> Fetched {
    let read = fetch_items(store, clock, memory, reads, deadline);
    if queries.is_empty() {
        return read.await;
    }
    let is_late = clock.now().monotonic >= deadline.monotonic;
    let ask = |query| -> Waiting<'_, Option<Result<Known<Page>, StoreError>>> {
        match is_late {
            true => Box::pin(std::future::ready(None)),
            false => Box::pin(clock.until(deadline, store.query(query))),
        }
    };
    let (mut fetched, found) = together(read, queries.iter().map(ask).collect()).await;
    for page in found {
        let page = page.unwrap_or_else(|| Err(StoreError::new(StoreFault::Late)));
        fetched.pages.push(page.unwrap_or_else(|error| {
            let fault = fault_of(&error);
            fetched.faults.push(error);
            Known::Unknown(fault)
        }));
    }
    fetched
}

/// Reads the items of one round.
async fn fetch_items(
    store: &impl Store,
    clock: &impl Clock,
    memory: Option<&Memory>,
    reads: &[Read<'_>],
    deadline: Moment,
) -> Fetched {
    if reads.is_empty() {
        return Fetched::default();
    }
    match memory.filter(|_| reads.iter().any(|read| read.keep.is_some())) {
        Some(memory) => fetch_through(store, clock, memory, reads, deadline).await,
        None => {
            let (known, fault) = ask(store, clock, reads, deadline).await;
            let answers =
                known.into_iter().map(|known| Answer { known, served_by: ServedBy::Store });
            Fetched { answers: answers.collect(), pages: Vec::new(), faults: Vec::from_iter(fault) }
        }
    }
}

async fn fetch_through(
    store: &impl Store,
    clock: &impl Clock,
    memory: &Memory,
    reads: &[Read<'_>],
    deadline: Moment,
) -> Fetched {
    let look = || {
        let (mut cache, now) = (memory.cache(), clock.now());
        reads.iter().map(|read| cache.look(read, now)).collect::<Vec<_>>()
    };
    let lacking = |cached: &[Cached]| -> Vec<&Read<'_>> {
        let pairs = reads.iter().zip(cached);
        pairs
            .filter(|(_, cached)| !matches!(cached, Cached::Fresh(_)))
            .map(|(read, _)| read)
            .collect()
    };

    let mut cached = look();
    let mut missing = lacking(&cached);
    if missing.is_empty() {
        return combine(cached, Vec::new(), None);
    }
    // Whoever waited looks again: the one before may have brought the answer, or the fault.
    let waiting_since = clock.now();
    let flights = clock.until(deadline, memory.take_flights(&missing));
    let mut held = flights.await.unwrap_or_default();
    cached = look();
    missing = lacking(&cached);
    if missing.is_empty() {
        return combine(cached, Vec::new(), None);
    }
    let asked: Vec<Read<'_>> = missing.into_iter().cloned().collect();
    let shared = held.iter().find_map(|flight| match flight.as_ref() {
        Some((at, fault)) if at.monotonic >= waiting_since.monotonic => Some(fault.clone()),
        _ => None,
    });
    let before = clock.now();
    let (known, fault) = match shared.filter(|_| asked.iter().all(|read| read.keep.is_some())) {
        Some(fault) => failed(&asked, fault),
        None => ask(store, clock, &asked, deadline).await,
    };
    let mut cache = memory.cache();
    for (read, known) in asked.iter().zip(&known) {
        cache.keep(read, known, before);
    }
    if let Some(fault) = &fault {
        let now = clock.now();
        // One whose own time was up says nothing about the store.
        if fault.fault != StoreFault::Late {
            for flight in &mut held {
                **flight = Some((now, fault.clone()));
            }
        }
        // The store took its time to fail: what was stale before may be too old by now.
        for (read, cached) in reads.iter().zip(&mut cached) {
            if matches!(cached, Cached::Stale(_)) && cache.look(read, now) == Cached::Nothing {
                *cached = Cached::Nothing;
            }
        }
    }
    drop(cache);
    drop(held);
    combine(cached, known, fault)
}

/// Asks the store, unless it is too late: then nobody would wait for the answer.
async fn ask(
    store: &impl Store,
    clock: &impl Clock,
    reads: &[Read<'_>],
    deadline: Moment,
) -> (Vec<Known<Arc<Item>>>, Option<StoreError>) {
    let late = || StoreError::new(StoreFault::Late);
    let answer = match clock.now().monotonic < deadline.monotonic {
        true => clock.until(deadline, store.read(reads)).await.unwrap_or_else(|| Err(late())),
        false => Err(late()),
    };
    answer.map(|known| (known, None)).unwrap_or_else(|error| failed(reads, error))
}

/// Nothing is known about any of the reads.
fn failed(reads: &[Read<'_>], error: StoreError) -> (Vec<Known<Arc<Item>>>, Option<StoreError>) {
    (vec![Known::Unknown(fault_of(&error)); reads.len()], Some(error))
}

/// What nobody can know after a fault of the store.
fn fault_of(error: &StoreError) -> Fault {
    match error.fault {
        StoreFault::Late => Fault::Deadline,
        _ => Fault::Store,
    }
}

/// Puts what was asked for into the gaps of what was known. Where the store failed, a stale answer
/// is better than none, and the policy allowed it.
fn combine(
    cached: Vec<Cached>,
    asked: Vec<Known<Arc<Item>>>,
    fault: Option<StoreError>,
) -> Fetched {
    let mut asked = asked.into_iter();
    let answers = cached
        .into_iter()
        .map(|cached| match (cached, fault.is_some()) {
            (Cached::Fresh(answer), _) => answer,
            (Cached::Stale(answer), true) => {
                asked.next();
                answer
            }
            // A store with fewer answers than questions has failed.
            (Cached::Stale(_) | Cached::Nothing, _) => Answer {
                known: asked.next().unwrap_or(Known::Unknown(Fault::Store)),
                served_by: ServedBy::Store,
            },
        })
        .collect();
    Fetched { answers, pages: Vec::new(), faults: Vec::from_iter(fault) }
}
