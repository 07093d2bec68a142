//! What tokens and clocks are held to.

/// How far the clocks of issuer and handler may differ, in seconds.
pub const CLOCK_LEEWAY: u64 = 60;

/// The longest token that is looked at, in bytes. No gateway or load balancer of AWS passes a
/// header line that is longer.
#[cfg(feature = "jwt")]
pub const TOKEN_LIMIT: usize = 16 * 1024;
