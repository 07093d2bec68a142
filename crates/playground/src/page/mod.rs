//! What was decided, as HTML to look at, to print and to hand on.
//!
//! Pure. A page is one text: no script, nothing that is loaded, and a content security policy that
//! would stop both. Every text in it goes through `maud`, which escapes it; nothing here writes markup
//! any other way.

mod bar;
pub mod document;
pub mod event;
pub mod text;
mod token;
