//! Claims from a request of `lambda_http`.
//!
//! `lambda_http` refuses a whole request when an emulator behind an HTTP API sends a claim that is
//! not text, before the handler runs. For such an emulator take the raw event with `lambda_runtime`
//! as a `serde_json::Value` and use [`Claims::from_event`].
//!
//! ```
//! use cognito_claims::{ReadError, lambda_http::claims};
//!
//! fn handler(request: &lambda_http::Request) -> Result<String, ReadError> {
//!     Ok(format!("hello, {}", claims(request)?.org_id()?))
//! }
//! ```
//!
//! A [`Refusal`] turns into the response that it stands for:
//!
//! ```
//! use cognito_claims::{Guard, Refusal, lambda_http::claims, now};
//! use lambda_http::{Body, Request, Response};
//!
//! fn orders(request: &Request) -> Result<Response<Body>, Refusal> {
//!     let claims = claims(request)?;
//!     Guard::access_token().any_scope(["orders/read"]).check(&claims, now())?;
//!     Ok(Response::new(claims.org_id()?.to_string().into()))
//! }
//!
//! async fn handler(request: Request) -> Result<Response<Body>, lambda_http::Error> {
//!     Ok(orders(&request).unwrap_or_else(Response::from))
//! }
//! ```

use ::lambda_http::{Body, Response, request::RequestContext};

use crate::lambda_events::{self, Authorized};
use crate::{claims::Claims, door::Door, error::ReadError, refusal::Refusal, response};

/// The claims of the request, found as by [`lambda_events::claims`].
///
/// # Errors
/// As [`lambda_events::claims`]; a request that came through no API Gateway has no claims.
pub fn claims(request: &::lambda_http::Request) -> Result<Claims<'_>, ReadError> {
    claims_in(request.extensions())
}

/// The claims of the request, with the front door given by the caller.
///
/// # Errors
/// As [`lambda_events::claims_through`].
pub fn claims_through(
    request: &::lambda_http::Request,
    door: Door,
) -> Result<Claims<'_>, ReadError> {
    lambda_events::claims_through(authorized(request.extensions()), door)
}

pub(crate) fn claims_in(extensions: &http::Extensions) -> Result<Claims<'_>, ReadError> {
    lambda_events::claims(authorized(extensions))
}

fn authorized(extensions: &http::Extensions) -> Authorized<'_> {
    match extensions.get() {
        Some(RequestContext::ApiGatewayV1(context)) => context.into(),
        Some(RequestContext::ApiGatewayV2(context)) => context.into(),
        Some(RequestContext::WebSocket(context)) => context.into(),
        _ => Authorized::NOWHERE,
    }
}

/// The status, `WWW-Authenticate` where it has one, and the problem document.
impl From<Refusal> for Response<Body> {
    fn from(refusal: Refusal) -> Self {
        response::response(&refusal)
    }
}
