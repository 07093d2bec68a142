//! A Lambda authorizer for Cognito tokens: one event in, one answer out.
//!
//! `Authorizer::authorize` walks the rooms: `request` finds the token, `verify` has it checked,
//! `revocation` looks for records against it, `decision` decides what it opens, `context` chooses
//! what goes on to handlers, and `answer` writes it for the gateway that asks. Every doubt is a
//! denial, and no fault ever allows.
//!
//! Without the feature `lambda` there is the configuration alone, for those who check a file.

// What the configuration is made of.
pub mod config;
pub mod denial;
pub mod route;
pub mod rules;

// The function.
#[cfg(feature = "lambda")]
pub mod answer;
#[cfg(feature = "lambda")]
pub mod arn;
#[cfg(feature = "lambda")]
mod authorizer;
#[cfg(feature = "lambda")]
pub mod context;
#[cfg(feature = "lambda")]
pub mod decision;
#[cfg(feature = "dynamodb")]
pub mod dynamo;
#[cfg(feature = "lambda")]
pub mod request;
#[cfg(feature = "lambda")]
pub mod revocation;
#[cfg(feature = "lambda")]
pub mod telemetry;
#[cfg(feature = "lambda")]
pub mod verify;

#[cfg(feature = "lambda")]
pub use authorizer::{Authorizer, Outcome};
