//! Fetching a key set: from where, by what, and how much of it.

use std::net::IpAddr;
use std::time::Duration;

use http::Uri;
use tokio::time::{Instant, timeout};

use crate::jwt::KeySet;

/// What brings a document from an address. [`Https`](super::Https) is one; an application may have
/// its own.
pub trait Transport: Send + Sync {
    /// The body of the answer to a GET with the status 200.
    ///
    /// Whoever implements this follows no redirect and stops reading after `largest` bytes. The
    /// caller drops the future when it takes too long.
    ///
    /// # Errors
    /// Anything else. The reason belongs into a log of the transport's own: the caller can't do
    /// anything about it.
    fn fetch(
        &self,
        address: &Uri,
        largest: usize,
    ) -> impl Future<Output = Result<Vec<u8>, FetchError>> + Send;
}

/// A document couldn't be fetched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the document couldn't be fetched")]
pub struct FetchError;

/// Keys can't be fetched from such an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("expected an https URL, or an http URL of this machine, as the address of keys")]
pub struct AddressError;

/// Where a pool's keys are: TLS, or this machine. Whoever could change an answer on its way could
/// sign tokens.
#[derive(Debug)]
pub(super) struct Address(Uri);

impl Address {
    pub fn parse(url: &str) -> Result<Self, AddressError> {
        let uri: Uri = url.parse().map_err(|_| AddressError)?;
        let host = uri.host().ok_or(AddressError)?;
        match uri.scheme_str() {
            Some("https") => Ok(Self(uri)),
            Some("http") if is_loopback(host) => Ok(Self(uri)),
            _ => Err(AddressError),
        }
    }
}

/// SPEC: RFC 6761 section 6.3: `localhost` is this machine.
fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse().is_ok_and(|ip: IpAddr| ip.is_loopback())
}

/// What a fetch brought, and how long it took.
pub(super) struct Fetched {
    pub keys: Result<KeySet, FetchError>,
    pub took: Duration,
}

/// One attempt.
pub(super) async fn key_set(
    transport: &impl Transport,
    address: &Address,
    limit: Duration,
    largest: usize,
) -> Fetched {
    let started = Instant::now();
    let body = timeout(limit, transport.fetch(&address.0, largest)).await;
    let keys = match body {
        Ok(Ok(body)) if body.len() <= largest => parse(&body),
        _ => Err(FetchError),
    };
    Fetched { keys, took: started.elapsed() }
}

/// An answer that is no key set, such as an error page, is no answer.
fn parse(body: &[u8]) -> Result<KeySet, FetchError> {
    let text = str::from_utf8(body).map_err(|_| FetchError)?;
    KeySet::parse(text).map_err(|_| FetchError)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_come_over_tls_or_from_this_machine() {
        for url in [
            "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_x/.well-known/jwks.json",
            "http://127.0.0.1:4566/jwks.json",
            "http://127.9.9.9/jwks.json",
            "http://[::1]:4566/jwks.json",
            "http://localhost/jwks.json",
        ] {
            assert!(Address::parse(url).is_ok(), "{url}");
        }
        for url in [
            "http://cognito-idp.eu-west-1.amazonaws.com/jwks.json",
            "http://localhost.evil.example/jwks.json",
            "http://127.0.0.1.evil.example/jwks.json",
            "http://0.0.0.0/jwks.json",
            "http://[::]/jwks.json",
            "ftp://localhost/jwks.json",
            "file:///etc/jwks.json",
            "/jwks.json",
            "",
        ] {
            assert!(Address::parse(url).is_err(), "{url}");
        }
    }
}
