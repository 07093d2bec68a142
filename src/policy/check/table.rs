//! Where the records are, and the way to them.

use std::collections::BTreeSet;
use std::time::Duration;

use claimsmith_findings::{At, Section};

use super::checker::Checker;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::table::{Connection, Location, Table, Trust};

const SHORTEST_WAIT: Duration = Duration::from_millis(10);

impl Checker<'_, '_> {
    /// The table of `[table]`.
    pub(super) fn table(&mut self, section: Option<&Section<file::Table>>) -> Option<Table> {
        let section = section?;
        let names = [&section.name, &section.file, &section.partition_key, &section.sort_key];
        self.not_empty(&names, "write a name");
        if let (Some(partition), Some(sort)) = (&section.partition_key, &section.sort_key)
            && partition.value == sort.value
            && !sort.value.is_empty()
        {
            let help = "name the sort key, or take the line out if the table has none";
            self.findings.add(
                Code::TableStore,
                sort.span,
                "this is the partition key already",
                help,
            );
        }
        self.one_place(section);
        Some(Table {
            location: location(section)?,
            partition_key: section.partition_key.as_ref()?.value.clone(),
            sort_key: section.sort_key.as_ref().map(|key| key.value.clone()),
            numbers: BTreeSet::new(),
        })
    }

    fn one_place(&mut self, section: &Section<file::Table>) {
        // The second of two places is the one too many.
        let (span, message) = match (&section.name, &section.file) {
            (Some(_), Some(file)) => (file.span, "the table has two places"),
            (None, None) if section.complete => (section.span, "the table has no place"),
            _ => return,
        };
        let help = "give it either `name`, a DynamoDB table, or `file`, a JSON file of items";
        self.findings.add(Code::TableStore, span, message, help);
    }

    fn not_empty(&mut self, texts: &[&Option<At<String>>], help: &str) {
        for text in texts.iter().copied().flatten().filter(|text| text.value.is_empty()) {
            self.findings.add(Code::TableStore, text.span, "an empty text", help);
        }
    }

    /// The way to the tables. No wait is longer than the deadline.
    pub(super) fn connection(
        &mut self,
        section: Option<&Section<file::Table>>,
        deadline: Duration,
    ) -> Option<Connection> {
        let (section, default) = (section?, Connection::default());
        self.not_empty(&[&section.region, &section.endpoint], "write it, or take it out");
        if let Some(At { value, span }) = &section.endpoint
            && !value.is_empty()
            && !["http://", "https://"].iter().any(|scheme| value.starts_with(scheme))
        {
            let help = "write it with its scheme, such as `http://localhost:8000`";
            self.findings.add(Code::TableStore, *span, "this is no address", help);
        }
        let words = [("amazon", Trust::Amazon), ("system", Trust::System)];
        let trust = self.word(section.trust.as_ref(), default.trust, &words);
        let mut wait = |text: &Option<At<String>>, default, help| {
            self.meaning(text.as_ref(), default, |check, text| {
                check.findings.duration(text, SHORTEST_WAIT..=deadline, help).map(Some)
            })
        };
        let default_timeout = Some(default.attempt_timeout.min(deadline));
        let help = "write from `10ms` to the deadline, such as `500ms`";
        let attempt_timeout = wait(&section.attempt_timeout, default_timeout, help);
        let help = "write from `10ms` to the deadline, such as `50ms`";
        let hedge_after = wait(&section.hedge_after, None, help);
        let text = |text: &Option<At<String>>| text.as_ref().map(|text| text.value.clone());
        Some(Connection {
            region: text(&section.region),
            endpoint: text(&section.endpoint),
            trust: trust?,
            attempt_timeout: attempt_timeout??,
            hedge_after: hedge_after?,
        })
    }
}

/// Where the records are, if that is clear.
pub(super) fn location(section: &file::Table) -> Option<Location> {
    match (&section.name, &section.file) {
        (Some(name), None) => Some(Location::DynamoDb(name.value.clone())),
        (None, Some(file)) => Some(Location::File(file.value.clone())),
        _ => None,
    }
}
