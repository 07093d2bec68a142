//! How a set of flags, or a list of plain words, stands in one claim.
//!
//! Writer and readers share it. Words are restricted so that each
//! form can be undone behind every front door: an HTTP API shows a list as `[a b]`, a REST API as
//! `a,b`, and neither quotes anything.

use std::collections::BTreeSet;

/// Longest flag name, in bytes.
pub const FLAG_LIMIT: usize = 64;

/// The form in which a set of flags is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Text, sorted, parted by commas: `beta,export`. The empty set is the empty text.
    #[default]
    Comma,
    /// Text, sorted, parted by single blanks, like the claim `scope`: `beta export`.
    Space,
    /// A JSON array of texts, sorted: `["beta","export"]`.
    List,
    /// The number of a [`crate::bits::Catalogue`]: `1.40.9f3c2a1b.5`. For many flags.
    Bits,
}

impl Encoding {
    /// All forms, in the order in which documents list them.
    pub const ALL: [Encoding; 4] =
        [Encoding::Comma, Encoding::Space, Encoding::List, Encoding::Bits];

    /// The word for the form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Encoding::Comma => "comma",
            Encoding::Space => "space",
            Encoding::List => "list",
            Encoding::Bits => "bits",
        }
    }

    /// The character between two words in the text forms; `None` for `List` and `Bits`.
    pub const fn separator(self) -> Option<char> {
        match self {
            Encoding::Comma => Some(','),
            Encoding::Space => Some(' '),
            Encoding::List | Encoding::Bits => None,
        }
    }
}

/// Whether a flag may be written: a letter or digit, then letters, digits, `_`, `.` or `-`, at
/// most [`FLAG_LIMIT`] bytes. Such a name survives every encoding and every front door.
pub fn is_flag(name: &str) -> bool {
    (1..=FLAG_LIMIT).contains(&name.len())
        && name.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric)
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

/// Whether a word may stand in a list claim: no blank and none of the marks with which a front
/// door parts or wraps elements (comma, brackets, braces, quotes, backslash), nothing invisible,
/// and not empty.
pub fn is_list_word(word: &str) -> bool {
    !word.is_empty()
        && word.chars().all(|letter| match letter {
            ',' | '[' | ']' | '{' | '}' | '"' | '\\' => false,
            '\0'..='\x7f' => letter.is_ascii_graphic(),
            _ => !letter.is_whitespace() && !letter.is_control(),
        })
}

/// Longest group name, in characters. SPEC: AWS, Cognito API reference, GroupNameType.
pub const GROUP_LIMIT: usize = 128;

/// Whether a group may be added to a token: a list word of at most [`GROUP_LIMIT`] characters.
///
/// Cognito itself allows more (commas, brackets, quotes), but such a group comes through some front
/// doors as two.
pub fn is_group_name(name: &str) -> bool {
    is_list_word(name) && name.chars().count() <= GROUP_LIMIT
}

/// Joins words with the given character, in the order given.
pub fn join<'a>(words: impl IntoIterator<Item = &'a str>, separator: char) -> String {
    let mut text = String::new();
    for (position, word) in words.into_iter().enumerate() {
        if position > 0 {
            text.push(separator);
        }
        text.push_str(word);
    }
    text
}

/// Undoes [`join`]: the set of words in the text. The empty text is the empty set.
pub fn split(text: &str, separator: char) -> BTreeSet<&str> {
    text.split(separator).filter(|word| !word.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn flags_are_plain_words() {
        for good in ["a", "beta", "new-ui", "v2.export", "9_lives", &"f".repeat(64)] {
            assert!(is_flag(good), "{good}");
        }
        for bad in ["", "-a", ".a", "a b", "a,b", "a/b", "ä", "[a]", &"f".repeat(65)] {
            assert!(!is_flag(bad), "{bad:?}");
        }
    }

    #[test]
    fn list_words_have_no_mark_that_parts_or_wraps() {
        for good in ["a", "orders:read", "https://a.example/x", "ä", "日本", "(x)", "'", "a=b;c"]
        {
            assert!(is_list_word(good), "{good}");
        }
        let bad = [
            "", "a b", "a,b", "[a", "a]", "{", "}", "\"", "\\", "a\tb", "a\u{7f}", "a\u{a0}b",
            "\u{85}", "\u{2028}",
        ];
        for bad in bad {
            assert!(!is_list_word(bad), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn joined_flags_split_into_themselves(
            flags in prop::collection::btree_set("[a-z0-9][a-z0-9_.-]{0,8}", 0..20),
            separator in prop::sample::select(vec![',', ' ']),
        ) {
            let text = join(flags.iter().map(String::as_str), separator);
            let back: BTreeSet<String> = split(&text, separator).into_iter().map(Into::into).collect();
            prop_assert_eq!(back, flags);
        }
    }
}
