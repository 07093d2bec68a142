//! What AWS STS takes from the ID token as tags of a session.
//!
//! SPEC: AWS, IAM user guide, "Pass session tags in AWS STS": at most 50 tags; a key has 1 to 128
//! letters, digits, blanks and `_.:/=+-@`, doesn't begin with `aws:`, and is the same in upper and
//! lower case.

use std::collections::BTreeSet;

use claimsmith_findings::{At, Named, Section, nearest};
use cognito_claims::TokenUse;

use super::checker::{Checker, entries};
use super::claim_values::Form;
use super::claims::CheckedClaim;
use super::tokens::suppressed;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::rules::{SESSION_TAGS, SessionTags};

const TAG_LIMIT: usize = 50;
const KEY_LIMIT: usize = 128;

impl Checker<'_, '_> {
    /// The tags; nothing within is none. `every_claim` says whether all claim sections could be read,
    /// `tokens` are the sections of all clients.
    pub(super) fn session_tags(
        &mut self,
        section: Option<&Section<file::SessionTags>>,
        claims: &[CheckedClaim<'_>],
        every_claim: bool,
        tokens: &[&file::Tokens],
    ) -> Option<Option<SessionTags>> {
        let Some(section) = section else { return Some(None) };
        let before = self.findings.count();
        if let Some(claim) = claims.iter().find(|claim| claim.name.value == SESSION_TAGS) {
            let message = "this claim holds the tags of [session_tags] already";
            let help = "take one of the two sections out";
            self.findings.add(Code::SessionTags, claim.name.span, message, help);
        }
        let suppressed = tokens.iter().flat_map(|tokens| suppressed(tokens, TokenUse::Id));
        for entry in suppressed.filter(|entry| entry.value == SESSION_TAGS) {
            let message =
                "the tags of [session_tags] are added to the id token and suppressed in it";
            let help = "take the claim out of this list, or the section out";
            self.findings.add(Code::AddAndSuppress, entry.span, message, help);
        }
        let none = Named::default();
        let tags = section.tags.as_ref().unwrap_or(&none);
        if tags.entries.is_empty() && section.complete {
            let help = "name a tag, such as `tags = { Org = \"org_id\" }`, or take the section out";
            self.findings.add(Code::EmptyList, tags.span, "a session without a tag", help);
        }
        if let Some((key, _)) = tags.entries.get(TAG_LIMIT) {
            let message = format!("more than {TAG_LIMIT} tags");
            self.findings.add(Code::SessionTags, key.span, message, "take some out");
        }
        self.tag_keys(tags);
        let mut held = Vec::with_capacity(tags.entries.len());
        for (key, claim) in &tags.entries {
            let position = claims.iter().position(|known| known.name.value == claim.value);
            match position.and_then(|at| Some((at, claims.get(at)?))) {
                Some((at, known)) => {
                    self.tag_value(claim, known);
                    held.push((key.value.clone(), at));
                }
                None if every_claim => self.unknown_tag_claim(claim, claims),
                None => {}
            }
        }
        self.transitive(section, tags);
        held.sort();
        let transitive = section.transitive.as_ref().map(|list| list.values()).unwrap_or_default();
        (self.findings.count() == before).then_some(Some(SessionTags { tags: held, transitive }))
    }

    fn tag_keys(&mut self, tags: &Named<At<String>>) {
        let mut seen = BTreeSet::new();
        for (key, _) in &tags.entries {
            if self.has_braces(key, "write the tag's key itself") {
                continue;
            }
            let is_plain = |letter: char| letter.is_alphanumeric() || " _.:/=+-@".contains(letter);
            let length = key.value.chars().count();
            let lower = key.value.to_lowercase();
            let message = if !(1..=KEY_LIMIT).contains(&length) || !key.value.chars().all(is_plain)
            {
                "no session tag can have this key"
            } else if lower.starts_with("aws:") {
                "keys that begin with `aws:` are AWS's own"
            } else if !seen.insert(lower) {
                "to AWS this key and one before it are the same"
            } else {
                continue;
            };
            let help =
                "write 1 to 128 letters, digits, blanks and `_.:/=+-@`, each key in one spelling";
            self.findings.add(Code::SessionTags, key.span, message, help);
        }
    }

    fn tag_value(&mut self, written: &At<String>, claim: &CheckedClaim<'_>) {
        if !claim.form.as_ref().is_none_or(Form::is_scalar) {
            let message = format!("`{}` is no single value", self.findings.written(written.span));
            let help = "name a claim that is one text, number or boolean";
            self.findings.add(Code::SessionTags, written.span, message, help);
        } else if !claim.id {
            let message = format!(
                "`{}` is kept out of the ID token, where AWS reads the tags",
                self.findings.written(written.span)
            );
            let help = "add \"id\" to the claim's `tokens`, or name another claim";
            self.findings.add(Code::SessionTags, written.span, message, help);
        }
    }

    fn unknown_tag_claim(&mut self, written: &At<String>, claims: &[CheckedClaim<'_>]) {
        let message = format!("there is no claim `{}`", self.findings.written(written.span));
        self.findings.add_with(Code::SessionTags, written.span, message, || {
            let known: Vec<&str> = claims.iter().map(|claim| claim.name.value.as_str()).collect();
            match nearest(&written.value, &known) {
                Some(known) => format!("did you mean `{known}`?"),
                None => "write the name of a section under [claims]".to_owned(),
            }
        });
    }

    fn transitive(&mut self, section: &file::SessionTags, tags: &Named<At<String>>) {
        let transitive = entries(section.transitive.as_ref());
        self.findings.unique(transitive);
        let known: Vec<&str> = tags.entries.iter().map(|(key, _)| key.value.as_str()).collect();
        let is_known = |entry: &At<String>| known.contains(&entry.value.as_str());
        for entry in transitive.iter().filter(|entry| tags.whole && !is_known(entry)) {
            let message = format!("there is no tag `{}`", self.findings.written(entry.span));
            self.findings.add_with(Code::SessionTags, entry.span, message, || {
                match nearest(&entry.value, &known) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "write the key of a tag".to_owned(),
                }
            });
        }
    }
}
