//! All organisations of a person, for the menu in which an app lets choose one.
//!
//! Which organisation a token acts in is the claim `org_id` and nothing else: to be in this list
//! gives no right to anything.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use crate::encoding::is_list_word;
use crate::listed::{ListClaim, Listed};
use crate::org::OrgId;

/// The organisations of a token: objects `{ "id": …, "name": … }`, or ids alone.
///
/// As a field of a struct it reads either at every front door, but for objects at an HTTP API with a
/// JWT authorizer, which flattens them beyond repair: `Ambiguous`. Of a claim that is missing or
/// cut, an organisation that isn't listed is unknown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisations(ListClaim<Organisation>);

/// One organisation of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    id: OrgId,
    name: Option<String>,
}

impl Organisation {
    /// Its id, as it would stand in the claim `org_id`.
    pub fn id(&self) -> &OrgId {
        &self.id
    }

    /// Its name for people, if the list has names.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }
}

impl Organisations {
    /// The list of a token that doesn't say: every organisation is unknown.
    pub fn unknown() -> Self {
        Self(ListClaim::unknown())
    }

    /// What is known of one organisation.
    pub fn contains(&self, id: &str) -> Listed {
        self.0.listed(|organisation| organisation.id == *id)
    }

    /// The organisations that are certainly there, in the token's order.
    pub fn iter(&self) -> impl Iterator<Item = &Organisation> {
        self.0.elements.iter()
    }

    /// Whether these are all: the claim is there, and the trigger has cut nothing off.
    pub fn is_whole(&self) -> bool {
        self.0.whole
    }
}

impl<'de> Deserialize<'de> for Organisations {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        ListClaim::deserialize(deserializer).map(Self)
    }
}

impl<'de> Deserialize<'de> for Organisation {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // The element's own JSON type says which of the two it is.
        deserializer.deserialize_any(OrganisationVisitor)
    }
}

struct OrganisationVisitor;

impl<'de> Visitor<'de> for OrganisationVisitor {
    type Value = Organisation;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an organisation's id, or an object with it")
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<Organisation, E> {
        // Another text would be two at a front door that flattens.
        if !is_list_word(id) {
            return Err(E::custom("a plain word expected"));
        }
        Ok(Organisation { id: OrgId::new(id.to_owned())?, name: None })
    }

    /// A number counts as its text, because front doors that flatten show it so.
    fn visit_u64<E: Error>(self, id: u64) -> Result<Organisation, E> {
        self.visit_str(&id.to_string())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Organisation, A::Error> {
        let (mut id, mut name) = (None, None);
        while let Some(member) = members.next_key::<String>()? {
            match member.as_str() {
                "id" => id = Some(members.next_value::<Id>()?.0),
                "name" => name = members.next_value()?,
                _ => {
                    let _: IgnoredAny = members.next_value()?;
                }
            }
        }
        Ok(Organisation { id: id.ok_or_else(|| A::Error::missing_field("id"))?, name })
    }
}

/// The member `id` of an object: a text that isn't empty, or a whole number.
struct Id(OrgId);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(IdVisitor)
    }
}

struct IdVisitor;

impl Visitor<'_> for IdVisitor {
    type Value = Id;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an organisation's id")
    }

    fn visit_str<E: Error>(self, id: &str) -> Result<Id, E> {
        OrgId::new(id.to_owned()).map(Id)
    }

    fn visit_u64<E: Error>(self, id: u64) -> Result<Id, E> {
        self.visit_str(&id.to_string())
    }
}
