//! `claimsmith anonymise`: an event that can be shared.

#[cfg(test)]
mod samples;
mod scramble;
mod shapes;
mod tokens;
mod vocabulary;

use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::status::{Failure, Status, words};
use crate::terminal::{self, Reader};

/// Print an event with nothing real left in it, to share it
#[derive(Args)]
#[command(after_help = "\
Names, ids, addresses, tokens, times and every other word leave, also those in
the names of keys; what stays are the words of AWS and of JSON. Every text keeps
its length, and what was equal is equal afterwards, so the event still shows what
was odd about it, but for the way its letters were escaped. What is printed
depends on the order of words and their lengths, of plain words also on capital
letters and digits: no word can be computed back.

Look at the result before you share it: a word of AWS that is also yours stays.

Examples:
  claimsmith anonymise event.json > events/odd/sign-in-that-broke.json
  pbpaste | claimsmith anonymise -")]
pub struct Anonymise {
    /// A file with one event of any kind, in JSON; - is standard input
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// Reads, scrambles, prints.
pub fn run(arguments: &Anonymise) -> Result<Status, Failure> {
    let name = terminal::file(&arguments.file);
    let text = read(&arguments.file)
        .map_err(|error| Failure::Input(format!("{name}: {}", words(&error))))?;
    let scrambled =
        scramble::json(&text).map_err(|error| Failure::Input(format!("{name}: {error}")))?;
    let mut out = terminal::stdout(Reader::Machine);
    out.write_all(scrambled.as_bytes())?;
    if !scrambled.ends_with('\n') {
        out.write_all(b"\n")?;
    }
    Ok(Status::Fine)
}

fn read(file: &Path) -> std::io::Result<String> {
    if file != Path::new("-") {
        return std::fs::read_to_string(file);
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    Ok(text)
}
