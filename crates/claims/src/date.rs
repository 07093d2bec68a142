//! The date text of Java, `Sat Jan 30 04:49:05 UTC 2021`, which the Cognito authorizer of a REST API
//! writes for `exp` and `iat`.
//!
//! Knows no claims. Only what that authorizer writes is read: English names and UTC.

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS: [(&str, u32); 12] = [
    ("Jan", 31),
    ("Feb", 29),
    ("Mar", 31),
    ("Apr", 30),
    ("May", 31),
    ("Jun", 30),
    ("Jul", 31),
    ("Aug", 31),
    ("Sep", 30),
    ("Oct", 31),
    ("Nov", 30),
    ("Dec", 31),
];

/// Seconds since 1970, or `None` if the text is no such date of 1970 or later.
///
/// SPEC: Java, `java.util.Date.toString`: `EEE MMM dd HH:mm:ss zzz yyyy`.
pub(crate) fn seconds(text: &str) -> Option<u64> {
    let mut parts = text.split(' ');
    let (day_name, month_name, day, time, zone, year) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || !DAYS.contains(&day_name) || !matches!(zone, "UTC" | "GMT") {
        return None;
    }
    let (month, (_, longest)) = (1u32..).zip(MONTHS).find(|(_, (name, _))| *name == month_name)?;
    let year: u32 = digits(year, 4)?;
    let day: u32 = digits(day, 2)?;
    let leap = year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    if year < 1970 || day == 0 || day > longest || (month == 2 && day == 29 && !leap) {
        return None;
    }
    let mut clock = time.split(':');
    let (hour, minute, second): (u32, u32, u32) =
        (digits(clock.next()?, 2)?, digits(clock.next()?, 2)?, digits(clock.next()?, 2)?);
    if clock.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let of_day = u64::from(hour * 3600 + minute * 60 + second);
    Some(u64::from(days_since_1970(year, month, day)) * 86_400 + of_day)
}

fn digits(text: &str, count: usize) -> Option<u32> {
    let plain = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| text.parse().ok())?
}

/// Days of the Gregorian calendar, with years that begin in March so that the leap day is last.
fn days_since_1970(year: u32, month: u32, day: u32) -> u32 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let before_month = (153 * month + 2) / 5;
    year * 365 + year / 4 - year / 100 + year / 400 + before_month + day - 1 - 719_468
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn reads_what_the_rest_authorizer_writes() {
        assert_eq!(seconds("Sat Jan 30 04:49:05 UTC 2021"), Some(1_611_982_145));
        assert_eq!(seconds("Thu Jan 01 00:00:00 UTC 1970"), Some(0));
        assert_eq!(seconds("Thu Feb 29 23:59:59 UTC 2024"), Some(1_709_251_199));
        assert_eq!(seconds("Fri Dec 31 23:59:59 UTC 9999"), Some(253_402_300_799));
    }

    #[test]
    fn anything_else_is_no_date() {
        for text in [
            "",
            "1611982145",
            "Sat Jan 30 04:49:05 CET 2021",
            "Sat Jan 30 04:49:05 UTC 2021 ",
            "Sat Jan 32 04:49:05 UTC 2021",
            "Mon Feb 29 00:00:00 UTC 2021",
            "Sat Jan 30 24:49:05 UTC 2021",
            "Sat Jan 30 4:49:05 UTC 2021",
            "Sat Jan 30 04:49:05 UTC 1969",
            "Sat Jan 30 04:49:05 UTC +021",
            "Sam Jan 30 04:49:05 UTC 2021",
        ] {
            assert_eq!(seconds(text), None, "{text:?}");
        }
    }
}
