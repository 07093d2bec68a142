//! The pages about many events, and where pages are written.
//!
//! All but `file` is pure. What is around a page, and what it says about one event, is the playground's.

pub mod file;
pub mod histogram;
pub mod population;
