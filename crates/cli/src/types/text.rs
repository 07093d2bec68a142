//! Texts of a policy inside a source file: in comments, where they must end nothing, and in literals.
//!
//! Who writes the policy may be somebody else than who compiles, so neither a quote nor an invisible
//! letter may change what the source means.

use crate::terminal::wrapped;

/// What a line of comment has at most, where words allow it.
const WIDTH: usize = 88;

/// Paragraphs as lines, with an empty one between two of them.
pub fn lines(said: &[String], indent: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for text in said {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(wrapped(text, WIDTH.saturating_sub(indent)));
    }
    lines
}

/// A text in which everything is seen: what moves, hides or ends a line is a replacement character,
/// but for blanks and line ends, which are blanks.
pub fn visible(text: &str) -> String {
    let visible = |letter: char| match letter {
        '\n' | '\r' | '\t' => ' ',
        _ if is_hidden(letter) => '\u{fffd}',
        _ => letter,
    };
    text.chars().map(visible).collect()
}

/// Control characters, line ends of any language, and what changes the direction or has no width.
///
/// SPEC: Unicode Technical Report 36, section 3.5; the Rust lint `text_direction_codepoint_in_comment`.
fn is_hidden(letter: char) -> bool {
    letter.is_control()
        || matches!(letter,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// A text in double quotes. `unusual` writes what is neither printable ASCII nor a letter or digit.
pub fn quoted(text: &str, unusual: fn(u32) -> String) -> String {
    let mut quoted = String::from('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            ' '..='~' => quoted.push(letter),
            _ if letter.is_alphanumeric() => quoted.push(letter),
            _ => quoted.push_str(&unusual(letter.into())),
        }
    }
    quoted.push('"');
    quoted
}

/// How TypeScript, Rust and Cedar write a code point.
pub fn in_braces(code: u32) -> String {
    format!("\\u{{{code:x}}}")
}

/// How Python and Go write a code point.
pub fn eight_digits(code: u32) -> String {
    format!("\\U{code:08x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_letter_of_a_comment_is_seen() {
        let hostile = "a\u{202e}b\u{0}c\u{2028}d\u{feff}e\nf\rg\u{85}h";
        assert_eq!(visible(hostile), "a�b�c�d�e f g�h");
    }

    #[test]
    fn paragraphs_stand_apart_and_lines_break_between_words() {
        let long = vec!["word"; 40].join(" ");
        let lines = lines(&[long, "end".to_owned()], 4);
        assert_eq!(lines.len(), 5);
        assert!(lines.iter().all(|line| line.len() <= 84 && !line.ends_with(' ')), "{lines:?}");
        assert_eq!(lines[3..], ["", "end"]);
    }

    #[test]
    fn no_text_ends_its_literal() {
        assert_eq!(quoted("a\"b\\c", in_braces), r#""a\"b\\c""#);
        assert_eq!(quoted("ä\u{202e}\n", in_braces), r#""ä\u{202e}\u{a}""#);
        assert_eq!(quoted("\u{feff}", eight_digits), r#""\U0000feff""#);
    }
}
