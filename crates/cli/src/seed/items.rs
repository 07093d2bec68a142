//! The items file: which item goes to which table, and everything that DynamoDB would refuse.

use std::sync::Arc;

use claimsmith::policy::{Key, PARTITION_KEY_LIMIT, SORT_KEY_LIMIT, Table};
use claimsmith::records::file;
use claimsmith::records::store::Item;

use super::value;

/// One item of the file, as it goes to its table.
pub struct Put {
    /// Where it stands in the file: `$[3] (line 5)`.
    pub place: String,
    /// Its key.
    pub key: Key,
    /// The item, key included.
    pub item: Arc<Item>,
    /// Its size, as DynamoDB counts it.
    pub bytes: usize,
}

/// Reads a file for the given tables: one list for each of them.
///
/// # Errors
/// Everything that is wrong, in the order of the file.
pub fn read(text: &str, tables: &[Table]) -> Result<Vec<Vec<Put>>, Vec<String>> {
    let entries = file::entries(text, tables).map_err(|error| vec![error.to_string()])?;
    let mut lists: Vec<Vec<Put>> = tables.iter().map(|_| Vec::new()).collect();
    let mut findings = Vec::new();
    for entry in entries {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                findings.push(error.to_string());
                continue;
            }
        };
        let (position, line) = (entry.position, entry.line);
        let mut find = |path: &str, problem: &str| {
            findings.push(format!("line {line}, $[{position}]{path}: {problem}"));
        };
        for (path, problem) in value::problems(&entry.item) {
            find(&path, problem);
        }
        let bytes = value::size(&entry.item);
        if bytes > value::ITEM_LIMIT {
            find("", "an item of more than 400 KB");
        }
        if entry.keys.len() > 1 {
            find("", "it has the keys of several tables; say which one by --table");
        }
        let Some((table, key)) = entry.keys.into_iter().next() else { continue };
        for (path, problem) in key_problems(&key, tables.get(table)) {
            find(&path, problem);
        }
        if let Some(list) = lists.get_mut(table) {
            let place = format!("$[{position}] (line {line})");
            list.push(Put { place, key, item: entry.item, bytes });
        }
    }
    if findings.is_empty() { Ok(lists) } else { Err(findings) }
}

fn key_problems(key: &Key, table: Option<&Table>) -> Vec<(String, &'static str)> {
    let Some(table) = table else { return Vec::new() };
    let mut found = Vec::new();
    if key.partition.len() > PARTITION_KEY_LIMIT {
        found
            .push((format!(".{}", table.partition_key), "a partition key of more than 2048 bytes"));
    }
    if let (Some(name), Some(sort)) = (&table.sort_key, &key.sort)
        && sort.len() > SORT_KEY_LIMIT
    {
        found.push((format!(".{name}"), "a sort key of more than 1024 bytes"));
    }
    found
}
