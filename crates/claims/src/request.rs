//! Where an `http` request carries claims: in its extensions, for axum and tower.
//!
//! Either a layer that has verified the token put a `Claims<'static>` there, or `lambda_http` put
//! the request context of API Gateway there.

use http::{Extensions, HeaderName, HeaderValue, Response, StatusCode, header};

use crate::{claims::Claims, error::ReadError, refusal::Refusal};

pub(crate) fn claims(extensions: &Extensions) -> Result<Claims<'_>, ReadError> {
    match extensions.get::<Claims<'static>>() {
        Some(claims) => Ok(claims.borrowed()),
        #[cfg(feature = "lambda-http")]
        None => crate::lambda_http::claims_in(extensions),
        #[cfg(not(feature = "lambda-http"))]
        None => Err(ReadError::no_claims("`Claims` in the request's extensions")),
    }
}

/// The answer to a refused request.
pub(crate) fn response<B: From<String>>(refusal: &Refusal) -> Response<B> {
    let mut response = Response::new(B::from(refusal.problem().to_string()));
    // Both statuses are valid; the fallback is never taken and denies.
    *response.status_mut() =
        StatusCode::from_u16(refusal.status()).unwrap_or(StatusCode::FORBIDDEN);
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    put(header::CONTENT_TYPE, "application/problem+json");
    if let Some(challenge) = refusal.www_authenticate() {
        put(header::WWW_AUTHENTICATE, &challenge);
    }
    response
}
