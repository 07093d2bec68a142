//! Proofs: for all that a policy writes, where it can come from, what the caller can choose in it, what
//! proves that choice, and what is taken on trust.
//!
//! Nothing is decided here. A [`Policy`] exists only if the check found nothing; this says in what the
//! proofs consist that it looked for, and what no file can say.

mod basis;
mod proofs;
mod values;

pub use proofs::{
    Choice, Input, Mapped, OriginPlace, Premise, Proofs, ProvedBy, RecordProof, Selects, Several,
    SourceProof, TenantProofs, ValueOrigin, ValueProof, What,
};

use super::record::{Reading, RecordRule};
use super::rules::Policy;
use super::tenant::{Proof, TenantRule, TenantSource};
use crate::identity::Kind;
use basis::Basis;

impl Policy {
    /// All that the policy proves, and all that it takes on trust.
    pub fn proofs(&self) -> Proofs {
        let values = self.value_proofs();
        // Guards decide about every token, whatever stands in it.
        let mut all = Basis::new(self);
        all.tenant();
        (0..self.records.len()).for_each(|at| all.record(at));
        let mut premises = all.premises;
        premises.extend(self.user_pools.is_none().then_some(Premise::AnyPool));
        let words = self.never.words();
        premises.extend((!words.is_empty()).then_some(Premise::Never { words }));
        premises.extend(values.iter().flat_map(|value| value.premises.iter().cloned()));
        Proofs {
            tenant: self.tenant.as_ref().map(|rule| self.tenant_proofs(rule)),
            records: self.records.iter().map(|rule| self.record_proof(rule)).collect(),
            values,
            premises,
        }
    }

    fn tenant_proofs(&self, rule: &TenantRule) -> TenantProofs {
        let of_kind = |kind| rule.sources(kind).iter().map(move |it| self.source_proof(it, kind));
        TenantProofs {
            id: rule.id.id_type,
            optional: rule.optional,
            sources: of_kind(Kind::User).chain(of_kind(Kind::Client)).collect(),
        }
    }

    fn source_proof(&self, source: &TenantSource, kind: Kind) -> SourceProof {
        let name = |at: usize| self.records.get(at).map(|rule| rule.name.clone());
        let proof = match &source.proof {
            Proof::Record(path) => {
                let record = name(path.record).unwrap_or_default();
                match self.records.get(path.record).map(|rule| &rule.read) {
                    Some(Reading::Query { .. }) => ProvedBy::OnlyMatch { record },
                    _ => ProvedBy::Item { record },
                }
            }
            Proof::Within(list) => ProvedBy::Within {
                list: self.spelled_place(&list.place),
                record: match &list.place {
                    super::source::Place::Record(path) => name(path.record),
                    _ => None,
                },
            },
            Proof::Assigned(source) => {
                ProvedBy::Assigned { attribute: self.spelled_place(&source.place) }
            }
        };
        SourceProof { kind, text: source.text.clone(), chosen: source.chosen.clone(), proof }
    }

    fn record_proof(&self, rule: &RecordRule) -> RecordProof {
        let index = match &rule.read {
            Reading::Query { index, .. } => index.as_ref().map(|index| index.name.clone()),
            _ => None,
        };
        let several = match &rule.read {
            Reading::Item(_) => None,
            Reading::Each { list, at_most, skip_missing, .. } => Some(Several::Each {
                list: list.text.clone(),
                at_most: *at_most,
                skip_missing: *skip_missing,
            }),
            Reading::Query { at_most, only, .. } => {
                Some(Several::Query { at_most: *at_most, only: *only })
            }
        };
        let key = self.spelled_key(rule).into_iter().map(|(name, text)| (name.to_owned(), text));
        RecordProof {
            name: rule.name.clone(),
            kind: rule.applies_to,
            table: self
                .tables
                .get(rule.table)
                .map(|it| it.location.name())
                .unwrap_or_default()
                .to_owned(),
            index,
            key: key.collect(),
            several,
            owner: rule.owner,
            about: rule.about,
            chosen: rule.chosen.clone(),
            require: rule.require.clone(),
            keep: rule.keep,
        }
    }
}
