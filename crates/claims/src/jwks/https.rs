//! One GET over TLS, or over plain HTTP on this machine.
//!
//! No pool, no proxy, no redirect, no compression: a key set is fetched once an hour.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;

use http::uri::Scheme;
use http::{Request, StatusCode, Uri, header};
use http_body_util::{BodyExt, Empty, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::rt::{Read, Write};
use hyper_util::rt::TokioIo;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::fetch::{FetchError, Transport};

/// The transport of this crate: HTTP/1.1 over TLS 1.2 or 1.3.
#[derive(Clone)]
pub struct Https {
    tls: TlsConnector,
}

/// TLS can't be set up with these certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
#[error("expected root certificates that TLS can be set up with")]
pub struct HttpsError;

impl Https {
    /// Trusts Mozilla's root certificates, which are part of the program.
    ///
    /// # Errors
    /// [`HttpsError`]; never with this crate's own certificates.
    pub fn new() -> Result<Self, HttpsError> {
        Self::trusting(RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() })
    }

    /// Trusts the operating system's root certificates, read once and now.
    ///
    /// # Errors
    /// [`HttpsError`]: there are none.
    #[cfg(feature = "native-roots")]
    pub fn with_native_roots() -> Result<Self, HttpsError> {
        let found = rustls_native_certs::load_native_certs().certs;
        Self::with_roots(found.into_iter().map(|certificate| certificate.to_vec()))
    }

    /// Trusts these root certificates (DER) and no others.
    ///
    /// # Errors
    /// [`HttpsError`]: none of them is a certificate.
    pub fn with_roots(certificates: impl IntoIterator<Item = Vec<u8>>) -> Result<Self, HttpsError> {
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(certificates.into_iter().map(CertificateDer::from));
        Self::trusting(roots)
    }

    fn trusting(roots: RootCertStore) -> Result<Self, HttpsError> {
        if roots.is_empty() {
            return Err(HttpsError);
        }
        let provider = Arc::new(aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| HttpsError)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self { tls: TlsConnector::from(Arc::new(config)) })
    }
}

impl std::fmt::Debug for Https {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Https")
    }
}

impl Transport for Https {
    async fn fetch(&self, address: &Uri, largest: usize) -> Result<Vec<u8>, FetchError> {
        let tls = address.scheme() == Some(&Scheme::HTTPS);
        let host = address.host().ok_or(FetchError)?;
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        let port = address.port_u16().unwrap_or(if tls { 443 } else { 80 });
        let stream = TcpStream::connect((bare, port)).await.map_err(|_| FetchError)?;
        if !tls {
            return get(TokioIo::new(stream), address, largest).await;
        }
        let name = ServerName::try_from(bare.to_owned()).map_err(|_| FetchError)?;
        let stream = self.tls.connect(name, stream).await.map_err(|_| FetchError)?;
        get(TokioIo::new(stream), address, largest).await
    }
}

async fn get<S>(stream: S, address: &Uri, largest: usize) -> Result<Vec<u8>, FetchError>
where
    S: Read + Write + Unpin + Send + 'static,
{
    let path = address.path_and_query().map_or("/", |path| path.as_str());
    let authority = address.authority().map_or("", |authority| authority.as_str());
    let request = Request::get(path)
        .header(header::HOST, authority)
        .header(header::ACCEPT, "application/json")
        .header(header::CONNECTION, "close")
        .body(Empty::<Bytes>::new())
        .map_err(|_| FetchError)?;

    let (mut sender, connection) = http1::handshake(stream).await.map_err(|_| FetchError)?;
    let answer = async {
        let answer = sender.send_request(request).await.map_err(|_| FetchError)?;
        if answer.status() != StatusCode::OK {
            return Err(FetchError);
        }
        let body = Limited::new(answer.into_body(), largest).collect().await;
        body.map(|body| body.to_bytes().to_vec()).map_err(|_| FetchError)
    };
    // The connection does the reading and writing, and has ended when all is read. Nothing is
    // spawned, so nothing is left behind when the caller gives up.
    let (mut answer, mut connection) = (pin!(answer), pin!(connection));
    let mut ended = false;
    poll_fn(|context| {
        if !ended {
            ended = connection.as_mut().poll(context).is_ready();
        }
        answer.as_mut().poll(context)
    })
    .await
}
