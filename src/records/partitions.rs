//! The items of one table in the order in which DynamoDB keeps them, and what a query finds there.

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

use super::decimal::Decimal;
use super::store::{Item, Page, Query, StoreError};
use crate::policy::{Index, Key, PARTITION_KEY_LIMIT, SORT_KEY_LIMIT, Table};

/// The items of one table.
#[derive(Debug)]
pub(super) struct Partitions {
    table: Table,
    /// By the value of the partition key; in each the items in the order of their sort keys.
    partitions: BTreeMap<String, Vec<Placed>>,
}

/// An item in its place.
#[derive(Debug)]
struct Placed {
    sort: Option<String>,
    item: Arc<Item>,
}

impl Partitions {
    /// Puts items into their places.
    pub(super) fn new(table: &Table, items: impl IntoIterator<Item = (Key, Arc<Item>)>) -> Self {
        let mut partitions: BTreeMap<String, Vec<Placed>> = BTreeMap::new();
        for (Key { partition, sort }, item) in items {
            partitions.entry(partition).or_default().push(Placed { sort, item });
        }
        let by_number = table.sort_key.as_deref().is_some_and(|name| table.is_number(name));
        for items in partitions.values_mut() {
            items
                .sort_by(|one, other| order(by_number, one.sort.as_deref(), other.sort.as_deref()));
        }
        Self { table: table.clone(), partitions }
    }

    /// The item with a key.
    pub(super) fn item(&self, key: &Key) -> Option<&Arc<Item>> {
        let items = self.partitions.get(&key.partition)?;
        let by_number = self.table.sort_key.as_deref().is_some_and(|it| self.table.is_number(it));
        let wanted = key.sort.as_deref();
        let place = items.binary_search_by(|it| order(by_number, it.sort.as_deref(), wanted));
        items.get(place.ok()?).map(|placed| &placed.item)
    }

    /// What a query finds.
    ///
    /// A page of DynamoDB also ends at 1 MB; here it doesn't.
    pub(super) fn query(&self, query: &Query<'_>) -> Result<Page, StoreError> {
        if !query.can_match(&self.table)? {
            return Ok(Page { items: Vec::new(), is_last: true });
        }
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let items: Vec<Arc<Item>> = match query.index {
            None => self.in_partition(query).take(limit).cloned().collect(),
            Some(index) => self.in_index(index, query).into_iter().take(limit).cloned().collect(),
        };
        // DynamoDB doesn't look whether another one follows.
        let is_last = items.len() < limit;
        Ok(Page { items, is_last })
    }

    fn in_partition<'q>(&'q self, query: &'q Query<'_>) -> impl Iterator<Item = &'q Arc<Item>> {
        let items = self.partitions.get(&query.partition).into_iter().flatten();
        let matches = |placed: &&Placed| match &placed.sort {
            Some(sort) => sort.starts_with(&query.sort_prefix),
            None => true,
        };
        items.filter(matches).map(|placed| &placed.item)
    }

    /// Items that lack a key attribute of an index, or have it with another type or too long, are
    /// not in it.
    /// SPEC: AWS, DynamoDB developer guide, "Detecting and correcting index key violations".
    ///
    /// DynamoDB promises no order of items whose keys in the index are equal; here they are in the
    /// order of the table's own keys.
    fn in_index<'q>(&'q self, index: &'q Index, query: &Query<'_>) -> Vec<&'q Arc<Item>> {
        let partition = match self.table.is_number(&index.partition_key) {
            true => Decimal::of(&query.partition).map(IndexKey::Number),
            false => Some(IndexKey::Text(&query.partition)),
        };
        let mut found: Vec<(Option<IndexKey<'_>>, &Arc<Item>)> = Vec::new();
        for Placed { item, .. } in self.partitions.values().flatten() {
            let key = self.index_key(item, &index.partition_key, PARTITION_KEY_LIMIT);
            if key.is_none() || key != partition {
                continue;
            }
            let Some(name) = &index.sort_key else {
                found.push((None, item));
                continue;
            };
            match self.index_key(item, name, SORT_KEY_LIMIT) {
                Some(IndexKey::Text(text)) if !text.starts_with(&query.sort_prefix) => {}
                Some(key) => found.push((Some(key), item)),
                None => {}
            }
        }
        found.sort_by(|(one, _), (other, _)| one.cmp(other));
        found.into_iter().map(|(_, item)| item).collect()
    }

    /// A key attribute of an index, if the item has it with the right type.
    fn index_key<'i>(&self, item: &'i Item, name: &str, limit: usize) -> Option<IndexKey<'i>> {
        match (item.get(name)?, self.table.is_number(name)) {
            (Value::Number(number), true) => Decimal::of(number.as_str()).map(IndexKey::Number),
            (Value::String(text), false) => {
                (1..=limit).contains(&text.len()).then_some(IndexKey::Text(text))
            }
            _ => None,
        }
    }
}

/// The value of a key attribute of an index. The values of one attribute are of one kind.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum IndexKey<'i> {
    /// In the order of its bytes.
    Text(&'i str),
    /// Any number, not only a whole one.
    Number(Decimal),
}

/// The order of two sort keys: of texts that of their bytes in UTF-8, of numbers that of their size.
/// SPEC: AWS, DynamoDB API reference, Query: "If the data type of the sort key is Number, the
/// results are returned in numeric order; otherwise, the results are returned in order of UTF-8
/// bytes."
fn order(by_number: bool, one: Option<&str>, other: Option<&str>) -> Ordering {
    // Of whole numbers without zeros in front the longer one is larger.
    let length = |sort: Option<&str>| if by_number { sort.map_or(0, str::len) } else { 0 };
    length(one).cmp(&length(other)).then_with(|| one.cmp(&other))
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::collections::BTreeSet;

    use serde_json::json;

    use crate::policy::Location;
    use crate::records::store::StoreFault;

    fn table(numbers: &[&str]) -> Table {
        Table {
            location: Location::File(String::new()),
            partition_key: "pk".to_owned(),
            sort_key: Some("sk".to_owned()),
            numbers: numbers.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>(),
        }
    }

    fn index(partition_key: &str, sort_key: Option<&str>) -> Index {
        Index {
            name: "index".to_owned(),
            partition_key: partition_key.to_owned(),
            sort_key: sort_key.map(str::to_owned),
        }
    }

    /// Items by their keys, each with more attributes.
    fn partitions(table: &Table, items: &[(&str, &str, Value)]) -> Partitions {
        let placed = items.iter().map(|(partition, sort, more)| {
            let key = Key { partition: (*partition).to_owned(), sort: Some((*sort).to_owned()) };
            let mut item = more.as_object().unwrap().clone();
            item.insert("pk".to_owned(), json!(partition));
            item.insert("sk".to_owned(), json!(sort));
            (key, Arc::new(item))
        });
        Partitions::new(table, placed)
    }

    fn query<'q>(index: Option<&'q Index>, partition: &str, prefix: &str) -> Query<'q> {
        Query {
            table: 0,
            index,
            partition: partition.to_owned(),
            sort_prefix: prefix.to_owned(),
            attributes: vec!["sk"],
            consistent: false,
            limit: 100,
        }
    }

    fn sorts(page: &Page) -> Vec<&str> {
        page.items.iter().map(|item| item["sk"].as_str().unwrap()).collect()
    }

    #[test]
    fn texts_come_in_the_order_of_their_bytes() {
        let sorted = ["A", "Z", "a", "a#", "a-", "\u{df}", "\u{ffee}", "\u{1f512}"];
        let items: Vec<_> = sorted.iter().rev().map(|sort| ("p", *sort, json!({}))).collect();
        let partitions = partitions(&table(&[]), &items);
        let page = partitions.query(&query(None, "p", "")).unwrap();
        assert_eq!((sorts(&page), page.is_last), (sorted.to_vec(), true));
        assert_eq!(sorts(&partitions.query(&query(None, "p", "a")).unwrap()), ["a", "a#", "a-"]);
        assert!(partitions.query(&query(None, "q", "")).unwrap().items.is_empty());
        for sort in sorted {
            let key = Key { partition: "p".to_owned(), sort: Some(sort.to_owned()) };
            assert_eq!(partitions.item(&key).unwrap()["sk"], sort);
        }
        assert_eq!(partitions.item(&Key { partition: "p".to_owned(), sort: None }), None);
    }

    #[test]
    fn whole_numbers_come_in_the_order_of_their_size() {
        let largest = "9".repeat(38);
        let sorted = ["0", "9", "10", "100", "12345678901234567890123456789012345678", &largest];
        let items: Vec<_> = sorted.iter().rev().map(|sort| ("p", *sort, json!({}))).collect();
        let partitions = partitions(&table(&["sk"]), &items);
        assert_eq!(sorts(&partitions.query(&query(None, "p", "")).unwrap()), sorted);
        for sort in sorted {
            let key = Key { partition: "p".to_owned(), sort: Some(sort.to_owned()) };
            assert_eq!(partitions.item(&key).unwrap()["sk"], sort);
        }
    }

    #[test]
    fn a_full_page_is_never_the_last() {
        let items = ["1", "2", "3"].map(|sort| ("p", sort, json!({})));
        let partitions = partitions(&table(&[]), &items);
        for (limit, count, is_last) in [(1, 1, false), (2, 2, false), (3, 3, false), (4, 3, true)] {
            let page = partitions.query(&Query { limit, ..query(None, "p", "") }).unwrap();
            assert_eq!((page.items.len(), page.is_last), (count, is_last), "{limit}");
        }
    }

    #[test]
    fn an_index_has_the_items_with_its_keys() {
        let partitions = partitions(
            &table(&["n"]),
            &[
                ("p", "late", json!({"e": "x", "n": 10})),
                ("p", "no text", json!({"e": 1, "n": 1})),
                ("p", "empty", json!({"e": "", "n": 1})),
                ("p", "other", json!({"e": "y", "n": 1})),
                ("p", "none", json!({"n": 1})),
                ("q", "early", json!({"e": "x", "n": -1.5})),
                ("q", "no number", json!({"e": "x", "n": "3"})),
                ("q", "twin", json!({"e": "x", "n": 10})),
                ("q", "middle", json!({"e": "x", "n": 9})),
            ],
        );
        let by_number = index("e", Some("n"));
        let page = partitions.query(&query(Some(&by_number), "x", "")).unwrap();
        assert_eq!(sorts(&page), ["early", "middle", "late", "twin"]);
        // Without a sort key the item whose number is a text is in it, too.
        let alone = index("e", None);
        let page = partitions.query(&query(Some(&alone), "x", "")).unwrap();
        assert_eq!(sorts(&page), ["late", "early", "middle", "no number", "twin"]);
        let by_text = index("n", Some("e"));
        let page = partitions.query(&query(Some(&by_text), "10", "x")).unwrap();
        assert_eq!(sorts(&page), ["late", "twin"]);
        let page = partitions.query(&query(Some(&by_text), "1", "")).unwrap();
        assert_eq!(sorts(&page), ["other"]);
        assert!(partitions.query(&query(Some(&by_text), "10", "xx")).unwrap().items.is_empty());
    }

    #[test]
    fn what_no_item_can_match_finds_nothing() {
        let numbered = partitions(&table(&["pk"]), &[("42", "a", json!({}))]);
        for (partition, prefix, found) in [
            ("42", "", 1),
            ("042", "", 0),
            ("", "", 0),
            ("x", "", 0),
            ("42", &"a".repeat(1024), 0),
            ("42", &"a".repeat(1025), 0),
        ] {
            let page = numbered.query(&query(None, partition, prefix)).unwrap();
            assert_eq!((page.items.len(), page.is_last), (found, true), "{partition} {prefix}");
        }
    }

    #[test]
    fn what_no_table_could_answer_is_an_error() {
        let numbered = partitions(&table(&["sk"]), &[("p", "1", json!({}))]);
        let alone = index("e", None);
        for query in [
            query(None, "p", "1"),
            query(Some(&alone), "p", "1"),
            Query { limit: 0, ..query(None, "p", "") },
        ] {
            let error = numbered.query(&query).unwrap_err();
            assert_eq!(error.fault, StoreFault::Misconfigured, "{query:?}");
        }
    }
}
