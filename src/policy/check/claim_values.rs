//! A claim's value: where it comes from, its type, and how it is written.

use claimsmith_findings::{At, List, OneOrMany, Section};
use cognito_claims::bits::{Catalogue, CatalogueError};
use cognito_claims::encoding::{self, Encoding};
use cognito_claims::names;
use serde_json::Value;

use super::checker::{Checker, sources};
use crate::policy::claim::{ClaimType, ClaimValue, Source, SourcePlace};
use crate::policy::code::Code;
use crate::policy::file;

/// How a claim's value is written, wherever it comes from.
#[derive(Clone)]
pub(super) enum Form {
    /// The first source that has a value.
    First(ClaimType),
    /// All sources together.
    Merge(Encoding, Option<Catalogue>),
}

impl Form {
    pub(super) fn value(self, sources: Vec<Source>) -> ClaimValue {
        match self {
            Form::First(kind) => ClaimValue::First { sources, kind },
            Form::Merge(encoding, catalogue) => ClaimValue::Merge { sources, encoding, catalogue },
        }
    }

    /// Whether the claim can be an array or an object.
    fn is_complex(&self) -> bool {
        match self {
            Form::First(kind) => matches!(kind, ClaimType::Json | ClaimType::List(Encoding::List)),
            Form::Merge(encoding, _) => *encoding == Encoding::List,
        }
    }

    /// Whether an event of version V1_0 can't carry the claim as it is.
    pub(super) fn needs_types(&self) -> bool {
        match self {
            Form::First(ClaimType::String) => false,
            Form::First(ClaimType::List(encoding)) => {
                !matches!(encoding, Encoding::Comma | Encoding::Space)
            }
            Form::First(_) => true,
            Form::Merge(encoding, _) => *encoding == Encoding::List,
        }
    }
}

impl Checker<'_, '_> {
    /// The one kind of source that a claim has.
    pub(super) fn claim_sources<'f>(
        &mut self,
        name: &At<String>,
        section: &'f Section<file::Claim>,
    ) -> Option<&'f OneOrMany> {
        let found = match (&section.from, &section.merge) {
            (Some(one), None) | (None, Some(one)) => Ok(one),
            (Some(_), Some(OneOrMany(merge))) => {
                Err((merge.span, "two kinds of source", "keep either `from` or `merge`"))
            }
            (None, None) => Err((
                name.span,
                "no source",
                "give it `from = \"<record>.<attribute>\"`, or `merge`",
            )),
        };
        match found {
            Ok(one) => {
                if one.0.entries.is_empty() && section.complete {
                    let message =
                        format!("the claim `{}` has an empty list of sources", name.value);
                    let help = "name at least one record attribute";
                    self.findings.add(Code::EmptyList, one.0.span, message, help);
                }
                Some(one)
            }
            Err((span, message, help)) => {
                // A source that could not be read is no missing one.
                if section.from.is_some() || section.complete {
                    let message = format!("the claim `{}` has {message}", name.value);
                    self.findings.add(Code::ClaimSource, span, message, help);
                }
                // Nothing more can be said about a claim of no known kind.
                self.names.missed_uses = true;
                None
            }
        }
    }

    /// How the value is written. `sources` are known unless one of them has a finding.
    pub(super) fn form(
        &mut self,
        section: &Section<file::Claim>,
        sources: Option<&[Source]>,
    ) -> Option<Form> {
        let words = Encoding::ALL.map(|encoding| (encoding.as_str(), Some(encoding)));
        let encoding = self.word(section.encoding.as_ref(), None, &words);
        if section.merge.is_some() {
            self.merged(section, encoding)
        } else {
            self.first(section, encoding, sources.unwrap_or_default())
        }
    }

    /// A set of flags.
    fn merged(
        &mut self,
        section: &Section<file::Claim>,
        encoding: Option<Option<Encoding>>,
    ) -> Option<Form> {
        let catalogue = self.catalogue(section);
        if let Some(kind) = &section.kind {
            let message = "`merge` makes a set of flags, which has no other type";
            let help = "take `type` out; `encoding` says how the set is written";
            self.findings.add(Code::ClaimType, kind.span, message, help);
        }
        if let (Some(Some(Encoding::Bits)), None, Some(text), true) =
            (encoding, &section.flags, &section.encoding, section.complete)
        {
            let message = "`bits` needs the list of flags that writer and readers share";
            let help = "add `flags = [\"…\"]`, and only ever append to it";
            self.findings.add(Code::ClaimFlags, text.span, message, help);
        }
        let help = "keep the flags in a record";
        self.no_attributes(
            sources(section.merge.as_ref()),
            Code::ClaimType,
            "holds no flags",
            help,
        );
        Some(Form::Merge(encoding?.unwrap_or_default(), catalogue?))
    }

    /// One value.
    fn first(
        &mut self,
        section: &Section<file::Claim>,
        encoding: Option<Option<Encoding>>,
        sources: &[Source],
    ) -> Option<Form> {
        if let Some(flags) = &section.flags {
            let message = "only a claim with `merge` has flags";
            let help = "use `merge` instead of `from`, or take `flags` out";
            self.findings.add(Code::ClaimFlags, flags.span, message, help);
        }
        let kinds = [
            ("string", ClaimType::String),
            ("integer", ClaimType::Integer),
            ("number", ClaimType::Number),
            ("boolean", ClaimType::Boolean),
            ("list", ClaimType::List(Encoding::List)),
            ("json", ClaimType::Json),
        ];
        let kind = self.word(section.kind.as_ref(), ClaimType::String, &kinds)?;
        let kind = self.encoded(kind, section, encoding?)?;
        let is_attribute = |source: &Source| matches!(source.place, SourcePlace::Attribute(_));
        if kind != ClaimType::String
            && sources.iter().any(is_attribute)
            && let Some(kind) = &section.kind
        {
            let help = "take `type` out, or keep the value in a record";
            self.findings.add(
                Code::ClaimType,
                kind.span,
                "a user attribute is always a text",
                help,
            );
        }
        Some(Form::First(kind))
    }

    /// A list is written in one of several ways, no other type is.
    fn encoded(
        &mut self,
        kind: ClaimType,
        section: &file::Claim,
        encoding: Option<Encoding>,
    ) -> Option<ClaimType> {
        let (Some(encoding), Some(text)) = (encoding, &section.encoding) else { return Some(kind) };
        let (message, help) = match (kind, encoding) {
            (ClaimType::List(_), Encoding::Bits) => (
                "`bits` is for flags, not for a list of words",
                "use `merge` with `flags`, or another encoding",
            ),
            (ClaimType::List(_), encoding) => return Some(ClaimType::List(encoding)),
            _ => (
                "only flags and lists have an encoding",
                "take `encoding` out, or write `type = \"list\"`",
            ),
        };
        self.findings.add(Code::ClaimType, text.span, message, help);
        None
    }

    /// The flags that may be written. None while a variable hides the name of one.
    fn catalogue(&mut self, section: &Section<file::Claim>) -> Option<Option<Catalogue>> {
        let Some(list) = &section.flags else { return Some(None) };
        let List { entries: flags, span, .. } = list;
        if flags.is_empty() && section.complete {
            let help = "name the flags, or take `flags` out";
            self.findings.add(Code::EmptyList, *span, "the list of flags is empty", help);
        }
        let place = |position: usize| flags.get(position).map_or(*span, |flag| flag.span);
        let (place, message, help) = match Catalogue::new(list.values()) {
            Ok(catalogue) => return Some(Some(catalogue)),
            Err(CatalogueError::NotPlain(position)) => (
                place(position),
                "this is no plain name of a flag",
                "use letters, digits, `_`, `.` and `-`, at most 64, a letter or digit first",
            ),
            Err(CatalogueError::Duplicate(position)) => (
                place(position),
                "this flag is in the list already",
                "each flag stands in the list once",
            ),
            Err(_) => (*span, "too many flags for one claim", "split the flags into two claims"),
        };
        self.findings.add(Code::ClaimFlags, place, message, help);
        self.findings.is_open(place).then_some(None)
    }

    /// SPEC: AWS, "Pre token generation Lambda trigger": no complex values for some ID token claims.
    pub(super) fn id_token_type(&mut self, name: &At<String>, section: &file::Claim, form: &Form) {
        if form.is_complex() && names::scalar_only_in_id_token(&name.value) {
            let span = section.kind.as_ref().map_or(name.span, |kind| kind.span);
            let message =
                format!("Cognito takes no list or object for `{}` in an ID token", name.value);
            let help = "write it as a text, or only into access tokens";
            self.findings.add(Code::ClaimType, span, message, help);
        }
    }

    /// The value if no source has one.
    pub(super) fn default(&mut self, section: &file::Claim, form: &Form) -> Option<Option<Value>> {
        let Some(At { value: default, span }) = &section.default else { return Some(None) };
        let are_all = |is_allowed: fn(&str) -> bool| {
            let mut words = default.as_array().into_iter().flatten();
            default.is_array() && words.all(|word| word.as_str().is_some_and(is_allowed))
        };
        let (fits, expected) = match form {
            Form::First(ClaimType::String) => {
                (default.as_str().is_some_and(|text| !text.is_empty()), "a text that isn't empty")
            }
            Form::First(ClaimType::Integer) => (default.is_i64(), "a whole number"),
            Form::First(ClaimType::Number) => (default.is_number(), "a number"),
            Form::First(ClaimType::Boolean) => (default.is_boolean(), "true or false"),
            Form::First(ClaimType::List(_)) => {
                (are_all(encoding::is_list_word), "a list of words without blanks and commas")
            }
            Form::First(ClaimType::Json) => (true, "a value"),
            Form::Merge(..) => (are_all(encoding::is_flag), "a list of flags"),
        };
        if !fits {
            let message = "the default does not fit the claim's type";
            self.findings.add(Code::ClaimDefault, *span, message, format!("write {expected}"));
            return self.findings.is_open(*span).then_some(None);
        }
        if let Form::Merge(_, Some(catalogue)) = form
            && default
                .as_array()
                .into_iter()
                .flatten()
                .any(|word| !catalogue.names().iter().any(|name| word == name))
        {
            let message = "the default has a flag that is not in `flags`";
            let help = "add it to `flags`, or take it out here";
            self.findings.add(Code::ClaimDefault, *span, message, help);
        }
        Some(Some(default.clone()))
    }
}
