//! `memory`: a warm answer is the cold one on a table whose items are as old as the policy lets them
//! be. So memory makes answers older, within bounds, and never other ones.

use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use claimsmith::Trigger;
use claimsmith::clock::{Clock, Moment, at_once};
use claimsmith::outcome::Refusal;
use serde_json::Value;

use super::case::{Case, parse};
use super::dice::Dice;
use super::hold::hold;
use super::layout::Role;
use super::row::{Owner, Row};
use super::shrink::{Failure, Verdict};
use super::store::Faulty;
use super::text::Text;
use super::twin::Edit;

/// A clock that is set by hand, in milliseconds.
#[derive(Debug, Default)]
struct Dial(AtomicU64);

impl Clock for Dial {
    fn now(&self) -> Moment {
        let passed = Duration::from_millis(self.0.load(Ordering::Relaxed));
        Moment { monotonic: passed, wall: Duration::from_secs(1_767_225_600) + passed }
    }

    async fn until<W>(&self, _: Moment, work: W) -> Option<W::Output>
    where
        W: Future<Output: Send> + Send,
    {
        Some(work.await)
    }
}

/// How long an item may be kept.
#[derive(Clone, Copy, Default)]
struct Keep {
    fresh: Duration,
    stale: Duration,
}

impl Keep {
    /// What the policy says of a record.
    fn of(text: &Text, head: &str) -> Self {
        let time = |key: &str| {
            let line = text.find(head).and_then(|section| section.line(key));
            match line.and_then(|line| line.split('"').nth(1)) {
                None => Duration::ZERO,
                Some("60s") => Duration::from_secs(60),
                Some("5m") => Duration::from_secs(300),
                Some("10m") => Duration::from_secs(600),
                Some("1h") => Duration::from_secs(3600),
                Some(other) => panic!("{other}"),
            }
        };
        let stale = time("stale_if_error").max(time("stale_guard"));
        Self { fresh: time("cache"), stale }
    }

    /// Whether an item may still count after a time; that it is missing counts for less.
    fn allows(self, age: Duration, is_there: bool, fails: bool) -> bool {
        let missing = (self.fresh / 10).min(Duration::from_secs(5));
        match (is_there, fails) {
            (false, _) => age < missing,
            (true, false) => age < self.fresh,
            (true, true) => age < self.fresh + self.stale && !self.fresh.is_zero(),
        }
    }
}

/// A table before and after, and what can't be read afterwards.
struct History {
    before: BTreeMap<usize, Row>,
    after: BTreeMap<usize, Row>,
    broken: BTreeSet<usize>,
    /// The items that memory may hold, and that differ or can't be read.
    kept: Vec<(usize, Keep)>,
}

impl History {
    fn of(case: &Case) -> Self {
        let text = &case.policy.text;
        let keep = |row: &Row| match row.role {
            Some(Role::Organisation) => Keep::of(text, "records.org"),
            Some(Role::Tier) => Keep::of(text, "records.tier"),
            _ => Keep::default(),
        };
        let mine = |row: &Row| match row.owner {
            Owner::Organisation(at) => case.belongs.contains(&at),
            _ => true,
        };
        let map = |rows: Vec<Row>| rows.into_iter().map(|row| (row.number, row)).collect();
        let (mut before, mut after) = (case.rows.clone(), case.rows.clone());
        let mut broken = BTreeSet::new();
        for edit in case.twins.iter().flatten() {
            match edit {
                // What is removed was there before, or comes afterwards.
                Edit::Remove(number) if number % 2 == 0 => edit.apply(&mut before),
                Edit::Fault(number) => drop(broken.insert(*number)),
                _ => edit.apply(&mut after),
            }
        }
        let (before, after): (BTreeMap<usize, Row>, BTreeMap<usize, Row>) =
            (map(before), map(after));
        let kept = case
            .rows
            .iter()
            .filter(|row| mine(row) && !keep(row).fresh.is_zero())
            .filter(|row| {
                let item =
                    |rows: &BTreeMap<usize, Row>| rows.get(&row.number).map(|row| row.item.clone());
                item(&before) != item(&after) || broken.contains(&row.number)
            })
            .map(|row| (row.number, keep(row)))
            .collect();
        Self { before, after, broken, kept }
    }

    /// All tables that an answer after a time may be about: each kept item as it was or as it is.
    fn allowed(&self, age: Duration) -> Vec<(Vec<Row>, BTreeSet<usize>)> {
        let mut tables = vec![(self.after.clone(), self.broken.clone())];
        for (number, keep) in &self.kept {
            let old = self.before.get(number);
            if !keep.allows(age, old.is_some(), self.broken.contains(number)) {
                continue;
            }
            let mut older = tables.clone();
            for (rows, broken) in &mut older {
                broken.remove(number);
                match old {
                    Some(row) => drop(rows.insert(*number, row.clone())),
                    None => drop(rows.remove(number)),
                }
            }
            tables.extend(older);
        }
        tables.into_iter().map(|(rows, broken)| (rows.into_values().collect(), broken)).collect()
    }
}

/// Some changes of items that are kept, and more of others.
fn changes(case: &Case) -> Vec<Edit> {
    let mut dice = Dice::of(case.seed.rotate_left(7));
    let mut edits = Vec::new();
    let mut few = 3;
    for row in &case.rows {
        let is_kept = matches!(row.role, Some(Role::Organisation | Role::Tier));
        let mine = match row.owner {
            Owner::Organisation(at) => case.belongs.contains(&at),
            _ => row.role == Some(Role::Tier),
        };
        if is_kept && mine {
            if few == 0 || !dice.chance(70) {
                continue;
            }
            few -= 1;
        } else if !dice.chance(15) {
            continue;
        }
        match dice.roll(if is_kept { 6 } else { 12 }) {
            0 => edits.push(Edit::Remove(row.number)),
            1 | 2 => edits.push(Edit::Fault(row.number)),
            _ => {
                for name in ["status", "name", "features", "tier", "role", "theme"] {
                    let Some(now) = row.item.get(name) else { continue };
                    let new = match (name, now) {
                        ("status", _) => dice.word(&["active", "trial", "suspended"]).into(),
                        ("tier", _) => dice.word(&["free", "pro"]).into(),
                        (_, Value::Array(_)) => serde_json::json!([dice.word(&["beta", "new"])]),
                        _ => format!("new {}", dice.roll(9)).into(),
                    };
                    if dice.chance(60) {
                        edits.push(Edit::Change(row.number, vec![name.to_owned()], Some(new)));
                    }
                }
            }
        }
    }
    edits
}

type Answer = Result<Value, Refusal>;

/// The answer without what only an answer from memory says: how old it is.
fn decide<C: Clock>(trigger: &Trigger<Faulty, C>, event: &Value) -> Answer {
    let event = event.to_string();
    let decided = at_once(trigger.decide(event.as_bytes(), Duration::from_secs(1)));
    let decided = decided.unwrap().unwrap();
    let mut answer: Value = serde_json::from_str(decided.answer().map_err(Clone::clone)?).unwrap();
    let details = &mut answer["response"]["claimsAndScopeOverrideDetails"];
    for token in ["idTokenGeneration", "accessTokenGeneration"] {
        if let Some(claims) = details[token]["claimsToAddOrOverride"].as_object_mut() {
            claims.remove("claims_as_of");
        }
    }
    Ok(answer)
}

fn memory(case: &Case) -> Verdict {
    let mut case = case.clone();
    case.fails_at = None;
    case.broken.clear();
    // Where a request fails as a whole, it is for one item that may be kept and for no other.
    let whole = case.seed.is_multiple_of(2);
    if whole {
        let beside = ["records.roles", "records.seat", "claims.permissions", "claims.desk"];
        case.policy.text.sections.retain(|section| !beside.contains(&section.head.as_str()));
    }
    if !case.is_shrunk {
        case.twins = vec![changes(&case)];
    }
    let Ok(policy) = parse(&case.policy.text) else { return Verdict::default() };
    let mut verdict = Verdict { accepted: true, ..Verdict::default() };
    let history = History::of(&case);
    let store = |rows: &[Row], broken: &BTreeSet<usize>, trigger: &claimsmith::policy::Policy| {
        let mut store = Faulty::of(rows, broken, &trigger.tables);
        store.fails_whole = whole;
        store
    };
    let before: Vec<Row> = history.before.values().cloned().collect();
    let after: Vec<Row> = history.after.values().cloned().collect();
    let start = store(&before, &BTreeSet::new(), &policy);
    let mut warm = Trigger::new(policy, start).with_clock(Dial::default()).remembering();
    let Ok(policy) = parse(&case.policy.text) else { return Verdict::default() };
    let empty = store(&[], &BTreeSet::new(), &policy);
    let mut cold = Trigger::new(policy, empty);

    // Around each bound.
    for seconds in [1_u64, 5, 30, 59, 60, 299, 300, 659, 660, 3899, 3900] {
        warm.store = store(&before, &BTreeSet::new(), &warm.policy);
        if let Some(memory) = &warm.memory {
            memory.clear();
        }
        warm.clock.0.store(0, Ordering::Relaxed);
        for event in case.others.iter().chain(&case.events) {
            let _ = decide(&warm, event);
        }
        warm.store = store(&after, &history.broken, &warm.policy);
        warm.clock.0.store(seconds * 1000, Ordering::Relaxed);
        let answers: Vec<Answer> = case.events.iter().map(|event| decide(&warm, event)).collect();

        let mut explained = vec![false; answers.len()];
        let tables = history.allowed(Duration::from_secs(seconds));
        let mut now = Vec::new();
        for (rows, broken) in &tables {
            cold.store = store(rows, broken, &cold.policy);
            for (at, event) in case.events.iter().enumerate() {
                let answer = decide(&cold, event);
                explained[at] |= answer == answers[at];
                now.push(answer);
            }
        }
        for (at, answer) in answers.iter().enumerate() {
            verdict.issued += usize::from(answer.is_ok());
            // Where memory made a difference.
            verdict.compared += usize::from(now[at] != *answer);
            if !explained[at] {
                verdict.failure = Some(Failure {
                    what: format!("after {seconds} s: {answer:?}, but cold: {:?}", now[at]),
                    event: at,
                    edits: case.twins.concat(),
                    other_event: None,
                });
                return verdict;
            }
        }
    }
    verdict
}

#[test]
fn memory_a_warm_answer_is_a_cold_one_of_before() {
    let total = hold("memory", memory, 40, &[]);
    assert!(total.compared > total.cases, "{total:?}");
    assert!(total.issued > 5 * total.cases, "{total:?}");
}
