//! How many bytes a finished token takes.
//!
//! SPEC: AWS, "Verifying JSON web tokens". The size model:
//!
//! ```text
//! token   = header + "." + base64url(payload) + "." + 342 characters of RSA-2048 signature
//! payload = one JSON object without blanks, every "/" written as "\/"
//! ```
//!
//! What the event can't tell (the exact `kid`, whether a letter is escaped) makes a range. Budgets
//! are kept by its upper end.

use serde_json::Value;

/// The header is 68 bytes of JSON, with a `kid` of 32 bytes in base64, and one more per slash in that:
/// none, or all of 42 characters. The 43rd can't be one, and the last is `=`.
const HEADER: Size = Size { lower: 91, upper: 147 };
const SIGNATURE: usize = 342;

/// Bytes, as a range: what the token needs at least and at most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Size {
    /// At least.
    pub lower: usize,
    /// At most.
    pub upper: usize,
}

impl std::ops::Add for Size {
    type Output = Size;
    fn add(self, other: Size) -> Size {
        Size { lower: self.lower + other.lower, upper: self.upper + other.upper }
    }
}

impl std::iter::Sum for Size {
    fn sum<I: Iterator<Item = Size>>(sizes: I) -> Size {
        sizes.fold(Size::default(), |sum, size| sum + size)
    }
}

/// Size of a finished token with these payload entries.
pub fn finished(entries: Size) -> Size {
    let token = |entries: usize, header: usize| {
        // Two braces, and the last entry has no comma.
        let payload = entries + 1;
        header + 1 + (payload * 4).div_ceil(3) + 1 + SIGNATURE
    };
    Size { lower: token(entries.lower, HEADER.lower), upper: token(entries.upper, HEADER.upper) }
}

/// Payload bytes of one entry: name, colon, value, comma.
pub fn entry(name: &str, value: &Value) -> Size {
    named(name, json(value))
}

/// The same of a value whose size is known.
pub(crate) fn named(name: &str, value: Size) -> Size {
    text(name) + exactly(1) + value + exactly(1)
}

/// A size that is known to the byte.
pub(crate) fn exactly(bytes: usize) -> Size {
    Size { lower: bytes, upper: bytes }
}

/// Bytes of a string as JSON text, quotes included.
pub(crate) fn text(text: &str) -> Size {
    // Nearly everything is plain ASCII; without an early end the compiler looks at many bytes at once.
    let plain = |byte: u8| (b' '..=b'~').contains(&byte) & !matches!(byte, b'"' | b'\\' | b'/');
    if text.bytes().fold(true, |all, byte| all & plain(byte)) {
        return exactly(2 + text.len());
    }
    let escapes: usize = text
        .bytes()
        .map(|byte| match byte {
            b'"' | b'\\' | b'/' | 0x8 | 0xc | b'\n' | b'\r' | b'\t' => 1,
            0..=0x1f => 5,
            _ => 0,
        })
        .sum();
    let lower = 2 + text.len() + escapes;
    if text.bytes().all(|byte| byte <= b'~') {
        return exactly(lower);
    }
    // As it is or as `\uXXXX`: nobody knows which.
    let longer = |letter: char| 6 * letter.len_utf16() - letter.len_utf8();
    let upper = text.chars().filter(|letter| *letter > '~').map(longer).sum::<usize>();
    Size { lower, upper: lower + upper }
}

/// Bytes of a value as JSON text.
pub(crate) fn json(value: &Value) -> Size {
    match value {
        Value::Null => exactly(4),
        Value::Bool(boolean) => exactly(if *boolean { 4 } else { 5 }),
        Value::Number(number) => exactly(number.as_str().len()),
        Value::String(string) => text(string),
        Value::Array(elements) => list(elements.iter().map(json)),
        Value::Object(members) => {
            list(members.iter().map(|(name, value)| text(name) + exactly(1) + json(value)))
        }
    }
}

/// Bytes of a list or an object: its entries, a comma between two of them, and both brackets.
pub(crate) fn list(entries: impl ExactSizeIterator<Item = Size>) -> Size {
    exactly(2 + entries.len().saturating_sub(1)) + entries.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_has_its_length() {
        for (letters, lower, upper) in [
            ("plain ~", 9, 9),
            ("\"\\/\u{8}\u{c}\n\r\t", 18, 18),
            ("\u{0}\u{b}\u{1f}", 20, 20),
            ("\u{7f}", 3, 8),
            ("ä", 4, 8),
            ("€", 5, 8),
            ("😀", 6, 14),
        ] {
            assert_eq!(text(letters), Size { lower, upper }, "{letters:?}");
        }
    }
}
