//! JSON taken apart into its pieces, without losing a blank.

use serde::de::IgnoredAny;

use super::shapes::length_of;

/// A piece of JSON.
pub(super) enum Token<'j> {
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

pub(super) fn tokens(json: &str) -> Result<Vec<Token<'_>>, String> {
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

/// With both quotes.
pub(super) fn length_of_text(text: &str) -> usize {
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

/// The tokens of a text that was taken apart before.
pub(super) fn tokens_of(text: &str) -> Vec<Token<'_>> {
    tokens(text).unwrap_or_default()
}
