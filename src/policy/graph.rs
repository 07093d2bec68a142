//! Records: names and templates to a graph, ordered into rounds.
//!
//! A record's key may name attributes of other records. Records of one round need only earlier
//! rounds, so each round is one batched read.

use std::collections::BTreeMap;
use std::time::Duration;

use claimsmith_findings::{At, Literal, Named, OneOrMany, Section, Span, nearest};

use super::file;
use super::{
    Code, Findings, Location, Operand, RecordPath, RecordRule, Source, SourcePlace, Table,
};
use crate::identity::Kind;
use crate::records::store::Keep;
use crate::records::template::{DottedName, Part, Template, TemplateError};

/// The place of a name within the template at `span`, or all of it if the name comes out of a
/// variable.
fn place_of(name: &str, span: Span, findings: &Findings<'_>) -> Span {
    let text = findings.raw(span);
    let place = text.match_indices(name).map(|(at, _)| (at, at + name.len())).find(|(at, end)| {
        let before = text.get(..*at).unwrap_or_default();
        let after = text.get(*end..).unwrap_or_default();
        before.ends_with(['{', '|']) && after.starts_with(['}', '|']) && !before.ends_with("${")
    });
    place.map_or(span, |(at, end)| Span { start: span.start + at, end: span.start + end })
}

/// Names that mean something in a template and can't name a record.
const OTHER_NAMES: [&str; 6] =
    ["sub", "username", "client_id", "user_pool_id", "attributes", "metadata"];

/// Most records in a policy: a batched read takes 100 keys, and no sign-in needs a quarter of it.
/// SPEC: AWS, DynamoDB API reference, BatchGetItem.
const RECORD_LIMIT: usize = 25;

/// What a name in the policy can mean: record names, trusted attributes, and who uses what.
pub(super) struct Names {
    records: BTreeMap<String, usize>,
    trusted_attributes: Vec<String>,
    /// Per record: the attributes that somebody uses.
    used: Vec<Vec<String>>,
    /// Per record: its name's place.
    places: Vec<Span>,
    /// Whether there may be records that could not be read.
    unread: bool,
    /// Whether something that may use a record could not be read.
    missed_uses: bool,
}

impl Names {
    pub(super) fn new(
        sections: &Named<Section<file::Record>>,
        trusted_attributes: Vec<String>,
        findings: &mut Findings<'_>,
    ) -> Self {
        let mut records = BTreeMap::new();
        for (position, (name, _)) in sections.entries.iter().enumerate() {
            let plain = name.value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
            if OTHER_NAMES.contains(&name.value.as_str()) {
                findings.add(
                    Code::RecordName,
                    name.span,
                    format!("`{}` means something else in a key template", name.value),
                    "choose another name for the record",
                );
            } else if !plain || name.value.is_empty() {
                findings.add(
                    Code::RecordName,
                    name.span,
                    "a record name has letters, digits, `_` and `-` only",
                    "choose a plain name, such as `user`",
                );
            }
            records.insert(name.value.clone(), position);
        }
        if let Some((name, _)) = sections.entries.get(RECORD_LIMIT) {
            findings.add(
                Code::TooManyRecords,
                name.span,
                format!("more than {RECORD_LIMIT} records"),
                "keep what belongs together in one item",
            );
        }
        Self {
            used: vec![Vec::new(); sections.entries.len()],
            places: sections.entries.iter().map(|(name, _)| name.span).collect(),
            unread: !sections.whole,
            missed_uses: !sections.whole,
            records,
            trusted_attributes,
        }
    }

    /// Something that may use a record could not be read: no record is called unused then.
    pub(super) fn miss_uses(&mut self) {
        self.missed_uses = true;
    }

    /// What a name in a key template means.
    fn operand(
        &mut self,
        name: &DottedName,
        span: Span,
        findings: &mut Findings<'_>,
    ) -> Option<Operand> {
        let rest = name.rest.join(".");
        match (name.head.as_str(), rest.is_empty()) {
            ("sub", true) => Some(Operand::Sub),
            ("username", true) => Some(Operand::Username),
            ("client_id", true) => Some(Operand::ClientId),
            ("user_pool_id", true) => Some(Operand::UserPoolId),
            ("attributes", false) => Some(Operand::Attribute(rest)),
            ("metadata", false) => Some(Operand::Metadata(rest)),
            _ => self.record_path(name, &OTHER_NAMES, span, findings).map(Operand::Record),
        }
    }

    /// `others` are the names that would stand in the same place and mean no record.
    fn record_path(
        &mut self,
        name: &DottedName,
        others: &[&str],
        span: Span,
        findings: &mut Findings<'_>,
    ) -> Option<RecordPath> {
        let Some(record) = self.records.get(&name.head).copied() else {
            self.missed_uses = true;
            if self.unread {
                return None;
            }
            // The names that the file itself holds, so they may be shown.
            let known: Vec<&str> =
                self.records.keys().map(String::as_str).chain(others.iter().copied()).collect();
            let help = match nearest(&name.head, &known) {
                Some(known) => format!("did you mean `{known}`?"),
                None if known.is_empty() => "there is no section under [records]".to_owned(),
                None => format!("the names are {}", known.join(", ")),
            };
            let message = format!("`{}` names no record", findings.written(span));
            findings.add(Code::UnknownSource, span, message, help);
            return None;
        };
        let Some(attribute) = name.rest.first() else {
            self.missed_uses = true;
            findings.add(
                Code::UnknownSource,
                span,
                format!("`{}` is a record, not a value", findings.written(span)),
                "name one of its attributes too, such as `user.org_id`",
            );
            return None;
        };
        self.uses(record, attribute);
        Some(RecordPath { record, path: name.rest.clone() })
    }

    fn uses(&mut self, record: usize, attribute: &str) {
        if let Some(used) = self.used.get_mut(record) {
            used.push(attribute.to_owned());
        }
    }

    /// What a source of a claim or of groups means. Promise `untrusted`: what a caller can write
    /// is refused here, so that it can't become a value.
    pub(super) fn source(
        &mut self,
        source: &At<String>,
        findings: &mut Findings<'_>,
    ) -> Option<Source> {
        let text = source.value.clone();
        let name = match DottedName::parse(&text) {
            Ok(name) => name,
            Err(error) => {
                self.missed_uses = true;
                let help = "write `<record>.<attribute>`, such as `user.org_id`";
                findings.add(Code::Template, source.span, error.to_string(), help);
                return None;
            }
        };
        let attribute = name.rest.join(".");
        let caller = match name.head.as_str() {
            "attributes" if self.trusted_attributes.contains(&attribute) => {
                return Some(Source { text, place: SourcePlace::Attribute(attribute) });
            }
            "attributes" => {
                "keep the value in a record; or list the attribute under `trusted_attributes` in \
                 [pool] if no app client may write it"
            }
            "metadata" => {
                "let it choose a record that proves a right to it, and take the value from there"
            }
            "sub" | "username" | "client_id" | "user_pool_id" => {
                self.missed_uses = true;
                let message = format!("`{}` is no record attribute", findings.written(source.span));
                let help = "take it out: Cognito writes it into the tokens itself";
                findings.add(Code::UnknownSource, source.span, message, help);
                return None;
            }
            _ => {
                let path = self.record_path(&name, &[], source.span, findings)?;
                return Some(Source { text, place: SourcePlace::Record(path) });
            }
        };
        self.missed_uses = true;
        let message =
            format!("`{}` is a value that the caller supplies", findings.written(source.span));
        findings.add(Code::CallerValue, source.span, message, caller);
        None
    }

    /// Findings for records that nothing uses; each record's attributes, sorted, for the reads.
    pub(super) fn finish(self, records: &mut [RecordRule], findings: &mut Findings<'_>) {
        for ((rule, mut used), span) in records.iter_mut().zip(self.used).zip(self.places) {
            if used.is_empty() && !rule.missing_refuses && !self.missed_uses {
                findings.add(
                    Code::UnusedRecord,
                    span,
                    format!(
                        "nothing uses the record `{}`, and each sign-in would read it",
                        rule.name
                    ),
                    "use one of its attributes, guard with it, or take the section out",
                );
            }
            used.sort();
            used.dedup();
            rule.attributes = used;
        }
    }
}

/// Checks all record sections.
pub(super) fn records(
    sections: &Named<Section<file::Record>>,
    table: Option<&Section<file::Table>>,
    tables: &mut Vec<Table>,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> (Vec<RecordRule>, Vec<Vec<usize>>) {
    let mut rules = Vec::with_capacity(sections.entries.len());
    for (position, (name, section)) in sections.entries.iter().enumerate() {
        let own = section.table.as_ref().map(|own| own_table(own, section, tables, findings));
        let rule = record(position, name, section, table, own, names, findings);
        rules.push(rule);
    }
    let rounds = rounds(&rules, &names.places, findings);
    reachable(&rules, &rounds, &names.places, findings);
    (rules, rounds)
}

fn record(
    position: usize,
    name: &At<String>,
    section: &Section<file::Record>,
    table: Option<&Section<file::Table>>,
    own: Option<(usize, Table)>,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> RecordRule {
    if !section.complete {
        names.miss_uses();
    }
    let before = findings.count();
    let applies_to = section
        .applies_to
        .as_ref()
        .and_then(|text| findings.word(text, &[("user", Kind::User), ("client", Kind::Client)]));
    let missing = section
        .missing
        .as_ref()
        .and_then(|text| findings.word(text, &[("omit", false), ("refuse", true)]));

    let key = section.key.as_ref();
    let mut templates = BTreeMap::new();
    for (attribute, text) in key.map(|key| key.entries.as_slice()).unwrap_or_default() {
        let template = template(text, names, findings);
        templates.insert(attribute.value.as_str(), (template, text.span));
    }
    let chooses: Vec<_> = templates.values().cloned().collect();
    let readable = findings.count() == before && section.complete;
    let mut take = |key: Option<&str>| key.and_then(|key| templates.remove(key));
    let (at, partition, sort) = match &own {
        Some((at, own)) => (*at, take(Some(&own.partition_key)), take(own.sort_key.as_deref())),
        None => {
            // Of a table that could not be read nobody knows all the key attributes.
            if let Some(table) = table.filter(|table| table.complete) {
                key_attributes(section, table, findings);
            }
            let text = |key: Option<&'_ At<String>>| key.map(|key| key.value.clone());
            let partition = text(table.and_then(|table| table.partition_key.as_ref()));
            let sort = text(table.and_then(|table| table.sort_key.as_ref()));
            (0, take(partition.as_deref()), take(sort.as_deref()))
        }
    };
    // With a mistake in the key, or in whom it is for, nobody knows what it proves.
    if readable {
        caller_chosen(name, applies_to, &chooses, names, findings);
    }

    RecordRule {
        name: name.value.clone(),
        applies_to,
        table: at,
        consistent: section.consistent.as_ref().is_some_and(|consistent| consistent.value),
        keep: keep(section, findings),
        partition: partition.map_or(Template { parts: Vec::new() }, |(template, _)| template),
        sort: sort.map(|(template, _)| template),
        missing_refuses: missing.unwrap_or(false),
        refuse_if: guards(position, section, names, findings),
        attributes: Vec::new(),
    }
}

/// The table that a record names for itself, and its position among all tables.
///
/// Nothing but the record's key tells its key attributes: first the partition key, then the sort
/// key. Records of one table must agree about them.
fn own_table(
    name: &At<String>,
    section: &Section<file::Record>,
    tables: &mut Vec<Table>,
    findings: &mut Findings<'_>,
) -> (usize, Table) {
    if name.value.is_empty() {
        findings.add(Code::TableStore, name.span, "an empty text", "write the table's name");
    }
    if let Some(Table { location: Location::File(file), .. }) = tables.first()
        && !file.is_empty()
    {
        let message = "a record has a table of its own, and the records are in a file";
        let help = "take the line out; all items stand in the file of [table]";
        findings.add(Code::TableStore, name.span, message, help);
    }
    let key = section.key.as_ref().map(|key| &key.entries);
    let mut keys = key.into_iter().flatten().map(|(attribute, _)| attribute);
    let (partition, sort) = (keys.next(), keys.next());
    if let Some(third) = keys.next() {
        let message = "a table has no more than two key attributes";
        findings.add(Code::RecordKey, third.span, message, "take it out");
    }
    let text = |name: &At<String>| name.value.clone();
    let table = Table {
        location: Location::DynamoDb(text(name)),
        partition_key: partition.map(text).unwrap_or_default(),
        sort_key: sort.map(text),
    };
    let same_place = |known: &&(usize, Table)| known.1.location == table.location;
    let all: Vec<(usize, Table)> = tables.iter().cloned().enumerate().collect();
    match all.iter().find(same_place) {
        None => {
            tables.push(table.clone());
            (all.len(), table)
        }
        Some((at, known)) => {
            let sorted = |table: &Table| {
                let mut keys = [Some(table.partition_key.clone()), table.sort_key.clone()];
                keys.sort();
                keys
            };
            if let (Some(partition), false) = (partition, sorted(known) == sorted(&table)) {
                let message = "the same table has other key attributes elsewhere in this file";
                findings.add(Code::RecordKey, partition.span, message, "name the same ones");
            }
            (*at, known.clone())
        }
    }
}

/// How long the item may be kept.
fn keep(section: &Section<file::Record>, findings: &mut Findings<'_>) -> Option<Keep> {
    const DAY: Duration = Duration::from_secs(24 * 60 * 60);
    let range = Duration::from_secs(1)..=DAY;
    let help = "write from `1s` to `24h`, such as `60s` or `5m`";
    let mut read = |text: &Option<At<String>>| {
        text.as_ref().map(|text| findings.duration(text, range.clone(), help).unwrap_or_default())
    };
    let fresh = read(&section.cache);
    let stale_if_error = read(&section.stale_if_error);
    match (&section.cache, &section.stale_if_error, &section.consistent) {
        (None, Some(stale), _) if section.complete => {
            let message = "nothing is kept that could serve while the table fails";
            findings.add(
                Code::Cache,
                stale.span,
                message,
                "add `cache`, such as `cache = \"60s\"`",
            );
        }
        (Some(cache), _, Some(At { value: true, .. })) => {
            let message = "a read that must see each write can't come from memory";
            findings.add(Code::Cache, cache.span, message, "take `cache` or `consistent` out");
        }
        _ => {}
    }
    fresh.map(|fresh| Keep { fresh, stale_if_error: stale_if_error.unwrap_or_default() })
}

/// Each key attribute of the table has a template, and there is no other.
fn key_attributes(
    section: &Section<file::Record>,
    table: &Section<file::Table>,
    findings: &mut Findings<'_>,
) {
    let Some(key) = &section.key else { return };
    let wanted: Vec<&At<String>> = [&table.partition_key, &table.sort_key]
        .into_iter()
        .flatten()
        .filter(|name| !name.value.is_empty())
        .collect();
    if wanted.iter().any(|name| findings.is_open(name.span)) {
        return;
    }
    let mut lacks: Vec<&At<String>> = wanted
        .iter()
        .copied()
        .filter(|name| key.whole && !key.entries.iter().any(|(key, _)| key.value == name.value))
        .collect();
    for (attribute, _) in &key.entries {
        if wanted.iter().any(|name| name.value == attribute.value) {
            continue;
        }
        // One wrong name in the place of the right one is one mistake.
        let meant = (!lacks.is_empty()).then(|| lacks.remove(0));
        let help = match meant {
            Some(name) => format!("write `{}`, as in [table]", findings.written(name.span)),
            None => "take it out, or name it as `sort_key` in [table]".to_owned(),
        };
        findings.add(
            Code::RecordKey,
            attribute.span,
            format!("the table has no key attribute `{}`", attribute.value.escape_debug()),
            help,
        );
    }
    for name in lacks {
        let name = findings.written(name.span);
        findings.add(
            Code::RecordKey,
            key.span,
            format!("the key lacks the attribute `{name}`"),
            format!("write a template for `{name}` too"),
        );
    }
}

fn template(
    text: &At<String>,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> Template<Operand> {
    let parsed = if findings.is_open(text.span) {
        parse_around_variables(&text.value)
    } else {
        Template::parse(&text.value)
    };
    let parsed = parsed.unwrap_or_else(|error| {
        names.miss_uses();
        let help = match error {
            TemplateError::SideBySide => "put a mark such as `#` between them",
            TemplateError::Empty => "write a text, a placeholder such as `{sub}`, or both",
            _ => "write placeholders such as `{sub}` or `{membership.org_id|user.org_id}`",
        };
        findings.add(Code::Template, text.span, error.to_string(), help);
        Template { parts: Vec::new() }
    });
    let parts = parsed.parts.into_iter().map(|part| match part {
        Part::Text(text) => Part::Text(text),
        Part::FirstOf(alternatives) => Part::FirstOf(
            alternatives
                .iter()
                .filter_map(|name| {
                    let place = place_of(&dotted(name), text.span, findings);
                    names.operand(name, place, findings)
                })
                .collect(),
        ),
    });
    Template { parts: parts.collect() }
}

/// A variable that isn't set outside the function stays in the text as `${NAME}`, and its name is
/// no placeholder.
fn parse_around_variables(text: &str) -> Result<Template<DottedName>, TemplateError> {
    const OPEN: &str = "\u{1}";
    const CLOSE: &str = "\u{2}";
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        hidden.extend([before, OPEN, name, CLOSE]);
        rest = after;
    }
    hidden.push_str(rest);
    let mut template = Template::parse(&hidden)?;
    for part in &mut template.parts {
        if let Part::Text(text) = part {
            *text = text.replace(OPEN, "${").replace(CLOSE, "}");
        }
    }
    Ok(template)
}

fn dotted(name: &DottedName) -> String {
    name.rest.iter().fold(name.head.clone(), |text, part| text + "." + part)
}

fn guards(
    position: usize,
    section: &Section<file::Record>,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> Vec<(Vec<String>, Vec<Literal>)> {
    let Some(Named { entries: guards, .. }) = &section.refuse_if else { return Vec::new() };
    let mut rules = Vec::new();
    for (attribute, OneOrMany(values)) in guards {
        let values = &values.entries;
        let path: Vec<String> = attribute.value.split('.').map(str::to_owned).collect();
        if path.iter().any(String::is_empty) {
            findings.add(
                Code::Guard,
                attribute.span,
                "a guard without the name of an attribute",
                "write the attribute, such as `status`",
            );
            continue;
        }
        if values.is_empty() && section.complete {
            findings.add(
                Code::EmptyList,
                attribute.span,
                format!("the guard on `{}` has no value to match", attribute.value),
                "name a value, or take the guard out",
            );
        }
        for value in values {
            let matches = match &value.value {
                Literal::String(_) | Literal::Bool(_) => true,
                Literal::Number(number) => number.is_i64(),
                _ => false,
            };
            if value.value == "" {
                let message = "a guard can't match an empty text, which counts as no value";
                findings.add(Code::Guard, value.span, message, "take it out");
            } else if !matches {
                findings.add(
                    Code::Guard,
                    value.span,
                    "a guard matches a text, a whole number or a boolean",
                    "write one of these, such as `\"suspended\"`",
                );
            }
        }
        if let Some(first) = path.first() {
            names.uses(position, first);
        }
        rules.push((path, values.iter().map(|value| value.value.clone()).collect()));
    }
    rules
}

/// Promise `untrusted`: a record that the caller chooses must prove a right to it.
///
/// The proof is a placeholder for nothing but `sub`, or for a machine `client_id`: Cognito makes
/// these up itself, so no caller can choose one that runs into a neighbour's key. A person's
/// `client_id` proves nothing: everybody who uses the app has the same.
fn caller_chosen(
    name: &At<String>,
    applies_to: Option<Kind>,
    templates: &[(Template<Operand>, Span)],
    names: &Names,
    findings: &mut Findings<'_>,
) {
    let mut chosen = None;
    let mut proven = false;
    for (template, span) in templates {
        for operand in template.operands() {
            let text = match operand {
                Operand::Metadata(key) => format!("metadata.{key}"),
                Operand::Attribute(key) if !names.trusted_attributes.contains(key) => {
                    format!("attributes.{key}")
                }
                _ => continue,
            };
            chosen = chosen.or(Some(place_of(&text, *span, findings)));
        }
        // A user name is the person's own key, but beside other values it could be taken for one.
        let mixes = |operands: &[Operand]| {
            operands.contains(&Operand::Username)
                && operands.iter().any(|operand| *operand != Operand::Username)
        };
        if template.parts.iter().any(|part| matches!(part, Part::FirstOf(all) if mixes(all))) {
            chosen = chosen.or(Some(place_of("username", *span, findings)));
        }
        proven |= template.parts.iter().any(|part| match part {
            Part::Text(_) => false,
            Part::FirstOf(operands) => proves(operands, applies_to),
        });
    }
    if let (Some(place), false) = (chosen, proven) {
        let message = format!(
            "the caller writes `{}`, which alone chooses the record `{}`",
            findings.written(place),
            name.value,
        );
        findings.add(
            Code::CallerChosenRecord,
            place,
            message,
            "put `{sub}` into the key too, so that the item proves a right to it; for a machine \
             write `for = \"client\"` and `{client_id}`",
        );
    }
}

/// Whether a placeholder stands for the one who asks, and for nobody else.
fn proves(operands: &[Operand], applies_to: Option<Kind>) -> bool {
    let own = |operand: &Operand| matches!(operand, Operand::Sub | Operand::ClientId);
    let first_is_own = match operands.first() {
        // A machine has no `sub`, so what follows it stands for a machine.
        Some(Operand::Sub) => true,
        Some(Operand::ClientId) => applies_to == Some(Kind::Client),
        _ => false,
    };
    first_is_own && operands.iter().all(own)
}

/// Positions of the records that a record's key names.
fn needs(rule: &RecordRule) -> impl Iterator<Item = usize> {
    [Some(&rule.partition), rule.sort.as_ref()]
        .into_iter()
        .flatten()
        .flat_map(Template::operands)
        .filter_map(|operand| match operand {
            Operand::Record(path) => Some(path.record),
            _ => None,
        })
}

/// Orders the records into rounds. Records in a cycle, or behind one, are in no round.
fn rounds(rules: &[RecordRule], places: &[Span], findings: &mut Findings<'_>) -> Vec<Vec<usize>> {
    let mut rounds: Vec<Vec<usize>> = Vec::new();
    let mut placed = vec![false; rules.len()];
    let is_placed = |placed: &[bool], at: usize| placed.get(at).copied().unwrap_or(false);
    loop {
        let ready: Vec<usize> = (0..rules.len())
            .zip(rules)
            .filter(|(at, _)| !is_placed(&placed, *at))
            .filter(|(_, rule)| needs(rule).all(|need| is_placed(&placed, need)))
            .map(|(at, _)| at)
            .collect();
        if ready.is_empty() {
            break;
        }
        for at in &ready {
            if let Some(flag) = placed.get_mut(*at) {
                *flag = true;
            }
        }
        rounds.push(ready);
    }
    cycles(rules, &placed, places, findings);
    rounds
}

/// Every record that is not placed needs another one that isn't: following them must come round
/// again, and from there on the path is a cycle.
fn cycles(rules: &[RecordRule], placed: &[bool], places: &[Span], findings: &mut Findings<'_>) {
    let is_placed = |at: usize| placed.get(at).copied().unwrap_or(true);
    let next = |at: usize| needs(rules.get(at)?).find(|need| !is_placed(*need));
    let mut seen: Vec<usize> = Vec::new();
    for start in (0..rules.len()).filter(|at| !is_placed(*at)) {
        let mut path: Vec<usize> = Vec::new();
        let mut at = Some(start);
        while let Some(here) = at.filter(|here| !seen.contains(here)) {
            seen.push(here);
            path.push(here);
            at = next(here);
        }
        // The path ends at a record of an earlier one, or at one of its own.
        let Some((end, first)) =
            at.and_then(|end| path.iter().position(|at| *at == end).map(|first| (end, first)))
        else {
            continue;
        };
        let names: Vec<&str> = path
            .iter()
            .skip(first)
            .chain([&end])
            .filter_map(|at| rules.get(*at))
            .map(|rule| rule.name.as_str())
            .collect();
        let message = match names.as_slice() {
            [name, _] => format!("the record `{name}` needs itself for its key"),
            names => format!("these records need each other: {}", names.join(" needs ")),
        };
        findings.add(
            Code::RecordCycle,
            places.get(end).copied().unwrap_or_default(),
            message,
            "build the key from something that is known without the record",
        );
    }
}

/// Finds records whose key can have a value for nobody: neither for a person nor for a machine.
fn reachable(
    rules: &[RecordRule],
    rounds: &[Vec<usize>],
    places: &[Span],
    findings: &mut Findings<'_>,
) {
    let mut reach: Vec<[bool; 2]> = vec![[false; 2]; rules.len()];
    for at in rounds.iter().flatten() {
        let Some(rule) = rules.get(*at) else { continue };
        let kinds = [Kind::User, Kind::Client].map(|kind| {
            let has_value = |operand: &Operand| match operand {
                Operand::Sub | Operand::Username | Operand::Attribute(_) => kind == Kind::User,
                Operand::ClientId | Operand::UserPoolId | Operand::Metadata(_) => true,
                Operand::Record(path) => {
                    let [user, client] = reach.get(path.record).copied().unwrap_or_default();
                    if kind == Kind::User { user } else { client }
                }
            };
            rule.applies_to.is_none_or(|only| only == kind)
                && [Some(&rule.partition), rule.sort.as_ref()]
                    .into_iter()
                    .flatten()
                    .flat_map(|template| &template.parts)
                    .all(|part| match part {
                        Part::Text(_) => true,
                        // An empty list is what a finding left behind.
                        Part::FirstOf(operands) => {
                            operands.is_empty() || operands.iter().any(has_value)
                        }
                    })
        });
        let unreachable = kinds == [false, false];
        if unreachable {
            findings.add(
                Code::UnreachableRecord,
                places.get(*at).copied().unwrap_or_default(),
                format!("the key of `{}` can never have a value", rule.name),
                "a machine has no `sub`, `username` and `attributes`, and no record that is only for \
                 a person, nor the other way round; change `for` or the key",
            );
        }
        if let Some(cell) = reach.get_mut(*at) {
            // A record behind an unreachable one is the same mistake.
            *cell = if unreachable { [true, true] } else { kinds };
        }
    }
}
