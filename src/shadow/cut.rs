//! The clock of the shadow: waiting ends when the running policy's answer is ready.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use crate::clock::{Clock, Moment};

/// A clock by which nobody waits for longer than until the answer is ready.
pub struct Cut<'c, C> {
    /// What time it is.
    pub clock: &'c C,
    /// Whether the answer is ready.
    pub is_over: &'c AtomicBool,
    /// Whether the store answers at once, so that it may be asked even then.
    pub at_once: bool,
}

impl<C> Cut<'_, C> {
    pub fn is_over(&self) -> bool {
        self.is_over.load(Ordering::Relaxed)
    }
}

impl<C: Clock + Sync> Clock for Cut<'_, C> {
    fn now(&self) -> Moment {
        self.clock.now()
    }

    async fn until<W>(&self, deadline: Moment, work: W) -> Option<W::Output>
    where
        W: Future<Output: Send> + Send,
    {
        // Nothing is begun that nobody would wait for.
        if self.is_over() && !self.at_once {
            return None;
        }
        let mut work = pin!(self.clock.until(deadline, work));
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Pending if self.is_over() => Poll::Ready(None),
            polled => polled,
        })
        .await
    }
}
