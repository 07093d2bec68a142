//! Many invocations in one process, as on Lambda Managed Instances, with the table a few milliseconds
//! away.
//!
//! A closed loop: so many callers, each of which sends its next event when it has its answer. The
//! processor of the function is busy all the time, so CPU time says what a sign-in costs; the waiting
//! is that of callers, function, table and this program on the same processors, alike for all.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Mutex;
use std::time::Instant;

use claimsmith_testbed::runtime_api::Function;

use crate::contender::{Contender, DISTANCE, Place, START};
use crate::figures::{Spread, quantile};
use crate::surroundings::{Failure, say};

/// Invocations at once, and how many each caller makes in a round.
const LOADS: [(usize, usize); 3] = [(1, 400), (8, 200), (64, 60)];
/// Rounds, unless told.
pub const ROUNDS: usize = 7;

/// Whom the others are measured by.
const OURS: &str = "one-record";
/// Who is measured: all of them take several invocations in one process.
const WHO: [&str; 3] = [OURS, "natural", "node"];

/// Whether this contender is.
pub fn is_measured(name: &str) -> bool {
    WHO.contains(&name)
}

/// One process under one load.
#[derive(Clone, Copy, Debug)]
struct Sample {
    /// Sign-ins per second of CPU time.
    per_core: f64,
    /// Sign-ins per second.
    per_second: f64,
    /// Median and 99th percentile of an invocation, less the table's own time, in microseconds.
    p50: f64,
    p99: f64,
    /// The most memory ever resident, in bytes.
    memory: f64,
}

/// By invocations at once, and in each round by contender.
type Rounds = BTreeMap<usize, Vec<BTreeMap<&'static str, Sample>>>;

/// Measures these, in another order in each round.
pub fn run(all: &[Contender], place: &Place, rounds: usize) -> Result<String, Failure> {
    let mut order: Vec<&Contender> = all.iter().collect();
    let mut done = Rounds::new();
    for round in 1..=rounds {
        say(&format!("round {round} of {rounds} ..."));
        for (at_once, calls) in LOADS {
            fastrand::shuffle(&mut order);
            let mut samples = BTreeMap::new();
            for one in &order {
                samples.insert(one.name, sample(one, place, at_once, calls)?);
            }
            done.entry(at_once).or_default().push(samples);
        }
    }
    Ok(report(&order, &done))
}

fn sample(one: &Contender, place: &Place, at_once: usize, calls: usize) -> Result<Sample, Failure> {
    let function = one.launch(place).concurrency(at_once).spawn()?;
    function.ready(START)?;
    // Before anything counts: connections, compiled code, memory.
    load(one, &function, at_once, calls / 2)?;
    let before = function.figures()?;
    let begun = now();
    let mut times = load(one, &function, at_once, calls)?;
    let (took, after) = (begun.elapsed(), function.figures()?);
    times.sort_by(f64::total_cmp);
    let own = |share| {
        let time = quantile(&times, share).unwrap_or_default();
        time - DISTANCE.as_secs_f64() * 1e6
    };
    let count = times.len() as f64;
    Ok(Sample {
        per_core: count / after.cpu.saturating_sub(before.cpu).as_secs_f64(),
        per_second: count / took.as_secs_f64(),
        p50: own(0.5),
        p99: own(0.99),
        memory: after.peak_memory as f64,
    })
}

#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn now() -> Instant {
    Instant::now()
}

/// The times of all calls in microseconds, and the answers are checked.
fn load(
    one: &Contender,
    function: &Function,
    callers: usize,
    calls: usize,
) -> Result<Vec<f64>, Failure> {
    let times = Mutex::new(Vec::with_capacity(callers * calls));
    let caller = || -> Result<(), String> {
        for _ in 0..calls {
            let time = one.call(function).map_err(|error| error.to_string())?;
            let mut times = times.lock().map_err(|error| error.to_string())?;
            times.push(time.as_secs_f64() * 1e6);
        }
        Ok(())
    };
    let done: Result<Vec<()>, String> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..callers).map(|_| scope.spawn(caller)).collect();
        let ended = threads.into_iter().map(|thread| thread.join());
        ended.map(|end| end.unwrap_or_else(|_| Err("a caller panicked".to_owned()))).collect()
    });
    done?;
    Ok(times.into_inner()?)
}

const WIDTH: usize = 42;

fn report(all: &[&Contender], done: &Rounds) -> String {
    let mut text = String::new();
    // Writing to a text can't fail.
    let _ = write_report(&mut text, all, done);
    text
}

fn write_report(text: &mut String, all: &[&Contender], done: &Rounds) -> std::fmt::Result {
    let mut all = all.to_vec();
    all.sort_by_key(|one| WHO.iter().position(|name| *name == one.name));
    let alone = done.keys().next().copied().unwrap_or_default();
    for (at_once, rounds) in done {
        writeln!(
            text,
            "\n{at_once} at once, {} rounds, the table {} ms away (and over ours within a round)",
            rounds.len(),
            DISTANCE.as_millis()
        )?;
        write!(text, "{:WIDTH$}", "")?;
        for (name, _) in COLUMNS {
            write!(text, " {name:>18}")?;
        }
        writeln!(text, " {:>18}", "KB per invocation")?;
        for one in &all {
            write!(text, "{:WIDTH$}", one.title)?;
            for (_, figure) in COLUMNS {
                write!(text, " {:>18}", cell(rounds, one.name, figure).unwrap_or_default())?;
            }
            let more = memory(done, alone, one.name).zip(memory(done, *at_once, one.name));
            let each = more.filter(|_| *at_once > alone).map(|(one_alone, together)| {
                format!("{:.0}", (together - one_alone) / (at_once - alone) as f64 / 1e3)
            });
            writeln!(text, " {:>18}", each.unwrap_or_default())?;
        }
    }
    Ok(())
}

type Figure = fn(&Sample) -> f64;

/// What a table shows.
const COLUMNS: [(&str, Figure); 5] = [
    ("per CPU second", |sample| sample.per_core),
    ("per second", |sample| sample.per_second),
    ("p50 less table, us", |sample| sample.p50),
    ("p99 less table, us", |sample| sample.p99),
    ("peak memory, KB", |sample| sample.memory / 1e3),
];

type Round = BTreeMap<&'static str, Sample>;

fn cell(rounds: &[Round], name: &str, figure: Figure) -> Option<String> {
    let own = Spread::of(rounds.iter().filter_map(|round| round.get(name)).map(figure))?;
    let over =
        rounds.iter().filter_map(|round| Some(figure(round.get(name)?) / figure(round.get(OURS)?)));
    Some(format!("{:.0} ({:.2})", own.median, Spread::of(over)?.median))
}

fn memory(done: &Rounds, at_once: usize, name: &str) -> Option<f64> {
    let samples = done.get(&at_once)?.iter().filter_map(|round| round.get(name));
    Some(Spread::of(samples.map(|sample| sample.memory))?.median)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_made_within_a_round_and_memory_is_what_others_add() {
        let sample =
            |per_core, memory| Sample { per_core, per_second: 1.0, p50: 1.0, p99: 1.0, memory };
        let round = |ours, node, memory| {
            BTreeMap::from([(OURS, sample(ours, memory)), ("node", sample(node, 2.0 * memory))])
        };
        // A slow machine in the second round changes no ratio.
        let alone = vec![round(8.0, 2.0, 1e6), round(4.0, 1.0, 1e6)];
        let cell = cell(&alone, "node", |sample| sample.per_core);
        assert_eq!(cell.as_deref(), Some("2 (0.25)"));
        let done = Rounds::from([(1, alone), (8, vec![round(8.0, 2.0, 8e6)])]);
        assert_eq!(memory(&done, 8, OURS), Some(8e6));
        assert_eq!(memory(&done, 64, OURS), None);
    }
}
