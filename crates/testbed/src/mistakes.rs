//! Configuration files with a mistake, each with the findings that a checker must have.
//!
//! A folder holds tables of them, one file `*.diff` for a subject, and beside them `*.toml` for
//! what only a whole file can show. A table begins with a right file; each row edits it:
//!
//! ```diff
//!   version = 1
//!   [claims.org_id]
//!   from = "user.org_id"
//!
//! @@ unknown-key-near-miss
//! + requierd = true
//!   ^ unknown-key
//!
//! @@ file-version
//! - version = 1
//! + version = 2
//!             ^ file-version
//! ```
//!
//! Lines with `-` leave the right file, lines with `+` stand in their place, or behind the last
//! line that is named with two blanks, or at the end. Below a line `^` shows where a finding
//! begins, and says its code. What begins with `#` is a comment.
//!
//! A whole file says the same in its first line: `# expect: file-version 2:11`.

use std::io::{Error, Result};
use std::path::Path;

/// A file with a mistake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// What the row, or the file without its ending, is called.
    pub name: String,
    /// The whole text.
    pub text: String,
    /// The findings in the order of the file, each as `<code> <line>:<column>`, both from 1.
    pub findings: Vec<String>,
}

/// All mistakes of a folder, by name.
///
/// # Errors
/// The folder or a file can't be read, or a row isn't one; the text names it.
pub fn read(folder: &Path) -> Result<Vec<Mistake>> {
    let mut all = Vec::new();
    for (name, table, text) in files(folder)? {
        let read = if table { rows(&text) } else { whole(&name, text).map(|one| vec![one]) };
        all.extend(read.map_err(|error| Error::other(format!("{name}: {error}")))?);
    }
    // As files of these names would be listed.
    all.sort_by_key(|mistake| format!("{}.toml", mistake.name));
    let twice = |pair: &&[Mistake]| matches!(pair, [one, other] if one.name == other.name);
    match all.windows(2).find(twice) {
        Some(pair) => Err(Error::other(format!("two mistakes have one name: {pair:?}"))),
        None => Ok(all),
    }
}

/// The right file of each table of a folder, by the table's name.
///
/// # Errors
/// The folder or a file can't be read.
pub fn right_files(folder: &Path) -> Result<Vec<(String, String)>> {
    let tables = files(folder)?.into_iter().filter(|(_, table, _)| *table);
    Ok(tables.map(|(name, _, text)| (name, right(&text).join("\n") + "\n")).collect())
}

/// The name without its ending, whether it is a table, and the text of each file.
fn files(folder: &Path) -> Result<Vec<(String, bool, String)>> {
    let file = |entry: Result<std::fs::DirEntry>| {
        let path = entry?.path();
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let table = path.extension().is_some_and(|ending| ending == "diff");
        Ok((name, table, std::fs::read_to_string(path)?))
    };
    std::fs::read_dir(folder)?.map(file).collect()
}

fn whole(name: &str, text: String) -> Result<Mistake> {
    let finding = text.lines().next().and_then(|first| first.strip_prefix("# expect: "));
    let finding = finding.ok_or_else(|| Error::other("its first line must say `# expect: `"))?;
    Ok(Mistake { name: name.to_owned(), findings: vec![finding.to_owned()], text })
}

/// The rows of a table.
///
/// # Errors
/// A row names a line that isn't in the right file, or is there twice, or expects nothing.
pub fn rows(table: &str) -> Result<Vec<Mistake>> {
    let right = right(table);
    table.split("\n@@ ").skip(1).map(|row| edited(&right, row)).collect()
}

/// The lines of a table's right file.
fn right(table: &str) -> Vec<&str> {
    let kept = |line| str::strip_prefix(line, "  ").or(line.is_empty().then_some(""));
    let lines = table.split("\n@@ ").next().unwrap_or_default().lines().filter_map(kept);
    lines.skip_while(|line| line.is_empty()).collect()
}

/// A line while a row is read.
struct Line<'t> {
    text: &'t str,
    from_the_row: bool,
    gone: bool,
}

/// A file on its way from right to wrong.
struct Edit<'t> {
    lines: Vec<Line<'t>>,
    /// Where the next new line goes; a mark is about the line before.
    next: usize,
    /// Of each finding the line that it is about, the column and the code.
    marks: Vec<(usize, usize, &'t str)>,
}

fn edited(right: &[&str], row: &str) -> Result<Mistake> {
    let (name, edits) = row.split_once('\n').unwrap_or((row, ""));
    let lines = right.iter().map(|text| Line { text, from_the_row: false, gone: false }).collect();
    let mut edit = Edit { lines, next: right.len(), marks: Vec::new() };
    for line in edits.lines().filter(|line| !line.is_empty() && !line.starts_with('#')) {
        edit.take(line).map_err(|what| Error::other(format!("{name}: `{line}` {what}")))?;
    }
    if edit.marks.is_empty() {
        return Err(Error::other(format!("{name} expects nothing: `^` is missing")));
    }
    let place = |&(at, column, code): &(usize, usize, &str)| {
        let before = edit.lines.iter().take(at).filter(|line| !line.gone).count();
        format!("{code} {}:{column}", before + 1)
    };
    let findings = edit.marks.iter().map(place).collect();
    let left = edit.lines.iter().filter(|line| !line.gone);
    let text = left.map(|line| format!("{}\n", line.text)).collect();
    Ok(Mistake { name: name.to_owned(), text, findings })
}

impl<'t> Edit<'t> {
    /// One line of a row; the error says what is wrong with it.
    fn take(&mut self, line: &'t str) -> std::result::Result<(), &'static str> {
        if let Some((before, code)) = line.split_once("^ ")
            && before.trim().is_empty()
        {
            // Two letters stand before each line, and columns begin at 1.
            let column = before.chars().count().checked_sub(1).filter(|column| *column > 0);
            self.marks.push((self.next.saturating_sub(1), column.ok_or("marks no letter")?, code));
            return Ok(());
        }
        if let Some(text) = line.strip_prefix("+ ").or((line == "+").then_some("")) {
            self.lines.insert(self.next, Line { text, from_the_row: true, gone: false });
            for (at, ..) in &mut self.marks {
                *at += usize::from(*at >= self.next);
            }
            self.next += 1;
            return Ok(());
        }
        let stays = line.strip_prefix("  ");
        let text = stays.or(line.strip_prefix("- ")).ok_or("has no sign")?;
        let named = |line: &&mut Line<'_>| line.text == text && !line.from_the_row && !line.gone;
        let mut found = self.lines.iter_mut().enumerate().filter(|(_, line)| named(line));
        let (Some((at, line)), None) = (found.next(), found.next()) else {
            return Err("isn't there exactly once in the right file");
        };
        line.gone = stays.is_none();
        self.next = at + 1;
        Ok(())
    }
}
