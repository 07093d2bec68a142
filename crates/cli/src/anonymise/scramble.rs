//! JSON with every word replaced that is no word of AWS.
//!
//! The text is walked token by token, so that order, blanks and names that come twice stay. A word is
//! what stands between signs; equal words, whatever their case, get equal replacements, which keeps
//! relations such as that of a pool's id and its issuer. A replacement depends on the order in which
//! words come and on their length, of plain words also on capital and small letters: never on what
//! they are, so nobody can try names until one fits.

use std::collections::{BTreeSet, HashMap, HashSet};

use serde::de::IgnoredAny;

use super::vocabulary::{is_direction, is_key, is_word};

/// Times are numbered from here, in steps, so that their order stays.
const FIRST_TIME: u64 = 1_700_000_000;
const STEP: u64 = 600;
/// What stands for a time as Java writes it, with a day of two digits and of one.
const JAVA_TIMES: [&str; 2] = ["Tue Nov 14 22:13:20 UTC 2023", "Wed Nov 1 22:13:20 UTC 2023"];
const DATE: &str = "1970-01-01";
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// From this length on, which letters are digits or capital ones tells a word from most others.
const TELLING_LENGTH: usize = 8;

/// The same JSON, scrambled.
///
/// # Errors
/// The text is no JSON, with the place; or a text in it is no Unicode.
pub fn json(text: &str) -> Result<String, String> {
    let (mark, text) = match text.strip_prefix(BYTE_ORDER_MARK) {
        Some(text) => (BYTE_ORDER_MARK, text),
        None => ("", text),
    };
    let tokens = tokens(text)?;
    let mut times = BTreeSet::new();
    collect_times(&tokens, &mut times);
    let times = times.into_iter().collect();
    let mut words = Words { known: HashMap::new(), used: HashSet::new(), times };
    Ok(format!("{mark}{}", words.json(tokens)))
}

/// A piece of JSON.
enum Token<'j> {
    /// The name of a member, without quotes and escapes.
    Name(String),
    /// A text, without quotes and escapes.
    Text(String),
    /// A text that is JSON itself, such as the attribute `identities`.
    Inner(String),
    Number(&'j str),
    /// Brackets, commas, blanks, words.
    Other(&'j str),
}

fn tokens(json: &str) -> Result<Vec<Token<'_>>, String> {
    serde_json::from_str::<IgnoredAny>(json)
        .map_err(|error| format!("not JSON (line {}, column {})", error.line(), error.column()))?;
    let mut tokens = Vec::new();
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => length_of_text(rest),
            '-' | '0'..='9' => length_of(rest, |c| c.is_ascii_alphanumeric() || "+-.".contains(c)),
            _ => length_of(rest, |c| !matches!(c, '"' | '-' | '0'..='9')),
        };
        let (token, after) = rest.split_at(length.min(rest.len()));
        tokens.push(match first {
            '"' => {
                let text: String = serde_json::from_str(token).map_err(|_| {
                    format!("a text that is no Unicode (byte {})", json.len() - rest.len())
                })?;
                if after.trim_start().starts_with(':') {
                    Token::Name(text)
                } else if text.trim_start().starts_with(['{', '[']) && self::tokens(&text).is_ok() {
                    Token::Inner(text)
                } else {
                    Token::Text(text)
                }
            }
            '-' | '0'..='9' => Token::Number(token),
            _ => Token::Other(token),
        });
        rest = after;
    }
    Ok(tokens)
}

fn length_of(text: &str, is_inside: impl Fn(char) -> bool) -> usize {
    text.find(|letter| !is_inside(letter)).unwrap_or(text.len())
}

/// With both quotes.
fn length_of_text(text: &str) -> usize {
    let mut escaped = false;
    for (at, letter) in text.char_indices().skip(1) {
        match letter {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn collect_times(tokens: &[Token<'_>], times: &mut BTreeSet<u64>) {
    for token in tokens {
        let text = match token {
            Token::Name(text) | Token::Text(text) | Token::Inner(text) => text.as_str(),
            Token::Number(number) => number,
            Token::Other(_) => continue,
        };
        times.extend(runs(text).filter_map(time).map(|(seconds, _)| seconds));
    }
}

/// What stays of a word, beside its being equal to another.
#[derive(Clone, Copy)]
enum Stays {
    /// Which of its letters are digits.
    Kinds,
    Length,
    /// The same in digits, where only such may stand: they are hexadecimal, too.
    LengthInDigits,
}

/// The words so far, and what stands for each.
struct Words {
    /// In small letters.
    known: HashMap<String, String>,
    used: HashSet<String>,
    /// Moments in seconds since 1970, in their order.
    times: Vec<u64>,
}

impl Words {
    fn json(&mut self, tokens: Vec<Token<'_>>) -> String {
        let quoted = |text: String| serde_json::Value::from(text).to_string();
        let mut scrambled = String::new();
        for token in tokens {
            scrambled.push_str(&match token {
                Token::Name(name) => quoted(self.text(&name, true)),
                Token::Text(text) => quoted(self.text(&text, false)),
                Token::Inner(text) => {
                    let inner = tokens_of(&text);
                    quoted(self.json(inner))
                }
                Token::Number(number) => self.digits(number),
                Token::Other(other) => other.to_owned(),
            });
        }
        scrambled
    }

    /// A text with its words replaced.
    fn text(&mut self, text: &str, is_name: bool) -> String {
        if let Some(time) = java_time(text) {
            return time.to_owned();
        }
        if is_date(text) {
            return DATE.to_owned();
        }
        if is_version(text) || text.chars().count() == 1 || (is_name && is_key(text)) {
            return text.to_owned();
        }
        let mut scrambled = String::with_capacity(text.len());
        let mut is_secret = false;
        for part in text.split_inclusive(' ') {
            let bare = part.trim_end();
            if is_secret || is_token(bare) {
                // Everything between two points is one word: where its signs stand tells, too.
                for segment in part.split_inclusive(['.', ' ']) {
                    let end = segment.trim_end_matches(['.', ' ']);
                    scrambled.push_str(&self.one(end, Stays::Length));
                    scrambled.push_str(segment.get(end.len()..).unwrap_or_default());
                }
            } else {
                self.words(part, &mut scrambled);
            }
            is_secret = ["basic", "bearer"].contains(&bare.to_lowercase().as_str());
        }
        scrambled
    }

    fn words(&mut self, part: &str, scrambled: &mut String) {
        let is_address = part.contains('@');
        let is_uuid = is_uuid(part.trim_end());
        let mut before = "";
        for run in runs(part) {
            let is_region = run.len() == 1 && is_direction(before);
            match run.chars().next() {
                Some(first) if !first.is_alphanumeric() => {
                    scrambled.extend(run.chars().map(sign));
                    continue;
                }
                _ if is_uuid => scrambled.push_str(&self.one(run, Stays::LengthInDigits)),
                _ if is_region || run == "example" || (!is_address && is_word(run)) => {
                    scrambled.push_str(run);
                }
                _ => scrambled.push_str(&self.word(run)),
            }
            before = run;
        }
    }

    /// A number with its digits replaced; one digit alone stays.
    fn digits(&mut self, number: &str) -> String {
        let mut scrambled = String::with_capacity(number.len());
        let mut rest = number;
        while !rest.is_empty() {
            let (run, after) = rest.split_at(length_of(rest, |c| c.is_ascii_digit()));
            scrambled.push_str(&if run.len() > 1 { self.word(run) } else { run.to_owned() });
            let (run, after) = after.split_at(length_of(after, |c| !c.is_ascii_digit()));
            scrambled.push_str(run);
            rest = after;
        }
        scrambled
    }

    /// What stands for a word, in its capital and small letters if it is a plain one.
    fn word(&mut self, word: &str) -> String {
        if let Some((seconds, milliseconds)) = time(word) {
            let rank = self.times.iter().position(|known| *known == seconds).unwrap_or_default();
            let seconds = FIRST_TIME + STEP * u64::try_from(rank).unwrap_or_default();
            return format!("{seconds}{}", if milliseconds { "000" } else { "" });
        }
        let is_long = word.chars().count() >= TELLING_LENGTH;
        let has = |is: fn(&char) -> bool| word.chars().any(|letter| is(&letter));
        let capitals = word.chars().skip(1).filter(|letter| letter.is_uppercase()).count();
        let is_plain = capitals == 0 || !has(|letter| letter.is_lowercase());
        let is_mixed = has(char::is_ascii_digit) && has(|letter| letter.is_alphabetic());
        if is_long && (is_mixed || !is_plain) {
            return self.one(word, Stays::Length);
        }
        let made = self.one(word, Stays::Kinds);
        let with_case = |(letter, made): (char, char)| {
            if letter.is_ascii_uppercase() { made.to_ascii_uppercase() } else { made }
        };
        word.chars().zip(made.chars()).map(with_case).collect()
    }

    /// What stands for a text as one word.
    fn one(&mut self, text: &str, stays: Stays) -> String {
        let key = text.to_ascii_lowercase();
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let all = |same: char| move |letter: char| if letter.is_ascii() { same } else { letter };
        let shape: Vec<char> = match stays {
            Stays::Kinds => key.chars().collect(),
            Stays::Length => text.chars().map(all('x')).collect(),
            Stays::LengthInDigits => text.chars().map(all('0')).collect(),
        };
        // Of very short ones there are few: then one comes twice.
        let made = (0..2000).map(|number| made_up(&shape, number));
        let made = made.into_iter().find(|made| !is_word(made) && !self.used.contains(made));
        let made = made.unwrap_or_else(|| made_up(&shape, self.used.len()));
        self.used.insert(made.clone());
        self.known.insert(key, made.clone());
        made
    }
}

/// The tokens of a text that was taken apart before.
fn tokens_of(text: &str) -> Vec<Token<'_>> {
    tokens(text).unwrap_or_default()
}

/// Words and what is between them, in turn.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let is_word = rest.chars().next()?.is_alphanumeric();
        let (run, after) = rest.split_at(length_of(rest, |c| c.is_alphanumeric() == is_word));
        rest = after;
        Some(run)
    })
}

/// Such as `1`, `2.0` and `3.0.1`.
fn is_version(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    let is_part = |part: &&str| {
        (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    parts.len() <= 3 && parts.iter().all(is_part)
}

fn is_date(text: &str) -> bool {
    let is_date = |(letter, known): (u8, u8)| match known {
        b'-' => letter == b'-',
        _ => letter.is_ascii_digit(),
    };
    text.len() == DATE.len() && text.bytes().zip(DATE.bytes()).all(is_date)
}

/// SPEC: RFC 9562, section 4.
fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// Between the points of a token stand letters at random, and no words.
/// SPEC: RFC 7515, section 7.1.
fn is_token(text: &str) -> bool {
    let is_base64url = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
    text.len() > 60 && text.matches('.').count() >= 2 && text.chars().all(is_base64url)
}

/// Seconds since 1970, and whether the word says milliseconds: from 2001 to 2033.
fn time(word: &str) -> Option<(u64, bool)> {
    let is_time = word.starts_with('1') && word.bytes().all(|byte| byte.is_ascii_digit());
    match word.len() {
        10 if is_time => Some((word.parse().ok()?, false)),
        13 if is_time => Some((word.get(..10)?.parse().ok()?, true)),
        _ => None,
    }
}

/// What stands for a time such as `Sat Jan 30 04:49:05 UTC 2021`.
fn java_time(text: &str) -> Option<&'static str> {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let parts: Vec<&str> = text.split(' ').collect();
    let [day, _, _, time, "UTC", year] = parts.as_slice() else { return None };
    let is_time = DAYS.contains(day) && time.len() == 8 && year.len() == 4;
    JAVA_TIMES.into_iter().find(|known| is_time && known.len() == text.len())
}

/// The word with this number, in a shape: of each letter only its kind stays.
fn made_up(shape: &[char], number: usize) -> String {
    let mut number = number;
    let mut made: Vec<char> = Vec::with_capacity(shape.len());
    // The end tells one word from the next, the beginning is the same for all.
    for (at, letter) in shape.iter().enumerate().rev() {
        let kind: &[u8] = match letter {
            '0'..='9' => b"0123456789",
            letter if letter.is_ascii() => b"xmplyrstuvwzabcdefghijknoq",
            other => {
                made.push(stand_in(*other));
                continue;
            }
        };
        // No number begins with a nought, and none becomes a time.
        let from = match (at, letter) {
            (0, '0'..='9') if matches!(shape.len(), 10 | 13) => 2,
            (0, '0'..='9') => 1,
            _ => 0,
        };
        let radix = kind.len() - from;
        made.push(char::from(kind.get(from + number % radix).copied().unwrap_or(b'x')));
        number /= radix;
    }
    made.into_iter().rev().collect()
}

/// What stands between words: signs of ASCII stay.
fn sign(letter: char) -> char {
    if letter.is_ascii() { letter } else { stand_in(letter) }
}

/// Another letter or sign that takes as many bytes.
fn stand_in(letter: char) -> char {
    match (letter.is_alphanumeric(), letter.len_utf8()) {
        (true, 2) => 'é',
        (true, 3) => '例',
        (true, _) => '𐐨',
        (false, 2) => '§',
        (false, 3) => '…',
        (false, _) => '🙂',
    }
}

#[cfg(test)]
mod tests;
