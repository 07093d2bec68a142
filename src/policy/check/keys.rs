//! A record's key: a template for each key attribute of its table.

use std::collections::BTreeMap;

use claimsmith_findings::{At, Named, Section, Span};

use super::checker::Checker;
use crate::policy::code::{Code, Findings};
use crate::policy::file;
use crate::policy::record::Operand;
use crate::policy::template::{DottedName, Part, Template, TemplateError};

/// A template of a key, and where it stands.
pub(super) type Written = (Template<Operand>, Span);

impl Checker<'_, '_> {
    /// The templates of a key that can be read, by attribute.
    pub(super) fn templates<'k>(
        &mut self,
        key: &'k Named<At<String>>,
    ) -> BTreeMap<&'k str, Written> {
        let mut templates = BTreeMap::new();
        for (attribute, text) in &key.entries {
            match self.template(text) {
                Some(template) => {
                    templates.insert(attribute.value.as_str(), (template, text.span));
                }
                None => self.names.missed_uses = true,
            }
        }
        templates
    }

    fn template(&mut self, text: &At<String>) -> Option<Template<Operand>> {
        let is_open = self.findings.is_open(text.span);
        let parsed = if is_open {
            parse_around_variables(&text.value)
        } else {
            Template::parse(&text.value)
        };
        let parsed = match parsed {
            Ok(parsed) => parsed,
            // Only the variable can complete it.
            Err(_) if is_open => {
                self.names.missed_uses = true;
                return Some(Template { parts: vec![Part::Text(text.value.clone())] });
            }
            Err(error) => {
                let help = match error {
                    TemplateError::SideBySide => "put a mark such as `#` between them",
                    TemplateError::Empty => "write a text, a placeholder such as `{sub}`, or both",
                    _ => "write placeholders such as `{sub}` or `{membership.org_id|user.org_id}`",
                };
                self.findings.add(Code::Template, text.span, error.to_string(), help);
                return None;
            }
        };
        let parts = parsed.parts.into_iter().map(|part| match part {
            Part::Text(text) => Some(Part::Text(text)),
            Part::FirstOf(names) => {
                let read: Vec<Option<Operand>> =
                    names.iter().map(|name| self.placeholder(name, text.span)).collect();
                self.names.missed_uses |= read.contains(&None);
                let read = read.into_iter().filter(|operand| !is_open || operand.is_some());
                read.collect::<Option<_>>().map(Part::FirstOf)
            }
        });
        // Every part is read, so that every name is checked and counts as used.
        let parts: Vec<_> = parts.collect();
        Some(Template { parts: parts.into_iter().collect::<Option<_>>()? })
    }

    fn placeholder(&mut self, name: &DottedName, template: Span) -> Option<Operand> {
        let dotted = name.rest.iter().fold(name.head.clone(), |text, part| text + "." + part);
        self.operand(name, place_of(&dotted, template, self.findings))
    }

    /// Each key attribute of the table has a template, and there is no other.
    pub(super) fn key_attributes(&mut self, key: &Named<At<String>>, table: &Section<file::Table>) {
        let wanted = key_names(table);
        if wanted.iter().any(|name| self.findings.is_open(name.span)) {
            return self.some_attribute(key);
        }
        let mut lacks: Vec<&At<String>> = wanted
            .iter()
            .copied()
            .filter(|name| key.whole && !key.entries.iter().any(|(key, _)| key.value == name.value))
            .collect();
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

    /// Of a key whose attributes nobody knows beforehand, one at least is written.
    pub(super) fn some_attribute(&mut self, key: &Named<At<String>>) {
        if key.whole && key.entries.is_empty() {
            let help = "write a template for the partition key, such as `pk = \"USER#{sub}\"`";
            self.findings.add(Code::RecordKey, key.span, "the key names no attribute", help);
        }
    }
}

/// The key attributes that `[table]` names.
fn key_names(table: &file::Table) -> Vec<&At<String>> {
    let names = [&table.partition_key, &table.sort_key].into_iter().flatten();
    names.filter(|name| !name.value.is_empty()).collect()
}

/// A variable that isn't set outside the function stays in the text as `${NAME}`, and its name is
/// no placeholder.
fn parse_around_variables(text: &str) -> Result<Template<DottedName>, TemplateError> {
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
        before.ends_with(['{', '|']) && after.starts_with(['}', '|']) && !before.ends_with("${")
    });
    place.map_or(span, |(at, end)| Span { start: span.start + at, end: span.start + end })
}
