//! Reading TOML with the place of everything kept. Knows no key of `authorizer.toml`.
//!
//! Reading never stops at the first mistake: what can't be read is reported and left out.

use toml_span::de_helpers::TableHelper;
use toml_span::value::ValueInner;
use toml_span::{Error, ErrorKind, Span, Value};

use super::finding::{Code, Findings};

/// A value and its place in the file.
#[derive(Clone, Debug)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Span,
}

/// A list of texts, and its place.
pub(super) type List = At<Vec<At<String>>>;

/// A table whose keys are names that the author chooses, in the order of the file.
pub(super) type Named<T> = Vec<(At<String>, T)>;

/// The environment.
pub(super) type Variables<'v> = &'v dyn Fn(&str) -> Option<String>;

/// What reading needs besides the value itself.
pub(super) struct Reader<'r, 't> {
    pub(super) variables: Variables<'r>,
    pub(super) findings: &'r mut Findings<'t>,
}

/// Something that stands as a value in the file. `None` after a finding.
///
/// A list or table of which nothing could be read is `None` too: it isn't empty in the file.
pub(super) trait FromToml: Sized {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self>;
}

/// Reads the whole file into its sections; `None` if it is no TOML.
pub(super) fn file<T: FromToml>(
    text: &str,
    variables: Variables<'_>,
    findings: &mut Findings<'_>,
) -> Option<T> {
    match toml_span::parse(text) {
        Ok(mut root) => T::read(&mut root, &mut Reader { variables, findings }),
        Err(error) => {
            syntax(&error, findings);
            None
        }
    }
}

fn syntax(error: &Error, findings: &mut Findings<'_>) {
    let (message, help) = match &error.kind {
        ErrorKind::DuplicateKey { .. } => ("the key stands here again", "keep one of the two"),
        ErrorKind::DuplicateTable { .. } => ("the section stands here again", "join the two"),
        ErrorKind::UnquotedString => ("a text without quotes", "write it as `\"…\"`"),
        // The parser's own message may quote the file, and so may a terminal's escape codes.
        _ => ("the file can't be read from here on", "see https://toml.io for the syntax"),
    };
    findings.add(Code::Syntax, error.span, message, help);
}

impl Reader<'_, '_> {
    fn wrong_type<T>(&mut self, span: Span, wanted: &str, found: &ValueInner<'_>) -> Option<T> {
        let found = match found {
            ValueInner::String(_) => "a text",
            ValueInner::Integer(_) | ValueInner::Float(_) => "a number",
            ValueInner::Boolean(_) => "a boolean",
            ValueInner::Array(_) => "a list",
            ValueInner::Table(_) => "a table",
        };
        let message = format!("found {found} where {wanted} is needed");
        self.findings.add(Code::WrongType, span, message, format!("write {wanted}"));
        None
    }

    /// Replaces each `${NAME}` by its variable.
    fn expand(&mut self, text: &str, span: Span) -> Option<String> {
        let (mut expanded, mut rest) = (String::with_capacity(text.len()), text);
        while let Some((before, after)) = rest.split_once("${") {
            expanded.push_str(before);
            let Some((name, after)) = after.split_once('}').filter(|(name, _)| is_variable(name))
            else {
                let message = "`${` without a variable's name and `}`";
                let help = "write `${NAME}` with capital letters, digits and underscores";
                self.findings.add(Code::Variable, span, message, help);
                return None;
            };
            let Some(value) = (self.variables)(name) else {
                let message = format!("the environment variable `{name}` is not set");
                let help = "set it in the function's configuration, or write the value here";
                self.findings.add(Code::Variable, span, message, help);
                return None;
            };
            expanded.push_str(&value);
            rest = after;
        }
        expanded.push_str(rest);
        Some(expanded)
    }
}

fn is_variable(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes().all(allowed) && name.bytes().next().is_some_and(|first| !first.is_ascii_digit())
}

impl FromToml for String {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.take() {
            ValueInner::String(text) => reader.expand(&text, value.span),
            other => reader.wrong_type(value.span, "a text", &other),
        }
    }
}

impl FromToml for i64 {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.take() {
            ValueInner::Integer(integer) => Some(integer),
            other => reader.wrong_type(value.span, "a whole number", &other),
        }
    }
}

impl<T: FromToml> FromToml for At<T> {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let span = value.span;
        T::read(value, reader).map(|value| At { value, span })
    }
}

impl FromToml for Vec<At<String>> {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        match value.take() {
            ValueInner::Array(elements) => {
                let is_empty = elements.is_empty();
                let read: Self = elements
                    .into_iter()
                    .filter_map(|mut element| At::read(&mut element, reader))
                    .collect();
                (is_empty || !read.is_empty()).then_some(read)
            }
            other => reader.wrong_type(value.span, "a list", &other),
        }
    }
}

impl<T: FromToml> FromToml for Named<T> {
    fn read(value: &mut Value<'_>, reader: &mut Reader<'_, '_>) -> Option<Self> {
        let table = match value.take() {
            ValueInner::Table(table) => table,
            other => return reader.wrong_type(value.span, "a table", &other),
        };
        // The parser sorts by name; the file has an order of its own.
        let mut entries: Vec<_> = table.into_iter().collect();
        entries.sort_by_key(|(name, _)| name.span.start);
        let read = |(name, mut value): (toml_span::value::Key<'_>, Value<'_>)| {
            let name = At { value: name.name.into_owned(), span: name.span };
            Some((name, T::read(&mut value, reader)?))
        };
        let is_empty = entries.is_empty();
        let read: Self = entries.into_iter().filter_map(read).collect();
        (is_empty || !read.is_empty()).then_some(read)
    }
}

/// Reads one section: each key that the closure takes, and a finding for each key it doesn't.
pub(super) fn section<T>(
    value: &mut Value<'_>,
    reader: &mut Reader<'_, '_>,
    fill: impl FnOnce(&mut Keys<'_, '_, '_, '_>) -> T,
) -> Option<T> {
    let span = value.span;
    let table = match value.take() {
        ValueInner::Table(table) => table,
        other => return reader.wrong_type(span, "a table", &other),
    };
    let mut keys = Keys { table: TableHelper::from((table, span)), reader, missing: Vec::new() };
    let filled = fill(&mut keys);
    let Keys { table, reader, mut missing } = keys;
    for error in table.finalize(None).err().into_iter().flat_map(|errors| errors.errors) {
        let ErrorKind::UnexpectedKeys { keys, expected } = error.kind else { continue };
        for (key, span) in keys {
            let known = nearest(&key, expected.iter().map(String::as_str));
            // A misspelt key is one mistake: the right one isn't missing too.
            missing.retain(|(name, ..)| Some(*name) != known);
            let message = format!("there is no key `{}` here", key.escape_debug());
            let help = match known {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("the keys are {}", expected.join(", ")),
            };
            reader.findings.add(Code::UnknownKey, span, message, help);
        }
    }
    for (name, span, help) in missing {
        reader.findings.add(Code::MissingKey, span, format!("the key `{name}` is missing"), help);
    }
    Some(filled)
}

/// The keys of one section while it is read.
pub(super) struct Keys<'k, 'de, 'r, 't> {
    table: TableHelper<'de>,
    reader: &'k mut Reader<'r, 't>,
    /// Keys that the section needs and doesn't have: name, place, help.
    missing: Vec<(&'static str, Span, &'static str)>,
}

impl Keys<'_, '_, '_, '_> {
    pub(super) fn take<T: FromToml>(&mut self, name: &'static str) -> Option<T> {
        let (_, mut value) = self.table.take(name)?;
        T::read(&mut value, self.reader)
    }

    /// Whether the key is written, readable or not. To be asked before it is taken.
    pub(super) fn has(&self, name: &str) -> bool {
        self.table.contains(name)
    }

    pub(super) fn needed<T: FromToml>(
        &mut self,
        span: Span,
        name: &'static str,
        help: &'static str,
    ) -> Option<T> {
        if !self.table.contains(name) {
            self.missing.push((name, span, help));
        }
        self.take(name)
    }
}

/// The known word that differs least, if it differs little.
pub(super) fn nearest<'w>(word: &str, known: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    known
        .map(|candidate| (distance(word, candidate), candidate))
        .min()
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len() / 4)
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance in bytes.
fn distance(a: &str, b: &str) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (position, x) in a.bytes().enumerate() {
        let mut diagonal = position;
        let mut left = position + 1;
        for (y, cell) in b.bytes().zip(row.iter_mut().skip(1)) {
            let here = (diagonal + usize::from(x != y)).min(left + 1).min(*cell + 1);
            diagonal = std::mem::replace(cell, here);
            left = here;
        }
        row.iter_mut().take(1).for_each(|first| *first = position + 1);
    }
    row.last().copied().unwrap_or_default()
}
