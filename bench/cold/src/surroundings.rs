//! What all parts stand in: the repository, whoever waits for them, and how they fail.

use std::error::Error;
use std::io::Write;
use std::path::{Path, PathBuf};

/// What one part of this program fails with; the text says which.
pub type Failure = Box<dyn Error>;

/// One line for whoever waits.
pub fn say(text: &str) {
    // A reader that has gone away is no reason to stop.
    let _ = writeln!(std::io::stdout().lock(), "{text}");
}

/// A file of the repository, wherever this program is started.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}
