//! A page finds its place: whole, or not at all.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use tempfile::NamedTempFile;

use crate::Failure;

/// Whether the page goes to standard output.
pub fn is_stdout(place: &Path) -> bool {
    place == Path::new("-")
}

/// Writes a page to a file, or to `out` if the place is `-`.
///
/// It is written beside its place and moved there, so that nobody ever opens half a page. A page
/// holds values, so a new file is for its owner only; one that is replaced keeps its mode.
pub fn write(page: &str, place: &Path, out: &mut impl Write) -> Result<(), Failure> {
    if is_stdout(place) {
        out.write_all(page.as_bytes())?;
        return Ok(());
    }
    move_into(page, place).map_err(|error| {
        Failure::Machine(io::Error::new(error.kind(), format!("{}: {error}", place.display())))
    })
}

fn move_into(page: &str, place: &Path) -> io::Result<()> {
    // A link stays a link, and what it names is replaced.
    let place = match fs::canonicalize(place) {
        Ok(real) => real,
        Err(error) if error.kind() == io::ErrorKind::NotFound => place.to_owned(),
        Err(error) => return Err(error),
    };
    let before = fs::metadata(&place).ok();
    if before.as_ref().is_some_and(|before| !before.is_file()) {
        // A pipe or a device is no file to be replaced.
        return File::create(&place)?.write_all(page.as_bytes());
    }
    let folder = match place.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(page.as_bytes())?;
    if let Some(before) = before {
        file.as_file().set_permissions(before.permissions())?;
    }
    file.persist(&place)?;
    Ok(())
}
