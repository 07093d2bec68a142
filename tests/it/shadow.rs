//! The next policy beside the running one: what it reads, what it says, and that nobody waits for it.

use std::sync::Arc;
use std::time::Duration;

use crate::moody::*;
use crate::support::*;
use claimsmith::outcome::Fault;
use claimsmith::records::Known;
use claimsmith::records::file::FileStore;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError};
use claimsmith::shadow::{OWN_LIMIT, Outcome, Told, beside};
use claimsmith::{Decided, Trigger};
use serde_json::{Value, json};

pub type Bench = Trigger<Moody<FileStore>, Turns>;

/// Two triggers by one clock, over the demo company's items.
pub struct Pair {
    pub turns: Turns,
    pub running: Bench,
    pub next: Bench,
}

const ADA: &str = "11111111-1111-4111-8111-111111111111";
const TIME: Duration = Duration::from_millis(60);

/// The shipped policy, with what is changed in it.
fn changed(changes: &[(&str, &str)]) -> String {
    let mut text = claimsmith::policy::DEFAULT_POLICY.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    text
}

impl Pair {
    pub fn of(running: &str, next: &str) -> Self {
        let turns = Turns::default();
        let trigger = |text: &str, mood| {
            let store = Moody::of(demo(), Moods::Always(mood));
            Trigger::new(policy(text), store).with_clock(turns.clone()).remembering()
        };
        let (running, next) = (trigger(running, Mood::Slow(3)), trigger(next, Mood::Slow(2)));
        Self { turns, running, next }
    }

    /// The shipped policy, and the same with changes.
    fn with(changes: &[(&str, &str)]) -> Self {
        Self::of(&changed(&[]), &changed(changes))
    }

    pub fn mood(mut self, running: Mood, next: Mood) -> Self {
        self.running.store.moods = Moods::Always(running);
        self.next.store.moods = Moods::Always(next);
        self
    }

    fn decide<'e>(&'e self, event: &'e str) -> (Decided<'e>, Told) {
        let work = beside(&self.running, &self.next, event.as_bytes(), TIME);
        let (both, _) = quietly(|| in_turns(&self.turns, work));
        both.unwrap()
    }

    pub fn told(&self, event: &str) -> Value {
        json!(self.decide(event).1)
    }
}

fn event(name: &str) -> String {
    let (_, text) = readable_corpus().into_iter().find(|(path, _)| path == name).unwrap();
    text
}

fn ada() -> String {
    event("v2/sign-in.json")
}

/// What is told but for sizes.
fn brief(mut told: Value) -> Value {
    for token in ["id_token", "access_token"] {
        if let Some(token) = told.get_mut(token).and_then(Value::as_object_mut) {
            token.retain(|name, _| !name.starts_with("bytes"));
        }
    }
    told
}

#[test]
fn the_same_policy_reads_nothing_of_its_own_and_says_the_same() {
    let pair = Pair::with(&[]);
    for event in [ada(), ada(), event("v3/client-credentials.json")] {
        let (decided, told) = pair.decide(&event);
        let bytes = |token: Option<claimsmith::shadow::TokenTold>| {
            token.map(|token| (token.bytes_now, token.bytes_next))
        };
        let tokens = decided.outcome.as_ref().unwrap();
        let sizes = |fitted: &Option<claimsmith::budget::Fitted<'_>>| {
            fitted.as_ref().map(|it| (it.after.upper, Some(it.after.upper)))
        };
        let expected = (sizes(&tokens.id), sizes(&tokens.access));
        assert_eq!((told.outcome, told.own_reads), (Outcome::Same, 0));
        assert_eq!((bytes(told.id_token), bytes(told.access_token)), expected);
        assert!(!pair.running.store.asked().is_empty());
        assert!(pair.next.store.asked().is_empty());
    }
}

const TIER_AGAIN: (&str, &str) = (
    "[records.tier]",
    "[records.free]\nshared = true\nkey = { pk = \"TIER#free\", sk = \"PROFILE\" }\n\n[records.tier]",
);
const FREE_CLAIM: (&str, &str) =
    ("[claims.org_id]", "[claims.free]\nmerge = [\"free.features\"]\n\n[claims.org_id]");

#[test]
fn reads_of_its_own_run_beside_the_rounds() {
    let pair = Pair::with(&[TIER_AGAIN, FREE_CLAIM]);
    let told = pair.told(&ada());
    assert_eq!(
        brief(told.clone()),
        json!({
            "outcome": "differs",
            "id_token": { "gained": ["free"] },
            "access_token": { "gained": ["free"] },
            "own_reads": 1,
        })
    );
    let more = told["id_token"]["bytes_next"].as_u64() > told["id_token"]["bytes_now"].as_u64();
    assert!(more, "{told}");
    let asked = pair.next.store.asked();
    assert!(asked.len() == 1 && asked[0].contains("TIER#free"), "{asked:?}");
}

#[test]
fn what_is_not_there_in_time_is_unknown_and_said() {
    for mood in [Mood::Slow(12), Mood::Hangs] {
        let pair = Pair::with(&[TIER_AGAIN, FREE_CLAIM]).mood(Mood::Slow(3), mood);
        let expected = |outcome, own_reads| {
            json!({
                "outcome": outcome,
                "id_token": { "unknown": ["free"] },
                "access_token": { "unknown": ["free"] },
                "unknown_records": ["free"],
                "own_reads": own_reads,
            })
        };
        let told = pair.told(&ada());
        assert!(told["id_token"].get("bytes_next").is_none(), "{told}");
        assert_eq!(brief(told), expected("unknown", 1), "{mood:?}");

        // A guard that can't be known is no refusal that anybody would see.
        let guard = (TIER_AGAIN.0, TIER_AGAIN.1.replace("shared", "require = \"exists\"\nshared"));
        let pair = Pair::with(&[(guard.0, &guard.1)]).mood(Mood::Slow(3), mood);
        assert_eq!(
            pair.told(&ada()),
            json!({
                "outcome": "unknown",
                "reason_next": "deadline_passed",
                "unknown_records": ["free"],
                "own_reads": 1,
            })
        );
    }
}

#[test]
fn a_certain_difference_is_told_beside_what_is_unknown() {
    let pair = Pair::with(&[
        TIER_AGAIN,
        FREE_CLAIM,
        ("[\"phone_number_verified\"]", "[\"email\"]"),
        ("default = \"free\"", "default = \"free\"\ntokens = [\"id\"]"),
    ]);
    let pair = pair.mood(Mood::Slow(3), Mood::Hangs);
    let told = brief(pair.told(&ada()));
    assert_eq!(told["outcome"], "differs");
    assert_eq!(
        told["id_token"],
        json!({
            "lost": ["email"],
            "suppressed_otherwise": ["phone_number_verified"],
            "unknown": ["free"],
        })
    );
}

#[test]
fn refusals_are_told_by_their_reasons() {
    let strict = ("[\"active\", \"trial\"]", "[\"trial\"]");
    let refused = json!({
        "outcome": "refused",
        "reason_next": "record_refused",
        "own_reads": 0,
    });
    assert_eq!(Pair::with(&[strict]).told(&ada()), refused);
    let issued = json!({
        "outcome": "issued",
        "reason_now": "record_refused",
        // The answer was there before its next round.
        "unknown_records": ["tier"],
        "own_reads": 0,
    });
    assert_eq!(Pair::of(&changed(&[strict]), &changed(&[])).told(&ada()), issued);
    let pool = ("[table]", "[pool]\nuser_pools = [\"eu-west-1_OTHER0001\"]\n\n[table]");
    let otherwise = json!({
        "outcome": "refused_otherwise",
        "reason_now": "record_refused",
        "reason_next": "wrong_pool",
        "own_reads": 0,
    });
    assert_eq!(Pair::of(&changed(&[strict]), &changed(&[pool])).told(&ada()), otherwise);
    // A table that fails for both is asked once.
    let pair = Pair::with(&[]).mood(Mood::Fails, Mood::Answers);
    let told = pair.told(&ada());
    assert_eq!(
        told,
        json!({
            "outcome": "same",
            "reason_now": "store_failed",
            "reason_next": "store_failed",
            "own_reads": 0,
        })
    );
    // One that fails for the next one alone, for instance for want of a right, is a refusal.
    let guard = (TIER_AGAIN.0, TIER_AGAIN.1.replace("shared", "require = \"exists\"\nshared"));
    let pair = Pair::with(&[(guard.0, &guard.1)]).mood(Mood::Slow(3), Mood::Fails);
    assert_eq!(
        pair.told(&ada()),
        json!({
            "outcome": "refused",
            "reason_next": "store_failed",
            "store_faults": ["the table failed"],
            "own_reads": 1,
        })
    );
}

/// Which reads can be taken, and which the next policy has to make itself.
#[test]
fn a_read_is_taken_only_if_it_answers_all_that_is_wanted() {
    let name = ("[claims.org_id]", "[claims.name]\nfrom = \"user.name\"\n\n[claims.org_id]");
    let elsewhere = ("\"${CLAIMS_TABLE}\"", "\"another\"");
    let region = ("sk\"\n\n[tenant]", "sk\"\nregion = \"eu-central-1\"\n\n[tenant]");
    let consistent = (
        "{ pk = \"USER#{sub}\", sk = \"PROFILE\" }\nrequire = \"exists\"",
        "{ pk = \"USER#{sub}\", sk = \"PROFILE\" }\nrequire = \"exists\"\nconsistent = true",
    );
    for (changes, own, back) in [
        // More attributes of the person; fewer are no matter.
        (&[name][..], 1, 0),
        (&[elsewhere][..], 3, 3),
        (&[region][..], 3, 3),
        (&[consistent][..], 1, 0),
    ] {
        let count = |pair: Pair| {
            let told = pair.decide(&ada()).1;
            assert_eq!(told.own_reads, pair.next.store.asked().len(), "one item a round");
            told.own_reads
        };
        let pair = Pair::with(changes).mood(Mood::Slow(5), Mood::Answers);
        assert_eq!(count(pair), own, "{changes:?}");
        let pair = Pair::of(&changed(changes), &changed(&[]));
        assert_eq!(count(pair.mood(Mood::Slow(5), Mood::Answers)), back, "{changes:?} running");
    }
}

const MEMBERSHIPS: &str = r#"
version = 1
[table]
name = "table"
partition_key = "pk"
sort_key = "sk"
[tenant]
id = "slug"
person = "user.org_id"
[records.user]
key = { pk = "USER#{sub}", sk = "PROFILE" }
require = "exists"
[records.all]
query = { pk = "USER#{sub}", sk = "ORG#{*}" }
at_most = 20
[claims.organisations]
from = "all"
fields = { id = "org_id" }
"#;

#[test]
fn a_query_is_taken_only_if_it_is_the_same() {
    let again = MEMBERSHIPS.replace("organisations", "orgs");
    let longer = MEMBERSHIPS.replace("at_most = 20", "at_most = 80");
    let more = MEMBERSHIPS.replace("{ id = \"org_id\" }", "{ id = \"org_id\", s = \"status\" }");
    let consistent = MEMBERSHIPS.replace("at_most", "consistent = true\nat_most");
    let ben = event("v2/refresh-tokens.json");
    for (next, own, back) in [(&again, 0, 0), (&longer, 1, 1), (&more, 1, 0), (&consistent, 1, 0)] {
        for (running, next, expected) in
            [(MEMBERSHIPS, next.as_str(), own), (next.as_str(), MEMBERSHIPS, back)]
        {
            let pair = Pair::of(running, next).mood(Mood::Slow(3), Mood::Slow(1));
            let (_, told) = pair.decide(&ben);
            assert_eq!(told.own_reads, expected, "{running}\n{next}");
            assert!(told.unknown_records.is_empty());
        }
    }
}

/// Says of every item that it can't be told if a certain attribute is wanted, and so of queries.
struct Binary(FileStore);

impl Store for Binary {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        let mut known = self.0.read(reads).await?;
        for (read, known) in reads.iter().zip(&mut known) {
            if read.attributes.contains(&"photo") {
                *known = Known::Unknown(Fault::Malformed);
            }
        }
        Ok(known)
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        match query.attributes.contains(&"photo") {
            true => Ok(Known::Unknown(Fault::Malformed)),
            false => self.0.query(query).await,
        }
    }
}

/// What is malformed may be an attribute that the next policy doesn't want.
#[test]
fn what_is_malformed_for_one_policy_is_unknown_for_the_other() {
    let photo = ("[claims.org_id]", "[claims.photo]\nfrom = \"org.photo\"\n\n[claims.org_id]");
    let fields = ("{ id = \"org_id\" }", "{ id = \"org_id\", photo = \"photo\" }");
    for (running, next, record) in [
        (changed(&[photo]), changed(&[]), "org"),
        (MEMBERSHIPS.replace(fields.0, fields.1), MEMBERSHIPS.to_owned(), "all"),
    ] {
        let turns = Turns::default();
        let trigger = |text: &str| {
            let store = Moody::of(Binary(demo()), Moods::Always(Mood::Slow(2)));
            Trigger::new(policy(text), store).with_clock(turns.clone())
        };
        let (running, next) = (trigger(&running), trigger(&next));
        let event = ada();
        let work = beside(&running, &next, event.as_bytes(), TIME);
        let (_, told) = in_turns(&turns, work).0.unwrap();
        assert!(told.unknown_records.contains(&record.to_owned()), "{told:?}");
        assert_eq!(told.own_reads, 0);
        // To itself it is malformed, and no policy is any different.
        let work = beside(&running, &running, event.as_bytes(), TIME);
        let (_, told) = in_turns(&turns, work).0.unwrap();
        assert_eq!((told.outcome, told.unknown_records), (Outcome::Same, vec![]));
    }
}

#[test]
fn what_a_pool_never_does_is_no_difference() {
    let never = ("[table]", "[pool]\nnever = [\"nonce\", \"acr\"]\n\n[table]");
    let told = Pair::with(&[never]).told(&ada());
    assert_eq!(told["outcome"], "same", "{told}");
}

#[test]
fn the_next_policys_own_deadline_counts_for_its_own_reads() {
    let deadline = ("version = 1", "version = 1\ndeadline = \"150ms\"");
    for (changes, outcome) in [
        (&[TIER_AGAIN, FREE_CLAIM][..], Outcome::Differs),
        (&[TIER_AGAIN, FREE_CLAIM, deadline][..], Outcome::Unknown),
    ] {
        let pair = Pair::with(changes).mood(Mood::Slow(80), Mood::Slow(170));
        let (event, time) = (ada(), Duration::from_secs(2));
        let work = beside(&pair.running, &pair.next, event.as_bytes(), time);
        let (_, told) = in_turns(&pair.turns, work).0.unwrap();
        assert_eq!(told.outcome, outcome, "{told:?}");
    }
}

#[test]
fn a_shadow_that_panics_says_so() {
    let pair = Pair::with(&[TIER_AGAIN, FREE_CLAIM]).mood(Mood::Slow(3), Mood::Panics);
    for _ in 0..2 {
        let event = ada();
        let (decided, told) = pair.decide(&event);
        assert!(decided.answer().is_ok());
        assert_eq!(json!(told), json!({ "outcome": "panicked", "own_reads": 0 }));
    }
}

#[test]
fn it_remembers_what_it_read_itself_and_forgets_nothing_of_the_others() {
    let kept = (TIER_AGAIN.0, TIER_AGAIN.1.replace("shared", "cache = \"60s\"\nshared"));
    let pair = Pair::with(&[(kept.0, &kept.1), FREE_CLAIM]);
    for own_reads in [1, 0, 0] {
        let (_, told) = pair.decide(&ada());
        assert_eq!((told.outcome, told.own_reads), (Outcome::Differs, own_reads));
    }
}

#[test]
fn what_memory_helped_out_with_counts_no_longer_than_the_next_policy_allows() {
    let kept = include_str!("../policies/kept.toml");
    let shorter = kept.replace("cache = \"60s\"\nstale_guard = \"10m\"", "cache = \"60s\"");
    for (next, outcome) in [(kept, Outcome::Same), (&shorter, Outcome::Refused)] {
        let mut pair = Pair::of(kept, next);
        assert_eq!(pair.decide(&ada()).1.outcome, Outcome::Same);
        pair.turns.pass(100_000);
        pair = pair.mood(Mood::Fails, Mood::Answers);
        let event = ada();
        let (decided, told) = pair.decide(&event);
        assert!(decided.answer().is_ok());
        assert_eq!((told.outcome, told.own_reads), (outcome, 0));
    }
}

#[test]
fn it_reads_no_more_than_its_limit() {
    let next = r#"
version = 1
[table]
name = "table"
partition_key = "pk"
sort_key = "sk"
[records.user]
key = { pk = "USER#{sub}", sk = "LISTS" }
[records.org]
shared = true
key = { pk = "ORG#{user.org}", sk = "LISTS" }
[records.ones]
shared = true
each = "user.ones"
at_most = 50
key = { pk = "ONE#{each}", sk = "PROFILE" }
[records.twos]
shared = true
each = "org.twos"
at_most = 50
key = { pk = "TWO#{each}", sk = "PROFILE" }
[claims.org]
from = "org.name"
[claims.ones]
merge = ["ones.x"]
[claims.twos]
merge = ["twos.x"]
"#;
    let words: Vec<String> = (0..50).map(|word| format!("w{word}")).collect();
    let mut records = vec![
        json!({ "pk": format!("USER#{ADA}"), "sk": "LISTS", "org": "o", "ones": words }),
        json!({ "pk": "ORG#o", "sk": "LISTS", "twos": words }),
    ];
    for word in &words {
        for kind in ["ONE", "TWO"] {
            records.push(json!({ "pk": format!("{kind}#{word}"), "sk": "PROFILE", "x": ["y"] }));
        }
    }
    let mut pair = Pair::of(&changed(&[]), next).mood(Mood::Slow(5), Mood::Answers);
    pair.next.store.inner = items(&json!(records).to_string());
    let told = pair.told(&ada());
    assert_eq!(told["unknown_records"], json!(["twos"]), "{told}");
    assert_eq!(told["own_reads"], 52);
    const { assert!(52 <= OWN_LIMIT && OWN_LIMIT < 102) };
}

#[test]
fn an_event_that_nobody_can_read_has_no_shadow() {
    let pair = Pair::with(&[]);
    for (name, event) in corpus("broken") {
        let work = beside(&pair.running, &pair.next, event.as_bytes(), TIME);
        let expected = pair.running.decide(event.as_bytes(), TIME);
        let (result, _) = in_turns(&pair.turns, work);
        let (expected, _) = in_turns(&pair.turns, expected);
        assert_eq!(result.is_err(), expected.is_err(), "{name}");
    }
}

#[test]
fn a_broken_next_policy_is_a_text_for_a_warning() {
    use claimsmith::policy::Variables;
    use std::path::Path;
    let no_variable = |_: &str| None;
    let variables = Variables::strict(&no_variable);
    for (text, problem) in [
        (None, "next.toml: no such file"),
        (Some("version = "), "next.toml:1"),
        (Some("version = 1\n[claims.sub]\nvalue = \"secret\"\n"), "next.toml:2"),
        (Some(claimsmith::policy::DEFAULT_POLICY), "CLAIMS_TABLE"),
        (Some("version = 1\n[table]\nfile = \"gone.json\"\npartition_key = \"pk\"\n"), "gone.json"),
    ] {
        let read = |path: &Path| match (path == Path::new("next.toml"), text) {
            (true, Some(text)) => Ok(text.to_owned()),
            _ => Err(format!("{}: no such file", path.display())),
        };
        let warning = claimsmith::shadow::load(Path::new("next.toml"), read, &variables);
        let warning = warning.unwrap_err();
        assert!(warning.starts_with("no policy decides beside the running one: "), "{warning}");
        assert!(warning.contains(problem) && !warning.contains("secret"), "{warning}");
    }
    let panics = |_: &Path| quietly(|| panic!("a store that panics"));
    let warning = claimsmith::shadow::load(Path::new("next.toml"), panics, &variables);
    assert!(warning.unwrap_err().ends_with("next.toml: reading it panicked"));
}

/// With the clock of the function: a shadow that hangs costs no time at all.
#[cfg(feature = "dynamodb")]
#[tokio::test(start_paused = true)]
async fn nobody_waits_for_a_shadow_that_hangs() {
    use claimsmith::system_clock::SystemClock;
    let clock = SystemClock::default();
    let running = Trigger::new(default_policy(), demo()).with_clock(clock);
    let next = policy(&changed(&[TIER_AGAIN, FREE_CLAIM]));
    let next = Trigger::new(next, crate::failing::Hanging::default()).with_clock(clock);
    let (event, started) = (ada(), tokio::time::Instant::now());
    let (decided, told) =
        beside(&running, &next, event.as_bytes(), Duration::from_secs(2)).await.unwrap();
    assert!(decided.answer().is_ok());
    // Nothing of its own was begun: the answer was there before.
    assert_eq!((told.outcome, told.own_reads), (Outcome::Unknown, 0));
    assert_eq!(next.store.asked.load(std::sync::atomic::Ordering::Relaxed), 0);
    assert_eq!(started.elapsed(), Duration::ZERO);
}

/// The function hands the work from thread to thread.
#[cfg(feature = "dynamodb")]
#[expect(dead_code, reason = "that it compiles is the test")]
fn the_work_can_be_sent(
    running: &Trigger<claimsmith::records::any::AnyStore, claimsmith::records::any::AnyClock>,
    next: &Trigger<claimsmith::records::any::AnyStore, claimsmith::records::any::AnyClock>,
) {
    fn sent<W: Send>(_: W) {}
    sent(beside(running, next, b"", TIME));
}
