//! The trigger's integration tests, in one binary: each module is about one thing.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that can't go on should stop, and ages need a clock"
)]

mod architecture;
mod budget;
mod dynamo;
mod events;
mod failure_table;
mod faults;
mod function;
mod lambda;
mod memory;
mod policy;
mod promises;
mod round_trip;
mod rules;
mod soak;
mod support;
mod telemetry;
