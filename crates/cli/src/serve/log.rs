//! The log: lines on standard error.

use crate::terminal::tell;

/// Writes a line. It names functions, reasons and files, never a value.
pub fn log(line: &str) {
    tell(line);
}
