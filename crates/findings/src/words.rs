//! Words that a key takes, and the one that was meant.

use std::collections::BTreeSet;

use crate::finding::{Code, Findings};
use crate::value::At;

/// Among very many words the search would take longer than the hint is worth.
const MOST_COMPARED: usize = 200;

/// The known word that differs least, if it differs little.
pub fn nearest<'w>(word: &str, known: &'w [impl AsRef<str>]) -> Option<&'w str> {
    closest(word, known, |found| 1 + found.len() / 4)
}

/// The known word that differs least, in at most so many letters.
pub fn nearest_within<'w>(
    most: usize,
    word: &str,
    known: &'w [impl AsRef<str>],
) -> Option<&'w str> {
    closest(word, known, |_| most)
}

/// The known word that differs least, among those that differ in at most `limit` letters.
fn closest<'w>(
    word: &str,
    known: &'w [impl AsRef<str>],
    limit: impl Fn(&str) -> usize,
) -> Option<&'w str> {
    let letters = Letters::of(word);
    let near = known.iter().take(MOST_COMPARED).map(AsRef::as_ref).filter_map(|candidate| {
        let limit = limit(candidate);
        // Most words differ so much that counting their letters shows it.
        if letters.least_distance(&Letters::of(candidate)) > limit {
            return None;
        }
        let distance = strsim::levenshtein(word, candidate);
        (distance <= limit).then_some((distance, candidate))
    });
    near.min().map(|(_, found)| found)
}

/// How often a word has each letter; letters of one residue count as the same.
struct Letters([u32; 64]);

impl Letters {
    fn of(word: &str) -> Self {
        let mut counts = [0; 64];
        for letter in word.chars() {
            let place = usize::try_from(u32::from(letter) % 64).unwrap_or_default();
            counts.iter_mut().skip(place).take(1).for_each(|count| *count += 1);
        }
        Self(counts)
    }

    /// Fewer changes of single letters can't make one word of the other.
    fn least_distance(&self, other: &Self) -> usize {
        let lacking = |one: &Self, other: &Self| -> u32 {
            one.0.iter().zip(&other.0).map(|(one, other)| one.saturating_sub(*other)).sum()
        };
        let most = lacking(self, other).max(lacking(other, self));
        usize::try_from(most).unwrap_or(usize::MAX)
    }
}

impl<C: Code> Findings<'_, C> {
    /// What one of the words that a key takes means.
    pub fn word<T: Copy>(&mut self, text: &At<String>, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
        if found.is_none() {
            let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
            let help = match nearest(&text.value, &known) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("the words are {}", known.join(", ")),
            };
            let message =
                format!("`{}` is none of the words that stand here", self.written(text.span));
            self.add(C::UNKNOWN_WORD, text.span, message, help);
        }
        found
    }

    /// A finding for each entry that stands in a list for a second time.
    pub fn unique(&mut self, list: &[At<String>]) {
        let mut seen = BTreeSet::new();
        for entry in list {
            if !seen.insert(&entry.value) {
                let message = format!("`{}` stands in this list already", self.written(entry.span));
                self.add(C::DUPLICATE, entry.span, message, "take one of the two out");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_near_if_few_letters_differ() {
        let known = ["refuse", "omit", "schlüssel"];
        assert_eq!(nearest("refuze", &known), Some("refuse"));
        assert_eq!(nearest("schlussel", &known), Some("schlüssel"));
        assert_eq!(nearest("allow", &known), None);
        assert_eq!(nearest("esufer", &["refuse"]), None, "the same letters in another order");
        assert_eq!(nearest("ref\u{b5}se", &known), Some("refuse"), "a letter of the same residue");
        assert_eq!(nearest_within(0, "refuze", &known), None);
        assert_eq!(nearest_within(1, "refuze", &known), Some("refuse"));
    }
}
