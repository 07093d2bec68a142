//! What a value rests on: everything that had a part in it, followed back to what Cognito vouches for,
//! what the caller chooses, and what the check can't see.

use std::collections::BTreeSet;

use super::proofs::{Choice, Input, Premise, Selects};
use crate::policy::record::{Operand, Reading};
use crate::policy::rules::Policy;
use crate::policy::source::{AssignedAttribute, Map, Place, Source, Step};
use crate::policy::tenant::Proof;

/// What something rests on.
pub(super) struct Basis<'p> {
    policy: &'p Policy,
    pub(super) choices: BTreeSet<Choice>,
    pub(super) premises: BTreeSet<Premise>,
    /// The records and the tenant that were followed already.
    records: BTreeSet<usize>,
    tenant: bool,
}

impl<'p> Basis<'p> {
    pub(super) fn new(policy: &'p Policy) -> Self {
        Self {
            policy,
            choices: BTreeSet::new(),
            premises: BTreeSet::new(),
            records: BTreeSet::new(),
            tenant: false,
        }
    }

    pub(super) fn source(&mut self, source: &Source) {
        self.place(&source.place);
        if let Some(Map::Item(place)) = &source.map {
            self.place(place);
        }
    }

    pub(super) fn choice(&mut self, input: Input, selects: Selects) {
        self.choices.insert(Choice { input, selects });
    }

    fn place(&mut self, place: &Place) {
        match place {
            Place::Tenant | Place::Member(_) => self.tenant(),
            Place::Record(path) => {
                if path.path.contains(&Step::Tenant) {
                    self.tenant();
                }
                self.record(path.record);
            }
            Place::Attribute(attribute) => self.attribute(attribute),
            Place::Groups => {
                self.premises.insert(Premise::Groups);
            }
        }
    }

    /// The organisation: whatever its sources rest on.
    pub(super) fn tenant(&mut self) {
        if std::mem::replace(&mut self.tenant, true) {
            return;
        }
        let policy = self.policy;
        let Some(rule) = &policy.tenant else { return };
        for source in rule.person.iter().chain(&rule.machine) {
            let proved_by = match &source.proof {
                Proof::Record(path) => {
                    self.record(path.record);
                    policy.records.get(path.record).map(|rule| rule.name.clone())
                }
                Proof::Within(list) => {
                    self.source(list);
                    Some(policy.spelled_place(&list.place))
                }
                Proof::Assigned(source) => {
                    self.source(source);
                    None
                }
            };
            if let (Some(chosen), Some(proved_by)) = (&source.chosen, proved_by) {
                let input = Input::Value(chosen.spelled());
                self.choice(input, Selects::Tenant { proved_by });
            }
        }
    }

    /// A record: whoever writes it, and whatever its key is made of.
    pub(super) fn record(&mut self, at: usize) {
        let policy = self.policy;
        let Some(rule) = policy.records.get(at).filter(|_| self.records.insert(at)) else { return };
        let record = || rule.name.clone();
        self.premises.insert(Premise::Items { record: record() });
        if rule.owner == crate::policy::record::Owner::Shared {
            self.premises.insert(Premise::Shared { record: record() });
        }
        if let Reading::Query { index: Some(index), .. } = &rule.read {
            self.premises.insert(Premise::Index { index: index.name.clone() });
        }
        if let Reading::Each { list, .. } = &rule.read {
            self.source(list);
        }
        let decides = self.decides(at);
        for operand in rule.operands() {
            match operand {
                Operand::Person => self.person(),
                Operand::VerifiedEmail => self.address(),
                Operand::Attribute(attribute) => self.attribute(attribute),
                Operand::Chosen(chosen, _) if !decides => {
                    let selects = Selects::Item { record: record() };
                    self.choice(Input::Value(chosen.spelled()), selects);
                }
                Operand::Tenant(_) | Operand::Member(_) => self.tenant(),
                Operand::Record(path) => self.place(&Place::Record(path.clone())),
                Operand::Sub
                | Operand::ClientId
                | Operand::UserPoolId
                | Operand::Chosen(..)
                | Operand::Each
                | Operand::Star(_) => {}
            }
        }
    }

    /// Whether a record is a source of the tenant, so that what chooses it chooses the organisation.
    fn decides(&self, at: usize) -> bool {
        let mut sources =
            self.policy.tenant.iter().flat_map(|it| it.person.iter().chain(&it.machine));
        sources.any(|source| matches!(&source.proof, Proof::Record(path) if path.record == at))
    }

    /// The person as an index finds them and their profile confirms it.
    fn person(&mut self) {
        if let Some(person) = &self.policy.person {
            self.record(person.record);
            self.record(person.profile);
        }
    }

    fn address(&mut self) {
        self.premises.insert(Premise::VerifiedAddress);
        let verifying = self.policy.providers.iter().filter(|provider| provider.verifies_email);
        let names = verifying.map(|it| Premise::VerifyingProvider { provider: it.name.clone() });
        self.premises.extend(names);
    }

    fn attribute(&mut self, AssignedAttribute { name, provider }: &AssignedAttribute) {
        let attribute = name.clone();
        let provider = provider.and_then(|at| self.policy.providers.get(at));
        self.premises.insert(match provider {
            Some(provider) => Premise::Provider {
                provider: provider.name.clone(),
                attribute,
                issuer: provider.issuer.clone(),
            },
            None => {
                let writable = self.policy.writable_attributes.contains(name);
                Premise::AdminOnly { attribute, writable }
            }
        });
    }
}
