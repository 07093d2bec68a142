//! Conditions of a claim: on the event, and on data.

use claimsmith_findings::{At, List, Literal, Named, OneOrMany, nearest, nearest_within};

use super::checker::Checker;
use super::shapes::Shape;
use crate::event::TRIGGER_SOURCES;
use crate::policy::claim::When;
use crate::policy::code::Code;
use crate::policy::source::Source;

/// What the sources of this trigger begin with.
/// SPEC: AWS, "Pre token generation Lambda trigger", the table of trigger sources.
const TRIGGER_SOURCE_PREFIX: &str = "TokenGeneration_";
/// The conditions on the event, and the one source without a dot.
const KEYS: [&str; 4] = ["client_ids", "scopes", "trigger_sources", "tenant"];

/// `when` as it is written.
pub(super) type WrittenWhen = Named<OneOrMany<Literal>>;

/// Conditions as far as they could be read.
#[derive(Default)]
pub(super) struct Conditions {
    client_ids: Vec<String>,
    scopes: Vec<String>,
    trigger_sources: Vec<String>,
    data: Vec<(At<Source>, Vec<Literal>)>,
}

impl Conditions {
    /// The sources of those on data.
    pub(super) fn sources(&self) -> impl Iterator<Item = &At<Source>> {
        self.data.iter().map(|(source, _)| source)
    }

    pub(super) fn when(self) -> When {
        let Self { client_ids, scopes, trigger_sources, data } = self;
        let data = data.into_iter().map(|(source, values)| (source.value, values)).collect();
        When { client_ids, scopes, trigger_sources, data }
    }
}

impl Checker<'_, '_> {
    pub(super) fn conditions(&mut self, written: Option<&WrittenWhen>) -> Conditions {
        let mut conditions = Conditions::default();
        let Some(written) = written else { return conditions };
        self.names.missed_uses |= !written.whole;
        for (key, OneOrMany(values)) in &written.entries {
            match key.value.as_str() {
                "client_ids" => conditions.client_ids = self.texts(key, values),
                "scopes" => {
                    conditions.scopes = self.texts(key, values);
                    values.entries.iter().for_each(|scope| self.asked_scope(scope));
                }
                "trigger_sources" => {
                    conditions.trigger_sources = self.texts(key, values);
                    values.entries.iter().for_each(|source| self.trigger_source(source));
                }
                name if name == "tenant" || name.contains('.') => {
                    let source = self.condition_on_data(key, values);
                    let values = values.entries.iter().map(|value| value.value.clone()).collect();
                    conditions.data.extend(source.map(|source| (source, values)));
                }
                name => self.unknown_condition(name, key),
            }
        }
        conditions
    }

    fn unknown_condition(&mut self, name: &str, key: &At<String>) {
        self.names.missed_uses = true;
        let help = match nearest(name, &KEYS) {
            Some(known) => format!("did you mean `{known}`?"),
            None => format!("the keys are {}, and sources such as \"org.tier\"", KEYS.join(", ")),
        };
        let message = format!("there is no condition `{}`", self.findings.written(key.span));
        self.findings.add(Code::UnknownKey, key.span, message, help);
    }

    /// The texts of a condition on the event.
    fn texts(&mut self, key: &At<String>, values: &List<Literal>) -> Vec<String> {
        self.some_value(values);
        let mut texts = Vec::with_capacity(values.entries.len());
        for value in &values.entries {
            match value.value.as_str() {
                Some(text) => texts.push(At { value: text.to_owned(), span: value.span }),
                None => {
                    let written = self.findings.written(value.span);
                    let quotes = format!("put it in quotes: `\"{written}\"`");
                    let (found, help) = match value.value {
                        Literal::Bool(_) => ("a boolean", quotes),
                        Literal::Number(_) => ("a number", quotes),
                        _ => ("a list", "take its brackets out".to_owned()),
                    };
                    let message = format!(
                        "an entry of `{}` is {found} where a text is needed, so it never holds",
                        key.value
                    );
                    self.findings.add(Code::WrongType, value.span, message, help);
                }
            }
        }
        self.findings.unique(&texts);
        texts.into_iter().map(|text| text.value).collect()
    }

    fn some_value(&mut self, values: &List<Literal>) {
        if values.entries.is_empty() && values.whole {
            let message = "this condition has no entry, so it would always hold";
            let help = "name an entry, or take the list out";
            self.findings.add(Code::EmptyList, values.span, message, help);
        }
    }

    /// A condition on data: it holds only if the value is known and is one of these.
    fn condition_on_data(
        &mut self,
        key: &At<String>,
        values: &List<Literal>,
    ) -> Option<At<Source>> {
        self.some_value(values);
        values.entries.iter().for_each(|value| self.compared(value));
        let Some(source) = self.named_source(&key.value, key.span) else {
            self.names.missed_uses = true;
            return None;
        };
        let source = At { value: source, span: key.span };
        let help = "compare one value, such as `\"org.tier\"`";
        let is_text = self.names.shape(&source.value) == Shape::Text;
        if self.is_single(&source, Code::Source, help) && is_text {
            let others = values.entries.iter().filter(|value| !value.value.is_string());
            for other in others.filter(|value| value.value.is_boolean() || value.value.is_i64()) {
                let message = format!(
                    "`{}` is a text, so it never equals this",
                    self.findings.written(key.span)
                );
                self.findings.add(Code::Guard, other.span, message, "write a text");
            }
        }
        Some(source)
    }

    fn asked_scope(&mut self, scope: &At<Literal>) {
        let holds_blank = |text: &str| text.is_empty() || text.contains(char::is_whitespace);
        if scope.value.as_str().is_some_and(holds_blank) {
            let message = "no scope holds a blank, so this never holds";
            let help = "write one entry for each scope";
            self.findings.add(Code::Scope, scope.span, message, help);
        }
    }

    /// Trigger sources are an open set: one that nobody knows yet is fine, a misspelt one is not.
    fn trigger_source(&mut self, source: &At<Literal>) {
        let Some(name) = source.value.as_str() else { return };
        if TRIGGER_SOURCES.contains(&name) {
            return;
        }
        let help = match nearest_within(2, name, &TRIGGER_SOURCES) {
            Some(known) => format!("did you mean `{known}`?"),
            None if name.starts_with(TRIGGER_SOURCE_PREFIX) => return,
            None => format!("the sources of this trigger begin with `{TRIGGER_SOURCE_PREFIX}`"),
        };
        let written = self.findings.written(source.span);
        let message = format!("`{written}` is no source of this trigger");
        self.findings.add(Code::UnknownWord, source.span, message, help);
    }
}
