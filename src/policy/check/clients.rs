//! What is different for single app clients.

use std::collections::BTreeMap;

use claimsmith_findings::{At, List, Named, Section, nearest};
use cognito_claims::TokenUse;

use super::checker::{Checker, entries, set};
use super::claims::CheckedClaim;
use super::tokens::suppressed;
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::rules::ClientRules;

impl Checker<'_, '_> {
    /// The rules of each client's section, by client id. `every_claim` says whether all claim
    /// sections could be read.
    pub(super) fn clients(
        &mut self,
        sections: &Named<Section<file::Client>>,
        base: &file::Tokens,
        pool: &Section<file::Pool>,
        claims: &[CheckedClaim<'_>],
        every_claim: bool,
    ) -> Option<BTreeMap<String, ClientRules>> {
        let before = self.findings.count();
        let mut clients = BTreeMap::new();
        for (name, section) in &sections.entries {
            let id = section.client_id.as_ref().unwrap_or(name);
            self.client_id(id, pool);
            let rules = self.client(name, section, base, claims, every_claim);
            if clients.insert(id.value.clone(), rules).is_some() {
                let message = "a section before this one has the same client";
                let help = "keep all that applies to one client in one section";
                self.findings.add(Code::Client, id.span, message, help);
            }
        }
        let rules = clients.into_iter().map(|(id, rules)| Some((id, rules?))).collect();
        if self.findings.count() == before { rules } else { None }
    }

    fn client(
        &mut self,
        name: &At<String>,
        section: &file::Client,
        base: &file::Tokens,
        claims: &[CheckedClaim<'_>],
        every_claim: bool,
    ) -> Option<ClientRules> {
        let none = file::Tokens::default();
        let tokens = section.tokens.as_deref().unwrap_or(&none);
        let rules = self.client_rules(tokens, base, claims);
        self.findings.unique(entries(section.claims.as_ref()));
        if let Some(list) = section.claims.as_ref().filter(|_| every_claim) {
            self.known_claims(list, claims);
            self.required_claims(list, claims);
        }
        let only = section.claims.as_ref().map(set);
        for token in TokenUse::BOTH {
            let goes_in = |claim: &&CheckedClaim<'_>| {
                only.as_ref().is_none_or(|only| only.contains(&claim.name.value))
            };
            self.added_and_suppressed(
                claims.iter().filter(goes_in),
                suppressed(tokens, token),
                token,
            );
        }
        Some(ClientRules { section: Some(name.value.clone()), claims: only, ..rules? })
    }

    /// A list that leaves a required claim out contradicts it: no value, no token, for every client.
    fn required_claims(&mut self, list: &List, claims: &[CheckedClaim<'_>]) {
        let listed = |name: &str| list.entries.iter().any(|claim| claim.value == name);
        // A misspelt name is a finding already.
        let is_known =
            |name: &At<String>| claims.iter().any(|claim| claim.name.value == name.value);
        if !list.entries.iter().all(is_known) {
            return;
        }
        for claim in claims.iter().filter(|claim| claim.required && !listed(&claim.name.value)) {
            let message = format!("the required claim `{}` is not in this list", claim.name.value);
            let help = "add it, or let the claim not be required";
            self.findings.add(Code::Client, list.span, message, help);
        }
    }

    fn client_id(&mut self, id: &At<String>, pool: &Section<file::Pool>) {
        if id.value.is_empty() {
            let help = "write the app client id as the section's name or as `client_id`";
            self.findings.add(Code::Client, id.span, "a client section without a client", help);
        } else if pool.app_clients.is_some() && pool.complete && !self.is_served(id, pool) {
            let message = "this client is not in `app_clients`, so its events are refused";
            let help = "add it to `app_clients` in [pool], or take this section out";
            self.findings.add(Code::Client, id.span, message, help);
        }
    }

    /// Whether a client is in `app_clients`, or may be one that a variable will name.
    fn is_served(&self, id: &At<String>, pool: &file::Pool) -> bool {
        let is_same =
            |served: &At<String>| served.value == id.value || self.findings.is_open(served.span);
        entries(pool.app_clients.as_ref()).iter().any(is_same)
    }

    fn known_claims(&mut self, list: &List, claims: &[CheckedClaim<'_>]) {
        let known: Vec<&str> = claims.iter().map(|claim| claim.name.value.as_str()).collect();
        for claim in list.entries.iter().filter(|claim| !known.contains(&claim.value.as_str())) {
            let message = format!("there is no claim `{}`", self.findings.written(claim.span));
            self.findings.add_with(Code::Client, claim.span, message, || {
                match nearest(&claim.value, &known) {
                    Some(known) => format!("did you mean `{known}`?"),
                    None => "write the name of a section under [claims]".to_owned(),
                }
            });
        }
    }
}
