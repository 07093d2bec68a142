//! Makes the zip: the program as it was packed, and the files beside it.
//!
//! Its bytes depend on nothing but what goes in. Files are stored as they are: no version of a
//! library that compresses counts, and they are small.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Write};
use std::path::Path;

use zip::result::ZipResult;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipWriter};

use super::function::{Function, PROGRAM};
use crate::status::{Failure, words};
use crate::terminal;

/// The zip of a function's program with these files, in order of name as `./package` has them.
pub fn zip(function: &mut Function<'_>, files: &BTreeMap<String, Vec<u8>>) -> ZipResult<Vec<u8>> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        .last_modified_time(DateTime::DEFAULT)
        .unix_permissions(0o644)
        .system(System::Unix);
    let before = |name: &&String| name.as_str() < PROGRAM;
    for name in files.keys().filter(before) {
        file(&mut writer, name, files, options)?;
    }
    let program = function.archive.by_index_raw(function.program)?;
    writer.raw_copy_file_touch(program, DateTime::DEFAULT, Some(0o755))?;
    for name in files.keys().filter(|name| !before(name)) {
        file(&mut writer, name, files, options)?;
    }
    Ok(writer.finish()?.into_inner())
}

fn file(
    writer: &mut ZipWriter<Cursor<Vec<u8>>>,
    name: &str,
    files: &BTreeMap<String, Vec<u8>>,
    options: SimpleFileOptions,
) -> ZipResult<()> {
    writer.start_file(name, options)?;
    Ok(writer.write_all(files.get(name).map(Vec::as_slice).unwrap_or_default())?)
}

/// Refuses a place that holds one of these files, or no file.
pub fn check(out: &Path, given: &[&Path]) -> Result<(), Failure> {
    let bad = |problem: &str| Err(Failure::Input(format!("{}: {problem}", terminal::file(out))));
    match fs::metadata(out) {
        Ok(there) if !there.is_file() => return bad("it is no file, and none is written there"),
        _ => {}
    }
    let Ok(real) = fs::canonicalize(out) else { return Ok(()) };
    match given.iter().any(|file| fs::canonicalize(file).is_ok_and(|file| file == real)) {
        true => bad("it is what is read: choose another place with --out"),
        false => Ok(()),
    }
}

/// Writes it beside its place and moves it there, so that half a zip is never deployed.
pub fn place(bytes: &[u8], out: &Path) -> Result<(), Failure> {
    let folder = match out.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let write = || -> io::Result<()> {
        let mut builder = tempfile::Builder::new();
        // As a new file has it, for whoever deploys: a zip of a release is no secret.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(bytes)?;
        file.persist(out)?;
        Ok(())
    };
    write().map_err(|error| {
        let problem = format!("{}: {}", terminal::file(out), words(&error));
        Failure::Machine(io::Error::other(problem))
    })
}
