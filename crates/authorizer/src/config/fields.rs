//! `[appsync]`: what single GraphQL fields ask for.

use claimsmith_findings::{Named, Section, sections};

use super::code::{Code, Findings};
use super::requirements::{Checker, RequireSection};
use crate::rules::Rules;

/// One GraphQL field, `Type.field`, and what it asks for.
#[derive(Clone, Debug)]
pub struct Field {
    /// Type and field.
    pub name: String,
    /// What a request for it must meet.
    pub rules: Rules,
}

sections! {
    pub(super) struct AppSyncSection {
        fields: Named<Section<RequireSection>>,
    }
}

pub(super) fn fields(
    section: &AppSyncSection,
    checker: &Checker,
    findings: &mut Findings<'_>,
) -> Vec<Field> {
    let mut fields = Vec::new();
    for (name, section) in section.fields.iter().flat_map(|fields| &fields.entries) {
        let parts = name.value.split_once('.');
        if !parts.is_some_and(|(kind, field)| is_name(kind) && is_name(field)) {
            let help = "write type and field: `\"Mutation.createOrder\"`";
            findings.add(Code::Field, name.span, "this is no field of a schema", help);
        }
        let rules = checker.rules(section, findings);
        if rules.is_empty() && section.complete {
            let message = "the field asks for nothing, and is open without this section";
            let help = "add a requirement such as `scopes = [\"orders/write\"]`";
            findings.add(Code::Requirement, section.span, message, help);
        }
        fields.push(Field { name: name.value.clone(), rules });
    }
    fields
}

/// SPEC: GraphQL, "Names".
fn is_name(name: &str) -> bool {
    name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}
