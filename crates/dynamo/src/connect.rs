//! The client, built for a fast cold start.
//!
//! Region and credentials come from the environment, where Lambda puts them; the SDK's own chain
//! (container credentials, profiles, instance metadata) is asked only if one is missing, because it
//! costs as much as everything else together.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region, SharedHttpClient};
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::surroundings::Surroundings;

/// The certificates at the end of every chain of an AWS endpoint.
/// SPEC: Amazon Trust Services, <https://www.amazontrust.com/repository/>.
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");

/// One retry: a second attempt helps against a lost connection, a third only comes too late.
const ATTEMPTS: u32 = 2;
const RETRY_WAIT: Duration = Duration::from_millis(50);

/// The one library for TLS of this build.
#[cfg(feature = "ring")]
const CRYPTO: CryptoMode = CryptoMode::Ring;
#[cfg(all(feature = "aws-lc", not(feature = "ring")))]
const CRYPTO: CryptoMode = CryptoMode::AwsLc;

/// What a program wants of its client.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The region; `None` is the surroundings'.
    pub region: Option<String>,
    /// Another address than AWS's own; `None` is the surroundings', if they name one.
    pub endpoint: Option<String>,
    /// Which certificates are trusted, unless the surroundings name a bundle.
    pub trust: Trust,
    /// How long one attempt may take; `None` is as long as it likes.
    pub attempt_timeout: Option<Duration>,
    /// How long both attempts together may take; `None` is as long as they like.
    pub operation_timeout: Option<Duration>,
}

/// Which certificates end a trusted chain.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Trust {
    /// The roots of Amazon Trust Services alone.
    #[default]
    Amazon,
    /// All that the machine trusts.
    System,
}

/// A client was not to be had. The text names what is missing, never a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConnectError {
    /// No region.
    #[error("no region: set AWS_REGION")]
    NoRegion,
    /// No credentials.
    #[error("no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")]
    NoCredentials,
    /// A certificate of the bundle, from 1, is none.
    #[error("AWS_CA_BUNDLE: certificate {0} can't be used")]
    BadCertificate(usize),
    /// The bundle holds none.
    #[error("AWS_CA_BUNDLE: no certificates in PEM form")]
    NoCertificates,
}

/// A client with the region and the credentials of the environment, which are all that a function
/// on Lambda needs. It opens no connection yet.
///
/// # Errors
/// Region or credentials are missing, or the certificates of `AWS_CA_BUNDLE` can't be used.
pub fn client(settings: &Settings, surroundings: &Surroundings) -> Result<Client, ConnectError> {
    let region = settings.region.as_ref().or(surroundings.region.as_ref());
    let region = region.ok_or(ConnectError::NoRegion)?;
    let (id, secret) = surroundings.keys.as_ref().ok_or(ConnectError::NoCredentials)?;
    let builder = given(region, id, secret, surroundings);
    Ok(finished(builder, https(settings, surroundings)?, settings, surroundings))
}

/// A client. It opens no connection yet. What the environment lacks is asked of the SDK's chain.
///
/// # Errors
/// No region is to be found, or the certificates of `AWS_CA_BUNDLE` can't be used.
#[cfg(feature = "chain")]
pub async fn connect(
    settings: &Settings,
    surroundings: &Surroundings,
) -> Result<Client, ConnectError> {
    let https = https(settings, surroundings)?;
    let region = settings.region.as_ref().or(surroundings.region.as_ref());
    let builder = match (region, &surroundings.keys) {
        (Some(region), Some((id, secret))) => given(region, id, secret, surroundings),
        _ => {
            let mut loader =
                aws_config::defaults(BehaviorVersion::latest()).http_client(https.clone());
            if let Some(region) = region {
                loader = loader.region(Region::new(region.clone()));
            }
            let config = Box::pin(loader.load()).await;
            if config.region().is_none() {
                return Err(ConnectError::NoRegion);
            }
            Builder::from(&config)
        }
    };
    Ok(finished(builder, https, settings, surroundings))
}

fn given(region: &str, id: &str, secret: &str, surroundings: &Surroundings) -> Builder {
    let token = surroundings.session_token.clone();
    Builder::new()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(region.to_owned()))
        .credentials_provider(Credentials::new(id, secret, token, None, "environment"))
}

fn finished(
    builder: Builder,
    https: SharedHttpClient,
    settings: &Settings,
    surroundings: &Surroundings,
) -> Client {
    let mut timeouts = TimeoutConfig::builder();
    timeouts
        .set_operation_attempt_timeout(settings.attempt_timeout)
        .set_operation_timeout(settings.operation_timeout);
    let retries = RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(RETRY_WAIT)
        .with_max_backoff(RETRY_WAIT * 4);
    let mut builder =
        builder.http_client(https).timeout_config(timeouts.build()).retry_config(retries);
    // What the chain found on its own stays as it is.
    if surroundings.fips {
        builder = builder.use_fips(true);
    }
    if surroundings.dual_stack {
        builder = builder.use_dual_stack(true);
    }
    if let Some(endpoint) = settings.endpoint.as_ref().or(surroundings.endpoint.as_ref()) {
        builder = builder.endpoint_url(endpoint);
    }
    Client::from_conf(builder.build())
}

fn https(
    settings: &Settings,
    surroundings: &Surroundings,
) -> Result<SharedHttpClient, ConnectError> {
    let trusted = match (&surroundings.ca_bundle, settings.trust) {
        (Some(bundle), _) => {
            check_bundle(bundle)?;
            TrustStore::empty().with_pem_certificate(bundle.as_bytes())
        }
        (None, Trust::Amazon) => TrustStore::empty().with_pem_certificate(AMAZON_ROOTS),
        (None, Trust::System) => TrustStore::empty().with_native_roots(true),
    };
    let context = TlsContext::builder()
        .with_trust_store(trusted)
        .build()
        .map_err(|_| ConnectError::NoCertificates)?;
    Ok(aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CRYPTO))
        .tls_context(context)
        .build_https())
}

/// The SDK would panic at the first call with what is no certificate.
fn check_bundle(bundle: &str) -> Result<(), ConnectError> {
    let mut roots = RootCertStore::empty();
    for (at, certificate) in CertificateDer::pem_slice_iter(bundle.as_bytes()).enumerate() {
        if !certificate.is_ok_and(|found| roots.add(found).is_ok()) {
            return Err(ConnectError::BadCertificate(at + 1));
        }
    }
    if roots.is_empty() { Err(ConnectError::NoCertificates) } else { Ok(()) }
}
