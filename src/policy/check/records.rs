//! Records: each section to a draft, and the drafts to rules once it is known who uses what.

use std::collections::BTreeMap;
use std::time::Duration;

use claimsmith_findings::{At, Named, Section};

use super::checker::{Checker, WrittenSource};
use super::keys::{KeyContext, KeyText};
use super::sources::{OTHER_NAMES, span_of};
use super::table::{KeyPlace, Tables};
use crate::identity::Kind;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::record::{
    About, Chosen, Keep, KeyTemplate, Operand, Owner, Reading, RecordRule, Require,
};
use crate::policy::source::{Place, Source};
use crate::policy::table::Index;
use crate::policy::template::Template;

/// Most records in a policy: a batched read takes 100 keys, and no sign-in needs a quarter of it.
/// SPEC: AWS, DynamoDB API reference, BatchGetItem.
const RECORD_LIMIT: usize = 25;
/// How long a proof may be kept: who was removed is out after it.
const LONGEST_PROOF: Duration = Duration::from_secs(60);
/// What helps when a proof is kept for longer.
pub(super) const KEPT_LESS: &str = "write `cache = \"60s\"` or less, and nothing stale";
/// Most words of a list whose items are read: with all other records they fit into one batch.
const EACH_LIMIT: usize = 50;

/// A record as far as it could be read.
pub(super) struct Draft<'f> {
    pub(super) name: &'f At<String>,
    pub(super) applies_to: Option<Option<Kind>>,
    pub(super) table: Option<usize>,
    pub(super) index: Option<Index>,
    pub(super) consistent: bool,
    pub(super) keep: Option<Option<Keep>>,
    /// The key's templates, if the table has such a key and all could be read.
    pub(super) key: Option<KeyTemplate>,
    /// The same as written: partition key and sort key.
    pub(super) texts: [Option<KeyText>; 2],
    /// The names of their attributes.
    pub(super) key_names: [Option<String>; 2],
    pub(super) how: Option<How>,
    pub(super) require: Option<Option<Require>>,
    pub(super) shared: Option<&'f At<bool>>,
    pub(super) owner: Option<Owner>,
    pub(super) about: About,
    pub(super) chosen: Vec<Chosen>,
    /// Whether it is a source of the tenant.
    pub(super) proves: bool,
    /// Whether a variable without a value hides a part of the key.
    pub(super) is_open: bool,
    /// Whether its section has no finding.
    pub(super) is_right: bool,
}

/// How it is read, beside the key.
#[derive(Clone)]
pub(super) enum How {
    Item,
    Each { list: Source, at_most: usize, skip_missing: bool },
    Query { at_most: usize, only: bool },
}

impl Draft<'_> {
    /// All values in the key.
    pub(super) fn operands(&self) -> impl Iterator<Item = &Operand> {
        self.texts.iter().flatten().flat_map(|text| text.template.values())
    }

    pub(super) fn is_only(&self) -> bool {
        matches!(self.how, Some(How::Query { only: true, .. }))
    }

    pub(super) fn is_query(&self) -> bool {
        matches!(self.how, Some(How::Query { .. }))
    }

    pub(super) fn is_kept_too_long_to_prove(&self) -> bool {
        let too_long = |keep: &Keep| keep.fresh > LONGEST_PROOF || !keep.stale_if_error.is_zero();
        self.keep.as_ref().is_some_and(|keep| keep.as_ref().is_some_and(too_long))
    }

    fn rule(self, attributes: Vec<String>) -> Option<RecordRule> {
        let KeyTemplate { partition, sort } = self.key?;
        let read = match self.how? {
            How::Item => Reading::Item(KeyTemplate { partition, sort }),
            How::Each { list, at_most, skip_missing } => {
                Reading::Each { list, at_most, skip_missing, key: KeyTemplate { partition, sort } }
            }
            How::Query { at_most, only } => {
                Reading::Query { index: self.index, partition, sort, at_most, only }
            }
        };
        Some(RecordRule {
            name: self.name.value.clone(),
            applies_to: self.applies_to?,
            table: self.table?,
            consistent: self.consistent,
            keep: self.keep?,
            read,
            require: self.require?,
            owner: self.owner?,
            about: self.about,
            chosen: self.chosen,
            attributes,
        })
    }
}

impl Checker<'_, '_> {
    pub(super) fn record_names(&mut self, sections: &Named<Section<file::Record>>) {
        for (name, _) in &sections.entries {
            let plain = name.value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
            if OTHER_NAMES.contains(&name.value.as_str()) {
                let message = format!("`{}` means something of its own", name.value);
                let help = "choose another name for the record";
                self.findings.add(Code::RecordName, name.span, message, help);
            } else if !plain || name.value.is_empty() {
                let message = "a record name has letters, digits, `_` and `-` only";
                let help = "choose a plain name, such as `user`";
                self.findings.add(Code::RecordName, name.span, message, help);
            }
        }
        if let Some((name, _)) = sections.entries.get(RECORD_LIMIT) {
            let message = format!("more than {RECORD_LIMIT} records");
            let help = "keep what belongs together in one item";
            self.findings.add(Code::TooManyRecords, name.span, message, help);
        }
    }

    /// Reads one section.
    pub(super) fn record<'f>(
        &mut self,
        position: usize,
        (name, section): (&'f At<String>, &'f Section<file::Record>),
        has_person: bool,
        tables: &mut Tables<'f>,
    ) -> Draft<'f> {
        self.names.missed_uses |= !section.complete;
        let before = self.findings.count();
        let kinds = [("user", Some(Kind::User)), ("client", Some(Kind::Client))];
        let applies_to = self.word(section.applies_to.as_ref(), None, &kinds);
        let how = self.how(name, section);
        let key = self.key_or_query(name, section);
        let context = KeyContext {
            is_person: false,
            has_person,
            kind: applies_to.flatten(),
            has_each: section.each.is_some(),
            is_query: section.query.is_some(),
        };
        let texts = key.map(|key| self.templates(key, context)).unwrap_or_default();
        let place = key.and_then(|key| {
            self.key_place(key, section.table.as_ref(), section.index.as_ref(), context, tables)
        });
        let require = self.require(position, section.require.as_ref());
        let is_revocation = require == Some(Some(Require::NotRevoked));
        if is_revocation {
            self.not_revoked(name, section);
        }
        let keep = self.keep(section, is_revocation);
        if let Some(span) = section.consistent.as_ref().filter(|consistent| consistent.value)
            && section.index.is_some()
        {
            let message = "an index can't tell whether it has seen each write";
            self.findings.add(Code::Query, span.span, message, "take `consistent` out");
        }
        let is_right = section.complete && self.findings.count() == before;
        let mut draft = Draft {
            name,
            applies_to,
            table: None,
            index: None,
            consistent: is_revocation || section.consistent.as_ref().is_some_and(|it| it.value),
            keep,
            key: None,
            texts: [None, None],
            key_names: [None, None],
            how,
            require,
            shared: section.shared.as_ref().filter(|shared| shared.value),
            owner: None,
            about: About::Nobody,
            chosen: Vec::new(),
            proves: false,
            is_open: section.each.as_ref().is_some_and(|each| self.findings.is_open(span_of(each))),
            is_right,
        };
        draft.take_key(texts, place);
        if let Some(span) = section.query.as_ref().map(|query| query.span) {
            draft.is_right &= self.one_star(&draft, Code::Query, span);
        }
        draft
    }

    /// How the items are read.
    fn how(&mut self, name: &At<String>, section: &Section<file::Record>) -> Option<How> {
        let help = "write how many there may be, such as `at_most = 50`";
        let at_most = self.count_of("at_most", section.at_most.as_ref(), help)?;
        let only = section.only.as_ref().is_some_and(|only| only.value);
        let mut add = |code, span, message: &str, help: &str| {
            self.findings.add(code, span, message, help);
            None
        };
        match (&section.query, &section.each) {
            (Some(_), Some(_)) => {
                let message = "a query needs no list to go through";
                add(Code::Each, name.span, message, "keep either `query` or `each`")
            }
            (None, None) => {
                let stray = [
                    section.at_most.as_ref().map(|key| (key.span, "at_most")),
                    section.only.as_ref().map(|key| (key.span, "only")),
                    section.index.as_ref().map(|key| (key.span, "index")),
                    section.missing.as_ref().map(|key| (key.span, "missing")),
                ];
                if let Some((span, key)) = stray.into_iter().flatten().next() {
                    let message = format!("`{key}` is for several items, and this is one");
                    let help = "take it out; or write `query` instead of `key`, or add `each`";
                    return add(Code::Query, span, &message, help);
                }
                Some(How::Item)
            }
            (Some(_), None) => {
                if let Some(missing) = &section.missing {
                    let message = "a query finds what is there, so nothing is missing";
                    return add(Code::Query, missing.span, message, "take it out");
                }
                if let Some(cache) = &section.cache {
                    let message = "the answer of a query is not kept";
                    return add(Code::Query, cache.span, message, "take `cache` out");
                }
                match (at_most, only, &section.at_most) {
                    (Some(_), true, Some(at_most)) => {
                        let message = "with `only` one match is the most already";
                        add(Code::Query, at_most.span, message, "take `at_most` out")
                    }
                    (None, false, _) if section.complete => {
                        let message = "nothing bounds what the query brings";
                        let help = "write `at_most = 50`, or `only = true` for a single match";
                        add(Code::Query, name.span, message, help)
                    }
                    _ => Some(How::Query { at_most: at_most.unwrap_or(1), only }),
                }
            }
            (None, Some(each)) => {
                if let Some(stray) = section.only.as_ref().map(|key| key.span) {
                    let message = "`only` is for a query";
                    return add(Code::Each, stray, message, "take it out");
                }
                if section.require.is_some() {
                    let message = "items for the words of a list can't let people in";
                    let help = "take `require` out, and guard with a record of one item";
                    return add(Code::Each, name.span, message, help);
                }
                let at_most = match (at_most, &section.at_most) {
                    (Some(at_most), _) if at_most <= EACH_LIMIT => at_most,
                    (Some(_), Some(text)) => {
                        let message = format!("more than {EACH_LIMIT} items in one read");
                        return add(Code::Each, text.span, &message, "write a smaller number");
                    }
                    _ if !section.complete => return None,
                    _ => {
                        let message = "nothing bounds how many items are read";
                        return add(Code::Each, name.span, message, "write `at_most = 10`");
                    }
                };
                let is_used = section.key.as_ref().is_some_and(|key| {
                    key.entries.iter().any(|(_, text)| text.value.contains("{each}"))
                });
                if !is_used && section.complete {
                    let message = "the key is the same for each word of the list";
                    let help = "put `{each}` into the key: `sk = \"ROLE#{each}\"`";
                    return add(Code::Each, name.span, message, help);
                }
                let skip = self.word(section.missing.as_ref(), false, &[("skip", true)]);
                let list = self.each_list(each);
                Some(How::Each { list: list?, at_most, skip_missing: skip? })
            }
        }
    }

    /// The list whose words are gone through. What a variable will say may be any.
    fn each_list(&mut self, each: &WrittenSource) -> Option<Source> {
        let span = span_of(each);
        if self.findings.is_open(span) {
            self.names.missed_uses = true;
            return Some(Source {
                text: String::new(),
                place: Place::Groups,
                split: None,
                map: None,
            });
        }
        let list = At { value: self.source(each)?, span };
        self.is_list(&list, Code::Each, span).then_some(list.value)
    }

    fn key_or_query<'f>(
        &mut self,
        name: &At<String>,
        section: &'f Section<file::Record>,
    ) -> Option<&'f Named<At<String>>> {
        match (&section.key, &section.query) {
            (Some(_), Some(query)) => {
                let message = "the record has a key and a query";
                let help = "keep `key` for one item, or `query` for those of a partition";
                self.findings.add(Code::RecordKey, query.span, message, help);
                None
            }
            (None, None) => {
                if section.complete {
                    let message = "the record says neither which item it is nor which items";
                    let help = "write `key = { pk = \"USER#{sub}\" }`, or a `query`";
                    self.findings.add(Code::MissingKey, name.span, message, help);
                }
                None
            }
            (Some(key), None) | (None, Some(key)) => Some(key),
        }
    }

    /// Findings for records that nothing uses; the rules, with the attributes that anybody needs.
    pub(super) fn finish_records(
        &mut self,
        drafts: Vec<Draft<'_>>,
        kept: &[usize],
    ) -> Option<Vec<RecordRule>> {
        let member: Vec<String> = self.names.member_uses.iter().cloned().collect();
        let mut known = std::mem::take(&mut self.names.known).into_iter();
        let mut rules = Vec::with_capacity(drafts.len());
        for (position, draft) in drafts.into_iter().enumerate() {
            let mut used = known.next().map(|known| known.used).unwrap_or_default();
            if draft.proves {
                used.extend(member.iter().cloned());
            }
            let guards = matches!(draft.require, Some(Some(_)) | None) && !draft.is_query();
            let is_used = !used.is_empty() || guards || kept.contains(&position);
            if !is_used && !self.names.missed_uses {
                let name = draft.name;
                let message = format!(
                    "nothing uses the record `{}`, and each sign-in would read it",
                    name.value
                );
                let help = "use one of its attributes, guard with it, or take the section out";
                self.findings.add(Code::UnusedRecord, name.span, message, help);
            }
            // A query's matches are told by their keys.
            if draft.is_query() {
                used.extend(draft.key_names.iter().flatten().cloned());
            }
            used.sort();
            used.dedup();
            rules.push(draft.rule(used));
        }
        rules.into_iter().collect()
    }
}

impl Draft<'_> {
    /// Takes what the key became. Without all of it there is none.
    pub(super) fn take_key(&mut self, mut texts: BTreeMap<&str, KeyText>, place: Option<KeyPlace>) {
        self.is_open |= texts.values().any(|text| text.is_open);
        let Some(KeyPlace { table, index, names: [partition, sort] }) = place else { return };
        let mut take = |name: &Option<String>| texts.remove(name.as_deref()?);
        self.texts = [take(&partition), take(&sort)];
        self.key_names = [partition, sort.clone()];
        self.table = Some(table);
        self.index = index;
        self.take_templates(sort.is_some());
    }

    /// Makes the key of its texts.
    pub(super) fn take_templates(&mut self, has_sort: bool) {
        let template = |text: &Option<KeyText>| -> Option<Template<Operand>> {
            text.as_ref().map(|text| text.template.clone())
        };
        let [partition, sort] = &self.texts;
        let sort = template(sort);
        self.key = template(partition)
            .filter(|_| sort.is_some() || !has_sort)
            .map(|partition| KeyTemplate { partition, sort });
    }
}
