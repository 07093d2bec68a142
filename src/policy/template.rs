//! Key templates: `USER#{sub}`, `ORG#{membership.org_id|user.org_id}`.
//!
//! Text outside braces stands as it is. `{a|b}` is the first of the named values that there is.
//! A value is put in as it is and never parsed again, so no data can become a template.

/// A template as written: texts and placeholders in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template<Operand> {
    /// The parts in order.
    pub parts: Vec<Part<Operand>>,
}

/// One part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<Operand> {
    /// Text as it stands.
    Text(String),
    /// The first of these that has a value.
    FirstOf(Vec<Operand>),
}

/// A dotted name: `user.org_id` is head `user`, rest `["org_id"]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DottedName {
    /// The name before the first dot.
    pub head: String,
    /// The names after it.
    pub rest: Vec<String>,
}

/// Why a text is no template or no name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// A brace without its partner.
    #[error("a brace is not closed, or closed without being opened")]
    Brace,
    /// Nothing between two braces, bars or dots.
    #[error("a name is missing between braces, bars or dots")]
    EmptyName,
    /// A blank in a name.
    #[error("a name holds a blank")]
    Blank,
    /// Two placeholders with nothing between them: where one ends can't be told from the key.
    #[error("two placeholders stand side by side, so different values could make the same key")]
    SideBySide,
    /// No text and no placeholder.
    #[error("the key is empty")]
    Empty,
}

impl DottedName {
    /// Reads a dotted name.
    ///
    /// # Errors
    /// An empty part, or a blank or brace in a part.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.chars().any(char::is_whitespace) {
            return Err(TemplateError::Blank);
        }
        if text.contains(['{', '}']) {
            return Err(TemplateError::Brace);
        }
        let mut names = text.split('.').map(str::to_owned);
        let head = names.next().unwrap_or_default();
        let rest: Vec<String> = names.collect();
        if head.is_empty() || rest.iter().any(String::is_empty) {
            return Err(TemplateError::EmptyName);
        }
        Ok(Self { head, rest })
    }
}

impl Template<DottedName> {
    /// Reads a template.
    ///
    /// # Errors
    /// Unpaired braces, empty names, placeholders side by side, or nothing at all.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            let (literal, after) = match rest.split_once('{') {
                Some((literal, after)) => (literal, Some(after)),
                None => (rest, None),
            };
            if literal.contains('}') {
                return Err(TemplateError::Brace);
            }
            if !literal.is_empty() {
                parts.push(Part::Text(literal.to_owned()));
            } else if matches!(parts.last(), Some(Part::FirstOf(_))) {
                return Err(TemplateError::SideBySide);
            }
            let Some(after) = after else { break };
            let (names, after) = after.split_once('}').ok_or(TemplateError::Brace)?;
            let names = names.split('|').map(DottedName::parse).collect::<Result<_, _>>()?;
            parts.push(Part::FirstOf(names));
            rest = after;
        }
        if parts.is_empty() { Err(TemplateError::Empty) } else { Ok(Self { parts }) }
    }
}

impl<Operand> Template<Operand> {
    /// All operands, in order.
    pub fn operands(&self) -> impl Iterator<Item = &Operand> {
        self.parts.iter().flat_map(|part| match part {
            Part::Text(_) => [].iter(),
            Part::FirstOf(operands) => operands.iter(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_placeholders_alternate() {
        let name = |text: &str| DottedName::parse(text).unwrap();
        assert_eq!(
            Template::parse("ORG#{membership.org_id|user.org_id}#x").unwrap().parts,
            [
                Part::Text("ORG#".into()),
                Part::FirstOf(vec![name("membership.org_id"), name("user.org_id")]),
                Part::Text("#x".into()),
            ]
        );
        assert_eq!(Template::parse("{sub}").unwrap().parts, [Part::FirstOf(vec![name("sub")])]);
    }

    #[test]
    fn what_is_no_template_is_an_error() {
        for (text, error) in [
            ("", TemplateError::Empty),
            ("{sub", TemplateError::Brace),
            ("sub}", TemplateError::Brace),
            ("{{sub}}", TemplateError::Brace),
            ("{}", TemplateError::EmptyName),
            ("{a|}", TemplateError::EmptyName),
            ("{a..b}", TemplateError::EmptyName),
            ("{a b}", TemplateError::Blank),
            ("{a}{b}", TemplateError::SideBySide),
        ] {
            assert_eq!(Template::parse(text), Err(error), "{text}");
        }
    }
}
