//! Values that stand in the file: constants, and defaults.

use claimsmith_findings::{At, Literal, Section};
use cognito_claims::encoding::{self, Encoding, join};

use super::checker::Checker;
use super::claim_values::{Form, ReadValue};
use crate::policy::claim::{ClaimType, ClaimValue};
use crate::policy::code::Code;
use crate::policy::file;

impl Checker<'_, '_> {
    /// The same value for all.
    pub(super) fn constant(
        &mut self,
        section: &Section<file::Claim>,
        encoding: Option<Option<Encoding>>,
        value: &At<Literal>,
    ) -> ReadValue {
        let looks = match &value.value {
            Literal::Bool(_) => ClaimType::Boolean,
            Literal::Number(number) if number.is_i64() => ClaimType::Integer,
            Literal::Number(_) => ClaimType::Number,
            Literal::Array(_) => ClaimType::List(Encoding::List),
            _ => ClaimType::String,
        };
        let Some(kind) = self.kind(section, looks, encoding) else { return ReadValue::default() };
        let help = "write `template` instead of `value` if it is made of sources";
        let right = if self.has_braces_within(value, help) {
            false
        } else if let Err(expected) = fits(&value.value, &Form::Constant(kind)) {
            let (span, message) = match &section.kind {
                Some(kind) => (kind.span, "the value is of another type"),
                None => (value.span, "no claim can have this value"),
            };
            self.findings.add(Code::ClaimType, span, message, format!("write {expected}"));
            false
        } else {
            true
        };
        // What a variable will say is of any type.
        let is_open = self.findings.is_open(value.span);
        ReadValue {
            form: Some(Form::Constant(kind)),
            value: (right || is_open)
                .then(|| ClaimValue::Constant { value: written(&value.value, kind), kind }),
            sources: Vec::new(),
        }
    }

    /// The value if no source has one.
    pub(super) fn default(
        &mut self,
        section: &file::Claim,
        form: &Form,
    ) -> Option<Option<Literal>> {
        let Some(default) = &section.default else { return Some(None) };
        let At { value, span } = default;
        let help = "write the value itself, or take the braces out";
        if self.has_braces_within(default, help) {
            return self.findings.is_open(*span).then_some(None);
        }
        let (message, help) = match (form, fits(value, form)) {
            (Form::Constant(_), _) => {
                ("a constant is never without a value".to_owned(), "take `default` out".to_owned())
            }
            (Form::Items, _) => {
                ("a list of items has no default".to_owned(), "take `default` out".to_owned())
            }
            (_, Err(expected)) => (
                "the default does not fit the claim's type".to_owned(),
                format!("write {expected}"),
            ),
            (Form::Merge(_, Some(catalogue)), Ok(()))
                if !texts(value).all(|flag| catalogue.names().iter().any(|name| name == flag)) =>
            {
                let message = "the default has a flag that is not in `flags`".to_owned();
                (message, "add it to `flags`, or take it out here".to_owned())
            }
            _ => return Some(Some(value.clone())),
        };
        self.findings.add(Code::ClaimDefault, *span, message, help);
        self.findings.is_open(*span).then_some(None)
    }
}

/// Whether a value is one that a claim of this form can have; else what could be.
fn fits(value: &Literal, form: &Form) -> Result<(), &'static str> {
    let are_all = |is_allowed: fn(&str) -> bool| value.is_array() && texts(value).all(is_allowed);
    let is_text = value.as_str().is_some_and(|text| !text.is_empty());
    let (fits, expected) = match form {
        Form::First(kind) | Form::Constant(kind) => match kind {
            ClaimType::String => (is_text, "a text that isn't empty"),
            ClaimType::Integer => (value.is_i64(), "a whole number"),
            ClaimType::Number => (value.is_number(), "a number"),
            ClaimType::Boolean => (value.is_boolean(), "true or false"),
            ClaimType::List(_) => {
                (are_all(encoding::is_list_word), "a list of words without blanks and commas")
            }
            ClaimType::Json => (true, "a value"),
        },
        Form::Merge(..) => (are_all(encoding::is_flag), "a list of flags"),
        Form::Template => (is_text, "a text that isn't empty"),
        Form::Items => (true, "nothing"),
    };
    if fits { Ok(()) } else { Err(expected) }
}

/// The texts of a list.
fn texts(value: &Literal) -> impl Iterator<Item = &str> {
    value.as_array().into_iter().flatten().filter_map(Literal::as_str)
}

/// A constant as it will stand in the token.
fn written(value: &Literal, kind: ClaimType) -> Literal {
    match kind {
        ClaimType::List(encoding) => match encoding.separator() {
            Some(separator) => Literal::from(join(texts(value), separator)),
            None => value.clone(),
        },
        _ => value.clone(),
    }
}
