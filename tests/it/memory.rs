//! The function's memory: what is kept and for how long, what serves while the table fails, and
//! how many ask for the same item at once.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::support::*;
use claimsmith::clock::Moment;
use claimsmith::policy::{Keep, Key, Policy};
use claimsmith::records::cache::{BYTE_LIMIT, Cache, Cached, ENTRY_LIMIT};
use claimsmith::records::file::FileStore;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError, StoreFault};
use claimsmith::records::{Known, ServedBy};
use claimsmith::system_clock::SystemClock;
use claimsmith::telemetry::{Invocation, LogLine, Sampling};
use claimsmith::{Decided, Trigger};
use claimsmith_telemetry::{Timing, Wide as _};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::time::Instant;

const FRESH: Duration = Duration::from_secs(60);
const STALE: Duration = Duration::from_secs(600);

fn read(key: &str) -> Read<'static> {
    Read {
        table: 0,
        key: Key { partition: key.to_owned(), sort: None },
        attributes: vec!["a"],
        consistent: false,
        keep: Some(Keep { fresh: FRESH, stale_if_error: STALE }),
    }
}

fn item(value: &str) -> Known<Arc<Item>> {
    Known::Value(Arc::new(json!({ "a": value }).as_object().unwrap().clone()))
}

/// A moment so many seconds after 2026 began, on both clocks.
fn at(seconds: f64) -> Moment {
    let passed = Duration::from_secs_f64(seconds);
    Moment { monotonic: passed, wall: Duration::from_secs(1_767_225_600) + passed }
}

fn kind(cached: &Cached) -> &'static str {
    match cached {
        Cached::Fresh(answer) if answer.known == Known::Absent => "missing",
        Cached::Fresh(_) => "fresh",
        Cached::Stale(_) => "stale",
        Cached::Nothing => "nothing",
    }
}

#[test]
fn an_item_is_fresh_then_stale_then_gone() {
    let mut cache = Cache::default();
    cache.keep(&read("x"), &item("1"), at(0.0));
    for (seconds, expected) in
        [(0.0, "fresh"), (59.9, "fresh"), (60.0, "stale"), (659.9, "stale"), (660.0, "nothing")]
    {
        assert_eq!(kind(&cache.look(&read("x"), at(seconds))), expected, "after {seconds} s");
    }
    let Cached::Stale(answer) = cache.look(&read("x"), at(61.5)) else { panic!("not stale") };
    assert_eq!(answer.served_by, ServedBy::Stale { read_at: 1_767_225_600 });
    assert_eq!(answer.known, item("1"));

    let unkept = Read { keep: None, ..read("x") };
    assert_eq!(cache.look(&unkept, at(1.0)), Cached::Nothing, "a record that may not be kept");
    let mut empty = Cache::default();
    empty.keep(&unkept, &item("1"), at(0.0));
    empty.keep(&read("x"), &Known::Unknown(claimsmith::outcome::Fault::Malformed), at(0.0));
    assert!(empty.is_empty());
}

#[test]
fn that_an_item_is_missing_is_remembered_shortly_and_never_served_stale() {
    let mut cache = Cache::default();
    cache.keep(&read("x"), &Known::Absent, at(0.0));
    for (seconds, expected) in [(4.9, "missing"), (5.0, "nothing"), (100.0, "nothing")] {
        assert_eq!(kind(&cache.look(&read("x"), at(seconds))), expected, "after {seconds} s");
    }
    let short = Keep { fresh: Duration::from_secs(10), stale_if_error: STALE };
    let read = Read { keep: Some(short), ..read("x") };
    assert_eq!(kind(&cache.look(&read, at(0.9))), "missing");
    assert_eq!(kind(&cache.look(&read, at(1.0))), "nothing");
}

#[test]
fn the_longer_of_two_clocks_counts_and_one_that_goes_back_counts_as_never() {
    let mut cache = Cache::default();
    let start = at(100.0);
    cache.keep(&read("x"), &item("1"), start);
    let moment =
        |monotonic, wall| Moment { monotonic: Duration::from_secs(monotonic), wall: at(wall).wall };
    // Frozen: the monotonic clock stood still.
    assert_eq!(kind(&cache.look(&read("x"), moment(100, 161.0))), "stale");
    // The wall clock was not set yet.
    assert_eq!(kind(&cache.look(&read("x"), moment(161, 100.0))), "stale");
    assert_eq!(kind(&cache.look(&read("x"), moment(101, 99.0))), "nothing");
    assert_eq!(kind(&cache.look(&read("x"), moment(99, 101.0))), "nothing");
    assert_eq!(kind(&cache.look(&read("x"), moment(101, 101.0))), "fresh");
}

#[test]
fn an_item_that_was_read_for_other_attributes_is_no_answer() {
    let mut cache = Cache::default();
    let both = Read { attributes: vec!["a", "b"], ..read("x") };
    cache.keep(&read("x"), &item("1"), at(0.0));
    assert_eq!(cache.look(&both, at(1.0)), Cached::Nothing);
    cache.keep(&both, &item("1"), at(0.0));
    assert_eq!(kind(&cache.look(&read("x"), at(1.0))), "fresh");
    let other_table = Read { table: 1, ..read("x") };
    assert_eq!(cache.look(&other_table, at(1.0)), Cached::Nothing);
    cache.clear();
    assert_eq!(cache.look(&read("x"), at(1.0)), Cached::Nothing);
    assert_eq!((cache.len(), cache.bytes()), (0, 0));
}

#[test]
fn memory_is_bounded_and_the_longest_unused_leave_first() {
    let mut cache = Cache::default();
    for number in 0..ENTRY_LIMIT {
        cache.keep(&read(&number.to_string()), &item("1"), at(0.0));
    }
    assert_eq!(kind(&cache.look(&read("0"), at(1.0))), "fresh", "used last");
    cache.keep(&read("new"), &item("1"), at(1.0));
    assert_eq!(cache.len(), ENTRY_LIMIT);
    assert_eq!(kind(&cache.look(&read("0"), at(1.0))), "fresh");
    assert_eq!(cache.look(&read("1"), at(1.0)), Cached::Nothing);

    let large = "x".repeat(BYTE_LIMIT / 4);
    for number in 0..10 {
        cache.keep(&read(&format!("large {number}")), &item(&large), at(1.0));
    }
    assert!(cache.bytes() <= BYTE_LIMIT, "{} bytes", cache.bytes());
    assert_eq!(kind(&cache.look(&read("large 9"), at(1.0))), "fresh");
    cache.keep(&read("large 9"), &item(&"x".repeat(BYTE_LIMIT)), at(2.0));
    assert_eq!(cache.look(&read("large 9"), at(2.0)), Cached::Nothing, "too large to keep");
}

proptest! {
    /// Against the simplest model: a list of all that was kept.
    #[test]
    fn no_answer_is_older_than_allowed_or_other_than_kept(
        steps in prop::collection::vec((0..6_u8, prop::option::of(0..1000_u32), 0..90_u32), 1..60)
    ) {
        let mut cache = Cache::default();
        let mut model: HashMap<u8, (Option<u32>, f64)> = HashMap::new();
        let mut now = 0.0;
        for (key, value, wait) in steps {
            now += f64::from(wait);
            let read = read(&key.to_string());
            let cached = cache.look(&read, at(now));
            let known = model.get(&key).copied();
            let expected = match known {
                Some((Some(_), kept)) if now - kept < 60.0 => "fresh",
                Some((Some(_), kept)) if now - kept < 660.0 => "stale",
                Some((None, kept)) if now - kept < 5.0 => "missing",
                _ => "nothing",
            };
            prop_assert_eq!(kind(&cached), expected);
            if let (Cached::Fresh(answer) | Cached::Stale(answer), Some((Some(value), _))) =
                (&cached, known)
            {
                prop_assert_eq!(&answer.known, &item(&value.to_string()));
            }
            if expected == "nothing" || expected == "stale" {
                let answer = value.map_or(Known::Absent, |value| item(&value.to_string()));
                cache.keep(&read, &answer, at(now));
                model.insert(key, (value, now));
            }
        }
    }
}

/// A store that counts who is asked for, and can be slow or broken.
struct Table {
    inner: FileStore,
    asked: Mutex<Vec<String>>,
    broken: AtomicBool,
    delay: Duration,
}

impl Table {
    fn demo(delay: Duration) -> Self {
        Self { delay, ..Self::of(DEMO_RECORDS) }
    }

    fn of(records: &str) -> Self {
        let (broken, delay) = (AtomicBool::new(false), Duration::ZERO);
        Self { inner: items(records), asked: Mutex::default(), broken, delay }
    }

    /// How often an item was asked for.
    fn count(&self, partition: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|key| *key == partition).count()
    }
}

impl Store for Table {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        self.asked.lock().unwrap().extend(reads.iter().map(|read| read.key.partition.clone()));
        tokio::time::sleep(self.delay).await;
        match self.broken.load(Ordering::Relaxed) {
            true => Err(StoreError::new(StoreFault::Failed)),
            false => self.inner.read(reads).await,
        }
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        self.asked.lock().unwrap().push(query.partition.clone());
        tokio::time::sleep(self.delay).await;
        match self.broken.load(Ordering::Relaxed) {
            true => Err(StoreError::new(StoreFault::Failed)),
            false => self.inner.query(query).await,
        }
    }
}

fn remembering(policy: Policy, delay: Duration) -> Trigger<Table, SystemClock> {
    Trigger::new(policy, Table::demo(delay)).with_clock(SystemClock::default()).remembering()
}

/// The shipped policy; or one that keeps people for a day and guards for ten minutes, so that people
/// can sign in while the table is away.
fn trigger(keep_users: bool, delay: Duration) -> Trigger<Table, SystemClock> {
    let kept = || policy(include_str!("../policies/kept.toml"));
    remembering(if keep_users { kept() } else { default_policy() }, delay)
}

fn event(name: &str) -> String {
    let (_, text) = readable_corpus().into_iter().find(|(path, _)| path == name).unwrap();
    text
}

async fn sign_in<'e>(trigger: &'e Trigger<Table, SystemClock>, event: &'e str) -> Decided<'e> {
    trigger.decide(event.as_bytes(), trigger.policy.deadline).await.unwrap()
}

/// The claims of both tokens that are named, and the reads that were answered by memory.
fn outcome(decided: &Decided<'_>, names: &[&str]) -> Value {
    match &decided.outcome {
        Err(refusal) => json!(refusal.reason.as_str()),
        Ok(_) => {
            let claims = |token| {
                let claims = added(decided.answer().unwrap(), token);
                names.iter().filter_map(|name| claims.get(*name).cloned()).collect::<Vec<_>>()
            };
            json!([claims("id"), claims("access")])
        }
    }
}

fn served_by(decided: &Decided<'_>) -> Vec<(String, &'static str)> {
    let word = |by| match by {
        ServedBy::Store => "store",
        ServedBy::Memory => "memory",
        ServedBy::Stale { .. } => "stale",
    };
    let reads = decided.reads.iter().flatten();
    reads.map(|asked| (asked.record.to_owned(), word(asked.served_by))).collect()
}

#[tokio::test(start_paused = true)]
async fn shared_records_are_read_once_in_their_time() {
    let trigger = trigger(false, Duration::ZERO);
    let event = event("v2/sign-in.json");
    let all = ["org_id", "org_tier", "feature_flags", "claims_as_of"];
    let first = outcome(&sign_in(&trigger, &event).await, &all);
    for _ in 0..3 {
        let decided = sign_in(&trigger, &event).await;
        assert_eq!(outcome(&decided, &all), first, "memory changes no token");
        let expected = [("user", "store"), ("org", "memory"), ("tier", "memory")];
        assert_eq!(served_by(&decided), expected.map(|(name, by)| (name.to_owned(), by)));
    }
    assert_eq!(trigger.store.count("USER#11111111-1111-4111-8111-111111111111"), 4);
    assert_eq!(trigger.store.count("ORG#acme-corp"), 1);

    tokio::time::advance(Duration::from_secs(61)).await;
    sign_in(&trigger, &event).await;
    assert_eq!(trigger.store.count("ORG#acme-corp"), 2, "`cache = \"60s\"` is over");
    assert_eq!(trigger.store.count("TIER#enterprise"), 1, "`cache = \"5m\"` is not");
    trigger.memory.as_ref().unwrap().clear();
    sign_in(&trigger, &event).await;
    assert_eq!(trigger.store.count("TIER#enterprise"), 2, "cleared after a snapshot");
}

#[tokio::test(start_paused = true)]
async fn old_data_serves_only_while_the_table_fails_and_says_so() {
    let trigger = trigger(true, Duration::ZERO);
    let event = event("v2/sign-in.json");
    let names = ["org_id", "claims_as_of", "claims_omitted"];
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let before = now();
    assert_eq!(outcome(&sign_in(&trigger, &event).await, &names)[0], json!(["acme-corp"]));
    let after = now();

    trigger.store.broken.store(true, Ordering::Relaxed);
    tokio::time::advance(Duration::from_secs(61)).await;
    let decided = sign_in(&trigger, &event).await;
    let expected = [("user", "memory"), ("org", "stale"), ("tier", "memory")];
    assert_eq!(served_by(&decided), expected.map(|(name, by)| (name.to_owned(), by)));
    for token in 0..2 {
        let claims = &outcome(&decided, &names)[token];
        assert_eq!(claims[0], "acme-corp");
        let as_of = claims[1].as_u64().unwrap();
        assert!((before..=after).contains(&as_of), "{as_of}");
    }
    let wide = LogLine::decided(&decided).wide(&Invocation::default(), Sampling::default());
    let line = wide.unwrap().line(&Timing::default());
    let line: Value = serde_json::from_str(&line).unwrap();
    assert_eq!((&line["StaleReads"], &line["CacheHits"]), (&json!(1), &json!(2)));
    assert_eq!(line["level"], "WARN");
    assert_eq!(line["record"]["stale_records"], json!(["org"]));

    // `tier` has no `stale_if_error`: what needs it is omitted, and never guessed.
    tokio::time::advance(Duration::from_secs(300)).await;
    let decided = sign_in(&trigger, &event).await;
    let claims = &outcome(&decided, &names)[0];
    assert_eq!(claims[2], "feature_flags", "{claims}");

    // `stale_guard = "10m"` is over: the guard on `org` can't be known.
    tokio::time::advance(Duration::from_secs(300)).await;
    let decided = sign_in(&trigger, &event).await;
    assert_eq!(outcome(&decided, &names), "store_failed");

    trigger.store.broken.store(false, Ordering::Relaxed);
    let decided = sign_in(&trigger, &event).await;
    assert_eq!(outcome(&decided, &names)[0], json!(["acme-corp"]), "the table is back");
}

#[tokio::test(start_paused = true)]
async fn many_who_need_the_same_item_ask_for_it_once() {
    let trigger: &'static Trigger<Table, SystemClock> =
        Box::leak(Box::new(trigger(true, Duration::from_millis(100))));
    let event: &'static str = event("v2/sign-in.json").leak();
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..50 {
        all.spawn(async move { sign_in(trigger, event).await.outcome.is_ok() });
    }
    assert!(all.join_all().await.into_iter().all(|customized| customized));
    for key in ["USER#11111111-1111-4111-8111-111111111111", "ORG#acme-corp", "TIER#enterprise"] {
        assert_eq!(trigger.store.count(key), 1, "{key}");
    }
}

#[tokio::test(start_paused = true)]
async fn many_who_wait_for_a_table_that_fails_fail_together() {
    let trigger: &'static Trigger<Table, SystemClock> =
        Box::leak(Box::new(trigger(true, Duration::from_secs(1))));
    trigger.store.broken.store(true, Ordering::Relaxed);
    let event: &'static str = event("v2/sign-in.json").leak();
    let started = Instant::now();
    let mut all = tokio::task::JoinSet::new();
    for _ in 0..50 {
        all.spawn(async move { sign_in(trigger, event).await.outcome.unwrap_err().reason });
    }
    for reason in all.join_all().await {
        assert_eq!(reason.as_str(), "store_failed");
    }
    assert_eq!(trigger.store.count("USER#11111111-1111-4111-8111-111111111111"), 1);
    assert!(started.elapsed() < Duration::from_secs(2), "{:?}", started.elapsed());
    // Who comes later asks anew: three rounds of a second each, and the deadline ends the third.
    trigger.store.broken.store(false, Ordering::Relaxed);
    let decided = trigger.decide(event.as_bytes(), Duration::from_secs(4)).await.unwrap();
    assert!(decided.outcome.is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_grew_too_old_while_the_table_failed_is_not_served() {
    let mut trigger = trigger(true, Duration::ZERO);
    let event = event("v2/sign-in.json");
    sign_in(&trigger, &event).await;
    trigger.store.delay = Duration::from_secs(3600);
    // `org` may serve for 660 seconds; the table is waited for until 2.5 seconds later.
    tokio::time::advance(Duration::from_millis(659_500)).await;
    let decided = sign_in(&trigger, &event).await;
    assert_eq!(outcome(&decided, &[]), "deadline_passed");
}

#[tokio::test(start_paused = true)]
async fn a_caller_can_not_fill_the_memory_with_keys_that_can_not_exist() {
    let rules = claimsmith::policy::DEFAULT_POLICY.replace(
        "key = { pk = \"USER#{sub}\", sk = \"ORG#{metadata.org_id}\" }",
        "key = { pk = \"USER#{sub}\", sk = \"ORG#{metadata.org_id}\" }\ncache = \"60s\"",
    );
    assert_ne!(rules, claimsmith::policy::DEFAULT_POLICY);
    let trigger = remembering(policy(&rules), Duration::ZERO);
    let events = readable_corpus();
    let (_, text) = events.iter().find(|(name, _)| name == "v2/sign-in.json").unwrap();
    for number in 0..50 {
        let mut event = json_of(text);
        let org = format!("{}{number}", "x".repeat(100_000));
        event["request"]["clientMetadata"] = json!({ "org_id": org });
        let text = event.to_string();
        let decided = sign_in(&trigger, &text).await;
        assert_eq!(outcome(&decided, &[]), "choice_refused");
        assert_eq!(trigger.store.asked.lock().unwrap().len(), 0);
    }
    // What items hold may be as long.
    let rules =
        include_str!("../policies/kept.toml").replace("ORG#{user.org_id}", "ORG#{user.long}");
    let item = json!([{ "pk": "USER#1", "sk": "PROFILE", "long": "x".repeat(100_000) }]);
    let store = Table::of(&item.to_string());
    let kept = Trigger::new(policy(&rules), store).with_clock(SystemClock::default()).remembering();
    let mut event = json_of(text);
    event["request"]["userAttributes"]["sub"] = "1".into();
    let text = event.to_string();
    let decided = sign_in(&kept, &text).await;
    assert_eq!(outcome(&decided, &[]), "record_missing");
    assert_eq!(*kept.store.asked.lock().unwrap(), ["USER#1"]);
    let shown = format!("{:?}", trigger.memory);
    assert!(shown.len() < 20_000, "memory takes {} bytes to show", shown.len());
}

#[tokio::test(start_paused = true)]
async fn one_who_gives_up_does_not_keep_the_others_waiting() {
    let trigger: &'static Trigger<Table, SystemClock> =
        Box::leak(Box::new(trigger(true, Duration::from_secs(1))));
    let event: &'static str = event("v2/sign-in.json").leak();
    let hasty = tokio::spawn(async move {
        trigger
            .decide(event.as_bytes(), Duration::from_millis(500))
            .await
            .unwrap()
            .outcome
            .unwrap_err()
            .reason
            .as_str()
    });
    let patient = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(1)).await;
        trigger.decide(event.as_bytes(), Duration::from_secs(4)).await.unwrap().outcome.is_ok()
    });
    assert_eq!(hasty.await.unwrap(), "deadline_passed");
    assert!(patient.await.unwrap());
}

#[tokio::test(start_paused = true)]
async fn old_data_serves_too_when_the_table_only_hangs() {
    let mut trigger = trigger(true, Duration::ZERO);
    let event = event("v2/sign-in.json");
    sign_in(&trigger, &event).await;
    trigger.store.delay = Duration::from_secs(3600);
    tokio::time::advance(Duration::from_secs(61)).await;
    let started = Instant::now();
    let decided = sign_in(&trigger, &event).await;
    assert_eq!(outcome(&decided, &["org_id"])[0], json!(["acme-corp"]));
    assert!(started.elapsed() <= trigger.policy.deadline + Duration::from_millis(5));
    assert_eq!(decided.store_faults, [StoreError::new(StoreFault::Late)]);
}
