//! When things ended, and how long they took.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// When an invocation ended, and how long it took.
#[derive(Clone, Debug, Default)]
pub struct Timing {
    /// From opening its span to closing it.
    pub took: Duration,
    /// How long each span directly below it took, by its name, in the order in which they closed.
    pub rooms: Vec<(&'static str, Duration)>,
    /// When it ended: a text of RFC 3339, to the microsecond.
    pub timestamp: String,
    /// The same in milliseconds since 1970-01-01T00:00:00Z.
    pub since_1970: u64,
}

impl Timing {
    pub(crate) fn ending(
        now: SystemTime,
        took: Duration,
        rooms: Vec<(&'static str, Duration)>,
    ) -> Self {
        let since_1970 = now.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
        Self {
            took,
            rooms,
            timestamp: timestamp(now),
            since_1970: u64::try_from(since_1970).unwrap_or_default(),
        }
    }

    /// How long all spans of this name took.
    pub fn room(&self, name: &str) -> Duration {
        self.rooms.iter().filter(|(room, _)| *room == name).map(|(_, took)| *took).sum()
    }
}

/// Milliseconds, to the microsecond.
pub fn milliseconds(time: Duration) -> f64 {
    (time.as_secs_f64() * 1_000_000.0).round() / 1000.0
}

/// A time in UTC, to the microsecond. SPEC: RFC 3339.
pub(crate) fn timestamp(time: SystemTime) -> String {
    humantime::format_rfc3339_micros(time).to_string()
}

#[expect(clippy::disallowed_methods, reason = "the log's clock")]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}
