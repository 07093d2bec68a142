//! The log: lines on standard error.

use std::io::{self, Write};

/// Writes a line. It names functions, reasons and files, never a value.
pub fn log(line: &str) {
    // If standard error can't be written, there is no other place to say so.
    let _ = writeln!(io::stderr().lock(), "{line}");
}
