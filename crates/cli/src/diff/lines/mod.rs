//! What the next policy would have done, from the lines of the function's log.

mod json;
mod line;
mod population;
mod text;

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use claimsmith::shadow::Outcome;

use crate::status::{Failure, Status, words};
use crate::terminal::{self, Reader};
use population::Population;

/// Sums up the lines of files.
pub fn run(files: &[PathBuf], json: bool) -> Result<Status, Failure> {
    let mut population = Population::default();
    for file in files {
        let lines = open(file).map_err(|error| {
            Failure::Input(format!("{}: {}", terminal::file(file), words(&error)))
        })?;
        for (number, bytes) in lines.split(b'\n').enumerate() {
            add(&mut population, file, number + 1, &bytes?)?;
        }
    }
    if population.all.sign_ins == 0 && population.unreadable == 0 {
        let problem = "no line has a shadow; to compare policies over events say `--against`";
        return Err(Failure::Input(problem.to_owned()));
    }
    if json {
        writeln!(terminal::stdout(Reader::Machine), "{}", population.json())?;
    } else {
        population.write(terminal::width(), &mut terminal::stdout(Reader::Person))?;
    }
    let is_so = |is_such: fn(Outcome) -> bool| population.count(is_such) > 0;
    Ok(if population.unreadable > 0 {
        Status::BadInput
    } else if is_so(|outcome| outcome == Outcome::Refused) {
        Status::Refused
    } else if is_so(|outcome| outcome != Outcome::Same) {
        Status::Found
    } else {
        Status::Fine
    })
}

fn add(
    population: &mut Population,
    file: &Path,
    number: usize,
    bytes: &[u8],
) -> Result<(), Failure> {
    match line::read(&String::from_utf8_lossy(bytes)) {
        Ok(Some(line)) => population.add(&line),
        Ok(None) => population.others += usize::from(!bytes.trim_ascii().is_empty()),
        Err(problem) => {
            population.unreadable += 1;
            terminal::tell(&format!("{}:{number}: {problem}", terminal::file(file)));
        }
    }
    Ok(())
}

fn open(file: &Path) -> io::Result<BufReader<Box<dyn Read>>> {
    let source: Box<dyn Read> =
        if file == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(file)?) };
    Ok(BufReader::with_capacity(64 * 1024, source))
}
