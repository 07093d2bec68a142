//! What time it is, and when waiting ends: the one thing that the trigger asks of its surroundings
//! beside the records.
//!
//! Pure: a clock is an argument. The one that runs is in `system_clock.rs`.

use std::future::Future;
use std::ops::Add;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

/// A moment on two clocks.
///
/// Neither alone tells how much time passed: the monotonic clock may stand still while a function
/// is frozen, and the wall clock may be set. The longer of both times counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Time since any fixed moment. Deadlines are kept by it.
    pub monotonic: Duration,
    /// Time since 1970-01-01T00:00:00Z.
    pub wall: Duration,
}

impl Moment {
    /// How long ago `earlier` was; `None` if a clock went backwards, so that nobody can tell.
    pub fn since(self, earlier: Moment) -> Option<Duration> {
        let monotonic = self.monotonic.checked_sub(earlier.monotonic)?;
        let wall = self.wall.checked_sub(earlier.wall)?;
        Some(monotonic.max(wall))
    }
}

impl Add<Duration> for Moment {
    type Output = Moment;

    fn add(self, time: Duration) -> Moment {
        Moment {
            monotonic: self.monotonic.saturating_add(time),
            wall: self.wall.saturating_add(time),
        }
    }
}

/// A clock by which the trigger keeps its deadline and counts the age of what it remembers.
pub trait Clock {
    /// What time it is.
    fn now(&self) -> Moment;

    /// Does the work until the deadline; `None` if it wasn't done by then.
    fn until<W>(&self, deadline: Moment, work: W) -> impl Future<Output = Option<W::Output>> + Send
    where
        W: Future<Output: Send> + Send;
}

/// A clock that stands still: for stores that answer at once, where no time passes and nobody waits.
#[derive(Clone, Copy, Debug, Default)]
pub struct StandingClock;

impl Clock for StandingClock {
    fn now(&self) -> Moment {
        Moment::default()
    }

    async fn until<W>(&self, _: Moment, work: W) -> Option<W::Output>
    where
        W: Future<Output: Send> + Send,
    {
        Some(work.await)
    }
}

/// The result of work that waits for nothing, such as a decision with the embedded store: no
/// runtime is needed for it. `None` if it would have to wait.
pub fn at_once<W: Future>(work: W) -> Option<W::Output> {
    match pin!(work).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => Some(result),
        Poll::Pending => None,
    }
}
