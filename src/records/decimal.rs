//! Decimal numbers apart from how they are written, with all their digits.

use std::cmp::Ordering;

/// Most digits of a number that is a key. SPEC: AWS, DynamoDB developer guide, "Constraints in
/// Amazon DynamoDB": up to 38 digits.
const KEY_DIGITS: usize = 38;

/// A decimal number. Zero has no digits.
#[derive(Debug, PartialEq, Eq)]
pub struct Decimal {
    /// Whether it is less than zero.
    pub negative: bool,
    /// Without zeros on either side.
    pub digits: String,
    /// The power of ten of the first digit.
    pub power: i64,
}

impl Decimal {
    /// `None` if the text is no number, or its exponent has more digits than any number needs.
    pub fn of(text: &str) -> Option<Self> {
        let (negative, text) = match text.strip_prefix('-') {
            Some(text) => (true, text),
            None => (false, text),
        };
        let (mantissa, exponent) = match text.split_once(['e', 'E']) {
            Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
            None => (text, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits = format!("{whole}{fraction}");
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let from_first = digits.trim_start_matches('0');
        let leading_zeros = i64::try_from(digits.len() - from_first.len()).ok()?;
        let significant = from_first.trim_end_matches('0');
        if significant.is_empty() {
            return Some(Self { negative: false, digits: String::new(), power: 0 });
        }
        let power = i64::try_from(whole.len()).ok()? - 1 - leading_zeros + i64::from(exponent);
        Some(Self { negative, digits: significant.to_owned(), power })
    }

    /// The digits of a whole number that can be a key, as
    /// [`is_whole_number`](crate::policy::is_whole_number) wants them.
    pub fn key(&self) -> Option<String> {
        let length = usize::try_from(self.power).ok()? + 1;
        let whole = !self.negative && self.digits.len() <= length && length <= KEY_DIGITS;
        whole.then(|| format!("{:0<length$}", self.digits))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        let sign = |number: &Self| match (number.negative, number.digits.is_empty()) {
            (_, true) => 0,
            (true, false) => -1,
            (false, false) => 1,
        };
        // Without zeros on either side digits compare as texts.
        let size = self.power.cmp(&other.power).then_with(|| self.digits.cmp(&other.digits));
        let size = if self.negative { size.reverse() } else { size };
        sign(self).cmp(&sign(other)).then(size)
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_ordered_by_their_size() {
        let sorted = [
            "-1e30",
            "-42",
            "-4.2",
            "-4.15",
            "-0.001",
            "0",
            "1E-3",
            "0.5",
            "1.5",
            "7",
            "9",
            "10",
            "15",
            "100",
            "1e20",
            "12345678901234567890123456789012345678",
            "12345678901234567890123456789012345679",
        ];
        let numbers: Vec<Decimal> = sorted.iter().map(|text| Decimal::of(text).unwrap()).collect();
        assert!(numbers.is_sorted_by(|one, other| one < other), "{numbers:?}");
        assert_eq!(Decimal::of("-0.0").unwrap().cmp(&Decimal::of("0e5").unwrap()), Ordering::Equal);
    }

    #[test]
    fn a_key_is_a_whole_number_however_it_was_written() {
        let key = |text: &str| Decimal::of(text).unwrap().key();
        let largest = "9".repeat(38);
        for (text, digits) in [
            ("0", "0"),
            ("-0", "0"),
            ("7", "7"),
            ("7.0", "7"),
            ("1.5e1", "15"),
            ("100", "100"),
            ("1E+2", "100"),
            (largest.as_str(), largest.as_str()),
        ] {
            assert_eq!(key(text).as_deref(), Some(digits), "{text}");
        }
        for text in ["-7", "1.5", "1e-1", "0.07", "1e38", &"9".repeat(39)] {
            assert_eq!(key(text), None, "{text}");
        }
    }
}
