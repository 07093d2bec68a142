//! How a claim stands in the token: all that a door sees of it.

use claimsmith::policy::{ClaimType, ClaimValue};
use cognito_claims::encoding::Encoding;

/// The form of a claim's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// A text of one word.
    Text,
    /// An array of texts.
    List,
    /// A text, its words parted by commas.
    Comma,
    /// A text, its words parted by blanks.
    Space,
    /// A text, the number of a catalogue.
    Bits,
    /// A whole number.
    Integer,
    /// A number that may have a fraction.
    Number,
    /// True or false.
    Boolean,
    /// An object, a list of objects, or whatever the item has.
    Json,
}

impl Written {
    /// All forms, as documents list them.
    #[cfg(test)]
    pub const ALL: [Written; 9] = [
        Written::Text,
        Written::List,
        Written::Space,
        Written::Comma,
        Written::Bits,
        Written::Integer,
        Written::Number,
        Written::Boolean,
        Written::Json,
    ];

    /// The form in which a claim's value stands in a token.
    pub fn of(value: &ClaimValue) -> Self {
        match value {
            ClaimValue::First { kind, .. } | ClaimValue::Constant { kind, .. } => match kind {
                ClaimType::String => Written::Text,
                ClaimType::Integer => Written::Integer,
                ClaimType::Number => Written::Number,
                ClaimType::Boolean => Written::Boolean,
                ClaimType::List(encoding) => Written::encoded(*encoding),
                ClaimType::Json => Written::Json,
            },
            ClaimValue::Merge { encoding, .. } => Written::encoded(*encoding),
            ClaimValue::Items { .. } => Written::Json,
            ClaimValue::Template(_) => Written::Text,
        }
    }

    fn encoded(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Comma => Written::Comma,
            Encoding::Space => Written::Space,
            Encoding::List => Written::List,
            Encoding::Bits => Written::Bits,
        }
    }

    /// The word for it, in the table and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Written::Text => "text",
            Written::List => "list",
            Written::Comma => "comma",
            Written::Space => "space",
            Written::Bits => "bits",
            Written::Integer => "integer",
            Written::Number => "number",
            Written::Boolean => "boolean",
            Written::Json => "json",
        }
    }
}
