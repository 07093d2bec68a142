//! Writes a page to its file: whole, or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::status::{Failure, words};
use crate::terminal::{self, Reader};

/// Whether the page goes to standard output.
fn is_stdout(place: &Path) -> bool {
    place == Path::new("-")
}

/// Finds out before any work whether a page can be written to this place.
///
/// # Errors
/// It can't: the place is a folder, or its folder is missing or takes no file.
pub fn check(place: &Path) -> Result<(), Failure> {
    let bad = |problem: String| Failure::Input(format!("{}: {problem}", terminal::file(place)));
    match fs::metadata(place) {
        _ if is_stdout(place) => return Ok(()),
        Ok(there) if there.is_dir() => return Err(bad("a folder is no place for a page".into())),
        // A pipe or a device.
        Ok(there) if !there.is_file() => return Ok(()),
        _ => {}
    }
    let tried = real(place).and_then(|place| NamedTempFile::new_in(folder(&place)));
    tried.map(drop).map_err(|error| bad(format!("no page can be written there, {}", words(&error))))
}

/// Writes a page to a file, or to standard output if the place is `-`.
///
/// It is written beside its place and moved there, so that half a page is never opened. A page
/// holds values, so a new file is for its owner only; one that is replaced keeps its mode.
pub fn write(page: &str, place: &Path) -> Result<(), Failure> {
    if is_stdout(place) {
        terminal::stdout(Reader::Machine).write_all(page.as_bytes())?;
        return Ok(());
    }
    move_into(page, place).map_err(|error| {
        let problem = format!("{}: {}", terminal::file(place), words(&error));
        Failure::Machine(io::Error::other(problem))
    })?;
    Ok(writeln!(terminal::stdout(Reader::Person), "wrote {}", terminal::file(place))?)
}

fn move_into(page: &str, place: &Path) -> io::Result<()> {
    let place = real(place)?;
    let before = fs::metadata(&place).ok();
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        // A pipe or a device is no file to be replaced.
        return File::create(&place)?.write_all(page.as_bytes());
    }
    let mut file = NamedTempFile::new_in(folder(&place))?;
    file.write_all(page.as_bytes())?;
    if let Some(before) = before {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.persist(&place)?;
    Ok(())
}

/// A link stays a link, and what it names is replaced.
fn real(place: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(place) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(place.to_owned()),
        real => real,
    }
}

fn folder(place: &Path) -> &Path {
    match place.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    }
}
