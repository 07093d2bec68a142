//! The embedded store: a JSON file of items in plain JSON, kept in memory.
//!
//! ```json
//! [{"pk": "USER#1", "sk": "PROFILE", "org_id": "acme"}]
//! ```
//!
//! For development, demonstrations, tests and small fixed sets of clients. Shell: it is a store,
//! though all its reads are from memory.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use serde_json::value::RawValue;

use super::known::Known;
use super::store::{Item, Read, Store, StoreError};
use crate::policy::{Key, Table};

/// Items by table and key.
#[derive(Debug)]
pub struct FileStore {
    items: HashMap<(usize, Key), Arc<Item>>,
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
        let mut items = HashMap::with_capacity(count);
        for entry in entries {
            let Entry { item, keys, .. } = entry?;
            items.extend(keys.into_iter().map(|key| (key, Arc::clone(&item))));
        }
        Ok(Self { items, count })
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
    let value = |name: &str| match item.get(name) {
        Some(serde_json::Value::String(value)) if !value.is_empty() => Ok(value.clone()),
        Some(_) => Err(Misfit {
            member: format!(".{name}"),
            problem: "expected a text that is not empty".to_owned(),
        }),
        None => Err(Misfit::whole(format!("the key attribute `{name}` is missing"))),
    };
    Ok(Key {
        partition: value(&table.partition_key)?,
        sort: table.sort_key.as_deref().map(value).transpose()?,
    })
}

impl Store for FileStore {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        let item = |read: &Read<'_>| self.items.get(&(read.table, read.key.clone()));
        Ok(reads
            .iter()
            .map(|read| item(read).map_or(Known::Absent, |item| Known::Value(Arc::clone(item))))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::policy::Location;

    fn table(partition_key: &str, sort_key: Option<&str>) -> Table {
        Table {
            location: Location::File(String::new()),
            partition_key: partition_key.to_owned(),
            sort_key: sort_key.map(str::to_owned),
        }
    }

    fn error(text: &str) -> String {
        FileStore::parse(text, &[table("pk", Some("sk"))]).unwrap_err().to_string()
    }

    #[test]
    fn an_item_belongs_to_each_table_whose_keys_it_has() {
        let tables = [table("pk", Some("sk")), table("id", None)];
        let store =
            FileStore::parse(r#"[{"pk":"a","sk":"b"},{"id":"a"},{"id":"c","pk":"d"}]"#, &tables)
                .unwrap();
        assert_eq!(store.len(), 3);
        let mut keys: Vec<_> =
            store.items.keys().map(|(at, key)| (*at, key.partition.as_str())).collect();
        keys.sort_unstable();
        assert_eq!(keys, [(0, "a"), (1, "a"), (1, "c")]);
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
}
