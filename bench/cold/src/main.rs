//! Measures the function beside others that do the same read. `bench/cold` builds all of them.
//!
//! ```text
//! claimsmith-cold measure PROGRAMS OUT [--rounds N] [--without PART]...
//! claimsmith-cold concurrent PROGRAMS OUT [--rounds N]
//! claimsmith-cold gate PROGRAM
//! ```
//!
//! `PROGRAMS` is the folder that `bench/cold` fills, `OUT` the folder for the results. A part is
//! `instructions`, `rounds` or `quota`. What the figures can't show stands in README.md.

mod bars;
mod chart;
mod concurrent;
mod contender;
mod figures;
mod instructions;
mod quota;
mod report;
mod rounds;
mod surroundings;

use std::path::Path;
use std::process::ExitCode;

use contender::Place;
use figures::Results;
use instructions::TRIP_WIRE;
use surroundings::{Failure, say};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["measure", programs, out, options @ ..] => {
            measure(Path::new(programs), Path::new(out), options)
        }
        ["concurrent", programs, out, options @ ..] => {
            many_at_once(Path::new(programs), Path::new(out), options)
        }
        ["gate", program] => gate(Path::new(program)),
        _ => Err("usage: claimsmith-cold measure|concurrent PROGRAMS OUT | gate PROGRAM".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn measure(programs: &Path, out: &Path, options: &[&str]) -> Result<(), Failure> {
    let without = |part: &str| options.windows(2).any(|pair| pair == ["--without", part]);
    let rounds = rounds_of(options)?.unwrap_or(rounds::ROUNDS);
    let programs = programs.canonicalize()?;
    std::fs::create_dir_all(out)?;
    let place = Place::new(out)?;
    let all = contender::all(&programs, |_| true);
    for one in &all {
        one.try_out(&place)?;
    }
    let mut results = Results::default();
    if !without("instructions") {
        results.instructions = instructions::count_all(&all, &place, &out.join("callgrind"))?;
    }
    if !without("rounds") {
        say("rounds ...");
        results.direct = rounds::run(&all, &place, rounds, rounds::CALLS)?;
        say("rounds with a table 3 ms away ...");
        results.distant = rounds::run(&all, &place.distant()?, rounds, rounds::CALLS_DISTANT)?;
    }
    if !without("quota") {
        say("CPU quota ...");
        results.quota = quota::run(&all, &place.distant()?);
    }
    results.sizes = figures::sizes(&all, &programs);
    let bars = bars::all(&results);
    let text = report::text(&all, &results, &bars);
    std::fs::write(out.join("report.txt"), &text)?;
    std::fs::write(out.join("report.json"), report::json(&all, &results, &bars))?;
    if let Some(chart) = chart::cold_start(&results) {
        std::fs::write(out.join("cold-start.svg"), chart)?;
    }
    say(&text);
    Ok(())
}

fn rounds_of(options: &[&str]) -> Result<Option<usize>, Failure> {
    let told = options.windows(2).find_map(|pair| match pair {
        ["--rounds", number] => Some(number.parse()),
        _ => None,
    });
    Ok(told.transpose()?)
}

/// Many invocations in one process.
fn many_at_once(programs: &Path, out: &Path, options: &[&str]) -> Result<(), Failure> {
    let rounds = rounds_of(options)?.unwrap_or(concurrent::ROUNDS);
    std::fs::create_dir_all(out)?;
    let place = Place::new(out)?.distant()?;
    let all = contender::all(&programs.canonicalize()?, concurrent::is_measured);
    let text = concurrent::run(&all, &place, rounds)?;
    std::fs::write(out.join("concurrent.txt"), &text)?;
    say(&text);
    Ok(())
}

/// The trip-wire: init and first call of the shipped policy, in instructions.
fn gate(program: &Path) -> Result<(), Failure> {
    let program =
        program.canonicalize().map_err(|error| format!("{}: {error}", program.display()))?;
    let out = std::env::temp_dir().join(format!("claimsmith-gate-{}", std::process::id()));
    std::fs::create_dir_all(&out)?;
    let verdict = gate_in(&program, &out);
    std::fs::remove_dir_all(&out)?;
    verdict
}

fn gate_in(program: &Path, out: &Path) -> Result<(), Failure> {
    let place = Place::new(out)?;
    for one in [contender::one_record(program), contender::shipped(program)] {
        let one = one.patient(out)?;
        one.try_out(&place)?;
        let cold = instructions::total(&one, &place, out, 1)?;
        say(&format!("{}: {} thousand instructions to the first answer", one.title, cold / 1000));
        if cold > TRIP_WIRE {
            let title = one.title;
            let most = TRIP_WIRE / 1000;
            return Err(format!(
                "{title}: more than {most} thousand; see docs/decisions/cold-start.md"
            )
            .into());
        }
    }
    Ok(())
}
