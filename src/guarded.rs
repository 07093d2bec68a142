//! Work that may panic and harms nobody by it.

use std::future::poll_fn;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

/// The work panicked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Panicked;

/// Does work that may panic. What it was about to change is thrown away by whoever asks.
pub fn unharmed<T>(work: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|panic| {
        // What was thrown may panic once more when it is dropped.
        std::mem::forget(panic);
        Panicked
    })
}

/// Work that goes on, has ended, or panicked.
pub enum Guarded<F: Future> {
    /// It goes on.
    Working(Pin<Box<F>>),
    /// It has ended.
    Done(F::Output),
    /// It panicked.
    Panicked,
}

impl<F: Future> Guarded<F> {
    /// Work that hasn't begun.
    pub fn of(work: F) -> Self {
        Guarded::Working(Box::pin(work))
    }

    /// Goes on with the work, unless it has ended.
    pub fn poll(&mut self, context: &mut Context<'_>) {
        let Guarded::Working(work) = self else { return };
        let next = match unharmed(|| work.as_mut().poll(context)) {
            Ok(Poll::Pending) => return,
            Ok(Poll::Ready(done)) => Guarded::Done(done),
            Err(Panicked) => Guarded::Panicked,
        };
        let ended = std::mem::replace(self, next);
        if unharmed(|| drop(ended)) == Err(Panicked) {
            *self = Guarded::Panicked;
        }
    }

    /// What came of it; nothing if it goes on, and then it ends here.
    pub fn end(self) -> Result<Option<F::Output>, Panicked> {
        match self {
            Guarded::Done(done) => Ok(Some(done)),
            Guarded::Panicked => Err(Panicked),
            Guarded::Working(work) => unharmed(|| drop(work)).map(|()| None),
        }
    }
}

/// Does work to its end; nothing if it panicked.
pub async fn guarded<F: Future>(work: F) -> Option<F::Output> {
    let mut work = Guarded::of(work);
    poll_fn(|context| {
        work.poll(context);
        if matches!(work, Guarded::Working(_)) { Poll::Pending } else { Poll::Ready(()) }
    })
    .await;
    work.end().ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::at_once;

    /// Panics when it is dropped.
    struct Loud;

    impl Drop for Loud {
        fn drop(&mut self) {
            panic!("dropped");
        }
    }

    #[test]
    fn work_that_panics_says_nothing_and_other_work_its_result() {
        assert_eq!(at_once(guarded(async { 1 })), Some(Some(1)));
        assert_eq!(at_once(guarded(async { panic!("within") })), Some(None::<()>));
        let loud = Loud;
        let work = guarded(poll_fn(move |_| {
            let _ = &loud;
            Poll::Ready(1)
        }));
        assert_eq!(at_once(work), Some(None));
        let loud = Loud;
        let pending = poll_fn(move |_| {
            let _ = &loud;
            Poll::<()>::Pending
        });
        assert_eq!(Guarded::of(pending).end(), Err(Panicked));
        assert_eq!(unharmed(|| std::panic::panic_any(1)), Err::<(), _>(Panicked));
    }
}
