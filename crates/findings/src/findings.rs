//! Collects the findings of a file, in the places where they are made.

use std::collections::{BTreeSet, HashSet};

use crate::finding::{Code, Finding, Span};
use crate::found::{Collected, Found};

/// A longer text is no use to anybody, and a name in the file may be as long as its author likes.
const TEXT_LIMIT: usize = 1000;

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
