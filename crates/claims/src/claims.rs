//! [`Claims`]: the checked claims of one request, and reading them.
//!
//! Knows serde and Cognito's own claims, but not where an event keeps claims. A `Claims` comes
//! only from a place that an AWS authorizer has checked or from a token that the application says
//! it has verified; a token that has not been verified is a
//! [`dangerous::UnverifiedClaims`](crate::dangerous::UnverifiedClaims).

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::value::BorrowedStrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

use crate::door::Source;
use crate::value::ClaimValue;
use crate::{door::Door, error::ReadError, names, token_use::TokenUse};

/// The claims of one request, checked by a front door or by the application.
///
/// Borrows from the event; [`Claims::into_owned`] makes it independent. Its `Debug` shows names and
/// no values.
///
/// How far it can be trusted: as far as the event. Only the gateway may be allowed to invoke the
/// function (its resource policy), or anybody who may invoke it can write any claims.
/// A null claim counts as missing.
#[derive(Clone)]
pub struct Claims<'e> {
    entries: Claimed<'e>,
    source: Source,
}

/// The claims by name. Shared where they are owned: a clone for a handler costs nothing.
#[derive(Clone)]
pub(crate) enum Claimed<'e> {
    Borrowed(&'e Map<String, Value>),
    Shared(Arc<Map<String, Value>>),
}

impl Deref for Claimed<'_> {
    type Target = Map<String, Value>;

    fn deref(&self) -> &Map<String, Value> {
        match self {
            Claimed::Borrowed(entries) => entries,
            Claimed::Shared(entries) => entries,
        }
    }
}

impl<'e> From<Cow<'e, Map<String, Value>>> for Claimed<'e> {
    fn from(entries: Cow<'e, Map<String, Value>>) -> Self {
        match entries {
            Cow::Borrowed(entries) => Claimed::Borrowed(entries),
            Cow::Owned(entries) => Claimed::Shared(Arc::new(entries)),
        }
    }
}

impl<'e> Claims<'e> {
    /// The claims of a token whose signature, issuer, client and times have been verified by the
    /// caller, with the JSON types of the token. Nothing is checked here.
    pub fn from_verified(payload: &'e Map<String, Value>) -> Self {
        Self::new(Door::Token, Cow::Borrowed(payload))
    }

    pub(crate) fn new(door: Door, entries: impl Into<Claimed<'e>>) -> Self {
        Self { entries: entries.into(), source: Source { door, comma_free_groups: false } }
    }

    /// Promises that no group of the user pool has a comma in its name.
    ///
    /// Needed only for [`Door::RestCognito`]: it shows groups as `a,b`, and Cognito allows commas
    /// in group names, so that the one group `x,admin` looks like two. Without this promise such
    /// text is ambiguous, and an error. Whoever may name groups could otherwise forge one.
    ///
    /// SPEC: AWS, Cognito API reference, GroupNameType.
    #[must_use]
    pub fn assume_comma_free_groups(mut self) -> Self {
        self.source.comma_free_groups = true;
        self
    }

    /// The same claims, independent of the event.
    pub fn into_owned(self) -> Claims<'static> {
        let entries = match self.entries {
            Claimed::Borrowed(entries) => Claimed::Shared(Arc::new(entries.clone())),
            Claimed::Shared(entries) => Claimed::Shared(entries),
        };
        Claims { entries, source: self.source }
    }

    /// The same claims, without a copy.
    #[cfg(any(feature = "axum", feature = "tower"))]
    pub(crate) fn borrowed(&self) -> Claims<'_> {
        Claims { entries: Claimed::Borrowed(&self.entries), source: self.source }
    }

    /// The front door that they came through.
    pub fn door(&self) -> Door {
        self.source.door
    }

    /// Whether there is a claim of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.entries.get(name).is_some_and(|value| !value.is_null())
    }

    /// Reads all claims into a type of the application's own.
    ///
    /// Each field is decoded by its type: `String`, `bool`, integers (times are seconds since
    /// 1970), floats, lists and sets, enums of plain words, `Option` for what may be missing, and
    /// types of this crate. A nested object needs a front door that keeps JSON. A claim that has
    /// no field is not looked at. Fields behind `#[serde(flatten)]` or `#[serde(untagged)]` ask for
    /// nothing in particular and get what the front door shows, which is mostly text.
    ///
    /// # Errors
    /// [`ReadError`]: a claim is missing, is of another type, or was flattened so that it can't be
    /// restored.
    pub fn read<'de, T: Deserialize<'de>>(&'de self) -> Result<T, ReadError> {
        T::deserialize(Entries(self)).map_err(|error| error.at(self.source.door))
    }

    /// Reads one claim; `Option<T>` if it may be missing.
    ///
    /// # Errors
    /// As [`Claims::read`].
    pub fn claim<'de, T: Deserialize<'de>>(&'de self, name: &str) -> Result<T, ReadError> {
        let door = self.source.door;
        match self.entries.get_key_value(name) {
            Some((claim, value)) if !value.is_null() => {
                T::deserialize(ClaimValue::new(claim, value, self.source, self.cut_marker()))
            }
            // An option is content with nothing; every other type reports what it misses.
            _ => T::deserialize(Nothing),
        }
        .map_err(|error| error.about(name, door))
    }

    /// The claim that names the lists of which the token has only the beginning.
    pub(crate) fn cut_marker(&self) -> Option<&Value> {
        self.entries.get(names::CLAIMS_CUT)
    }

    /// The groups, in the token's order: the claim `cognito:groups`. No such claim means no group.
    ///
    /// Cognito's groups have no blanks in their names. If another trigger writes names that do, an
    /// HTTP API shows one such group like two, which can't be told apart.
    ///
    /// SPEC: AWS, "Understanding the access token": a list, absent for a user without groups.
    ///
    /// # Errors
    /// As [`Claims::read`]; see [`Claims::assume_comma_free_groups`].
    pub fn groups(&self) -> Result<Vec<String>, ReadError> {
        Ok(self.claim::<Option<_>>("cognito:groups")?.unwrap_or_default())
    }

    /// The scopes of an access token: the claim `scope`. ID tokens have none.
    ///
    /// The `scopes` that an HTTP API puts beside the claims is null on a route that asks for none,
    /// whatever the token holds, and is therefore never looked at.
    ///
    /// # Errors
    /// As [`Claims::read`]; a token without the claim is an error, not an empty set.
    pub fn scopes(&self) -> Result<BTreeSet<String>, ReadError> {
        self.claim("scope")
    }

    /// Which of the two tokens this is: the claim `token_use`.
    ///
    /// # Errors
    /// As [`Claims::read`].
    pub fn token_use(&self) -> Result<TokenUse, ReadError> {
        self.claim("token_use")
    }

    /// The app client that the token was issued to: `client_id` of an access token, `aud` of an ID
    /// token. The `aud` of an access token may be something else and is never taken for it.
    ///
    /// SPEC: AWS, "Verifying JSON web tokens".
    ///
    /// # Errors
    /// As [`Claims::read`].
    pub fn client_id(&self) -> Result<String, ReadError> {
        match self.token_use()? {
            TokenUse::Access => self.claim("client_id"),
            TokenUse::Id => self.claim("aud"),
        }
    }

    /// When the token was issued, in seconds since 1970: the claim `iat`.
    ///
    /// # Errors
    /// As [`Claims::read`].
    pub fn issued_at(&self) -> Result<u64, ReadError> {
        self.claim("iat")
    }

    /// When the user signed in, in seconds since 1970: the claim `auth_time`. A refresh leaves it.
    ///
    /// SPEC: AWS, "Authentication levels with ACR and AMR claims".
    ///
    /// # Errors
    /// As [`Claims::read`].
    pub fn authenticated_at(&self) -> Result<u64, ReadError> {
        self.claim("auth_time")
    }

    /// How sure the sign-in was: the claim `acr`, such as `urn:cognito:loa:2`, or the pool's own name
    /// of that level. `None` if the token doesn't say. A refresh leaves it.
    ///
    /// SPEC: AWS, "Authentication levels with ACR and AMR claims".
    ///
    /// # Errors
    /// As [`Claims::read`].
    pub fn authentication_level(&self) -> Result<Option<String>, ReadError> {
        self.claim("acr")
    }

    /// How the user signed in: the claim `amr`, words such as `pwd`, `otp`, `hwk`, `mfa` or `fed`.
    /// Empty if the token doesn't say. A refresh leaves it.
    ///
    /// SPEC: AWS, "Authentication levels with ACR and AMR claims"; RFC 8176.
    ///
    /// # Errors
    /// As [`Claims::read`].
    pub fn authentication_methods(&self) -> Result<BTreeSet<String>, ReadError> {
        Ok(self.claim::<Option<_>>("amr")?.unwrap_or_default())
    }
}

impl fmt::Debug for Claims<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&String> = self.entries.keys().collect();
        f.debug_struct("Claims").field("door", &self.source.door).field("names", &names).finish()
    }
}

/// All claims as one serde map.
struct Entries<'c>(&'c Claims<'c>);

impl<'de> Deserializer<'de> for Entries<'de> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        let entries = self.0.entries.iter();
        let cut = self.0.cut_marker();
        visitor.visit_map(EntryAccess { entries, value: None, source: self.0.source, cut })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, ReadError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}

struct EntryAccess<'de> {
    entries: serde_json::map::Iter<'de>,
    value: Option<(&'de str, &'de Value)>,
    source: Source,
    cut: Option<&'de Value>,
}

impl<'de> MapAccess<'de> for EntryAccess<'de> {
    type Error = ReadError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, ReadError> {
        let Some((claim, value)) = self.entries.by_ref().find(|(_, value)| !value.is_null()) else {
            return Ok(None);
        };
        self.value = Some((claim, value));
        seed.deserialize(BorrowedStrDeserializer::new(claim)).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<T::Value, ReadError> {
        let (claim, value) =
            self.value.take().ok_or_else(|| ReadError::unexpected("read key by key"))?;
        seed.deserialize(ClaimValue::new(claim, value, self.source, self.cut))
            .map_err(|error| error.about(claim, self.source.door))
    }
}

/// A claim that isn't there.
struct Nothing;

impl<'de> Deserializer<'de> for Nothing {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, ReadError> {
        Err(ReadError::missing())
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, ReadError> {
        visitor.visit_none()
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit
        unit_struct newtype_struct seq tuple tuple_struct map struct enum identifier ignored_any
    }
}
