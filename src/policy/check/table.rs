//! Where the records are, and the way to them.

use std::collections::BTreeSet;
use std::time::Duration;

use claimsmith_findings::{At, Named, Section};

use super::checker::Checker;
use super::keys::KeyContext;
use super::table_keys::TableKeys;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::table::{Connection, Index, Location, Table, Trust};

const SHORTEST_WAIT: Duration = Duration::from_millis(10);

/// The tables that the file names.
pub(super) struct Tables<'f> {
    section: Option<&'f Section<file::Table>>,
    /// Its key attributes.
    keys: TableKeys,
    /// The one of `[table]`, which has position 0.
    main: Option<Table>,
    /// Those that single records name.
    own: Vec<Table>,
    /// Names of key attributes that are numbers.
    pub(super) numbers: BTreeSet<String>,
}

/// Where a key leads: the table, the index in it, and the names of partition and sort key.
pub(super) struct KeyPlace {
    pub(super) table: usize,
    pub(super) index: Option<Index>,
    pub(super) names: [Option<String>; 2],
}

impl Tables<'_> {
    /// All tables in order; nothing if the first can't be read.
    pub(super) fn finish(self) -> Option<Vec<Table>> {
        match (self.section, self.main) {
            (Some(_), None) => None,
            (_, main) => Some(main.into_iter().chain(self.own).collect()),
        }
    }
}

impl Checker<'_, '_> {
    /// The tables before any record names one of its own.
    pub(super) fn tables<'f>(
        &mut self,
        section: Option<&'f Section<file::Table>>,
        records: &Named<Section<file::Record>>,
    ) -> Tables<'f> {
        let mut numbers = BTreeSet::new();
        let keys = section.and_then(|section| section.keys.keys.as_ref());
        for (name, word) in keys.map(|keys| keys.entries.as_slice()).unwrap_or_default() {
            if self.findings.word(word, &[("text", false), ("number", true)]) == Some(true) {
                numbers.insert(name.value.clone());
            }
        }
        let keys = section.map(|section| self.table_keys(section, records)).unwrap_or_default();
        let main = section.and_then(|section| self.table(section, &keys, &numbers));
        Tables { section, keys, main, own: Vec::new(), numbers }
    }

    /// The table of `[table]`.
    fn table(
        &mut self,
        section: &Section<file::Table>,
        [partition, sort]: &TableKeys,
        numbers: &BTreeSet<String>,
    ) -> Option<Table> {
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
            partition_key: partition.as_ref()?.value.clone(),
            sort_key: sort.as_ref().map(|key| key.value.clone()),
            numbers: numbers.clone(),
        })
    }

    /// Where a record's key leads.
    pub(super) fn key_place(
        &mut self,
        key: &Named<At<String>>,
        table: Option<&At<String>>,
        index: Option<&At<String>>,
        context: KeyContext,
        tables: &mut Tables<'_>,
    ) -> Option<KeyPlace> {
        let mut written = key.entries.iter().map(|(attribute, _)| attribute.value.clone());
        let in_order = [written.next(), written.next()];
        if tables.section.is_none() {
            if !std::mem::replace(&mut self.names.table_is_missed, true) {
                let message = "there is no table to read this from";
                let help = "add a section [table] with a name or a file";
                self.findings.add(Code::NoTable, key.span, message, help);
            }
            return None;
        }
        if let Some(index) = index {
            if index.value.is_empty() {
                let help = "write the index's name";
                self.findings.add(Code::TableStore, index.span, "an empty text", help);
            }
            self.some_attribute(key);
            let table = match table {
                Some(name) => self.own_table(name, key, [None, None], tables)?.0,
                None => 0,
            };
            let [partition, sort] = in_order.clone();
            let name = index.value.clone();
            let index = Index { name, partition_key: partition?, sort_key: sort };
            return Some(KeyPlace { table, index: Some(index), names: in_order });
        }
        match table {
            Some(name) => {
                self.some_attribute(key);
                let (table, of_table) = self.own_table(name, key, in_order.clone(), tables)?;
                // The table's own order counts, whatever stands first here.
                let is_written =
                    |name: &String| in_order.iter().flatten().any(|other| other == name);
                let names = [Some(of_table.partition_key), of_table.sort_key.filter(is_written)];
                Some(KeyPlace { table, index: None, names })
            }
            None => {
                let section = tables.section?;
                // Of a table that could not be read nobody knows all the key attributes.
                if section.complete {
                    self.key_attributes(key, &tables.keys, context.is_query);
                }
                let wanted = &tables.keys;
                let is_open = |name: &At<String>| self.findings.is_open(name.span);
                let names = if wanted.iter().flatten().any(is_open) {
                    // Variables will say the names: until then they are those of the key, in order.
                    let [partition, sort] = in_order;
                    [partition, sort.filter(|_| tables.keys[1].is_some())]
                } else {
                    wanted.clone().map(|name| name.map(|name| name.value))
                };
                let is_written =
                    |name: &String| key.entries.iter().any(|(key, _)| key.value == *name);
                let [partition, sort] = names;
                let sort = sort.filter(|sort| !context.is_query || is_written(sort));
                Some(KeyPlace { table: 0, index: None, names: [partition, sort] })
            }
        }
    }

    /// The table that a record names for itself, and its position among all tables.
    ///
    /// Nothing but the record's key tells its key attributes: first the partition key, then the sort
    /// key. Records of one table must agree about them. With an index the key tells nothing.
    fn own_table(
        &mut self,
        name: &At<String>,
        key: &Named<At<String>>,
        names: [Option<String>; 2],
        tables: &mut Tables<'_>,
    ) -> Option<(usize, Table)> {
        if name.value.is_empty() {
            let help = "write the table's name";
            self.findings.add(Code::TableStore, name.span, "an empty text", help);
        }
        if let Some(Location::File(file)) = tables.section.and_then(|section| location(section))
            && !file.is_empty()
        {
            let message = "a record has a table of its own, and the records are in a file";
            let help = "take the line out; all items stand in the file of [table]";
            self.findings.add(Code::TableStore, name.span, message, help);
        }
        let location = Location::DynamoDb(name.value.clone());
        let main = tables.main.iter().map(|main| (0, main));
        let known =
            main.chain((1..).zip(&tables.own)).find(|(_, known)| known.location == location);
        let known = known.map(|(at, known)| (at, known.clone()));
        let [partition, sort] = names;
        match (known, partition) {
            (Some((at, known)), Some(partition)) => {
                let has = |name: &String| {
                    known.partition_key == *name || known.sort_key.as_ref() == Some(name)
                };
                if ![Some(&partition), sort.as_ref()].into_iter().flatten().all(has) {
                    let message = "the same table has other key attributes elsewhere in this file";
                    self.findings.add(Code::RecordKey, key.span, message, "name the same ones");
                }
                Some((at, known))
            }
            (Some(known), None) => Some(known),
            (None, Some(partition)) => {
                let numbers = tables.numbers.clone();
                let table = Table { location, partition_key: partition, sort_key: sort, numbers };
                tables.own.push(table.clone());
                Some((tables.own.len(), table))
            }
            (None, None) => {
                let message = "nothing tells the keys of this table";
                let help = "read an item of it by its own key, too, in a record before this one";
                self.findings.add(Code::RecordKey, name.span, message, help);
                None
            }
        }
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
        let default = Connection::default();
        let Some(section) = section else { return Some(default) };
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
