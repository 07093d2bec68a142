//! The function's log: lines of JSON on the standard output, without values.

use std::fmt::Display;
use std::io::Write;

/// Writes one line. A log that can't be written must not fail a request.
pub fn log(line: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}
