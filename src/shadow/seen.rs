//! What the running policy reads for one event, as the shadow may take it.
//!
//! The same item of the same table, with all the attributes that the shadow wants, and as consistent as
//! it wants it. Where the running policy had to do without an answer, so has the shadow: a table that
//! fails isn't asked again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::outcome::Fault;
use crate::policy::{Index, Keep, Key, Location, Policy, Table};
use crate::records::fetch::Fetched;
use crate::records::store::{Page, Query, Read};
use crate::records::{Answer, Known, ServedBy};

/// For each question where its answer will be; nothing for one that the running policy didn't ask.
pub type Places = Vec<Option<usize>>;

/// What the running policy has asked for, and what came.
pub struct Seen {
    /// For each table of the next policy, which of the running one's it is.
    tables: Vec<Option<usize>>,
    noted: Mutex<Noted>,
}

#[derive(Default)]
struct Noted {
    /// How many rounds were begun.
    rounds: usize,
    items: Vec<NotedItem>,
    pages: Vec<NotedPage>,
}

struct NotedItem {
    table: usize,
    key: Key,
    attributes: Vec<String>,
    consistent: bool,
    keep: Option<Keep>,
    /// None while it is being read.
    answer: Option<Answer>,
}

struct NotedPage {
    table: usize,
    index: Option<Index>,
    partition: String,
    sort_prefix: String,
    attributes: Vec<String>,
    consistent: bool,
    limit: u32,
    /// None while it is being read.
    page: Option<Known<Page>>,
}

impl Seen {
    /// Nothing so far.
    pub fn of(running: &Policy, next: &Policy) -> Self {
        let same = |table: &Table| {
            let is_same = |other: &Table| is_same_table((running, other), (next, table));
            running.tables.iter().position(is_same)
        };
        Self { tables: next.tables.iter().map(same).collect(), noted: Mutex::default() }
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes a round that is about to be read, and says where its answers will be.
    pub fn asked(&self, (reads, queries): (&[Read<'_>], &[Query<'_>])) -> (usize, usize) {
        let mut noted = self.noted();
        let places = (noted.items.len(), noted.pages.len());
        noted.rounds += 1;
        noted.items.extend(reads.iter().map(|read| NotedItem {
            table: read.table,
            key: read.key.clone(),
            attributes: read.attributes.iter().map(|name| (*name).to_owned()).collect(),
            consistent: read.consistent,
            keep: read.keep,
            answer: None,
        }));
        noted.pages.extend(queries.iter().map(|query| NotedPage {
            table: query.table,
            index: query.index.cloned(),
            partition: query.partition.clone(),
            sort_prefix: query.sort_prefix.clone(),
            attributes: query.attributes.iter().map(|name| (*name).to_owned()).collect(),
            consistent: query.consistent,
            limit: query.limit,
            page: None,
        }));
        places
    }

    /// Notes what came of it.
    pub fn answered(&self, (items, pages): (usize, usize), fetched: &Fetched) {
        let mut noted = self.noted();
        for (item, answer) in noted.items.iter_mut().skip(items).zip(&fetched.answers) {
            item.answer = Some(answer.clone());
        }
        for (noted, page) in noted.pages.iter_mut().skip(pages).zip(&fetched.pages) {
            noted.page = Some(page.clone());
        }
    }

    /// Whether a round of the next policy may begin: the running one's of that number has begun, or has
    /// no such table. Who runs ahead reads what would be there for the taking.
    pub fn may_begin(&self, round: usize, (reads, queries): (&[Read<'_>], &[Query<'_>])) -> bool {
        let mut tables =
            reads.iter().map(|read| read.table).chain(queries.iter().map(|query| query.table));
        round < self.noted().rounds || !tables.any(|table| self.table(table).is_some())
    }

    /// Which of the running policy's tables it is.
    fn table(&self, table: usize) -> Option<usize> {
        self.tables.get(table).copied().flatten()
    }

    /// Where the answer to a read is or will be.
    pub fn item(&self, read: &Read<'_>) -> Option<usize> {
        let table = self.table(read.table)?;
        self.noted().items.iter().position(|item| {
            item.table == table
                && item.key == read.key
                && (item.consistent || !read.consistent)
                && has_all(&item.attributes, &read.attributes)
        })
    }

    /// Where the answer to a query is or will be.
    pub fn page(&self, query: &Query<'_>) -> Option<usize> {
        let table = self.table(query.table)?;
        self.noted().pages.iter().position(|page| {
            page.table == table
                && page.index.as_ref() == query.index
                && page.partition == query.partition
                && page.sort_prefix == query.sort_prefix
                // Of a shorter page nobody knows what comes after it.
                && page.limit == query.limit
                && (page.consistent || !query.consistent)
                && has_all(&page.attributes, &query.attributes)
        })
    }

    /// Whether all of these are answered.
    pub fn is_answered(&self, items: &Places, pages: &Places) -> bool {
        let noted = self.noted();
        let has_item = |at: &usize| noted.items.get(*at).is_none_or(|it| it.answer.is_some());
        let has_page = |at: &usize| noted.pages.get(*at).is_none_or(|it| it.page.is_some());
        items.iter().flatten().all(has_item) && pages.iter().flatten().all(has_page)
    }

    /// The answer to a read, from where it is.
    pub fn answer(&self, at: usize, read: &Read<'_>) -> Answer {
        let noted = self.noted();
        let late = || nobody_knows(Fault::Deadline);
        let Some(item) = noted.items.get(at) else { return late() };
        match &item.answer {
            // Perhaps it is an attribute that the shadow doesn't want.
            Some(Answer { known: Known::Unknown(Fault::Malformed), .. })
                if item.attributes != read.attributes =>
            {
                late()
            }
            // The store failed, and memory helped out for longer than the next policy allows.
            Some(Answer { served_by: ServedBy::Stale { .. }, .. })
                if longest(read.keep) < longest(item.keep) =>
            {
                nobody_knows(Fault::Store)
            }
            Some(answer) => answer.clone(),
            None => late(),
        }
    }

    /// The answer to a query, from where it is.
    pub fn found(&self, at: usize, query: &Query<'_>) -> Known<Page> {
        let noted = self.noted();
        let late = Known::Unknown(Fault::Deadline);
        let Some(noted) = noted.pages.get(at) else { return late };
        match &noted.page {
            Some(Known::Unknown(Fault::Malformed)) if noted.attributes != query.attributes => late,
            Some(page) => page.clone(),
            None => late,
        }
    }
}

/// An answer that nobody has.
pub fn nobody_knows(fault: Fault) -> Answer {
    Answer { known: Known::Unknown(fault), served_by: ServedBy::Store }
}

/// Whether both mean one table. A file is read at once and at no cost, and two of one name may be two.
fn is_same_table((running, table): (&Policy, &Table), (next, other): (&Policy, &Table)) -> bool {
    let is_remote = matches!(table.location, Location::DynamoDb(_));
    let (one, two) = (&running.connection, &next.connection);
    is_remote && table == other && one.region == two.region && one.endpoint == two.endpoint
}

fn has_all(attributes: &[String], wanted: &[&str]) -> bool {
    wanted.iter().all(|name| attributes.iter().any(|has| has == name))
}

/// For how long an item may serve at most, while the store fails.
fn longest(keep: Option<Keep>) -> Option<Duration> {
    keep.map(|keep| keep.fresh.saturating_add(keep.stale_if_error))
}
