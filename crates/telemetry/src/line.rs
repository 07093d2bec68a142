//! Lines of the log: JSON with a time and a level, because Lambda drops what is below a level and
//! takes what has none for `INFO`.
//!
//! SPEC: AWS, "Log-level filtering" and "Configuring JSON and plain text log formats".

use std::fmt::Display;
use std::io::Write as _;

use serde::Serialize;

use crate::timing::{Timing, milliseconds, now, timestamp};

/// How much a line matters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everything is as it should be.
    #[default]
    Info,
    /// Something is missing or odd, and there is an answer all the same.
    Warn,
    /// Something is broken.
    Error,
}

impl Level {
    /// The word in the log.
    pub const fn as_str(self) -> &'static str {
        match self {
            Level::Info => "INFO",
            Level::Warn => "WARN",
            Level::Error => "ERROR",
        }
    }
}

impl Serialize for Level {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Writes one line. A log that can't be written must not fail a request.
pub fn write(line: impl Display) {
    let _ = writeln!(std::io::stdout().lock(), "{line}");
}

/// Why a function can't start, as one line of level `ERROR` with the outcome `error`, which alarms
/// count.
pub fn not_started(error: &str) -> String {
    let line = NotStarted {
        timestamp: timestamp(now()),
        level: Level::Error,
        outcome: "error",
        reason: "not_started",
        message: error,
    };
    serde_json::to_string(&line).unwrap_or_default()
}

/// What is told about one request, with when it ended, how much it matters and how long it took.
pub fn access_line(access: &impl Serialize, level: Level, timing: &Timing) -> String {
    let line = AccessLine {
        timestamp: &timing.timestamp,
        level,
        access,
        milliseconds: milliseconds(timing.took),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

#[derive(Serialize)]
struct AccessLine<'l, A> {
    timestamp: &'l str,
    level: Level,
    #[serde(flatten)]
    access: &'l A,
    /// From event to answer.
    milliseconds: f64,
}

#[derive(Serialize)]
struct NotStarted<'e> {
    timestamp: String,
    level: Level,
    outcome: &'static str,
    reason: &'static str,
    message: &'e str,
}
