//! What was measured, and the arithmetic on it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::contender::Contender;

/// Everything that one run found out. A part that wasn't asked for is empty.
#[derive(Debug, Default)]
pub struct Results {
    /// By contender.
    pub instructions: BTreeMap<&'static str, Counts>,
    /// The table answers at once.
    pub direct: Rounds,
    /// The table is 3 ms away.
    pub distant: Rounds,
    /// First calls under a quota, or why that can't be measured here.
    pub quota: Option<Result<BTreeMap<&'static str, Throttled>, String>>,
    /// By contender, of the program and of the zipped program, in bytes.
    pub sizes: BTreeMap<&'static str, Size>,
}

/// Instructions.
#[derive(Clone, Copy, Debug)]
pub struct Counts {
    /// From the start to the first request for an event.
    pub init: u64,
    /// From there to the second request for an event.
    pub first: u64,
    /// One later call.
    pub warm: u64,
}

/// One round of every contender, for each round.
pub type Rounds = Vec<BTreeMap<&'static str, Sample>>;

/// One process from start to end, times in microseconds.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sample {
    /// From spawn to the first request for an event.
    pub init: f64,
    /// From the first event written to its answer read.
    pub first: f64,
    /// Median of the later calls.
    pub warm: f64,
    /// The call that one of a hundred is slower than.
    pub warm_p99: f64,
    /// CPU time until the second request for an event.
    pub cpu_cold: f64,
    /// CPU time of one later call.
    pub cpu_warm: f64,
    /// The most memory ever resident, in bytes.
    pub memory: f64,
    /// Threads at the end.
    pub threads: f64,
}

impl Sample {
    /// From spawn to the first answer.
    pub fn cold(&self) -> f64 {
        self.init + self.first
    }
}

/// First call at full speed and under the quota, medians in microseconds.
#[derive(Clone, Copy, Debug)]
pub struct Throttled {
    /// Without a quota.
    pub free: f64,
    /// With it.
    pub throttled: f64,
}

/// Size of a program, in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    /// As it is.
    pub program: u64,
    /// In a zip.
    pub zip: u64,
}

/// Median, and the quartiles beside it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    /// A quarter is below.
    pub lower: f64,
    /// Half is below.
    pub median: f64,
    /// A quarter is above.
    pub upper: f64,
}

impl Spread {
    /// Of numbers in any order; `None` without any.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut sorted: Vec<f64> = numbers.into_iter().collect();
        sorted.sort_by(f64::total_cmp);
        Some(Self {
            lower: quantile(&sorted, 0.25)?,
            median: quantile(&sorted, 0.5)?,
            upper: quantile(&sorted, 0.75)?,
        })
    }
}

/// A quantile of sorted numbers, by linear interpolation.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let place = share * (sorted.len().checked_sub(1)? as f64);
    let below = sorted.get(place.floor() as usize)?;
    let above = sorted.get(place.ceil() as usize)?;
    Some(below + (above - below) * place.fract())
}

/// A figure of one contender over all rounds.
pub fn spread(rounds: &Rounds, name: &str, figure: fn(&Sample) -> f64) -> Option<Spread> {
    Spread::of(rounds.iter().filter_map(|round| round.get(name)).map(figure))
}

/// One contender's figure over another's, made in each round by itself.
pub fn ratio(
    rounds: &Rounds,
    name: &str,
    over: &str,
    figure: fn(&Sample) -> f64,
) -> Option<Spread> {
    let ratios =
        rounds.iter().filter_map(|round| Some(figure(round.get(name)?) / figure(round.get(over)?)));
    Spread::of(ratios)
}

/// Sizes of all compiled programs; the zips were made beside them.
pub fn sizes(all: &[Contender], programs: &Path) -> BTreeMap<&'static str, Size> {
    let length = |path: &Path| std::fs::metadata(path).ok().map(|metadata| metadata.len());
    let of = |one: &Contender| {
        let program = one.program()?;
        let zip = programs.join(program.file_name()?).with_extension("zip");
        Some((one.name, Size { program: length(program)?, zip: length(&zip)? }))
    };
    all.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_interpolated() {
        let spread = Spread::of([4.0, 1.0, 3.0, 2.0]).unwrap();
        assert_eq!(spread, Spread { lower: 1.75, median: 2.5, upper: 3.25 });
        assert_eq!(Spread::of([]), None);
    }

    #[test]
    fn ratios_are_made_within_a_round() {
        let round = |a: f64, b: f64| {
            let sample = |init| Sample { init, ..Sample::default() };
            BTreeMap::from([("a", sample(a)), ("b", sample(b))])
        };
        // A slow machine in the second round changes neither ratio.
        let rounds = vec![round(2.0, 1.0), round(200.0, 100.0), round(2.2, 1.1)];
        assert_eq!(ratio(&rounds, "a", "b", |sample| sample.init).unwrap().median, 2.0);
    }
}
