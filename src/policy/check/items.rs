//! Claims of a record's items: an object for each, or a list that is cut.

use claimsmith_findings::{At, Named, OneOrMany, Section};
use cognito_claims::names;

use super::checker::{Checker, WrittenSource};
use super::claim_values::{Form, ReadValue};
use crate::policy::claim::{ClaimType, ClaimValue};
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::source::{Place, RecordPath, Source, Step};
use crate::policy::template::DottedName;

impl Checker<'_, '_> {
    /// An object for each item of a record.
    pub(super) fn items(
        &mut self,
        section: &Section<file::Claim>,
        OneOrMany(list): &OneOrMany<WrittenSource>,
        sources: Option<Vec<At<Source>>>,
    ) -> ReadValue {
        for word in [&section.kind, &section.encoding].into_iter().flatten() {
            let message = "`fields` make a list of objects, which is written in one way";
            self.findings.add(Code::ClaimType, word.span, message, "take it out");
        }
        if list.entries.len() > 1 {
            let message = "fields are those of one record, and here are several sources";
            self.findings.add(Code::Source, list.span, message, "name one record");
            self.names.missed_uses = true;
            return ReadValue { form: Some(Form::Items), ..ReadValue::default() };
        }
        // Which record it is only a variable will say.
        let is_open = sources.as_ref().is_some_and(Vec::is_empty) && !list.entries.is_empty();
        let sources = sources.unwrap_or_default();
        let record = sources.first().and_then(|source| self.record_alone(source));
        let fields =
            section.fields.as_ref().and_then(|fields| self.fields(fields, record.as_ref()));
        let value = || match record {
            None if is_open => {
                Some(ClaimValue::First { sources: Vec::new(), kind: ClaimType::Json })
            }
            record => Some(ClaimValue::Items { record: record?, fields: fields? }),
        };
        ReadValue { form: Some(Form::Items), value: value(), sources }
    }

    fn record_alone(&mut self, source: &At<Source>) -> Option<RecordPath> {
        match &source.value.place {
            Place::Record(path) if path.path.is_empty() => Some(path.clone()),
            _ => {
                let message = format!(
                    "fields are those of a record's items, and `{}` is no such record",
                    self.findings.written(source.span)
                );
                let help = "name a record with a `query` or with `each`, and nothing of it: \
                            `from = \"memberships\"`";
                self.findings.add(Code::Source, source.span, message, help);
                self.names.missed_uses = true;
                None
            }
        }
    }

    /// What each object holds.
    fn fields(
        &mut self,
        fields: &Named<At<String>>,
        record: Option<&RecordPath>,
    ) -> Option<Vec<(String, Vec<Step>)>> {
        let before = self.findings.count();
        if fields.entries.is_empty() && fields.whole {
            let help = "name the fields: `fields = { id = \"org_id\" }`";
            self.findings.add(Code::EmptyList, fields.span, "objects without a field", help);
            self.names.missed_uses = true;
        }
        let mut all = Vec::with_capacity(fields.entries.len());
        for (name, attribute) in &fields.entries {
            if !names::is_plain(&name.value) {
                let message = "this name would not come through every front door";
                let help = "use printable ASCII characters without blanks, commas, quotes, brackets \
                            and braces";
                self.findings.add(Code::ClaimName, name.span, message, help);
            }
            match self.field(attribute, record) {
                Some(path) => all.push((name.value.clone(), path)),
                None => self.names.missed_uses = true,
            }
        }
        (self.findings.count() == before && fields.whole).then_some(all)
    }

    fn field(&mut self, attribute: &At<String>, record: Option<&RecordPath>) -> Option<Vec<Step>> {
        let help = "write an attribute of the items, such as `org_id`";
        let name = match DottedName::parse(&attribute.value) {
            Ok(name) => name,
            Err(error) => {
                self.findings.add(Code::Template, attribute.span, error.to_string(), help);
                return None;
            }
        };
        let names: Vec<String> = std::iter::once(name.head).chain(name.rest).collect();
        let path = self.steps(&names, attribute.span)?;
        if path.contains(&Step::Tenant) {
            let message = "the items of a list are of several organisations";
            self.findings.add(Code::Source, attribute.span, message, help);
            return None;
        }
        if let (Some(Step::Name(first)), Some(record)) = (path.first(), record) {
            self.names.uses(record.record, first);
        }
        Some(path)
    }

    /// How many items stand in the token; nothing within is all.
    pub(super) fn first(
        &mut self,
        section: &file::Claim,
        read: &ReadValue,
    ) -> Option<Option<usize>> {
        let help = "write how many may stand in the token, such as `first = 20`";
        let count = self.count_of("first", section.first.as_ref(), help);
        let can_be_cut = match (&read.form, read.sources.as_slice()) {
            (None, _) | (Some(Form::Items), _) => true,
            (Some(Form::First(_)), [source]) => self.is_of_items(&source.value),
            // A source that could not be read has a finding already, or a variable hides it.
            (Some(Form::First(_)), []) => true,
            _ => false,
        };
        if let Some(first) = section.first.as_ref().filter(|_| !can_be_cut) {
            let message = "the value is no list of a record's items, so there is nothing to cut";
            let help =
                "take it out, or let `from` name one record of several items and nothing else";
            self.findings.add(Code::Source, first.span, message, help);
        }
        count
    }

    fn is_of_items(&self, source: &Source) -> bool {
        match &source.place {
            Place::Record(path) => self.names.is_several(path.record),
            _ => false,
        }
    }
}
