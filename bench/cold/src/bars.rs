//! The bars: what each figure is compared with, and whether it holds.

use serde_json::{Value, json};

use crate::figures::{Results, Sample, ratio, spread};
use crate::instructions::TRIP_WIRE;

/// One bar.
#[derive(Clone, Debug)]
pub struct Bar {
    /// A to D.
    pub gate: &'static str,
    /// What is measured, over what.
    pub what: &'static str,
    /// The figure; `None` if it wasn't measured.
    pub figure: Option<f64>,
    /// The figure that is still good.
    pub bar: f64,
    /// Good is below the bar, or above it.
    pub below: bool,
    /// Digits behind the point.
    pub digits: usize,
}

impl Bar {
    /// Whether it holds.
    pub fn met(&self) -> Option<bool> {
        self.figure.map(|figure| if self.below { figure <= self.bar } else { figure >= self.bar })
    }

    /// In words: met, missed by how much, or not measured.
    pub fn verdict(&self) -> String {
        match (self.met(), self.figure) {
            (Some(true), _) => "met".to_owned(),
            (Some(false), Some(figure)) => {
                format!("missed by {:.0} %", ((figure / self.bar).ln().abs().exp() - 1.0) * 100.0)
            }
            _ => "not measured".to_owned(),
        }
    }

    /// For the JSON report.
    pub fn json(&self) -> Value {
        json!({
            "gate": self.gate,
            "what": self.what,
            "figure": self.figure,
            "bar": self.bar,
            "good": if self.below { "at most" } else { "at least" },
            "met": self.met(),
        })
    }
}

const OURS: &str = "one-record";
const R: &str = "batch";

/// All bars of the gates A to D.
pub fn all(results: &Results) -> Vec<Bar> {
    let mut bars = instructions(results);
    bars.extend(cpu(results));
    bars.extend(wall(results));
    bars.extend(sizes(results));
    bars
}

fn at_most(
    gate: &'static str,
    what: &'static str,
    figure: Option<f64>,
    bar: f64,
    digits: usize,
) -> Bar {
    Bar { gate, what, figure, bar, below: true, digits }
}

fn at_least(gate: &'static str, what: &'static str, figure: Option<f64>, bar: f64) -> Bar {
    Bar { gate, what, figure, bar, below: false, digits: 1 }
}

fn instructions(results: &Results) -> Vec<Bar> {
    let of = |name: &str| results.instructions.get(name);
    let over = |figure: fn(&crate::figures::Counts) -> u64| {
        Some(figure(of(OURS)?) as f64 / figure(of(R)?) as f64)
    };
    let cold = |name| of(name).map(|counts| (counts.init + counts.first) as f64 / 1e6);
    let wire = TRIP_WIRE as f64 / 1e6;
    vec![
        at_most("A", "instructions, init, over R", over(|counts| counts.init), 1.15, 3),
        at_most("A", "instructions, first call, over R", over(|counts| counts.first), 1.15, 3),
        at_most(
            "A",
            "instructions, init + first, over R",
            over(|counts| counts.init + counts.first),
            1.10,
            3,
        ),
        at_most("A", "instructions, warm call, over R", over(|counts| counts.warm), 1.15, 3),
        at_most("A", "init + first, millions, one record", cold(OURS), wire, 2),
        at_most("A", "init + first, millions, shipped policy", cold("shipped"), wire, 2),
    ]
}

fn cpu(results: &Results) -> Vec<Bar> {
    let direct =
        |name, over, figure| ratio(&results.direct, name, over, figure).map(|spread| spread.median);
    let cold: fn(&Sample) -> f64 = |sample| sample.cpu_cold;
    let warm: fn(&Sample) -> f64 = |sample| sample.cpu_warm;
    let throttled = results.quota.as_ref().and_then(|quota| {
        let times = quota.as_ref().ok()?.get(OURS)?;
        Some(times.throttled / times.free)
    });
    vec![
        at_most("B", "CPU, init + first, over R", direct(OURS, R, cold), 1.15, 3),
        at_most(
            "B",
            "CPU, init + first, over natural Rust",
            direct(OURS, "natural", cold),
            0.15,
            3,
        ),
        at_least("B", "CPU, init + first, Node.js over ours", direct("node", OURS, cold), 25.0),
        at_least("B", "CPU, init + first, Python over ours", direct("python", OURS, cold), 50.0),
        at_most("B", "CPU, warm call, over R", direct(OURS, R, warm), 1.15, 3),
        at_least("B", "CPU, warm call, Node.js over ours", direct("node", OURS, warm), 4.0),
        at_least("B", "CPU, warm call, Python over ours", direct("python", OURS, warm), 3.0),
        at_most("B", "first call, 128 MB-like quota over none", throttled, 1.5, 2),
    ]
}

fn wall(results: &Results) -> Vec<Bar> {
    let median =
        |rounds, name, over, figure| ratio(rounds, name, over, figure).map(|spread| spread.median);
    let direct = |name, over, figure| median(&results.direct, name, over, figure);
    let init: fn(&Sample) -> f64 = |sample| sample.init;
    let warm: fn(&Sample) -> f64 = |sample| sample.warm;
    let distant = median(&results.distant, OURS, R, warm);
    vec![
        at_most("C", "time, init + first, over R", direct(OURS, R, Sample::cold), 1.2, 3),
        at_most("C", "time, init, over the bare runtime", direct(OURS, "echo", init), 1.25, 3),
        at_least(
            "C",
            "time, init + first, Node.js over ours",
            direct("node", OURS, Sample::cold),
            20.0,
        ),
        at_least(
            "C",
            "time, init + first, Python over ours",
            direct("python", OURS, Sample::cold),
            40.0,
        ),
        at_most("C", "time, warm call, over R", direct(OURS, R, warm), 1.10, 3),
        at_least("C", "time, warm call, Node.js over ours", direct("node", OURS, warm), 2.5),
        at_least("C", "time, warm call, Python over ours", direct("python", OURS, warm), 3.0),
        at_most("C", "time, warm call, table 3 ms away, over R", distant, 1.05, 3),
    ]
}

fn sizes(results: &Results) -> Vec<Bar> {
    let most = |figure| spread(&results.direct, OURS, figure).map(|spread| spread.upper);
    let zip = results.sizes.get(OURS).map(|size| size.zip as f64 / 1e6);
    let memory = most(|sample| sample.memory).map(|bytes| bytes / 1e6);
    vec![
        at_most("D", "zip, MB", zip, 3.5, 2),
        at_most("D", "peak memory after 300 calls, MB", memory, 8.0, 1),
        at_most("D", "threads (one asks for names)", most(|sample| sample.threads), 2.0, 0),
    ]
}

/// Whether the rounds can be believed: the same program twice has to be equally fast.
pub fn noise(results: &Results) -> Option<(f64, bool)> {
    let figure: fn(&Sample) -> f64 = |sample| sample.cpu_cold;
    let median = ratio(&results.direct, "batch-again", R, figure)?.median;
    Some((median, (0.94..=1.06).contains(&median)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missed_bar_says_by_how_much() {
        let bar = at_most("A", "", Some(1.265), 1.15, 3);
        assert_eq!(bar.verdict(), "missed by 10 %");
        let bar = at_least("B", "", Some(20.0), 25.0);
        assert_eq!(bar.verdict(), "missed by 25 %");
        assert_eq!(at_least("B", "", Some(25.0), 25.0).verdict(), "met");
        assert_eq!(at_most("A", "", None, 1.0, 0).verdict(), "not measured");
    }
}
