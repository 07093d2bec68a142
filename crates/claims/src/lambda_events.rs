//! Claims from the request contexts of `aws_lambda_events`.
//!
//! These types drop the payload version, and keep the claims of an HTTP API as `String` only: an
//! emulator that sends a claim of another type makes the whole event fail to parse. Where that
//! matters, take the event as a `serde_json::Value` and use the constructors of [`Claims`].
//!
//! ```
//! use aws_lambda_events::apigw::{ApiGatewayProxyRequest, ApiGatewayV2httpRequest};
//! use cognito_claims::{Claims, ReadError, lambda_events};
//!
//! fn http_api(event: &ApiGatewayV2httpRequest) -> Result<Claims<'_>, ReadError> {
//!     lambda_events::claims(event.request_context.authorizer.as_ref())
//! }
//!
//! fn rest_api(event: &ApiGatewayProxyRequest) -> Result<Claims<'_>, ReadError> {
//!     lambda_events::claims(&event.request_context.authorizer)
//! }
//! ```

use std::borrow::Cow;
use std::collections::HashMap;

use aws_lambda_events::apigw::ApiGatewayRequestAuthorizer;
use serde_json::{Map, Value};

use crate::event::{door_of, holds_nothing};
use crate::{claims::Claims, door::Door, error::ReadError};

const AUTHORIZER: &str = "claims of a JWT, Cognito or Lambda authorizer in the request context";

/// The claims in a request context's `authorizer`; the front door is found as in
/// [`Claims::from_event`], but without the payload version.
///
/// # Errors
/// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims), and
/// [`ReadErrorKind::AmbiguousDoor`](crate::ReadErrorKind::AmbiguousDoor) for an HTTP API with
/// payload format 1.0: use [`claims_through`].
pub fn claims<'e>(
    authorizer: impl Into<Option<&'e ApiGatewayRequestAuthorizer>>,
) -> Result<Claims<'e>, ReadError> {
    let authorizer: &ApiGatewayRequestAuthorizer =
        authorizer.into().ok_or_else(|| ReadError::no_claims(AUTHORIZER))?;
    let jwt = authorizer.jwt.as_ref().is_some_and(|jwt| !jwt.claims.is_empty());
    let fields = &authorizer.fields;
    let shared = fields.get("claims").and_then(Value::as_object);
    let context = shared.is_none() && !holds_nothing(fields.values());
    let door = door_of(jwt, shared, context, fields.get("token_use"), None)?;
    claims_through(authorizer, door)
}

/// The claims in a request context's `authorizer`, with the front door given by the caller.
///
/// # Errors
/// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims), also for a front door that is no
/// API Gateway.
pub fn claims_through<'e>(
    authorizer: impl Into<Option<&'e ApiGatewayRequestAuthorizer>>,
    door: Door,
) -> Result<Claims<'e>, ReadError> {
    let authorizer: Option<&ApiGatewayRequestAuthorizer> = authorizer.into();
    let entries = authorizer.and_then(|authorizer| entries(authorizer, door));
    entries
        .map(|entries| Claims::new(door, entries))
        .ok_or_else(|| ReadError::no_claims(AUTHORIZER).at(door))
}

fn entries(
    authorizer: &ApiGatewayRequestAuthorizer,
    door: Door,
) -> Option<Cow<'_, Map<String, Value>>> {
    let shared = || authorizer.fields.get("claims")?.as_object().map(Cow::Borrowed);
    match (door, &authorizer.jwt) {
        (Door::HttpApi, Some(jwt)) => Some(Cow::Owned(owned(&jwt.claims))),
        (Door::HttpApi | Door::RestCognito | Door::RestJwt, _) => shared(),
        (Door::LambdaAuthorizer, _) if !holds_nothing(authorizer.fields.values()) => {
            Some(Cow::Owned(owned(&authorizer.fields)))
        }
        _ => None,
    }
}

fn owned<V: Clone + Into<Value>>(claims: &HashMap<String, V>) -> Map<String, Value> {
    claims.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect()
}
