//! The authorizer's integration tests, in one binary: each module is about one thing.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test that can't go on should stop; the function has a real clock, so its tokens need one"
)]

mod answers;
mod architecture;
mod config;
mod corpus;
mod decisions;
mod lambda;
mod revocation;
mod size;
mod support;
