//! Which pools and app clients are served.

use std::collections::BTreeSet;

use claimsmith_findings::List;

use super::checker::{Checker, set};
use crate::policy::code::Code;

impl Checker<'_, '_> {
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
