//! What is known at one moment of a lookup: about the identity, its records and its organisation.

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value;

use super::known::Known;
use super::path::at_path;
use super::state::{State, Tenancy};
use super::store::Item;
use crate::identity::{Identity, Kind};
use crate::outcome::Fault;
use crate::policy::{About, Place, Policy, RecordPath, Step};

/// All that is known.
#[derive(Clone, Copy, Debug)]
pub struct Knowledge<'k> {
    /// What the policy says.
    pub policy: &'k Policy,
    /// Who the tokens are for.
    pub identity: &'k Identity<'k>,
    /// What is known about each record, in the policy's order.
    pub states: &'k [State],
    /// Which organisation the token is about.
    pub tenancy: &'k Tenancy,
}

impl<'k> Knowledge<'k> {
    /// The id of the organisation that the token is about.
    pub fn tenant(&self) -> Known<&'k str> {
        match self.tenancy {
            Tenancy::One { id, .. } => Known::Value(id),
            Tenancy::Nobody => Known::Absent,
            // The lookup ended early.
            Tenancy::Undecided => Known::Unknown(Fault::Store),
        }
    }

    /// Whether the policy decides about an organisation, and there is none.
    pub fn has_no_tenant(&self) -> bool {
        *self.tenancy == Tenancy::Nobody && self.policy.tenant.is_some()
    }

    /// Whether something has no value because it is about an organisation and the token isn't.
    pub fn lacks_tenant(&self, about: About) -> bool {
        about == About::Tenant && self.has_no_tenant()
    }

    /// What is known about a record that brings one item.
    pub fn item(&self, record: usize) -> Known<&'k Item> {
        match self.states.get(record) {
            Some(State::Found(item)) => Known::Value(item),
            Some(State::Unknown(fault)) => Known::Unknown(*fault),
            // It was never read, because the lookup ended early.
            Some(State::Pending) => Known::Unknown(Fault::Store),
            Some(State::NotAsked(_) | State::Missing) | None => Known::Absent,
            Some(State::Several { .. }) => Known::Unknown(Fault::Malformed),
        }
    }

    /// What is known about an attribute of such a record.
    pub fn record(&self, path: &RecordPath) -> Known<&'k Value> {
        self.item(path.record).and_then(|item| self.attribute(item, &path.path))
    }

    /// What is known about an attribute of the item that proved the organisation.
    pub fn member(&self, path: &[Step]) -> Known<&'k Value> {
        self.tenant().and_then(|_| match self.member_record() {
            Some(record) => self.item(record).and_then(|item| self.attribute(item, path)),
            None => Known::Absent,
        })
    }

    /// The record that proved the organisation.
    pub fn member_record(&self) -> Option<usize> {
        match self.tenancy {
            Tenancy::One { member, .. } => *member,
            Tenancy::Nobody | Tenancy::Undecided => None,
        }
    }

    /// The value at a path of an item.
    pub fn attribute(&self, item: &'k Item, path: &[Step]) -> Known<&'k Value> {
        at_path(item, path, self.tenant())
    }

    /// The items of a place that can have several, and whether these are all.
    pub fn several(&self, place: &Place) -> Option<(&'k [Arc<Item>], bool)> {
        let Place::Record(path) = place else { return None };
        match self.states.get(path.record)? {
            State::Several { items, whole } => Some((items, *whole)),
            _ => None,
        }
    }

    /// What is known about a place that has one value.
    pub fn place(&self, place: &Place) -> Known<Cow<'k, Value>> {
        match place {
            Place::Record(path) => self.record(path).map(Cow::Borrowed),
            Place::Member(path) => self.member(path).map(Cow::Borrowed),
            Place::Tenant => self.tenant().map(|id| Cow::Owned(Value::from(id))),
            Place::Attribute(attribute) => {
                match self.identity.assigned(attribute, &self.policy.providers) {
                    Some(text) => Known::Value(Cow::Owned(Value::from(text))),
                    None => Known::Absent,
                }
            }
            // A person without groups has an empty list of them; a machine has none.
            Place::Groups if self.identity.kind == Kind::User => {
                let groups = self.identity.groups.groups.iter();
                Known::Value(Cow::Owned(groups.map(Cow::as_ref).collect()))
            }
            Place::Groups => Known::Absent,
        }
    }
}
