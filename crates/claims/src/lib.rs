#![doc = include_str!("../README.md")]

pub mod bits;
pub mod encoding;
pub mod names;

pub use encoding::Encoding;
pub use names::TokenUse;

/// Version of the contract between the trigger, which writes claims, and the readers.
///
/// It changes when a name in [`names`] or a form in [`encoding`] or [`bits`] changes its meaning,
/// and then the changelog says so on its "Claims contract" line.
pub const CONTRACT_VERSION: u32 = 1;
