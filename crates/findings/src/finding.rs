//! One finding: what is wrong in a file, where, and what to write instead.

use std::fmt;
use std::hash::Hash;
use std::ops::Range;

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
