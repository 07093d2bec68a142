//! Times as people write and read them: in UTC, to the second.

use std::time::{Duration, UNIX_EPOCH};

use claimsmith_findings::parse_duration;

/// A time, or how far it is from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// Seconds since 1970.
    At(u64),
    /// From now.
    In(Duration),
}

impl When {
    /// Reads `90d`, `2027-01-31` (its end, in UTC) or `2027-01-31T18:00:00Z`.
    pub fn read(text: &str) -> Result<Self, String> {
        if let Some(duration) = parse_duration(text) {
            return Ok(When::In(duration));
        }
        let (time, more) = match text.contains('T') {
            true => (text.to_owned(), Duration::ZERO),
            false => (format!("{text}T00:00:00Z"), DAY),
        };
        let time = humantime::parse_rfc3339(&time).ok();
        let since = time.and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        since.map(|since| When::At((since + more).as_secs())).ok_or_else(|| {
            "write how far it is, `90d`, or a date, `2027-01-31`, or a time in UTC, \
             `2027-01-31T18:00:00Z`"
                .to_owned()
        })
    }

    /// Seconds since 1970.
    pub fn after(self, now: u64) -> u64 {
        match self {
            When::At(seconds) => seconds,
            When::In(duration) => now.saturating_add(duration.as_secs()),
        }
    }
}

const DAY: Duration = Duration::from_secs(86_400);

/// The last second of the year 9999: beyond it nobody reads a date.
const LAST: u64 = 253_402_300_799;

/// A time of day and date in UTC: `2027-01-31T18:00:00Z`.
pub fn shown(seconds: u64) -> String {
    if seconds > LAST {
        return format!("{seconds} s");
    }
    humantime::format_rfc3339_seconds(UNIX_EPOCH + Duration::from_secs(seconds)).to_string()
}

/// The time now, in seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the one place where a revocation learns the time")]
pub fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(UNIX_EPOCH);
    since.map(|since| since.as_secs()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_and_shown() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_827_696, "2000-02-29T12:34:56Z"),
            (1_798_675_199, "2026-12-30T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
            (253_402_300_799, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(shown(seconds), text);
            assert_eq!(When::read(text), Ok(When::At(seconds)));
        }
        assert_eq!(shown(253_402_300_800), "253402300800 s");
        // The whole day.
        assert_eq!(When::read("2026-12-30").unwrap().after(0), 1_798_675_200);
        assert_eq!(When::read("90d").unwrap().after(1000), 1000 + 90 * 86_400);
    }

    #[test]
    fn what_is_no_time_is_said_to_be_none() {
        let texts = [
            "",
            "soon",
            "never",
            "12:00:00",
            "2026-12-30T12:00:00",
            "2026-12-30T23:59:59+02:00",
            "2026-02-30",
            "2026-13-01",
            "1969-12-31",
            "1700000000",
            "-3d",
        ];
        for text in texts {
            assert!(When::read(text).is_err(), "{text}");
        }
    }
}
