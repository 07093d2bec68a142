//! Times as people write and read them: in UTC, to the second.

use std::time::Duration;

use claimsmith_findings::parse_duration;
use toml::value::{Datetime, Offset};

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
        let wrong = || {
            "write how far it is, `90d`, or a date, `2027-01-31`, or a time with its zone, \
                        `2027-01-31T18:00:00Z`"
                .to_owned()
        };
        if let Some(duration) = parse_duration(text) {
            return Ok(When::In(duration));
        }
        seconds_of(&text.parse().map_err(|_| wrong())?).map(When::At).ok_or_else(wrong)
    }

    /// Seconds since 1970.
    pub fn after(self, now: u64) -> u64 {
        match self {
            When::At(seconds) => seconds,
            When::In(duration) => now.saturating_add(duration.as_secs()),
        }
    }
}

const DAY: u64 = 86_400;

fn seconds_of(datetime: &Datetime) -> Option<u64> {
    let date = datetime.date?;
    let days = days(i64::from(date.year), i64::from(date.month), i64::from(date.day));
    let midnight = u64::try_from(days).ok()? * DAY;
    let (Some(time), Some(offset)) = (datetime.time, datetime.offset) else {
        // A date alone is meant as a whole; a time without a zone could be anywhere.
        let is_date = datetime.time.is_none() && datetime.offset.is_none();
        return is_date.then(|| midnight + DAY);
    };
    let east = match offset {
        Offset::Z => 0,
        Offset::Custom { minutes } => i64::from(minutes) * 60,
    };
    let clock = u64::from(time.hour) * 3600
        + u64::from(time.minute) * 60
        + u64::from(time.second.unwrap_or_default());
    midnight.checked_add(clock)?.checked_add_signed(-east)
}

/// Days from 1970-01-01 to a date of the Gregorian calendar: the months are counted from March, so
/// that the leap day is the last one of its year.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let month = (month + 9) % 12;
    let of_year = (153 * month + 2) / 5 + day - 1;
    365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + of_year
        - 719_468
}

/// A time of day and date in UTC: `2027-01-31T18:00:00Z`.
pub fn shown(seconds: u64) -> String {
    let clock = seconds % DAY;
    // Beyond the year 9999 nobody reads a date.
    let Some((year, month, day)) = date(seconds / DAY) else { return format!("{seconds} s") };
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

fn date(days_since: u64) -> Option<(i64, i64, i64)> {
    let wanted = i64::try_from(days_since).ok().filter(|days| *days < 2_932_897)?;
    // Years and months are few enough to be counted.
    let year = (1970..=9999).rev().find(|year| days(*year, 1, 1) <= wanted)?;
    let month = (1..=12).rev().find(|month| days(year, *month, 1) <= wanted)?;
    Some((year, month, wanted - days(year, month, 1) + 1))
}

/// The time now, in seconds since 1970.
#[expect(clippy::disallowed_methods, reason = "the one place where a revocation learns the time")]
pub fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
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
        assert_eq!(When::read("2026-12-30T23:59:59+02:00"), Ok(When::At(1_798_667_999)));
        assert_eq!(When::read("2026-12-30T23:59:59-02:00"), Ok(When::At(1_798_682_399)));
        // The whole day.
        assert_eq!(When::read("2026-12-30").unwrap().after(0), 1_798_675_200);
        assert_eq!(When::read("90d").unwrap().after(1000), 1000 + 90 * DAY);
    }

    #[test]
    fn what_is_no_time_is_said_to_be_none() {
        let texts = [
            "",
            "soon",
            "never",
            "12:00:00",
            "2026-12-30T12:00:00",
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
