//! The first hundred findings of a file, and how many more there are.
//!
//! Whoever has more mends these first. So a report stays short, and the work for it linear, however
//! much is wrong in a file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Deref;

use crate::finding::{Code, Finding};

/// Findings that are kept whole; the others are only counted.
const KEPT: usize = 100;

/// What is wrong in a file: the first findings in the order of the file, and a count of the others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<C> {
    first: Vec<Finding<C>>,
    more: usize,
}

impl<C> Found<C> {
    /// How many findings stand behind the first ones.
    pub fn more(&self) -> usize {
        self.more
    }

    /// How many findings there are, with those that are only counted.
    pub fn total(&self) -> usize {
        self.first.len() + self.more
    }

    /// The findings behind the first ones, in words.
    pub fn others(&self) -> Option<String> {
        (self.more > 0).then(|| format!("and {} more", self.more))
    }

    /// Fills in lines and columns.
    pub(crate) fn place(&mut self, text: &str) {
        // One walk through the text, however many findings there are.
        let (mut at, mut line, mut column) = (0, 1, 1);
        for finding in &mut self.first {
            for letter in text.get(at..finding.span.start).unwrap_or_default().chars() {
                (line, column) = if letter == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
            at = finding.span.start;
            (finding.line, finding.column) = (line, column);
        }
    }
}

impl<C: fmt::Display> Found<C> {
    /// All of it for a log: a line for each finding, with the file's name.
    pub fn report(&self, file: &str) -> String {
        let lines = self.first.iter().map(|finding| format!("{file}:{finding}"));
        lines.chain(self.others()).collect::<Vec<_>>().join("\n")
    }
}

/// A file in which nothing is wrong.
impl<C> Default for Found<C> {
    fn default() -> Self {
        Self { first: Vec::new(), more: 0 }
    }
}

impl<C> Deref for Found<C> {
    type Target = [Finding<C>];

    fn deref(&self) -> &[Finding<C>] {
        &self.first
    }
}

impl<C> IntoIterator for Found<C> {
    type Item = Finding<C>;
    type IntoIter = std::vec::IntoIter<Finding<C>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.into_iter()
    }
}

impl<'f, C> IntoIterator for &'f Found<C> {
    type Item = &'f Finding<C>;
    type IntoIter = std::slice::Iter<'f, Finding<C>>;

    fn into_iter(self) -> Self::IntoIter {
        self.first.iter()
    }
}

/// Findings while they are collected, each of them once.
#[derive(Debug)]
pub(crate) struct Collected<C> {
    /// Those that are first as yet, by place, code and order of arrival.
    first: BTreeMap<(usize, C, usize), Finding<C>>,
    /// Those behind them: as much of each as tells it from the others.
    behind: BTreeSet<(usize, C, String)>,
    arrived: usize,
}

impl<C: Code> Collected<C> {
    pub(crate) fn new() -> Self {
        Self { first: BTreeMap::new(), behind: BTreeSet::new(), arrived: 0 }
    }

    /// How many have arrived, counting one that came twice as two.
    pub(crate) fn arrived(&self) -> usize {
        self.arrived
    }

    /// Takes a finding without its help, which is asked for only if the finding is among the first.
    pub(crate) fn add(&mut self, mut finding: Finding<C>, help: impl FnOnce() -> String) {
        let (start, code) = (finding.span.start, finding.code);
        let key = (start, code, self.arrived);
        self.arrived += 1;
        if self.is_full() && self.first.last_key_value().is_some_and(|(last, _)| *last < key) {
            self.behind.insert((start, code, finding.message));
            return;
        }
        finding.help = help();
        let mut same_place = self.first.range((start, code, 0)..key);
        if same_place.any(|(_, known)| *known == finding) {
            return;
        }
        let last = if self.is_full() { self.first.pop_last() } else { None };
        self.behind.extend(last.map(|((start, code, _), last)| (start, code, last.message)));
        self.first.insert(key, finding);
    }

    fn is_full(&self) -> bool {
        self.first.len() >= KEPT
    }

    pub(crate) fn finish(self) -> Found<C> {
        Found { first: self.first.into_values().collect(), more: self.behind.len() }
    }
}

#[cfg(test)]
mod tests {
    use crate::finding::tests::Code;
    use crate::{Findings, Span};

    fn place(start: usize) -> Span {
        Span { start, end: start + 1 }
    }

    #[test]
    fn the_first_hundred_of_the_file_are_told_whatever_the_order_of_the_checks() {
        let text = "x\n".repeat(1000);
        let ways: [Vec<usize>; 3] = [
            (0..1000).collect(),
            (0..1000).rev().collect(),
            (0..1000).map(|line| line * 7 % 1000).collect(),
        ];
        for way in ways {
            let mut findings: Findings<'_, Code> = Findings::new(&text);
            for line in &way {
                findings.add(Code::UnknownKey, place(2 * line), format!("line {line}"), "mend it");
            }
            assert_eq!(findings.count(), 1000);
            let found = findings.finish();
            assert_eq!((found.len(), found.more(), found.total()), (100, 900, 1000));
            let lines: Vec<usize> = found.iter().map(|finding| finding.line).collect();
            assert_eq!(lines, (1..=100).collect::<Vec<_>>());
            assert!(found.iter().all(|finding| finding.help == "mend it"));
            assert_eq!(found.report("file").lines().last(), Some("and 900 more"));
        }
    }

    #[test]
    fn a_help_is_made_only_for_those_that_are_told() {
        let text = "x".repeat(1000);
        let (mut findings, mut made) = (Findings::new(&text), 0);
        for start in 0..1000 {
            findings.add_with(Code::UnknownKey, place(start), "wrong", || {
                made += 1;
                "mend it".to_owned()
            });
        }
        assert_eq!((findings.finish().total(), made), (1000, 100));
    }

    #[test]
    fn what_is_found_twice_counts_once() {
        let text = "x".repeat(300);
        let mut findings: Findings<'_, Code> = Findings::new(&text);
        for start in (0..300).rev().chain(0..300) {
            findings.add(Code::UnknownKey, place(start), "wrong", "mend it");
        }
        findings.add(Code::UnknownKey, place(0), "wrong again", "mend it");
        findings.add(Code::UnknownWord, place(0), "wrong", "mend it");
        let found = findings.finish();
        assert_eq!((found.len(), found.more()), (100, 202));
        let first: Vec<&str> = found.iter().take(3).map(|it| it.message.as_str()).collect();
        assert_eq!(first, ["wrong", "wrong again", "wrong"]);
    }

    #[test]
    fn no_text_is_longer_than_somebody_reads() {
        let mut findings: Findings<'_, Code> = Findings::new("x");
        findings.add(Code::UnknownKey, place(0), "é".repeat(5000), "y".repeat(1000));
        let found = findings.finish();
        let lengths = found.first().map(|it| (it.message.chars().count(), it.help.len()));
        assert_eq!(lengths, Some((1001, 1000)));
    }
}
