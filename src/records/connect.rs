//! The client of DynamoDB, built for a fast cold start; see docs/decisions/cold-start.md.
//!
//! Shell. Region and credentials come from the environment, where Lambda puts them; the SDK's own
//! chain (container credentials, profiles, instance metadata) is asked only if one is missing,
//! because it costs as much as everything else together.

use std::time::Duration;

use aws_config::BehaviorVersion;
use aws_config::retry::RetryConfig;
use aws_config::timeout::TimeoutConfig;
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::config::{Builder, Credentials, Region, SharedHttpClient};
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use crate::policy::{Connection, Trust};

/// The certificates at the end of every chain of an AWS endpoint.
/// SPEC: Amazon Trust Services, <https://www.amazontrust.com/repository/>.
const AMAZON_ROOTS: &str = include_str!("amazon-roots.pem");

/// One retry: a second attempt helps against a lost connection, a third only comes too late.
const ATTEMPTS: u32 = 2;
const RETRY_WAIT: Duration = Duration::from_millis(50);

/// What the environment says about the way to DynamoDB.
#[derive(Debug, Default)]
pub struct Surroundings {
    /// `AWS_REGION`, or `AWS_DEFAULT_REGION`.
    pub region: Option<String>,
    /// `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY`, if both are set.
    pub keys: Option<(String, String)>,
    /// `AWS_SESSION_TOKEN`.
    pub session_token: Option<String>,
    /// `AWS_ENDPOINT_URL_DYNAMODB`, or `AWS_ENDPOINT_URL`.
    pub endpoint: Option<String>,
    /// `AWS_USE_FIPS_ENDPOINT`.
    pub fips: bool,
    /// `AWS_USE_DUALSTACK_ENDPOINT`.
    pub dual_stack: bool,
    /// The text of the file that `AWS_CA_BUNDLE` names: only these roots are trusted then.
    pub ca_bundle: Option<String>,
}

impl Surroundings {
    /// Reads the environment. SPEC: AWS, "AWS SDKs and Tools Reference Guide", settings reference.
    ///
    /// `read` gets the text of a file.
    ///
    /// # Errors
    /// The file that `AWS_CA_BUNDLE` names can't be read.
    pub fn of<E>(
        variable: impl Fn(&str) -> Option<String>,
        read: impl FnOnce(&str) -> Result<String, E>,
    ) -> Result<Self, E> {
        let variable = |name| variable(name).filter(|value| !value.is_empty());
        let is_on = |name| variable(name).is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let ignores_endpoints = is_on("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS");
        let endpoint =
            || variable("AWS_ENDPOINT_URL_DYNAMODB").or_else(|| variable("AWS_ENDPOINT_URL"));
        Ok(Self {
            region: variable("AWS_REGION").or_else(|| variable("AWS_DEFAULT_REGION")),
            keys: variable("AWS_ACCESS_KEY_ID").zip(variable("AWS_SECRET_ACCESS_KEY")),
            session_token: variable("AWS_SESSION_TOKEN"),
            endpoint: if ignores_endpoints { None } else { endpoint() },
            fips: is_on("AWS_USE_FIPS_ENDPOINT"),
            dual_stack: is_on("AWS_USE_DUALSTACK_ENDPOINT"),
            ca_bundle: variable("AWS_CA_BUNDLE").map(|path| read(&path)).transpose()?,
        })
    }
}

/// A client was not to be had. The text names what is missing, never a value.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConnectError(String);

/// A client for the policy's table. It opens no connection yet.
///
/// # Errors
/// The certificates of `AWS_CA_BUNDLE` can't be used, or no region is to be found.
pub async fn connect(
    connection: &Connection,
    surroundings: &Surroundings,
) -> Result<Client, ConnectError> {
    let http = http_client(connection, surroundings)?;
    let region = connection.region.as_ref().or(surroundings.region.as_ref());
    let builder = match (region, &surroundings.keys) {
        (Some(region), Some((id, secret))) => {
            let token = surroundings.session_token.clone();
            Builder::new()
                .behavior_version(BehaviorVersion::latest())
                .region(Region::new(region.clone()))
                .credentials_provider(Credentials::new(id, secret, token, None, "environment"))
        }
        _ => {
            let mut loader =
                aws_config::defaults(BehaviorVersion::latest()).http_client(http.clone());
            if let Some(region) = region {
                loader = loader.region(Region::new(region.clone()));
            }
            let config = Box::pin(loader.load()).await;
            if config.region().is_none() {
                let problem = "no region: set AWS_REGION, or `region` in [table]";
                return Err(ConnectError(problem.to_owned()));
            }
            Builder::from(&config)
        }
    };
    let timeouts =
        TimeoutConfig::builder().operation_attempt_timeout(connection.attempt_timeout).build();
    let retries = RetryConfig::standard()
        .with_max_attempts(ATTEMPTS)
        .with_initial_backoff(RETRY_WAIT)
        .with_max_backoff(RETRY_WAIT * 4);
    let mut builder = builder.http_client(http).timeout_config(timeouts).retry_config(retries);
    // What the chain found on its own stays as it is.
    if surroundings.fips {
        builder = builder.use_fips(true);
    }
    if surroundings.dual_stack {
        builder = builder.use_dual_stack(true);
    }
    if let Some(endpoint) = connection.endpoint.as_ref().or(surroundings.endpoint.as_ref()) {
        builder = builder.endpoint_url(endpoint);
    }
    Ok(Client::from_conf(builder.build()))
}

fn http_client(
    connection: &Connection,
    surroundings: &Surroundings,
) -> Result<SharedHttpClient, ConnectError> {
    let trusted = match (&surroundings.ca_bundle, connection.trust) {
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
        .map_err(|_| ConnectError("AWS_CA_BUNDLE: no certificates in PEM form".to_owned()))?;
    Ok(aws_smithy_http_client::Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .tls_context(context)
        .build_https())
}

/// The SDK would panic at the first call with what is no certificate.
fn check_bundle(bundle: &str) -> Result<(), ConnectError> {
    let mut roots = RootCertStore::empty();
    for (at, certificate) in CertificateDer::pem_slice_iter(bundle.as_bytes()).enumerate() {
        if !certificate.is_ok_and(|found| roots.add(found).is_ok()) {
            let number = at + 1;
            let problem = format!("AWS_CA_BUNDLE: certificate {number} can't be used");
            return Err(ConnectError(problem));
        }
    }
    match roots.is_empty() {
        true => Err(ConnectError("AWS_CA_BUNDLE: no certificates in PEM form".to_owned())),
        false => Ok(()),
    }
}
