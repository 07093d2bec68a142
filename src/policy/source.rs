//! Sources: what claims, groups, lists and the tenant are made of.

use std::collections::BTreeMap;

/// Where a value can come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As written in the policy: `org.tier`.
    pub text: String,
    /// What it names.
    pub place: Place,
    /// How a text becomes a list.
    pub split: Option<Split>,
    /// What each word of it stands for.
    pub map: Option<Map>,
}

/// What a source names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The id of the organisation that the token is about.
    Tenant,
    /// An attribute of the item that proved the tenant.
    Member(Vec<Step>),
    /// An attribute of a record; of all its items, if there are several.
    Record(RecordPath),
    /// A user attribute that the caller can't write.
    Attribute(AssignedAttribute),
    /// The person's groups as Cognito computed them.
    Groups,
}

/// An attribute of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordPath {
    /// Position in [`Policy::records`](crate::policy::Policy::records).
    pub record: usize,
    /// The attribute, and the names of maps within it. Nothing is the item itself.
    pub path: Vec<Step>,
}

/// One step of a path into an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// An attribute, or a member of a map.
    Name(String),
    /// The member of a map whose name is the tenant's id.
    Tenant,
}

/// A user attribute that only an administrator or one identity provider can write.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssignedAttribute {
    /// Its name.
    pub name: String,
    /// The provider's position in [`Policy::providers`](crate::policy::Policy::providers); `None` is
    /// an administrator.
    pub provider: Option<usize>,
}

/// An identity provider of the user pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provider {
    /// Its name in the pool.
    pub name: String,
    /// The entity id that SAML identities name, if the policy demands one.
    pub issuer: Option<String>,
    /// The attributes that it writes at each sign-in.
    pub writes: Vec<String>,
    /// Whether it verifies e-mail addresses.
    pub verifies_email: bool,
}

/// How a text becomes a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Split {
    /// `[a, b]`, as Cognito writes a provider's list.
    Brackets,
    /// `a,b`.
    Comma,
    /// `a b`.
    Blank,
}

/// What words stand for. A word that it lacks makes the whole value unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Map {
    /// Written in the policy.
    File(BTreeMap<String, String>),
    /// A map in an item.
    Item(Box<Place>),
}
