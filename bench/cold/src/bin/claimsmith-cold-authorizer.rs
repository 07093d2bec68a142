//! Measures the Lambda authorizer beside one in Node.js; `bench/authorizer/run` builds both.
//!
//! ```text
//! claimsmith-cold-authorizer PROGRAM NODE FOLDER [ROUNDS]
//! ```
//!
//! Every round runs both once, ratios are made within a round, and ours runs twice (A/A).

use std::error::Error;
use std::ffi::OsString;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

use claimsmith_testbed::runtime_api::{Function, Launch};

type Failure = Box<dyn Error>;

const START: Duration = Duration::from_secs(60);
const CALLS: u32 = 200;

/// One process: microseconds and bytes.
struct Sample {
    cold_wall: f64,
    cold_cpu: f64,
    warm_cpu: f64,
    memory: f64,
}

/// One number of a sample.
type Figure = fn(&Sample) -> f64;

struct Bench {
    ours: PathBuf,
    node: PathBuf,
    folder: PathBuf,
    event: String,
}

impl Bench {
    fn launch(&self, command: &[OsString]) -> Launch {
        let mut command = command.iter();
        let mut launch = Launch::new(command.next().cloned().unwrap_or_default());
        for argument in command {
            launch = launch.argument(argument);
        }
        launch
            .set("CLAIMS_AUTHORIZER_FILE", self.folder.join("authorizer.toml"))
            .set("KEYS_FILE", self.folder.join("keys.json"))
    }

    /// One call, whose answer must allow the request's route.
    fn call(&self, function: &Function) -> Result<Duration, Failure> {
        let answer = function.invoke(self.event.as_str())?;
        let elapsed = answer.elapsed;
        let body = answer.outcome.map_err(|error| format!("an error: {}", error.error_message))?;
        let body = String::from_utf8(body)?;
        match body.contains("\"Allow\"") && body.contains("acme-corp") {
            true => Ok(elapsed),
            false => Err(format!("not allowed: {body}").into()),
        }
    }

    fn sample(&self, command: &[OsString]) -> Result<Sample, Failure> {
        let micros = |time: Duration| time.as_secs_f64() * 1e6;
        let function = self.launch(command).spawn()?;
        let init = function.ready(START)?;
        let first = self.call(&function)?;
        function.polling(1, START)?;
        let cold = function.figures()?;
        for _ in 0..CALLS {
            self.call(&function)?;
        }
        function.polling(1, START)?;
        let end = function.figures()?;
        Ok(Sample {
            cold_wall: micros(init + first),
            cold_cpu: micros(cold.cpu),
            warm_cpu: micros(end.cpu.saturating_sub(cold.cpu)) / f64::from(CALLS),
            memory: end.peak_memory as f64 / 1e6,
        })
    }

    /// Instructions until a process has answered so many calls.
    fn instructions(&self, calls: u32) -> Result<u64, Failure> {
        let profile = self.folder.join(format!("callgrind-{calls}"));
        let mut counted_to = OsString::from("--callgrind-out-file=");
        counted_to.push(&profile);
        let by = ["valgrind", "--tool=callgrind", "--quiet"].map(OsString::from);
        let command: Vec<OsString> =
            by.into_iter().chain([counted_to, self.ours.clone().into()]).collect();
        let function = self.launch(&command).spawn()?;
        function.ready(START)?;
        for _ in 0..calls {
            self.call(&function)?;
        }
        function.polling(1, START)?;
        function.stop()?;
        let text = std::fs::read_to_string(&profile)?;
        let total = text.lines().find_map(|line| {
            line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: "))
        });
        Ok(total.ok_or("no total in the profile")?.trim().parse()?)
    }
}

fn median(mut numbers: Vec<f64>) -> f64 {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or_default()
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let (Some(ours), Some(node), Some(folder)) =
        (arguments.first(), arguments.get(1), arguments.get(2))
    else {
        return Err("usage: claimsmith-cold-authorizer PROGRAM NODE FOLDER [ROUNDS]".into());
    };
    let rounds = arguments.get(3).and_then(|text| text.to_str()?.parse().ok()).unwrap_or(15);
    let folder = PathBuf::from(folder);
    let event = std::fs::read_to_string(folder.join("event.json"))?;
    let bench = Bench { ours: ours.into(), node: node.into(), folder, event };
    let mut out = std::io::stdout().lock();

    let (init, first) = (bench.instructions(0)?, bench.instructions(1)?);
    let (few, many) = (bench.instructions(21)?, bench.instructions(121)?);
    writeln!(
        out,
        "instructions, thousands: init {}, first call {}, warm call {}",
        init / 1000,
        first.saturating_sub(init) / 1000,
        many.saturating_sub(few) / 100_000,
    )?;

    let ours = [bench.ours.clone().into_os_string()];
    let script: &Path = &bench.folder.join("index.mjs");
    let node = [bench.node.clone().into_os_string(), script.as_os_str().to_owned()];
    let mut samples = Vec::new();
    for _ in 0..rounds {
        samples.push([bench.sample(&ours)?, bench.sample(&node)?, bench.sample(&ours)?]);
    }
    writeln!(out, "{:<22} {:>10} {:>10} {:>10} {:>10}", "", "ours", "Node.js", "Node/ours", "A/A")?;
    let figures: [(&str, Figure); 4] = [
        ("cold, wall, us", |sample| sample.cold_wall),
        ("cold, CPU, us", |sample| sample.cold_cpu),
        ("warm call, CPU, us", |sample| sample.warm_cpu),
        ("peak memory, MB", |sample| sample.memory),
    ];
    for (name, figure) in figures {
        let of = |pick: fn(&[Sample; 3]) -> &Sample| {
            median(samples.iter().map(|round| figure(pick(round))).collect())
        };
        let ratio = |pick: fn(&[Sample; 3]) -> &Sample| {
            let ratios = samples.iter().map(|round| figure(pick(round)) / figure(&round[0]));
            median(ratios.collect())
        };
        writeln!(
            out,
            "{name:<22} {:>10.1} {:>10.1} {:>10.1} {:>10.2}",
            of(|round| &round[0]),
            of(|round| &round[1]),
            ratio(|round| &round[1]),
            ratio(|round| &round[2]),
        )?;
    }
    Ok(())
}
