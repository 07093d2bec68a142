//! Records need each other: names in keys to a graph, ordered into rounds.
//!
//! A record's key may name attributes of other records, and the tenant, which needs its sources. Records
//! of one round need only earlier rounds, so each round is one batched read beside its queries.

use claimsmith_findings::At;

use super::checker::{Checker, kind_index};
use super::records::{Draft, How};
use super::tenant::TenantDraft;
use crate::identity::Kind;
use crate::policy::code::Code;
use crate::policy::record::{Chosen, Operand};
use crate::policy::source::{Map, Place, RecordPath, Source, Step};
use crate::policy::template::Part;
use crate::policy::tenant::Proof;

/// What the graph is made of: the records, and behind them the tenant.
pub(super) struct Graph<'d> {
    nodes: Vec<Node<'d>>,
    /// The position of the tenant.
    tenant: usize,
}

struct Node<'d> {
    name: &'d At<String>,
    needs: Vec<usize>,
}

/// The order in which everything is known.
pub(super) struct Order {
    /// Positions of records, round by round.
    pub(super) rounds: Vec<Vec<usize>>,
    /// After how many of them the tenant is known.
    pub(super) tenant_after: usize,
}

impl<'d> Graph<'d> {
    /// The graph of all records, of which the one of `[person]` may be the last.
    pub(super) fn new(
        drafts: &'d [Draft<'_>],
        tenant: Option<&TenantDraft>,
        tenant_name: &'d At<String>,
        person: Option<usize>,
    ) -> Self {
        let at_tenant = drafts.len();
        let of_path = |path: &RecordPath| {
            let by_tenant = path.path.contains(&Step::Tenant).then_some(at_tenant);
            by_tenant.into_iter().chain([path.record])
        };
        let of_place = |place: &Place| match place {
            Place::Tenant | Place::Member(_) => vec![at_tenant],
            Place::Record(path) => of_path(path).collect(),
            Place::Attribute(_) | Place::Groups => Vec::new(),
        };
        let of_source = |source: &Source| {
            let mut needs = of_place(&source.place);
            if let Some(Map::Item(place)) = &source.map {
                needs.extend(of_place(place));
            }
            needs
        };
        let of_operand = |operand: &Operand| match operand {
            Operand::Tenant(_) | Operand::Member(_) => vec![at_tenant],
            Operand::Person => person.into_iter().collect(),
            Operand::Record(path) => of_path(path).collect(),
            _ => Vec::new(),
        };
        let mut nodes: Vec<Node<'d>> = drafts
            .iter()
            .map(|draft| {
                let mut needs: Vec<usize> = draft.operands().flat_map(of_operand).collect();
                if let Some(How::Each { list, .. }) = &draft.how {
                    needs.extend(of_source(list));
                }
                Node { name: draft.name, needs }
            })
            .collect();
        let sources = tenant.into_iter().flat_map(TenantDraft::all);
        let needs = sources.flat_map(|source| match &source.proof {
            Proof::Record(path) => of_path(path).collect(),
            Proof::Within(source) | Proof::Assigned(source) => of_source(source),
        });
        nodes.push(Node { name: tenant_name, needs: needs.collect() });
        Self { nodes, tenant: at_tenant }
    }
}

impl Checker<'_, '_> {
    /// Orders the records into rounds. Records in a cycle, or behind one, are in no round.
    pub(super) fn order(&mut self, graph: &Graph<'_>) -> Order {
        let mut order = Order { rounds: Vec::new(), tenant_after: 0 };
        let mut placed = vec![false; graph.nodes.len()];
        loop {
            let is_placed = |placed: &[bool], at: usize| placed.get(at).copied().unwrap_or(false);
            let is_ready = |placed: &[bool], at: usize, node: &Node<'_>| {
                !is_placed(placed, at) && node.needs.iter().all(|need| is_placed(placed, *need))
            };
            // The tenant needs no read of its own: it is decided between two rounds.
            if let Some(node) = graph.nodes.get(graph.tenant)
                && is_ready(&placed, graph.tenant, node)
            {
                placed.iter_mut().skip(graph.tenant).take(1).for_each(|flag| *flag = true);
                order.tenant_after = order.rounds.len();
            }
            let ready: Vec<usize> = (0..graph.tenant)
                .zip(&graph.nodes)
                .filter(|(at, node)| is_ready(&placed, *at, node))
                .map(|(at, _)| at)
                .collect();
            if ready.is_empty() {
                break;
            }
            for at in &ready {
                placed.iter_mut().skip(*at).take(1).for_each(|flag| *flag = true);
            }
            order.rounds.push(ready);
        }
        self.cycles(&graph.nodes, &placed);
        order
    }

    /// Every node that is not placed needs another one that isn't: following them must come round
    /// again, and from there on the path is a cycle.
    fn cycles(&mut self, nodes: &[Node<'_>], placed: &[bool]) {
        let is_placed = |at: usize| placed.get(at).copied().unwrap_or(true);
        let next = |at: usize| nodes.get(at)?.needs.iter().copied().find(|need| !is_placed(*need));
        let mut seen = vec![false; nodes.len()];
        for start in (0..nodes.len()).filter(|at| !is_placed(*at)) {
            let mut path: Vec<usize> = Vec::new();
            let mut at = Some(start);
            while let Some(here) = at.filter(|here| !seen.get(*here).copied().unwrap_or(true)) {
                seen.iter_mut().skip(here).take(1).for_each(|flag| *flag = true);
                path.push(here);
                at = next(here);
            }
            // The path ends at a record of an earlier one, or at one of its own.
            let first = at.and_then(|end| path.iter().position(|at| *at == end));
            let Some(first) = first else { continue };
            let cycle: Vec<&At<String>> = path
                .iter()
                .skip(first)
                .filter_map(|at| nodes.get(*at))
                .map(|node| node.name)
                .collect();
            self.cycle(&cycle);
        }
    }

    fn cycle(&mut self, cycle: &[&At<String>]) {
        let [first, others @ ..] = cycle else { return };
        let message = match others {
            [] => format!("the record `{}` needs itself for its key", first.value),
            _ => {
                let around = cycle.iter().chain([first]).map(|name| name.value.as_str());
                let around: Vec<&str> = around.collect();
                format!("these records need each other: {}", around.join(" needs "))
            }
        };
        let help = "build the key from something that is known without the record";
        self.findings.add(Code::RecordCycle, first.span, message, help);
    }

    /// Finds records whose key can have a value for nobody: neither for a person nor for a machine.
    pub(super) fn reachable(
        &mut self,
        drafts: &[Draft<'_>],
        rounds: &[Vec<usize>],
        tenant: Option<&TenantDraft>,
    ) {
        let mut reach: Vec<[bool; 2]> = vec![[false; 2]; drafts.len()];
        for at in rounds.iter().flatten() {
            let Some(draft) = drafts.get(*at) else { continue };
            let mut kinds =
                [Kind::User, Kind::Client].map(|kind| has_value_for(draft, kind, &reach, tenant));
            if kinds == [false, false] {
                self.findings.add(
                    Code::UnreachableRecord,
                    draft.name.span,
                    format!("the key of `{}` can never have a value", draft.name.value),
                    "a machine has no `sub`, `username` and `attributes`, and no record that is only \
                     for a person, nor the other way round; change `for` or the key",
                );
                // A record behind an unreachable one is the same mistake.
                kinds = [true, true];
            }
            reach.iter_mut().skip(*at).take(1).for_each(|cell| *cell = kinds);
        }
    }
}

/// Whether a key can have a value for a person or a machine. `reach` says so of other records.
fn has_value_for(
    draft: &Draft<'_>,
    kind: Kind,
    reach: &[[bool; 2]],
    tenant: Option<&TenantDraft>,
) -> bool {
    let at = kind_index(kind);
    let has_tenant = || {
        let sources = tenant.and_then(|tenant| tenant.sources.get(at));
        sources.is_some_and(|sources| sources.as_ref().is_none_or(|all| !all.is_empty()))
    };
    let has_value = |operand: &Operand| match operand {
        Operand::Sub
        | Operand::Person
        | Operand::VerifiedEmail
        | Operand::Attribute(_)
        | Operand::Chosen(Chosen::Attribute(_) | Chosen::Username | Chosen::ClientId, _) => {
            kind == Kind::User
        }
        Operand::ClientId => kind == Kind::Client,
        Operand::UserPoolId
        | Operand::Chosen(Chosen::Metadata(_), _)
        | Operand::Each
        | Operand::Star(_) => true,
        Operand::Tenant(_) | Operand::Member(_) => has_tenant(),
        Operand::Record(path) => {
            let kinds = reach.get(path.record).copied().unwrap_or_default();
            kinds.get(at).copied().unwrap_or_default()
        }
    };
    let parts = draft.texts.iter().flatten().flat_map(|text| &text.template.parts);
    let mut values = parts.filter_map(|part| match part {
        Part::Text(_) => None,
        Part::Value(value) => Some(value),
    });
    draft.applies_to.flatten().is_none_or(|only| only == kind) && values.all(has_value)
}
