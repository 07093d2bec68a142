//! The reads of both policies: the running one's are watched, and the shadow takes from them what it
//! can and reads the rest itself.

use std::future::poll_fn;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use super::cut::Cut;
use super::limited::Limited;
use super::seen::{Places, Seen, nobody_knows};
use crate::clock::{Clock, Moment};
use crate::outcome::Fault;
use crate::records::Known;
use crate::records::fetch::{Fetched, Memory, fetch};
use crate::records::reader::Reader;
use crate::records::store::{Query, Read, Store};
use crate::records::together::{Waiting, together};

/// The running policy's reader, watched.
pub struct Watched<'s, R> {
    /// Who reads.
    pub reader: &'s R,
    /// What is noted of it.
    pub seen: &'s Seen,
}

impl<R: Reader> Reader for Watched<'_, R> {
    async fn fetch(&self, questions: (&[Read<'_>], &[Query<'_>]), deadline: Moment) -> Fetched {
        let places = self.seen.asked(questions);
        let fetched = self.reader.fetch(questions, deadline).await;
        self.seen.answered(places, &fetched);
        fetched
    }
}

/// The shadow's reader.
pub struct Own<'s, S, C> {
    /// Its own store.
    pub store: &'s Limited<'s, S>,
    /// Its clock.
    pub clock: Cut<'s, C>,
    /// Its own memory.
    pub memory: Option<&'s Memory>,
    /// What the running policy has read, and what it is reading.
    pub seen: &'s Seen,
    /// How many rounds it has begun.
    pub rounds: AtomicUsize,
}

impl<S: Store + Sync, C: Clock + Sync> Reader for Own<'_, S, C> {
    async fn fetch(
        &self,
        (reads, queries): (&[Read<'_>], &[Query<'_>]),
        deadline: Moment,
    ) -> Fetched {
        let round = self.rounds.fetch_add(1, Ordering::Relaxed);
        self.when(|| self.seen.may_begin(round, (reads, queries))).await;
        let items: Places = reads.iter().map(|read| self.seen.item(read)).collect();
        let pages: Places = queries.iter().map(|query| self.seen.page(query)).collect();
        let own_reads: Vec<Read<'_>> = not_seen(reads, &items);
        let own_queries: Vec<Query<'_>> = not_seen(queries, &pages);

        let questions = (own_reads.as_slice(), own_queries.as_slice());
        let own = fetch(self.store, &self.clock, self.memory, questions, deadline);
        let lent: Waiting<'_, ()> = Box::pin(self.when(|| self.seen.is_answered(&items, &pages)));
        let (own, _) = together(own, vec![lent]).await;

        let (mut answers, mut found) = (own.answers.into_iter(), own.pages.into_iter());
        let answer = |(read, place): (&Read<'_>, &Option<usize>)| match place {
            Some(at) => self.seen.answer(*at, read),
            None => answers.next().unwrap_or_else(|| nobody_knows(Fault::Store)),
        };
        let page = |(query, place): (&Query<'_>, &Option<usize>)| match place {
            Some(at) => self.seen.found(*at, query),
            None => found.next().unwrap_or(Known::Unknown(Fault::Store)),
        };
        Fetched {
            answers: reads.iter().zip(&items).map(answer).collect(),
            pages: queries.iter().zip(&pages).map(page).collect(),
            faults: own.faults,
        }
    }
}

impl<S, C: Sync> Own<'_, S, C> {
    /// Waits for the running policy, but not for longer than until its answer is ready. Whoever polls
    /// the shadow has polled the running policy before, so nobody needs to be woken.
    fn when(&self, is_so: impl Fn() -> bool) -> impl Future<Output = ()> {
        poll_fn(move |_| match is_so() || self.clock.is_over() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        })
    }
}

fn not_seen<Q: Clone>(questions: &[Q], places: &[Option<usize>]) -> Vec<Q> {
    let pairs = questions.iter().zip(places);
    pairs.filter(|(_, place)| place.is_none()).map(|(question, _)| question.clone()).collect()
}
