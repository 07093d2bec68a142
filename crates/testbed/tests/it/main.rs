//! The testbed's integration tests, in one binary.

#![expect(clippy::unwrap_used, reason = "a test that can't go on should stop")]

mod faults;
mod mistakes;
