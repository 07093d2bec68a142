//! The last wall before a terminal: whatever is printed, and wherever it comes from, it is text and
//! our own colours.

use std::io::{self, Write};

use claimsmith_playground::words::{REPLACEMENT, is_order};

/// What becomes of orders in an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Orders {
    /// Each is replaced, for people. Colours stay.
    Replaced,
    /// Each is written as JSON writes it, for JSON that a person looks at.
    Escaped,
    /// They stay: no terminal reads it.
    Kept,
}

/// An output that lets nothing through that a terminal would obey, but for colours.
pub struct Safe<Out> {
    out: Out,
    orders: Orders,
    /// The beginning of what may be a colour.
    begun: String,
}

impl<Out: Write> Safe<Out> {
    /// Nothing written yet.
    pub fn new(out: Out, orders: Orders) -> Self {
        Self { out, orders, begun: String::new() }
    }

    fn letter(&mut self, letter: char, text: &mut String) {
        const ESCAPE: char = '\u{1b}';
        let goes_on = match self.begun.len() {
            0 => letter == ESCAPE,
            1 => letter == '[',
            _ => letter.is_ascii_digit() || letter == ';' || letter == 'm',
        };
        match (self.orders, goes_on) {
            (Orders::Replaced, true) => {
                self.begun.push(letter);
                if letter == 'm' {
                    text.push_str(&std::mem::take(&mut self.begun));
                }
            }
            (Orders::Replaced, false) => {
                // No colour after all, so it isn't one of ours.
                if let Some(rest) = std::mem::take(&mut self.begun).strip_prefix(ESCAPE) {
                    text.push(REPLACEMENT);
                    text.push_str(rest);
                    return self.letter(letter, text);
                }
                let stays = matches!(letter, '\n' | '\t') || !is_order(letter);
                text.push(if stays { letter } else { REPLACEMENT });
            }
            (Orders::Escaped, _) if is_order(letter) && !matches!(letter, '\n' | '\t') => {
                text.push_str(&format!("\\u{:04x}", u32::from(letter)));
            }
            _ => text.push(letter),
        }
    }
}

impl<Out: Write> Write for Safe<Out> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes).map(|()| bytes.len())
    }

    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.orders == Orders::Kept {
            return self.out.write_all(bytes);
        }
        let mut text = String::with_capacity(bytes.len());
        for letter in String::from_utf8_lossy(bytes).chars() {
            self.letter(letter, &mut text);
        }
        self.out.write_all(text.as_bytes())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(orders: Orders, pieces: &[&str]) -> String {
        let mut safe = Safe::new(Vec::new(), orders);
        pieces.iter().for_each(|piece| safe.write_all(piece.as_bytes()).unwrap());
        String::from_utf8(safe.out).unwrap()
    }

    #[test]
    fn colours_pass_and_nothing_else_that_a_terminal_obeys() {
        let of = |pieces| written(Orders::Replaced, pieces);
        assert_eq!(of(&["\u{1b}[1mclaim\u{1b}[0m\n\tx"]), "\u{1b}[1mclaim\u{1b}[0m\n\tx");
        assert_eq!(of(&["\u{1b}", "[1;3", "1m", "é"]), "\u{1b}[1;31mé");
        assert_eq!(of(&["\u{1b}[2J"]), "\u{fffd}[2J");
        assert_eq!(of(&["\u{1b}]0;title\u{7}"]), "\u{fffd}]0;title\u{fffd}");
        assert_eq!(of(&["\u{1b}\u{1b}[31m"]), "\u{fffd}\u{1b}[31m");
        assert_eq!(
            of(&["\u{9b}2J\u{85}\r\u{202e}\u{2066}"]),
            "\u{fffd}2J".to_owned() + &"\u{fffd}".repeat(4)
        );
    }

    #[test]
    fn json_on_a_terminal_means_the_same() {
        let json = "{\"name\":\"a\u{9b}b\u{202e}\u{7f}\"}\n";
        let shown = written(Orders::Escaped, &[json]);
        assert!(!shown.trim_end().chars().any(is_order), "{shown}");
        let read = |text| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(read(&shown), read(json));
        assert_eq!(written(Orders::Kept, &[json]), json);
    }

    /// Whatever comes in whichever pieces.
    #[test]
    fn no_text_gets_an_order_through() {
        let letters = ['\u{1b}', '[', ']', 'm', '2', ';', 'J', '\u{9b}', '\r', '\u{202e}', 'a'];
        let mut state = 7_u64;
        let mut random = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as usize % below
        };
        for _ in 0..20_000 {
            let mut piece = || -> String {
                let length = random(9);
                (0..length).map(|_| letters[random(letters.len())]).collect()
            };
            let pieces: Vec<String> = (0..3).map(|_| piece()).collect();
            let pieces: Vec<&str> = pieces.iter().map(String::as_str).collect();
            let shown = written(Orders::Replaced, &pieces);
            let plain = anstream::adapter::strip_str(&shown).to_string();
            assert!(!plain.chars().any(is_order), "{pieces:?}: {shown:?}");
            let colours = shown.split('\u{1b}').skip(1).all(|rest| {
                let end = rest.find('m').unwrap_or(0);
                let colour = rest.get(1..end);
                colour
                    .is_some_and(|it| it.bytes().all(|byte| byte == b';' || byte.is_ascii_digit()))
            });
            assert!(colours, "{pieces:?}: {shown:?}");
        }
    }
}
