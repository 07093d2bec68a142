//! Stores that answer, fail, hang or panic as a seed says, and a clock that passes by turns: each turn
//! asks the work once.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use claimsmith::clock::{Clock, Moment};
use claimsmith::records::Known;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError, StoreFault};

/// What a store does when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    Answers,
    /// It answers after so many turns.
    Slow(u64),
    Fails,
    Hangs,
    Panics,
}

/// The moods of a store, one after the other.
#[derive(Clone, Copy, Debug)]
pub enum Moods {
    Always(Mood),
    /// Any but the last, by a seed.
    Seeded(u64),
    /// Any.
    Wild(u64),
}

impl Moods {
    fn at(self, number: u64) -> Mood {
        let (seed, moods) = match self {
            Moods::Always(mood) => return mood,
            Moods::Seeded(seed) => (seed, 8),
            Moods::Wild(seed) => (seed, 9),
        };
        match mixed(seed ^ mixed(number)) % moods {
            0..3 => Mood::Answers,
            3 => Mood::Slow(1),
            4 => Mood::Slow(2),
            5 => Mood::Slow(4),
            6 => Mood::Fails,
            7 => Mood::Hangs,
            _ => Mood::Panics,
        }
    }
}

/// A number that has nothing to do with another: SplitMix64.
pub fn mixed(number: u64) -> u64 {
    let mixed = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

/// A store with moods, which notes what it is asked.
#[derive(Debug)]
pub struct Moody<S> {
    pub inner: S,
    pub moods: Moods,
    asked: Mutex<Vec<String>>,
}

impl<S> Moody<S> {
    pub fn of(inner: S, moods: Moods) -> Self {
        Self { inner, moods, asked: Mutex::default() }
    }

    /// What it was asked since somebody looked.
    pub fn asked(&self) -> Vec<String> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }

    async fn note(&self, asked: String) -> Result<(), StoreError> {
        let number = {
            let mut all = self.asked.lock().unwrap();
            all.push(asked);
            all.len() as u64
        };
        match self.moods.at(number) {
            Mood::Answers => Ok(()),
            Mood::Fails => Err(StoreError::new(StoreFault::Failed)),
            Mood::Hangs => std::future::pending().await,
            Mood::Panics => panic!("a store that panics"),
            Mood::Slow(turns) => {
                let mut left = turns;
                poll_fn(move |_| match left.checked_sub(1) {
                    None => Poll::Ready(()),
                    Some(less) => {
                        left = less;
                        Poll::Pending
                    }
                })
                .await;
                Ok(())
            }
        }
    }
}

impl<S: Store + Sync> Store for Moody<S> {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        self.note(format!("{reads:?}")).await?;
        self.inner.read(reads).await
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        self.note(format!("{query:?}")).await?;
        self.inner.query(query).await
    }
}

/// A clock that passes by turns, of a millisecond each.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<AtomicU64>);

impl Turns {
    pub fn pass(&self, turns: u64) {
        self.0.fetch_add(turns, Ordering::Relaxed);
    }
}

impl Clock for Turns {
    fn now(&self) -> Moment {
        let passed = Duration::from_millis(self.0.load(Ordering::Relaxed));
        Moment { monotonic: passed, wall: Duration::from_secs(1_767_225_600) + passed }
    }

    async fn until<W>(&self, deadline: Moment, work: W) -> Option<W::Output>
    where
        W: Future<Output: Send> + Send,
    {
        let mut work = pin!(work);
        poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if self.now().monotonic >= deadline.monotonic => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}

/// Does work turn by turn: its result, and how many turns it took.
pub fn in_turns<W: Future>(turns: &Turns, work: W) -> (W::Output, u64) {
    let mut work = pin!(work);
    for turn in 1..10_000 {
        if let Poll::Ready(done) = work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            return (done, turn);
        }
        turns.pass(1);
    }
    panic!("it takes for ever");
}

/// Panics of the test's own stores are no news.
pub fn quietly<T>(work: impl FnOnce() -> T) -> T {
    static HOOK: std::sync::Once = std::sync::Once::new();
    HOOK.call_once(|| {
        let hook = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let text = panic.payload().downcast_ref::<&str>();
            if text != Some(&"a store that panics") {
                hook(panic);
            }
        }));
    });
    work()
}
