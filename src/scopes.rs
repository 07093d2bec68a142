//! Scopes of the access token: what the file adds and takes away, and what data allows.
//!
//! Data only narrows: what was asked for and isn't in the list is taken away. If the list can't be
//! known, nobody can tell what would be too much, and there is no token.

use std::borrow::Cow;

use cognito_claims::TokenUse;
use serde_json::Value;

use crate::identity::Identity;
use crate::outcome::{Reason, Refusal, Subject};
use crate::policy::{Source, TokenRules};
use crate::records::{Knowledge, Known};

/// How the scopes of a token change.
#[derive(Debug, Default)]
pub struct ScopeChange<'p> {
    /// Scopes to add.
    pub add: Vec<Cow<'p, str>>,
    /// Scopes to take away.
    pub suppress: Vec<Cow<'p, str>>,
}

impl<'p> ScopeChange<'p> {
    /// How the policy changes them.
    ///
    /// # Errors
    /// A refusal: they are limited by a list that isn't there or can't be known, or by the event,
    /// which doesn't say what was asked for.
    pub(crate) fn of(
        rules: &'p TokenRules,
        identity: &Identity<'p>,
        known: &Knowledge<'_>,
    ) -> Result<Self, Refusal> {
        let borrowed = |list: &'p [String]| list.iter().map(|scope| Cow::Borrowed(scope.as_str()));
        let mut change = Self::default();
        // Without an organisation no guard of one was asked, so nothing is granted.
        if !known.has_no_tenant() {
            change.add.extend(borrowed(&rules.add_scopes));
        }
        change.suppress.extend(borrowed(&rules.suppress_scopes));
        if let Some(limit) = &rules.limit_scopes {
            change.limit(limit, identity, known)?;
        }
        Ok(change)
    }

    fn limit(
        &mut self,
        limit: &Source,
        identity: &Identity<'p>,
        known: &Knowledge<'_>,
    ) -> Result<(), Refusal> {
        let refuse = |reason, problem: &str| {
            let cause = format!("the scopes are limited by `{}`, {problem}", limit.text);
            Err(Refusal::new(reason, Subject::Token(TokenUse::Access), cause))
        };
        let Some(asked) = &identity.scopes else {
            return refuse(Reason::ClaimMissing, "and the event names none");
        };
        let list = match known.source(limit) {
            Known::Value(list) => list,
            Known::Absent if known.has_no_tenant() => {
                return refuse(Reason::NoTenant, "which is not there without an organisation");
            }
            Known::Absent => return refuse(Reason::ClaimMissing, "which has no value"),
            Known::Unknown(fault) => return refuse(fault.reason(), "which can't be known"),
        };
        let words: Option<Vec<&str>> =
            list.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
        let Some(allowed) = words else {
            return refuse(Reason::RecordMalformed, "which is no list of texts");
        };
        self.add.retain(|scope| allowed.contains(&scope.as_ref()));
        for scope in asked {
            if !allowed.contains(&scope.as_ref()) && !self.suppress.contains(scope) {
                self.suppress.push(scope.clone());
            }
        }
        Ok(())
    }

    /// The scopes of a token that has these before.
    pub fn applied<'s>(&'s self, own: &[&'s str]) -> Vec<&'s str> {
        let added = self.add.iter().map(AsRef::as_ref).filter(|scope| !own.contains(scope));
        let all = own.iter().copied().chain(added);
        all.filter(|scope| !self.suppress.iter().any(|gone| gone == scope)).collect()
    }
}
