//! Which pools and app clients are served.

use std::collections::BTreeSet;

use claimsmith_findings::List;

use super::checker::{Checker, set};
use crate::never::Never;
use crate::policy::code::Code;

impl Checker<'_, '_> {
    /// What the pool never does; nothing within is what can't be read.
    pub(super) fn never(&mut self, list: Option<&List>) -> Option<Never> {
        let mut never = Never::default();
        let Some(list) = list else { return Some(never) };
        self.findings.unique(&list.entries);
        let mut all = list.whole;
        // What only a variable completes says nothing yet.
        let whole = list.entries.iter().filter(|entry| !self.findings.is_open(entry.span));
        for entry in whole.collect::<Vec<_>>() {
            match self.findings.word(entry, &Never::WORDS) {
                Some(said) => *said(&mut never) = true,
                None => all = false,
            }
        }
        all.then_some(never)
    }

    /// What is served; all, if the list is not there.
    pub(super) fn allow_list(
        &mut self,
        list: &Option<List>,
        what: &str,
        complete: bool,
    ) -> Option<Option<BTreeSet<String>>> {
        let Some(list) = list else { return Some(None) };
        self.findings.unique(&list.entries);
        if !list.entries.is_empty() {
            return Some(Some(set(list)));
        }
        if complete {
            self.findings.add(
                Code::EmptyList,
                list.span,
                format!("the list of {what}s is empty, so every event would be refused"),
                format!("name one {what} or more, or take the list out to serve all"),
            );
        }
        None
    }
}
