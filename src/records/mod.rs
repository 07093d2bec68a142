//! Records: what is looked up, from which store, and what is remembered of it.

pub mod any;
pub mod cache;
pub mod decimal;
#[cfg(feature = "dynamodb")]
pub mod dynamo;
pub mod fetch;
pub mod file;
mod known;
mod lookup;
pub mod merge;
mod partitions;
pub mod store;

pub use known::Known;
pub(crate) use lookup::is_whole;
pub use lookup::{Answer, Asked, Lookup, Round, ServedBy, State};
