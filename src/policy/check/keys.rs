//! A record's key: a template for each key attribute of its table or index.

use std::collections::BTreeMap;

use claimsmith_findings::{At, Named, Span};

use super::checker::Checker;
use super::table_keys::TableKeys;
use crate::identity::Kind;
use crate::policy::code::{Code, Findings};
use crate::policy::id::{IdRule, IdType};
use crate::policy::record::{Chosen, Operand};
use crate::policy::template::{Part, Placeholder, Template, TemplateError};

/// A template of a key, and where it stands.
#[derive(Clone)]
pub(super) struct KeyText {
    pub(super) template: Template<Operand>,
    pub(super) span: Span,
    /// The types that stand at placeholders, by the position of the part.
    pub(super) types: BTreeMap<usize, IdType>,
    /// Whether a variable without a value hides a part of it.
    pub(super) is_open: bool,
}

/// What the section around a key allows in it.
#[derive(Clone, Copy)]
pub(super) struct KeyContext {
    /// Whether it is the key of `[person]`.
    pub(super) is_person: bool,
    /// Whether `[person]` says who `{person}` is.
    pub(super) has_person: bool,
    /// Whether the record is for machines alone.
    pub(super) kind: Option<Kind>,
    /// Whether there is an item for each word of a list.
    pub(super) has_each: bool,
    /// Whether it is a query.
    pub(super) is_query: bool,
}

impl Checker<'_, '_> {
    /// The templates of a key that can be read, by attribute.
    pub(super) fn templates<'k>(
        &mut self,
        key: &'k Named<At<String>>,
        context: KeyContext,
    ) -> BTreeMap<&'k str, KeyText> {
        let mut templates = BTreeMap::new();
        for (attribute, text) in &key.entries {
            match self.template(text, context) {
                Some(template) => {
                    templates.insert(attribute.value.as_str(), template);
                }
                None => self.names.missed_uses = true,
            }
        }
        templates
    }

    fn template(&mut self, text: &At<String>, context: KeyContext) -> Option<KeyText> {
        let is_open = self.findings.is_open(text.span);
        let parsed = if is_open {
            parse_around_variables(&text.value)
        } else {
            Template::parse(&text.value)
        };
        let written = |template, types| KeyText { template, span: text.span, types, is_open };
        let parsed = match parsed {
            Ok(parsed) => parsed,
            // Only the variable can complete it.
            Err(_) if is_open => {
                self.names.missed_uses = true;
                let parts = vec![Part::Text(text.value.clone())];
                return Some(written(Template { parts }, BTreeMap::new()));
            }
            Err(error) => {
                let help = match error {
                    TemplateError::SideBySide => "put a mark such as `#` between them",
                    TemplateError::Empty => "write a text, a placeholder such as `{sub}`, or both",
                    TemplateError::Alternatives => {
                        "write `{tenant}`, and the sources in order in [tenant]"
                    }
                    _ => "write placeholders such as `{sub}` or `{tenant}`",
                };
                self.findings.add(Code::Template, text.span, error.to_string(), help);
                return None;
            }
        };
        let mut types = BTreeMap::new();
        let parts = parsed.parts.into_iter().enumerate().map(|(at, part)| match part {
            Part::Text(text) => Some(Some(Part::Text(text))),
            Part::Value(placeholder) => {
                let place = place_of(&placeholder.name.dotted(), text.span, self.findings);
                let operand = self.operand(&placeholder, context, place);
                self.names.missed_uses |= operand.is_none();
                types.extend(placeholder.id_type.map(|id_type| (at, id_type)));
                // What a variable will complete is left out.
                if is_open {
                    Some(operand.map(Part::Value))
                } else {
                    Some(Some(Part::Value(operand?)))
                }
            }
        });
        // Every part is read, so that every name is checked and counts as used.
        let parts: Vec<_> = parts.collect();
        let parts: Vec<_> = parts.into_iter().collect::<Option<_>>()?;
        Some(written(Template { parts: parts.into_iter().flatten().collect() }, types))
    }

    /// What a placeholder stands for.
    fn operand(
        &mut self,
        placeholder: &Placeholder,
        context: KeyContext,
        span: Span,
    ) -> Option<Operand> {
        let (name, rest) = (&placeholder.name, placeholder.name.rest.join("."));
        // Until all keys are read nobody knows what separates their words.
        let rule =
            IdRule { id_type: placeholder.id_type.unwrap_or(IdType::Slug), without: String::new() };
        let chosen = |chosen| Operand::Chosen(chosen, rule.clone());
        let missing = |what: &str, help: &str| Err((what.to_owned(), help.to_owned()));
        let found = match (name.head.as_str(), rest.is_empty()) {
            ("sub", true) => Ok(Operand::Sub),
            ("person", true) if context.has_person => Ok(Operand::Person),
            ("person", true) => missing(
                "nothing says who the person is",
                "add a section [person], or write `{sub}`",
            ),
            ("client_id", true) if context.kind == Some(Kind::Client) => Ok(Operand::ClientId),
            ("client_id", true) => Ok(chosen(Chosen::ClientId)),
            ("username", true) => Ok(chosen(Chosen::Username)),
            ("user_pool_id", true) => Ok(Operand::UserPoolId),
            ("attributes", false) => Ok(match self.names.assigned(&rest) {
                Some(assigned) => Operand::Attribute(assigned),
                None => chosen(Chosen::Attribute(rest)),
            }),
            ("metadata", false) => Ok(chosen(Chosen::Metadata(rest))),
            ("verified", false) if rest == "email" && context.is_person => {
                Ok(Operand::VerifiedEmail)
            }
            ("verified", _) => missing(
                "only [person] is found by an address",
                "write `{person}`, and `{verified.email}` in the key of [person]",
            ),
            ("tenant", true) if self.names.has_tenant => Ok(Operand::Tenant(rule.clone())),
            ("member", false) if self.names.has_tenant => {
                let path = self.steps(&name.rest, span)?;
                if let Some(first) = name.rest.first() {
                    self.names.member_uses.insert(first.clone());
                }
                Ok(Operand::Member(path))
            }
            ("tenant" | "member", _) if !self.names.has_tenant => {
                self.tenant_is_there(span);
                return None;
            }
            ("tenant" | "member", _) => {
                missing("the file decides about no organisation", "add a section [tenant]")
            }
            ("each", true) if context.has_each => Ok(Operand::Each),
            ("each", true) => missing("there is no list to go through", "add `each` to the record"),
            ("*", true) if context.is_query && self.names.has_tenant => {
                Ok(Operand::Star(rule.clone()))
            }
            ("*", true) => missing(
                "`{*}` stands for the ids of organisations in a query",
                "write `query` instead of `key`, and a section [tenant]",
            ),
            _ => {
                let path = self.record_path(name, span)?;
                if self.names.is_several(path.record) {
                    missing("this record has several items", "a key needs one value")
                } else {
                    Ok(Operand::Record(path))
                }
            }
        };
        let found = match found {
            Ok(found) => found,
            Err((message, help)) => {
                self.findings.add(Code::UnknownSource, span, message, help);
                return None;
            }
        };
        if placeholder.id_type.is_some() && !matches!(found, Operand::Chosen(..)) {
            let message = "only what the caller chooses has a type of its own";
            let help = "take the colon and the type out";
            self.findings.add(Code::ChosenType, span, message, help);
            return None;
        }
        Some(found)
    }

    /// Each key attribute of the table has a template, and there is no other. A query may leave the
    /// sort key out.
    pub(super) fn key_attributes(
        &mut self,
        key: &Named<At<String>>,
        of_table: &TableKeys,
        is_query: bool,
    ) {
        let wanted: Vec<&At<String>> = of_table.iter().flatten().collect();
        if wanted.iter().any(|name| self.findings.is_open(name.span)) {
            return self.some_attribute(key);
        }
        let is_there =
            |name: &At<String>| key.entries.iter().any(|(key, _)| key.value == name.value);
        let needed = wanted.iter().take(if is_query { 1 } else { 2 }).copied();
        let mut lacks: Vec<&At<String>> =
            needed.filter(|name| key.whole && !is_there(name)).collect();
        for (attribute, _) in &key.entries {
            if wanted.iter().any(|name| name.value == attribute.value) {
                continue;
            }
            // One wrong name in the place of the right one is one mistake.
            let meant = (!lacks.is_empty()).then(|| lacks.remove(0));
            let help = match meant {
                Some(name) => {
                    format!("write `{}`, as in [table]", self.findings.written(name.span))
                }
                None => "take it out, or name it as `sort_key` in [table]".to_owned(),
            };
            let attribute_name = attribute.value.escape_debug();
            let message = format!("the table has no key attribute `{attribute_name}`");
            self.findings.add(Code::RecordKey, attribute.span, message, help);
        }
        for name in lacks {
            let name = self.findings.written(name.span);
            let message = format!("the key lacks the attribute `{name}`");
            let help = format!("write a template for `{name}` too");
            self.findings.add(Code::RecordKey, key.span, message, help);
        }
    }

    /// Of a key whose attributes nobody knows beforehand, one at least is written, and two at most.
    pub(super) fn some_attribute(&mut self, key: &Named<At<String>>) {
        if key.whole && key.entries.is_empty() {
            let help = "write a template for the partition key, such as `pk = \"USER#{sub}\"`";
            self.findings.add(Code::RecordKey, key.span, "the key names no attribute", help);
        }
        if let Some((third, _)) = key.entries.get(2) {
            let message = "a table has no more than two key attributes";
            self.findings.add(Code::RecordKey, third.span, message, "take it out");
        }
    }
}

/// A variable that isn't set outside the function stays in the text as `${NAME}`, and its name is
/// no placeholder.
pub(super) fn parse_around_variables(text: &str) -> Result<Template<Placeholder>, TemplateError> {
    const OPEN: &str = "\u{1}";
    const CLOSE: &str = "\u{2}";
    let mut hidden = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${") {
        let (name, after) = after.split_once('}').unwrap_or((after, ""));
        hidden.extend([before, OPEN, name, CLOSE]);
        rest = after;
    }
    hidden.push_str(rest);
    let mut template = Template::parse(&hidden)?;
    for part in &mut template.parts {
        if let Part::Text(text) = part {
            *text = text.replace(OPEN, "${").replace(CLOSE, "}");
        }
    }
    Ok(template)
}

/// The place of a name within the template at `span`, or all of it if the name comes out of a
/// variable.
pub(super) fn place_of(name: &str, span: Span, findings: &Findings<'_>) -> Span {
    let text = findings.raw(span);
    let place = text.match_indices(name).map(|(at, _)| (at, at + name.len())).find(|(at, end)| {
        let before = text.get(..*at).unwrap_or_default();
        let after = text.get(*end..).unwrap_or_default();
        before.ends_with('{') && after.starts_with(['}', ':']) && !before.ends_with("${")
    });
    place.map_or(span, |(at, end)| Span { start: span.start + at, end: span.start + end })
}
