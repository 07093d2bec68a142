//! Certificates made at test time: a root, an intermediate below it and a leaf for loopback, as
//! AWS's endpoints have.
//!
//! Where it is not AWS: keys are ECDSA P-256 unless RSA is asked for, and the names are loopback's.

use std::io::{Error, Result};
use std::process::Command;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    PKCS_RSA_SHA256,
};
use rustls::ServerConfig;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};

/// Kind of the keys of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// ECDSA P-256, made in microseconds.
    EcdsaP256,
    /// RSA with 2048 bits, as Amazon's chains have, made with the command `openssl`.
    Rsa2048,
}

/// A server's chain, and the root that a client has to trust.
#[derive(Clone, Debug)]
pub struct Chain {
    /// The root's certificate as PEM: what `AWS_CA_BUNDLE` or `SSL_CERT_FILE` may point at.
    pub root_pem: String,
    pub(crate) server: Arc<ServerConfig>,
}

impl Chain {
    /// Makes a chain for `127.0.0.1` and `localhost`.
    ///
    /// # Errors
    /// RSA is asked for and `openssl` can't be run.
    pub fn new(keys: Keys) -> Result<Self> {
        Self::for_names(keys, &["localhost", "127.0.0.1"])
    }

    /// Makes a chain whose leaf has the given names or addresses.
    ///
    /// # Errors
    /// RSA is asked for and `openssl` can't be run, or a name is none.
    pub fn for_names(keys: Keys, names: &[&str]) -> Result<Self> {
        let root =
            CertifiedIssuer::self_signed(authority("Testbed root")?, key(keys)?).map_err(other)?;
        let intermediate =
            CertifiedIssuer::signed_by(authority("Testbed intermediate")?, key(keys)?, &root)
                .map_err(other)?;
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let leaf_key = key(keys)?;
        let leaf = CertificateParams::new(names)
            .and_then(|params| params.signed_by(&leaf_key, &intermediate))
            .map_err(other)?;
        let chain = vec![leaf.der().clone(), intermediate.der().clone()];
        let private = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(leaf_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let server = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(chain, private))
            .map_err(other)?;
        Ok(Self { root_pem: root.pem(), server: Arc::new(server) })
    }
}

fn authority(name: &str) -> Result<CertificateParams> {
    let mut params = CertificateParams::new(Vec::new()).map_err(other)?;
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::DigitalSignature];
    Ok(params)
}

fn key(keys: Keys) -> Result<KeyPair> {
    match keys {
        Keys::EcdsaP256 => KeyPair::generate().map_err(other),
        Keys::Rsa2048 => {
            let output = Command::new("openssl")
                .args(["genpkey", "-quiet", "-algorithm", "RSA"])
                .args(["-pkeyopt", "rsa_keygen_bits:2048"])
                .output()
                .map_err(|error| Error::other(format!("`openssl` can't be run: {error}")))?;
            let pem = String::from_utf8(output.stdout).map_err(other)?;
            KeyPair::from_pkcs8_pem_and_sign_algo(&pem, &PKCS_RSA_SHA256).map_err(other)
        }
    }
}

fn other(error: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::other(error)
}
