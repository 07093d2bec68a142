//! A layer that verifies the token of each request and hands its claims on.
//!
//! Behind it [`GuardLayer`](super::GuardLayer) and the extractors for axum find the claims in
//! the request's extensions.

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{HeaderMap, Request, Response, header};
use tower_layer::Layer;
use tower_service::Service;

use crate::jwks::{Https, OnlineVerifier, Transport};
use crate::{bearer::bearer_token, claims::Claims, error::ReadError, refusal::Refusal, response};

/// Lets through requests whose bearer token verifies, with its claims in their extensions.
///
/// Refuses what has no token or a bad one (401), and everything while the keys can't be fetched
/// (503). Claims that were in the extensions before are replaced.
pub struct VerifyLayer<T = Https> {
    verifier: Arc<OnlineVerifier<T>>,
    now: fn() -> u64,
}

impl<T: Transport> VerifyLayer<T> {
    /// `now` gives the seconds since 1970.
    pub fn new(verifier: impl Into<Arc<OnlineVerifier<T>>>, now: fn() -> u64) -> Self {
        Self { verifier: verifier.into(), now }
    }
}

impl<T> Clone for VerifyLayer<T> {
    fn clone(&self) -> Self {
        Self { verifier: Arc::clone(&self.verifier), now: self.now }
    }
}

impl<T: fmt::Debug> fmt::Debug for VerifyLayer<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyLayer").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}

impl<S, T> Layer<S> for VerifyLayer<T> {
    type Service = Verified<S, T>;

    fn layer(&self, inner: S) -> Verified<S, T> {
        Verified { inner, layer: self.clone() }
    }
}

/// A service behind a [`VerifyLayer`].
#[derive(Debug)]
pub struct Verified<S, T = Https> {
    inner: S,
    layer: VerifyLayer<T>,
}

impl<S: Clone, T> Clone for Verified<S, T> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), layer: self.layer.clone() }
    }
}

impl<S, T, B, R> Service<Request<B>> for Verified<S, T>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    T: Transport + 'static,
    B: Send + 'static,
    R: From<String>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let layer = self.layer.clone();
        // The one that was polled ready is the one that must be called.
        let next = self.inner.clone();
        let mut inner = mem::replace(&mut self.inner, next);
        Box::pin(async move {
            match layer.claims(request.headers()).await {
                Ok(claims) => {
                    request.extensions_mut().insert(claims);
                    inner.call(request).await
                }
                Err(refusal) => Ok(response::response(&refusal)),
            }
        })
    }
}

impl<T: Transport> VerifyLayer<T> {
    async fn claims(&self, headers: &HeaderMap) -> Result<Claims<'static>, Refusal> {
        let token = bearer(headers).ok_or_else(|| {
            ReadError::no_claims("one header `authorization` with a bearer token")
        })?;
        Ok(self.verifier.verify(token, (self.now)()).await?)
    }
}

/// The token of the only header `authorization`. Of two, another reader might take the other one.
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (only, None) = (all.next()?, all.next()) else { return None };
    Some(bearer_token(only.to_str().ok()?)?.trim_matches(' '))
}
