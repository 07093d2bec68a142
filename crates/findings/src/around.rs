//! The key around a value, for what is said if the value is of another type.

use std::borrow::Cow;

use toml::de::DeValue;

/// A longer value isn't written once more into a help.
const LONGEST_REPEATED: usize = 60;

/// Where a value stands, and what would do there.
#[derive(Clone)]
pub(crate) struct Around {
    /// The keys from the top of the file, the value's own last.
    path: Vec<Cow<'static, str>>,
    /// Whether the value is one of the entries in the key's list.
    is_entry: bool,
    takes: fn() -> Vec<&'static str>,
    /// What to write, if that is the same whatever was found.
    help: Option<&'static str>,
}

impl Around {
    /// The top of the file.
    pub(crate) fn file() -> Self {
        Self { path: Vec::new(), is_entry: false, takes: || vec!["a table"], help: None }
    }

    /// A key that the section knows.
    pub(crate) fn known(
        &self,
        name: &'static str,
        takes: fn() -> Vec<&'static str>,
        help: Option<&'static str>,
    ) -> Self {
        Self { path: self.path_to(name.into()), is_entry: false, takes, help }
    }

    /// A key whose name the author chose. An example of the whole table is one for it too.
    pub(crate) fn named(&self, name: &str, takes: fn() -> Vec<&'static str>) -> Self {
        let path = self.path_to(name.to_owned().into());
        Self { path, is_entry: false, takes, help: self.help }
    }

    /// An entry of the key's list.
    pub(crate) fn entry(&self, takes: fn() -> Vec<&'static str>) -> Self {
        Self { is_entry: true, takes, ..self.clone() }
    }

    fn path_to(&self, name: Cow<'static, str>) -> Vec<Cow<'static, str>> {
        self.path.iter().cloned().chain([name]).collect()
    }

    /// The value in words.
    pub(crate) fn name(&self) -> String {
        let name = self.path.last().map(|name| name.escape_debug().to_string());
        let name = name.unwrap_or_default();
        if self.is_entry { format!("an entry of `{name}`") } else { format!("`{name}`") }
    }

    /// The message about a value that is `found`.
    pub(crate) fn wrong_type(&self, found: &str) -> String {
        format!("{} is {found} where {} is needed", self.name(), any_of(&(self.takes)()))
    }

    /// What to write instead of a value that stands in the file as `raw`.
    pub(crate) fn help(&self, value: &DeValue<'_>, raw: &str) -> String {
        if let Some(help) = self.help {
            return help.to_owned();
        }
        let takes = (self.takes)();
        let is_short = raw.len() <= LONGEST_REPEATED && !raw.contains('\n');
        let own = match self.path.last() {
            Some(name) if !self.is_entry => format!("{} = ", written(name)),
            _ => String::new(),
        };
        match (value, takes.first()) {
            (DeValue::String(_), Some(&"a list")) if is_short => {
                format!("put it in brackets: `{own}[{raw}]`")
            }
            (DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_), Some(&"a text"))
                if is_short =>
            {
                format!("put it in quotes: `{own}\"{raw}\"`")
            }
            (_, Some(&"a table")) if !self.is_entry => {
                let path: Vec<_> = self.path.iter().map(|name| written(name)).collect();
                format!("write a section `[{}]`, or a table in braces", path.join("."))
            }
            _ => format!("write {}", any_of(&takes)),
        }
    }
}

/// A key as TOML wants it. SPEC: TOML 1.0.0, "Keys".
fn written(name: &str) -> Cow<'_, str> {
    let is_bare = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    if !name.is_empty() && name.bytes().all(is_bare) {
        return name.into();
    }
    format!("\"{}\"", name.escape_debug()).into()
}

/// `a, b or c`.
fn any_of(words: &[&str]) -> String {
    match words {
        [first @ .., before, last] if !first.is_empty() => {
            format!("{}, {before} or {last}", first.join(", "))
        }
        words => words.join(" or "),
    }
}
