//! The log: one line on standard error for whoever watches.

use std::io::{self, Write};

/// Writes a line. It names functions, reasons and files, never a value.
pub fn log(line: &str) {
    // If it can't be written, there is nobody to tell.
    let _ = writeln!(io::stderr().lock(), "{line}");
}
