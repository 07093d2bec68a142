//! The embedded store: a JSON file of items in plain JSON, kept in memory.
//!
//! ```json
//! [{"pk": "USER#1", "sk": "PROFILE", "org_id": "acme"}]
//! ```
//!
//! For development, demonstrations, tests and small fixed sets of clients. Shell: it is a store,
//! though all its reads are from memory.

use std::collections::HashSet;
use std::sync::Arc;

use serde_json::Value;
use serde_json::value::RawValue;

use super::decimal::Decimal;
use super::known::Known;
use super::partitions::Partitions;
use super::store::{Item, Page, Query, Read, Store, StoreError, StoreFault};
use crate::policy::{Key, Table};

/// Items by table.
#[derive(Debug)]
pub struct FileStore {
    tables: Vec<Partitions>,
    count: usize,
}

/// What is wrong with a records file, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, {path}: {problem}")]
pub struct RecordsError {
    /// Line, from 1.
    pub line: usize,
    /// JSON path of the place.
    pub path: String,
    /// What is wrong.
    pub problem: String,
}

/// One item of a records file.
#[derive(Debug)]
pub struct Entry {
    /// Position in the file's array, from 0.
    pub position: usize,
    /// The line where it begins, from 1.
    pub line: usize,
    /// Its attributes.
    pub item: Arc<Item>,
    /// The tables that it belongs to, by position, and its key in each; at least one.
    pub keys: Vec<(usize, Key)>,
}

/// Reads the text of a records file for the given tables: each item, or what is wrong with it. An
/// item belongs to each table whose key attributes it has.
///
/// # Errors
/// The text is no JSON array.
pub fn entries(
    text: &str,
    tables: &[Table],
) -> Result<Vec<Result<Entry, RecordsError>>, RecordsError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| {
        let problem = if error.is_data() {
            "expected an array of items".to_owned()
        } else {
            format!("not JSON (column {})", error.column())
        };
        RecordsError { line: error.line(), path: "$".to_owned(), problem }
    })?;

    let mut known = HashSet::with_capacity(elements.len());
    let (mut line, mut counted) = (1, 0);
    let entries = elements.into_iter().enumerate().map(|(position, element)| {
        let start = element.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
        let passed = text.get(counted..start).unwrap_or_default();
        line += passed.bytes().filter(|byte| *byte == b'\n').count();
        counted = start;
        entry(element, tables, &mut known)
            .map(|(item, keys)| Entry { position, line, item, keys })
            .map_err(|Misfit { member, problem }| RecordsError {
                line,
                path: format!("$[{position}]{member}"),
                problem,
            })
    });
    Ok(entries.collect())
}

/// The tables and keys of one item.
type Places = Vec<(usize, Key)>;

fn entry(
    element: &RawValue,
    tables: &[Table],
    known: &mut HashSet<(usize, Key)>,
) -> Result<(Arc<Item>, Places), Misfit> {
    let item: Arc<Item> = serde_json::from_str(element.get())
        .map(Arc::new)
        .map_err(|_| Misfit::whole("expected an item, a JSON object of at most 127 levels"))?;
    let mut homeless = None;
    let mut keys = Vec::new();
    for (table, names) in tables.iter().enumerate() {
        match key(&item, names) {
            Ok(key) if known.insert((table, key.clone())) => keys.push((table, key)),
            Ok(_) => return Err(Misfit::whole("an item before this one has the same key")),
            Err(misfit) => homeless = homeless.or(Some(misfit)),
        }
    }
    match homeless {
        Some(misfit) if keys.is_empty() => Err(misfit),
        _ => Ok((item, keys)),
    }
}

impl FileStore {
    /// Reads the text of a records file for the given tables; see [`entries`].
    ///
    /// # Errors
    /// The text is no JSON array of objects, an item lacks its key, or two items share one.
    pub fn parse(text: &str, tables: &[Table]) -> Result<Self, RecordsError> {
        let entries = entries(text, tables)?;
        let count = entries.len();
        let mut placed: Vec<Vec<(Key, Arc<Item>)>> = tables.iter().map(|_| Vec::new()).collect();
        for entry in entries {
            let Entry { item, keys, .. } = entry?;
            for (table, key) in keys {
                placed
                    .get_mut(table)
                    .into_iter()
                    .for_each(|it| it.push((key.clone(), item.clone())));
            }
        }
        let tables = tables.iter().zip(placed);
        Ok(Self {
            tables: tables.map(|(table, items)| Partitions::new(table, items)).collect(),
            count,
        })
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Whether there is no item at all.
    pub fn is_empty(&self) -> bool {
        self.count == 0
    }
}

/// Why an item is in no table.
struct Misfit {
    member: String,
    problem: String,
}

impl Misfit {
    fn whole(problem: impl Into<String>) -> Self {
        Self { member: String::new(), problem: problem.into() }
    }
}

/// The item's key in a table.
fn key(item: &Item, table: &Table) -> Result<Key, Misfit> {
    let value = |name: &str| {
        let value = item
            .get(name)
            .ok_or_else(|| Misfit::whole(format!("the key attribute `{name}` is missing")))?;
        let (value, expected) = match table.is_number(name) {
            true => (number(value), "a whole number from 0 on, of at most 38 digits"),
            false => (text(value), "a text that is not empty"),
        };
        let problem = || format!("expected {expected}");
        value.ok_or_else(|| Misfit { member: format!(".{name}"), problem: problem() })
    };
    Ok(Key {
        partition: value(&table.partition_key)?,
        sort: table.sort_key.as_deref().map(value).transpose()?,
    })
}

fn text(value: &Value) -> Option<String> {
    value.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
}

/// The digits of a whole number. DynamoDB doesn't keep how a number was written, so `7.0` is 7.
fn number(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) => Decimal::of(number.as_str())?.key(),
        _ => None,
    }
}

impl Store for FileStore {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        let item = |read: &Read<'_>| self.tables.get(read.table)?.item(&read.key);
        Ok(reads
            .iter()
            .map(|read| item(read).map_or(Known::Absent, |item| Known::Value(Arc::clone(item))))
            .collect())
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        let misconfigured = || StoreError::new(StoreFault::Misconfigured);
        let table = self.tables.get(query.table).ok_or_else(misconfigured)?;
        table.query(query).map(Known::Value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeSet;

    use crate::policy::Location;

    fn table(partition_key: &str, sort_key: Option<&str>) -> Table {
        Table {
            location: Location::File(String::new()),
            partition_key: partition_key.to_owned(),
            sort_key: sort_key.map(str::to_owned),
            numbers: BTreeSet::new(),
        }
    }

    fn error(text: &str) -> String {
        FileStore::parse(text, &[table("pk", Some("sk"))]).unwrap_err().to_string()
    }

    #[test]
    fn an_item_belongs_to_each_table_whose_keys_it_has() {
        let tables = [table("pk", Some("sk")), table("id", None)];
        let text = r#"[{"pk":"a","sk":"b"},{"id":"a"},{"id":"c","pk":"d"}]"#;
        assert_eq!(FileStore::parse(text, &tables).unwrap().len(), 3);
        let entries = entries(text, &tables).unwrap().into_iter();
        let keys: Vec<_> = entries
            .flat_map(|entry| entry.unwrap().keys)
            .map(|(at, key)| (at, key.partition))
            .collect();
        assert_eq!(keys, [(0, "a".to_owned()), (1, "a".to_owned()), (1, "c".to_owned())]);
        let error = FileStore::parse(r#"[{"pk":"a"}]"#, &tables).unwrap_err().to_string();
        assert_eq!(error, "line 1, $[0]: the key attribute `sk` is missing");
    }

    #[test]
    fn a_bad_file_names_its_place() {
        assert_eq!(error("{}"), "line 1, $: expected an array of items");
        assert_eq!(error("[\n{]"), "line 2, $: not JSON (column 2)");
        assert_eq!(
            error("[\n1]"),
            "line 2, $[0]: expected an item, a JSON object of at most 127 levels"
        );
        assert_eq!(
            error("[\n{\"pk\":\"a\",\"sk\":\"b\"},\n{\"pk\":\"a\"}]"),
            "line 3, $[1]: the key attribute `sk` is missing"
        );
        assert_eq!(
            error("[{\"pk\":\"\",\"sk\":\"b\"}]"),
            "line 1, $[0].pk: expected a text that is not empty"
        );
        assert_eq!(
            error("[{\"pk\":\"a\",\"sk\":\"b\"},{\"pk\":\"a\",\"sk\":\"b\"}]"),
            "line 1, $[1]: an item before this one has the same key"
        );
    }

    #[test]
    fn a_number_key_is_a_whole_number_and_a_text_key_a_text() {
        let mut table = table("id", Some("name"));
        table.numbers = BTreeSet::from(["id".to_owned()]);
        let key = |json: &str| {
            let mut entries = entries(json, std::slice::from_ref(&table)).unwrap();
            entries.remove(0).map(|entry| entry.keys[0].1.partition.clone())
        };
        for (id, digits) in [("42", "42"), ("0", "0"), ("7.0", "7"), ("1e2", "100")] {
            assert_eq!(key(&format!(r#"[{{"id":{id},"name":"a"}}]"#)).unwrap(), digits);
        }
        for id in ["\"42\"", "-1", "1.5", "1e38", "true", "null"] {
            assert_eq!(
                key(&format!(r#"[{{"id":{id},"name":"a"}}]"#)).unwrap_err().to_string(),
                "line 1, $[0].id: expected a whole number from 0 on, of at most 38 digits",
            );
        }
        assert_eq!(
            key(r#"[{"id":42,"name":1}]"#).unwrap_err().to_string(),
            "line 1, $[0].name: expected a text that is not empty",
        );
        let twice = r#"[{"id":7,"name":"a"},{"id":7.0,"name":"a"}]"#;
        assert_eq!(
            FileStore::parse(twice, &[table]).unwrap_err().to_string(),
            "line 1, $[1]: an item before this one has the same key",
        );
    }
}
