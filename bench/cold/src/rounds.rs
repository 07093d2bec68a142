//! Gates B and C: CPU time and wall clock, interleaved.
//!
//! In each round every contender runs once, in another order each time, and ratios are made within
//! a round: what disturbs the machine for a while disturbs all alike.

use std::collections::BTreeMap;

use crate::contender::{Contender, Place, START};
use crate::figures::{Rounds, Sample, quantile};
use crate::surroundings::{Failure, say};

/// Rounds, unless told.
pub const ROUNDS: usize = 15;
/// Later calls in each.
pub const CALLS: usize = 300;
/// Later calls to the distant table.
pub const CALLS_DISTANT: usize = 60;

/// Runs all contenders so many times.
pub fn run(
    all: &[Contender],
    place: &Place,
    rounds: usize,
    calls: usize,
) -> Result<Rounds, Failure> {
    let undisturbed = RealTime::enter();
    if !undisturbed.entered {
        say("no right to the real-time class: believe CPU time more than wall clock");
    }
    let mut order: Vec<&Contender> = all.iter().collect();
    let mut done = Rounds::new();
    for _ in 0..rounds {
        fastrand::shuffle(&mut order);
        let mut round = BTreeMap::new();
        for one in &order {
            round.insert(one.name, sample(one, place, calls)?);
        }
        done.push(round);
    }
    Ok(done)
}

fn sample(one: &Contender, place: &Place, calls: usize) -> Result<Sample, Failure> {
    let micros = |time: std::time::Duration| time.as_secs_f64() * 1e6;
    let function = one.launch(place).spawn()?;
    let init = function.ready(START)?;
    let first = one.call(&function)?;
    function.polling(1, START)?;
    let cold = function.figures()?;
    let mut warm = Vec::new();
    for _ in 0..calls {
        warm.push(micros(one.call(&function)?));
    }
    function.polling(1, START)?;
    let end = function.figures()?;
    warm.sort_by(f64::total_cmp);
    Ok(Sample {
        init: micros(init),
        first: micros(first),
        warm: quantile(&warm, 0.5).unwrap_or_default(),
        warm_p99: quantile(&warm, 0.99).unwrap_or_default(),
        cpu_cold: micros(cold.cpu),
        cpu_warm: micros(end.cpu.saturating_sub(cold.cpu)) / calls as f64,
        memory: end.peak_memory as f64,
        threads: end.threads as f64,
    })
}

/// The real-time class for this process and all that it starts, so that neighbours can't disturb;
/// the ordinary class again when dropped.
///
/// Without the right to it nothing happens, and wall clock means less than CPU time.
pub struct RealTime {
    entered: bool,
}

impl RealTime {
    /// Enters the class, if that is allowed.
    pub fn enter() -> Self {
        Self { entered: chrt(&["--fifo", "--all-tasks", "--pid", "10"]) }
    }
}

impl Drop for RealTime {
    fn drop(&mut self) {
        if self.entered {
            chrt(&["--other", "--all-tasks", "--pid", "0"]);
        }
    }
}

fn chrt(arguments: &[&str]) -> bool {
    let own = std::process::id().to_string();
    let succeeds = || {
        let output = std::process::Command::new("chrt").args(arguments).arg(&own).output();
        output.is_ok_and(|output| output.status.success())
    };
    // It also fails when a thread ends while it goes through them.
    (0..5).any(|_| succeeds())
}
