//! Bounds: the most that one sign-in reads, from the policy alone.
//!
//! Nothing loops and nothing recurses, so a file bounds its own reads: a batch for the items of a round,
//! and a query for each query record. What is not counted: a request that is sent again after a fault,
//! or a second time because of `hedge_after`.
//!
//! SPEC: AWS, DynamoDB developer guide, "DynamoDB read consistency and capacity": a read unit is one
//! consistent read of up to 4 KB, or two others; each item of a batch is rounded up by itself, a page of
//! a query as a whole, and an item that isn't there counts as one of up to 4 KB.

use std::fmt;

use super::record::{Chosen, Operand, Reading};
use super::rules::Policy;
use super::source::{Map, Place, Source};
use super::tenant::Proof;
use crate::identity::Kind;

/// The most that a sign-in of one kind of identity reads.
#[derive(Debug)]
pub struct Bounds {
    /// For whom.
    pub kind: Kind,
    /// Whether there can be tokens at all: with `[tenant]` and no source for this kind there are none.
    pub has_tokens: bool,
    /// With nothing in memory.
    pub cold: Reads,
    /// With everything in memory that the policy lets the trigger keep.
    pub warm: Reads,
}

/// Reads, round by round. No round is empty.
#[derive(Debug, PartialEq, Eq)]
pub struct Reads {
    /// The rounds, in their order.
    pub rounds: Vec<RoundReads>,
}

/// What is read in one round.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct RoundReads {
    /// The batch: tables, and the items of each.
    pub batch: Vec<BatchReads>,
    /// The queries beside it.
    pub queries: Vec<QueryReads>,
}

impl RoundReads {
    /// Requests, all at once: the batch, if there is one, and the queries.
    pub fn requests(&self) -> usize {
        usize::from(!self.batch.is_empty()) + self.queries.len()
    }
}

/// Items of one table in a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchReads {
    /// Position in [`Policy::tables`].
    pub table: usize,
    /// How many.
    pub items: usize,
    /// Whether they are read consistently: all of a table are, if one record says so.
    pub consistent: bool,
}

/// One query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueryReads {
    /// Position in [`Policy::records`].
    pub record: usize,
    /// Most items of its page.
    pub page: usize,
    /// Whether it reads consistently; an index never does.
    pub consistent: bool,
}

/// How big items and pages are taken to be, in blocks of 4 KB.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// An item.
    pub item: usize,
    /// A page of a query, all its items together.
    pub page: usize,
}

impl Sizes {
    /// Items of up to 4 KB, and pages of up to 4 KB in all.
    pub const USUAL: Self = Self { item: 1, page: 1 };
    /// The largest that there are: items of 400 KB, pages of 1 MB.
    /// SPEC: AWS, DynamoDB developer guide, "Quotas in Amazon DynamoDB" and "Paginating table query results".
    pub const LARGEST: Self = Self { item: 100, page: 256 };
}

/// Read units, counted in halves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReadUnits {
    /// So many halves.
    pub halves: usize,
}

impl ReadUnits {
    fn of(blocks: usize, consistent: bool) -> Self {
        Self { halves: if consistent { blocks * 2 } else { blocks } }
    }
}

impl std::iter::Sum for ReadUnits {
    fn sum<I: Iterator<Item = Self>>(units: I) -> Self {
        Self { halves: units.map(|units| units.halves).sum() }
    }
}

impl fmt::Display for ReadUnits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half = if self.halves.is_multiple_of(2) { "" } else { ".5" };
        write!(f, "{}{half}", self.halves / 2)
    }
}

impl Reads {
    /// Requests: a batch for each round that reads items by their keys, and one for each query.
    pub fn requests(&self) -> usize {
        self.rounds.iter().map(RoundReads::requests).sum()
    }

    /// Items that are read by their keys.
    pub fn items(&self) -> usize {
        self.rounds.iter().flat_map(|round| &round.batch).map(|batch| batch.items).sum()
    }

    /// Queries, each of which brings one page.
    pub fn queries(&self) -> usize {
        self.rounds.iter().map(|round| round.queries.len()).sum()
    }

    /// Most items on all pages together.
    pub fn page_items(&self) -> usize {
        self.rounds.iter().flat_map(|round| &round.queries).map(|query| query.page).sum()
    }

    /// What the reads cost.
    pub fn units(&self, sizes: Sizes) -> ReadUnits {
        let of = |round: &RoundReads| -> ReadUnits {
            let batch = round.batch.iter().map(|batch| {
                ReadUnits::of(batch.items.saturating_mul(sizes.item), batch.consistent)
            });
            let pages = round.queries.iter().map(|it| ReadUnits::of(sizes.page, it.consistent));
            batch.chain(pages).sum()
        };
        self.rounds.iter().map(of).sum()
    }
}

impl Policy {
    /// The most that a sign-in of this kind reads.
    pub fn bounds(&self, kind: Kind) -> Bounds {
        let reached = self.reached(kind);
        let has_tokens = self.has_tokens(kind);
        // Without a source of the tenant nothing is read any more once it is decided.
        let last = match &self.tenant {
            Some(rule) if !has_tokens => rule.after_rounds,
            _ => self.rounds.len(),
        };
        let reads = |is_kept: bool| {
            let rounds = self.rounds.iter().take(last).map(|records| {
                let records = records.iter().copied().filter(|at| {
                    let is_in_memory = self.records.get(*at).is_some_and(|it| it.keep.is_some());
                    reached.get(*at) == Some(&true) && !(is_kept && is_in_memory)
                });
                self.round_reads(records)
            });
            Reads { rounds: rounds.filter(|round| *round != RoundReads::default()).collect() }
        };
        Bounds { kind, has_tokens, cold: reads(false), warm: reads(true) }
    }

    fn has_tokens(&self, kind: Kind) -> bool {
        let decides = |rule: &super::tenant::TenantRule| !rule.sources(kind).is_empty();
        self.tenant.as_ref().is_none_or(|rule| rule.optional || decides(rule))
    }

    fn round_reads(&self, records: impl Iterator<Item = usize>) -> RoundReads {
        let mut round = RoundReads::default();
        for record in records {
            let Some(rule) = self.records.get(record) else { continue };
            let items = match &rule.read {
                Reading::Item(_) => 1,
                Reading::Each { at_most, .. } => *at_most,
                Reading::Query { index, .. } => {
                    let page = rule.read.page();
                    let consistent = rule.consistent && index.is_none();
                    round.queries.push(QueryReads { record, page, consistent });
                    continue;
                }
            };
            let (table, consistent) = (rule.table, rule.consistent);
            match round.batch.iter_mut().find(|batch| batch.table == table) {
                Some(batch) => {
                    batch.items += items;
                    batch.consistent |= consistent;
                }
                None => round.batch.push(BatchReads { table, items, consistent }),
            }
        }
        round
    }

    /// For each record whether it is ever asked for an identity of this kind.
    pub fn reached(&self, kind: Kind) -> Vec<bool> {
        let mut reached = vec![false; self.records.len()];
        for at in self.rounds.iter().flatten() {
            let Some(rule) = self.records.get(*at) else { continue };
            let list = match &rule.read {
                Reading::Each { list, .. } => Some(list),
                _ => None,
            };
            let is_reached = rule.is_for(kind)
                && rule.operands().all(|operand| self.has_operand(operand, kind, &reached))
                && list.is_none_or(|list| self.has_source(list, kind, &reached));
            if let Some(slot) = reached.get_mut(*at) {
                *slot = is_reached;
            }
        }
        reached
    }

    /// Whether a placeholder can have a value for this kind.
    fn has_operand(&self, operand: &Operand, kind: Kind, reached: &[bool]) -> bool {
        match operand {
            Operand::Sub
            | Operand::Person
            | Operand::VerifiedEmail
            | Operand::Attribute(_)
            | Operand::Chosen(Chosen::Attribute(_) | Chosen::Username | Chosen::ClientId, _) => {
                kind == Kind::User
            }
            Operand::ClientId => kind == Kind::Client,
            Operand::UserPoolId
            | Operand::Chosen(Chosen::Metadata(_), _)
            | Operand::Each
            | Operand::Star(_) => true,
            Operand::Tenant(_) => self.decides(kind, |_| true),
            Operand::Member(_) => self.decides(kind, |proof| matches!(proof, Proof::Record(_))),
            Operand::Record(path) => reached.get(path.record) == Some(&true),
        }
    }

    fn has_source(&self, source: &Source, kind: Kind, reached: &[bool]) -> bool {
        let has_place = |place: &Place| match place {
            Place::Tenant => self.decides(kind, |_| true),
            Place::Member(_) => self.decides(kind, |proof| matches!(proof, Proof::Record(_))),
            Place::Record(path) => reached.get(path.record) == Some(&true),
            Place::Attribute(_) | Place::Groups => kind == Kind::User,
        };
        let map = match &source.map {
            Some(Map::Item(place)) => Some(place),
            _ => None,
        };
        has_place(&source.place) && map.is_none_or(|place| has_place(place))
    }

    /// Whether a source of the tenant for this kind has such a proof.
    fn decides(&self, kind: Kind, is_such: impl Fn(&Proof) -> bool) -> bool {
        let sources = self.tenant.iter().flat_map(|rule| rule.sources(kind));
        sources.map(|source| &source.proof).any(is_such)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{DEFAULT_POLICY, Variables};

    fn bounds(text: &str, kind: Kind) -> Bounds {
        Policy::parse(text, &Variables::lenient(&|_| None)).unwrap().bounds(kind)
    }

    fn counts(reads: &Reads) -> (usize, usize, usize, String) {
        let units = reads.units(Sizes::USUAL).to_string();
        (reads.rounds.len(), reads.requests(), reads.items(), units)
    }

    #[test]
    fn the_shipped_policy_reads_three_rounds_and_one_when_it_remembers() {
        let person = bounds(DEFAULT_POLICY, Kind::User);
        assert_eq!(counts(&person.cold), (3, 3, 4, "2".to_owned()));
        assert_eq!(counts(&person.warm), (1, 1, 2, "1".to_owned()));
        let machine = bounds(DEFAULT_POLICY, Kind::Client);
        assert_eq!(counts(&machine.cold), (3, 3, 3, "1.5".to_owned()));
        assert_eq!(machine.cold.units(Sizes::LARGEST).to_string(), "150");
    }

    const MANY: &str = r#"
version = 1
[table]
name = "t"
partition_key = "pk"
sort_key = "sk"
[tenant]
id = "slug"
person = "user.org_id"
[records.user]
key = { pk = "USER#{sub}", sk = "PROFILE" }
require = "exists"
[records.all]
query = { pk = "USER#{sub}", sk = "ORG#{*}" }
at_most = 80
consistent = true
[records.roles]
each = "member.roles"
key = { pk = "ORG#{tenant}", sk = "ROLE#{each}" }
at_most = 3
consistent = true
[records.org]
key = { pk = "ORG#{tenant}", sk = "PROFILE" }
require = "exists"
[claims.all]
from = "all"
fields = { id = "org_id" }
[claims.roles]
merge = ["roles.permissions"]
"#;

    #[test]
    fn lists_queries_and_consistency_count() {
        let person = bounds(MANY, Kind::User);
        // 0.5 for the profile, 1 for the page; four items of a table of which one is consistent.
        assert_eq!(counts(&person.cold), (2, 3, 5, "5.5".to_owned()));
        assert_eq!((person.cold.queries(), person.cold.page_items()), (1, 160));
        assert_eq!(person.cold.units(Sizes::LARGEST).to_string(), "706");
        let machine = bounds(MANY, Kind::Client);
        assert!(!machine.has_tokens);
        assert_eq!(counts(&machine.cold), (0, 0, 0, "0".to_owned()));
    }
}
