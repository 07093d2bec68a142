#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

// The contract, which the trigger writes by.
pub mod bits;
pub mod encoding;
pub mod names;
mod token_use;

// Reading.
mod actor;
mod base64url;
mod bearer;
mod claims;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
mod clock;
pub mod context;
mod contract;
pub mod dangerous;
mod date;
mod door;
mod error;
mod event;
mod features;
mod identity;
mod json_text;
mod limits;
mod list;
mod listed;
mod org;
mod organisations;
mod user_pool;
mod value;
mod words;

// Deciding.
mod guard;
mod refusal;

// Verifying.
#[cfg(feature = "jwks")]
pub mod jwks;
#[cfg(feature = "jwt")]
pub mod jwt;

// Adapters, each behind its feature.
#[cfg(feature = "axum")]
pub mod axum;
#[cfg(feature = "lambda-events")]
pub mod lambda_events;
#[cfg(feature = "lambda-http")]
pub mod lambda_http;
#[cfg(any(feature = "axum", feature = "tower"))]
mod request;
#[cfg(any(feature = "axum", feature = "lambda-http", feature = "tower"))]
mod response;
#[cfg(feature = "testing")]
pub mod testing;
#[cfg(feature = "tower")]
pub mod tower;

pub use actor::Actor;
pub use bearer::bearer_token;
pub use claims::Claims;
#[cfg(not(all(target_family = "wasm", target_os = "unknown")))]
pub use clock::now;
pub use door::Door;
pub use error::{ReadError, ReadErrorKind};
pub use features::{Feature, Features};
pub use guard::Guard;
pub use identity::Identity;
pub use limits::CLOCK_LEEWAY;
pub use listed::Listed;
pub use org::{OrgId, Tier};
pub use organisations::{Organisation, Organisations};
pub use refusal::{Reason, Refusal};
pub use token_use::TokenUse;
pub use user_pool::{PoolError, UserPool};
pub use words::Words;

/// Version of the contract between the trigger, which writes claims, and the readers.
///
/// It changes when a name in [`names`] or a form in [`encoding`] or [`bits`] changes its meaning,
/// and then the changelog says so on its "Claims contract" line.
pub const CONTRACT_VERSION: u32 = 1;
