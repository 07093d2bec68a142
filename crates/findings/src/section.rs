//! Sections: tables whose keys the program knows.

use std::ops::Deref;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::finding::{Code, Span};
use crate::read::{FromToml, Reader};
use crate::words::nearest;

/// A section as it is written.
#[derive(Clone, Debug, Default)]
pub struct Section<T> {
    /// Where it stands.
    pub span: Span,
    /// Whether all of it could be read. If not, what seems to be missing may only be unread.
    pub complete: bool,
    /// Its keys, each of them there or not.
    pub keys: T,
}

impl<T> Deref for Section<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.keys
    }
}

impl<T: Keys> FromToml for Section<T> {
    fn takes() -> Vec<&'static str> {
        vec!["a table"]
    }

    fn read<C: Code>(value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_, C>) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            return reader.wrong_type(value);
        };
        let (before, span) = (reader.findings.count(), reader.place(value));
        let keys = Table::read(table, span, reader);
        Some(Section { span, complete: reader.findings.count() == before, keys })
    }
}

/// The keys of a section. Made by [`sections!`](crate::sections).
pub trait Keys: Sized {
    /// Takes each key out of the table.
    fn take_from<C: Code>(table: &mut Table<'_, '_, C>) -> Self;
}

/// A section while it is read.
pub struct Table<'k, 'r, C> {
    table: &'k DeTable<'k>,
    span: Span,
    reader: &'k mut Reader<'r, C>,
    /// The keys that the section takes.
    known: Vec<&'static str>,
    /// Keys that the section needs and doesn't have, and what to write.
    missing: Vec<(&'static str, &'static str)>,
}

impl<'k, 'r, C: Code> Table<'k, 'r, C> {
    /// Reads a table: the keys that `K` takes, and a finding for each key that it doesn't.
    pub(crate) fn read<K: Keys>(
        table: &'k DeTable<'k>,
        span: Span,
        reader: &'k mut Reader<'r, C>,
    ) -> K {
        let known = Vec::with_capacity(16);
        let mut table = Table { table, span, reader, known, missing: Vec::new() };
        let keys = K::take_from(&mut table);
        table.finish();
        keys
    }

    /// The value of a key; `None` if it isn't there or can't be read. The help says what to write
    /// in the place of a value of another type.
    pub fn take<T: FromToml>(
        &mut self,
        name: &'static str,
        help: Option<&'static str>,
    ) -> Option<T> {
        self.known.push(name);
        let value = self.table.get(name)?;
        self.reader.within(|around| around.known(name, T::takes, help), |it| T::read(value, it))
    }

    /// The value of a key that the section can't do without.
    pub fn needed<T: FromToml>(&mut self, name: &'static str, help: &'static str) -> Option<T> {
        if !self.table.contains_key(name) {
            self.missing.push((name, help));
        }
        self.take(name, Some(help))
    }

    /// Reports what the section has and doesn't take, and what it needs and hasn't.
    fn finish(self) {
        let Self { table, span, reader, known, mut missing } = self;
        let unknown = table.keys().filter(|key| !known.contains(&key.get_ref().as_ref()));
        for key in unknown {
            // What is needed and missing is what was meant, rather than another key as near.
            let needed: Vec<&str> = missing.iter().map(|(name, _)| *name).collect();
            let nearest = nearest(key.get_ref(), &needed).or(nearest(key.get_ref(), &known));
            // A misspelt key is one mistake: the right one isn't missing too.
            missing.retain(|(name, _)| Some(*name) != nearest);
            let message = format!("there is no key `{}` here", key.get_ref().escape_debug());
            let place = reader.unquoted(key);
            reader.findings.add_with(C::UNKNOWN_KEY, place, message, || match nearest {
                Some(known) => format!("did you mean `{known}`?"),
                None => format!("the keys are {}", known.join(", ")),
            });
        }
        for (name, help) in missing {
            let message = format!("the key `{name}` is missing");
            reader.findings.add(C::MISSING_KEY, span, message, help);
        }
    }
}

/// Defines the keys of sections, each as a field that may be there or not:
///
/// ```
/// use claimsmith_findings::{At, List, sections};
///
/// sections! {
///     /// A place to read from.
///     pub struct Source {
///         /// Its name; a section without it has a finding with this help.
///         name: At<String> = "write a name",
///         /// A key whose word is none in Rust.
///         kind "type": At<String>,
///         /// Other names.
///         aliases: List,
///         /// A key with an example, which stands in the help about a value of another type.
///         timeout: At<String> => "\"2s\"",
///     }
/// }
/// ```
///
/// With the feature `schema`, `#[schema(…)]` under a key's description is an attribute of schemars.
#[macro_export]
macro_rules! sections {
    ($(
        $(#[doc = $about_section:expr])*
        $visible:vis struct $name:ident {$(
            $(#[doc = $about_key:expr])*
            $(#[schema $schema:tt])?
            $key:ident $($word:literal)? : $type:ty $(= $help:literal)? $(=> $example:literal)?,
        )*}
    )*) => {$(
        $crate::section_struct! {
            $(#[doc = $about_section])*
            $visible struct $name {$(
                $(#[doc = $about_key])* $(#[schema $schema])? $visible $key: Option<$type>,
            )*}
        }

        impl $crate::Keys for $name {
            fn take_from<C: $crate::Code>(table: &mut $crate::Table<'_, '_, C>) -> Self {
                Self {
                    $($key: $crate::sections!(@take table $key $($word)?; $(= $help)? $(=> $example)?),)*
                }
            }
        }
    )*};
    (@take $table:ident $key:ident; $($help:tt)*) => {
        $crate::sections!(@take $table (stringify!($key)); $($help)*)
    };
    (@take $table:ident $key:ident $word:literal; $($help:tt)*) => {
        $crate::sections!(@take $table ($word); $($help)*)
    };
    (@take $table:ident ($word:expr);) => { $table.take($word, None) };
    (@take $table:ident ($word:expr); = $help:literal) => { $table.needed($word, $help) };
    (@take $table:ident ($word:expr); => $example:literal) => {
        $table.take($word, Some(concat!("write for example `", $word, " = ", $example, "`")))
    };
}

#[doc(hidden)]
#[cfg(not(feature = "schema"))]
#[macro_export]
macro_rules! section_struct {
    (
        $(#[doc = $about:expr])*
        $visible:vis struct $name:ident {$(
            $(#[doc = $about_key:expr])* $(#[schema $schema:tt])? $key_visible:vis $key:ident: $type:ty,
        )*}
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, Default)]
        $visible struct $name {
            $($(#[doc = $about_key])* $key_visible $key: $type,)*
        }
    };
}

#[doc(hidden)]
#[cfg(feature = "schema")]
#[macro_export]
macro_rules! section_struct {
    (
        $(#[doc = $about:expr])*
        $visible:vis struct $name:ident {$(
            $(#[doc = $about_key:expr])* $(#[schema $schema:tt])? $key_visible:vis $key:ident: $type:ty,
        )*}
    ) => {
        $(#[doc = $about])*
        #[derive(Clone, Debug, Default, $crate::schema::JsonSchema)]
        #[schemars(crate = "claimsmith_findings::schema::schemars", deny_unknown_fields)]
        $visible struct $name {
            $($(#[doc = $about_key])* $(#[schemars $schema])? $key_visible $key: $type,)*
        }
    };
}
