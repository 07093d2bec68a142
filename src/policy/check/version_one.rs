//! What a pool with events of version V1_0 would lose without a word.

use claimsmith_findings::{OneOrMany, Section};

use super::checker::{Checker, entries};
use super::claim_values::Form;
use super::claims::CheckedClaim;
use super::sources::span_of;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::rules::EventVersion;

impl Checker<'_, '_> {
    /// The version of the pool's events, and what the first one can't carry.
    pub(super) fn event_version(
        &mut self,
        pool: &file::Pool,
        claims: &[CheckedClaim<'_>],
        tokens: &[&file::Tokens],
        session_tags: Option<&Section<file::SessionTags>>,
    ) -> Option<EventVersion> {
        let versions = [
            ("V1_0", Some(EventVersion::One)),
            ("V2_0", Some(EventVersion::Two)),
            ("V3_0", Some(EventVersion::Three)),
        ];
        let version = self.word(pool.event_version.as_ref(), None, &versions).flatten();
        if version != Some(EventVersion::One) {
            return version;
        }
        claims.iter().for_each(|claim| self.claim_of_version_one(claim));
        for access in tokens.iter().filter_map(|tokens| tokens.access.as_deref()) {
            self.access_token_of_version_one(access);
        }
        if let Some(section) = session_tags {
            let message = "session tags are an object, and V1_0 carries text only";
            let help = "take the section out, or use V2_0";
            self.findings.add(Code::VersionOne, section.span, message, help);
        }
        version
    }

    fn claim_of_version_one(&mut self, claim: &CheckedClaim<'_>) {
        let CheckedClaim { name, section, .. } = claim;
        if !claim.id {
            let message =
                format!("`{}` is only for access tokens, which V1_0 can't change", name.value);
            let help = "add \"id\" to `tokens`, or use V2_0";
            self.findings.add(Code::VersionOne, name.span, message, help);
        } else if claim.form.as_ref().is_some_and(Form::needs_types) {
            let word = section.kind.as_ref().or(section.encoding.as_ref()).map(|word| word.span);
            let fields = section.fields.as_ref().map(|fields| fields.span);
            let value = section.value.as_ref().map(|value| value.span);
            let span = word.or(fields).or(value).unwrap_or(name.span);
            let message = format!("`{}` has a type, and V1_0 carries text only", name.value);
            let help = "write it as `string`, or with the encoding `comma`, or use V2_0";
            self.findings.add(Code::VersionOne, span, message, help);
        }
        let conditions = section.when.iter().flat_map(|when| &when.entries);
        for (_, OneOrMany(scopes)) in conditions.filter(|(key, _)| key.value == "scopes") {
            let message = "an event of V1_0 names no scopes, so this never holds";
            let help = "take it out, or use V2_0";
            self.findings.add(Code::VersionOne, scopes.span, message, help);
        }
    }

    fn access_token_of_version_one(&mut self, access: &file::AccessToken) {
        let lists = [&access.suppress, &access.add_scopes, &access.suppress_scopes];
        let first = lists.into_iter().filter_map(|list| entries(list.as_ref()).first());
        let limit = access.limit_scopes.as_ref().map(span_of);
        for span in first.chain(&access.aud).map(|entry| entry.span).chain(limit) {
            let message = "V1_0 can't change access tokens";
            self.findings.add(Code::VersionOne, span, message, "take it out, or use V2_0");
        }
    }
}
