//! Durations as people write them.

use std::ops::RangeInclusive;
use std::time::Duration;

use crate::finding::Code;
use crate::findings::Findings;
use crate::value::At;

/// Reads a number and its unit: `250ms`, `2.5s`, `5m`, `24h`, `30d`.
pub fn parse_duration(text: &str) -> Option<Duration> {
    const UNITS: [(&str, f64); 5] =
        [("ms", 0.001), ("s", 1.0), ("m", 60.0), ("h", 3600.0), ("d", 86_400.0)];
    let (number, seconds) = UNITS
        .iter()
        .find_map(|(unit, seconds)| text.strip_suffix(unit).map(|number| (number, seconds)))?;
    let is_plain = number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = number.parse().ok().filter(|_| is_plain)?;
    let milliseconds = (number * seconds * 1000.0).round();
    (milliseconds < 1e12).then(|| Duration::from_millis(milliseconds as u64))
}

impl<C: Code> Findings<'_, C> {
    /// A duration within a range, whose ends are written as `help` says.
    pub fn duration(
        &mut self,
        text: &At<String>,
        range: RangeInclusive<Duration>,
        help: &str,
    ) -> Option<Duration> {
        let found = parse_duration(&text.value);
        let message = match found {
            None => "this is no duration",
            Some(found) if !range.contains(&found) => "the time is too short or too long here",
            Some(_) => return found,
        };
        self.add(C::DURATION, text.span, message, help);
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_a_number_and_a_unit() {
        for (text, milliseconds) in [
            ("250ms", 250),
            ("2.5s", 2500),
            ("5m", 300_000),
            ("24h", 86_400_000),
            ("1d", 86_400_000),
        ] {
            assert_eq!(parse_duration(text), Some(Duration::from_millis(milliseconds)), "{text}");
        }
        for text in [
            "",
            "5",
            "s",
            ".s",
            "-1s",
            "+1s",
            "1e3s",
            "infs",
            "1 s",
            "1.2.3s",
            "1w",
            "99999999999d",
        ] {
            assert_eq!(parse_duration(text), None, "{text}");
        }
    }
}
