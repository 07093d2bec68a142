//! Gate A: instructions, counted by valgrind. They hardly differ from run to run, so a few per
//! cent mean something.
//!
//! It counts neither SHA nor AVX-512 instructions of the processor, which valgrind doesn't know:
//! hashing takes more of them than it would, in all programs alike.

use std::collections::BTreeMap;
use std::path::Path;

use crate::contender::{Contender, Place, START};
use crate::figures::Counts;
use crate::rounds::RealTime;
use crate::surroundings::{Failure, say};

/// Instructions of the trip-wire: native roots or jitter entropy alone would be more.
pub const TRIP_WIRE: u64 = 10_000_000;

/// Counts all compiled programs.
pub fn count_all(
    all: &[Contender],
    place: &Place,
    folder: &Path,
) -> Result<BTreeMap<&'static str, Counts>, Failure> {
    std::fs::create_dir_all(folder)?;
    let mut counts = BTreeMap::new();
    for one in all.iter().filter(|one| one.native && one.name != "batch-again") {
        say(&format!("instructions: {} ...", one.name));
        counts.insert(one.name, count(&one.clone().patient(folder)?, place, folder)?);
    }
    Ok(counts)
}

/// Counts one program: four processes with 0, 1, 21 and 121 calls.
pub fn count(one: &Contender, place: &Place, folder: &Path) -> Result<Counts, Failure> {
    let after = |calls| total(one, place, folder, calls);
    let (init, first, few, many) = (after(0)?, after(1)?, after(21)?, after(121)?);
    let spent = |later: u64, before: u64| {
        later.checked_sub(before).ok_or_else(|| format!("{}: fewer with more calls", one.name))
    };
    Ok(Counts { init, first: spent(first, init)?, warm: spent(many, few)? / 100 })
}

/// How often a run is tried again that the load of the machine has disturbed.
const TRIES: usize = 6;

/// Instructions of one process from its start until it has answered so many calls and waits for the
/// next one. The profile stays in the folder.
///
/// A counted program is fifty times slower, so on a busy machine its timeouts pass. Such a run has
/// failed, or has read or connected more often than it should have, and counts for nothing.
pub fn total(one: &Contender, place: &Place, folder: &Path, calls: u32) -> Result<u64, Failure> {
    let mut last = Failure::from("");
    for _ in 0..TRIES {
        match run(one, place, folder, calls) {
            Ok(total) => return Ok(total),
            Err(error) => last = error,
        }
    }
    Err(format!("{}: {last}", one.name).into())
}

fn run(one: &Contender, place: &Place, folder: &Path, calls: u32) -> Result<u64, Failure> {
    let profile = folder.join(format!("{}-{calls}", one.name));
    let _ = std::fs::remove_file(&profile);
    let mut counted_to = std::ffi::OsString::from("--callgrind-out-file=");
    counted_to.push(&profile);
    let by = ["valgrind", "--tool=callgrind", "--quiet"].map(Into::into);
    let by: Vec<_> = by.into_iter().chain([counted_to]).collect();
    let _undisturbed = RealTime::enter();
    let (reads_before, connections_before) = (place.reads(), place.connections());
    let function = one.launch_by(&by, place).spawn()?;
    function.ready(START)?;
    for _ in 0..calls {
        one.call(&function)?;
    }
    function.polling(1, START)?;
    function.stop()?;
    let reads = place.reads() - reads_before;
    if reads != one.reads(calls) {
        return Err(format!("{reads} reads in {calls} calls: something was read again").into());
    }
    if place.connections() - connections_before != one.connections(calls) {
        return Err("it connected again".into());
    }
    let text = std::fs::read_to_string(&profile)
        .map_err(|error| format!("no profile ({error}); is valgrind installed?"))?;
    let total = text
        .lines()
        .find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")))
        .ok_or("no total in the profile")?;
    Ok(total.trim().parse()?)
}
