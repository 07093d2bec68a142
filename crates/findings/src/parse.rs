//! From the text of a file to what it means.

use toml::de::DeTable;

use crate::around::Around;
use crate::finding::{Code, Span};
use crate::findings::Findings;
use crate::found::Found;
use crate::read::Reader;
use crate::section::{Keys, Table};
use crate::syntax::syntax;
use crate::variables::Variables;

/// Reads a file's text and makes something of it.
///
/// `check` says what the keys mean. It returns nothing if it found a reason not to.
///
/// # Errors
/// What is wrong in the file, in the order of the file.
pub fn parse<K: Keys, C: Code, T>(
    text: &str,
    variables: &Variables<'_>,
    check: impl FnOnce(K, &mut Findings<'_, C>) -> Option<T>,
) -> Result<T, Found<C>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { variables, findings: Findings::new(text), around: Around::file() };
    let file = read(text, &mut reader);
    let mut findings = reader.findings;
    let checked = file.and_then(|file| check(file, &mut findings));
    match (checked, findings.finish()) {
        (Some(checked), found) if found.is_empty() => Ok(checked),
        (_, found) => Err(found),
    }
}

fn read<K: Keys, C: Code>(text: &str, reader: &mut Reader<'_, C>) -> Option<K> {
    if let Ok(root) = DeTable::parse(text) {
        return Some(Table::read(root.get_ref(), Span::default(), reader));
    }
    // One mistake may have others behind it: the first one in the file counts.
    let (_, errors) = DeTable::parse_recoverable(text);
    let first = errors.iter().min_by_key(|error| error.span().map(|span| span.start));
    first.into_iter().for_each(|error| syntax(text, error, &mut reader.findings));
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::tests::Code;
    use crate::{At, List, Named, Section, sections};

    sections! {
        /// A file.
        struct File {
            name: At<String> = "write a name",
            shelves: Named<Section<Shelf>>,
        }

        /// A part of it.
        struct Shelf {
            kind "type": At<String>,
            books: List,
        }
    }

    fn lookup(name: &str) -> Option<String> {
        (name == "SET").then(|| "hunter2".to_owned())
    }

    /// What a file holds, as text, or its findings.
    fn read(text: &str, variables: &Variables<'_>) -> Result<String, Vec<String>> {
        let shown = |file: File, findings: &mut Findings<'_, Code>| {
            let shelves = file.shelves.unwrap_or_default().entries.into_iter();
            let shelves = shelves.map(|(_, shelf)| (shelf.keys.kind, shelf.keys.books));
            let shelves: Vec<_> = shelves.collect();
            Some(format!("{:?} {shelves:?} {:?}", file.name, findings.unset_variables()))
        };
        let found = parse(text, variables, shown);
        found.map_err(|found| found.iter().map(ToString::to_string).collect())
    }

    fn findings(text: &str) -> Vec<String> {
        read(text, &Variables::strict(&lookup)).err().unwrap_or_default()
    }

    #[test]
    fn every_mistake_has_its_place_and_none_shows_a_variable() {
        let text = "name = \"${SET}\"\ncolour = 1\n[shelves.a]\ntype = \"${UNSET}\"\nbooks = 5\n\
                    [shelves.b]\nkind = \"${SET}\"\nboks = [\"x\"]\n[shelves.c]\nbooks = [\"y\", 1]\n";
        assert_eq!(
            findings(text),
            [
                "2:1 unknown-key: there is no key `colour` here (help: the keys are name, shelves)",
                "4:9 variable: the environment variable `UNSET` is not set (help: set it in the \
                 function's configuration, or write the value here)",
                "5:9 wrong-type: `books` is a number where a list is needed (help: write a list)",
                "7:1 unknown-key: there is no key `kind` here (help: the keys are type, books)",
                "8:1 unknown-key: there is no key `boks` here (help: did you mean `books`?)",
                "10:15 wrong-type: an entry of `books` is a number where a text is needed (help: \
                 put it in quotes: `\"1\"`)",
            ]
        );
    }

    #[test]
    fn a_misspelt_key_is_not_missing_too() {
        assert_eq!(
            findings("nmae = \"x\""),
            ["1:1 unknown-key: there is no key `nmae` here (help: did you mean `name`?)"]
        );
        let missing = "1:1 missing-key: the key `name` is missing (help: write a name)";
        assert_eq!(findings(""), [missing]);
    }

    #[test]
    fn the_first_mistake_of_syntax_ends_the_file() {
        assert_eq!(
            findings("name = x\nname = y\n"),
            ["1:8 syntax: a text without quotes (help: write it as `\"…\"`)"]
        );
    }

    #[test]
    fn a_lenient_reader_keeps_what_is_not_set() {
        let text = "\u{feff}name = \"${SET}-${UNSET}\"";
        let read = read(text, &Variables::lenient(&lookup)).unwrap_or_default();
        assert!(read.contains("hunter2-${UNSET}") && read.ends_with("{\"UNSET\"}"), "{read}");
    }
}
