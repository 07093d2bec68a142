//! Records: what is looked up, from which store, what is remembered of it, and what it proves.

pub mod any;
pub mod cache;
mod chosen;
pub mod decimal;
#[cfg(feature = "dynamodb")]
pub mod dynamo;
pub mod fetch;
pub mod file;
mod guard;
mod key;
mod knowledge;
mod known;
mod lookup;
mod matches;
pub mod merge;
#[cfg(feature = "dynamodb")]
pub mod nobody;
mod partitions;
mod path;
pub mod reader;
mod round;
mod source;
mod state;
pub mod store;
mod tenant;
pub(crate) mod together;
#[cfg(feature = "dynamodb")]
pub mod warm_up;

pub(crate) use guard::is_same;
pub use knowledge::Knowledge;
pub use known::Known;
pub use lookup::Lookup;
pub(crate) use path::{into_text, is_whole};
pub use round::Round;
pub use source::Said;
pub use state::{Answer, Asked, AskedBy, NotAsked, ServedBy, State, Tenancy};
