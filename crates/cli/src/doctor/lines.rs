//! Where things stand in the policy file, for evidence. What they mean is the engine's to say.

use toml::Spanned;
use toml::de::DeTable;

/// A policy file, for looking up places.
pub struct Lines<'t> {
    name: &'t str,
    text: &'t str,
    root: Option<DeTable<'t>>,
}

impl<'t> Lines<'t> {
    /// Of a file that may be wrong; then it has no places.
    pub fn of(name: &'t str, text: &'t str) -> Self {
        Self { name, text, root: DeTable::parse(text).ok().map(Spanned::into_inner) }
    }

    /// `claims.toml:34`, the place of a key; of the last key on the way that is there.
    pub fn place(&self, path: &[&str]) -> String {
        let mut table = self.root.as_ref();
        let mut start = None;
        for name in path {
            let Some((key, value)) = table.and_then(|table| table.get_key_value(*name)) else {
                break;
            };
            start = Some(key.span().start);
            table = value.get_ref().as_table();
        }
        match start.and_then(|start| self.text.get(..start)) {
            Some(before) => format!("{}:{}", self.name, before.matches('\n').count() + 1),
            None => self.name.to_owned(),
        }
    }

    /// Where it stands how a record is found. That of `[person]` has no section of its own.
    pub fn record(&self, name: &str) -> String {
        match ["key", "query"].into_iter().find(|key| self.has(&["records", name, key])) {
            Some(key) => self.place(&["records", name, key]),
            None if self.has(&["records", name]) => self.place(&["records", name]),
            None => self.place(&["person", "key"]),
        }
    }

    /// Whether there is such a key.
    pub fn has(&self, path: &[&str]) -> bool {
        let mut table = self.root.as_ref();
        path.iter().all(|name| {
            let value = table.and_then(|table| table.get(*name));
            table = value.and_then(|value| value.get_ref().as_table());
            value.is_some()
        })
    }
}
