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
//!     lambda_events::claims(&event.request_context)
//! }
//!
//! fn rest_api(event: &ApiGatewayProxyRequest) -> Result<Claims<'_>, ReadError> {
//!     lambda_events::claims(&event.request_context)
//! }
//! ```

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use aws_lambda_events::apigw::{
    ApiGatewayProxyRequestContext, ApiGatewayRequestAuthorizer, ApiGatewayV2httpRequestContext,
    ApiGatewayWebsocketProxyRequestContext,
};
use serde_json::{Map, Value};

use crate::event::{another_authorizer_in, door_of, holds_nothing};
use crate::{claims::Claims, door::Door, error::ReadError};

const AUTHORIZER: &str = "claims of a JWT, Cognito or Lambda authorizer in the request context";

/// What the authorizers of a request left in its context.
///
/// Made from a whole request context, because `authorizer` alone doesn't tell whose words it holds:
/// `claims` in its fields are those of a token at a REST API, and whatever a Lambda authorizer says
/// at an HTTP API with payload format 2.0. Its `Debug` shows nothing.
#[derive(Clone, Copy)]
pub struct Authorized<'e>(Option<Place<'e>>);

/// Where authorizers write.
#[derive(Clone, Copy)]
enum Place<'e> {
    /// Each has a place of its own: an HTTP API with payload format 2.0.
    Apart(&'e ApiGatewayRequestAuthorizer),
    /// All share one: every other API.
    Together(&'e HashMap<String, Value>),
}

impl Authorized<'_> {
    /// No request context of API Gateway.
    #[cfg(feature = "lambda-http")]
    pub(crate) const NOWHERE: Self = Self(None);
}

/// A REST API, or an HTTP API with payload format 1.0.
impl<'e> From<&'e ApiGatewayProxyRequestContext> for Authorized<'e> {
    fn from(context: &'e ApiGatewayProxyRequestContext) -> Self {
        Self(Some(Place::Together(&context.authorizer.fields)))
    }
}

/// An HTTP API with payload format 2.0.
impl<'e> From<&'e ApiGatewayV2httpRequestContext> for Authorized<'e> {
    fn from(context: &'e ApiGatewayV2httpRequestContext) -> Self {
        Self(context.authorizer.as_ref().map(Place::Apart))
    }
}

/// A WebSocket API.
impl<'e> From<&'e ApiGatewayWebsocketProxyRequestContext> for Authorized<'e> {
    fn from(context: &'e ApiGatewayWebsocketProxyRequestContext) -> Self {
        Self(Some(Place::Together(&context.authorizer.fields)))
    }
}

impl fmt::Debug for Authorized<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authorized").finish_non_exhaustive()
    }
}

/// The claims in a request context; the front door is found as in [`Claims::from_event`], but
/// without the payload version.
///
/// # Errors
/// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims), and
/// [`ReadErrorKind::AmbiguousDoor`](crate::ReadErrorKind::AmbiguousDoor) for an HTTP API with
/// payload format 1.0: use [`claims_through`].
pub fn claims<'e>(context: impl Into<Authorized<'e>>) -> Result<Claims<'e>, ReadError> {
    let authorized = context.into();
    let place = authorized.0.ok_or_else(|| ReadError::no_claims(AUTHORIZER))?;
    let jwt = place.jwt().is_some_and(|claims| !claims.is_empty());
    let lambda = place.lambda();
    let token_use = lambda.and_then(|context| context.get("token_use"));
    let door = door_of(jwt, place.shared(), lambda.is_some(), token_use, None)?;
    claims_through(authorized, door)
}

/// The claims in a request context, with the front door given by the caller.
///
/// # Errors
/// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims), also for a front door that is no
/// API Gateway.
pub fn claims_through<'e>(
    context: impl Into<Authorized<'e>>,
    door: Door,
) -> Result<Claims<'e>, ReadError> {
    let entries = context.into().0.and_then(|place| place.entries(door));
    entries
        .map(|entries| Claims::new(door, entries))
        .ok_or_else(|| ReadError::no_claims(AUTHORIZER).at(door))
}

impl<'e> Place<'e> {
    /// The claims of a JWT authorizer that has a place of its own.
    fn jwt(self) -> Option<&'e HashMap<String, String>> {
        match self {
            Place::Apart(authorizer) => authorizer.jwt.as_ref().map(|jwt| &jwt.claims),
            Place::Together(_) => None,
        }
    }

    /// The claims in the place that three authorizers share.
    fn shared(self) -> Option<&'e Map<String, Value>> {
        match self {
            Place::Apart(_) => None,
            Place::Together(fields) => fields.get("claims")?.as_object(),
        }
    }

    /// The context of a Lambda authorizer.
    fn lambda(self) -> Option<&'e HashMap<String, Value>> {
        let context = match self {
            Place::Apart(authorizer) => &authorizer.fields,
            Place::Together(fields) if another_authorizer_in(|name| fields.get(name)) => {
                return None;
            }
            Place::Together(fields) => fields,
        };
        (!holds_nothing(context.values())).then_some(context)
    }

    fn entries(self, door: Door) -> Option<Cow<'e, Map<String, Value>>> {
        match door {
            Door::HttpApi => match self.jwt() {
                Some(claims) => Some(Cow::Owned(owned(claims))),
                None => self.shared().map(Cow::Borrowed),
            },
            Door::RestCognito | Door::RestJwt => self.shared().map(Cow::Borrowed),
            Door::LambdaAuthorizer => self.lambda().map(|context| Cow::Owned(owned(context))),
            Door::AppSync | Door::AppSyncLambda | Door::Token => None,
        }
    }
}

fn owned<V: Clone + Into<Value>>(claims: &HashMap<String, V>) -> Map<String, Value> {
    claims.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect()
}
