//! Records: which items to read, for whom, whose they are, and what they must hold.

use std::time::Duration;

use serde_json::Value;

use super::id::IdRule;
use super::source::{AssignedAttribute, RecordPath, Source, Step};
use super::table::Index;
use super::template::Template;
use crate::identity::Kind;

/// One item to read, or several.
#[derive(Debug)]
pub struct RecordRule {
    /// Its name in the policy.
    pub name: String,
    /// Read for these identities only; `None` is all.
    pub applies_to: Option<Kind>,
    /// Which table: its position in [`Policy::tables`](crate::policy::Policy::tables).
    pub table: usize,
    /// Whether a write that has ended must be seen.
    pub consistent: bool,
    /// How long the item may be kept; `None` is not at all.
    pub keep: Option<Keep>,
    /// How it is read.
    pub read: Reading,
    /// What an item must hold. Of a query, what makes it a match; otherwise no token without it.
    pub require: Option<Require>,
    /// Whose it is.
    pub owner: Owner,
    /// What it is about.
    pub about: About,
    /// What the caller chooses it with; without that it isn't read.
    pub chosen: Vec<Chosen>,
    /// The attributes that anybody needs, sorted.
    pub attributes: Vec<String>,
}

impl RecordRule {
    /// Whether it is read for an identity of this kind.
    pub fn is_for(&self, kind: Kind) -> bool {
        self.applies_to.is_none_or(|only| only == kind)
    }

    /// All that its key, or its query, takes.
    pub fn operands(&self) -> impl Iterator<Item = &Operand> {
        let (partition, sort) = match &self.read {
            Reading::Item(key) | Reading::Each { key, .. } => (&key.partition, &key.sort),
            Reading::Query { partition, sort, .. } => (partition, sort),
        };
        partition.values().chain(sort.iter().flat_map(Template::values))
    }
}

/// How a record is read.
#[derive(Debug)]
pub enum Reading {
    /// One item by its key.
    Item(KeyTemplate),
    /// An item for each word of a list.
    Each {
        /// The list.
        list: Source,
        /// Most words that it may have.
        at_most: usize,
        /// Whether an item that isn't there is left out; else nothing is known of the whole.
        skip_missing: bool,
        /// The key, with [`Operand::Each`].
        key: KeyTemplate,
    },
    /// The items of one partition.
    Query {
        /// The index that is asked; `None` is the table itself.
        index: Option<Index>,
        /// Value of the partition key.
        partition: Template<Operand>,
        /// What the sort key looks like, with one [`Operand::Star`]; `None` is anything.
        sort: Option<Template<Operand>>,
        /// Most matches.
        at_most: usize,
        /// Whether it counts only if there is a single match.
        only: bool,
    },
}

/// Fewest items that a query's page may have: some of them may not be matches.
const LEAST_PAGE: usize = 100;

impl Reading {
    /// Most items that one request brings.
    pub fn page(&self) -> usize {
        match self {
            Reading::Item(_) => 1,
            Reading::Each { at_most, .. } => *at_most,
            Reading::Query { at_most, .. } => at_most.saturating_mul(2).max(LEAST_PAGE),
        }
    }

    /// Most items that count, of what can bring several.
    pub fn most(&self) -> Option<usize> {
        match self {
            Reading::Item(_) => None,
            Reading::Each { at_most, .. } | Reading::Query { at_most, .. } => Some(*at_most),
        }
    }
}

/// Templates of a primary key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyTemplate {
    /// Value of the partition key.
    pub partition: Template<Operand>,
    /// Value of the sort key, if the table has one.
    pub sort: Option<Template<Operand>>,
}

/// The attribute that narrows a revocation to sign-ins until a time, in seconds since 1970.
pub const BEFORE: &str = "before";

/// What must be so of an item.
#[derive(Clone, Debug, PartialEq)]
pub enum Require {
    /// It is there and holds these: paths of attributes, and the values that each may have.
    Holds(Vec<(Vec<String>, Vec<Value>)>),
    /// It is not there; or it has a time, and revokes only sign-ins until then.
    NotRevoked,
}

impl Require {
    /// Whether an item that meets it proves something. Who isn't revoked may be anybody.
    pub fn proves(&self) -> bool {
        matches!(self, Require::Holds(_))
    }
}

/// Whose a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The identity's own: its key holds `{sub}`, `{person}`, or a machine's `{client_id}`.
    Own,
    /// The tenant's: its key holds `{tenant}`.
    Tenant,
    /// Nobody's: the policy says that anybody may read it.
    Shared,
}

/// What a value is about. One claim is about one of these.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum About {
    /// Nothing: it is the same for all.
    #[default]
    Nobody,
    /// The person or machine, wherever they are.
    Identity,
    /// The organisation that the token is about, or somebody in it.
    Tenant,
}

/// A value that a key template can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The person's `sub`.
    Sub,
    /// The person's id as the index of `[person]` says it.
    Person,
    /// The machine's app client.
    ClientId,
    /// The user pool.
    UserPoolId,
    /// A user attribute that the caller can't write.
    Attribute(AssignedAttribute),
    /// The person's verified address.
    VerifiedEmail,
    /// What the caller chooses, and what it must look like.
    Chosen(Chosen, IdRule),
    /// The organisation that the token is about, and what its id looks like.
    Tenant(IdRule),
    /// An attribute of the item that proved the tenant.
    Member(Vec<Step>),
    /// An attribute of a record.
    Record(RecordPath),
    /// The word of the list that the item is read for.
    Each,
    /// Any id: in a query's sort key.
    Star(IdRule),
}

/// A value that a caller can choose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// A member of the metadata.
    Metadata(String),
    /// A user attribute that people may write.
    Attribute(String),
    /// The user name that people sign up with.
    Username,
    /// The app client that a person uses.
    ClientId,
}

/// How long an item may be kept in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keep {
    /// As long as nothing is asked for again.
    pub fresh: Duration,
    /// How much longer it may serve while the store fails: of a record with `require`, as a guard too.
    pub stale_if_error: Duration,
}

/// The people of a pool, found by an index.
#[derive(Debug)]
pub struct PersonRule {
    /// The record that asks the index: its position in [`Policy::records`](crate::policy::Policy::records).
    pub record: usize,
    /// The attribute that holds the person's id.
    pub id: String,
    /// The record that must hold the same address.
    pub profile: usize,
    /// The attribute of the address, in index and profile.
    pub address: String,
}
