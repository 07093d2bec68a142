//! Findings: what is wrong in a policy file, where, and what to write instead.
//!
//! Every finding is an error. All of them are reported, in the order of the file.

use std::collections::HashSet;
use std::fmt;
use std::ops::Range;

/// Something wrong in a policy file.
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
    /// `12:5 reserved-claim: … (help: …)`, for logs; the command line draws it better.
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
    Duplicate "duplicate" "The same entry twice in one list.",
    EmptyList "empty-list" "A list without an entry where one is needed.",
    Deadline "deadline" "A deadline that is no duration, or outside what Cognito's 5 seconds leave.",
    Duration "duration" "A time that is no duration, or too short or too long for what it says.",
    Cache "cache" "A record that is to be kept in a way that contradicts itself.",
    TableStore "table-store" "A table without a place, with two places, with unusable key names, or with an address that is none.",
    RecordName "record-name" "A record name that is not plain, or that means something else.",
    RecordKey "record-key" "A record's key does not fit the table's key attributes.",
    Template "template" "A key template, a source or the name of an attribute that can't be read.",
    UnknownSource "unknown-source" "A source that names no record and no part of the identity.",
    RecordCycle "record-cycle" "Records whose keys need each other, or themselves.",
    UnreachableRecord "unreachable-record" "A record whose key can never have a value.",
    UnusedRecord "unused-record" "A record that no claim, key or guard uses.",
    TooManyRecords "too-many-records" "More records than one batched read can hold.",
    CallerChosenRecord "caller-chosen-record" "A record that the caller alone chooses, with nothing that proves a right to it.",
    CallerValue "caller-value" "A value that the caller supplies, used as a claim or as a group.",
    Guard "guard" "A guard that can't match.",
    ClaimName "claim-name" "A claim name that would not come through every front door.",
    ReservedClaim "reserved-claim" "A claim that only Cognito may write.",
    ReservedSuppress "reserved-suppress" "A claim that can't be suppressed.",
    AddAndSuppress "add-and-suppress" "A claim that is added and suppressed in the same token.",
    ClaimSource "claim-source" "A claim with no source, or with two kinds of source.",
    ClaimType "claim-type" "A type or encoding that does not fit the claim.",
    ClaimDefault "claim-default" "A default that does not fit the claim.",
    ClaimRequired "claim-required" "A required claim with a rule that contradicts it.",
    ClaimTokens "claim-tokens" "A claim that goes into no token.",
    ClaimFlags "claim-flags" "A list of flags that can't be a catalogue.",
    VersionOne "version-one" "Something that an event of version V1_0 can't carry.",
    Scope "scope" "A scope that Cognito would not accept, or that is added and suppressed at once.",
    Audience "audience" "An audience other than the one that Cognito allows.",
    Budget "budget" "A budget that is no size, or too small for what Cognito writes itself.",
    Client "client" "A client section for no client, for a client that is not served or has a section already, or with an unknown claim.",
    Groups "groups" "A groups section that contradicts itself, or a group name that can't be one.",
    Message "message" "A message that can't be shown to a person.",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A part of the file, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

impl From<Range<usize>> for Span {
    fn from(Range { start, end }: Range<usize>) -> Self {
        Self { start, end }
    }
}

/// Collects findings, and turns byte positions into lines and columns at the end.
pub(super) struct Findings<'t> {
    text: &'t str,
    list: Vec<Finding>,
    /// Texts that hold an unset variable: what they will say is not known.
    open: HashSet<Span>,
}

impl<'t> Findings<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, list: Vec::new(), open: HashSet::new() }
    }

    /// Leaves a text out of all findings, because a variable in it has no value yet.
    pub(super) fn leave_open(&mut self, span: Span) {
        self.open.insert(span);
    }

    /// Whether the text at `span` holds an unset variable.
    pub(super) fn is_open(&self, span: Span) -> bool {
        self.open.contains(&span)
    }

    /// How many findings there are so far.
    pub(super) fn count(&self) -> usize {
        self.list.len()
    }

    /// The text at `span` as it stands in the file, for a message. Never the value that was read:
    /// that may hold an environment variable, and a variable may hold a secret.
    pub(super) fn written(&self, span: Span) -> &'t str {
        let text = self.text.get(span.start..span.end).unwrap_or_default();
        text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim()
    }

    /// The place of a name within the template at `span`, or all of it if the name comes out of a
    /// variable.
    pub(super) fn place_of(&self, name: &str, span: Span) -> Span {
        let text = self.text.get(span.start..span.end).unwrap_or_default();
        let place =
            text.match_indices(name).map(|(at, _)| (at, at + name.len())).find(|(at, end)| {
                let before = text.get(..*at).unwrap_or_default();
                let after = text.get(*end..).unwrap_or_default();
                before.ends_with(['{', '|'])
                    && after.starts_with(['}', '|'])
                    && !before.ends_with("${")
            });
        place.map_or(span, |(at, end)| Span { start: span.start + at, end: span.start + end })
    }

    /// Adds a finding about the bytes of `span`.
    pub(super) fn add(
        &mut self,
        code: Code,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        if self.is_open(span) {
            return;
        }
        // A parser may point into the middle of a character.
        let is_boundary = |at: &usize| self.text.is_char_boundary(*at);
        let start = (0..=span.start.min(self.text.len())).rev().find(is_boundary).unwrap_or(0);
        let end = (span.end.max(start)..self.text.len()).find(is_boundary);
        self.list.push(Finding {
            code,
            line: 0,
            column: 0,
            span: start..end.unwrap_or(self.text.len()),
            message: printable(message),
            help: printable(help),
        });
    }

    /// The findings in the order of the file.
    pub(super) fn finish(mut self) -> Vec<Finding> {
        self.list.sort_by_key(|finding| (finding.span.start, finding.code));
        // One walk through the text, however many findings there are.
        let (mut at, mut line, mut column) = (0, 1, 1);
        for finding in &mut self.list {
            for letter in self.text.get(at..finding.span.start).unwrap_or_default().chars() {
                (line, column) = if letter == '\n' { (line + 1, 1) } else { (line, column + 1) };
            }
            at = finding.span.start;
            (finding.line, finding.column) = (line, column);
        }
        self.list.dedup();
        self.list
    }
}

/// A control character in the file must not get onto the operator's terminal.
fn printable(text: impl Into<String>) -> String {
    text.into().replace(char::is_control, "\u{fffd}")
}
