//! Records: names and templates to a graph, ordered into rounds.
//!
//! A record's key may name attributes of other records. Records of one round need only earlier
//! rounds, so each round is one batched read.

use std::collections::BTreeMap;

use toml_span::Span;

use super::check::word;
use super::file::{At, Literal, Named, OneOrMany, RecordSection, nearest};
use super::finding::{Code, Findings};
use super::{Operand, RecordPath, RecordRule, Source, SourcePlace, Table};
use crate::identity::Kind;
use crate::records::template::{DottedName, Part, Template, TemplateError};

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
}

impl Names {
    pub(super) fn new(
        sections: &Named<RecordSection>,
        trusted_attributes: Vec<String>,
        findings: &mut Findings<'_>,
    ) -> Self {
        let mut records = BTreeMap::new();
        for (position, (name, _)) in sections.0.iter().enumerate() {
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
        if let Some((name, _)) = sections.0.get(RECORD_LIMIT) {
            findings.add(
                Code::TooManyRecords,
                name.span,
                format!("more than {RECORD_LIMIT} records"),
                "keep what belongs together in one item",
            );
        }
        Self {
            used: vec![Vec::new(); sections.0.len()],
            places: sections.0.iter().map(|(name, _)| name.span).collect(),
            records,
            trusted_attributes,
        }
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
            _ => self.record_path(name, span, findings).map(Operand::Record),
        }
    }

    fn record_path(
        &mut self,
        name: &DottedName,
        span: Span,
        findings: &mut Findings<'_>,
    ) -> Option<RecordPath> {
        let Some(record) = self.records.get(&name.head).copied() else {
            let known: Vec<&str> =
                self.records.keys().map(String::as_str).chain(OTHER_NAMES).collect();
            let help = match nearest(&name.head, &known) {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("the names are {}", known.join(", ")),
            };
            let message = format!("`{}` names no record", name.head);
            findings.add(Code::UnknownSource, span, message, help);
            return None;
        };
        let Some(attribute) = name.rest.first() else {
            findings.add(
                Code::UnknownSource,
                span,
                format!("`{}` is a record, not a value", name.head),
                format!("name one of its attributes, such as `{}.org_id`", name.head),
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
                findings.add(
                    Code::UnknownSource,
                    source.span,
                    format!("`{}` is no record attribute", name.head),
                    "Cognito writes it into the tokens itself",
                );
                return None;
            }
            _ => {
                let path = self.record_path(&name, source.span, findings)?;
                return Some(Source { text, place: SourcePlace::Record(path) });
            }
        };
        let message = format!("`{text}` is a value that the caller supplies");
        findings.add(Code::CallerValue, source.span, message, caller);
        None
    }

    /// Findings for records that nothing uses; each record's attributes, sorted, for the reads.
    pub(super) fn finish(self, records: &mut [RecordRule], findings: &mut Findings<'_>) {
        for ((rule, mut used), span) in records.iter_mut().zip(self.used).zip(self.places) {
            if used.is_empty() && !rule.missing_refuses {
                findings.add(
                    Code::UnusedRecord,
                    span,
                    format!(
                        "nothing uses the record `{}`, and each sign-in would read it",
                        rule.name
                    ),
                    "use one of its attributes, or take the section out",
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
    sections: &Named<RecordSection>,
    table: &Table,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> (Vec<RecordRule>, Vec<Vec<usize>>) {
    let rules: Vec<RecordRule> = sections
        .0
        .iter()
        .enumerate()
        .map(|(position, (name, section))| record(position, name, section, table, names, findings))
        .collect();
    let rounds = rounds(&rules, &names.places, findings);
    reachable(&rules, &rounds, &names.places, findings);
    (rules, rounds)
}

fn record(
    position: usize,
    name: &At<String>,
    section: &RecordSection,
    table: &Table,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> RecordRule {
    let applies_to = section
        .applies_to
        .as_ref()
        .and_then(|text| word(text, &[("user", Kind::User), ("client", Kind::Client)], findings));
    let missing = section
        .missing
        .as_ref()
        .and_then(|text| word(text, &[("omit", false), ("refuse", true)], findings));

    let mut templates = BTreeMap::new();
    let keys = section.key.as_ref().map(|Named(keys)| keys.as_slice()).unwrap_or_default();
    for (attribute, text) in keys {
        let known = [Some(&table.partition_key), table.sort_key.as_ref()];
        if known.into_iter().flatten().any(|known| *known == attribute.value) {
            let template = template(text, names, findings);
            templates.insert(attribute.value.as_str(), template);
        } else {
            findings.add(
                Code::RecordKey,
                attribute.span,
                format!("the table has no key attribute `{}`", attribute.value),
                "use the names in [table], `partition_key` and `sort_key`",
            );
        }
    }
    if section.key.is_some() {
        for needed in [Some(&table.partition_key), table.sort_key.as_ref()].into_iter().flatten() {
            if !needed.is_empty() && !templates.contains_key(needed.as_str()) {
                findings.add(
                    Code::RecordKey,
                    section.span,
                    format!("the key lacks the attribute `{needed}`"),
                    format!("write a template for `{needed}`"),
                );
            }
        }
    }
    let mut take = |key: Option<&String>| key.and_then(|key| templates.remove(key.as_str()));
    let empty = || Template { parts: Vec::new() };
    let partition = take(Some(&table.partition_key)).unwrap_or_else(empty);
    let sort = take(table.sort_key.as_ref());
    caller_chosen(name, [Some(&partition), sort.as_ref()], names, findings);

    RecordRule {
        name: name.value.clone(),
        applies_to,
        partition,
        sort,
        missing_refuses: missing.unwrap_or(false),
        refuse_if: guards(position, section, names, findings),
        attributes: Vec::new(),
    }
}

fn template(
    text: &At<String>,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> Template<Operand> {
    let parsed = Template::parse(&text.value).unwrap_or_else(|error| {
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
                .filter_map(|name| names.operand(name, text.span, findings))
                .collect(),
        ),
    });
    Template { parts: parts.collect() }
}

fn guards(
    position: usize,
    section: &RecordSection,
    names: &mut Names,
    findings: &mut Findings<'_>,
) -> Vec<(Vec<String>, Vec<Literal>)> {
    let Some(Named(guards)) = &section.refuse_if else { return Vec::new() };
    let mut rules = Vec::new();
    for (attribute, OneOrMany(values)) in guards {
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
        if values.is_empty() {
            findings.add(
                Code::EmptyList,
                attribute.span,
                format!("the guard on `{}` has no value to match", attribute.value),
                "name a value, or take the guard out",
            );
        }
        for value in values {
            let matches = match &value.value {
                Literal::String(text) => !text.is_empty(),
                Literal::Bool(_) => true,
                Literal::Number(number) => number.is_i64(),
                _ => false,
            };
            if !matches {
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

/// Promise `untrusted`: a record that the caller chooses must prove a right to it. The proof is a
/// placeholder for nothing but `sub` or `client_id`: Cognito makes these up itself, so no caller
/// can choose one that runs into a neighbour's key.
fn caller_chosen(
    name: &At<String>,
    templates: [Option<&Template<Operand>>; 2],
    names: &Names,
    findings: &mut Findings<'_>,
) {
    let mut chosen = None;
    let mut proven = false;
    for part in templates.iter().flatten().flat_map(|template| &template.parts) {
        let Part::FirstOf(operands) = part else { continue };
        for operand in operands {
            match operand {
                Operand::Metadata(key) => chosen = Some(format!("metadata.{key}")),
                Operand::Attribute(key) if !names.trusted_attributes.contains(key) => {
                    chosen = Some(format!("attributes.{key}"));
                }
                _ => {}
            }
        }
        proven |= !operands.is_empty()
            && operands.iter().all(|operand| matches!(operand, Operand::Sub | Operand::ClientId));
    }
    if let (Some(chosen), false) = (chosen, proven) {
        findings.add(
            Code::CallerChosenRecord,
            name.span,
            format!(
                "`{chosen}` alone chooses the record `{}`, and the caller writes it",
                name.value
            ),
            "put `{sub}` or `{client_id}` into the key too, so that the item proves a right to it",
        );
    }
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
    if let Some(start) = placed.iter().position(|placed| !placed) {
        // Every record that is left needs another one that is left: following them must come
        // round again, and from there on the path is the cycle itself.
        let mut path = vec![start];
        while let Some(next) = path
            .last()
            .and_then(|at| rules.get(*at))
            .and_then(|rule| needs(rule).find(|need| !is_placed(&placed, *need)))
        {
            if let Some(first) = path.iter().position(|at| *at == next) {
                path.push(next);
                path.drain(..first);
                break;
            }
            path.push(next);
        }
        let names: Vec<&str> =
            path.iter().filter_map(|at| rules.get(*at)).map(|rule| rule.name.as_str()).collect();
        findings.add(
            Code::RecordCycle,
            path.first().and_then(|at| places.get(*at)).copied().unwrap_or_default(),
            format!("these records need each other: {}", names.join(" needs ")),
            "let one of them have a key without the other",
        );
    }
    rounds
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
        if kinds == [false, false] {
            findings.add(
                Code::UnreachableRecord,
                places.get(*at).copied().unwrap_or_default(),
                format!("the key of `{}` can never have a value", rule.name),
                "a machine has no `sub`, `username` or `attributes`; name what it has, or change `for`",
            );
        }
        if let Some(cell) = reach.get_mut(*at) {
            *cell = kinds;
        }
    }
}
