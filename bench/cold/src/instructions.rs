//! Gate A: instructions, counted by valgrind. They hardly differ from run to run, so a few per
//! cent mean something.
//!
//! It counts neither SHA nor AVX-512 instructions of the processor, which valgrind doesn't know:
//! hashing takes more of them than it would, in all programs alike.

use std::collections::BTreeMap;
use std::path::Path;

use crate::contender::{Contender, Place, START};
use crate::figures::Counts;
use crate::{Failure, say};

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
        counts.insert(one.name, count(one, place, folder)?);
    }
    Ok(counts)
}

/// Counts one program: four processes with 0, 1, 21 and 121 calls. The profiles stay in the folder.
pub fn count(one: &Contender, place: &Place, folder: &Path) -> Result<Counts, Failure> {
    let total = |calls| run(one, place, folder, calls);
    let (init, first, few, many) = (total(0)?, total(1)?, total(21)?, total(121)?);
    let spent = |later: u64, before: u64| {
        later.checked_sub(before).ok_or_else(|| format!("{}: fewer with more calls", one.name))
    };
    Ok(Counts { init, first: spent(first, init)?, warm: spent(many, few)? / 100 })
}

fn run(one: &Contender, place: &Place, folder: &Path, calls: usize) -> Result<u64, Failure> {
    let profile = folder.join(format!("{}-{calls}", one.name));
    let _ = std::fs::remove_file(&profile);
    let mut counted_to = std::ffi::OsString::from("--callgrind-out-file=");
    counted_to.push(&profile);
    let by = ["valgrind".into(), "--tool=callgrind".into(), "--quiet".into(), counted_to];
    let function = one.launch_by(&by, place).spawn().map_err(|error| {
        format!("{error}; instructions are counted by valgrind (Debian package `valgrind`)")
    })?;
    function.ready(START)?;
    for _ in 0..calls {
        one.call(&function)?;
    }
    function.polling(1, START)?;
    function.stop()?;
    let text = std::fs::read_to_string(&profile)?;
    let total = text
        .lines()
        .find_map(|line| line.strip_prefix("totals: ").or_else(|| line.strip_prefix("summary: ")))
        .ok_or_else(|| format!("{}: no total in the profile", one.name))?;
    Ok(total.trim().parse()?)
}
