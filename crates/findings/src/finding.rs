//! Findings: what is wrong in a file, where, and what to write instead.

use std::collections::{BTreeSet, HashSet};
use std::fmt;
use std::hash::Hash;
use std::ops::Range;

use crate::found::{Collected, Found};

/// A longer text is no use to anybody, and a name in the file may be as long as its author likes.
const TEXT_LIMIT: usize = 1000;

/// Something wrong in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding<C> {
    /// The stable code.
    pub code: C,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1, in characters.
    pub column: usize,
    /// The bytes of the file that it is about.
    pub span: Range<usize>,
    /// What is wrong: a lowercase fragment.
    pub message: String,
    /// What to write instead: a lowercase fragment.
    pub help: String,
}

impl<C: fmt::Display> fmt::Display for Finding<C> {
    /// `12:5 reserved-claim: … (help: …)`, for logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, line, column, message, help, .. } = self;
        write!(f, "{line}:{column} {code}: {message} (help: {help})")
    }
}

/// The stable codes of one kind of file, with those that every file needs. Made by [`codes!`].
///
/// Findings at the same place are reported in the order of their codes.
///
/// [`codes!`]: crate::codes
pub trait Code: Copy + Ord + fmt::Debug + fmt::Display + 'static {
    /// The file is not TOML.
    const SYNTAX: Self;
    /// A key that no section has.
    const UNKNOWN_KEY: Self;
    /// A key that its section needs.
    const MISSING_KEY: Self;
    /// A value of another type than the key takes.
    const WRONG_TYPE: Self;
    /// A word that the key does not take.
    const UNKNOWN_WORD: Self;
    /// A variable that is not set or not well formed.
    const VARIABLE: Self;
    /// The same entry twice in one list.
    const DUPLICATE: Self;
    /// A time that is none, or out of range.
    const DURATION: Self;
}

/// Defines the codes of a file, with the word and the meaning of each in one place.
///
/// Those that [`Code`] asks for must be among them, by the same name.
#[macro_export]
macro_rules! codes {
    ($($name:ident $word:literal $about:literal,)*) => {
        /// The stable code of a finding.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $about] $name,)*
        }

        impl Code {
            /// All codes.
            pub const ALL: &'static [Code] = &[$(Code::$name,)*];

            /// The word that stands for the code.
            pub const fn as_str(self) -> &'static str {
                match self { $(Code::$name => $word,)* }
            }

            /// What the code means, one sentence.
            pub const fn about(self) -> &'static str {
                match self { $(Code::$name => $about,)* }
            }
        }

        impl ::std::fmt::Display for Code {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl $crate::Code for Code {
            const SYNTAX: Self = Self::Syntax;
            const UNKNOWN_KEY: Self = Self::UnknownKey;
            const MISSING_KEY: Self = Self::MissingKey;
            const WRONG_TYPE: Self = Self::WrongType;
            const UNKNOWN_WORD: Self = Self::UnknownWord;
            const VARIABLE: Self = Self::Variable;
            const DUPLICATE: Self = Self::Duplicate;
            const DURATION: Self = Self::Duration;
        }
    };
}

/// A part of the file, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first byte.
    pub start: usize,
    /// The byte after the last one.
    pub end: usize,
}

impl From<Range<usize>> for Span {
    fn from(Range { start, end }: Range<usize>) -> Self {
        Self { start, end }
    }
}

/// Collects findings, and turns byte positions into lines and columns at the end.
#[derive(Debug)]
pub struct Findings<'t, C> {
    text: &'t str,
    collected: Collected<C>,
    /// Texts that hold a variable without a value: what they will say is not known.
    open: HashSet<Span>,
    unset: BTreeSet<String>,
}

impl<'t, C: Code> Findings<'t, C> {
    /// No finding yet about the text of a file.
    pub fn new(text: &'t str) -> Self {
        let collected = Collected::new();
        Self { text, collected, open: HashSet::new(), unset: BTreeSet::new() }
    }

    /// Leaves a text out of all findings, because this variable in it has no value yet.
    pub(crate) fn leave_open(&mut self, span: Span, variable: &str) {
        self.open.insert(span);
        self.unset.insert(variable.to_owned());
    }

    /// The same for a list that has such a text in it and is one value.
    pub(crate) fn leave_whole_open(&mut self, span: Span) {
        self.open.insert(span);
    }

    /// Whether the text at `span` holds a variable without a value.
    pub fn is_open(&self, span: Span) -> bool {
        self.open.contains(&span)
    }

    /// The variables that the file names and that had no value.
    pub fn unset_variables(&self) -> &BTreeSet<String> {
        &self.unset
    }

    /// How many findings there are so far.
    pub fn count(&self) -> usize {
        self.collected.arrived()
    }

    /// What stands in the file at `span`.
    pub fn raw(&self, span: Span) -> &'t str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// What stands in the file at `span`, on one line for a message. Never the value that was read:
    /// that may hold an environment variable, and a variable may hold a secret.
    pub fn written(&self, span: Span) -> &'t str {
        let mut lines = self.raw(span).lines();
        lines.find(|line| !line.trim().is_empty()).unwrap_or_default().trim()
    }

    /// Adds a finding about the bytes of `span`.
    pub fn add(
        &mut self,
        code: C,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.add_with(code, span, message, || help.into());
    }

    /// Adds a finding whose help takes work. It is made only if somebody will read it.
    pub fn add_with(
        &mut self,
        code: C,
        span: Span,
        message: impl Into<String>,
        help: impl FnOnce() -> String,
    ) {
        if self.is_open(span) {
            return;
        }
        // A parser may point into the middle of a character.
        let is_boundary = |at: &usize| self.text.is_char_boundary(*at);
        let start = (0..=span.start.min(self.text.len())).rev().find(is_boundary).unwrap_or(0);
        let end = (span.end.max(start)..self.text.len()).find(is_boundary);
        let finding = Finding {
            code,
            line: 0,
            column: 0,
            span: start..end.unwrap_or(self.text.len()),
            message: printable(message.into()),
            help: String::new(),
        };
        self.collected.add(finding, || printable(help()));
    }

    /// The findings in the order of the file.
    pub(crate) fn finish(self) -> Found<C> {
        let mut found = self.collected.finish();
        found.place(self.text);
        found
    }
}

/// A control character in the file must not get onto the operator's terminal, nor a page of text.
fn printable(mut text: String) -> String {
    if let Some((end, _)) = text.char_indices().nth(TEXT_LIMIT) {
        text.truncate(end);
        text.push('…');
    }
    text.replace(char::is_control, "\u{fffd}")
}

#[cfg(test)]
pub(crate) mod tests {
    crate::codes! {
        Syntax "syntax" "No TOML.",
        UnknownKey "unknown-key" "No such key.",
        MissingKey "missing-key" "No value.",
        WrongType "wrong-type" "Another type.",
        UnknownWord "unknown-word" "No such word.",
        Variable "variable" "No such variable.",
        Duplicate "duplicate" "Twice.",
        Duration "duration" "No time.",
    }

    #[test]
    fn a_code_has_a_word_and_a_meaning() {
        let all: Vec<_> = Code::ALL.iter().map(|code| (code.as_str(), code.about())).collect();
        assert_eq!((all.len(), all.first()), (8, Some(&("syntax", "No TOML."))));
    }
}
