//! A claim's value: the one kind of source that it has, its type, and how it is written.

use claimsmith_findings::{At, List, Literal, OneOrMany, Section};
use cognito_claims::bits::{Catalogue, CatalogueError};
use cognito_claims::encoding::Encoding;
use cognito_claims::names;

use super::checker::{Checker, WrittenSource};
use super::shapes::Shape;
use crate::policy::claim::{ClaimType, ClaimValue};
use crate::policy::code::Code;
use crate::policy::file;
use crate::policy::source::{Place, Source};

/// Where a claim's value comes from, as it is written.
#[derive(Clone, Copy)]
pub(super) enum Origin<'f> {
    From(&'f OneOrMany<WrittenSource>),
    Merge(&'f OneOrMany<WrittenSource>),
    Template(&'f At<String>),
    Constant(&'f At<Literal>),
}

/// How a claim's value is written, wherever it comes from.
#[derive(Clone)]
pub(super) enum Form {
    /// The first source that has a value.
    First(ClaimType),
    /// All sources together.
    Merge(Encoding, Option<Catalogue>),
    /// An object for each item.
    Items,
    /// A text with several values in it.
    Template,
    /// The same for all.
    Constant(ClaimType),
}

/// A claim's value as far as it could be read.
#[derive(Default)]
pub(super) struct ReadValue {
    /// How it is written, if that is clear.
    pub(super) form: Option<Form>,
    /// What it is made of, if all of that could be read.
    pub(super) value: Option<ClaimValue>,
    /// The sources that could be read.
    pub(super) sources: Vec<At<Source>>,
}

impl Form {
    /// Whether the claim can be an array or an object.
    fn is_complex(&self) -> bool {
        match self {
            Form::First(kind) | Form::Constant(kind) => {
                matches!(kind, ClaimType::Json | ClaimType::List(Encoding::List))
            }
            Form::Merge(encoding, _) => *encoding == Encoding::List,
            Form::Items => true,
            Form::Template => false,
        }
    }

    /// Whether an event of version V1_0 can't carry the claim as it is.
    pub(super) fn needs_types(&self) -> bool {
        match self {
            Form::First(kind) | Form::Constant(kind) => match kind {
                ClaimType::String => false,
                ClaimType::List(encoding) => encoding.separator().is_none(),
                _ => true,
            },
            Form::Merge(encoding, _) => *encoding == Encoding::List,
            Form::Items => true,
            Form::Template => false,
        }
    }

    /// Whether the claim is one text, number or boolean, and no list that is written as one.
    pub(super) fn is_scalar(&self) -> bool {
        match self {
            Form::First(kind) | Form::Constant(kind) => {
                !matches!(kind, ClaimType::Json | ClaimType::List(_))
            }
            Form::Merge(..) | Form::Items => false,
            Form::Template => true,
        }
    }
}

impl Checker<'_, '_> {
    /// The one kind of source that a claim has.
    pub(super) fn origin<'f>(
        &mut self,
        name: &At<String>,
        section: &'f Section<file::Claim>,
    ) -> Option<Origin<'f>> {
        let list = |list: &'f OneOrMany<WrittenSource>| list.0.span;
        let origins = [
            section.from.as_ref().map(|from| (Origin::From(from), list(from))),
            section.merge.as_ref().map(|merge| (Origin::Merge(merge), list(merge))),
            section.template.as_ref().map(|text| (Origin::Template(text), text.span)),
            section.value.as_ref().map(|value| (Origin::Constant(value), value.span)),
        ];
        let mut written = origins.into_iter().flatten();
        let (span, message, help) = match (written.next(), written.next()) {
            (Some((origin, _)), None) => return Some(origin),
            (Some(_), Some((_, span))) => {
                let help = "keep one of `from`, `merge`, `template` and `value`";
                (span, "two kinds of source", help)
            }
            (None, _) => {
                let help =
                    "give it `from = \"<record>.<attribute>\"`, `merge`, `template` or `value`";
                (name.span, "no source", help)
            }
        };
        // Of a claim without a source that is no finding if one could not be read.
        if span != name.span || section.complete {
            let message = format!("the claim `{}` has {message}", name.value);
            self.findings.add(Code::ClaimSource, span, message, help);
        }
        // Nothing more can be said about a claim of no known kind.
        self.names.missed_uses = true;
        None
    }

    /// What a claim's value is made of.
    pub(super) fn claim_value(
        &mut self,
        name: &At<String>,
        section: &Section<file::Claim>,
        origin: Origin<'_>,
    ) -> ReadValue {
        let words = Encoding::ALL.map(|encoding| (encoding.as_str(), Some(encoding)));
        let encoding = self.word(section.encoding.as_ref(), None, &words);
        self.stray_keys(section, origin);
        match origin {
            Origin::From(list) | Origin::Merge(list) => {
                self.some_source(name, list, section.complete);
                let sources = self.sources(&list.0.entries);
                match origin {
                    Origin::Merge(_) => self.merged(section, encoding, sources),
                    _ if section.fields.is_some() => self.items(section, list, sources),
                    _ => self.first_of(section, encoding, sources),
                }
            }
            Origin::Template(text) => self.template_value(section, encoding, text),
            Origin::Constant(value) => self.constant(section, encoding, value),
        }
    }

    fn some_source(
        &mut self,
        name: &At<String>,
        OneOrMany(list): &OneOrMany<WrittenSource>,
        complete: bool,
    ) {
        if list.entries.is_empty() && complete {
            let message = format!("the claim `{}` has an empty list of sources", name.value);
            let help = "name at least one record attribute";
            self.findings.add(Code::EmptyList, list.span, message, help);
        }
    }

    /// Keys that another kind of claim has.
    fn stray_keys(&mut self, section: &file::Claim, origin: Origin<'_>) {
        if let Some(flags) = &section.flags
            && !matches!(origin, Origin::Merge(_))
        {
            let message = "only a claim with `merge` has flags";
            let help = "use `merge` instead, or take `flags` out";
            self.findings.add(Code::ClaimFlags, flags.span, message, help);
        }
        if let Some(fields) = &section.fields
            && !matches!(origin, Origin::From(_))
        {
            let message = "fields are those of a record's items";
            let help = "use `from` with the record's name, or take `fields` out";
            self.findings.add(Code::Source, fields.span, message, help);
            self.names.missed_uses = true;
        }
    }

    /// A set of flags.
    fn merged(
        &mut self,
        section: &Section<file::Claim>,
        encoding: Option<Option<Encoding>>,
        sources: Option<Vec<At<Source>>>,
    ) -> ReadValue {
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
        for source in sources.iter().flatten() {
            self.is_list(source, Code::ClaimType, source.span);
        }
        let form = || Some(Form::Merge(encoding?.unwrap_or_default(), catalogue?));
        ReadValue::of(form(), sources)
    }

    /// One value.
    fn first_of(
        &mut self,
        section: &Section<file::Claim>,
        encoding: Option<Option<Encoding>>,
        sources: Option<Vec<At<Source>>>,
    ) -> ReadValue {
        let kind = self.kind(section, ClaimType::String, encoding);
        if let Some(kind) = kind {
            for source in sources.iter().flatten() {
                self.kind_fits(section, kind, source);
            }
        }
        ReadValue::of(kind.map(Form::First), sources)
    }

    /// A claim's type.
    pub(super) fn kind(
        &mut self,
        section: &Section<file::Claim>,
        default: ClaimType,
        encoding: Option<Option<Encoding>>,
    ) -> Option<ClaimType> {
        let kinds = [
            ("string", ClaimType::String),
            ("integer", ClaimType::Integer),
            ("number", ClaimType::Number),
            ("boolean", ClaimType::Boolean),
            ("list", ClaimType::List(Encoding::List)),
            ("json", ClaimType::Json),
        ];
        let kind = self.word(section.kind.as_ref(), default, &kinds)?;
        self.encoded(kind, section, encoding?)
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

    /// Whether a source can have a value of the claim's type.
    fn kind_fits(&mut self, section: &file::Claim, kind: ClaimType, source: &At<Source>) {
        if !self.is_value(source) {
            return;
        }
        let is_list = matches!(kind, ClaimType::List(_));
        let (is, help) = match self.names.shape(&source.value) {
            Shape::List if !is_list => ("a list", "write `type = \"list\"`, or name one value"),
            Shape::Text if kind != ClaimType::String => match source.value.place {
                Place::Attribute(_) => {
                    ("always a text", "take `type` out, or keep the value in a record")
                }
                _ => ("always a text", "take `type` out"),
            },
            Shape::Words if !is_list && kind != ClaimType::String => {
                ("a text when it is mapped", "take `type` out, or `map`")
            }
            _ => return,
        };
        let span = section.kind.as_ref().map_or(source.span, |kind| kind.span);
        let message = format!("`{}` is {is}", self.findings.written(source.span));
        self.findings.add(Code::ClaimType, span, message, help);
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
}

impl ReadValue {
    /// A value of sources.
    fn of(form: Option<Form>, sources: Option<Vec<At<Source>>>) -> Self {
        let values = sources.as_ref().map(|sources| {
            sources.iter().map(|source| source.value.clone()).collect::<Vec<Source>>()
        });
        let value = match (&form, values) {
            (Some(Form::First(kind)), Some(sources)) => {
                Some(ClaimValue::First { sources, kind: *kind })
            }
            (Some(Form::Merge(encoding, catalogue)), Some(sources)) => Some(ClaimValue::Merge {
                sources,
                encoding: *encoding,
                catalogue: catalogue.clone(),
            }),
            _ => None,
        };
        Self { form, value, sources: sources.unwrap_or_default() }
    }
}
