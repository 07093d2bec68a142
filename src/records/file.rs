//! The embedded store: a JSON file of items in plain JSON, kept in memory.
//!
//! ```json
//! [{"pk": "USER#1", "sk": "PROFILE", "org_id": "acme"}]
//! ```
//!
//! For development, demonstrations, tests and small fixed sets of clients. Shell: it is a store,
//! though all its reads are from memory.

use std::collections::HashMap;

use serde_json::value::RawValue;

use super::store::{Item, Key, Read, Store, StoreError};

/// Items by key.
#[derive(Debug)]
pub struct FileStore {
    items: HashMap<Key, Item>,
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

impl FileStore {
    /// Reads the text of a records file for a table with the given key attributes.
    ///
    /// # Errors
    /// The text is no JSON array of objects, an item lacks its key, or two items share one.
    pub fn parse(
        text: &str,
        partition_key: &str,
        sort_key: Option<&str>,
    ) -> Result<Self, RecordsError> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let elements: Vec<&RawValue> = serde_json::from_str(text).map_err(|error| {
            let problem = if error.is_data() {
                "expected an array of items".to_owned()
            } else {
                format!("not JSON (column {})", error.column())
            };
            RecordsError { line: error.line(), path: "$".to_owned(), problem }
        })?;

        let mut items = HashMap::with_capacity(elements.len());
        for (position, element) in elements.into_iter().enumerate() {
            let start = element.get().as_ptr().addr().saturating_sub(text.as_ptr().addr());
            let before = text.get(..start).unwrap_or_default();
            let line = 1 + before.bytes().filter(|byte| *byte == b'\n').count();
            let wrong = |member: &str, problem: &str| RecordsError {
                line,
                path: format!("$[{position}]{member}"),
                problem: problem.to_owned(),
            };

            let item: Item = serde_json::from_str(element.get())
                .map_err(|_| wrong("", "expected an item, a JSON object of at most 127 levels"))?;
            let key_value = |name: &str| match item.get(name) {
                Some(serde_json::Value::String(value)) if !value.is_empty() => Ok(value.clone()),
                Some(_) => Err(wrong(&format!(".{name}"), "expected a text that is not empty")),
                None => Err(wrong("", &format!("the key attribute `{name}` is missing"))),
            };
            let key = Key {
                partition: key_value(partition_key)?,
                sort: sort_key.map(key_value).transpose()?,
            };
            if items.insert(key, item).is_some() {
                return Err(wrong("", "an item before this one has the same key"));
            }
        }
        Ok(Self { items })
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is no item at all.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

impl Store for FileStore {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Option<Item>>, StoreError> {
        let project = |item: &Item, read: &Read<'_>| {
            read.attributes
                .iter()
                .filter_map(|name| item.get_key_value(*name))
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect()
        };
        Ok(reads
            .iter()
            .map(|read| self.items.get(&read.key).map(|item| project(item, read)))
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        FileStore::parse(text, "pk", Some("sk")).unwrap_err().to_string()
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
