//! Templates: `USER#{sub}`, `SHOP#{metadata.shop:number}`, `{org.slug}/{member.role}`.
//!
//! Text outside braces stands as it is. A value is put in as it is and never parsed again, so no data
//! can become a template.

use super::id::IdType;

/// Texts and placeholders in turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template<Value> {
    /// The parts in order.
    pub parts: Vec<Part<Value>>,
}

/// One part of a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part<Value> {
    /// Text as it stands.
    Text(String),
    /// What a placeholder names.
    Value(Value),
}

/// A placeholder as written: a name, and for what a caller chooses the type that it must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placeholder {
    /// The name.
    pub name: DottedName,
    /// The type after the colon.
    pub id_type: Option<IdType>,
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
    /// A brace that is opened and has no partner.
    #[error("a `{{` is not closed")]
    Unclosed,
    /// A brace that is closed and has no partner.
    #[error("a `}}` closes nothing")]
    Unopened,
    /// A brace where a name stands without braces, or inside others.
    #[error("a name holds a brace")]
    Brace,
    /// Nothing between two braces or dots.
    #[error("a name is missing between braces or dots")]
    EmptyName,
    /// A blank in a name.
    #[error("a name holds a blank")]
    Blank,
    /// Two names in one placeholder.
    #[error(
        "a placeholder names one value; which organisation counts is decided in [tenant] alone"
    )]
    Alternatives,
    /// Two placeholders with nothing between them: where one ends can't be told.
    #[error("two placeholders stand side by side, so different values could make the same text")]
    SideBySide,
    /// No text and no placeholder.
    #[error("the template is empty")]
    Empty,
}

impl DottedName {
    /// Reads a dotted name.
    ///
    /// # Errors
    /// An empty part, or a blank, bar or brace in a part.
    pub fn parse(text: &str) -> Result<Self, TemplateError> {
        if text.contains(['{', '}']) {
            return Err(TemplateError::Brace);
        }
        if text.chars().any(char::is_whitespace) {
            return Err(TemplateError::Blank);
        }
        if text.contains('|') {
            return Err(TemplateError::Alternatives);
        }
        let mut names = text.split('.').map(str::to_owned);
        let head = names.next().unwrap_or_default();
        let rest: Vec<String> = names.collect();
        if head.is_empty() || rest.iter().any(String::is_empty) {
            return Err(TemplateError::EmptyName);
        }
        Ok(Self { head, rest })
    }

    /// The name as it is written.
    pub fn dotted(&self) -> String {
        self.rest.iter().fold(self.head.clone(), |text, part| text + "." + part)
    }
}

impl Placeholder {
    /// Reads what stands between two braces. A type follows the last colon; Cognito's own attributes
    /// such as `custom:number` have a colon, too, and are names.
    fn parse(text: &str) -> Result<Self, TemplateError> {
        let typed = text.rsplit_once(':').filter(|(name, _)| *name != "attributes.custom");
        let typed = typed.and_then(|(name, word)| Some((name, IdType::of(word)?)));
        let (name, id_type) = match typed {
            Some((name, id_type)) => (name, Some(id_type)),
            None => (text, None),
        };
        Ok(Self { name: DottedName::parse(name)?, id_type })
    }
}

impl Template<Placeholder> {
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
                return Err(TemplateError::Unopened);
            }
            if !literal.is_empty() {
                parts.push(Part::Text(literal.to_owned()));
            } else if matches!(parts.last(), Some(Part::Value(_))) {
                return Err(TemplateError::SideBySide);
            }
            let Some(after) = after else { break };
            let (name, after) = after.split_once('}').ok_or(TemplateError::Unclosed)?;
            parts.push(Part::Value(Placeholder::parse(name)?));
            rest = after;
        }
        if parts.is_empty() { Err(TemplateError::Empty) } else { Ok(Self { parts }) }
    }
}

impl<Value> Template<Value> {
    /// All values, in order.
    pub fn values(&self) -> impl Iterator<Item = &Value> {
        self.parts.iter().filter_map(|part| match part {
            Part::Text(_) => None,
            Part::Value(value) => Some(value),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_placeholders_alternate() {
        let value = |text: &str| Part::Value(Placeholder::parse(text).unwrap());
        assert_eq!(
            Template::parse("ORG#{membership.org_id}#x").unwrap().parts,
            [Part::Text("ORG#".into()), value("membership.org_id"), Part::Text("#x".into())]
        );
        assert_eq!(Template::parse("{sub}").unwrap().parts, [value("sub")]);
    }

    #[test]
    fn a_type_follows_the_last_colon() {
        for (text, name, id_type) in [
            ("metadata.shop:number", "metadata.shop", Some(IdType::Number)),
            ("metadata.a:b", "metadata.a:b", None),
            ("attributes.custom:number", "attributes.custom:number", None),
            ("attributes.custom:shop:slug", "attributes.custom:shop", Some(IdType::Slug)),
        ] {
            let placeholder = Placeholder::parse(text).unwrap();
            assert_eq!((placeholder.name.dotted().as_str(), placeholder.id_type), (name, id_type));
        }
    }

    #[test]
    fn what_is_no_template_is_an_error() {
        for (text, error) in [
            ("", TemplateError::Empty),
            ("{sub", TemplateError::Unclosed),
            ("sub}", TemplateError::Unopened),
            ("{{sub}}", TemplateError::Brace),
            ("{}", TemplateError::EmptyName),
            ("{a|b}", TemplateError::Alternatives),
            ("{a..b}", TemplateError::EmptyName),
            ("{a b}", TemplateError::Blank),
            ("{a}{b}", TemplateError::SideBySide),
        ] {
            assert_eq!(Template::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn a_brace_that_is_closed_is_not_called_open() {
        let wrong = |text| Template::parse(text).unwrap_err();
        assert_eq!(wrong("USER#{sub"), TemplateError::Unclosed);
        assert_eq!(wrong("{a}/{b"), TemplateError::Unclosed);
        assert_eq!(wrong("USER#sub}"), TemplateError::Unopened);
        assert_eq!(wrong("{sub}}"), TemplateError::Unopened);
        assert_eq!(wrong("{{sub}"), TemplateError::Brace);
        // A name alone takes no braces, closed or not.
        assert_eq!(DottedName::parse("{user.org_id}"), Err(TemplateError::Brace));
    }
}
