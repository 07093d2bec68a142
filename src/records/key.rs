//! Keys: what stands in a template, and which key comes of it.

use std::borrow::Cow;

use serde_json::Value;

use super::chosen::chosen;
use super::knowledge::Knowledge;
use super::known::Known;
use super::path::{as_text, at_name};
use crate::outcome::Fault;
use crate::policy::{IdRule, Key, KeyTemplate, Operand, Part, Template};

/// What a query's sort keys begin and end with, and what stands between the two.
#[derive(Debug)]
pub struct AroundStar<'p> {
    pub prefix: String,
    pub star: &'p IdRule,
    pub suffix: String,
}

impl<'k> Knowledge<'k> {
    /// The key of an item; `each` is the word of the list that it is read for.
    pub fn key(&self, template: &KeyTemplate, each: Option<&str>) -> Known<Key> {
        self.render(&template.partition, each).and_then(|partition| match &template.sort {
            None => Known::Value(Key { partition, sort: None }),
            Some(sort) => self.render(sort, each).map(|sort| Key { partition, sort: Some(sort) }),
        })
    }

    /// The text of a template whose placeholders all have values.
    pub fn render(&self, template: &Template<Operand>, each: Option<&str>) -> Known<String> {
        self.render_parts(&template.parts, each)
    }

    /// What a query's sort keys look like.
    pub fn around_star<'p>(&self, template: &'p Template<Operand>) -> Known<AroundStar<'p>> {
        let star = |part: &'p Part<Operand>| match part {
            Part::Value(Operand::Star(id)) => Some(id),
            _ => None,
        };
        let mut parts = template.parts.iter().enumerate();
        let Some((at, star)) = parts.find_map(|(at, part)| Some((at, star(part)?))) else {
            return Known::Absent;
        };
        let (prefix, rest) = template.parts.split_at(at);
        let suffix = rest.get(1..).unwrap_or_default();
        self.render_parts(prefix, None).and_then(|prefix| {
            let suffix = self.render_parts(suffix, None);
            suffix.map(|suffix| AroundStar { prefix, star, suffix })
        })
    }

    fn render_parts(&self, parts: &[Part<Operand>], each: Option<&str>) -> Known<String> {
        let mut text = String::new();
        for part in parts {
            match part {
                Part::Text(literal) => text.push_str(literal),
                Part::Value(operand) => match self.operand(operand, each) {
                    Known::Value(value) => text.push_str(&value),
                    Known::Absent => return Known::Absent,
                    Known::Unknown(fault) => return Known::Unknown(fault),
                },
            }
        }
        Known::Value(text)
    }

    fn operand<'a>(&self, operand: &Operand, each: Option<&'a str>) -> Known<Cow<'a, str>>
    where
        'k: 'a,
    {
        let identity = self.identity;
        let providers = &self.policy.providers;
        let text = match operand {
            Operand::Sub => identity.sub.as_deref(),
            Operand::ClientId => identity.client_id.as_deref(),
            Operand::UserPoolId => identity.user_pool_id.as_deref(),
            Operand::Attribute(attribute) => identity.assigned(attribute, providers),
            Operand::VerifiedEmail => identity.verified_email(providers),
            Operand::Chosen(choice, id) => match chosen(choice, identity) {
                // Refused before the first round.
                Some(text) if !id.fits(text) => return Known::Unknown(Fault::Malformed),
                text => text,
            },
            Operand::Tenant(_) => return self.tenant().map(Cow::Borrowed),
            Operand::Each => each,
            // Only a query's sort key has it, and that looks around it.
            Operand::Star(_) => None,
            Operand::Person => return self.person(),
            Operand::Member(path) => {
                return self.member(path).and_then(text_of);
            }
            Operand::Record(path) => {
                return self.record(path).and_then(text_of);
            }
        };
        text.map_or(Known::Absent, |text| Known::Value(Cow::Borrowed(text)))
    }

    /// The person's id as the index says it.
    pub fn person(&self) -> Known<Cow<'k, str>> {
        let Some(person) = &self.policy.person else { return Known::Absent };
        self.item(person.record).and_then(|item| at_name(item, &person.id)).and_then(text_of)
    }
}

fn text_of(value: &Value) -> Known<Cow<'_, str>> {
    as_text(value).map_or(Known::Unknown(Fault::Malformed), Known::Value)
}
