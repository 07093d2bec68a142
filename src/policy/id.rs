//! Ids: what a value must look like to stand in a key, so that it can't be taken for anything else.

use super::table::is_whole_number;

/// What an id can look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IdType {
    /// 32 hexadecimal digits in five groups. SPEC: RFC 9562, section 4.
    Uuid,
    /// Digits without a leading zero, as many as DynamoDB keeps.
    Number,
    /// Letters, digits, `.`, `_` and `-`.
    Slug,
}

impl IdType {
    /// The types by their words.
    pub const WORDS: [(&'static str, Self); 3] =
        [("uuid", Self::Uuid), ("number", Self::Number), ("slug", Self::Slug)];

    /// The type that a word names.
    pub fn of(word: &str) -> Option<Self> {
        Self::WORDS.iter().find(|(known, _)| *known == word).map(|(_, id_type)| *id_type)
    }

    /// The word in a policy file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Uuid => "uuid",
            Self::Number => "number",
            Self::Slug => "slug",
        }
    }
}

/// What a value that gets into a key must look like, so that it can't be taken for anything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdRule {
    /// Its type.
    pub id_type: IdType,
    /// Characters that separate words in the keys where it stands, so that it can't hold them.
    pub without: String,
}

/// Longest slug.
pub const SLUG_LIMIT: usize = 64;
/// Where a UUID has its hyphens, and how long it is. SPEC: RFC 9562, section 4.
const HYPHENS: [usize; 4] = [8, 13, 18, 23];
pub const UUID_LENGTH: usize = 36;

impl IdRule {
    /// Whether a text is such an id.
    pub fn fits(&self, text: &str) -> bool {
        let bytes = text.as_bytes();
        match self.id_type {
            IdType::Uuid => {
                bytes.len() == UUID_LENGTH
                    && bytes.iter().enumerate().all(|(at, byte)| match HYPHENS.contains(&at) {
                        true => *byte == b'-',
                        false => byte.is_ascii_hexdigit(),
                    })
            }
            IdType::Number => is_whole_number(text),
            IdType::Slug => {
                (1..=SLUG_LIMIT).contains(&bytes.len())
                    && text.chars().all(|letter| {
                        (letter.is_ascii_alphanumeric() || "._-".contains(letter))
                            && !self.without.contains(letter)
                    })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let rule = |id_type| IdRule { id_type, without: String::new() };
        for (id_type, text, fits) in [
            (IdType::Uuid, "1f0c1a2e-9f1b-4c3d-8e5f-0123456789ab", true),
            (IdType::Uuid, "1f0c1a2e9f1b4c3d8e5f0123456789ab", false),
            (IdType::Uuid, "1f0c1a2e-9f1b-4c3d-8e5f-0123456789a#", false),
            (IdType::Number, "0", true),
            (IdType::Number, "42", true),
            (IdType::Number, "042", false),
            (IdType::Number, "-1", false),
            (IdType::Number, "", false),
            (IdType::Slug, "acme-eu_1.x", true),
            (IdType::Slug, "acme#INVITE", false),
            (IdType::Slug, "", false),
            (IdType::Slug, "ümlaut", false),
        ] {
            assert_eq!(rule(id_type).fits(text), fits, "{text}");
        }
        let rule = IdRule { id_type: IdType::Slug, without: "-".to_owned() };
        assert!(!rule.fits("acme-invite"));
        assert!(!IdRule { id_type: IdType::Slug, without: String::new() }.fits(&"a".repeat(65)));
    }
}
