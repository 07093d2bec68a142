//! The types of what a caller chooses, and of the tenant: so that no value can be taken for another
//! key than the one that is meant.

use std::collections::{BTreeMap, BTreeSet};

use claimsmith_findings::Span;

use super::checker::Checker;
use super::keys::{KeyText, place_of};
use super::owner::by_key;
use super::records::Draft;
use crate::policy::code::Code;
use crate::policy::id::{IdRule, IdType};
use crate::policy::record::{Operand, Owner};
use crate::policy::template::Part;

/// What a slug can hold beside letters and digits.
const MARKS: [char; 3] = ['.', '_', '-'];

impl Checker<'_, '_> {
    /// Gives each typed value its rule; the tenant's is the result.
    pub(super) fn id_types(&mut self, drafts: &mut [Draft<'_>], tenant: Option<IdType>) -> IdRule {
        let separators = separators(drafts);
        let of_tenant = |draft: &Draft<'_>, operand: &Operand| match operand {
            Operand::Tenant(_) | Operand::Star(_) => true,
            Operand::Chosen(..) => draft.proves,
            _ => false,
        };
        let with_tenant =
            drafts.iter().filter(|draft| draft.operands().any(|operand| of_tenant(draft, operand)));
        let tables = with_tenant.filter_map(|draft| draft.table);
        let all: BTreeSet<char> =
            tables.filter_map(|table| separators.get(&table)).flatten().copied().collect();
        let rule =
            IdRule { id_type: tenant.unwrap_or(IdType::Slug), without: all.into_iter().collect() };
        for draft in drafts.iter_mut() {
            let own = draft.table.and_then(|table| separators.get(&table));
            let own: String = own.into_iter().flatten().collect();
            let within = draft.operands().any(|operand| matches!(operand, Operand::Tenant(_)));
            // One that is chosen beside the tenant is a finding of its own.
            let is_right = draft.is_right && (draft.proves || within || !self.names.has_tenant);
            let proves = draft.proves;
            let may_choose = by_key(draft) == Some(Owner::Own);
            for text in draft.texts.iter_mut().flatten() {
                for at in 0..text.template.parts.len() {
                    let written = text.types.get(&at).copied();
                    let neighbours = text.neighbours(at);
                    let Some(Part::Value(operand)) = text.template.parts.get_mut(at) else {
                        continue;
                    };
                    let name = name(operand);
                    let found = match operand {
                        Operand::Tenant(place) | Operand::Star(place) => {
                            *place = rule.clone();
                            Some(place)
                        }
                        Operand::Chosen(_, place) if proves && written.is_none() => {
                            *place = rule.clone();
                            Some(place)
                        }
                        Operand::Chosen(_, place) => {
                            place.without = own.clone();
                            Some(place)
                        }
                        _ => None,
                    };
                    let Some(IdRule { id_type, .. }) = found.cloned() else { continue };
                    let span = place_of(&name, text.span, self.findings);
                    let is_choice = matches!(operand, Operand::Chosen(..));
                    // One that the caller may not choose at all is a finding of its own, too.
                    if !is_right
                        || is_choice
                            && !(may_choose && self.is_typed(proves, written, tenant, span))
                    {
                        continue;
                    }
                    self.fits(id_type, neighbours, span);
                }
            }
            let has_sort = draft.key.as_ref().is_some_and(|key| key.sort.is_some());
            draft.take_templates(has_sort);
        }
        rule
    }

    /// A value that the caller chooses has a type; the one that the tenant is chosen by has the tenant's.
    fn is_typed(
        &mut self,
        proves: bool,
        written: Option<IdType>,
        tenant: Option<IdType>,
        span: Span,
    ) -> bool {
        let name = self.findings.written(span);
        let (message, help) = match (written, proves) {
            (Some(written), true) if tenant.is_some_and(|tenant| tenant != written) => (
                format!("`{name}` chooses the tenant, whose id is no {}", written.as_str()),
                "take the type out: the one of `id` in [tenant] counts".to_owned(),
            ),
            (None, false) => (
                format!("the caller chooses `{name}`, and nothing says what it looks like"),
                format!("write its type: `{{{name}:uuid}}`, `:number` or `:slug`"),
            ),
            _ => return true,
        };
        self.findings.add(Code::ChosenType, span, message, help);
        false
    }

    /// Whether a value of a type can stand between its neighbours: where it ends must be clear.
    fn fits(&mut self, id_type: IdType, neighbours: [Option<char>; 2], span: Span) {
        let touches = |is_part: fn(&char) -> bool| neighbours.iter().flatten().any(is_part);
        let is_unclear = match id_type {
            IdType::Uuid => false,
            IdType::Number => touches(char::is_ascii_digit),
            IdType::Slug => touches(char::is_ascii_alphanumeric),
        };
        if is_unclear {
            let name = self.findings.written(span);
            let message = format!("no mark separates `{name}` from the text beside it");
            let help = "put a mark such as `#` between them, or let the id be a `uuid`";
            self.findings.add(Code::ChosenType, span, message, help);
        }
    }

    /// A key attribute that is a number takes one value that can be a number, and no text.
    pub(super) fn key_types(&mut self, drafts: &[Draft<'_>], numbers: &BTreeSet<String>) {
        for draft in drafts.iter().filter(|draft| draft.is_right) {
            for (name, text) in draft.key_names.iter().zip(&draft.texts) {
                let (Some(name), Some(text)) = (name, text) else { continue };
                if numbers.contains(name) && !text.is_open && !is_number(text) {
                    let message = format!("`{name}` is a number, and this never is one");
                    let help = "write one placeholder for a number and no text, such as `{tenant}` with \
                                `id = \"number\"` in [tenant]; or take it out of `keys` in [table]";
                    self.findings.add(Code::KeyType, text.span, message, help);
                }
            }
        }
    }
}

/// Whether a key text can be a number.
fn is_number(text: &KeyText) -> bool {
    match text.template.parts.as_slice() {
        [Part::Text(digits)] => crate::policy::table::is_whole_number(digits),
        [Part::Value(value)] => match value {
            Operand::Chosen(_, rule) | Operand::Tenant(rule) | Operand::Star(rule) => {
                rule.id_type == IdType::Number
            }
            Operand::Sub | Operand::ClientId | Operand::UserPoolId | Operand::VerifiedEmail => {
                false
            }
            Operand::Person
            | Operand::Attribute(_)
            | Operand::Member(_)
            | Operand::Record(_)
            | Operand::Each => true,
        },
        _ => false,
    }
}

/// Per table the marks that separate words of its keys: those next to a placeholder.
fn separators(drafts: &[Draft<'_>]) -> BTreeMap<usize, BTreeSet<char>> {
    let mut all: BTreeMap<usize, BTreeSet<char>> = BTreeMap::new();
    for draft in drafts {
        let Some(table) = draft.table else { continue };
        for text in draft.texts.iter().flatten() {
            let values = text.template.parts.iter().enumerate();
            let values = values.filter(|(_, part)| matches!(part, Part::Value(_)));
            let marks = values.flat_map(|(at, _)| text.neighbours(at)).flatten();
            all.entry(table).or_default().extend(marks.filter(|mark| MARKS.contains(mark)));
        }
    }
    all
}

fn name(operand: &Operand) -> String {
    match operand {
        Operand::Tenant(_) => "tenant".to_owned(),
        Operand::Star(_) => "*".to_owned(),
        Operand::Chosen(chosen, _) => chosen.spelled(),
        _ => String::new(),
    }
}
