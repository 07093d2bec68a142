//! Claims: each section to a rule, with everything that can be wrong about one claim alone.

use claimsmith_findings::{At, List, Named, Section};
use cognito_claims::{TokenUse, names};

use super::checker::Checker;
use super::claim_values::{Form, ReadValue};
use crate::policy::claim::ClaimRule;
use crate::policy::code::Code;
use crate::policy::{file, reserved};

/// A claim's section and what became of it.
pub(super) struct CheckedClaim<'f> {
    pub(super) name: &'f At<String>,
    pub(super) section: &'f Section<file::Claim>,
    /// In which tokens the section puts the claim.
    pub(super) id: bool,
    pub(super) access: bool,
    pub(super) required: bool,
    /// How the value is written, if that is clear.
    pub(super) form: Option<Form>,
    rule: Option<ClaimRule>,
}

impl CheckedClaim<'_> {
    pub(super) fn stands_in(&self, token: TokenUse) -> bool {
        match token {
            TokenUse::Id => self.id,
            TokenUse::Access => self.access,
        }
    }
}

/// The rules alone; nothing if one is missing.
pub(super) fn rules(claims: Vec<CheckedClaim<'_>>) -> Option<Vec<ClaimRule>> {
    claims.into_iter().map(|claim| claim.rule).collect()
}

impl Checker<'_, '_> {
    /// Checks all claim sections; the claims are sorted by name.
    pub(super) fn claims<'f>(
        &mut self,
        sections: &'f Named<Section<file::Claim>>,
    ) -> Vec<CheckedClaim<'f>> {
        let claims = sections.entries.iter().map(|(name, section)| self.claim(name, section));
        let mut claims: Vec<_> = claims.collect();
        claims.sort_by(|a, b| a.name.value.cmp(&b.name.value));
        claims
    }

    fn claim<'f>(
        &mut self,
        name: &'f At<String>,
        section: &'f Section<file::Claim>,
    ) -> CheckedClaim<'f> {
        let before = self.findings.count();
        self.names.missed_uses |= !section.complete;
        self.claim_name(name);
        let origin = self.origin(name, section);
        let read = origin.map(|origin| self.claim_value(name, section, origin)).unwrap_or_default();
        let first = self.first(section, &read);
        let ReadValue { form, value, sources } = read;
        let (id, access) = self.tokens_of_claim(section);
        if let Some(form) = &form
            && id
        {
            self.id_token_type(name, section, form);
        }
        let required = section.required.as_ref().is_some_and(|required| required.value);
        let words = [("omit", false), ("refuse", true)];
        let fault_refuses = self.word(section.on_fault.as_ref(), false, &words);
        if required {
            self.contradictions(section, fault_refuses);
        }
        let default = form.as_ref().and_then(|form| self.default(section, form));
        let shed = self.shed(section);
        let conditions = self.conditions(section.when.as_ref());
        let about = self.about_all(sources.iter().chain(conditions.sources()));
        let is_right = self.findings.count() == before;
        let rule = || {
            Some(ClaimRule {
                name: name.value.clone(),
                value: value?,
                default: default?,
                required,
                id,
                access,
                shed: shed?,
                // A required claim that can't be known is no claim: there is no token without it.
                fault_refuses: required || fault_refuses?,
                when: conditions.when(),
                about: about?,
                first: first?,
            })
        };
        let rule = if is_right { rule() } else { None };
        CheckedClaim { name, section, id, access, required, form, rule }
    }

    fn claim_name(&mut self, name: &At<String>) {
        if let Some(reserved) = names::reserved_to_add(&name.value) {
            let message = format!("`{}` {}", name.value, reserved.problem());
            self.findings.add(Code::ReservedClaim, name.span, message, reserved::help(reserved));
        } else if !names::is_plain(&name.value) {
            let message = "this claim name would not come through every front door";
            let help = format!(
                "use at most {} printable ASCII characters without blanks, commas, quotes, brackets and braces",
                names::NAME_LIMIT
            );
            self.findings.add(Code::ClaimName, name.span, message, help);
        }
    }

    /// In which tokens the claim stands: ID and access.
    fn tokens_of_claim(&mut self, section: &Section<file::Claim>) -> (bool, bool) {
        let Some(List { entries: tokens, span, .. }) = &section.tokens else { return (true, true) };
        if tokens.is_empty() && section.complete {
            let help = "write `tokens = [\"id\", \"access\"]`, or one of the two";
            self.findings.add(Code::ClaimTokens, *span, "the claim goes into no token", help);
        }
        self.findings.unique(tokens);
        let words = [("id", TokenUse::Id), ("access", TokenUse::Access)];
        let named: Vec<TokenUse> =
            tokens.iter().filter_map(|token| self.findings.word(token, &words)).collect();
        (named.contains(&TokenUse::Id), named.contains(&TokenUse::Access))
    }

    fn contradictions(&mut self, section: &file::Claim, fault_refuses: Option<bool>) {
        let mut add = |span, message: &str, help: &str| {
            self.findings.add(Code::ClaimRequired, span, message, help);
        };
        if let Some(default) = &section.default {
            let help = "keep either `required` or `default`";
            add(default.span, "a required claim with a default is never without a value", help);
        }
        if let Some(shed) = &section.shed {
            let help = "take `shed` out: what is required never leaves";
            add(shed.span, "a required claim can't be shed", help);
        }
        if let (Some(false), Some(text)) = (fault_refuses, &section.on_fault) {
            let help = "take `on_fault` out: without the claim there is no token";
            add(text.span, "a required claim can't be omitted", help);
        }
    }

    fn shed(&mut self, section: &file::Claim) -> Option<Option<u32>> {
        let help = "write 1 for the claim that leaves first, 2 for the next, up to 1000";
        let place = self.count_of("shed", section.shed.as_ref(), help)?;
        Some(place.and_then(|place| u32::try_from(place).ok()))
    }
}
