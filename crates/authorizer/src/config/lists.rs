//! Lists of names.

use claimsmith_findings::List;

use super::code::{Code, Findings};

/// The entries of a list that needs some, none of them twice and none empty.
pub(super) fn entries(list: &List, findings: &mut Findings<'_>) -> Vec<String> {
    if list.entries.is_empty() && list.whole {
        findings.add(Code::EmptyList, list.span, "a list without an entry", "add an entry");
    }
    unique(list, findings)
}

/// The entries of a list, none of them twice and none empty.
pub(super) fn unique(list: &List, findings: &mut Findings<'_>) -> Vec<String> {
    findings.unique(&list.entries);
    for entry in list.entries.iter().filter(|entry| entry.value.is_empty()) {
        findings.add(Code::EmptyList, entry.span, "an empty entry", "write it out, or take it out");
    }
    list.values()
}

/// Whether one of the entries is unknown, because a variable in it has no value.
pub(super) fn is_open(list: &List, findings: &Findings<'_>) -> bool {
    list.entries.iter().any(|entry| findings.is_open(entry.span))
}
