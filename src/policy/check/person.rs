//! How people are found whose items are not kept under `sub`.

use std::collections::BTreeMap;

use claimsmith_findings::{At, Section, TextOr, nearest};

use super::checker::Checker;
use super::keys::KeyContext;
use super::records::{Draft, How, KEPT_LESS};
use super::table::Tables;
use crate::identity::Kind;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::record::{About, Operand, PersonRule, Require};

impl Checker<'_, '_> {
    /// The record that asks the index, behind all others.
    pub(super) fn person_record<'f>(
        &mut self,
        position: usize,
        name: &'f At<String>,
        section: &'f Section<file::Person>,
        tables: &mut Tables<'f>,
    ) -> Draft<'f> {
        let before = self.findings.count();
        let context = KeyContext {
            is_person: true,
            has_person: false,
            kind: Some(Kind::User),
            has_each: false,
            is_query: true,
        };
        let key = section.key.as_ref();
        let texts = key.map(|key| self.templates(key, context)).unwrap_or_default();
        let place =
            key.and_then(|key| self.key_place(key, None, section.index.as_ref(), context, tables));
        let require = self.require(position, section.require.as_ref());
        if let Some(TextOr::Text(word)) = &section.require
            && require == Some(Some(Require::NotRevoked))
        {
            self.revoked_by_query(word.span);
        }
        if let Some(id) = &section.id {
            self.names.uses(position, &id.value);
        }
        let is_address = |text: &super::keys::KeyText| {
            text.template.values().any(|value| *value == Operand::VerifiedEmail)
        };
        if let Some(key) = key
            && key.whole
            && texts.len() == key.entries.len()
            && !texts.values().any(is_address)
        {
            let message = "the index is not asked for the person's address";
            let help = "write `key = { email = \"{verified.email}\" }`";
            self.findings.add(Code::Person, key.span, message, help);
        }
        let mut draft = Draft {
            name,
            applies_to: Some(Some(Kind::User)),
            table: None,
            index: None,
            consistent: false,
            keep: Some(None),
            key: None,
            texts: [None, None],
            key_names: [None, None],
            how: Some(How::Query { at_most: 1, only: true }),
            require,
            shared: None,
            owner: None,
            about: About::Identity,
            chosen: Vec::new(),
            proves: false,
            is_open: false,
            is_right: section.complete && self.findings.count() == before,
        };
        draft.take_key(texts, place);
        if let Some(key) = key {
            draft.is_right &= self.one_star(&draft, Code::Person, key.span);
        }
        draft
    }

    /// What the section means. The profile is read by `{person}` and must hold the same address.
    pub(super) fn person(
        &mut self,
        section: &Section<file::Person>,
        drafts: &[Draft<'_>],
    ) -> Option<PersonRule> {
        let record = drafts.len().checked_sub(1)?;
        let address = self.address(drafts.get(record)?)?;
        let text = section.profile.as_ref()?;
        let by_person = |draft: &Draft<'_>| draft.operands().any(|it| *it == Operand::Person);
        if self.findings.is_open(text.span) {
            // A variable will name it: until then it is whichever is the person's own.
            let profile = drafts.iter().position(by_person)?;
            let id = section.id.as_ref()?.value.clone();
            return Some(PersonRule { record, id, profile, address });
        }
        let Some(profile) = self.names.records.get(&text.value).copied() else {
            let known: Vec<&str> = self.names.records.keys().map(String::as_str).collect();
            let help = match nearest(&text.value, &known) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "write the name of a record by `{person}`".to_owned(),
            };
            let message = format!("`{}` names no record", self.findings.written(text.span));
            self.findings.add(Code::UnknownSource, text.span, message, help);
            return None;
        };
        let draft = drafts.get(profile)?;
        let is_item = matches!(draft.how, Some(How::Item) | None);
        if draft.is_right && !(is_item && by_person(draft) && draft.chosen.is_empty()) {
            let message = format!("`{}` is not the person's own item", draft.name.value);
            let help = "name a record of one item whose key is made of `{person}`, and of nothing that \
                        the caller chooses";
            self.findings.add(Code::Person, text.span, message, help);
            return None;
        }
        if draft.require == Some(Some(Require::NotRevoked)) {
            let message = format!(
                "`{}` only says who is revoked, so it is nobody's profile",
                draft.name.value
            );
            let help = "name the person's own item, which must be there";
            self.findings.add(Code::Person, text.span, message, help);
            return None;
        }
        if draft.is_kept_too_long_to_prove() {
            let message =
                format!("`{}` proves the person, and is kept for too long", draft.name.value);
            self.findings.add(Code::Person, text.span, message, KEPT_LESS);
            return None;
        }
        self.names.uses(profile, &address);
        Some(PersonRule { record, id: section.id.as_ref()?.value.clone(), profile, address })
    }

    /// The attribute that holds the address.
    fn address(&self, draft: &Draft<'_>) -> Option<String> {
        let pairs: BTreeMap<&String, bool> = draft
            .key_names
            .iter()
            .zip(&draft.texts)
            .filter_map(|(name, text)| {
                let holds = |value: &Operand| *value == Operand::VerifiedEmail;
                Some((name.as_ref()?, text.as_ref()?.template.values().any(holds)))
            })
            .collect();
        pairs.into_iter().find(|(_, holds)| *holds).map(|(name, _)| name.clone())
    }
}
