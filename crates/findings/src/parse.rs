//! From the text of a file to what it means.

use toml::de::DeTable;

use crate::finding::{Code, Finding, Findings, Span};
use crate::read::Reader;
use crate::section::{Keys, Table};
use crate::syntax::syntax;
use crate::variables::Variables;

/// Reads a file's text and makes something of it.
///
/// `check` says what the keys mean. It returns nothing if it found a reason not to.
///
/// # Errors
/// Everything that is wrong in the file, in the order of the file.
pub fn parse<K: Keys, C: Code, T>(
    text: &str,
    variables: &Variables<'_>,
    check: impl FnOnce(K, &mut Findings<'_, C>) -> Option<T>,
) -> Result<T, Vec<Finding<C>>> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader { variables, findings: Findings::new(text) };
    let file = read(text, &mut reader);
    let mut findings = reader.findings;
    let checked = file.and_then(|file| check(file, &mut findings));
    match (checked, findings.finish()) {
        (Some(checked), findings) if findings.is_empty() => Ok(checked),
        (_, findings) => Err(findings),
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
