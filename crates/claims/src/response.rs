//! A refusal as an `http` response, for `lambda_http`, axum and tower.

use http::{HeaderName, HeaderValue, Response, StatusCode, header};

use crate::refusal::Refusal;

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
