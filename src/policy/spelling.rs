//! Spelling: names, keys and conditions as a policy file writes them, for whoever explains a policy.

use serde_json::Value;

use super::record::{Chosen, Operand, Reading, RecordPath, RecordRule, Require};
use super::rules::Policy;
use super::source::{Place, Step};
use super::template::{Part, Template};

impl Chosen {
    /// The name in a policy file.
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
    /// What must hold: `status is active or trial`; nothing if it must only be there.
    pub fn spelled(&self) -> String {
        let conditions = self.attributes.iter().map(|(path, values)| {
            let values: Vec<String> = values.iter().map(spelled_value).collect();
            format!("{} is {}", path.join("."), values.join(" or "))
        });
        conditions.collect::<Vec<_>>().join(" and ")
    }
}

/// A text as it is, anything else as JSON.
fn spelled_value(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A path into an item.
fn spelled_path(path: &[Step]) -> String {
    let mut written = String::new();
    for step in path {
        match step {
            Step::Name(name) if written.is_empty() => written.push_str(name),
            Step::Name(name) => written.extend([".", name]),
            Step::Tenant => written.push_str("[tenant]"),
        }
    }
    written
}

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
        let partition = (partition_key.as_str(), self.spelled_template(partition));
        let sort = sort_key.as_deref().zip(sort.as_ref().map(|sort| self.spelled_template(sort)));
        [partition].into_iter().chain(sort).collect()
    }

    fn spelled_template(&self, template: &Template<Operand>) -> String {
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
            Operand::Attribute(attribute) => format!("attributes.{}", attribute.name),
            Operand::VerifiedEmail => "verified.email".to_owned(),
            Operand::Chosen(chosen, _) => chosen.spelled(),
            Operand::Tenant(_) => "tenant".to_owned(),
            Operand::Member(path) => format!("member.{}", spelled_path(path)),
            Operand::Record(path) => self.spelled_record(path),
            Operand::Each => "each".to_owned(),
            Operand::Star(_) => "*".to_owned(),
        }
    }

    /// What a source names.
    pub fn spelled_place(&self, place: &Place) -> String {
        match place {
            Place::Tenant => "tenant".to_owned(),
            Place::Member(path) => format!("member.{}", spelled_path(path)),
            Place::Record(path) => self.spelled_record(path),
            Place::Attribute(attribute) => format!("attributes.{}", attribute.name),
            Place::Groups => "groups".to_owned(),
        }
    }

    fn spelled_record(&self, path: &RecordPath) -> String {
        let record = self.records.get(path.record).map(|rule| rule.name.as_str());
        let record = record.unwrap_or_default();
        match path.path.as_slice() {
            [] => record.to_owned(),
            steps => format!("{record}.{}", spelled_path(steps)),
        }
    }
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
