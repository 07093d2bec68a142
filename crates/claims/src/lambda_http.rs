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

use ::lambda_http::request::RequestContext;

use crate::{claims::Claims, door::Door, error::ReadError, lambda_events};

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
    let context = request.extensions().get::<RequestContext>();
    lambda_events::claims_through(context.and_then(RequestContext::authorizer), door)
}

pub(crate) fn claims_in(extensions: &http::Extensions) -> Result<Claims<'_>, ReadError> {
    let context = extensions.get::<RequestContext>();
    lambda_events::claims(context.and_then(RequestContext::authorizer))
}
