//! A list claim, and whether the token has all of it.
//!
//! The trigger may write only the beginning of a list and name it in the marker `claims_cut`, which
//! is another claim than the list. So a list asks its deserializer for both, and only the one of
//! this crate can answer; from any other the end of the list is unknown.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::BoolDeserializer;
use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IntoDeserializer, SeqAccess, Visitor,
};
use serde_json::Value;

use crate::encoding;
use crate::error::ReadError;

/// What is known of one word of a list claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Listed {
    /// The token lists it.
    Yes,
    /// The token has the whole list, and it is not in it.
    No,
    /// The token doesn't say: the list is missing or cut. Deny, or ask elsewhere.
    Unknown,
}

impl Listed {
    /// Whether the token certainly lists it.
    pub fn is_listed(self) -> bool {
        self == Listed::Yes
    }
}

/// By this name a list asks for its elements together with whether it is whole.
pub(crate) const WITH_ITS_END: &str = "$cognito_claims::private::ListClaim";

/// Whether the marker `claims_cut` names a claim. A marker that can't be read may name any.
pub(crate) fn is_cut(claim: &str, marker: Option<&Value>) -> bool {
    match marker {
        None | Some(Value::Null) => false,
        Some(Value::String(names)) => encoding::split(names, ',').contains(claim),
        Some(_) => true,
    }
}

/// The elements of a list claim. A claim that is missing is a list of which nothing is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ListClaim<T> {
    pub(crate) elements: Vec<T>,
    /// Whether what isn't among them isn't in the list.
    pub(crate) whole: bool,
}

impl<T> ListClaim<T> {
    pub(crate) fn unknown() -> Self {
        Self { elements: Vec::new(), whole: false }
    }

    /// What is known of an element of which `is_there` holds.
    pub(crate) fn listed(&self, is_there: impl FnMut(&T) -> bool) -> Listed {
        match (self.elements.iter().any(is_there), self.whole) {
            (true, _) => Listed::Yes,
            (false, true) => Listed::No,
            (false, false) => Listed::Unknown,
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for ListClaim<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Asking for an option is how a missing field becomes "unknown" instead of an error.
        deserializer.deserialize_option(ListVisitor(PhantomData))
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for ListVisitor<T> {
    type Value = ListClaim<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_none<E>(self) -> Result<ListClaim<T>, E> {
        Ok(ListClaim::unknown())
    }

    fn visit_unit<E>(self) -> Result<ListClaim<T>, E> {
        Ok(ListClaim::unknown())
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<ListClaim<T>, D::Error> {
        deserializer.deserialize_newtype_struct(WITH_ITS_END, self)
    }

    /// Any other deserializer than this crate's.
    fn visit_newtype_struct<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> Result<ListClaim<T>, D::Error> {
        Ok(ListClaim { elements: Vec::deserialize(deserializer)?, whole: false })
    }

    /// What [`WithItsEnd`] gives.
    fn visit_seq<A: SeqAccess<'de>>(self, mut pair: A) -> Result<ListClaim<T>, A::Error> {
        let whole = pair.next_element()?;
        let elements = pair.next_element()?;
        let (Some(whole), Some(elements)) = (whole, elements) else {
            return Err(A::Error::custom("a list with its end expected"));
        };
        Ok(ListClaim { elements, whole })
    }
}

/// The pair for which [`WITH_ITS_END`] asks: whether the list is whole, and the list.
pub(crate) struct WithItsEnd<D> {
    pub(crate) whole: Option<bool>,
    pub(crate) list: Option<D>,
}

impl<'de, D: Deserializer<'de, Error = ReadError>> SeqAccess<'de> for WithItsEnd<D> {
    type Error = ReadError;

    fn next_element_seed<S: DeserializeSeed<'de>>(
        &mut self,
        seed: S,
    ) -> Result<Option<S::Value>, ReadError> {
        if let Some(whole) = self.whole.take() {
            let whole: BoolDeserializer<ReadError> = whole.into_deserializer();
            return seed.deserialize(whole).map(Some);
        }
        self.list.take().map(|list| seed.deserialize(list)).transpose()
    }
}
