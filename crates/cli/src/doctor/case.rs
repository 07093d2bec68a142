//! All that was given, and what the trigger decides about it. Data: the checks look at it.

use claimsmith::Decided;
use claimsmith::budget::Tokens;
use claimsmith::identity::Kind;
use claimsmith::policy::{Chosen, ClaimRule, ClaimValue, Operand, Place, Policy};
use cognito_claims::{Door, TokenUse};

use super::described::{Client, FunctionPolicy, Pool};
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
        let known = self.replay.as_ref()?.records.is_some();
        Some(verdict(self.tokens()?, token, claim, self.policy, known))
    }

    /// Whether it is about a machine, if that is known.
    pub fn machine(&self) -> Option<bool> {
        match &self.replay {
            Some(replay) => Some(replay.decided.identity.kind == Kind::Client),
            None => self.seen.iter().find(|seen| seen.is_whole()).map(Seen::is_machine),
        }
    }

    /// Whether a claim's value may depend on metadata, and it isn't known what the caller sent.
    pub fn lacks_metadata(&self, claim: &str) -> bool {
        let unknown = self.replay.as_ref().is_some_and(|replay| !replay.question.knows_metadata);
        let depends = |rule: &ClaimRule| {
            let data = rule.when.data.iter().map(|(source, _)| source);
            let mut places = rule.value.sources().into_iter().chain(data).map(|it| &it.place);
            places.any(|place| match place {
                Place::Record(path) => self.needs_metadata(path.record),
                Place::Tenant | Place::Member(_) => self.tenant_needs_metadata(),
                Place::Attribute(_) | Place::Groups => false,
            }) || matches!(&rule.value,
                ClaimValue::Items { record, .. } if self.needs_metadata(record.record))
        };
        unknown && self.rule(claim).is_some_and(depends)
    }

    /// Whether what the caller sent along can decide about a record.
    pub fn needs_metadata(&self, record: usize) -> bool {
        let Some(rule) = self.policy.records.get(record) else { return false };
        // A record's key needs records before it only, so this ends.
        rule.operands().any(|operand| match operand {
            Operand::Chosen(Chosen::Metadata(_), _) => true,
            Operand::Tenant(_) | Operand::Member(_) => self.tenant_needs_metadata(),
            Operand::Record(path) => self.needs_metadata(path.record),
            _ => false,
        })
    }

    /// Whether the caller can choose the organisation by metadata.
    fn tenant_needs_metadata(&self) -> bool {
        let tenant = self.policy.tenant.iter();
        tenant
            .flat_map(|tenant| tenant.person.iter().chain(&tenant.machine))
            .any(|source| matches!(source.chosen, Some(Chosen::Metadata(_))))
    }
}
