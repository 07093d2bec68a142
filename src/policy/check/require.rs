//! What an item must hold.

use claimsmith_findings::{At, Literal, Named, OneOrMany, Section, Span, TextOr};

use super::checker::Checker;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::record::{BEFORE, Require};

/// `require` as it is written.
pub(super) type WrittenRequire = TextOr<Named<OneOrMany<Literal>>>;

impl Checker<'_, '_> {
    /// What must hold; nothing within if the key isn't there.
    pub(super) fn require(
        &mut self,
        record: usize,
        written: Option<&WrittenRequire>,
    ) -> Option<Option<Require>> {
        let attributes = match written {
            None => return Some(None),
            Some(TextOr::Text(word)) => {
                let words = [("exists", true), ("not_revoked", false)];
                if self.word(Some(word), true, &words)? {
                    return Some(Some(Require::Holds(Vec::new())));
                }
                self.names.uses(record, BEFORE);
                return Some(Some(Require::NotRevoked));
            }
            Some(TextOr::Other(attributes)) => attributes,
        };
        let before = self.findings.count();
        if attributes.entries.is_empty() && attributes.whole {
            let help = "name an attribute and its values, or write `require = \"exists\"`";
            self.findings.add(Code::Guard, attributes.span, "nothing is required", help);
        }
        let mut all = Vec::with_capacity(attributes.entries.len());
        for (attribute, OneOrMany(values)) in &attributes.entries {
            let path: Vec<String> = attribute.value.split('.').map(str::to_owned).collect();
            if path.iter().any(String::is_empty) {
                let message = "a guard without the name of an attribute";
                let help = "write the attribute, such as `status`";
                self.findings.add(Code::Guard, attribute.span, message, help);
                continue;
            }
            if values.entries.is_empty() && values.whole {
                let message = format!("no value of `{}` would do", attribute.value);
                let help = "name a value, or take the attribute out";
                self.findings.add(Code::EmptyList, attribute.span, message, help);
            }
            values.entries.iter().for_each(|value| self.compared(value));
            path.iter().take(1).for_each(|first| self.names.uses(record, first));
            all.push((path, values.entries.iter().map(|value| value.value.clone()).collect()));
        }
        (self.findings.count() == before).then_some(Some(Require::Holds(all)))
    }

    /// What says who is revoked is one item by its whole key, seen as it is.
    pub(super) fn not_revoked(&mut self, name: &At<String>, section: &Section<file::Record>) {
        if section.query.is_some() {
            self.revoked_by_query(name.span);
        }
        if let Some(consistent) = section.consistent.as_ref().filter(|it| !it.value) {
            let message = "a revocation must be seen at once";
            let help = "take it out: with `not_revoked` each read is consistent";
            self.findings.add(Code::Guard, consistent.span, message, help);
        }
    }

    pub(super) fn revoked_by_query(&mut self, span: Span) {
        let message = "whom a query doesn't find may be revoked all the same";
        let help = "require it of a record with the whole key: \
                    `key = { pk = \"REVOKED#{sub}\", sk = \"REVOKED\" }`";
        self.findings.add(Code::Guard, span, message, help);
    }

    /// A value that an attribute is compared with.
    pub(super) fn compared(&mut self, value: &At<Literal>) {
        let fits = match &value.value {
            Literal::String(text) if text.is_empty() => {
                let message = "an empty text counts as no value, so it never matches";
                return self.findings.add(Code::Guard, value.span, message, "take it out");
            }
            Literal::String(_) | Literal::Bool(_) => true,
            Literal::Number(number) => number.is_i64(),
            _ => false,
        };
        if !fits {
            let message = "an attribute is compared with texts, whole numbers and booleans";
            let help = "write one of these, such as `\"active\"`";
            self.findings.add(Code::Guard, value.span, message, help);
        }
    }
}
