//! One round: what to read together, and what its answers say about each record.

use std::borrow::Cow;

use cognito_claims::encoding::is_list_word;
use serde_json::Value;

use super::fetch::Fetched;
use super::knowledge::Knowledge;
use super::known::Known;
use super::matches::{Pattern, SortPattern};
use super::path::as_text;
use super::state::{Asked, AskedBy, ServedBy, State};
use super::store::{Query, Read};
use crate::outcome::Fault;
use crate::policy::{Keep, Key, Policy, Reading, RecordRule};

/// What to read, and for which records.
#[derive(Debug)]
pub struct Round<'p> {
    policy: &'p Policy,
    /// The items to read, in one batch.
    pub reads: Vec<Read<'p>>,
    /// The queries beside it.
    pub queries: Vec<Query<'p>>,
    wanted: Vec<Wanted<'p>>,
}

/// What one record wants of a round.
#[derive(Debug)]
struct Wanted<'p> {
    record: usize,
    rule: &'p RecordRule,
    wish: Wish<'p>,
}

/// What a record can want: places among the round's reads, or among its queries.
#[derive(Debug)]
enum Wish<'p> {
    Item(usize),
    /// One for each word; nothing for a word of which there can be no item.
    Each {
        reads: Vec<Option<usize>>,
        skip_missing: bool,
    },
    Query {
        at: usize,
        pattern: Pattern<'p>,
    },
}

impl<'p> Round<'p> {
    /// A round that reads nothing so far.
    pub fn new(policy: &'p Policy) -> Self {
        Self { policy, reads: Vec::new(), queries: Vec::new(), wanted: Vec::new() }
    }

    /// Whether nothing is to be read.
    pub fn is_empty(&self) -> bool {
        self.reads.is_empty() && self.queries.is_empty()
    }

    /// Adds what a record wants, and says what is known until then. It is absent if something that
    /// the record needs has no value.
    pub fn ask(
        &mut self,
        record: usize,
        rule: &'p RecordRule,
        known: &Knowledge<'_>,
    ) -> Known<State> {
        let wish = match &rule.read {
            Reading::Item(key) => known.key(key, None).map(|key| match self.read(key, rule) {
                Some(at) => Ok(Wish::Item(at)),
                None => Err(State::Missing),
            }),
            Reading::Each { .. } => self.each(rule, known),
            Reading::Query { .. } => self.query(rule, known),
        };
        wish.map(|wish| match wish {
            Ok(wish) => {
                self.wanted.push(Wanted { record, rule, wish });
                State::Pending
            }
            Err(state) => state,
        })
    }

    /// What the answers say about each record: its position, and its state.
    pub fn states<'r>(&'r self, fetched: &'r Fetched) -> impl Iterator<Item = (usize, State)> + 'r {
        self.wanted.iter().map(|wanted| (wanted.record, wanted.wish.state(fetched)))
    }

    /// What was read, as it is told afterwards.
    pub fn asked(&self, fetched: &Fetched) -> Vec<Asked<'p>> {
        let mut asked = Vec::with_capacity(self.wanted.len());
        for Wanted { rule, wish, .. } in &self.wanted {
            let record = rule.name.as_str();
            let tell = |at: &usize| {
                let Read { table, key, .. } = self.reads.get(*at)?;
                let served_by = fetched.answers.get(*at).map_or(ServedBy::Store, |it| it.served_by);
                let (table, key) = (*table, key.clone());
                Some(Asked { record, table, by: AskedBy::Key, key, served_by })
            };
            match wish {
                Wish::Item(at) => asked.extend(tell(at)),
                Wish::Each { reads, .. } => asked.extend(reads.iter().flatten().filter_map(tell)),
                Wish::Query { at, .. } => asked.extend(self.queries.get(*at).map(|query| {
                    let sort = Some(&query.sort_prefix).filter(|prefix| !prefix.is_empty());
                    let index = query.index.map(|index| index.name.as_str());
                    Asked {
                        record,
                        table: query.table,
                        by: AskedBy::Query { index },
                        key: Key { partition: query.partition.clone(), sort: sort.cloned() },
                        served_by: ServedBy::Store,
                    }
                })),
            }
        }
        asked
    }

    /// The place of a read; nothing if no item can have the key.
    ///
    /// Two records may have one key, and a batched read may not name a key twice: the stricter of
    /// both wishes counts.
    fn read(&mut self, key: Key, rule: &'p RecordRule) -> Option<usize> {
        let table = self.policy.tables.get(rule.table)?;
        if !table.may_hold(&key) {
            return None;
        }
        let same = |read: &Read<'_>| read.table == rule.table && read.key == key;
        let at = match self.reads.iter().position(same) {
            Some(at) => at,
            None => {
                self.reads.push(Read {
                    table: rule.table,
                    key,
                    attributes: Vec::new(),
                    consistent: false,
                    keep: rule.keep,
                });
                self.reads.len() - 1
            }
        };
        if let Some(read) = self.reads.get_mut(at) {
            read.attributes.extend(rule.attributes.iter().map(String::as_str));
            read.attributes.sort_unstable();
            read.attributes.dedup();
            read.consistent |= rule.consistent;
            read.keep = read.keep.zip(rule.keep).map(|(one, other)| Keep {
                fresh: one.fresh.min(other.fresh),
                stale_if_error: one.stale_if_error.min(other.stale_if_error),
            });
        }
        Some(at)
    }

    /// An item for each word of a list.
    fn each(
        &mut self,
        rule: &'p RecordRule,
        known: &Knowledge<'_>,
    ) -> Known<Result<Wish<'p>, State>> {
        let Reading::Each { list, at_most, skip_missing, key } = &rule.read else {
            return Known::Absent;
        };
        known.source(list).and_then(|list| {
            let words = match words(&list) {
                None => return Known::Unknown(Fault::Malformed),
                Some(words) if words.len() > *at_most => return Known::Unknown(Fault::TooMany),
                Some(words) => words,
            };
            let mut reads = Vec::with_capacity(words.len());
            for word in &words {
                match known.key(key, Some(word)) {
                    Known::Value(key) => reads.push(self.read(key, rule)),
                    Known::Absent => return Known::Absent,
                    Known::Unknown(fault) => return Known::Unknown(fault),
                }
            }
            let waits = reads.iter().any(Option::is_some);
            let wish = Wish::Each { reads, skip_missing: *skip_missing };
            Known::Value(if waits { Ok(wish) } else { Err(wish.state(&Fetched::default())) })
        })
    }

    /// The items of a partition.
    fn query(
        &mut self,
        rule: &'p RecordRule,
        known: &Knowledge<'_>,
    ) -> Known<Result<Wish<'p>, State>> {
        let Reading::Query { index, partition, sort, at_most, only } = &rule.read else {
            return Known::Absent;
        };
        let Some(table) = self.policy.tables.get(rule.table) else { return Known::Absent };
        let sort_key = match index {
            Some(index) => &index.sort_key,
            None => &table.sort_key,
        };
        let around = match sort {
            None => Known::Value(None),
            Some(sort) => known.around_star(sort).map(Some),
        };
        known.render(partition, None).and_then(|partition| {
            around.map(|around| {
                let sort = sort_key.as_deref().zip(around);
                let sort = sort.map(|(name, around)| SortPattern { name, around });
                let attributes = rule.attributes.iter().map(String::as_str);
                let mut attributes: Vec<&str> =
                    attributes.chain(sort.as_ref().map(|sort| sort.name)).collect();
                attributes.sort_unstable();
                attributes.dedup();
                let query = Query {
                    table: rule.table,
                    index: index.as_ref(),
                    partition,
                    sort_prefix: sort
                        .as_ref()
                        .map(|it| it.around.prefix.clone())
                        .unwrap_or_default(),
                    attributes,
                    consistent: rule.consistent,
                    limit: u32::try_from(rule.read.page()).unwrap_or(u32::MAX),
                };
                let pattern = Pattern {
                    sort,
                    require: rule.require.as_ref(),
                    at_most: *at_most,
                    only: *only,
                };
                // A table that could not answer at all says so itself.
                if query.can_match(table) == Ok(false) {
                    return Err(pattern.nothing());
                }
                self.queries.push(query);
                Ok(Wish::Query { at: self.queries.len() - 1, pattern })
            })
        })
    }
}

impl Wish<'_> {
    fn state(&self, fetched: &Fetched) -> State {
        // A store with fewer answers than questions has failed.
        let failed = State::Unknown(Fault::Store);
        match self {
            Wish::Item(at) => fetched.answers.get(*at).map_or(failed, |it| State::from(&it.known)),
            Wish::Query { at, pattern } => {
                fetched.pages.get(*at).map_or(failed, |page| pattern.state(page))
            }
            Wish::Each { reads, skip_missing } => {
                let mut items = Vec::with_capacity(reads.len());
                for read in reads {
                    let known = match read {
                        None => Known::Absent,
                        Some(at) => match fetched.answers.get(*at) {
                            Some(answer) => answer.known.clone(),
                            None => return failed,
                        },
                    };
                    match known {
                        Known::Value(item) => items.push(item),
                        Known::Absent if *skip_missing => {}
                        Known::Absent => return State::Unknown(Fault::Malformed),
                        Known::Unknown(fault) => return State::Unknown(fault),
                    }
                }
                State::Several { items, whole: true }
            }
        }
    }
}

/// The words of a list, each once; nothing if it is no list of words.
fn words(list: &Value) -> Option<Vec<Cow<'_, str>>> {
    let mut words: Vec<Cow<'_, str>> = Vec::new();
    for element in list.as_array()? {
        let word = as_text(element).filter(|word| is_list_word(word))?;
        if !words.contains(&word) {
            words.push(word);
        }
    }
    Some(words)
}
