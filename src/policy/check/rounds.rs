//! Records need each other: names in keys to a graph, ordered into rounds.
//!
//! A record's key may name attributes of other records. Records of one round need only earlier
//! rounds, so each round is one batched read.

use claimsmith_findings::At;

use super::checker::Checker;
use crate::identity::Kind;
use crate::policy::code::Code;
use crate::policy::record::Operand;
use crate::policy::template::{Part, Template};

/// A record as the graph sees it.
pub(super) struct Node<'r> {
    pub(super) name: &'r At<String>,
    /// Read for these identities only; `None` is all.
    pub(super) applies_to: Option<Kind>,
    /// The templates of its key, those that could be read.
    pub(super) templates: Vec<&'r Template<Operand>>,
}

impl Node<'_> {
    /// Positions of the records that the key names.
    fn needs(&self) -> impl Iterator<Item = usize> {
        self.templates.iter().flat_map(|template| template.operands()).filter_map(|operand| {
            match operand {
                Operand::Record(path) => Some(path.record),
                _ => None,
            }
        })
    }

    /// Whether the key can have a value for a person or a machine. `reach` says so of other records.
    fn has_value_for(&self, kind: Kind, reach: &[[bool; 2]]) -> bool {
        let has_value = |operand: &Operand| match operand {
            Operand::Sub | Operand::Username | Operand::Attribute(_) => kind == Kind::User,
            Operand::ClientId | Operand::UserPoolId | Operand::Metadata(_) => true,
            Operand::Record(path) => {
                let [user, client] = reach.get(path.record).copied().unwrap_or_default();
                if kind == Kind::User { user } else { client }
            }
        };
        let mut parts = self.templates.iter().flat_map(|template| &template.parts);
        self.applies_to.is_none_or(|only| only == kind)
            && parts.all(|part| match part {
                Part::Text(_) => true,
                // Without a name it is one that only a variable will complete.
                Part::FirstOf(operands) => operands.is_empty() || operands.iter().any(has_value),
            })
    }
}

impl Checker<'_, '_> {
    /// Orders the records into rounds. Records in a cycle, or behind one, are in no round.
    pub(super) fn rounds(&mut self, nodes: &[Node<'_>]) -> Vec<Vec<usize>> {
        let mut rounds: Vec<Vec<usize>> = Vec::new();
        let mut placed = vec![false; nodes.len()];
        loop {
            let is_placed = |at: usize| placed.get(at).copied().unwrap_or(false);
            let ready: Vec<usize> = (0..nodes.len())
                .zip(nodes)
                .filter(|(at, node)| !is_placed(*at) && node.needs().all(is_placed))
                .map(|(at, _)| at)
                .collect();
            if ready.is_empty() {
                break;
            }
            for (at, flag) in placed.iter_mut().enumerate() {
                *flag |= ready.contains(&at);
            }
            rounds.push(ready);
        }
        self.cycles(nodes, &placed);
        rounds
    }

    /// Every record that is not placed needs another one that isn't: following them must come round
    /// again, and from there on the path is a cycle.
    fn cycles(&mut self, nodes: &[Node<'_>], placed: &[bool]) {
        let is_placed = |at: usize| placed.get(at).copied().unwrap_or(true);
        let next = |at: usize| nodes.get(at)?.needs().find(|need| !is_placed(*need));
        let mut seen: Vec<usize> = Vec::new();
        for start in (0..nodes.len()).filter(|at| !is_placed(*at)) {
            let mut path: Vec<usize> = Vec::new();
            let mut at = Some(start);
            while let Some(here) = at.filter(|here| !seen.contains(here)) {
                seen.push(here);
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
    pub(super) fn reachable(&mut self, nodes: &[Node<'_>], rounds: &[Vec<usize>]) {
        let mut reach: Vec<[bool; 2]> = vec![[false; 2]; nodes.len()];
        for at in rounds.iter().flatten() {
            let Some(node) = nodes.get(*at) else { continue };
            let mut kinds = [Kind::User, Kind::Client].map(|kind| node.has_value_for(kind, &reach));
            if kinds == [false, false] {
                self.findings.add(
                    Code::UnreachableRecord,
                    node.name.span,
                    format!("the key of `{}` can never have a value", node.name.value),
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
