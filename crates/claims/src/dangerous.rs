//! Tokens that have not been verified.
//!
//! Needed where no authorizer stands before the handler: behind a load balancer, at a function URL,
//! or to look up which key would verify a token. Everything in here can be written by anybody. No
//! function turns it into [`crate::Claims`]: that takes a key.
//!
//! ```compile_fail,E0308
//! use cognito_claims::{Claims, dangerous::UnverifiedClaims};
//! fn handler(_: &Claims<'_>) {}
//! let claims = UnverifiedClaims::decode("e30.e30.c2ln").unwrap();
//! handler(&claims); // UnverifiedClaims is no Claims
//! ```
//!
//! ```compile_fail,E0277
//! use cognito_claims::{Claims, dangerous::UnverifiedClaims};
//! let claims = UnverifiedClaims::decode("e30.e30.c2ln").unwrap();
//! let claims: Claims = claims.into(); // and can't be made one
//! ```

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    base64url, bearer::bearer_token, claims::Claims, door::Door, error::ReadError, json_text,
};

/// The claims of a token whose signature has not been verified.
///
/// Its `Debug` shows names and no values.
pub struct UnverifiedClaims {
    claims: Claims<'static>,
}

impl UnverifiedClaims {
    /// Decodes a JWT, with or without `Bearer ` before it. Verifies nothing.
    ///
    /// SPEC: RFC 7515 section 7.1 (three base64url segments), RFC 6750 section 2.1 (`Bearer`).
    ///
    /// # Errors
    /// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims): no JWT with a JSON object in it.
    pub fn decode(token: &str) -> Result<Self, ReadError> {
        let payload = payload(bearer_token(token).unwrap_or(token))
            .ok_or_else(|| ReadError::no_claims("three base64url segments around a JSON object"))?;
        Ok(Self { claims: Claims::new(Door::Token, Cow::Owned(payload)) })
    }

    /// Decodes the access token that an Application Load Balancer passes on in the header
    /// `x-amzn-oidc-accesstoken`. Verifies nothing.
    ///
    /// The neighbour `x-amzn-oidc-data` is not the user pool's token: the load balancer makes it
    /// from the answer of the userInfo endpoint and signs it with a key of its own, so neither
    /// groups nor the trigger's claims are in it. Anyone who can reach the function around the load
    /// balancer can write both headers.
    ///
    /// SPEC: AWS, "Authenticate users using an Application Load Balancer".
    ///
    /// # Errors
    /// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims): no such header, or no JWT in it.
    pub fn from_alb(event: &Value) -> Result<Self, ReadError> {
        let token = header(event, "x-amzn-oidc-accesstoken")
            .ok_or_else(|| ReadError::no_claims("the header `x-amzn-oidc-accesstoken`"))?;
        Self::decode(token)
    }

    /// Reads the unverified claims into a type of the application's own.
    ///
    /// # Errors
    /// As [`Claims::read`].
    pub fn read_unverified<'de, T: Deserialize<'de>>(&'de self) -> Result<T, ReadError> {
        self.claims.read()
    }
}

impl fmt::Debug for UnverifiedClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnverifiedClaims").field(&self.claims).finish()
    }
}

/// A header of a load balancer's event, which has one or many values of each. Two tokens are none.
fn header<'e>(event: &'e Value, name: &str) -> Option<&'e str> {
    let mut one = named(event, "headers", name);
    if let Some(value) = one.next() {
        return value.as_str().filter(|_| one.next().is_none());
    }
    let mut many = named(event, "multiValueHeaders", name);
    let values = many.next()?.as_array().filter(|_| many.next().is_none())?;
    match values.as_slice() {
        [only] => only.as_str(),
        _ => None,
    }
}

/// All headers of a name, which has no case.
fn named<'e>(event: &'e Value, place: &str, name: &str) -> impl Iterator<Item = &'e Value> {
    let headers = event.get(place).and_then(Value::as_object);
    let meant = headers.into_iter().flatten().filter(|(key, _)| key.eq_ignore_ascii_case(name));
    meant.map(|(_, value)| value)
}

fn payload(token: &str) -> Option<Map<String, Value>> {
    let mut segments = token.split('.');
    let (header, payload, _signature) = (segments.next()?, segments.next()?, segments.next()?);
    if segments.next().is_some() || base64url::decode(header).is_none() {
        return None;
    }
    match json_text::parse(&base64url::decode(payload)?)? {
        Value::Object(members) => Some(members),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_three_segments_around_an_object() {
        assert!(UnverifiedClaims::decode("e30.e30.c2ln").is_ok());
        assert!(UnverifiedClaims::decode("bearer e30.e30.").is_ok());
        for bad in ["", "e30", "e30.e30", "e30.e30.e30.e30", "e30.W10.x", "Basic e30.e30.x"] {
            assert!(UnverifiedClaims::decode(bad).is_err(), "{bad}");
        }
    }
}
