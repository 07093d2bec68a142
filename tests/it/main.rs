//! The trigger's integration tests, in one binary: each module is about one thing.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that can't go on should stop, and ages need a clock"
)]

mod architecture;
mod bounds;
mod budget;
mod circles;
mod companies;
#[cfg(feature = "dynamodb")]
mod dynamo;
mod events;
mod failing;
#[cfg(feature = "dynamodb")]
mod failure_table;
#[cfg(feature = "lambda")]
mod faults;
#[cfg(feature = "lambda")]
mod function;
mod grants;
mod guards;
mod isolation;
#[cfg(feature = "lambda")]
mod lambda;
#[cfg(feature = "lambda")]
mod memory;
mod mode;
mod moody;
#[cfg(feature = "otel")]
mod otel;
mod people;
mod policy;
mod promises;
mod prove;
#[cfg(feature = "dynamodb")]
mod queries;
mod revoked;
mod round_trip;
mod rules;
#[cfg(feature = "lambda")]
mod self_test;
mod several;
mod shadow;
mod sizes;
#[cfg(feature = "lambda")]
mod soak;
mod support;
#[cfg(feature = "lambda")]
mod telemetry;
mod tenant;
mod told;
#[cfg(feature = "lambda")]
mod warm_up;
