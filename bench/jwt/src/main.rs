//! One contender: verifies one token over and over, for as long as each line on standard input says.
//!
//! The first line is the subject (token, key set, user pool, app client) as JSON. Each further line is a
//! number of milliseconds, and is answered with the verifications per second of processor time, which
//! a busy machine disturbs less than the clock's. `compare.py` starts all contenders and asks them in
//! turns.

use std::error::Error;
use std::io::{self, BufRead as _, Write as _};
use std::time::{Duration, Instant, UNIX_EPOCH};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognito_claims::UserPool;
use cognito_claims::jwt::{KeySet, PoolKeys, Verifier};
use jsonwebtoken::crypto::{CryptoProvider, aws_lc, rust_crypto};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use jwt_verify::{OidcAccessTokenClaims, OidcJwtVerifier, OidcProviderConfig};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
struct Subject {
    token: String,
    keys: Value,
    keys_url: String,
    pool: String,
    issuer: String,
    client: String,
}

type Verify = Box<dyn FnMut() -> bool>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut lines = io::stdin().lock().lines();
    let subject: Subject = serde_json::from_str(&lines.next().ok_or("no subject")??)?;
    let mut verify = match std::env::args().nth(1).as_deref() {
        Some("signature") => signature(subject)?,
        Some("cognito-claims") => ours(subject, 0)?,
        Some("cognito-claims-cached") => ours(subject, 1000)?,
        Some("jsonwebtoken-aws_lc_rs") => jsonwebtoken(subject, &aws_lc::DEFAULT_PROVIDER)?,
        Some("jsonwebtoken-rust_crypto") => jsonwebtoken(subject, &rust_crypto::DEFAULT_PROVIDER)?,
        Some("jwt-verify") => jwt_verify(subject)?,
        _ => return Err("no such contender".into()),
    };
    for line in lines {
        let duration = Duration::from_millis(line?.parse()?);
        let (started, spent, mut count) = (Instant::now(), processor_time()?, 0_u32);
        while started.elapsed() < duration {
            for _ in 0..8 {
                if !verify() {
                    return Err("the token doesn't verify".into());
                }
            }
            count += 8;
        }
        println!("{}", f64::from(count) / (processor_time()? - spent));
        io::stdout().flush()?;
    }
    Ok(())
}

/// Seconds that this thread, the only one, has had a processor.
///
/// SPEC: Linux, scheduler statistics: the first number is nanoseconds.
fn processor_time() -> Result<f64, Box<dyn Error>> {
    let statistics = std::fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds = statistics.split_whitespace().next().ok_or("no statistics")?;
    Ok(nanoseconds.parse::<f64>()? / 1e9)
}

/// The least that anybody must do: the RSA check alone, with the key and the signature at hand.
fn signature(subject: Subject) -> Result<Verify, Box<dyn Error>> {
    let number = |name: &str| URL_SAFE_NO_PAD.decode(subject.keys["keys"][0][name].as_str().unwrap_or(""));
    let key = RsaPublicKeyComponents { n: number("n")?, e: number("e")? }
        .to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256)?;
    let (message, signature) = subject.token.rsplit_once('.').ok_or("no token")?;
    let (message, signature) = (message.to_owned(), URL_SAFE_NO_PAD.decode(signature)?);
    Ok(Box::new(move || key.verify_sig(message.as_bytes(), &signature).is_ok()))
}

fn ours(subject: Subject, remembered: usize) -> Result<Verify, Box<dyn Error>> {
    let pool = UserPool::new(&subject.pool)?.clients([&subject.client]);
    let keys = PoolKeys::new().with(&pool, KeySet::parse(&subject.keys.to_string())?);
    let verifier = Verifier::access_token().pool(pool).cache(remembered);
    let token = subject.token;
    Ok(Box::new(move || {
        let now = UNIX_EPOCH.elapsed().map_or(0, |elapsed| elapsed.as_secs());
        verifier.verify(&token, &keys, now).is_ok()
    }))
}

/// As its documentation does it: the key is made once, the claims are read into a struct.
fn jsonwebtoken(subject: Subject, provider: &'static CryptoProvider) -> Result<Verify, Box<dyn Error>> {
    #[derive(Deserialize)]
    #[expect(dead_code, reason = "read and dropped, as a handler might")]
    struct Claims {
        sub: String,
        token_use: String,
        client_id: String,
        scope: String,
        username: String,
        org_id: String,
    }
    provider.install_default().map_err(|_| "installed twice")?;
    let keys: JwkSet = serde_json::from_value(subject.keys)?;
    let kid = keys.keys.first().and_then(|key| key.common.key_id.clone()).ok_or("no kid")?;
    let key = DecodingKey::from_jwk(&keys.keys[0])?;
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[&subject.issuer]);
    validation.validate_aud = false;
    let (token, client) = (subject.token, subject.client);
    Ok(Box::new(move || {
        let header = jsonwebtoken::decode_header(&token);
        header.is_ok_and(|header| header.kid.as_ref() == Some(&kid))
            && jsonwebtoken::decode::<Claims>(&token, &key, &validation).is_ok_and(|token| {
                token.claims.token_use == "access" && token.claims.client_id == client
            })
    }))
}

/// Its verifier for any provider: the one for Cognito can't be given keys without a network.
fn jwt_verify(subject: Subject) -> Result<Verify, Box<dyn Error>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let clients = [subject.client];
    let config =
        OidcProviderConfig::new(&subject.issuer, Some(&subject.keys_url), &clients, None)
            .map_err(|error| format!("{error:?}"))?;
    let verifier = OidcJwtVerifier::new(vec![config]).map_err(|error| format!("{error:?}"))?;
    let token = subject.token;
    Ok(Box::new(move || {
        runtime.block_on(verifier.verify::<OidcAccessTokenClaims>(&token)).is_ok()
    }))
}
