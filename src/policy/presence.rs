//! Presence: whether a claim stands in every token, as far as the policy alone can say.
//!
//! Readers are written by it, so it errs on one side: what can't be shown to be there may be missing.

use cognito_claims::TokenUse;

use super::claim::{ClaimRule, ClaimValue, When};
use super::record::{About, Operand, Reading, RecordRule, Require};
use super::rules::{EventVersion, Policy};
use super::source::{Place, RecordPath, Source, Step};
use super::tenant::Proof;
use crate::identity::Kind;

/// What a reader may expect of a claim in one token. The worst is the greatest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Presence {
    /// No token is issued without it.
    Always,
    /// It is there unless a fault or the budget left it out; then `claims_omitted` names it.
    UnlessOmitted,
    /// It may be missing by right, and nothing says so.
    Optional,
}

impl Policy {
    /// What a reader may expect of a claim in a token; `None` if it never stands in it.
    ///
    /// It is about tokens that the trigger can write into. The access token of an event of version
    /// `V1_0` is none of them: unless the policy says that its pool has such events, it is left out.
    pub fn presence(&self, claim: &ClaimRule, token: TokenUse) -> Option<Presence> {
        let stands = match token {
            TokenUse::Id => claim.id,
            TokenUse::Access => claim.access,
        };
        let kinds = [Kind::User, Kind::Client].into_iter();
        let kinds = kinds.filter(|kind| stands && self.writes(token, *kind));
        kinds.map(|kind| self.presence_for(claim, kind)).max()
    }

    /// Whether each of a record's items has a text of at least one letter at a path: DynamoDB keeps
    /// none without its key. What else an item has, the policy alone can't say.
    pub fn is_key_text(&self, record: usize, path: &[Step]) -> bool {
        let table = self.records.get(record).and_then(|rule| self.tables.get(rule.table));
        table.is_some_and(|table| {
            let is_key = |name: &String| {
                let keys = [Some(&table.partition_key), table.sort_key.as_ref()];
                keys.contains(&Some(name)) && !table.numbers.contains(name)
            };
            matches!(path, [Step::Name(name)] if is_key(name))
        })
    }

    /// Whether there can be such a token for such an identity, and the trigger can write into it.
    fn writes(&self, token: TokenUse, kind: Kind) -> bool {
        let issued = self
            .tenant
            .as_ref()
            .is_none_or(|tenant| tenant.optional || !tenant.sources(kind).is_empty());
        let carries = match (token, kind, self.event_version) {
            (TokenUse::Id, Kind::User, _) => true,
            (TokenUse::Id, Kind::Client, _) => false,
            (TokenUse::Access, Kind::User, version) => version != Some(EventVersion::One),
            (TokenUse::Access, Kind::Client, version) => {
                version.is_none_or(|version| version == EventVersion::Three)
            }
        };
        issued && carries
    }

    fn presence_for(&self, claim: &ClaimRule, kind: Kind) -> Presence {
        let When { client_ids, scopes, trigger_sources, data } = &claim.when;
        let texts = [client_ids, scopes, trigger_sources];
        let on_condition = !data.is_empty() || texts.iter().any(|list| !list.is_empty());
        let for_some = self
            .clients
            .values()
            .any(|client| client.claims.as_ref().is_some_and(|only| !only.contains(&claim.name)));
        if on_condition || for_some || self.may_lack_tenant(claim.about) {
            Presence::Optional
        } else if claim.required {
            Presence::Always
        } else if claim.default.is_some() || self.has_value(&claim.value, kind) {
            Presence::UnlessOmitted
        } else {
            Presence::Optional
        }
    }

    /// Whether there are tokens in which nothing stands that is about an organisation.
    fn may_lack_tenant(&self, about: About) -> bool {
        about == About::Tenant && self.tenant.as_ref().is_none_or(|tenant| tenant.optional)
    }

    /// Whether a value is never absent. It may be unknown.
    fn has_value(&self, value: &ClaimValue, kind: Kind) -> bool {
        match value {
            ClaimValue::Constant { .. } => true,
            // Of several items it is the list of their words, if only of none.
            ClaimValue::First { sources, .. } => sources.iter().any(|source| {
                self.is_there(&source.place, kind) || self.has_items(&source.place, kind)
            }),
            ClaimValue::Merge { sources, .. } => {
                sources.iter().any(|source| self.is_there(&source.place, kind))
            }
            ClaimValue::Template(template) => {
                template.values().all(|source: &Source| self.is_there(&source.place, kind))
            }
            ClaimValue::Items { record, .. } => {
                self.is_asked(record.record, kind) || self.is_found(record.record, kind)
            }
        }
    }

    /// Whether a single value is there in every token. Splits and maps make it unknown at worst.
    fn is_there(&self, place: &Place, kind: Kind) -> bool {
        match place {
            Place::Tenant => !self.may_lack_tenant(About::Tenant),
            Place::Groups => kind == Kind::User,
            Place::Attribute(_) => false,
            Place::Record(path) => {
                self.is_found(path.record, kind) && self.holds(path.record, &path.path)
            }
            Place::Member(path) => self.is_of_member(path, kind),
        }
    }

    /// Whether whatever proves the organisation holds an attribute.
    fn is_of_member(&self, path: &[Step], kind: Kind) -> bool {
        self.tenant.as_ref().is_some_and(|tenant| {
            !tenant.optional
                && tenant.sources(kind).iter().all(|source| match &source.proof {
                    Proof::Record(proof) => proof.path == path || self.holds(proof.record, path),
                    Proof::Within(_) | Proof::Assigned(_) => false,
                })
        })
    }

    /// Whether a place is the items of a record that is always asked for several.
    fn has_items(&self, place: &Place, kind: Kind) -> bool {
        match place {
            Place::Record(RecordPath { record, .. }) => self.is_asked(*record, kind),
            _ => false,
        }
    }

    /// Whether no token is issued without the record: its guard refuses.
    fn is_found(&self, record: usize, kind: Kind) -> bool {
        let of_person = self.person.as_ref().is_some_and(|person| {
            kind == Kind::User && [person.record, person.profile].contains(&record)
        });
        self.records.get(record).is_some_and(|rule| {
            let is_guard = matches!(rule.read, Reading::Item(_))
                && rule.require.as_ref().is_some_and(Require::proves);
            self.is_for_all(rule, kind) && (is_guard || of_person)
        })
    }

    /// Whether a record of several items is asked for before every token.
    fn is_asked(&self, record: usize, kind: Kind) -> bool {
        self.records.get(record).is_some_and(|rule| {
            let several = match &rule.read {
                Reading::Item(_) => false,
                Reading::Each { list, .. } => self.is_there(&list.place, kind),
                Reading::Query { only, .. } => !only,
            };
            several
                && self.is_for_all(rule, kind)
                && rule.operands().all(|operand| self.is_filled(operand, kind))
        })
    }

    fn is_for_all(&self, rule: &RecordRule, kind: Kind) -> bool {
        rule.is_for(kind) && rule.chosen.is_empty() && !self.may_lack_tenant(rule.about)
    }

    /// Whether what a key takes is there: a guard needs it too, or its kind always is.
    fn is_filled(&self, operand: &Operand, kind: Kind) -> bool {
        match operand {
            Operand::Each | Operand::Star(_) => true,
            Operand::Tenant(_) => !self.may_lack_tenant(About::Tenant),
            Operand::Member(path) => self.is_of_member(path, kind),
            Operand::Record(path) => self.is_there(&Place::Record(path.clone()), kind),
            other => self.records.iter().enumerate().any(|(at, rule)| {
                self.is_found(at, kind) && rule.operands().any(|needed| needed == other)
            }),
        }
    }

    /// Whether an item that counts has one of some values at a path.
    fn holds(&self, record: usize, path: &[Step]) -> bool {
        let is_path = |names: &[String]| {
            names.len() == path.len()
                && names
                    .iter()
                    .zip(path)
                    .all(|(name, step)| matches!(step, Step::Name(it) if it == name))
        };
        match self.records.get(record).and_then(|rule| rule.require.as_ref()) {
            Some(Require::Holds(held)) => held.iter().any(|(names, _)| is_path(names)),
            Some(Require::NotRevoked) | None => false,
        }
    }
}
