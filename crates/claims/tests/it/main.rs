//! The reader's integration tests, in one binary: each module is about one thing.

#![expect(
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that can't go on should stop"
)]

mod attacks;
#[cfg(feature = "lambda-events")]
mod carriers;
#[cfg(feature = "testing")]
mod conformance;
mod contexts;
mod contract;
#[cfg(feature = "jwt")]
mod corpus;
mod dependencies;
#[path = "../../src/testing/flatten.rs"]
mod flatten;
#[cfg(feature = "jwks")]
mod key_server;
#[cfg(feature = "lambda-events")]
mod lambda;
mod lists;
#[cfg(all(feature = "axum", feature = "tower", feature = "jwks"))]
mod middleware;
mod refusals;
mod robust;
#[cfg(all(feature = "axum", feature = "tower"))]
mod services;
mod step_up;
#[cfg(feature = "testing")]
mod testing;
#[cfg(feature = "jwt")]
mod tokens;
#[cfg(feature = "jwt")]
mod verify;
