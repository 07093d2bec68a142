//! Records: each section to a rule.

use std::collections::BTreeSet;
use std::time::Duration;

use claimsmith_findings::{At, Literal, Named, OneOrMany, Section};

use super::checker::Checker;
use super::rounds::Node;
use super::table::location;
use crate::identity::Kind;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::record::{Keep, Operand, RecordRule};
use crate::policy::table::{Location, Table};
use crate::policy::template::Template;

const SHORTEST_KEEP: Duration = Duration::from_secs(1);
const LONGEST_KEEP: Duration = Duration::from_secs(24 * 60 * 60);

/// A guard: the path of an attribute, and the values that refuse.
type RefuseIf = Vec<(Vec<String>, Vec<Literal>)>;

/// All records before it is known who uses what.
pub(super) struct Records {
    drafts: Vec<Draft>,
    rounds: Vec<Vec<usize>>,
    tables: Tables,
}

/// All records, the rounds in which they are read, and where they are.
pub(super) struct RecordRules {
    pub(super) rules: Vec<RecordRule>,
    pub(super) rounds: Vec<Vec<usize>>,
    pub(super) tables: Vec<Table>,
}

/// The tables that the file names.
struct Tables {
    /// The one of `[table]`, which has position 0.
    main: Option<Table>,
    /// Those that single records name.
    own: Vec<Table>,
}

/// A record as far as it could be read.
struct Draft {
    name: At<String>,
    applies_to: Option<Option<Kind>>,
    table: Option<usize>,
    consistent: bool,
    keep: Option<Option<Keep>>,
    partition: Option<Template<Operand>>,
    sort: Option<Template<Operand>>,
    has_sort: bool,
    missing_refuses: Option<bool>,
    refuse_if: Option<RefuseIf>,
}

impl Draft {
    fn node(&self) -> Node<'_> {
        Node {
            name: &self.name,
            applies_to: self.applies_to.flatten(),
            templates: [&self.partition, &self.sort].into_iter().flatten().collect(),
        }
    }

    fn rule(self, attributes: Vec<String>) -> Option<RecordRule> {
        Some(RecordRule {
            name: self.name.value,
            applies_to: self.applies_to?,
            table: self.table?,
            consistent: self.consistent,
            keep: self.keep?,
            partition: self.partition?,
            sort: if self.has_sort { Some(self.sort?) } else { None },
            missing_refuses: self.missing_refuses?,
            refuse_if: self.refuse_if?,
            attributes,
        })
    }
}

impl Checker<'_, '_> {
    /// Checks all record sections.
    pub(super) fn records(
        &mut self,
        sections: &Named<Section<file::Record>>,
        table: Option<&Section<file::Table>>,
    ) -> Records {
        self.record_names(sections);
        let mut tables = Tables { main: self.table(table), own: Vec::new() };
        let mut drafts = Vec::with_capacity(sections.entries.len());
        for (position, (name, section)) in sections.entries.iter().enumerate() {
            drafts.push(self.record(position, name, section, table, &mut tables));
        }
        let nodes: Vec<Node<'_>> = drafts.iter().map(Draft::node).collect();
        let rounds = self.rounds(&nodes);
        self.reachable(&nodes, &rounds);
        Records { drafts, rounds, tables }
    }

    /// Findings for records that nothing uses; each record's attributes, sorted, for the reads.
    pub(super) fn finish_records(
        &mut self,
        Records { drafts, rounds, tables }: Records,
    ) -> Option<RecordRules> {
        let all_used = std::mem::take(&mut self.names.used);
        let mut rules = Vec::with_capacity(drafts.len());
        for (draft, mut used) in drafts.into_iter().zip(all_used) {
            let refuses = draft.missing_refuses == Some(true);
            if used.is_empty() && !refuses && !self.names.missed_uses {
                let name = &draft.name;
                let message = format!(
                    "nothing uses the record `{}`, and each sign-in would read it",
                    name.value
                );
                let help = "use one of its attributes, guard with it, or take the section out";
                self.findings.add(Code::UnusedRecord, name.span, message, help);
            }
            used.sort();
            used.dedup();
            rules.push(draft.rule(used));
        }
        let tables = [tables.main?].into_iter().chain(tables.own).collect();
        Some(RecordRules { rules: rules.into_iter().collect::<Option<_>>()?, rounds, tables })
    }

    fn record(
        &mut self,
        position: usize,
        name: &At<String>,
        section: &Section<file::Record>,
        main: Option<&Section<file::Table>>,
        tables: &mut Tables,
    ) -> Draft {
        self.names.missed_uses |= !section.complete;
        let before = self.findings.count();
        let kinds = [("user", Some(Kind::User)), ("client", Some(Kind::Client))];
        let applies_to = self.word(section.applies_to.as_ref(), None, &kinds);
        let words = [("omit", false), ("refuse", true)];
        let missing_refuses = self.word(section.missing.as_ref(), false, &words);
        let key = section.key.as_ref();
        let mut templates = key.map(|key| self.templates(key)).unwrap_or_default();
        // With a mistake in the key, or in whom it is for, nobody knows what it proves.
        let is_readable = section.complete && self.findings.count() == before;
        if is_readable && key.is_some_and(|key| key.entries.len() == templates.len()) {
            let written: Vec<_> = templates.values().cloned().collect();
            self.caller_chosen(name, applies_to.flatten(), &written);
        }
        let (table, [partition, sort]) = match &section.table {
            Some(own) => {
                let own = self.own_table(own, key, main, tables);
                let names = own.as_ref().map(|(_, table)| key_names(table)).unwrap_or_default();
                (own.map(|(position, _)| position), names)
            }
            None => (Some(0), self.main_key(key, main)),
        };
        let mut take = |name: Option<&String>| Some(templates.remove(name?.as_str())?.0);
        Draft {
            name: name.clone(),
            applies_to,
            table,
            consistent: section.consistent.as_ref().is_some_and(|consistent| consistent.value),
            keep: self.keep(section),
            partition: take(partition.as_ref()),
            sort: take(sort.as_ref()),
            has_sort: sort.is_some(),
            missing_refuses,
            refuse_if: self.guards(position, section),
        }
    }

    /// The names of partition and sort key of a record in the table of `[table]`.
    fn main_key(
        &mut self,
        key: Option<&Named<At<String>>>,
        table: Option<&Section<file::Table>>,
    ) -> [Option<String>; 2] {
        let (Some(key), Some(table)) = (key, table) else { return [None, None] };
        // Of a table that could not be read nobody knows all the key attributes.
        if table.complete {
            self.key_attributes(key, table);
        }
        let wanted = [&table.partition_key, &table.sort_key];
        if wanted.iter().copied().flatten().all(|name| !self.findings.is_open(name.span)) {
            return wanted.map(|name| name.as_ref().map(|name| name.value.clone()));
        }
        // Variables will say the names: until then they are those of the key, in its order.
        let mut written = key.entries.iter().map(|(attribute, _)| attribute.value.clone());
        wanted.map(|name| name.as_ref().and_then(|_| written.next()))
    }

    /// The table that a record names for itself, and its position among all tables.
    ///
    /// Nothing but the record's key tells its key attributes: first the partition key, then the sort
    /// key. Records of one table must agree about them.
    fn own_table(
        &mut self,
        name: &At<String>,
        key: Option<&Named<At<String>>>,
        main: Option<&Section<file::Table>>,
        tables: &mut Tables,
    ) -> Option<(usize, Table)> {
        if name.value.is_empty() {
            self.findings.add(
                Code::TableStore,
                name.span,
                "an empty text",
                "write the table's name",
            );
        }
        if let Some(Location::File(file)) = main.and_then(|section| location(section))
            && !file.is_empty()
        {
            let message = "a record has a table of its own, and the records are in a file";
            let help = "take the line out; all items stand in the file of [table]";
            self.findings.add(Code::TableStore, name.span, message, help);
        }
        let key = key?;
        self.some_attribute(key);
        let mut keys = key.entries.iter().map(|(attribute, _)| attribute);
        let (partition, sort) = (keys.next(), keys.next());
        if let Some(third) = keys.next() {
            let message = "a table has no more than two key attributes";
            self.findings.add(Code::RecordKey, third.span, message, "take it out");
        }
        let partition = partition?;
        let table = Table {
            location: Location::DynamoDb(name.value.clone()),
            partition_key: partition.value.clone(),
            sort_key: sort.map(|sort| sort.value.clone()),
            numbers: BTreeSet::new(),
        };
        let main = tables.main.iter().map(|main| (0, main));
        let mut known = main.chain((1..).zip(&tables.own));
        let Some((at, known)) = known.find(|(_, known)| known.location == table.location) else {
            tables.own.push(table.clone());
            return Some((tables.own.len(), table));
        };
        let sorted = |table: &Table| {
            let mut keys = key_names(table);
            keys.sort();
            keys
        };
        if sorted(known) != sorted(&table) {
            let message = "the same table has other key attributes elsewhere in this file";
            self.findings.add(Code::RecordKey, partition.span, message, "name the same ones");
        }
        Some((at, known.clone()))
    }

    /// How long the item may be kept.
    fn keep(&mut self, section: &Section<file::Record>) -> Option<Option<Keep>> {
        let fresh = self.keeping_time(section.cache.as_ref());
        let stale_if_error = self.keeping_time(section.stale_if_error.as_ref());
        match (&section.cache, &section.stale_if_error, &section.consistent) {
            (None, Some(stale), _) if section.complete => {
                let message = "nothing is kept that could serve while the table fails";
                let help = "add `cache`, such as `cache = \"60s\"`";
                self.findings.add(Code::Cache, stale.span, message, help);
            }
            (Some(cache), _, Some(At { value: true, .. })) => {
                let message = "a read that must see each write can't come from memory";
                let help = "take `cache` or `consistent` out";
                self.findings.add(Code::Cache, cache.span, message, help);
            }
            _ => {}
        }
        let stale_if_error = stale_if_error?.unwrap_or_default();
        Some(fresh?.map(|fresh| Keep { fresh, stale_if_error }))
    }

    fn keeping_time(&mut self, text: Option<&At<String>>) -> Option<Option<Duration>> {
        let help = "write from `1s` to `24h`, such as `60s` or `5m`";
        let time = self.meaning(text, Duration::ZERO, |check, text| {
            check.findings.duration(text, SHORTEST_KEEP..=LONGEST_KEEP, help)
        });
        time.map(|time| text.map(|_| time))
    }

    fn guards(&mut self, position: usize, section: &Section<file::Record>) -> Option<RefuseIf> {
        let Some(guards) = &section.refuse_if else { return Some(Vec::new()) };
        let before = self.findings.count();
        let mut rules = Vec::with_capacity(guards.entries.len());
        for (attribute, OneOrMany(values)) in &guards.entries {
            let path: Vec<String> = attribute.value.split('.').map(str::to_owned).collect();
            if path.iter().any(String::is_empty) {
                let message = "a guard without the name of an attribute";
                let help = "write the attribute, such as `status`";
                self.findings.add(Code::Guard, attribute.span, message, help);
                continue;
            }
            if values.entries.is_empty() && section.complete {
                let message = format!("the guard on `{}` has no value to match", attribute.value);
                let help = "name a value, or take the guard out";
                self.findings.add(Code::EmptyList, attribute.span, message, help);
            }
            values.entries.iter().for_each(|value| self.guard_value(value));
            path.iter().take(1).for_each(|first| self.names.uses(position, first));
            rules.push((path, values.entries.iter().map(|value| value.value.clone()).collect()));
        }
        (self.findings.count() == before).then_some(rules)
    }

    fn guard_value(&mut self, value: &At<Literal>) {
        let matches = match &value.value {
            Literal::String(text) if text.is_empty() => {
                let message = "a guard can't match an empty text, which counts as no value";
                return self.findings.add(Code::Guard, value.span, message, "take it out");
            }
            Literal::String(_) | Literal::Bool(_) => true,
            Literal::Number(number) => number.is_i64(),
            _ => false,
        };
        if !matches {
            let message = "a guard matches a text, a whole number or a boolean";
            let help = "write one of these, such as `\"suspended\"`";
            self.findings.add(Code::Guard, value.span, message, help);
        }
    }
}

/// Partition key and sort key.
fn key_names(table: &Table) -> [Option<String>; 2] {
    [Some(table.partition_key.clone()), table.sort_key.clone()]
}
