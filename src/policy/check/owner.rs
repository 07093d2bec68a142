//! Whose a record is, and where a value that the caller chooses may stand.
//!
//! The first placeholder of a key says whose the item is. What a caller chooses stands behind it only,
//! so that it selects among the identity's own items (promise `untrusted`).

use claimsmith_findings::{At, Span};

use super::checker::Checker;
use super::keys::{KeyText, place_of};
use super::records::Draft;
use crate::identity::Kind;
use crate::policy::code::Code;
use crate::policy::record::{Chosen, Operand, Owner};
use crate::policy::template::Part;

impl Checker<'_, '_> {
    /// Says whose each record is.
    pub(super) fn owners(&mut self, drafts: &mut [Draft<'_>]) {
        for draft in drafts.iter_mut() {
            draft.chosen = chosen(draft).cloned().collect();
            imply_kind(draft);
            // With a mistake in the key, or in whom it is for, nobody knows what it proves.
            if draft.is_right && draft.key.is_some() {
                let before = self.findings.count();
                draft.owner = self.owner(draft);
                if draft.owner == Some(Owner::Own) {
                    self.chosen_places(draft);
                }
                self.choices(draft);
                draft.is_right = self.findings.count() == before;
            }
        }
    }

    fn owner(&mut self, draft: &Draft<'_>) -> Option<Owner> {
        let by_key = by_key(draft);
        let name = &draft.name.value;
        match (by_key, draft.shared) {
            (Some(_), Some(At { span, .. })) => {
                let message = format!("the key of `{name}` says already whose it is");
                let help = "take `shared` out: what is shared has no owner in its key";
                self.findings.add(Code::RecordOwner, *span, message, help);
                None
            }
            (Some(Owner::Tenant), None) if !draft.chosen.is_empty() => {
                let span = self.first_chosen(draft)?;
                let message = format!(
                    "the caller chooses `{}` among all items of the organisation",
                    self.findings.written(span)
                );
                let help = "begin the key with `{sub}`, for a machine with `for = \"client\"` and \
                            `{client_id}`, so that the choice is among its own items";
                self.findings.add(Code::ChosenValue, span, message, help);
                None
            }
            (Some(owner), None) => Some(owner),
            // A variable may say it.
            (None, _) if draft.is_open => Some(Owner::Own),
            (None, shared) => {
                if let Some(span) = self.first_chosen(draft) {
                    let message = format!(
                        "the caller chooses `{}`, and nothing before it in the key proves a right to \
                         the item of `{name}`",
                        self.findings.written(span)
                    );
                    let help = "begin the key with `{sub}`, for a machine with `for = \"client\"` and \
                                `{client_id}`, so that the choice is among its own items";
                    self.findings.add(Code::ChosenValue, span, message, help);
                    return None;
                }
                if shared.is_some() {
                    return Some(Owner::Shared);
                }
                let message = format!("the key of `{name}` doesn't say whose it is");
                let help = "begin with the identity's own (`{sub}`, `{person}`, or `{client_id}` of a \
                            machine), or with `{tenant}`; or say `shared = true`, if anybody may read it";
                self.findings.add(Code::RecordOwner, draft.name.span, message, help);
                None
            }
        }
    }

    /// Where the first value stands that the caller chooses.
    fn first_chosen(&self, draft: &Draft<'_>) -> Option<Span> {
        draft.texts.iter().flatten().find_map(|text| {
            let mut values = text.template.values();
            let chosen = values.find_map(|value| match value {
                Operand::Chosen(chosen, _) => Some(chosen.spelled()),
                _ => None,
            })?;
            Some(place_of(&chosen, text.span, self.findings))
        })
    }

    /// Each chosen value stands behind fixed text.
    fn chosen_places(&mut self, draft: &Draft<'_>) {
        for text in draft.texts.iter().flatten() {
            let mut before: Option<&Part<Operand>> = None;
            for part in &text.template.parts {
                if let Part::Value(Operand::Chosen(chosen, _)) = part
                    && !matches!(before, Some(Part::Text(_)))
                {
                    let span = place_of(&chosen.spelled(), text.span, self.findings);
                    let message = format!(
                        "`{}` is chosen by the caller, and could be any item of this partition",
                        self.findings.written(span)
                    );
                    let help = "put a text of its own before it, such as `ORG#`";
                    self.findings.add(Code::ChosenValue, span, message, help);
                }
                before = Some(part);
            }
        }
    }

    /// What the caller chooses is a source of the tenant, or is within the tenant that was decided.
    fn choices(&mut self, draft: &Draft<'_>) {
        if draft.chosen.is_empty() || draft.proves || draft.owner.is_none() {
            return;
        }
        let name = &draft.name.value;
        let within = draft.operands().any(|operand| matches!(operand, Operand::Tenant(_)));
        if self.names.has_tenant && !within {
            let message = format!(
                "the caller chooses `{name}`, which may be about another organisation than the token"
            );
            let help =
                "make it a source of [tenant], or put `{tenant}` into its key before the choice";
            self.findings.add(Code::ChosenRecord, draft.name.span, message, help);
        } else if draft.require.as_ref().is_some_and(Option::is_some) {
            let message =
                format!("who leaves the choice out is not asked by the guard of `{name}`");
            let help = "guard with a record that is always read, or make it a source of [tenant]";
            self.findings.add(Code::SkippableGuard, draft.name.span, message, help);
        }
    }
}

/// Whose an item is as its key says it.
pub(super) fn by_key(draft: &Draft<'_>) -> Option<Owner> {
    match draft.operands().find(|operand| !matches!(operand, Operand::UserPoolId))? {
        Operand::Sub | Operand::Person | Operand::ClientId | Operand::VerifiedEmail => {
            Some(Owner::Own)
        }
        Operand::Tenant(_) => Some(Owner::Tenant),
        _ => None,
    }
}

/// A key that is made of what only people have is for people.
fn imply_kind(draft: &mut Draft<'_>) {
    let of_people = draft.operands().any(|operand| {
        matches!(
            operand,
            Operand::Sub
                | Operand::Person
                | Operand::VerifiedEmail
                | Operand::Attribute(_)
                | Operand::Chosen(Chosen::Attribute(_) | Chosen::Username, _)
        )
    });
    if of_people && draft.applies_to == Some(None) {
        draft.applies_to = Some(Some(Kind::User));
    }
}

fn chosen<'d>(draft: &'d Draft<'_>) -> impl Iterator<Item = &'d Chosen> {
    draft.operands().filter_map(|operand| match operand {
        Operand::Chosen(chosen, _) => Some(chosen),
        _ => None,
    })
}

impl KeyText {
    /// The letters next to a part: the last before it and the first after it.
    pub(super) fn neighbours(&self, at: usize) -> [Option<char>; 2] {
        let text = |at: Option<usize>| match at.and_then(|at| self.template.parts.get(at)) {
            Some(Part::Text(text)) => Some(text.as_str()),
            _ => None,
        };
        let before = text(at.checked_sub(1)).and_then(|text| text.chars().next_back());
        let after = text(at.checked_add(1)).and_then(|text| text.chars().next());
        [before, after]
    }
}
