//! Rights: what a role must be allowed on which tables, so that it can read what the policy reads.
//!
//! A batch of items and a query are two rights, and an index is a resource of its own.
//! SPEC: AWS, service authorization reference, "Actions, resources, and condition keys for Amazon
//! DynamoDB": `BatchGetItem` is for tables, `Query` for tables and indexes.

use std::collections::BTreeSet;

use super::record::Reading;
use super::rules::Policy;
use super::table::Location;

/// What a role must be allowed on one table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// The table's name, as it is written: with `${VARIABLE}` where that has no value.
    pub table: String,
    /// The region that the policy names, written the same way; `None` is the function's own.
    pub region: Option<String>,
    /// Whether items are read by their keys: `BatchGetItem`.
    pub batch: bool,
    /// Whether the table itself is queried: `Query`.
    pub query: bool,
    /// The indexes that are queried.
    pub indexes: BTreeSet<String>,
}

impl Policy {
    /// What the role must be allowed: one entry for each table on DynamoDB that is read.
    pub fn rights(&self) -> Vec<Rights> {
        let mut all: Vec<Rights> = Vec::new();
        for rule in &self.records {
            let Some(table) = self.tables.get(rule.table) else { continue };
            let Location::DynamoDb(name) = &table.location else { continue };
            let at = all.iter().position(|rights| rights.table == *name).unwrap_or_else(|| {
                let region = self.connection.region.clone();
                all.push(Rights { table: name.clone(), region, ..Rights::default() });
                all.len() - 1
            });
            let Some(rights) = all.get_mut(at) else { continue };
            match &rule.read {
                Reading::Item(_) | Reading::Each { .. } => rights.batch = true,
                Reading::Query { index: None, .. } => rights.query = true,
                Reading::Query { index: Some(index), .. } => {
                    rights.indexes.insert(index.name.clone());
                }
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{DEFAULT_POLICY, Variables};

    fn rights(text: &str) -> Vec<Rights> {
        Policy::parse(text, &Variables::lenient(&|_| None)).unwrap().rights()
    }

    #[test]
    fn the_shipped_policy_reads_items_of_one_table() {
        let table = "${CLAIMS_TABLE}".to_owned();
        let expected = Rights { table, batch: true, ..Rights::default() };
        assert_eq!(rights(DEFAULT_POLICY), [expected]);
    }

    #[test]
    fn each_table_and_index_has_only_what_is_used() {
        let text = r#"
version = 1
[table]
name = "people"
partition_key = "id"
region = "eu-west-1"
[person]
index = "by-email"
key = { email = "{verified.email}" }
id = "id"
profile = "user"
[tenant]
id = "slug"
person = "user.org_id"
[records.user]
key = { id = "{person}" }
require = "exists"
[records.all]
table = "${STAGE}-tenancy"
query = { pk = "MEMBER#{person}", sk = "ORG#{*}" }
at_most = 5
[claims.org]
from = "tenant"
[claims.all]
from = "all"
fields = { id = "org_id" }
"#;
        let indexes = BTreeSet::from(["by-email".to_owned()]);
        let region = || Some("eu-west-1".to_owned());
        let table = "people".to_owned();
        let people = Rights { table, region: region(), batch: true, query: false, indexes };
        let table = "${STAGE}-tenancy".to_owned();
        let tenancy = Rights { table, region: region(), query: true, ..Rights::default() };
        assert_eq!(rights(text), [people, tenancy]);
    }

    #[test]
    fn without_a_table_there_is_nothing_to_allow() {
        let text = "version = 1\n[claims.region]\nvalue = \"eu\"\n";
        assert_eq!(rights(text), []);
    }
}
