//! The encoding `bits`: many flags in few bytes, readable in ten lines of any language.
//!
//! ```text
//! 1.40.9f3c2a1b.5
//! │ │  │        └ a hexadecimal number; bit i is flag i of the catalogue (here flags 0 and 2)
//! │ │  └ FNV-1a (32 bits, 8 hex digits) of the first 40 names, each followed by a line feed
//! │ └ how many flags the writer knew, decimal
//! └ version of this format
//! ```
//!
//! The number is lower case without leading zeros; the empty set is `0`. The catalogue is a list
//! to which names are only ever appended. A reader takes the first `count` names of its own list
//! and compares the fingerprint, so that a reordered list is noticed instead of misread. Deploy a
//! longer list to the readers first: a reader that knows fewer names than the writer can't check
//! the fingerprint, and then every flag is unknown to it. A flag at or beyond `count` is unknown
//! too: it is not off, the writer just didn't know it.

use std::collections::BTreeSet;

use crate::encoding::is_flag;

/// Most flags in one catalogue.
pub const CATALOGUE_LIMIT: usize = 1024;

const VERSION: &str = "1";

/// The ordered, append-only list of flags that writer and reader share.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Catalogue {
    // INVARIANT: plain, unique names; at most CATALOGUE_LIMIT.
    names: Vec<String>,
}

/// Why a list of names is no catalogue. Positions count from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CatalogueError {
    /// A name breaks the rule of [`is_flag`].
    #[error("flag {0} is not a plain name")]
    NotPlain(usize),
    /// A name stands in the list twice.
    #[error("flag {0} is in the list already")]
    Duplicate(usize),
    /// More than [`CATALOGUE_LIMIT`] names.
    #[error("more than {CATALOGUE_LIMIT} flags")]
    TooMany,
}

/// Why a text can't be decoded. The text itself is never part of the error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BitsError {
    /// Not of the form `version.count.fingerprint.number`.
    #[error("not a flag set of the form version.count.fingerprint.number")]
    Form,
    /// A version of the format that this reader doesn't know.
    #[error("unknown version of the flag set")]
    Version,
    /// The writer knew more flags than this reader.
    #[error("the flag set was written with a longer catalogue")]
    LongerCatalogue,
    /// The first names differ between writer and reader.
    #[error("the flag set was written with another catalogue")]
    OtherCatalogue,
}

/// A decoded flag set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flags<'a> {
    /// The flags that are on.
    pub on: BTreeSet<&'a str>,
    /// The flags that the writer knew; any of these that isn't on is off.
    pub known: &'a [String],
}

impl Catalogue {
    /// Takes the names in their fixed order.
    ///
    /// # Errors
    /// A name that isn't plain or stands there twice, or too many names.
    pub fn new(names: Vec<String>) -> Result<Self, CatalogueError> {
        if names.len() > CATALOGUE_LIMIT {
            return Err(CatalogueError::TooMany);
        }
        let mut seen = BTreeSet::new();
        for (position, name) in names.iter().enumerate() {
            if !is_flag(name) {
                return Err(CatalogueError::NotPlain(position));
            }
            if !seen.insert(name) {
                return Err(CatalogueError::Duplicate(position));
            }
        }
        Ok(Self { names })
    }

    /// The names in their order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Encodes the flags that are on. A flag that isn't in the catalogue can't be written and
    /// stays out.
    pub fn encode(&self, on: &BTreeSet<&str>) -> String {
        let count = self.names.len();
        // One hexadecimal digit holds four flags; the highest digit comes first.
        let digits: Vec<u8> = self
            .names
            .chunks(4)
            .map(|four| {
                four.iter()
                    .enumerate()
                    .map(|(bit, name)| u8::from(on.contains(name.as_str())) << bit)
                    .sum()
            })
            .collect();
        let number: String = digits
            .iter()
            .rev()
            .skip_while(|digit| **digit == 0)
            .filter_map(|digit| char::from_digit(u32::from(*digit), 16))
            .collect();
        let number = if number.is_empty() { "0" } else { &number };
        format!("{VERSION}.{count}.{:08x}.{number}", fingerprint(&self.names))
    }

    /// Decodes a text that [`Catalogue::encode`] wrote.
    ///
    /// # Errors
    /// [`BitsError`]; in every case all flags are unknown, which a careful reader treats as off.
    pub fn decode(&self, text: &str) -> Result<Flags<'_>, BitsError> {
        let mut parts = text.split('.');
        let (Some(version), Some(count), Some(print), Some(number), None) =
            (parts.next(), parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(BitsError::Form);
        };
        if version != VERSION {
            return Err(BitsError::Version);
        }
        let count = decimal(count).ok_or(BitsError::Form)?;
        let known = self.names.get(..count).ok_or(BitsError::LongerCatalogue)?;
        if print.len() != 8 || !print.bytes().all(is_lower_hex) {
            return Err(BitsError::Form);
        }
        if format!("{:08x}", fingerprint(known)) != print {
            return Err(BitsError::OtherCatalogue);
        }
        if number.is_empty() || (number.starts_with('0') && number != "0") {
            return Err(BitsError::Form);
        }
        let mut on = BTreeSet::new();
        for (place, digit) in number.bytes().rev().enumerate() {
            if !is_lower_hex(digit) {
                return Err(BitsError::Form);
            }
            let value = char::from(digit).to_digit(16).ok_or(BitsError::Form)?;
            for bit in (0..4).filter(|bit| value >> bit & 1 == 1) {
                // A bit beyond the count names no flag: the text isn't ours.
                let name = known.get(place * 4 + bit).ok_or(BitsError::Form)?;
                on.insert(name.as_str());
            }
        }
        Ok(Flags { on, known })
    }
}

fn is_lower_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

fn decimal(text: &str) -> Option<usize> {
    let canonical = text == "0" || !text.starts_with('0');
    (canonical && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

/// FNV-1a, 32 bits: a checksum against mistakes, not against attackers. The token's signature
/// guards the claim; this guards the list.
fn fingerprint(names: &[String]) -> u32 {
    names
        .iter()
        .flat_map(|name| name.bytes().chain([b'\n']))
        .fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn catalogue(names: &[&str]) -> Catalogue {
        Catalogue::new(names.iter().map(ToString::to_string).collect()).unwrap()
    }

    #[test]
    fn bit_i_is_flag_i() {
        let five = catalogue(&["a", "b", "c", "d", "e"]);
        let text = |on: &[&str]| five.encode(&on.iter().copied().collect());
        assert_eq!(text(&[]), "1.5.3a4fcd2a.0");
        assert_eq!(text(&["a", "c"]), "1.5.3a4fcd2a.5");
        assert_eq!(text(&["e"]), "1.5.3a4fcd2a.10");
        assert_eq!(text(&["e", "unlisted"]), "1.5.3a4fcd2a.10");
    }

    #[test]
    fn an_older_token_leaves_newer_flags_unknown() {
        let old = catalogue(&["a", "b"]).encode(&BTreeSet::from(["b"]));
        let new = catalogue(&["a", "b", "c"]);
        let flags = new.decode(&old).unwrap();
        assert_eq!(flags.on, BTreeSet::from(["b"]));
        assert_eq!(flags.known, ["a", "b"]);
    }

    #[test]
    fn another_or_longer_catalogue_is_an_error_and_never_a_guess() {
        let text = catalogue(&["a", "b"]).encode(&BTreeSet::from(["a"]));
        assert_eq!(catalogue(&["b", "a"]).decode(&text), Err(BitsError::OtherCatalogue));
        assert_eq!(catalogue(&["a"]).decode(&text), Err(BitsError::LongerCatalogue));
    }

    #[test]
    fn only_the_canonical_text_is_read() {
        let five = catalogue(&["a", "b", "c", "d", "e"]);
        for (text, error) in [
            ("", BitsError::Form),
            ("1.5.3a4fcd2a", BitsError::Form),
            ("1.5.3a4fcd2a.5.", BitsError::Form),
            ("2.5.3a4fcd2a.5", BitsError::Version),
            ("1.05.3a4fcd2a.5", BitsError::Form),
            ("1.+5.3a4fcd2a.5", BitsError::Form),
            ("1.5.3A4FCD2A.5", BitsError::Form),
            ("1.5.3a4fcd2a.", BitsError::Form),
            ("1.5.3a4fcd2a.05", BitsError::Form),
            ("1.5.3a4fcd2a.A", BitsError::Form),
            ("1.5.3a4fcd2a.20", BitsError::Form),
        ] {
            assert_eq!(five.decode(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_catalogue_refuses_what_it_could_not_write() {
        let new = |names: &[&str]| Catalogue::new(names.iter().map(ToString::to_string).collect());
        assert_eq!(new(&["a", "a b"]), Err(CatalogueError::NotPlain(1)));
        assert_eq!(new(&["a", "b", "a"]), Err(CatalogueError::Duplicate(2)));
        let many = (0..=CATALOGUE_LIMIT).map(|i| format!("f{i}")).collect();
        assert_eq!(Catalogue::new(many), Err(CatalogueError::TooMany));
    }

    proptest! {
        #[test]
        fn what_is_encoded_decodes_to_the_same_set(
            names in prop::collection::btree_set("[a-z0-9][a-z0-9_.-]{0,6}", 0..70),
            picks in prop::collection::vec(any::<bool>(), 70),
        ) {
            let catalogue = Catalogue::new(names.iter().cloned().collect()).unwrap();
            let on: BTreeSet<&str> = names
                .iter()
                .zip(picks)
                .filter_map(|(name, pick)| pick.then_some(name.as_str()))
                .collect();
            let text = catalogue.encode(&on);
            let flags = catalogue.decode(&text).unwrap();
            prop_assert_eq!(flags.on, on);
            prop_assert_eq!(flags.known.len(), names.len());
        }

        #[test]
        fn no_text_panics(text in ".{0,40}") {
            let _ = catalogue(&["a", "b", "c"]).decode(&text);
        }
    }
}
