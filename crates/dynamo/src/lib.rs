//! A client of Amazon DynamoDB for Lambda functions, built for a fast cold start; see
//! docs/decisions/cold-start.md.
//!
//! [`Surroundings`] is what the environment says, [`connect()`] and [`client`] make the client,
//! [`batch_get`] and [`query()`] read items through it, and [`RequestError`] says what kind of fault
//! a request had. Whose items they are and what they mean nobody here knows.

mod batch;
mod connect;
mod error;
mod hedge;
mod query;
mod surroundings;

pub use aws_sdk_dynamodb::Client;
pub use batch::{Attributes, Batch, Keys, batch_get, batch_get_once};
#[cfg(feature = "chain")]
pub use connect::connect;
pub use connect::{ConnectError, Settings, Trust, client};
pub use error::{RequestError, RequestFault};
pub use query::{Page, query};
pub use surroundings::Surroundings;
