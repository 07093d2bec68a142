//! The bounds of a policy against what a store counts: never above, and met by the sign-in that reads
//! most.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use claimsmith::Trigger;
use claimsmith::identity::Kind;
use claimsmith::policy::{DEFAULT_POLICY, Policy, Reads, Sizes};
use claimsmith::records::Known;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError};
use serde_json::Value;

use crate::support::*;

const PATIENCE: Duration = Duration::from_secs(60);

/// What was read for one event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    rounds: usize,
    requests: usize,
    items: usize,
    queries: usize,
    /// Halves of read units, of items and pages of up to 4 KB.
    halves: usize,
}

impl Count {
    fn bound(reads: &Reads) -> Self {
        Self {
            rounds: reads.rounds.len(),
            requests: reads.requests(),
            items: reads.items(),
            queries: reads.queries(),
            halves: reads.units(Sizes::USUAL).halves,
        }
    }

    fn is_within(self, bound: Self) -> bool {
        let pairs = [
            (self.rounds, bound.rounds),
            (self.requests, bound.requests),
            (self.items, bound.items),
            (self.queries, bound.queries),
            (self.halves, bound.halves),
        ];
        pairs.iter().all(|(read, most)| read <= most)
    }

    fn most(self, other: Self) -> Self {
        Self {
            rounds: self.rounds.max(other.rounds),
            requests: self.requests.max(other.requests),
            items: self.items.max(other.items),
            queries: self.queries.max(other.queries),
            halves: self.halves.max(other.halves),
        }
    }
}

/// A store that counts.
#[derive(Debug)]
struct Counting<S> {
    inner: S,
    count: Mutex<Count>,
}

impl<S: Store + Sync> Store for Counting<S> {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        {
            let mut count = self.count.lock().unwrap();
            count.requests += 1;
            count.items += reads.len();
            // DynamoDB reads all items of a table in one way.
            count.halves += reads
                .iter()
                .map(|read| {
                    let together = reads.iter().filter(|other| other.table == read.table);
                    1 + usize::from(together.into_iter().any(|other| other.consistent))
                })
                .sum::<usize>();
        }
        self.inner.read(reads).await
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        {
            let mut count = self.count.lock().unwrap();
            count.requests += 1;
            count.queries += 1;
            count.halves += 1 + usize::from(query.consistent && query.index.is_none());
        }
        self.inner.query(query).await
    }
}

/// What is read for each event, with the kind of its identity.
fn counted(policy: Policy, items: &str, events: &[String], remembers: bool) -> Vec<(Kind, Count)> {
    let inner = items_of(items, &policy.tables);
    let trigger = Trigger::new(policy, Counting { inner, count: Mutex::default() });
    let trigger = if remembers { trigger.remembering() } else { trigger };
    let mut counts = Vec::new();
    for event in events {
        *trigger.store.count.lock().unwrap() = Count::default();
        let deciding = trigger.decide(event.as_bytes(), PATIENCE);
        let decided = claimsmith::clock::at_once(deciding).unwrap().unwrap();
        let mut count = *trigger.store.count.lock().unwrap();
        // A round that memory alone served asks the store for nothing.
        count.rounds = match count.requests {
            0 => 0,
            _ => decided.reads.iter().filter(|round| !round.is_empty()).count(),
        };
        counts.push((decided.identity.kind, count));
    }
    counts
}

/// The most that was read for a kind, after none was above the bound.
fn most_within(counts: &[(Kind, Count)], kind: Kind, bound: Count, name: &str) -> Count {
    let of_kind = counts.iter().filter(|(of, _)| *of == kind).map(|(_, count)| *count);
    of_kind.fold(Count::default(), |most, count| {
        assert!(count.is_within(bound), "{name}: {count:?} is above {bound:?}");
        most.most(count)
    })
}

fn texts(folder: &Path) -> Vec<String> {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_shipped_policy_reads_as_much_as_its_bounds_say() {
    let policy = || policy_with(DEFAULT_POLICY, |_| Some("claims".to_owned()));
    let items = std::fs::read_to_string(root().join("demo/records.json")).unwrap();
    let events = texts(&root().join("events/v3"));
    let counts = counted(policy(), &items, &events, false);
    for kind in [Kind::User, Kind::Client] {
        let bound = Count::bound(&policy().bounds(kind).cold);
        assert_eq!(most_within(&counts, kind, bound, "cold"), bound, "{kind:?}");
    }
    // The second time organisation and tier are remembered.
    let twice: Vec<String> =
        events.iter().flat_map(|event| [event.clone(), event.clone()]).collect();
    let counts = counted(policy(), &items, &twice, true);
    let second: Vec<(Kind, Count)> = counts.into_iter().skip(1).step_by(2).collect();
    for kind in [Kind::User, Kind::Client] {
        let bound = Count::bound(&policy().bounds(kind).warm);
        let most = second.iter().filter(|(of, _)| *of == kind).map(|(_, count)| *count);
        let most = most.fold(Count::default(), Count::most);
        // `reads` tells what memory served, too.
        assert_eq!(Count { rounds: bound.rounds, ..most }, bound, "{kind:?}");
        assert_eq!(most.requests, 1, "{kind:?}");
    }
}

#[test]
fn the_companies_read_as_much_as_their_bounds_say() {
    for (company, kind) in [
        ("attribute", Kind::User),
        ("b2b", Kind::User),
        ("machines", Kind::Client),
        ("marketplace", Kind::User),
    ] {
        let folder = root().join("examples/policies").join(company);
        let text = std::fs::read_to_string(folder.join("claims.toml")).unwrap();
        let policy = || policy_with(&text, |_| None);
        let items = std::fs::read_to_string(folder.join("records.json"));
        let mut items: Value =
            serde_json::from_str(&items.unwrap_or_else(|_| "[]".into())).unwrap();
        // Nobody in the example has as many roles as its policy allows.
        for item in items.as_array_mut().unwrap() {
            if let Some(roles) = item.get_mut("roles").and_then(Value::as_array_mut) {
                while roles.len() < 3 {
                    roles.push(format!("more-{}", roles.len()).into());
                }
            }
        }
        let events = texts(&folder.join("events"));
        let counts = counted(policy(), &items.to_string(), &events, false);
        let bound = Count::bound(&policy().bounds(kind).cold);
        assert_eq!(most_within(&counts, kind, bound, company), bound, "{company}");
    }
}
