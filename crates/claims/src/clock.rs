//! The time, for those who have no clock of their own. Nothing else in this crate looks at one.

/// The system's time in seconds since 1970, as guards and keys want it; 0 for a clock that is set to
/// before.
///
/// Not there on a WebAssembly target without an operating system, which has no clock.
#[must_use]
pub fn now() -> u64 {
    std::time::UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs())
}
