//! The whole policies of `examples/policies`: each event gives what its folder expects of it, on the
//! embedded store and on DynamoDB, and no sign-in reads more often than its page says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use claimsmith::clock::Clock;
use claimsmith::identity::Kind;
use claimsmith::policy::{Policy, Reads, Sizes};
use claimsmith::records::Known;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError};
use claimsmith::{Decided, Trigger};
use serde_json::{Value, json};

use crate::support::*;

const COMPANIES: [&str; 4] = ["attribute", "b2b", "machines", "marketplace"];

/// Nothing here is about time: a busy machine may take as long as it likes.
const PATIENCE: Duration = Duration::from_secs(60);

/// One of the folders.
struct Company {
    name: &'static str,
    policy: String,
    records: Option<String>,
    page: String,
    /// By the names of their files.
    events: BTreeMap<String, String>,
    expected: BTreeMap<String, String>,
}

impl Company {
    fn read(name: &'static str) -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/policies").join(name);
        let text = |file: &str| std::fs::read_to_string(folder.join(file));
        Self {
            name,
            policy: text("claims.toml").unwrap(),
            records: text("records.json").ok(),
            page: text("README.md").unwrap(),
            events: files(folder.join("events")),
            expected: files(folder.join("expected")),
        }
    }

    fn all() -> Vec<Self> {
        COMPANIES.map(Self::read).into()
    }

    /// The policy, in which there is nothing to find.
    fn policy(&self) -> Policy {
        policy_with(&self.policy, |_| None)
    }

    /// The items as the embedded store has them.
    fn items(&self) -> String {
        self.records.clone().unwrap_or_else(|| "[]".to_owned())
    }

    /// A number that the page names: `**Rounds: 3.**`.
    fn stated(&self, what: &str) -> String {
        let (_, after) = self.page.split_once(&format!("**{what}: ")).unwrap();
        after.split_once(".**").unwrap().0.to_owned()
    }
}

/// The JSON files of a folder.
fn files(folder: PathBuf) -> BTreeMap<String, String> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let name = name.strip_suffix(".json").unwrap_or_else(|| panic!("{name} is no JSON"));
            (name.to_owned(), std::fs::read_to_string(&path).unwrap())
        })
        .collect()
}

/// A store that counts its requests.
#[derive(Debug)]
struct Counting<S> {
    inner: S,
    requests: AtomicUsize,
}

impl<S> Counting<S> {
    fn new(inner: S) -> Self {
        Self { inner, requests: AtomicUsize::new(0) }
    }
}

impl<S: Store + Sync> Store for Counting<S> {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.inner.read(reads).await
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        self.requests.fetch_add(1, Ordering::Relaxed);
        self.inner.query(query).await
    }
}

/// What the trigger makes of an event, in the form of the files in `expected`.
async fn made_of<S: Store + Sync, C: Clock>(
    trigger: &Trigger<Counting<S>, C>,
    event: &str,
) -> Value {
    let before = trigger.store.requests.load(Ordering::Relaxed);
    let decided = trigger.decide(event.as_bytes(), PATIENCE).await.unwrap();
    let mut told = json!({
        "rounds": decided.reads.iter().filter(|round| !round.is_empty()).count(),
        "requests": trigger.store.requests.load(Ordering::Relaxed) - before,
    });
    let members = told.as_object_mut().unwrap();
    match (&decided.outcome, decided.answer()) {
        (Err(refusal), _) => {
            members.insert("refused".to_owned(), refusal.reason.to_string().into());
        }
        (Ok(_), answer) => tokens(&decided, answer.unwrap(), members),
    }
    told
}

/// What an answer adds to each token and takes away.
fn tokens(decided: &Decided<'_>, answer: &str, members: &mut serde_json::Map<String, Value>) {
    let machine = decided.event.trigger_source == "TokenGeneration_ClientCredentials";
    for token in if machine { &["access"][..] } else { &["id", "access"] } {
        members.insert((*token).to_owned(), added(answer, token).into());
        let gone = suppressed(answer, token);
        if !gone.is_empty() {
            members.insert(format!("{token}_suppressed"), gone.into());
        }
    }
    let access = generation(answer, "access");
    for (key, name) in [("scopesToAdd", "scopes_added"), ("scopesToSuppress", "scopes_suppressed")]
    {
        if access[key].as_array().is_some_and(|scopes| !scopes.is_empty()) {
            members.insert(name.to_owned(), access[key].clone());
        }
    }
}

/// Everything that differs from what a company's folder expects.
async fn differences<S: Store + Sync, C: Clock>(
    company: &Company,
    trigger: &Trigger<Counting<S>, C>,
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, event) in &company.events {
        let made = made_of(trigger, event).await;
        let expected = company.expected.get(name).map(|text| json_of(text));
        if expected.as_ref() != Some(&made) {
            let made = serde_json::to_string_pretty(&made).unwrap();
            found.push(format!("{}/{name} gives\n{made}", company.name));
        }
    }
    found
}

#[test]
fn every_event_has_its_result_and_every_result_its_event() {
    for company in Company::all() {
        let events: BTreeSet<_> = company.events.keys().collect();
        assert_eq!(events, company.expected.keys().collect(), "{}", company.name);
        for name in events {
            assert!(company.page.contains(&format!("`{name}`")), "{}: {name}", company.name);
        }
        let refused = company.expected.values().filter(|text| text.contains("\"refused\"")).count();
        assert!(refused >= 2, "{}", company.name);
        assert!(company.expected.len() - refused >= 3, "{}", company.name);
    }
}

#[tokio::test]
async fn each_event_gives_what_is_expected_on_the_embedded_store() {
    let mut found = Vec::new();
    for company in Company::all() {
        let policy = company.policy();
        let store = Counting::new(items_of(&company.items(), &policy.tables));
        found.extend(differences(&company, &Trigger::new(policy, store)).await);
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

/// The page states the bounds that the policy proves, and there is an event that needs as much.
#[test]
fn the_most_reads_are_as_the_page_states_them() {
    for company in Company::all() {
        let name = company.name;
        let bounds = [Kind::User, Kind::Client].map(|kind| company.policy().bounds(kind).cold);
        let most = |count: fn(&Reads) -> usize| bounds.iter().map(count).max().unwrap();
        let (rounds, requests) = (most(|reads| reads.rounds.len()), most(Reads::requests));
        assert_eq!(company.stated("Rounds"), rounds.to_string(), "{name}");
        assert_eq!(company.stated("Requests"), requests.to_string(), "{name}");

        let units = bounds.iter().map(|reads| reads.units(Sizes::USUAL));
        let units = units.max_by_key(|units| units.halves).unwrap();
        assert_eq!(company.stated("Read units"), units.to_string(), "{name}");
        assert!(units.halves <= 2 * 4, "{name}");

        let counted = |what: &str| {
            let results = company.expected.values().map(|text| json_of(text));
            results.map(|it| it[what].as_u64().unwrap()).max().unwrap()
        };
        assert_eq!(counted("rounds"), rounds as u64, "{name}");
        assert_eq!(counted("requests"), requests as u64, "{name}");
    }
}

#[cfg(feature = "dynamodb")]
mod on_dynamodb {
    use claimsmith::policy::{Location, Reading};
    use claimsmith::records::dynamo::DynamoStore;
    use claimsmith::system_clock::SystemClock;
    use claimsmith_dynamo::Surroundings;
    use claimsmith_testbed::dynamodb_json::item;
    use claimsmith_testbed::dynamodb_local::{self, DynamoDbLocal};
    use serde_json::Map;

    use super::*;

    fn dynamodb() -> &'static DynamoDbLocal {
        dynamodb_local::shared().unwrap_or_else(|error| panic!("{error}"))
    }

    /// Makes the policy's tables and indexes with the company's items, and points the policy at
    /// them. An item belongs to each table whose key attributes it has.
    fn move_to_dynamodb(policy: &mut Policy, items: &str) {
        let items: Vec<Map<String, Value>> = serde_json::from_str(items).unwrap();
        for (position, table) in policy.tables.iter_mut().enumerate() {
            let indexes: Vec<(&str, Vec<&str>)> = policy
                .records
                .iter()
                .filter(|rule| rule.table == position)
                .filter_map(|rule| match &rule.read {
                    Reading::Query { index, .. } => index.as_ref(),
                    _ => None,
                })
                .map(|index| {
                    let keys = [Some(index.partition_key.as_str()), index.sort_key.as_deref()];
                    (index.name.as_str(), keys.into_iter().flatten().collect())
                })
                .collect();
            let indexes: Vec<_> = indexes.iter().map(|(name, keys)| (*name, &keys[..])).collect();
            let keys = [Some(table.partition_key.as_str()), table.sort_key.as_deref()];
            let keys: Vec<&str> = keys.into_iter().flatten().collect();
            let numbers: Vec<&str> = table.numbers.iter().map(String::as_str).collect();
            let name = dynamodb().create_table_with(&keys, &numbers, &indexes).unwrap();
            let here: Vec<Value> = items
                .iter()
                .filter(|it| keys.iter().all(|key| it.contains_key(*key)))
                .map(item)
                .collect();
            dynamodb().put_all(&name, &here).unwrap();
            table.location = Location::DynamoDb(name);
        }
        policy.connection.endpoint = None;
        policy.connection.attempt_timeout = PATIENCE;
    }

    #[tokio::test]
    async fn each_event_gives_what_is_expected_on_dynamodb() {
        let mut found = Vec::new();
        for company in Company::all() {
            let mut policy = company.policy();
            move_to_dynamodb(&mut policy, &company.items());
            let surroundings = Surroundings {
                region: Some("eu-west-1".to_owned()),
                keys: Some(("testbed".to_owned(), "testbed".to_owned())),
                endpoint: Some(dynamodb().url()),
                ..Surroundings::default()
            };
            let store = DynamoStore::connect(&policy, &surroundings).await.unwrap();
            let trigger = Trigger::new(policy, Counting::new(store));
            let trigger = trigger.with_clock(SystemClock::default());
            found.extend(differences(&company, &trigger).await);
        }
        assert!(found.is_empty(), "{}", found.join("\n"));
    }
}
