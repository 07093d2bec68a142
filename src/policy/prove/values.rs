//! Where each thing that the policy writes comes from.

use cognito_claims::TokenUse;
use serde_json::Value;

use super::basis::Basis;
use super::proofs::{Input, Mapped, OriginPlace, Selects, ValueOrigin, ValueProof, What};
use crate::policy::claim::{ClaimRule, ClaimValue};
use crate::policy::record::{About, Reading, Require};
use crate::policy::rules::{ClientRules, GroupMode, GroupRule, Policy, TokenRules};
use crate::policy::source::{Map, Place, Source};
use crate::policy::spelling::spelled_value;
use crate::policy::tenant::Proof;

impl Policy {
    /// Everything that is written, in the order in which it is told.
    pub(super) fn value_proofs(&self) -> Vec<ValueProof> {
        let mut all: Vec<ValueProof> = self.claims.iter().map(|it| self.claim_proof(it)).collect();
        for (key, at) in self.session_tags.iter().flat_map(|tags| &tags.tags) {
            all.extend(self.claims.get(*at).map(|claim| ValueProof {
                what: What::SessionTag(key.clone()),
                tokens: vec![TokenUse::Id],
                ..self.claim_proof(claim)
            }));
        }
        all.extend(self.groups.as_ref().map(|groups| self.group_proof(groups)));
        for client in [&self.any_client].into_iter().chain(self.clients.values()) {
            all.extend(self.scope_proofs(client));
        }
        all
    }

    fn claim_proof(&self, claim: &ClaimRule) -> ValueProof {
        let mut basis = Basis::new(self);
        let mut from = Vec::new();
        match &claim.value {
            ClaimValue::First { sources, .. } | ClaimValue::Merge { sources, .. } => {
                from.extend(sources.iter().map(|source| self.origin(source, &mut basis)));
            }
            ClaimValue::Template(template) => {
                from.extend(template.values().map(|source| self.origin(source, &mut basis)));
            }
            ClaimValue::Items { record, .. } => {
                let place = Place::Record(record.clone());
                let text = self.spelled_place(&place);
                let source = Source { text, place, split: None, map: None };
                from.push(self.origin(&source, &mut basis));
            }
            ClaimValue::Constant { value, .. } => from.push(constant(value, OriginPlace::Constant)),
        }
        from.extend(claim.default.iter().map(|value| constant(value, OriginPlace::Default)));
        let when = self.conditions(claim, &mut basis);
        let tokens = TokenUse::BOTH.into_iter().filter(|token| match token {
            TokenUse::Id => claim.id,
            TokenUse::Access => claim.access,
        });
        ValueProof {
            what: What::Claim(claim.name.clone()),
            tokens: tokens.collect(),
            about: claim.about,
            from,
            when,
            guards: Vec::new(),
            choices: basis.choices,
            premises: basis.premises,
        }
    }

    /// The conditions of a claim, and who chooses whether they hold.
    fn conditions(&self, claim: &ClaimRule, basis: &mut Basis<'_>) -> Vec<(String, Vec<Value>)> {
        let mut when = Vec::new();
        let lists = [
            ("client_ids", &claim.when.client_ids, Input::AppClient),
            ("scopes", &claim.when.scopes, Input::Scopes),
            ("trigger_sources", &claim.when.trigger_sources, Input::TriggerSource),
        ];
        for (name, list, input) in lists {
            if !list.is_empty() {
                when.push((name.to_owned(), list.iter().cloned().map(Value::from).collect()));
                basis.choice(input, Selects::Presence);
            }
        }
        for (source, values) in &claim.when.data {
            basis.source(source);
            when.push((source.text.clone(), values.clone()));
        }
        let leaves_out = |client: &ClientRules| {
            client.claims.as_ref().is_some_and(|only| !only.contains(&claim.name))
        };
        if self.clients.values().any(leaves_out) {
            basis.choice(Input::AppClient, Selects::Presence);
        }
        when
    }

    fn group_proof(&self, groups: &GroupRule) -> ValueProof {
        let mut basis = Basis::new(self);
        let names = groups.names.iter().map(|name| ValueOrigin {
            text: name.clone(),
            place: OriginPlace::Constant,
            map: None,
        });
        let mut from: Vec<ValueOrigin> = names.collect();
        from.extend(groups.sources.iter().map(|source| self.origin(source, &mut basis)));
        let grants = groups.mode != GroupMode::Remove && !groups.names.is_empty();
        ValueProof {
            what: What::Groups(groups.mode),
            tokens: TokenUse::BOTH.to_vec(),
            about: groups.about,
            from,
            when: Vec::new(),
            guards: if grants { self.guards(&mut basis) } else { Vec::new() },
            choices: basis.choices,
            premises: basis.premises,
        }
    }

    fn scope_proofs(&self, client: &ClientRules) -> Vec<ValueProof> {
        let TokenRules { add_scopes, limit_scopes, .. } = &client.access;
        let section = || client.section.clone();
        let proof = |what, from, guards, basis: Basis<'_>| ValueProof {
            what,
            tokens: vec![TokenUse::Access],
            about: About::Nobody,
            from,
            when: Vec::new(),
            guards,
            choices: basis.choices,
            premises: basis.premises,
        };
        let mut all = Vec::new();
        if !add_scopes.is_empty() {
            let mut basis = Basis::new(self);
            let guards = self.guards(&mut basis);
            if client.section.is_some() || !self.clients.is_empty() {
                basis.choice(Input::AppClient, Selects::Presence);
            }
            let from = add_scopes.iter().map(|scope| ValueOrigin {
                text: scope.clone(),
                place: OriginPlace::Constant,
                map: None,
            });
            all.push(proof(What::AddedScopes(section()), from.collect(), guards, basis));
        }
        if let Some(limit) = limit_scopes {
            let mut basis = Basis::new(self);
            let from = vec![self.origin(limit, &mut basis)];
            basis.choice(Input::Scopes, Selects::Less);
            all.push(proof(What::ScopeLimit(section()), from, Vec::new(), basis));
        }
        all
    }

    /// The guards that nobody can skip: the tenant's proof, and what is read whoever asks.
    fn guards(&self, basis: &mut Basis<'_>) -> Vec<String> {
        let mut guards = Vec::new();
        if self.tenant.is_some() {
            basis.tenant();
            guards.push("tenant".to_owned());
        }
        for (at, rule) in self.records.iter().enumerate() {
            let proves = rule.require.as_ref().is_some_and(Require::proves);
            let is_guard = proves && !matches!(rule.read, Reading::Query { .. });
            if is_guard && rule.chosen.is_empty() {
                basis.record(at);
                guards.push(rule.name.clone());
            }
        }
        guards
    }

    fn origin(&self, source: &Source, basis: &mut Basis<'_>) -> ValueOrigin {
        basis.source(source);
        let place = match &source.place {
            Place::Tenant => OriginPlace::Tenant,
            Place::Member(_) => OriginPlace::Member(self.members()),
            Place::Record(path) => match self.records.get(path.record) {
                Some(rule) => OriginPlace::Record {
                    name: rule.name.clone(),
                    owner: rule.owner,
                    kind: rule.applies_to,
                },
                None => OriginPlace::Constant,
            },
            Place::Attribute(_) => OriginPlace::Attribute,
            Place::Groups => OriginPlace::Groups,
        };
        let map = source.map.as_ref().map(|map| match map {
            Map::File(_) => Mapped::File,
            Map::Item(place) => Mapped::Item(self.spelled_place(place)),
        });
        ValueOrigin { text: source.text.clone(), place, map }
    }

    /// The records of which one is the member.
    fn members(&self) -> Vec<String> {
        let mut members: Vec<String> = Vec::new();
        let sources = self.tenant.iter().flat_map(|rule| rule.person.iter().chain(&rule.machine));
        for source in sources {
            if let Proof::Record(path) = &source.proof
                && let Some(rule) = self.records.get(path.record)
                && !members.contains(&rule.name)
            {
                members.push(rule.name.clone());
            }
        }
        members
    }
}

fn constant(value: &Value, place: OriginPlace) -> ValueOrigin {
    let text = spelled_value(value);
    ValueOrigin { text, place, map: None }
}
