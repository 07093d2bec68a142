//! From what the parser found to values.
//!
//! Reading never stops at the first mistake: what can't be read is reported and left out.

use toml::Spanned;
use toml::de::{DeInteger, DeValue};

use crate::around::Around;
use crate::finding::{Code, Span};
use crate::findings::Findings;
use crate::variables::Variables;

/// What reading needs besides the value itself.
pub struct Reader<'r, C> {
    pub(crate) variables: &'r Variables<'r>,
    pub(crate) findings: Findings<'r, C>,
    /// The key whose value is read.
    pub(crate) around: Around,
}

/// Something that stands as a value in the file.
pub trait FromToml: Sized {
    /// What would do, such as `a text`, the commonest first.
    fn takes() -> Vec<&'static str>;

    /// Reads it; `None` after a finding.
    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self>;
}

impl<C: Code> Reader<'_, C> {
    /// The place of a value. A table of dotted keys has none of its own: it is where its first
    /// value is.
    pub(crate) fn place(&self, value: &Spanned<DeValue<'_>>) -> Span {
        let mut value = value;
        while let DeValue::Table(table) = value.get_ref()
            && !self.findings.raw(value.span().into()).starts_with(['[', '{'])
            && let Some(first) = table.values().min_by_key(|value| value.span().start)
        {
            value = first;
        }
        self.unquoted(value)
    }

    /// The place of a key, or of a text: what stands between its quotes.
    pub(crate) fn unquoted<T>(&self, text: &Spanned<T>) -> Span {
        let raw = self.findings.raw(text.span().into());
        if !raw.starts_with(['"', '\'']) {
            return text.span().into();
        }
        let between = |quote: &&str| {
            let inner = raw.strip_prefix(*quote)?.strip_suffix(*quote)?;
            Some((text.span().start + quote.len(), inner.len()))
        };
        let found = ["\"\"\"", "'''", "\"", "'"].iter().find_map(between);
        match found.filter(|(_, length)| *length > 0) {
            Some((start, length)) => Span { start, end: start + length },
            // An empty text is where its first quote is.
            None => Span { start: text.span().start, end: text.span().start + 1 },
        }
    }

    /// A text with its variables filled in.
    pub(crate) fn text(&mut self, text: &str, span: Span) -> Option<String> {
        self.variables.expand(text, span, &mut self.findings)
    }

    /// Reads what stands within another key than the one around.
    pub(crate) fn within<T>(
        &mut self,
        inner: impl FnOnce(&Around) -> Around,
        read: impl FnOnce(&mut Self) -> T,
    ) -> T {
        let inner = inner(&self.around);
        let outer = std::mem::replace(&mut self.around, inner);
        let read = read(self);
        self.around = outer;
        read
    }

    /// A value of a type that its key doesn't take.
    pub(crate) fn wrong_type<T>(&mut self, value: &Spanned<DeValue<'_>>) -> Option<T> {
        let found = match value.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a number",
            DeValue::Float(_) => "a floating-point number",
            DeValue::Boolean(_) => "a boolean",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
            DeValue::Datetime(_) => return self.date(value),
        };
        let message = self.around.wrong_type(found);
        let help = self.around.help(value.get_ref(), self.findings.raw(value.span().into()));
        let span = self.place(value);
        self.findings.add(C::WRONG_TYPE, span, message, help);
        None
    }

    /// No key takes one, so it is no type among others.
    pub(crate) fn date<T>(&mut self, value: &Spanned<DeValue<'_>>) -> Option<T> {
        let help = "write a text in quotes, or a plain number";
        let span = self.place(value);
        let message = format!("{} is a date or time without quotes", self.around.name());
        self.findings.add(C::SYNTAX, span, message, help);
        None
    }

    /// A whole number that these 64 bits hold.
    pub(crate) fn integer(&mut self, integer: &DeInteger<'_>, span: Span) -> Option<i64> {
        let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        if number.is_none() {
            let message = format!("{} is a whole number of too many digits", self.around.name());
            self.findings.add(C::SYNTAX, span, message, "write one of at most 18 digits");
        }
        number
    }
}
