//! What a name in the file can mean: a record, a trusted attribute; and who uses what.

use std::collections::BTreeMap;

use claimsmith_findings::{Named, Section};

use crate::policy::file;

/// What a name in the policy can mean: record names, trusted attributes, and who uses what.
pub(super) struct Names {
    pub(super) records: BTreeMap<String, usize>,
    pub(super) trusted_attributes: Vec<String>,
    /// Per record: the attributes that somebody uses.
    pub(super) used: Vec<Vec<String>>,
    /// Whether there may be records that could not be read.
    pub(super) unread: bool,
    /// Whether something that may use a record could not be read: no record is unused then.
    pub(super) missed_uses: bool,
}

impl Names {
    pub(super) fn new(
        sections: &Named<Section<file::Record>>,
        trusted_attributes: Vec<String>,
    ) -> Self {
        let names = sections.entries.iter().map(|(name, _)| name.value.clone());
        Self {
            records: names.enumerate().map(|(position, name)| (name, position)).collect(),
            trusted_attributes,
            used: vec![Vec::new(); sections.entries.len()],
            unread: !sections.whole,
            missed_uses: !sections.whole,
        }
    }

    /// Notes that somebody needs an attribute of a record.
    pub(super) fn uses(&mut self, record: usize, attribute: &str) {
        if let Some(used) = self.used.get_mut(record) {
            used.push(attribute.to_owned());
        }
    }
}
