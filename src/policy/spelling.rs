//! Keys and sources as the policy file spells them, for reports.

use super::record::{Chosen, Operand};
use super::rules::Policy;
use super::source::{Place, Step};
use super::template::{Part, Template};

impl Policy {
    /// A key template as it stands in the file, without the types of what is chosen.
    pub fn spelled(&self, template: &Template<Operand>) -> String {
        let parts = template.parts.iter().map(|part| match part {
            Part::Text(text) => text.clone(),
            Part::Value(operand) => format!("{{{}}}", self.spelled_operand(operand)),
        });
        parts.collect()
    }

    fn spelled_operand(&self, operand: &Operand) -> String {
        match operand {
            Operand::Sub => "sub".to_owned(),
            Operand::Person => "person".to_owned(),
            Operand::ClientId => "client_id".to_owned(),
            Operand::UserPoolId => "user_pool_id".to_owned(),
            Operand::VerifiedEmail => "verified.email".to_owned(),
            Operand::Each => "each".to_owned(),
            Operand::Star(_) => "*".to_owned(),
            Operand::Tenant(_) => "tenant".to_owned(),
            Operand::Chosen(chosen, _) => chosen.spelled(),
            Operand::Attribute(attribute) => {
                self.spelled_place(&Place::Attribute(attribute.clone()))
            }
            Operand::Member(path) => self.spelled_place(&Place::Member(path.clone())),
            Operand::Record(path) => self.spelled_place(&Place::Record(path.clone())),
        }
    }

    /// A place as a source names it.
    pub fn spelled_place(&self, place: &Place) -> String {
        match place {
            Place::Tenant => "tenant".to_owned(),
            Place::Groups => "groups".to_owned(),
            Place::Attribute(attribute) => format!("attributes.{}", attribute.name),
            Place::Member(path) => format!("member{}", spelled_path(path)),
            Place::Record(path) => {
                let record = self.records.get(path.record).map(|rule| rule.name.as_str());
                format!("{}{}", record.unwrap_or_default(), spelled_path(&path.path))
            }
        }
    }
}

impl Chosen {
    /// As a policy names it.
    pub fn spelled(&self) -> String {
        match self {
            Chosen::Metadata(name) => format!("metadata.{name}"),
            Chosen::Attribute(name) => format!("attributes.{name}"),
            Chosen::Username => "username".to_owned(),
            Chosen::ClientId => "client_id".to_owned(),
        }
    }
}

/// A path as it is written behind the name of its item.
pub fn spelled_path(path: &[Step]) -> String {
    let mut spelled = String::new();
    for step in path {
        match step {
            Step::Name(name) => spelled.extend([".", name]),
            Step::Tenant => spelled.push_str("[tenant]"),
        }
    }
    spelled
}
