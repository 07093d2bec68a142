//! What DynamoDB says of a table, beside what the policy says.

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::ProvideErrorMetadata;
use aws_sdk_dynamodb::types::{
    KeySchemaElement, KeyType, Projection, ProjectionType, ScalarAttributeType, TableDescription,
};
use claimsmith::policy::{Index, Policy, Reading, Table};
use claimsmith_dynamo::RequestError;

use super::difference::Difference;

/// The table's description; `None` if there is no such table.
pub async fn describe(
    client: &Client,
    name: &str,
) -> Result<Option<TableDescription>, RequestError> {
    match Box::pin(client.describe_table().table_name(name).send()).await {
        Ok(answer) => Ok(answer.table),
        Err(error) if error.code() == Some("ResourceNotFoundException") => Ok(None),
        Err(error) => Err(RequestError::of(&error)),
    }
}

/// The differences that keep a policy from reading its table at this place.
pub fn of_policy(policy: &Policy, at: usize, there: &TableDescription) -> Vec<Difference> {
    let Some(table) = policy.tables.get(at) else { return Vec::new() };
    let mut found = of_keys(table, there);
    // A wrong index is told once, whoever reads along it, with all that is missing in it.
    let mut indexes: BTreeMap<&str, (&Index, Vec<&str>)> = BTreeMap::new();
    for rule in policy.records.iter().filter(|rule| rule.table == at) {
        if let Reading::Query { index: Some(index), .. } = &rule.read {
            let (_, wanted) = indexes.entry(&index.name).or_insert((index, Vec::new()));
            wanted.extend(rule.attributes.iter().map(String::as_str));
        }
    }
    found.extend(indexes.into_values().filter_map(|(index, mut wanted)| {
        wanted.sort_unstable();
        wanted.dedup();
        of_index(table, index, &wanted, there)
    }));
    found
}

/// The same of the table's own keys.
pub fn of_keys(table: &Table, there: &TableDescription) -> Vec<Difference> {
    let wanted = (table.partition_key.as_str(), table.sort_key.as_deref());
    of_schema(table, wanted, there.key_schema(), there).into_iter().collect()
}

/// What is wrong with a pair of keys: their names, or a type of theirs.
fn of_schema(
    table: &Table,
    (partition, sort): (&str, Option<&str>),
    schema: &[KeySchemaElement],
    there: &TableDescription,
) -> Option<Difference> {
    let named = |kind: KeyType| {
        let key = schema.iter().find(|key| *key.key_type() == kind);
        key.map(KeySchemaElement::attribute_name)
    };
    let found = [named(KeyType::Hash), named(KeyType::Range)];
    let wanted = [Some(partition), sort];
    let of_found = |name: &str| kind_of(name, there).to_owned();
    let of_wanted = |name: &str| if table.is_number(name) { "number" } else { "text" }.to_owned();
    let types_differ = || wanted.into_iter().flatten().any(|it| of_found(it) != of_wanted(it));
    let (code, help) = match found == wanted {
        true if !types_differ() => return None,
        true => (
            "table-key-type",
            "say in [table] which keys are numbers, such as `keys = { id = \"number\" }`",
        ),
        false => ("table-keys", "write the names that the table has, `sort_key` too if it has one"),
    };
    let found = listed(&found, of_found);
    let wanted = listed(&wanted, of_wanted);
    Some(Difference::new(code, format!("its keys are {found}, and the policy says {wanted}"), help))
}

fn of_index(
    table: &Table,
    index: &Index,
    attributes: &[&str],
    there: &TableDescription,
) -> Option<Difference> {
    let name = &index.name;
    let global = there.global_secondary_indexes().iter();
    let global = global.map(|it| (it.index_name(), it.key_schema(), it.projection()));
    let local = there.local_secondary_indexes().iter();
    let local = local.map(|it| (it.index_name(), it.key_schema(), it.projection()));
    let found = global.chain(local).find(|(it, ..)| *it == Some(name));
    let Some((_, schema, projection)) = found else {
        let message = format!("it has no index `{name}`");
        let help = "make the index, or write the name of one that is there";
        return Some(Difference::new("table-index", message, help));
    };
    let wanted = (index.partition_key.as_str(), index.sort_key.as_deref());
    if let Some(wrong) = of_schema(table, wanted, schema, there) {
        let message = format!("index `{name}`: {}", wrong.message);
        return Some(Difference { code: "table-index-keys", message, ..wrong });
    }
    let has = |attribute: &&str| {
        let keys = there.key_schema().iter().chain(schema);
        let is_key = || keys.clone().any(|key| key.attribute_name() == *attribute);
        is_projected(projection, attribute) || is_key()
    };
    let missing: Vec<String> =
        attributes.iter().filter(|it| !has(it)).map(|it| format!("`{it}`")).collect();
    let message = format!("index `{name}` doesn't hold {}", missing.join(", "));
    let help = "project these attributes into the index; to the policy they are absent there";
    (!missing.is_empty()).then(|| Difference::new("table-projection", message, help))
}

fn is_projected(projection: Option<&Projection>, attribute: &str) -> bool {
    projection.is_none_or(|projection| match projection.projection_type() {
        Some(ProjectionType::All) | None => true,
        _ => projection.non_key_attributes().iter().any(|it| it == attribute),
    })
}

fn kind_of(name: &str, there: &TableDescription) -> &'static str {
    let definition = there.attribute_definitions().iter().find(|it| it.attribute_name() == name);
    match definition.map(|it| it.attribute_type()) {
        Some(ScalarAttributeType::S) => "text",
        Some(ScalarAttributeType::N) => "number",
        Some(ScalarAttributeType::B) => "binary",
        _ => "of an unknown type",
    }
}

fn listed(keys: &[Option<&str>; 2], kind: impl Fn(&str) -> String) -> String {
    let keys = keys.iter().flatten().map(|name| format!("`{name}` ({})", kind(name)));
    keys.collect::<Vec<_>>().join(" and ")
}

#[cfg(test)]
mod tests {
    use super::*;

    use aws_sdk_dynamodb::types::{AttributeDefinition, GlobalSecondaryIndexDescription};
    use claimsmith::policy::Variables;

    const POLICY: &str = r#"
version = 1
[table]
name = "t"
partition_key = "pk"
sort_key = "sk"
[person]
index = "by-email"
key = { email = "{verified.email}" }
id = "id"
profile = "user"
[records.user]
key = { pk = "USER#{person}", sk = "PROFILE" }
[claims.org_id]
from = "user.org_id"
"#;

    fn schema(keys: &[&str]) -> Vec<KeySchemaElement> {
        let kinds = [KeyType::Hash, KeyType::Range].into_iter();
        let element = |(name, kind): (&&str, KeyType)| {
            KeySchemaElement::builder().attribute_name(*name).key_type(kind).build().unwrap()
        };
        keys.iter().zip(kinds).map(element).collect()
    }

    /// A table with an index, whose keys are texts but for those named here.
    fn there(index: &[&str], projected: Option<&[&str]>, numbers: &[&str]) -> TableDescription {
        let kind = match projected {
            None => ProjectionType::KeysOnly,
            Some(_) => ProjectionType::Include,
        };
        let projected = projected.unwrap_or_default().iter().map(|it| (*it).to_owned());
        let projection = Projection::builder()
            .projection_type(kind)
            .set_non_key_attributes(Some(projected.collect()))
            .build();
        let definition = |name: &&str| {
            let is_number = numbers.contains(name);
            let kind = if is_number { ScalarAttributeType::N } else { ScalarAttributeType::S };
            let built = AttributeDefinition::builder().attribute_name(*name).attribute_type(kind);
            built.build().unwrap()
        };
        let by_email = GlobalSecondaryIndexDescription::builder()
            .index_name("by-email")
            .set_key_schema(Some(schema(index)))
            .projection(projection)
            .build();
        TableDescription::builder()
            .set_key_schema(Some(schema(&["pk", "sk"])))
            .set_attribute_definitions(Some(
                ["pk", "sk", "email", "at"].iter().map(definition).collect(),
            ))
            .global_secondary_indexes(by_email)
            .build()
    }

    fn codes(there: &TableDescription) -> Vec<&'static str> {
        let policy = Policy::parse(POLICY, &Variables::lenient(&|_| None)).unwrap();
        of_policy(&policy, 0, there).iter().map(|it| it.code).collect()
    }

    #[test]
    fn each_difference_has_its_code() {
        let id: Option<&[&str]> = Some(&["id"]);
        assert_eq!(codes(&there(&["email"], id, &[])), [""; 0]);
        assert_eq!(codes(&there(&["email"], None, &[])), ["table-projection"]);
        assert_eq!(codes(&there(&["email", "at"], id, &[])), ["table-index-keys"]);
        assert_eq!(codes(&there(&["email"], id, &["email"])), ["table-index-keys"]);
        assert_eq!(codes(&there(&["email"], id, &["sk"])), ["table-key-type"]);
        let bare = TableDescription::builder().set_key_schema(Some(schema(&["pk"])));
        assert_eq!(codes(&bare.build()), ["table-keys", "table-index"]);
    }
}
