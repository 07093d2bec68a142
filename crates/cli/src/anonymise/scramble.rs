//! JSON with every word replaced that is no word of AWS.
//!
//! The text is walked token by token, so that order, blanks and names that come twice stay. A word is
//! what stands between signs; equal words, whatever their case, get equal replacements, which keeps
//! relations such as that of a pool's id and its issuer. A replacement depends on the word's number
//! in the order of appearance and on its shape, never on its letters: it can't be guessed back.

use std::collections::{BTreeSet, HashMap};

use serde::de::IgnoredAny;

use super::vocabulary::is_known;

/// Times are numbered from here, in steps, so that their order stays.
const FIRST_TIME: u64 = 1_700_000_000;
const STEP: u64 = 600;
/// What stands for a time as Java writes it, with a day of two digits and of one.
const JAVA_TIMES: [&str; 2] = ["Tue Nov 14 22:13:20 UTC 2023", "Wed Nov 1 22:13:20 UTC 2023"];

/// The same JSON, scrambled.
///
/// # Errors
/// The text is no JSON, with the place; or a text in it is no Unicode.
pub fn json(text: &str) -> Result<String, String> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<IgnoredAny>(text)
        .map_err(|error| format!("not JSON (line {}, column {})", error.line(), error.column()))?;
    let tokens = tokens(text)?;
    let mut words = Words::new(&tokens);
    let mut scrambled = String::with_capacity(text.len());
    for token in tokens {
        match token {
            Token::Text(text) => scrambled.push_str(&quoted(&words.text(&text))),
            Token::Number(number) => scrambled.push_str(&words.digits(number)),
            Token::Other(other) => scrambled.push_str(other),
        }
    }
    Ok(scrambled)
}

/// A piece of JSON.
enum Token<'j> {
    /// A name or a value, without quotes and escapes.
    Text(String),
    Number(&'j str),
    /// Brackets, commas, blanks, words.
    Other(&'j str),
}

/// Takes valid JSON apart.
fn tokens(json: &str) -> Result<Vec<Token<'_>>, String> {
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
            '"' => Token::Text(serde_json::from_str(token).map_err(|_| {
                let line = json.len() - rest.len();
                format!("a text that is no Unicode (byte {line})")
            })?),
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

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The words so far, and what stands for each.
struct Words {
    numbers: HashMap<String, usize>,
    /// Moments in seconds or milliseconds since 1970, in their order.
    times: Vec<u64>,
}

impl Words {
    fn new(tokens: &[Token<'_>]) -> Self {
        let mut times = BTreeSet::new();
        for token in tokens {
            let text = match token {
                Token::Text(text) => text.as_str(),
                Token::Number(number) => number,
                Token::Other(_) => continue,
            };
            times.extend(runs(text).filter_map(time).map(|(seconds, _)| seconds));
        }
        Self { numbers: HashMap::new(), times: times.into_iter().collect() }
    }

    /// A text with its words replaced.
    fn text(&mut self, text: &str) -> String {
        if let Some(time) = java_time(text) {
            return time.to_owned();
        }
        let mut scrambled = String::with_capacity(text.len());
        for part in text.split_inclusive(' ') {
            let is_token = is_token(part.trim_end());
            for run in runs(part) {
                match run.chars().next() {
                    Some(first) if !first.is_alphanumeric() => {
                        scrambled.extend(run.chars().map(sign));
                    }
                    _ if !is_token && is_known(run) => scrambled.push_str(run),
                    _ => scrambled.push_str(&self.word(run)),
                }
            }
        }
        scrambled
    }

    /// A number with its digits replaced.
    fn digits(&mut self, number: &str) -> String {
        let mut scrambled = String::with_capacity(number.len());
        let mut rest = number;
        while !rest.is_empty() {
            let digits = length_of(rest, |c| c.is_ascii_digit());
            let (run, after) = rest.split_at(digits);
            scrambled.push_str(&if run.len() > 1 { self.word(run) } else { run.to_owned() });
            let signs = length_of(after, |c| !c.is_ascii_digit());
            let (run, after) = after.split_at(signs);
            scrambled.push_str(run);
            rest = after;
        }
        scrambled
    }

    /// What stands for a word.
    fn word(&mut self, word: &str) -> String {
        if word.chars().count() < 2 {
            return word.to_owned();
        }
        if let Some((seconds, milliseconds)) = time(word) {
            let rank = self.times.iter().position(|known| *known == seconds).unwrap_or_default();
            let seconds = FIRST_TIME + STEP * u64::try_from(rank).unwrap_or_default();
            return format!("{seconds}{}", if milliseconds { "000" } else { "" });
        }
        let next = self.numbers.len();
        let mut number = *self.numbers.entry(word.to_lowercase()).or_insert(next);
        loop {
            let made = made_up(word, number);
            // One that is a word of AWS would stay the next time.
            if !is_known(&made) {
                return made;
            }
            number += 1000;
        }
    }
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

/// The word with this number, in the shape of another: of each letter only its kind stays.
fn made_up(shape: &str, number: usize) -> String {
    let is_hex = shape.bytes().all(|byte| byte.is_ascii_hexdigit())
        && shape.bytes().any(|byte| byte.is_ascii_digit());
    let letters: Vec<char> = shape.chars().collect();
    let mut number = number;
    let mut made: Vec<char> = Vec::with_capacity(letters.len());
    // The end tells one word from the next, the beginning is the same for all.
    for (at, letter) in letters.iter().enumerate().rev() {
        let kind: &[u8] = match letter {
            '0'..='9' => b"0123456789",
            'a'..='z' if is_hex => b"abcdef",
            'A'..='Z' if is_hex => b"ABCDEF",
            // None of these is a hexadecimal digit, so that the kind stays what it is.
            'a'..='z' => b"xmplyrstuvwz",
            'A'..='Z' => b"XMPLYRSTUVWZ",
            other => {
                made.push(stand_in(*other));
                continue;
            }
        };
        // No number begins with a nought, and none becomes a time.
        let from = match (at, letter) {
            (0, '0'..='9') if matches!(letters.len(), 10 | 13) => 2,
            (0, '0'..='9') => 1,
            _ => 0,
        };
        let radix = kind.len() - from;
        let digit = kind.get(from + number % radix).copied().unwrap_or(b'x');
        number /= radix;
        made.push(char::from(digit));
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
mod tests {
    use proptest::prelude::*;
    use serde_json::Value;

    use super::*;

    #[test]
    fn an_event_keeps_its_shape_and_loses_its_words() {
        let event = r#"{ "userName": "acme-ad_Jo.Doe@acme.example",
  "userPoolId": "us-east-1_AbC123xyz", "version": "2", "exp": 1760000300, "iat": 1760000000,
  "sub": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  "claims": { "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123xyz",
    "custom:acme_id": "true", "exp": "Sat Jan 30 04:49:05 UTC 2021",
    "identities": "[{\"userId\":\"jo.doe\",\"providerName\":\"ACME-AD\",\"issuer\":null}]" } }"#;
        insta::assert_snapshot!(json(event).unwrap(), @r#"
        { "userName": "xxxx-xm_Xp.Xxl@xxxx.example",
          "userPoolId": "us-east-1_XxX000xxy", "version": "2", "exp": 1700000600, "iat": 1700000000,
          "sub": "1a0000a5-1a06-10a7-1a1c-1000a00a0009",
          "claims": { "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_XxX000xxy",
            "custom:xxxx_id": "true", "exp": "Tue Nov 14 22:13:20 UTC 2023",
            "identities": "[{\"userId\":\"xp.xxl\",\"providerName\":\"XXXX-XM\",\"issuer\":null}]" } }
        "#);
    }

    #[test]
    fn what_is_no_json_has_a_place() {
        assert_eq!(json("{\n  \"a\": x }").unwrap_err(), "not JSON (line 2, column 8)");
        assert!(json("").unwrap_err().starts_with("not JSON"));
        assert!(json("\"\\ud800\"").is_err());
    }

    fn shape(value: &Value) -> Value {
        match value {
            Value::String(text) => Value::from(text.chars().map(kind).collect::<String>()),
            Value::Number(number) => {
                Value::from(number.to_string().chars().map(kind).collect::<String>())
            }
            Value::Array(all) => all.iter().map(shape).collect(),
            Value::Object(all) => {
                // Names are compared by their number and lengths.
                let mut lengths: Vec<usize> = all.keys().map(String::len).collect();
                lengths.sort_unstable();
                let mut values: Vec<String> =
                    all.values().map(|value| shape(value).to_string()).collect();
                values.sort_unstable();
                serde_json::json!([lengths, values])
            }
            other => other.clone(),
        }
    }

    fn kind(letter: char) -> char {
        match letter {
            '0'..='9' => '9',
            'a'..='z' => 'a',
            'A'..='Z' => 'A',
            other if other.is_ascii() => other,
            other if other.is_alphanumeric() => char::from(b'0' + other.len_utf8() as u8),
            other => char::from(b'5' + other.len_utf8() as u8),
        }
    }

    fn texts(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::String(text) => found.push(text.clone()),
            Value::Number(number) => found.push(number.to_string()),
            Value::Array(all) => all.iter().for_each(|value| texts(value, found)),
            Value::Object(all) => all.iter().for_each(|(name, value)| {
                found.push(name.clone());
                texts(value, found);
            }),
            _ => {}
        }
    }

    fn any_json() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            "[a-zA-Z0-9@._:/ -]{0,40}".prop_map(Value::from),
            "\\PC{0,20}".prop_map(Value::from),
            "eyJ[A-Za-z0-9_-]{30,60}\\.[A-Za-z0-9_-]{30,90}\\.[A-Za-z0-9_-]{30,60}"
                .prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            any::<i32>().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
        ];
        leaf.prop_recursive(4, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map("[a-z:_A-Z]{1,20}", inner, 0..6)
                    .prop_map(|all| Value::Object(all.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_of_the_input_is_left_and_its_shape_is(value in any_json()) {
            let text = value.to_string();
            let scrambled = json(&text).unwrap();
            let read: Value = serde_json::from_str(&scrambled).unwrap();
            // Times are made up as a whole, so only their length stays; it is part of the kind.
            prop_assert_eq!(shape(&read), shape(&value));
            let mut before = Vec::new();
            texts(&value, &mut before);
            let secrets: Vec<&str> = before.iter().flat_map(|text| runs(text))
                .filter(|run| run.chars().count() >= 7 && run.chars().all(char::is_alphanumeric))
                .filter(|run| run.is_ascii() && !is_known(run))
                // What looks made up may be equal to what is.
                .filter(|run| run.bytes().collect::<BTreeSet<_>>().len() > 4)
                .collect();
            for secret in secrets {
                prop_assert!(!scrambled.contains(secret), "{} in {}", secret, scrambled);
            }
        }

        #[test]
        fn what_is_equal_stays_equal_and_what_differs_differs(
            one in "[a-z]{6,12}", other in "[a-z]{6,12}"
        ) {
            let text = serde_json::json!([one, other, one]).to_string();
            let read: Vec<String> = serde_json::from_str(&json(&text).unwrap()).unwrap();
            prop_assert_eq!(&read[0], &read[2]);
            prop_assert_eq!(one == other, read[0] == read[1]);
        }
    }
}
