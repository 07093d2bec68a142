//! `[require]`, and the same keys in each route and field: what claims must meet.

use claimsmith_findings::{At, List, Section, sections};
use cognito_claims::bits::Catalogue;
use cognito_claims::{Guard, encoding};

use super::caching::{Caching, seconds};
use super::code::{Code, Findings};
use super::lists::{entries, is_open};
use crate::denial::Denial;
use crate::rules::Rules;

sections! {
    pub(super) struct RequireSection {
        scopes: List,
        any_scope: List,
        any_group: List,
        orgs: List,
        tier: At<String>,
        any_role: List,
        permissions: List,
        any_permission: List,
        features: List,
        issued_within: At<String> => "\"15m\"",
        authenticated_within: At<String> => "\"15m\"",
        authentication: List,
        any_method: List,
        no_actor: At<bool>,
    }
}

/// What every set of requirements is checked against. What isn't known is not checked.
pub(super) struct Checker {
    pub(super) caching: Option<Caching>,
    /// Whether any pool gives access tokens.
    pub(super) has_scopes: bool,
    /// All tiers, lowest first.
    tiers: Option<Vec<String>>,
    catalogue: Option<Catalogue>,
}

impl Checker {
    pub(super) fn new(
        caching: Option<Caching>,
        has_scopes: bool,
        tiers: Option<&List>,
        flags: Option<&List>,
        findings: &mut Findings<'_>,
    ) -> Self {
        let tiers = match tiers {
            None => Some(Vec::new()),
            Some(list) => {
                let tiers = entries(list, findings);
                (!is_open(list, findings)).then_some(tiers)
            }
        };
        let catalogue = flags.and_then(|list| catalogue(list, findings));
        Self { caching, has_scopes, tiers, catalogue }
    }

    /// A tier must be one of the file's.
    pub(super) fn tier(&self, code: Code, tier: &At<String>, findings: &mut Findings<'_>) {
        if self.tiers.as_ref().is_some_and(|tiers| !tiers.contains(&tier.value)) {
            let help = "name all tiers at the top, lowest first: `tiers = [\"free\", \"pro\"]`";
            findings.add(code, tier.span, "the list `tiers` doesn't have this tier", help);
        }
    }

    /// The rules of a section.
    pub(super) fn rules(
        &self,
        section: &Section<RequireSection>,
        findings: &mut Findings<'_>,
    ) -> Rules {
        let mut rules = Rules::default();
        let any = Guard::either_token;
        if let Some(list) = &section.scopes {
            rules.require(vec![any().all_scopes(self.scopes(list, findings))], Denial::Scope);
        }
        if let Some(list) = &section.any_scope {
            rules.require(vec![any().any_scope(self.scopes(list, findings))], Denial::Scope);
        }
        if let Some(list) = &section.any_group {
            rules.require(vec![any().any_group(entries(list, findings))], Denial::Group);
        }
        if let Some(list) = &section.orgs {
            let orgs = entries(list, findings);
            rules.require(orgs.into_iter().map(|org| any().org(org)).collect(), Denial::Org);
        }
        if let Some(tier) = &section.tier {
            self.tier(Code::Requirement, tier, findings);
            let tiers = self.tiers.clone().unwrap_or_default();
            rules.require(vec![any().tier_at_least(&tier.value, tiers)], Denial::Tier);
        }
        if let Some(list) = &section.any_role {
            rules.require(vec![any().any_role(words(list, findings))], Denial::Role);
        }
        if let Some(list) = &section.permissions {
            rules.require(vec![any().all_permissions(words(list, findings))], Denial::Permission);
        }
        if let Some(list) = &section.any_permission {
            rules.require(vec![any().any_permission(words(list, findings))], Denial::Permission);
        }
        if let Some(list) = &section.features {
            entries(list, findings);
            for feature in &list.entries {
                rules.require(vec![self.feature(feature, findings)], Denial::Feature);
            }
        }
        if let Some(seconds) = self.freshness(section.issued_within.as_ref(), findings) {
            rules.require(vec![any().issued_within(seconds)], Denial::IssuedTooLongAgo);
        }
        if let Some(seconds) = self.freshness(section.authenticated_within.as_ref(), findings) {
            let guard = any().authenticated_within(seconds);
            rules.require(vec![guard], Denial::AuthenticatedTooLongAgo);
        }
        if let Some(list) = &section.authentication {
            let guard = any().authentication(entries(list, findings));
            rules.require(vec![guard], Denial::Authentication);
        }
        if let Some(list) = &section.any_method {
            rules.require(vec![any().any_method(entries(list, findings))], Denial::Authentication);
        }
        if let Some(no_actor) = &section.no_actor {
            if !no_actor.value {
                let help = "write `no_actor = true`, or take it out";
                findings.add(Code::Requirement, no_actor.span, "this asks for nothing", help);
            }
            rules.require(vec![any().no_actor()], Denial::Actor);
        }
        rules
    }

    fn scopes(&self, list: &List, findings: &mut Findings<'_>) -> Vec<String> {
        if !self.has_scopes {
            let message = "every pool takes ID tokens, and an ID token has no scopes";
            let help = "take access tokens: `token_use = \"access\"`";
            findings.add(Code::Requirement, list.span, message, help);
        }
        for scope in list.entries.iter().filter(|scope| scope.value.contains([' ', '"', '\\'])) {
            let message = "a scope has no blanks and quotes";
            let help = "write one scope per entry, such as `orders/read`";
            findings.add(Code::Requirement, scope.span, message, help);
        }
        entries(list, findings)
    }

    fn feature(&self, feature: &At<String>, findings: &mut Findings<'_>) -> Guard {
        let any = Guard::either_token;
        let known = self.catalogue.as_ref().map(|catalogue| catalogue.names());
        if !encoding::is_flag(&feature.value) {
            let help = "write letters, digits, `_`, `.` and `-`";
            findings.add(Code::Requirement, feature.span, "no name of a feature", help);
        } else if known.is_some_and(|names| !names.contains(&feature.value)) {
            let message = "the list `flags` doesn't have this feature";
            let help = "write a feature of the list, or add it at the end of the list";
            findings.add(Code::Requirement, feature.span, message, help);
        }
        match &self.catalogue {
            Some(catalogue) => any().feature_in(&feature.value, catalogue),
            None => any().feature(&feature.value),
        }
    }

    /// The greatest age at which a token may be let in so that a cached answer never serves one
    /// that is older than what was written.
    fn freshness(&self, written: Option<&At<String>>, findings: &mut Findings<'_>) -> Option<u64> {
        let written = written?;
        let seconds = seconds(written, findings)?;
        let cached = self.caching?.longest();
        if seconds <= cached {
            findings.add(
                Code::FreshCached,
                written.span,
                format!("a gateway may keep an answer for {cached} seconds, which is no shorter"),
                "write `caching = \"off\"`, or a shorter `caching` if the gateway has it",
            );
        }
        Some(seconds.saturating_sub(cached))
    }
}

/// Words of a list claim, which is made of such as come through every front door.
fn words(list: &List, findings: &mut Findings<'_>) -> Vec<String> {
    for word in list.entries.iter().filter(|word| !encoding::is_list_word(&word.value)) {
        let help = "write no blanks, commas, quotes, brackets and braces";
        findings.add(Code::Requirement, word.span, "no list of a token has this word", help);
    }
    entries(list, findings)
}

fn catalogue(list: &List, findings: &mut Findings<'_>) -> Option<Catalogue> {
    let flags = entries(list, findings);
    if is_open(list, findings) {
        return None;
    }
    let catalogue = Catalogue::new(flags).ok();
    if catalogue.is_none() {
        let message = "this is no catalogue of flags";
        let help = "copy the list `flags` of the claim from the trigger's policy";
        findings.add(Code::Requirement, list.span, message, help);
    }
    catalogue
}
