//! Promise `untrusted`: a record that the caller chooses must prove a right to it.

use std::collections::BTreeSet;

use claimsmith_findings::{At, Span};

use super::checker::Checker;
use super::keys::{Written, place_of};
use crate::identity::Kind;
use crate::policy::code::Code;
use crate::policy::record::Operand;
use crate::policy::template::Part;

/// Standard attributes that people may write for themselves through any app client whose
/// `WriteAttributes` doesn't leave them out. The others (`sub`, and whether an address is verified)
/// are never theirs to write.
/// SPEC: OpenID Connect Core 1.0, section 5.1; AWS, Cognito API reference, `UserPoolClientType`.
const USER_WRITABLE: [&str; 17] = [
    "address",
    "birthdate",
    "email",
    "family_name",
    "gender",
    "given_name",
    "locale",
    "middle_name",
    "name",
    "nickname",
    "phone_number",
    "picture",
    "preferred_username",
    "profile",
    "updated_at",
    "website",
    "zoneinfo",
];

/// The trusted attributes that people may write for themselves in most pools.
pub(super) fn writable(trusted: &[String]) -> BTreeSet<String> {
    trusted.iter().filter(|name| USER_WRITABLE.contains(&name.as_str())).cloned().collect()
}

impl Checker<'_, '_> {
    /// The proof is a placeholder for nothing but `sub`, or for a machine `client_id`: Cognito makes
    /// these up itself, so no caller can choose one that runs into a neighbour's key. A person's
    /// `client_id` proves nothing: everybody who uses the app has the same.
    pub(super) fn caller_chosen(
        &mut self,
        name: &At<String>,
        applies_to: Option<Kind>,
        templates: &[Written],
    ) {
        let placeholders = templates.iter().flat_map(|(template, _)| &template.parts);
        let is_proof = |part: &Part<Operand>| match part {
            Part::Text(_) => false,
            Part::FirstOf(operands) => proves(operands, applies_to),
        };
        let Some((text, span)) = templates.iter().find_map(|template| self.chosen(template)) else {
            return;
        };
        if placeholders.clone().any(is_proof) {
            return;
        }
        let place = place_of(&text, span, self.findings);
        let message = format!(
            "the caller writes `{}`, which alone chooses the record `{}`",
            self.findings.written(place),
            name.value,
        );
        self.findings.add(
            Code::CallerChosenRecord,
            place,
            message,
            "put `{sub}` into the key too, so that the item proves a right to it; for a machine \
             write `for = \"client\"` and `{client_id}`",
        );
    }

    /// The first name in a template that the caller can give a value of choice.
    fn chosen(&self, (template, span): &Written) -> Option<(String, Span)> {
        let trusted = &self.names.trusted_attributes;
        let text = template.operands().find_map(|operand| match operand {
            Operand::Metadata(key) => Some(format!("metadata.{key}")),
            Operand::Attribute(key) if !trusted.contains(key) => Some(format!("attributes.{key}")),
            _ => None,
        });
        // A user name is the person's own key, but beside other values it could be taken for one.
        let mixes = |operands: &[Operand]| {
            operands.contains(&Operand::Username)
                && operands.iter().any(|operand| *operand != Operand::Username)
        };
        let is_mixed = |part: &Part<Operand>| matches!(part, Part::FirstOf(all) if mixes(all));
        let username = || template.parts.iter().any(is_mixed).then(|| "username".to_owned());
        text.or_else(username).map(|text| (text, *span))
    }
}

/// Whether a placeholder stands for the one who asks, and for nobody else.
fn proves(operands: &[Operand], applies_to: Option<Kind>) -> bool {
    let own = |operand: &Operand| matches!(operand, Operand::Sub | Operand::ClientId);
    let first_is_own = match operands.first() {
        // A machine has no `sub`, so what follows it stands for a machine.
        Some(Operand::Sub) => true,
        Some(Operand::ClientId) => applies_to == Some(Kind::Client),
        _ => false,
    };
    first_is_own && operands.iter().all(own)
}
