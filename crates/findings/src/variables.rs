//! `${VARIABLES}` in texts.

use crate::finding::{Code, Span};
use crate::findings::Findings;

/// The environment, as a file sees it.
pub struct Variables<'v> {
    lookup: &'v dyn Fn(&str) -> Option<String>,
    keep_unset: bool,
}

impl<'v> Variables<'v> {
    /// A variable without a value is a finding: for the function itself.
    pub fn strict(lookup: &'v dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, keep_unset: false }
    }

    /// A variable without a value stays in the text as `${NAME}`: for work outside the function.
    pub fn lenient(lookup: &'v dyn Fn(&str) -> Option<String>) -> Self {
        Self { lookup, keep_unset: true }
    }

    /// Replaces each `${NAME}` by its variable.
    pub(crate) fn expand<C: Code>(
        &self,
        text: &str,
        span: Span,
        findings: &mut Findings<'_, C>,
    ) -> Option<String> {
        let mut expanded = String::with_capacity(text.len());
        let mut rest = text;
        let mut unset = Vec::new();
        while let Some((before, after)) = rest.split_once("${") {
            expanded.push_str(before);
            let well_formed = after.split_once('}').filter(|(name, _)| is_variable(name));
            let Some((name, after)) = well_formed else {
                let message = "`${` without a variable's name and `}`";
                let help = "write `${NAME}` with capital letters, digits and underscores";
                findings.add(C::VARIABLE, span, message, help);
                return None;
            };
            match (self.lookup)(name) {
                Some(value) => expanded.push_str(&value),
                None if self.keep_unset => {
                    expanded.extend(["${", name, "}"]);
                    unset.push(name);
                }
                None => {
                    let message = format!("the environment variable `{name}` is not set");
                    let help = "set it in the function's configuration, or write the value here";
                    findings.add(C::VARIABLE, span, message, help);
                    return None;
                }
            }
            rest = after;
        }
        expanded.push_str(rest);
        unset.into_iter().for_each(|name| findings.leave_open(span, name));
        Some(expanded)
    }
}

fn is_variable(name: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(is_allowed) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}
