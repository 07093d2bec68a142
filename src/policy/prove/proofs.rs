//! What is proved and what is taken on trust, as data: reports word it.

use std::collections::BTreeSet;

use cognito_claims::TokenUse;
use serde_json::Value;

use crate::identity::Kind;
use crate::policy::id::IdType;
use crate::policy::record::{About, Chosen, Keep, Owner, Require};
use crate::policy::rules::GroupMode;

/// All that a policy proves, and all that it takes on trust.
#[derive(Debug)]
pub struct Proofs {
    /// Which organisation a token is about; `None` if it is about none.
    pub tenant: Option<TenantProofs>,
    /// What is read, in the order of the policy.
    pub records: Vec<RecordProof>,
    /// What the policy writes: claims by name, session tags, groups, scopes.
    pub values: Vec<ValueProof>,
    /// What the check can't see, once for all values.
    pub premises: BTreeSet<Premise>,
}

/// How the organisation is decided.
#[derive(Debug)]
pub struct TenantProofs {
    /// What its id looks like.
    pub id: IdType,
    /// Whether there may be a token about none.
    pub optional: bool,
    /// The sources, those of people first, each in its order.
    pub sources: Vec<SourceProof>,
}

/// One source of the organisation.
#[derive(Debug)]
pub struct SourceProof {
    /// For whom.
    pub kind: Kind,
    /// As the policy writes it.
    pub text: String,
    /// What the caller chooses with: there, it decides alone, and what is proved must equal it.
    pub chosen: Option<Chosen>,
    /// What proves it.
    pub proof: ProvedBy,
}

/// What proves that somebody belongs to an organisation.
#[derive(Debug)]
pub enum ProvedBy {
    /// An own item that passes its `require`. It is the member.
    Item {
        /// The record.
        record: String,
    },
    /// The only item of a query that passes its `require`. It is the member.
    OnlyMatch {
        /// The record.
        record: String,
    },
    /// A list or map that holds what the caller chose.
    Within {
        /// The list, as the policy writes it.
        list: String,
        /// The record that holds it; `None` if it is groups or an attribute.
        record: Option<String>,
    },
    /// An attribute that the caller can't write.
    Assigned {
        /// Its name.
        attribute: String,
    },
}

/// What is read, whose it is, and what it must hold.
#[derive(Debug)]
pub struct RecordProof {
    /// Its name.
    pub name: String,
    /// For whom; `None` is both.
    pub kind: Option<Kind>,
    /// The table's name.
    pub table: String,
    /// The index that is asked.
    pub index: Option<String>,
    /// The attributes of the key, with their templates.
    pub key: Vec<(String, String)>,
    /// How many items: `None` is one by its whole key.
    pub several: Option<Several>,
    /// Whose it is.
    pub owner: Owner,
    /// What it is about.
    pub about: About,
    /// Whether the caller can leave it out, by sending none of these.
    pub chosen: Vec<Chosen>,
    /// What must be so of an item.
    pub require: Option<Require>,
    /// How long it may be kept.
    pub keep: Option<Keep>,
}

/// How a record brings several items.
#[derive(Debug)]
pub enum Several {
    /// One for each word of a list.
    Each {
        /// The list.
        list: String,
        /// Most words.
        at_most: usize,
        /// Whether an item that isn't there is left out.
        skip_missing: bool,
    },
    /// A query.
    Query {
        /// Most matches.
        at_most: usize,
        /// Whether it counts only with a single match.
        only: bool,
    },
}

/// Where something that the policy writes comes from.
#[derive(Debug)]
pub struct ValueProof {
    /// What is written.
    pub what: What,
    /// The tokens in which it stands.
    pub tokens: Vec<TokenUse>,
    /// What it is about.
    pub about: About,
    /// Where the value can come from, in order.
    pub from: Vec<ValueOrigin>,
    /// The conditions, each with what it allows.
    pub when: Vec<(String, Vec<Value>)>,
    /// The guards that nobody can skip, of what the file itself grants.
    pub guards: Vec<String>,
    /// What the caller can choose in it.
    pub choices: BTreeSet<Choice>,
    /// What it rests on that the check can't see.
    pub premises: BTreeSet<Premise>,
}

/// What the policy writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A claim.
    Claim(String),
    /// A tag of an AWS session.
    SessionTag(String),
    /// The groups in both tokens.
    Groups(GroupMode),
    /// Scopes that are added, for the app clients of a section or all that have none.
    AddedScopes(Option<String>),
    /// The list that limits the scopes, for the same.
    ScopeLimit(Option<String>),
}

/// Where a value can come from.
#[derive(Debug)]
pub struct ValueOrigin {
    /// As the policy writes it; of a constant its value.
    pub text: String,
    /// What that is.
    pub place: OriginPlace,
    /// What its words stand for: the file, or a map as the policy names it.
    pub map: Option<Mapped>,
}

/// What a source is.
#[derive(Debug)]
pub enum OriginPlace {
    /// The id of the organisation.
    Tenant,
    /// The item that proved it, of one of these records.
    Member(Vec<String>),
    /// An attribute of a record.
    Record {
        /// The record.
        name: String,
        /// Whose it is.
        owner: Owner,
        /// For whom; `None` is both.
        kind: Option<Kind>,
    },
    /// An attribute that the caller can't write.
    Attribute,
    /// Cognito's groups.
    Groups,
    /// The policy itself.
    Constant,
    /// The policy itself, if no source has a value.
    Default,
}

/// Who says what the words of a value stand for.
#[derive(Debug)]
pub enum Mapped {
    /// The policy.
    File,
    /// A map in an item.
    Item(String),
}

/// Something that the caller can choose.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// What with.
    pub input: Input,
    /// What it decides.
    pub selects: Selects,
}

/// What a caller chooses with.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Input {
    /// A value that the caller sends or wrote, as the policy names it.
    Value(String),
    /// The app client.
    AppClient,
    /// The scopes that are asked for.
    Scopes,
    /// The way to sign in.
    TriggerSource,
}

/// What a choice decides.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selects {
    /// The organisation, among those that this record, list or map proves.
    Tenant {
        /// The record, or the list as the policy writes it.
        proved_by: String,
    },
    /// An item of this record, among the caller's own.
    Item {
        /// The record.
        record: String,
    },
    /// Whether it is written at all.
    Presence,
    /// How much of it there is, never more than it would be otherwise.
    Less,
}

/// Something that nothing in the file proves.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Premise {
    /// Only those who should can write the items of this record.
    Items {
        /// The record.
        record: String,
    },
    /// The items of this record are fit for everybody.
    Shared {
        /// The record.
        record: String,
    },
    /// The index finds a person's own item by the address.
    Index {
        /// Its name.
        index: String,
    },
    /// Nobody but an administrator writes this attribute.
    AdminOnly {
        /// Its name.
        attribute: String,
        /// Whether people may write it in most pools.
        writable: bool,
    },
    /// Nobody but this provider writes this attribute.
    Provider {
        /// Its name in the pool.
        provider: String,
        /// The attribute.
        attribute: String,
        /// The SAML entity id that is compared, if the policy names one.
        issuer: Option<String>,
    },
    /// An address that the pool calls verified is its owner's.
    VerifiedAddress,
    /// This provider verifies addresses.
    VerifyingProvider {
        /// Its name in the pool.
        provider: String,
    },
    /// Nobody gets into one of Cognito's groups who shouldn't.
    Groups,
    /// No user pool calls the function but those that should: the policy names none.
    AnyPool,
    /// The pool never does what budgets leave no room for.
    Never {
        /// The words of the policy.
        words: Vec<&'static str>,
    },
}
