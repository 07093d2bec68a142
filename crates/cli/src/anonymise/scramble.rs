//! JSON with every word replaced that is no word of AWS.
//!
//! The text is walked token by token, so that order, blanks and names that come twice stay. A word is
//! what stands between signs; equal words, whatever their case, get equal replacements, which keeps
//! relations such as that of a pool's id and its issuer. A replacement depends on the order in which
//! words come and on their length, of plain words also on capital and small letters: never on what
//! they are, so nobody can try names until one fits.

use std::collections::{BTreeSet, HashMap, HashSet};

use super::shapes::{
    DATE, is_date, is_token, is_uuid, is_version, java_time, length_of, made_up, region, runs,
    sign, time,
};
use super::tokens::{Token, tokens, tokens_of};
use super::vocabulary::{is_header, is_key, is_word};

/// Times are numbered from here, in steps, so that their order stays.
const FIRST_TIME: u64 = 1_700_000_000;
const STEP: u64 = 600;
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
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Stays {
    /// Which of its letters are digits.
    Kinds,
    Length,
    /// The same in digits, where only such may stand: they are hexadecimal, too.
    LengthInDigits,
}

/// The words so far, and what stands for each.
struct Words {
    /// By what stays of the word; plain ones in small letters.
    known: HashMap<(Stays, String), String>,
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
        if is_version(text) || (is_name && is_key(text)) {
            return text.to_owned();
        }
        let mut scrambled = String::with_capacity(text.len());
        let mut is_secret = false;
        let parts = |letter: char| letter.is_whitespace() || "=;,&\"".contains(letter);
        for part in text.split_inclusive(parts) {
            let bare = part.trim_end_matches(parts);
            if is_secret || is_token(bare) {
                // Everything between two points is one word: where its signs stand tells, too.
                for segment in bare.split_inclusive('.') {
                    let end = segment.trim_end_matches('.');
                    scrambled.push_str(&self.one(end, Stays::Length));
                    scrambled.push_str(segment.get(end.len()..).unwrap_or_default());
                }
                scrambled.extend(part.chars().skip(bare.chars().count()).map(sign));
            } else {
                self.words(part, is_name, &mut scrambled);
            }
            if !bare.is_empty() {
                is_secret = ["basic", "bearer"].contains(&bare.to_lowercase().as_str());
            }
        }
        scrambled
    }

    fn words(&mut self, part: &str, is_name: bool, scrambled: &mut String) {
        let is_address = part.contains('@');
        let is_id = is_uuid(part.trim_end());
        let mut rest = part;
        while let Some(first) = rest.chars().next() {
            let length = match region(rest) {
                Some(length) => length,
                None => length_of(rest, |it| it.is_alphanumeric() == first.is_alphanumeric()),
            };
            let (run, after) = rest.split_at(length);
            let stays = run == "example"
                || region(rest).is_some()
                || (!is_address && (is_word(run) || is_name && is_header(run)));
            if !first.is_alphanumeric() {
                scrambled.extend(run.chars().map(sign));
            } else if is_id {
                scrambled.push_str(&self.one(run, Stays::LengthInDigits));
            } else if stays {
                scrambled.push_str(run);
            } else {
                scrambled.push_str(&self.word(run));
            }
            rest = after;
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
        // Of an id capital letters matter, too.
        let word = match stays {
            Stays::Length => text.to_owned(),
            Stays::Kinds | Stays::LengthInDigits => text.to_ascii_lowercase(),
        };
        let key = (stays, word);
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let all = |same: char| move |letter: char| if letter.is_ascii() { same } else { letter };
        let shape: Vec<char> = match stays {
            Stays::Kinds => text.chars().collect(),
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::anonymise::samples::{any_json, shape, texts};

    fn scrambled(value: &Value) -> Value {
        serde_json::from_str(&super::json(&value.to_string()).unwrap()).unwrap()
    }

    #[test]
    fn an_event_keeps_its_shape_and_loses_its_words() {
        let event = r#"{ "userName": "acme-ad_Jo.Doe@acme.example",
  "userPoolId": "us-east-1_AbC123xyz", "version": "2", "exp": 1760000300, "iat": 1760000000,
  "sub": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "sourceIp": "8.8.4.4", "birthdate": "1990-02-03",
  "claims": { "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123xyz",
    "custom:acme_id": "true", "exp": "Sat Jan 30 04:49:05 UTC 2021",
    "identities": "[{\"userId\":\"jo.doe\",\"providerName\":\"ACME-AD\",\"issuer\":null}]" } }"#;
        insta::assert_snapshot!(super::json(event).unwrap(), @r#"
        { "userName": "xxxx-xx_Xm.Xxx@xxxx.example",
          "userPoolId": "us-east-1_xxxxxxxxx", "version": "2", "exp": 1700000600, "iat": 1700000000,
          "sub": "10000000-1000-1001-1002-100000000000", "sourceIp": "1.1.2.2", "birthdate": "1970-01-01",
          "claims": { "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_xxxxxxxxx",
            "custom:xxxx_id": "true", "exp": "Tue Nov 14 22:13:20 UTC 2023",
            "identities": "[{\"userId\":\"xm.xxx\",\"providerName\":\"XXXX-XX\",\"issuer\":null}]" } }
        "#);
    }

    #[test]
    fn what_is_no_json_has_a_place() {
        let error = super::json("{\n  \"a\": x }").unwrap_err();
        assert_eq!(error, "not JSON (line 2, column 8)");
        assert!(super::json("").unwrap_err().starts_with("not JSON"));
        assert!(super::json("\"\\ud800\"").is_err());
        assert!(super::json("\u{feff}{}").unwrap().starts_with('\u{feff}'));
    }

    #[test]
    fn the_shape_of_what_is_unique_tells_nothing() {
        let of = |text: &str| scrambled(&json!([text]));
        let ids = ["3f2504e0-4f89-41d3-9a0c-0305e82c3301", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"];
        assert_eq!(of(ids[0]), of(ids[1]));
        assert_eq!(of("7f3kQ9example2m"), of("aBcDeFgHiJk1234"));
        assert_eq!(of("Basic QWRhOmFCY0QxMg=="), of("Basic Zm9vOjEyMzQ1Ng=="));
        let token = |letter: &str| {
            format!(
                "Bearer eyJ{}.eyJ{}.{}",
                letter.repeat(20),
                letter.repeat(40),
                letter.repeat(40)
            )
        };
        assert_eq!(of(&token("a")), of(&token("A")));
        assert_eq!(of(&token("_")), of(&token("0")));
    }

    #[test]
    fn short_words_and_addresses_leave_too() {
        for text in [
            "8.8.4.4",
            "a.l.i.c.e",
            "4-3-2-1",
            "us@me.com",
            "admin@email.com",
            "a@b",
            "17.42",
            "42",
            "李",
            "west-2",
            "ruby.west.com",
        ] {
            assert_ne!(scrambled(&json!([text])), json!([text]), "{text}");
        }
        for text in ["2", "1.0", "us-east-1", "TokenGeneration_HostedAuth", "true", "openid"] {
            assert_eq!(scrambled(&json!([text])), json!([text]), "{text}");
        }
    }

    #[test]
    fn many_names_stay_different() {
        let names: Vec<String> = (0..120_u8)
            .map(|at| format!("{}{}", char::from(b'a' + at / 26), char::from(b'a' + at % 26)))
            .collect();
        let object: Value =
            Value::Object(names.iter().map(|name| (name.clone(), json!(1))).collect());
        assert_eq!(scrambled(&object).as_object().unwrap().len(), 120);
    }

    #[test]
    fn a_number_stays_a_number_whatever_stands_elsewhere() {
        for event in [
            json!({ "authorization": "Basic 12", "port": 12 }),
            json!({ "a": "Bearer  12345", "b": 12345, "c": "[\"Basic 2021\",2021]" }),
        ] {
            let found = scrambled(&event);
            assert_eq!(shape(&found), shape(&event), "{found}");
        }
        let ids = json!(["aaaaaaaa", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"]);
        assert!(!scrambled(&ids)[1].as_str().unwrap().contains('x'));
        let cased = json!({ "Ab1cdefgh": 1, "ab1cdefgh": 2 });
        assert_eq!(scrambled(&cased).as_object().unwrap().len(), 2);
    }

    #[test]
    fn a_token_in_a_cookie_leaves_as_a_whole() {
        let cookie = |letter: &str| {
            let token = format!("eyJ{0}.eyJ{0}.{0}", letter.repeat(30));
            scrambled(&json!({ "cookie": format!("idToken={token}; a=1") }))
        };
        assert_eq!(cookie("a"), cookie("_"));
    }

    #[test]
    fn json_in_a_text_stays_json() {
        let inner = json!({ "n": "l1\nl2 éva", "userId": "jo \"x\"" }).to_string();
        let found = scrambled(&json!({ "identities": inner }));
        let found: Value = serde_json::from_str(found["identities"].as_str().unwrap()).unwrap();
        assert!(found["userId"].is_string(), "{found}");
        assert!(!found.to_string().contains("l1"), "{found}");
    }

    proptest! {
        #[test]
        fn nothing_of_the_input_is_left_and_its_shape_is(value in any_json()) {
            let read = scrambled(&value);
            prop_assert_eq!(shape(&read), shape(&value));
            let mut before = Vec::new();
            texts(&value, &mut before);
            let mut after = Vec::new();
            texts(&read, &mut after);
            let left: HashSet<&str> = after.iter().flat_map(|text| runs(text)).collect();
            let secrets = before.iter().flat_map(|text| runs(text)).filter(|run| {
                run.chars().count() >= 4 && run.is_ascii() && !is_word(run) && !is_key(run)
            });
            for secret in secrets.filter(|run| run.starts_with(char::is_alphanumeric)) {
                // What looks made up may be equal to what is.
                let is_made_up = secret.bytes().collect::<BTreeSet<_>>().len() <= 3;
                prop_assert!(is_made_up || !left.contains(secret), "{} in {}", secret, read);
            }
            // Nothing is left to chance.
            prop_assert_eq!(scrambled(&value), read);
        }

        #[test]
        fn what_is_equal_stays_equal_and_what_differs_differs(
            one in "[a-z]{6,12}", other in "[a-z]{6,12}"
        ) {
            let read = scrambled(&json!([one, other, one]));
            prop_assert_eq!(&read[0], &read[2]);
            prop_assert_eq!(one == other, read[0] == read[1]);
        }
    }
}
