//! The key attributes of `[table]`, where the keys of all records say otherwise.
//!
//! One wrong name there would be a mistake in each record. If all of them agree against it, it is
//! told once, where it stands, and the rest is checked as it was meant.

use std::collections::BTreeSet;

use claimsmith_findings::{At, Named, Section, Span};

use super::checker::Checker;
use crate::policy::code::Code;
use crate::policy::file;

/// Fewer records can't outvote the table.
const MAJORITY: usize = 2;

/// Partition key and sort key, as they are meant.
pub(super) type TableKeys = [Option<At<String>>; 2];

/// A key of a record that is read from `[table]` itself.
struct Written<'f> {
    attributes: Vec<&'f At<String>>,
    is_query: bool,
}

impl Written<'_> {
    fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|attribute| attribute.value == name)
    }
}

impl Checker<'_, '_> {
    pub(super) fn table_keys(
        &mut self,
        section: &Section<file::Table>,
        records: &Named<Section<file::Record>>,
    ) -> TableKeys {
        let named = |name: &Option<At<String>>| name.clone().filter(|name| !name.value.is_empty());
        let [partition, sort] = [named(&section.partition_key), named(&section.sort_key)];
        let is_open = |name: &At<String>| self.findings.is_open(name.span);
        let keys = written_keys(records);
        let Some(partition) = partition.filter(|name| !is_open(name)) else {
            return [named(&section.partition_key), sort];
        };
        if !section.complete || keys.len() < MAJORITY || sort.as_ref().is_some_and(is_open) {
            return [Some(partition), sort];
        }
        let partition = self.meant_partition(partition, sort.as_ref(), &keys);
        let sort = self.meant_sort(section.span, &partition.value, sort, &keys);
        [Some(partition), sort]
    }

    fn meant_partition(
        &mut self,
        named: At<String>,
        sort: Option<&At<String>>,
        keys: &[Written<'_>],
    ) -> At<String> {
        let is_other = |name: &&&At<String>| sort.is_none_or(|sort| sort.value != name.value);
        let first =
            |key: &Written<'_>| key.attributes.iter().find(is_other).map(|name| (*name).clone());
        let Some(meant) = agreed(keys.iter().map(first)) else { return named };
        if keys.iter().any(|key| key.has(&named.value)) {
            return named;
        }
        let message = format!(
            "no key of a record has `{}`: where it should be they all have `{}`",
            self.findings.written(named.span),
            self.findings.written(meant.span),
        );
        let help = format!(
            "write `partition_key = \"{}\"`, or the table's own name in each key",
            self.findings.written(meant.span)
        );
        self.findings.add(Code::RecordKey, named.span, message, help);
        meant
    }

    fn meant_sort(
        &mut self,
        section: Span,
        partition: &str,
        named: Option<At<String>>,
        keys: &[Written<'_>],
    ) -> Option<At<String>> {
        let is_named =
            |key: &Written<'_>| named.as_ref().is_some_and(|named| key.has(&named.value));
        if keys.iter().any(is_named) {
            return named;
        }
        let second = |key: &Written<'_>| {
            let second = key.attributes.iter().find(|name| name.value != partition);
            second.map(|name| (*name).clone())
        };
        // A query may leave the sort key out.
        let telling = || keys.iter().filter(|key| !key.is_query || second(key).is_some());
        if telling().count() < MAJORITY {
            return named;
        }
        let meant = agreed(telling().map(second));
        let (span, message, help) = match (&named, &meant) {
            (None, Some(meant)) => {
                let written = self.findings.written(meant.span);
                let message = format!("the keys of all records have `{written}` too");
                (section, message, format!("write `sort_key = \"{written}\"`"))
            }
            (Some(named), Some(meant)) => {
                let written = self.findings.written(meant.span);
                let message = format!(
                    "no key of a record has `{}`: where it should be they all have `{written}`",
                    self.findings.written(named.span),
                );
                let help = format!(
                    "write `sort_key = \"{written}\"`, or the table's own name in each key"
                );
                (named.span, message, help)
            }
            (Some(named), None) if telling().all(|key| second(key).is_none()) => {
                let written = self.findings.written(named.span);
                let message = format!("no key of a record has `{written}`");
                let help = format!(
                    "take the line out if the table has no sort key, or write a template for \
                     `{written}` in each key"
                );
                (named.span, message, help)
            }
            _ => return named,
        };
        self.findings.add(Code::RecordKey, span, message, help);
        meant
    }
}

/// The keys that can tell how those of `[table]` are called.
fn written_keys(records: &Named<Section<file::Record>>) -> Vec<Written<'_>> {
    let mut written = Vec::with_capacity(records.entries.len());
    for (_, section) in &records.entries {
        let (key, is_query) = match (&section.key, &section.query) {
            (Some(key), None) => (key, false),
            (None, Some(query)) => (query, true),
            _ => continue,
        };
        if key.whole && section.table.is_none() && section.index.is_none() {
            let attributes = key.entries.iter().map(|(attribute, _)| attribute).collect();
            written.push(Written { attributes, is_query });
        }
    }
    written
}

/// The name, if all are there and the same.
fn agreed(names: impl Iterator<Item = Option<At<String>>>) -> Option<At<String>> {
    let names: Vec<At<String>> = names.collect::<Option<_>>()?;
    let different: BTreeSet<&str> = names.iter().map(|name| name.value.as_str()).collect();
    if different.len() == 1 { names.into_iter().next() } else { None }
}
