//! Braces where no template is: they would be issued as they stand.

use claimsmith_findings::{At, Literal, Span};

use super::checker::Checker;
use crate::policy::code::Code;

/// Whether a text looks as if somebody wanted a value to be put in.
fn looks_like_a_template(text: &str) -> bool {
    text.split_once('{').is_some_and(|(_, after)| after.contains('}'))
}

impl Checker<'_, '_> {
    /// Whether the text looks like a template, which is a finding.
    pub(super) fn has_braces(&mut self, text: &At<String>, help: &str) -> bool {
        let has_braces = looks_like_a_template(&text.value);
        if has_braces {
            self.braces(text.span, help);
        }
        has_braces
    }

    /// The same for the texts of a value.
    pub(super) fn has_braces_within(&mut self, value: &At<Literal>, help: &str) -> bool {
        let list = value.value.as_array().into_iter().flatten();
        let mut texts = list.chain([&value.value]).filter_map(Literal::as_str);
        let has_braces = texts.any(looks_like_a_template);
        if has_braces {
            self.braces(value.span, help);
        }
        has_braces
    }

    fn braces(&mut self, span: Span, help: &str) {
        let message = "nothing is put into braces here: they would be issued as they stand";
        self.findings.add(Code::Braces, span, message, help);
    }
}
