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
        let (who, record) = match (person, machine) {
            (true, true) => return,
            (false, false) => ("whoever asks", "a record"),
            (false, true) => ("each person", "a record for people"),
            (true, false) => ("each machine", "a record for machines"),
        };
        let message = format!("{who} gets these {what}, and no guard is asked for sure");
        let help = format!(
            "add a section [tenant], or {record} with `require` that the caller can't leave out"
        );
        self.findings.add(Code::Grant, span, message, help);
    }
}
