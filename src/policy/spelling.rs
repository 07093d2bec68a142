//! Keys and sources as the policy file spells them, for reports.

use serde_json::Value;

use super::record::{Chosen, Operand, Reading, RecordRule, Require};
use super::rules::Policy;
use super::source::{Place, Step};
use super::template::{Part, Template};

impl Policy {
    /// The attributes of a record's key, or of its query, with their templates.
    pub fn spelled_key<'p>(&'p self, rule: &'p RecordRule) -> Vec<(&'p str, String)> {
        let Some(table) = self.tables.get(rule.table) else { return Vec::new() };
        let (partition, sort, index) = match &rule.read {
            Reading::Item(key) | Reading::Each { key, .. } => (&key.partition, &key.sort, &None),
            Reading::Query { index, partition, sort, .. } => (partition, sort, index),
        };
        let (partition_key, sort_key) = match index {
            Some(index) => (&index.partition_key, &index.sort_key),
            None => (&table.partition_key, &table.sort_key),
        };
        let partition = (partition_key.as_str(), self.spelled(partition));
        let sort = sort_key.as_deref().zip(sort.as_ref().map(|sort| self.spelled(sort)));
        [partition].into_iter().chain(sort).collect()
    }

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

impl Require {
    /// What must hold: `status is active or trial`; nothing if an item must only be there.
    pub fn spelled(&self) -> String {
        let Require::Holds(attributes) = self else { return "not_revoked".to_owned() };
        let conditions = attributes.iter().map(|(path, values)| {
            let values: Vec<String> = values.iter().map(spelled_value).collect();
            format!("{} is {}", path.join("."), values.join(" or "))
        });
        conditions.collect::<Vec<_>>().join(" and ")
    }
}

/// A text as it is, anything else as JSON.
pub fn spelled_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
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

#[cfg(test)]
mod tests {
    use crate::policy::{DEFAULT_POLICY, Policy, Variables};

    #[test]
    fn keys_and_conditions_are_spelled_as_the_file_writes_them() {
        let policy = Policy::parse(DEFAULT_POLICY, &Variables::lenient(&|_| None)).unwrap();
        let spelled = |name: &str| {
            let rule = policy.records.iter().find(|rule| rule.name == name).unwrap();
            let require = rule.require.as_ref().map(super::Require::spelled);
            (policy.spelled_key(rule), require.unwrap_or_default())
        };
        let key = |sk: &str, pk: &str| vec![("pk", pk.to_owned()), ("sk", sk.to_owned())];
        let membership = key("ORG#{metadata.org_id}", "USER#{sub}");
        assert_eq!(spelled("membership"), (membership, "status is active".to_owned()));
        let org = key("PROFILE", "ORG#{tenant}");
        assert_eq!(spelled("org"), (org, "status is active or trial".to_owned()));
        assert_eq!(spelled("user").1, "");
        assert_eq!(spelled("tier").0, key("PROFILE", "TIER#{org.tier}"));
    }
}
