//! When keys are fetched anew, and what a fetch may take.

use std::time::Duration;

/// How long keys are kept, and how often and how long they are fetched.
///
/// Whole seconds count, except in `timeout`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct KeyRefresh {
    /// After so long keys are fetched anew. One hour.
    ///
    /// A key that the pool has withdrawn is trusted until then.
    pub refresh_after: Duration,
    /// So long keys serve while they can't be fetched anew. One day.
    pub keep_for: Duration,
    /// The longest wait after a fetch that failed or had no such key. Ten seconds.
    pub pause: Duration,
    /// The longest that a fetch may take. Three seconds. Where a pool has several places of keys,
    /// those that are asked when the first one fails together have as long again.
    pub timeout: Duration,
    /// The most bytes of a key set. 64 KiB; a user pool's has about one.
    pub largest: usize,
}

impl Default for KeyRefresh {
    fn default() -> Self {
        Self {
            refresh_after: Duration::from_secs(3600),
            keep_for: Duration::from_secs(24 * 3600),
            pause: Duration::from_secs(10),
            timeout: Duration::from_secs(3),
            largest: 64 * 1024,
        }
    }
}
