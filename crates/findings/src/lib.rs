//! Reads a TOML file with the place of everything in it, and says what is wrong where.
//!
//! The files are configurations that decide about security: every mistake is an error, all of them
//! are counted and the first hundred reported in the order of the file, and no text of a finding holds the value of an environment
//! variable. Pure: the file's text and the environment are arguments. Knows no file by name.
//!
//! [`sections!`] lists the keys that a file may have, [`codes!`] what can be wrong in it, and
//! [`parse()`] reads the one and reports the other.

/// [`sections!`] names this crate as others do.
#[cfg(test)]
extern crate self as claimsmith_findings;

mod around;
mod duration;
mod finding;
mod findings;
mod found;
mod in_words;
mod parse;
mod read;
#[cfg(feature = "schema")]
pub mod schema;
mod section;
mod syntax;
mod value;
mod variables;
mod words;

pub use duration::parse_duration;
pub use finding::{Code, Finding, Span};
pub use findings::Findings;
pub use found::Found;
pub use in_words::in_words;
pub use parse::parse;
pub use read::{FromToml, Reader};
pub use section::{Keys, Section, Table};
pub use value::{At, List, Literal, Named, OneOrMany, TextOr};
pub use variables::Variables;
pub use words::{listed, nearest, nearest_within};
