//! Where an `http` request carries claims: in its extensions, for axum and tower.
//!
//! Either a layer that has verified the token put a `Claims<'static>` there, or `lambda_http` put
//! the request context of API Gateway there.

use http::Extensions;

use crate::{claims::Claims, error::ReadError};

pub(crate) fn claims(extensions: &Extensions) -> Result<Claims<'_>, ReadError> {
    match extensions.get::<Claims<'static>>() {
        Some(claims) => Ok(claims.borrowed()),
        #[cfg(feature = "lambda-http")]
        None => crate::lambda_http::claims_in(extensions),
        #[cfg(not(feature = "lambda-http"))]
        None => Err(ReadError::no_claims("`Claims` in the request's extensions")),
    }
}
