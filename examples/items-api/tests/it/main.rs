//! The example's integration tests, in one binary.

#![expect(
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that can't go on should stop; the function has a real clock, so its tokens need one"
)]

mod cases;
mod function;
mod table;
