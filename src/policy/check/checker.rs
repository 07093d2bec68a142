//! What all checks share: the findings, and what names in the file mean.

use std::collections::BTreeSet;

use claimsmith_findings::{At, List, Named, OneOrMany, Section};

use super::names::Names;
use crate::policy::code::Findings;
use crate::policy::file;

/// Goes through the file. A method that builds something gives nothing after a finding.
pub(super) struct Checker<'f, 't> {
    pub(super) findings: &'f mut Findings<'t>,
    pub(super) names: Names,
}

impl<'f, 't> Checker<'f, 't> {
    pub(super) fn new(
        pool: &file::Pool,
        records: &Named<Section<file::Record>>,
        findings: &'f mut Findings<'t>,
    ) -> Self {
        let trusted = pool.trusted_attributes.as_ref().map(List::values).unwrap_or_default();
        Self { names: Names::new(records, trusted), findings }
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
}

/// The entries of a list; none if it isn't there.
pub(super) fn entries(list: Option<&List>) -> &[At<String>] {
    list.map(|list| list.entries.as_slice()).unwrap_or_default()
}

/// The sources that a key names; none if it isn't there.
pub(super) fn sources(list: Option<&OneOrMany>) -> &[At<String>] {
    entries(list.map(|OneOrMany(list)| list))
}

/// The entries of a list as a set.
pub(super) fn set(list: &List) -> BTreeSet<String> {
    list.entries.iter().map(|entry| entry.value.clone()).collect()
}
