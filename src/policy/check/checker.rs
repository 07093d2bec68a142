//! What all checks share: the findings, and what names in the file mean.

use std::collections::BTreeSet;

use claimsmith_findings::{At, List, OneOrMany, Section, TextOr};

use super::names::Names;
use crate::identity::Kind;
use crate::policy::code::Findings;
use crate::policy::file;

/// Goes through the file. A method that builds something gives nothing after a finding.
pub(super) struct Checker<'f, 't> {
    pub(super) findings: &'f mut Findings<'t>,
    pub(super) names: Names,
    /// For a person and for a machine: whether there is a guard that the caller can't skip.
    pub(super) guarded: [bool; 2],
}

/// A source as it is written.
pub(super) type WrittenSource = TextOr<Section<file::Source>>;

/// The place of a kind in a pair.
pub(super) fn kind_index(kind: Kind) -> usize {
    match kind {
        Kind::User => 0,
        Kind::Client => 1,
    }
}

impl<'f, 't> Checker<'f, 't> {
    pub(super) fn new(names: Names, findings: &'f mut Findings<'t>) -> Self {
        Self { findings, names, guarded: [false; 2] }
    }

    /// What a text means: `default` if it isn't there, or if a variable in it has no value yet.
    pub(super) fn meaning<T>(
        &mut self,
        text: Option<&At<String>>,
        default: T,
        read: impl FnOnce(&mut Self, &At<String>) -> Option<T>,
    ) -> Option<T> {
        match text {
            Some(text) if !self.findings.is_open(text.span) => read(self, text),
            _ => Some(default),
        }
    }

    /// What one of the words that a key takes means.
    pub(super) fn word<T: Copy>(
        &mut self,
        text: Option<&At<String>>,
        default: T,
        words: &[(&str, T)],
    ) -> Option<T> {
        self.meaning(text, default, |check, text| check.findings.word(text, words))
    }

    /// The names of a list in which none may stand twice; none if it isn't there.
    pub(super) fn names_once(&mut self, list: Option<&List>) -> Vec<String> {
        self.findings.unique(entries(list));
        list.map(List::values).unwrap_or_default()
    }

    /// A whole number of a key from 1 to 1000; nothing within if it isn't there.
    pub(super) fn count_of(
        &mut self,
        key: &str,
        number: Option<&At<i64>>,
        help: &str,
    ) -> Option<Option<usize>> {
        let Some(At { value, span }) = number else { return Some(None) };
        let count = usize::try_from(*value).ok().filter(|count| (1..=1000).contains(count));
        if count.is_none() {
            let code = crate::policy::code::Code::WrongType;
            let message = format!("`{key}` is {value} where a number from 1 to 1000 is needed");
            self.findings.add(code, *span, message, help);
        }
        count.map(Some)
    }
}

/// The entries of a list; none if it isn't there.
pub(super) fn entries(list: Option<&List>) -> &[At<String>] {
    list.map(|list| list.entries.as_slice()).unwrap_or_default()
}

/// The sources that a key names; none if it isn't there.
pub(super) fn written_sources(list: Option<&OneOrMany<WrittenSource>>) -> &[At<WrittenSource>] {
    list.map(|OneOrMany(list)| list.entries.as_slice()).unwrap_or_default()
}

/// The entries of a list as a set.
pub(super) fn set(list: &List) -> BTreeSet<String> {
    list.entries.iter().map(|entry| entry.value.clone()).collect()
}
