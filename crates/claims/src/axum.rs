//! Extractors for axum, on Lambda and elsewhere.
//!
//! On Lambda (features `axum` and `lambda-http`) the claims come from API Gateway's request context.
//! Elsewhere a layer that verifies tokens puts a `Claims<'static>` into the request's extensions.
//!
//! ```
//! use cognito_claims::{Claims, OrgId, axum::Read};
//! use serde::Deserialize;
//!
//! #[derive(Deserialize)]
//! struct OrderClaims {
//!     org_id: OrgId,
//! }
//!
//! async fn typed(Read(claims): Read<OrderClaims>) -> String {
//!     claims.org_id.to_string()
//! }
//!
//! async fn by_name(claims: Claims<'static>) -> &'static str {
//!     if claims.feature("export").is_on() { "export" } else { "no export" }
//! }
//!
//! let app: axum::Router = axum::Router::new()
//!     .route("/typed", axum::routing::get(typed))
//!     .route("/by-name", axum::routing::get(by_name));
//! ```

use axum_core::extract::FromRequestParts;
use axum_core::response::{IntoResponse, Response};
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::{claims::Claims, refusal::Refusal, request, response};

/// The claims, read into a type of the application's own.
///
/// For groups behind a REST API's Cognito authorizer take [`Claims`] and make the promise of
/// [`Claims::assume_comma_free_groups`] before reading.
#[derive(Clone, Copy, Debug)]
pub struct Read<T>(
    /// What was read.
    pub T,
);

/// Refuses a request without claims (401).
impl<S: Sync> FromRequestParts<S> for Claims<'static> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(request::claims(&parts.extensions)?.into_owned())
    }
}

/// Refuses a request without claims (401), or without those that the type needs (403).
impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Read<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Refusal> {
        Ok(Read(request::claims(&parts.extensions)?.read()?))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        response::response(&self)
    }
}
