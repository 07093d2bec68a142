//! Claims that are a text with several values in it: `{org.slug}/{member.role}`.

use claimsmith_findings::{At, Section};
use cognito_claims::encoding::Encoding;

use super::checker::Checker;
use super::claim_values::{Form, ReadValue};
use super::keys::{parse_around_variables, place_of};
use crate::policy::claim::{ClaimType, ClaimValue};
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::source::Source;
use crate::policy::template::{Part, Placeholder, Template, TemplateError};

impl Checker<'_, '_> {
    /// A text made of sources.
    pub(super) fn template_value(
        &mut self,
        section: &Section<file::Claim>,
        encoding: Option<Option<Encoding>>,
        text: &At<String>,
    ) -> ReadValue {
        let kind = self.kind(section, ClaimType::String, encoding);
        if let (Some(kind), Some(word)) = (kind, &section.kind)
            && kind != ClaimType::String
        {
            let help = "take `type` out, or use `from`";
            self.findings.add(Code::ClaimType, word.span, "a template makes a text", help);
        }
        let template = self.claim_template(text);
        let sources = template.iter().flat_map(Template::values).cloned().collect();
        let value = template.map(|template| {
            let parts = template.parts.into_iter().map(|part| match part {
                Part::Text(text) => Part::Text(text),
                Part::Value(source) => Part::Value(source.value),
            });
            ClaimValue::Template(Template { parts: parts.collect() })
        });
        ReadValue { form: Some(Form::Template), value, sources }
    }

    fn claim_template(&mut self, text: &At<String>) -> Option<Template<At<Source>>> {
        let is_open = self.findings.is_open(text.span);
        let parsed = match is_open {
            true => parse_around_variables(&text.value),
            false => Template::parse(&text.value),
        };
        // Nobody knows what it would have used.
        self.names.missed_uses |= parsed.is_err();
        let parsed = match parsed {
            Ok(parsed) => parsed,
            // Only the variable can complete it.
            Err(_) if is_open => {
                return Some(Template { parts: vec![Part::Text(text.value.clone())] });
            }
            Err(error) => {
                let help = match error {
                    TemplateError::SideBySide => "put a mark such as `/` between them",
                    TemplateError::Alternatives => {
                        "name one source, or use `from` with a list of them"
                    }
                    _ => "write sources in braces, such as `{org.slug}/{member.role}`",
                };
                self.findings.add(Code::Template, text.span, error.to_string(), help);
                return None;
            }
        };
        if parsed.values().next().is_none() {
            let message = "nothing is put into this template, so it is the same for all";
            let help = "write `value` instead, or a source in braces";
            self.findings.add(Code::Template, text.span, message, help);
        }
        // Every part is read, so that every name is checked and counts as used.
        let parts = parsed.parts.into_iter().map(|part| match part {
            Part::Text(text) => Some(Part::Text(text)),
            Part::Value(placeholder) => self.placed_source(&placeholder, text).map(Part::Value),
        });
        let parts: Vec<_> = parts.collect();
        // What a variable will complete is left out.
        let whole = is_open || parts.iter().all(Option::is_some);
        whole.then(|| Template { parts: parts.into_iter().flatten().collect() })
    }

    fn placed_source(
        &mut self,
        placeholder: &Placeholder,
        text: &At<String>,
    ) -> Option<At<Source>> {
        let name = placeholder.name.dotted();
        let span = place_of(&name, text.span, self.findings);
        if placeholder.id_type.is_some() {
            let message = "only what the caller chooses has a type, and only in keys";
            self.findings.add(Code::Template, span, message, "take the colon and the type out");
        }
        let source = self.named_source(&name, span);
        self.names.missed_uses |= source.is_none();
        let source = At { value: source?, span };
        let help = "put single values into a text; a list is a claim of its own";
        self.is_single(&source, Code::ClaimType, help).then_some(source)
    }
}
