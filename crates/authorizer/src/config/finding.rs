//! Findings: what is wrong in `authorizer.toml`, where, and what to write instead.
//!
//! Every finding is an error. All of them are reported, in the order of the file, and none shows
//! the value of an environment variable.

use std::fmt;
use std::ops::Range;

use toml_span::Span;

/// Something wrong in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The stable code.
    pub code: Code,
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

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, line, column, message, help, .. } = self;
        write!(f, "{line}:{column} {code}: {message} (help: {help})")
    }
}

/// Defines [`Code`] with the word and the meaning of each variant in one place.
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
    };
}

codes! {
    Syntax "toml-syntax" "The file is not TOML.",
    UnknownKey "unknown-key" "A key that no section has.",
    MissingKey "missing-key" "A key that its section needs.",
    WrongType "wrong-type" "A value of another type than the key takes.",
    UnknownWord "unknown-word" "A word that the key does not take.",
    FileVersion "file-version" "A version of the file format that this program does not know.",
    Variable "variable" "A `${VARIABLE}` that is not set or not well formed.",
    Duplicate "duplicate" "The same entry twice in one list, or two pools with one issuer.",
    EmptyList "empty-list" "A list without an entry where one is needed.",
    Duration "duration" "A duration that can't be read, or is out of range.",
    Pool "pool" "A user pool id, an issuer or a place of keys that can't be one.",
    TokenPlace "token-place" "A place of the token that can't be one, or more than one place.",
    Requirement "requirement" "A requirement that nobody can meet, or that asks for nothing.",
    FreshCached "fresh-cached" "A freshness that a cached answer would outlive.",
    Route "route" "A route that can't be read.",
    RouteCached "route-cached" "A route that a cached answer can't decide exactly.",
    RoutesSize "routes-size" "More routes than one answer can hold.",
    ContextClaim "context-claim" "A claim that can't stand in the context, or stands there anyway.",
    Shed "shed" "A claim that can't be shed.",
    Field "field" "A GraphQL field that can't be read.",
    UsageKey "usage-key" "A usage plan's key that can't be one.",
    Revocation "revocation" "Revocation that could not work.",
    RevocationCached "revocation-cached"
        "Revocation behind answers that are cached for nobody knows how long.",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Turns byte positions into lines and columns, and collects findings.
pub(super) struct Findings<'t> {
    text: &'t str,
    list: Vec<Finding>,
}

impl<'t> Findings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, list: Vec::new() }
    }

    pub(super) fn add(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        // A parser may point into the middle of a character.
        let is_boundary = |at: &usize| self.text.is_char_boundary(*at);
        let start = (0..=span.start.min(self.text.len())).rev().find(is_boundary).unwrap_or(0);
        let end = (span.end.max(start)..self.text.len()).find(is_boundary);
        let before = self.text.get(..start).unwrap_or_default();
        let last_line = before.rsplit('\n').next().unwrap_or_default();
        self.list.push(Finding {
            code,
            line: 1 + before.matches('\n').count(),
            column: 1 + last_line.chars().count(),
            span: start..end.unwrap_or(self.text.len()),
            message: message.into(),
            help: help.into(),
        });
    }

    /// The findings in the order of the file.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|finding| (finding.span.start, finding.code));
        self.list.dedup();
        self.list
    }
}
