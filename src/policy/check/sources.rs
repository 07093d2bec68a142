//! Sources of claims, groups, lists and scopes: what each of them stands for.
//!
//! Promise `untrusted`: what a caller can write is refused here, so that it can't become a value.

use std::collections::BTreeMap;

use claimsmith_findings::{At, Named, Section, Span, TextOr, listed, nearest};

use super::checker::{Checker, WrittenSource};
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::record::About;
use crate::policy::source::{Map, Place, RecordPath, Source, Split, Step};
use crate::policy::template::DottedName;

/// Names that mean something of their own and can't name a record.
pub(super) const OTHER_NAMES: [&str; 14] = [
    "sub",
    "person",
    "username",
    "client_id",
    "user_pool_id",
    "attributes",
    "metadata",
    "verified",
    "tenant",
    "member",
    "groups",
    "each",
    "*",
    "token",
];

impl Checker<'_, '_> {
    /// What the sources of a claim or of groups mean, and where each stands. One with a variable that
    /// has no value yet is left out.
    pub(super) fn sources(&mut self, list: &[At<WrittenSource>]) -> Option<Vec<At<Source>>> {
        let texts: Vec<At<String>> = list.iter().filter_map(plain).cloned().collect();
        self.findings.unique(&texts);
        let mut sources = Some(Vec::with_capacity(list.len()));
        for written in list {
            let span = span_of(&written.value);
            match (self.source(&written.value), &mut sources) {
                (Some(value), Some(sources)) => sources.push(At { value, span }),
                (Some(_), None) => {}
                (None, _) => {
                    self.names.missed_uses = true;
                    sources = sources.filter(|_| self.findings.is_open(span));
                }
            }
        }
        sources
    }

    /// What one source means, wherever it stands but in `[tenant]`.
    pub(super) fn source(&mut self, written: &WrittenSource) -> Option<Source> {
        match written {
            TextOr::Text(text) => self.named_source(&text.value, text.span),
            TextOr::Other(section) => {
                self.names.missed_uses |= !section.complete;
                if let Some(within) = &section.within {
                    let help = "take it out: only a source of [tenant] is chosen within a list";
                    self.findings.add(Code::Source, within.span, "nothing is chosen here", help);
                }
                let text = section.from.as_ref()?;
                let source = self.named_source(&text.value, text.span);
                let (split, map) = self.reading_of(section);
                let source = source?;
                self.forged_list(section, &source);
                let source = Source { split: split?, map: map?, ..source };
                self.split_and_map_fit(section, &source);
                Some(source)
            }
        }
    }

    /// How a source's text is read: split and map.
    pub(super) fn reading_of(
        &mut self,
        section: &Section<file::Source>,
    ) -> (Option<Option<Split>>, Option<Option<Map>>) {
        let splits = [
            ("[a, b]", Some(Split::Brackets)),
            (",", Some(Split::Comma)),
            (" ", Some(Split::Blank)),
        ];
        let split = self.word(section.split.as_ref(), None, &splits);
        let map = match &section.map {
            None => Some(None),
            // Which map it is only a variable will say.
            Some(TextOr::Text(text)) if self.findings.is_open(text.span) => {
                self.names.missed_uses = true;
                Some(None)
            }
            Some(TextOr::Text(text)) => {
                let source = self.named_source(&text.value, text.span);
                source.map(|source| Some(Map::Item(Box::new(source.place))))
            }
            Some(TextOr::Other(words)) => self.written_map(words).map(|map| Some(Map::File(map))),
        };
        (split, map)
    }

    fn written_map(&mut self, words: &Named<At<String>>) -> Option<BTreeMap<String, String>> {
        let before = self.findings.count();
        if words.entries.is_empty() && words.whole {
            let help = "write a word and what it stands for: `{ \"a\" = \"b\" }`";
            self.findings.add(Code::EmptyList, words.span, "a map without a word", help);
        }
        for (_, meaning) in words.entries.iter().filter(|(_, meaning)| meaning.value.is_empty()) {
            let help = "write what it stands for, or take the word out";
            self.findings.add(Code::Source, meaning.span, "a word that stands for nothing", help);
        }
        for (_, meaning) in &words.entries {
            self.has_braces(meaning, "write the word that it stands for");
        }
        let pairs =
            words.entries.iter().map(|(word, meaning)| (word.value.clone(), meaning.value.clone()));
        let map = pairs.collect();
        (self.findings.count() == before).then_some(map)
    }

    /// A provider's list is one text: a group with the name `x, admin` would become two.
    fn forged_list(&mut self, section: &Section<file::Source>, source: &Source) {
        let Place::Attribute(attribute) = &source.place else { return };
        if let (Some(split), None, Some(_), true) =
            (&section.split, &section.map, attribute.provider, section.complete)
        {
            let message = "a name with the separator in it would become two words of this list";
            let help = "add `map`, with all words that may come and what each stands for";
            self.findings.add(Code::Source, split.span, message, help);
        }
    }

    /// What a name means as a source.
    pub(super) fn named_source(&mut self, text: &str, span: Span) -> Option<Source> {
        let place = self.place(text, span)?;
        if self.names.deciding.contains(&place) {
            self.decides(span, "tenant");
            return None;
        }
        if let Place::Record(path) = &place
            && let Some(known) = self.names.known.get(path.record)
            && known.only_as_member
        {
            let attribute = self.attribute_at(span);
            let message = format!(
                "`{}` is about the organisation that the caller asks for, which need not be the token's",
                self.findings.written(span)
            );
            let help = format!("write `member.{attribute}`: the item that proved the organisation");
            self.findings.add(Code::About, span, message, help);
            return None;
        }
        Some(Source { text: text.to_owned(), place, split: None, map: None })
    }

    /// The attribute of the name that stands in the file at `span`.
    pub(super) fn attribute_at(&self, span: Span) -> &str {
        self.findings.written(span).split_once('.').map_or("<attribute>", |(_, rest)| rest)
    }

    /// A finding: this is a source of the tenant, and another source may have won.
    pub(super) fn decides(&mut self, span: Span, instead: &str) {
        let message = format!(
            "`{}` is a source of [tenant], and the token may be about another organisation",
            self.findings.written(span)
        );
        let help = format!("write `{instead}`: the organisation that was decided on");
        self.findings.add(Code::About, span, message, help);
    }

    /// The place that a name means.
    pub(super) fn place(&mut self, text: &str, span: Span) -> Option<Place> {
        let name = match DottedName::parse(text) {
            Ok(name) => name,
            Err(error) => {
                let help = "write `<record>.<attribute>`, such as `user.org_id`";
                self.findings.add(Code::Template, span, error.to_string(), help);
                return None;
            }
        };
        let attribute = name.rest.join(".");
        let help = match (name.head.as_str(), name.rest.is_empty()) {
            ("tenant", true) => return self.tenant_is_there(span).then_some(Place::Tenant),
            ("member", false) => {
                let path = self.steps(&name.rest, span)?;
                if !self.tenant_is_there(span) {
                    return None;
                }
                if let Some(Step::Name(first)) = path.first() {
                    self.names.member_uses.insert(first.clone());
                }
                return Some(Place::Member(path));
            }
            ("groups", true) => return Some(Place::Groups),
            ("attributes", false) => match self.names.assigned(&attribute) {
                Some(assigned) => return Some(Place::Attribute(assigned)),
                None => {
                    "keep the value in a record; or say who else writes the attribute: `admin_only` in \
                     [pool], or `writes` of a provider"
                }
            },
            ("metadata", false) => {
                "let it choose a record that proves a right to it, and take the value from there"
            }
            ("sub" | "username" | "client_id" | "user_pool_id", true) => {
                let message = format!("`{}` is no record attribute", self.findings.written(span));
                let help = "take it out: Cognito writes it into the tokens itself";
                self.findings.add(Code::UnknownSource, span, message, help);
                return None;
            }
            _ => return self.record_path(&name, span).map(Place::Record),
        };
        let message =
            format!("`{}` is a value that the caller supplies", self.findings.written(span));
        self.findings.add(Code::CallerValue, span, message, help);
        None
    }

    /// Whether there is a section `[tenant]`; that it lacks is told once.
    pub(super) fn tenant_is_there(&mut self, span: Span) -> bool {
        if !self.names.has_tenant && !std::mem::replace(&mut self.names.tenant_is_missed, true) {
            let message = "the file decides about no organisation";
            let help = "add a section [tenant]";
            self.findings.add(Code::UnknownSource, span, message, help);
        }
        self.names.has_tenant
    }

    /// An attribute of a record; of one that brings several items also the record alone.
    pub(super) fn record_path(&mut self, name: &DottedName, span: Span) -> Option<RecordPath> {
        let Some(record) = self.names.records.get(&name.head).copied() else {
            if !self.names.unread {
                self.unknown_record(name, span);
            }
            return None;
        };
        if name.rest.is_empty() && !self.names.is_several(record) {
            let message = format!("`{}` is a record, not a value", self.findings.written(span));
            let help = "name one of its attributes too, such as `user.org_id`";
            self.findings.add(Code::UnknownSource, span, message, help);
            return None;
        }
        let path = self.steps(&name.rest, span)?;
        if path.contains(&Step::Tenant) && !self.tenant_is_there(span) {
            return None;
        }
        if let Some(Step::Name(first)) = path.first() {
            self.names.uses(record, first);
        }
        Some(RecordPath { record, path })
    }

    /// The steps of a path: names, and `[tenant]` behind one of them.
    pub(super) fn steps(&mut self, names: &[String], span: Span) -> Option<Vec<Step>> {
        let mut steps = Vec::with_capacity(names.len());
        for name in names {
            let (name, by_tenant) = match name.strip_suffix("[tenant]") {
                Some(name) => (name, true),
                None => (name.as_str(), false),
            };
            if name.is_empty() || name.contains(['[', ']']) {
                let message = "a bracket that isn't `[tenant]` behind a name";
                let help = "write `<record>.<map>[tenant]` for the tenant's member of a map";
                self.findings.add(Code::Template, span, message, help);
                return None;
            }
            steps.push(Step::Name(name.to_owned()));
            steps.extend(by_tenant.then_some(Step::Tenant));
        }
        Some(steps)
    }

    fn unknown_record(&mut self, name: &DottedName, span: Span) {
        let message = format!("`{}` names no record", self.findings.written(span));
        self.findings.add_with(Code::UnknownSource, span, message, || {
            // The names that the file itself holds, so they may be shown.
            let records: Vec<&str> = self.names.records.keys().map(String::as_str).collect();
            let known: Vec<&str> = records.iter().copied().chain(OTHER_NAMES).collect();
            match nearest(&name.head, &known) {
                Some(known) => format!("did you mean `{known}`?"),
                None if records.is_empty() => "there is no section under [records]".to_owned(),
                None => format!("the names are {}", listed(&records)),
            }
        });
    }

    /// What a source is about.
    pub(super) fn about(&self, source: &Source) -> About {
        let map = match &source.map {
            Some(Map::Item(place)) => self.about_place(place),
            _ => About::Nobody,
        };
        join(self.about_place(&source.place), map).unwrap_or(About::Tenant)
    }

    pub(super) fn about_place(&self, place: &Place) -> About {
        match place {
            Place::Tenant | Place::Member(_) => About::Tenant,
            Place::Record(path) if path.path.contains(&Step::Tenant) => About::Tenant,
            Place::Record(path) => {
                self.names.known.get(path.record).map(|known| known.about).unwrap_or_default()
            }
            Place::Attribute(_) | Place::Groups => About::Identity,
        }
    }

    /// What several sources together are about: one thing, or a finding at the first that differs.
    pub(super) fn about_all<'s>(
        &mut self,
        sources: impl IntoIterator<Item = &'s At<Source>>,
    ) -> Option<About> {
        let mut all = About::Nobody;
        for source in sources {
            match join(all, self.about(&source.value)) {
                Some(joined) => all = joined,
                None => {
                    let name = self.findings.written(source.span);
                    let (message, help) = match all {
                        About::Tenant => (
                            format!(
                                "`{name}` is about the one who asks, and the rest about the organisation"
                            ),
                            "take it out; what somebody has in an organisation is in `member`, or in a \
                             map by `[tenant]`",
                        ),
                        _ => (
                            format!(
                                "`{name}` is about the organisation, and the rest about the one who asks"
                            ),
                            "take it out, or all that is not about the organisation",
                        ),
                    };
                    self.findings.add(Code::About, source.span, message, help);
                    return None;
                }
            }
        }
        Some(all)
    }
}

/// What two values together are about; nothing if they are about different ones.
pub(super) fn join(one: About, other: About) -> Option<About> {
    match (one, other) {
        (About::Nobody, about) | (about, About::Nobody) => Some(about),
        (one, other) => (one == other).then_some(one),
    }
}

/// The text of a source that is nothing more.
fn plain(written: &At<WrittenSource>) -> Option<&At<String>> {
    match &written.value {
        TextOr::Text(text) => Some(text),
        TextOr::Other(_) => None,
    }
}

/// Where the name in a source stands.
pub(super) fn span_of(written: &WrittenSource) -> Span {
    match written {
        TextOr::Text(text) => text.span,
        TextOr::Other(section) => section.from.as_ref().map_or(section.span, |from| from.span),
    }
}
