//! A tower layer that lets through only what a [`Guard`] allows.
//!
//! Claims come from where the extractors for axum look for them. What a guard can't know beforehand, such as the
//! organisation in the path, the handler checks itself.
//!
//! ```
//! use cognito_claims::{Guard, now, tower::GuardLayer};
//!
//! let orders = GuardLayer::new(Guard::access_token().any_scope(["orders/read"]), now);
//! ```

#[cfg(feature = "jwks")]
mod verify;

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::{Extensions, Request, Response};
use tower_layer::Layer;
use tower_service::Service;

use crate::{guard::Guard, refusal::Refusal, request, response};

#[cfg(feature = "jwks")]
pub use verify::{Verified, VerifyLayer};

/// Puts a [`Guard`] before a service.
#[derive(Clone, Debug)]
pub struct GuardLayer {
    guard: Arc<Guard>,
    now: fn() -> u64,
    comma_free_groups: bool,
}

impl GuardLayer {
    /// Lets through what the guard allows. `now` gives the seconds since 1970.
    pub fn new(guard: Guard, now: fn() -> u64) -> Self {
        Self { guard: Arc::new(guard), now, comma_free_groups: false }
    }

    /// Makes the promise of [`crate::Claims::assume_comma_free_groups`] for every request.
    #[must_use]
    pub fn assume_comma_free_groups(self) -> Self {
        Self { comma_free_groups: true, ..self }
    }

    fn check(&self, extensions: &Extensions) -> Result<(), Refusal> {
        let claims = request::claims(extensions)?;
        let claims =
            if self.comma_free_groups { claims.assume_comma_free_groups() } else { claims };
        self.guard.check(&claims, (self.now)())
    }
}

impl<S> Layer<S> for GuardLayer {
    type Service = Guarded<S>;

    fn layer(&self, inner: S) -> Guarded<S> {
        Guarded { inner, layer: self.clone() }
    }
}

/// A service behind a [`Guard`].
#[derive(Clone, Debug)]
pub struct Guarded<S> {
    inner: S,
    layer: GuardLayer,
}

impl<S, B, R> Service<Request<B>> for Guarded<S>
where
    S: Service<Request<B>, Response = Response<R>>,
    R: From<String>,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Answer<S::Future, R>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        Answer(match self.layer.check(request.extensions()) {
            Ok(()) => Either::Inner(Box::pin(self.inner.call(request))),
            Err(refusal) => Either::Refused(Some(response::response(&refusal))),
        })
    }
}

/// The answer of a [`Guarded`] service.
pub struct Answer<F, R>(Either<F, R>);

enum Either<F, R> {
    Inner(Pin<Box<F>>),
    Refused(Option<Response<R>>),
}

// INVARIANT: nothing in here is pinned in place: the inner future has a box of its own.
impl<F, R> Unpin for Answer<F, R> {}

impl<F, R, E> Future for Answer<F, R>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.get_mut().0 {
            Either::Inner(inner) => inner.as_mut().poll(context),
            Either::Refused(refused) => match refused.take() {
                Some(response) => Poll::Ready(Ok(response)),
                None => Poll::Pending,
            },
        }
    }
}
