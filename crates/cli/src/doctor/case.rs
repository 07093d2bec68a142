//! All that was given, and what the trigger decides about it. Data: the checks look at it.

use claimsmith::Decided;
use claimsmith::budget::Tokens;
use claimsmith::identity::Kind;
use claimsmith::policy::{
    Chosen, ClaimRule, ClaimValue, Map, Operand, Place, Policy, Reading, RecordPath, Source, Step,
};
use cognito_claims::{Door, TokenUse};

use super::described::{Client, Function, FunctionPolicy, Pool};
use super::lines::Lines;
use super::question::Question;
use super::seen::Seen;
use super::verdict::{Verdict, verdict};

/// What was given, read.
pub struct Case<'c> {
    /// The policy.
    pub policy: &'c Policy,
    /// Where things stand in it.
    pub lines: &'c Lines<'c>,
    /// The claims that were asked for; none is all of the policy.
    pub asked: &'c [String],
    /// Pasted tokens, and what a handler got.
    pub seen: &'c [Seen],
    /// The front door that was named.
    pub door: Option<Door>,
    /// What the trigger decides now.
    pub replay: Option<Replay<'c>>,
    /// The pool's description.
    pub pool: Option<&'c Pool>,
    /// The app client's description.
    pub client: Option<&'c Client>,
    /// The function's description.
    pub function: Option<&'c Function>,
    /// The function's policy.
    pub function_policy: Option<&'c FunctionPolicy>,
    /// Seconds since 1970.
    pub now: u64,
}

/// What the trigger decides, and how much is known about the sign-in.
pub struct Replay<'c> {
    /// The sign-in that was asked about.
    pub question: &'c Question,
    /// What became of it.
    pub decided: &'c Decided<'c>,
    /// What would become of it in version 1, where that could be so.
    pub in_version_one: Option<&'c Decided<'c>>,
    /// Where the records come from; none if they weren't given.
    pub records: Option<&'c str>,
}

impl Case<'_> {
    /// The claims it is about.
    pub fn claims(&self) -> Vec<&str> {
        match self.asked {
            [] => self.policy.claims.iter().map(|claim| claim.name.as_str()).collect(),
            asked => asked.iter().map(String::as_str).collect(),
        }
    }

    /// Whether certain claims were asked for.
    pub fn is_asked(&self) -> bool {
        !self.asked.is_empty()
    }

    /// The policy's rule for a claim.
    pub fn rule(&self, claim: &str) -> Option<&ClaimRule> {
        self.policy.claims.iter().find(|rule| rule.name == claim)
    }

    /// What the trigger decides, if it doesn't refuse.
    pub fn tokens(&self) -> Option<&Tokens<'_>> {
        self.replay.as_ref()?.decided.outcome.as_ref().ok()
    }

    /// What becomes of a claim in a token.
    pub fn verdict(&self, claim: &str, token: TokenUse) -> Option<Verdict<'_>> {
        Some(verdict(self.tokens()?, token, claim, self.policy, self.knows_records()))
    }

    /// Whether it is about a machine, if that is known.
    pub fn machine(&self) -> Option<bool> {
        match &self.replay {
            Some(replay) => Some(replay.decided.identity.kind == Kind::Client),
            None => self.seen.iter().find(|seen| seen.is_whole()).map(Seen::is_machine),
        }
    }

    /// Whether it is known what decides: the records, or that there are none to be read.
    fn knows_records(&self) -> bool {
        let named = self.replay.as_ref().is_some_and(|replay| replay.records.is_some());
        named || self.policy.tables.is_empty()
    }

    /// Whether no token is issued without the claim: it is required, or it is the organisation,
    /// and the policy demands one.
    pub fn is_in_every_token(&self, rule: &ClaimRule) -> bool {
        let kind = if self.machine() == Some(true) { Kind::Client } else { Kind::User };
        let tenant = self.policy.tenant.as_ref();
        let demanded = tenant.is_some_and(|it| !it.optional && !it.sources(kind).is_empty());
        let is_tenant = matches!(&rule.value, ClaimValue::First { sources, .. }
            if sources.iter().any(|source| source.place == Place::Tenant && source.map.is_none()));
        rule.when.data.is_empty() && (rule.required || (demanded && is_tenant))
    }

    /// Whether a claim's value may depend on metadata, and it isn't known what the caller sent.
    pub fn lacks_metadata(&self, claim: &str) -> bool {
        let unknown = self.replay.as_ref().is_some_and(|replay| !replay.question.knows_metadata);
        let depends = |rule: &ClaimRule| {
            let data = rule.when.data.iter().map(|(source, _)| source);
            let items = match &rule.value {
                ClaimValue::Items { record, .. } => self.needs_metadata(record.record),
                _ => false,
            };
            items || rule.value.sources().into_iter().chain(data).any(|it| self.source_needs(it))
        };
        unknown && self.rule(claim).is_some_and(depends)
    }

    /// Whether what the caller sent along can decide about a record.
    pub fn needs_metadata(&self, record: usize) -> bool {
        let Some(rule) = self.policy.records.get(record) else { return false };
        // What a record needs is read before it, so this ends.
        let list = match &rule.read {
            Reading::Each { list, .. } => self.source_needs(list),
            _ => false,
        };
        list || rule.operands().any(|operand| match operand {
            Operand::Chosen(Chosen::Metadata(_), _) => true,
            Operand::Tenant(_) | Operand::Member(_) => self.tenant_needs_metadata(),
            Operand::Record(path) => self.path_needs(path),
            _ => false,
        })
    }

    fn source_needs(&self, source: &Source) -> bool {
        let map = match &source.map {
            Some(Map::Item(place)) => self.place_needs(place),
            Some(Map::File(_)) | None => false,
        };
        map || self.place_needs(&source.place)
    }

    fn place_needs(&self, place: &Place) -> bool {
        match place {
            Place::Record(path) => self.path_needs(path),
            Place::Tenant | Place::Member(_) => self.tenant_needs_metadata(),
            Place::Attribute(_) | Place::Groups => false,
        }
    }

    fn path_needs(&self, path: &RecordPath) -> bool {
        self.needs_metadata(path.record)
            || (path.path.contains(&Step::Tenant) && self.tenant_needs_metadata())
    }

    /// Whether the caller can choose the organisation by metadata.
    fn tenant_needs_metadata(&self) -> bool {
        let tenant = self.policy.tenant.iter();
        tenant
            .flat_map(|tenant| tenant.person.iter().chain(&tenant.machine))
            .any(|source| matches!(source.chosen, Some(Chosen::Metadata(_))))
    }
}
