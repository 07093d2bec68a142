//! Values with their places.

use toml::Spanned;
use toml::de::DeValue;

use crate::around::Around;
use crate::finding::{Code, Span};
use crate::read::{FromToml, Reader};

/// A value and its place in the file.
#[derive(Clone, Debug)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it stands; of a text, what is between its quotes.
    pub span: Span,
}

/// A text, number, boolean or list of texts.
pub type Literal = serde_json::Value;

/// A list of entries of one type, texts if nothing else is said.
#[derive(Clone, Debug, Default)]
pub struct List<T = String> {
    /// The entries that could be read.
    pub entries: Vec<At<T>>,
    /// Where the list stands.
    pub span: Span,
    /// Whether every entry could be read. If not, a list without entries isn't empty in the file.
    pub whole: bool,
}

/// One entry without brackets, or a list.
#[derive(Clone, Debug, Default)]
pub struct OneOrMany<T = String>(pub List<T>);

/// A text where that says it all, or something longer.
#[derive(Clone, Debug)]
pub enum TextOr<T> {
    /// The text.
    Text(At<String>),
    /// What else the key takes.
    Other(T),
}

/// A table whose keys are names that the author chooses, in the order of the file.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// Names and values that could be read.
    pub entries: Vec<(At<String>, T)>,
    /// Where the table stands.
    pub span: Span,
    /// Whether every entry could be read. If not, a name that is missing here may be one of those,
    /// and nobody must be told that it is unknown.
    pub whole: bool,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), span: Span::default(), whole: true }
    }
}

impl List {
    /// The texts without their places.
    pub fn values(&self) -> Vec<String> {
        self.entries.iter().map(|entry| entry.value.clone()).collect()
    }
}

impl FromToml for String {
    fn takes() -> Vec<&'static str> {
        vec!["a text"]
    }

    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(text) => reader.text(text, reader.place(value)),
            _ => reader.wrong_type(value),
        }
    }
}

impl FromToml for bool {
    fn takes() -> Vec<&'static str> {
        vec!["true or false"]
    }

    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Boolean(boolean) => Some(*boolean),
            _ => reader.wrong_type(value),
        }
    }
}

impl FromToml for i64 {
    fn takes() -> Vec<&'static str> {
        vec!["a whole number"]
    }

    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self> {
        match value.get_ref() {
            DeValue::Integer(integer) => reader.integer(integer, reader.place(value)),
            _ => reader.wrong_type(value),
        }
    }
}

impl FromToml for Literal {
    fn takes() -> Vec<&'static str> {
        vec!["a text", "a number", "a boolean", "a list of texts"]
    }

    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self> {
        let span = reader.place(value);
        match value.get_ref() {
            DeValue::String(text) => reader.text(text, span).map(Literal::from),
            DeValue::Integer(integer) => reader.integer(integer, span).map(Literal::from),
            DeValue::Float(float) => {
                let float = float.as_str().parse().ok().filter(|float: &f64| float.is_finite());
                if float.is_none() {
                    let name = reader.around.name();
                    let message =
                        format!("{name} is a number that isn't finite, which no token can carry");
                    reader.findings.add(C::WRONG_TYPE, span, message, "write a finite number");
                }
                float.map(Literal::from)
            }
            DeValue::Boolean(boolean) => Some((*boolean).into()),
            DeValue::Datetime(_) => reader.date(value),
            DeValue::Array(elements) => {
                let texts = elements.iter().map(|text| {
                    reader.within(|around| around.entry(String::takes), |it| String::read(text, it))
                });
                let texts: Option<_> = texts.map(|text| text.map(Literal::from)).collect();
                if elements.iter().any(|text| reader.findings.is_open(reader.place(text))) {
                    reader.findings.leave_whole_open(span);
                }
                texts.map(Literal::Array)
            }
            DeValue::Table(_) => {
                let message = reader.around.wrong_type("a table");
                let help = "write a plain value; a name with a dot stands in quotes: `\"a.b\"`";
                reader.findings.add(C::WRONG_TYPE, span, message, help);
                None
            }
        }
    }
}

impl<T: FromToml> FromToml for At<T> {
    fn takes() -> Vec<&'static str> {
        T::takes()
    }

    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self> {
        T::read(value, reader).map(|read| At { value: read, span: reader.place(value) })
    }
}

impl<T: FromToml> FromToml for List<T> {
    fn takes() -> Vec<&'static str> {
        vec!["a list"]
    }

    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self> {
        let DeValue::Array(elements) = value.get_ref() else {
            return reader.wrong_type(value);
        };
        let read = elements.iter().filter_map(|element| {
            reader.within(|around| around.entry(T::takes), |it| At::read(element, it))
        });
        let entries: Vec<_> = read.collect();
        let whole = entries.len() == elements.len();
        Some(List { entries, span: reader.place(value), whole })
    }
}

impl<T: FromToml> FromToml for OneOrMany<T> {
    fn takes() -> Vec<&'static str> {
        let list = (!T::takes().iter().any(|one| one.starts_with("a list"))).then_some("a list");
        T::takes().into_iter().chain(list).collect()
    }

    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self> {
        if let DeValue::Array(_) = value.get_ref() {
            return List::read(value, reader).map(OneOrMany);
        }
        let one = At::read(value, reader)?;
        Some(OneOrMany(List { span: one.span, entries: vec![one], whole: true }))
    }
}

impl<T: FromToml> FromToml for TextOr<T> {
    fn takes() -> Vec<&'static str> {
        [vec!["a text"], T::takes()].concat()
    }

    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self> {
        match value.get_ref() {
            DeValue::String(_) => At::read(value, reader).map(TextOr::Text),
            _ => T::read(value, reader).map(TextOr::Other),
        }
    }
}

impl<T: FromToml> FromToml for Named<T> {
    fn takes() -> Vec<&'static str> {
        vec!["a table"]
    }

    /// A value that is no table has a finding, and may have held any name.
    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self> {
        let span = reader.place(value);
        let DeValue::Table(table) = value.get_ref() else {
            reader.wrong_type::<()>(value);
            return Some(Named { entries: Vec::new(), span, whole: false });
        };
        // The parser sorts by name; findings keep the order of the file.
        let mut written: Vec<_> = table.iter().collect();
        written.sort_by_key(|(name, _)| name.span().start);
        let read = |(name, value): &(&Spanned<_>, &Spanned<DeValue<'_>>)| {
            let name: &Spanned<std::borrow::Cow<'_, str>> = name;
            let key = At { value: name.get_ref().to_string(), span: reader.unquoted(name) };
            let named = |around: &Around| around.named(name.get_ref(), T::takes);
            reader.within(named, |it| T::read(value, it)).map(|value| (key, value))
        };
        let entries: Vec<_> = written.iter().filter_map(read).collect();
        Some(Named { whole: entries.len() == written.len(), entries, span })
    }
}
