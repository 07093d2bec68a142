//! Words that a key takes, and the one that was meant.

use std::collections::BTreeSet;

use crate::finding::Code;
use crate::findings::Findings;
use crate::value::At;

/// Among very many words the search would take longer than the hint is worth.
const MOST_COMPARED: usize = 200;
/// Nobody misspells a longer word, in bytes.
const LONGEST_COMPARED: usize = 200;

/// Names of a file in a help: so many, and how many more.
const MOST_LISTED: usize = 10;

/// The names of a file in one line: the first ones, and how many more there are.
pub fn listed(names: &[impl AsRef<str>]) -> String {
    let (first, more) = names.split_at(names.len().min(MOST_LISTED));
    let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
    match more.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// The known word that differs least, if it differs little.
pub fn nearest<'w>(word: &str, known: &'w [impl AsRef<str>]) -> Option<&'w str> {
    closest(word, known).filter(|(distance, found)| *distance <= 1 + found.len() / 4).map(|c| c.1)
}

/// The known word that differs least, in at most so many letters.
pub fn nearest_within<'w>(
    most: usize,
    word: &str,
    known: &'w [impl AsRef<str>],
) -> Option<&'w str> {
    closest(word, known).filter(|(distance, _)| *distance <= most).map(|(_, found)| found)
}

fn closest<'w>(word: &str, known: &'w [impl AsRef<str>]) -> Option<(usize, &'w str)> {
    let most = if word.len() > LONGEST_COMPARED { 0 } else { MOST_COMPARED };
    let known = known.iter().take(most).map(AsRef::as_ref);
    known.map(|candidate| (strsim::levenshtein(word, candidate), candidate)).min()
}

impl<C: Code> Findings<'_, C> {
    /// What one of the words that a key takes means.
    pub fn word<T: Copy>(&mut self, text: &At<String>, words: &[(&str, T)]) -> Option<T> {
        let found = words.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
        if found.is_none() {
            let message =
                format!("`{}` is none of the words that stand here", self.written(text.span));
            self.add_with(C::UNKNOWN_WORD, text.span, message, || {
                let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
                match nearest(&text.value, &known) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => format!("the words are {}", known.join(", ")),
                }
            });
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
        assert_eq!(nearest_within(0, "refuze", &known), None);
        assert_eq!(nearest_within(1, "refuze", &known), Some("refuse"));
    }

    #[test]
    fn of_many_names_the_first_stand_there() {
        let names: Vec<String> = (0..12).map(|number| format!("n{number}")).collect();
        assert_eq!(listed(&names[..0]), "");
        assert_eq!(listed(&names[..10]), "n0, n1, n2, n3, n4, n5, n6, n7, n8, n9");
        assert_eq!(listed(&names), "n0, n1, n2, n3, n4, n5, n6, n7, n8, n9 and 2 more");
    }
}
