//! The clock that runs.
//!
//! Shell: it asks the operating system and waits by the timer of the runtime.

#![expect(clippy::disallowed_methods, reason = "the clock of the shells")]

use std::future::Future;
use std::time::SystemTime;

use tokio::time::{Instant, timeout_at};

use crate::clock::{Clock, Moment};

/// The clock of the operating system. It waits by the timer of the runtime that polls.
#[derive(Clone, Copy, Debug)]
pub struct SystemClock {
    born: Instant,
}

impl Default for SystemClock {
    fn default() -> Self {
        Self { born: Instant::now() }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Moment {
        Moment {
            monotonic: self.born.elapsed(),
            // A clock before 1970 tells no time; then the monotonic one counts alone.
            wall: SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default(),
        }
    }

    async fn until<W>(&self, deadline: Moment, work: W) -> Option<W::Output>
    where
        W: Future<Output: Send> + Send,
    {
        match self.born.checked_add(deadline.monotonic) {
            Some(deadline) => timeout_at(deadline, work).await.ok(),
            // Nobody lives to see it.
            None => Some(work.await),
        }
    }
}
