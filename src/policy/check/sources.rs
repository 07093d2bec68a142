//! Names in keys, claims and groups, and what each of them stands for.

use claimsmith_findings::{At, Named, Section, Span, listed, nearest};

use super::checker::Checker;
use crate::policy::claim::{Source, SourcePlace};
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::record::{Operand, RecordPath};
use crate::policy::template::DottedName;

/// Names that mean something in a template and can't name a record.
const OTHER_NAMES: [&str; 6] =
    ["sub", "username", "client_id", "user_pool_id", "attributes", "metadata"];

/// Most records in a policy: a batched read takes 100 keys, and no sign-in needs a quarter of it.
/// SPEC: AWS, DynamoDB API reference, BatchGetItem.
const RECORD_LIMIT: usize = 25;

impl Checker<'_, '_> {
    pub(super) fn record_names(&mut self, sections: &Named<Section<file::Record>>) {
        for (name, _) in &sections.entries {
            let plain = name.value.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b));
            if OTHER_NAMES.contains(&name.value.as_str()) {
                let message = format!("`{}` means something else in a key template", name.value);
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

    /// What a name in a key template means.
    pub(super) fn operand(&mut self, name: &DottedName, span: Span) -> Option<Operand> {
        let rest = name.rest.join(".");
        match (name.head.as_str(), rest.is_empty()) {
            ("sub", true) => Some(Operand::Sub),
            ("username", true) => Some(Operand::Username),
            ("client_id", true) => Some(Operand::ClientId),
            ("user_pool_id", true) => Some(Operand::UserPoolId),
            ("attributes", false) => Some(Operand::Attribute(rest)),
            ("metadata", false) => Some(Operand::Metadata(rest)),
            _ => self.record_path(name, &OTHER_NAMES, span).map(Operand::Record),
        }
    }

    /// `others` are the names that would stand in the same place and mean no record.
    fn record_path(
        &mut self,
        name: &DottedName,
        others: &[&str],
        span: Span,
    ) -> Option<RecordPath> {
        let Some(record) = self.names.records.get(&name.head).copied() else {
            if !self.names.unread {
                self.unknown_record(name, others, span);
            }
            return None;
        };
        let Some(attribute) = name.rest.first() else {
            let message = format!("`{}` is a record, not a value", self.findings.written(span));
            let help = "name one of its attributes too, such as `user.org_id`";
            self.findings.add(Code::UnknownSource, span, message, help);
            return None;
        };
        self.names.uses(record, attribute);
        Some(RecordPath { record, path: name.rest.clone() })
    }

    fn unknown_record(&mut self, name: &DottedName, others: &[&str], span: Span) {
        let message = format!("`{}` names no record", self.findings.written(span));
        self.findings.add_with(Code::UnknownSource, span, message, || {
            // The names that the file itself holds, so they may be shown.
            let records = self.names.records.keys().map(String::as_str);
            let known: Vec<&str> = records.chain(others.iter().copied()).collect();
            match nearest(&name.head, &known) {
                Some(known) => format!("did you mean `{known}`?"),
                None if known.is_empty() => "there is no section under [records]".to_owned(),
                None => format!("the names are {}", listed(&known)),
            }
        });
    }

    /// What the sources of a claim or of groups mean. One with a variable that has no value yet is
    /// left out.
    pub(super) fn sources(&mut self, list: &[At<String>]) -> Option<Vec<Source>> {
        self.findings.unique(list);
        let mut sources = Some(Vec::with_capacity(list.len()));
        for source in list {
            let is_open = self.findings.is_open(source.span);
            match self.source(source) {
                Some(source) => sources.iter_mut().for_each(|all| all.push(source.clone())),
                None => {
                    self.names.missed_uses = true;
                    sources = sources.filter(|_| is_open);
                }
            }
        }
        sources
    }

    /// A finding for each source that is a user attribute, which is always a text.
    pub(super) fn no_attributes(
        &mut self,
        list: &[At<String>],
        code: Code,
        what: &str,
        help: &str,
    ) {
        for source in list {
            let attribute = source.value.strip_prefix("attributes.");
            let trusted = &self.names.trusted_attributes;
            if attribute.is_some_and(|name| trusted.iter().any(|trusted| trusted == name)) {
                let message = format!("a user attribute is a text and {what}");
                self.findings.add(code, source.span, message, help);
            }
        }
    }

    /// Promise `untrusted`: what a caller can write is refused here, so that it can't become a
    /// value.
    fn source(&mut self, source: &At<String>) -> Option<Source> {
        let text = source.value.clone();
        let name = match DottedName::parse(&text) {
            Ok(name) => name,
            Err(error) => {
                let help = "write `<record>.<attribute>`, such as `user.org_id`";
                self.findings.add(Code::Template, source.span, error.to_string(), help);
                return None;
            }
        };
        let attribute = name.rest.join(".");
        let help = match name.head.as_str() {
            "attributes" if self.names.trusted_attributes.contains(&attribute) => {
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
                let written = self.findings.written(source.span);
                let message = format!("`{written}` is no record attribute");
                let help = "take it out: Cognito writes it into the tokens itself";
                self.findings.add(Code::UnknownSource, source.span, message, help);
                return None;
            }
            _ => {
                let path = self.record_path(&name, &[], source.span)?;
                return Some(Source { text, place: SourcePlace::Record(path) });
            }
        };
        let written = self.findings.written(source.span);
        let message = format!("`{written}` is a value that the caller supplies");
        self.findings.add(Code::CallerValue, source.span, message, help);
        None
    }
}
