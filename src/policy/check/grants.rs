//! Data narrows, the file grants: what the file gives to all needs a guard, since the caller picks the
//! app client and what else to send.

use claimsmith_findings::{List, Span};

use super::checker::Checker;
use crate::policy::code::Code;

impl Checker<'_, '_> {
    /// Scopes that the file adds, to whomever asks with that app client: a person or a machine.
    pub(super) fn granted_scopes(&mut self, list: Option<&List>) {
        if let Some(list) = list.filter(|list| !list.entries.is_empty()) {
            let [person, machine] = self.guarded;
            self.granted("scopes", list.span, person, machine);
        }
    }

    /// Groups that the file names. A machine has none.
    pub(super) fn granted_groups(&mut self, list: Option<&List>) {
        if let Some(list) = list.filter(|list| !list.entries.is_empty()) {
            let [person, _] = self.guarded;
            self.granted("groups", list.span, person, true);
        }
    }

    fn granted(&mut self, what: &str, span: Span, person: bool, machine: bool) {
        let (who, help) = match (person, machine) {
            (true, true) => return,
            (false, false) => (
                "whoever asks",
                "add a section [tenant] with sources for both, or a record with `require` that the \
                 caller can't leave out",
            ),
            (false, true) => (
                "each person",
                "give [tenant] sources for a `person`, or add a record with `require` for them that \
                 they can't leave out",
            ),
            (true, false) => (
                "each machine",
                "give [tenant] sources for a `machine`, or add a record with `require` for them that \
                 they can't leave out",
            ),
        };
        let message = format!("{who} gets these {what}, and no guard is asked for sure");
        self.findings.add(Code::Grant, span, message, help);
    }
}
