//! What was packed, for the report.

use super::change::Compared;
use super::function::Kind;
use super::program::Architecture;
use super::sum::Sum;
use crate::check::Good;

/// A zip that was written.
pub struct Packed {
    pub kind: Kind,
    pub architecture: Architecture,
    /// Where it is, how long, and its sum.
    pub file: String,
    pub length: usize,
    pub sum: Sum,
    /// The zip that the program comes from.
    pub function: Input,
    /// The policy or configuration, and what is known of it.
    pub policy: Input,
    pub checked: Good,
    /// The same of the next policy.
    pub next: Option<(Input, Good)>,
    /// The records files, by name in the zip.
    pub records: Vec<(String, Sum)>,
    /// What readers may rely on, beside what they could before; an authorizer promises them nothing.
    pub compared: Option<Compared>,
}

/// A file that went in.
pub struct Input {
    pub file: String,
    pub sum: Sum,
}
