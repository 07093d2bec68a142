//! Revoked tokens: which records say so.
//!
//! A record's key is `REVOKED#` and the value of one claim. Its attribute `before`, a time in
//! seconds, narrows it to sign-ins until then, so that a person can sign in again; a refresh makes
//! no new sign-in. Without it the record revokes every token. Pure: the store is an argument.

use std::future::Future;

use cognito_claims::{Claims, Identity};

use crate::config::Revocation;

/// A record of something revoked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Tokens of sign-ins until this time, in seconds since 1970, are revoked; all tokens if
    /// `None`.
    pub before: Option<u64>,
}

/// The store could not answer in time, so nothing is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unanswered;

/// Where records of revoked tokens are.
pub trait Revocations {
    /// All records under any of these partition keys; at least one, and none of them twice.
    ///
    /// # Errors
    /// [`Unanswered`].
    fn find(&self, keys: &[String]) -> impl Future<Output = Result<Vec<Revoked>, Unanswered>>;
}

/// No store: for configurations without `[revocation]`.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRevocations;

impl Revocations for NoRevocations {
    async fn find(&self, _: &[String]) -> Result<Vec<Revoked>, Unanswered> {
        Err(Unanswered)
    }
}

/// What is known about a token's revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// No record says that it is revoked.
    Good,
    /// A record says that it is.
    Revoked,
    /// The store could not answer.
    Unknown,
}

/// Looks the token's records up.
pub async fn standing(
    rule: &Revocation,
    store: &impl Revocations,
    claims: &Claims<'_>,
) -> Standing {
    let Some(keys) = keys(rule, claims) else { return Standing::Unknown };
    // No record could reach such a token, so nothing says that it is still good.
    if keys.is_empty() {
        return Standing::Unknown;
    }
    match store.find(&keys).await {
        Err(Unanswered) => Standing::Unknown,
        Ok(records) => {
            let begun = begun(claims);
            let is_meant = |record: &Revoked| record.before.is_none_or(|before| begun <= before);
            if records.iter().any(is_meant) { Standing::Revoked } else { Standing::Good }
        }
    }
}

/// When somebody signed in. A refresh gives a new `iat` and keeps `auth_time`; a machine's token has
/// no `auth_time` and was issued at its sign-in. A time that can't be read counts as the earliest, and
/// so does that of a person's token without it, so that a record revokes the token.
fn begun(claims: &Claims<'_>) -> u64 {
    let is_machine = matches!(claims.identity(), Ok(Identity::Client { .. }));
    let signed_in = match claims.claim::<Option<u64>>("auth_time") {
        Ok(None) if is_machine => claims.issued_at(),
        known => known.map(Option::unwrap_or_default),
    };
    signed_in.unwrap_or_default()
}

/// The partition keys of a token's records; `None` if a claim can't be read. A claim that is
/// missing has no record: a machine's token has no `origin_jti`, and recorded ID tokens have neither
/// that nor `jti`. An ID token names its app client in `aud`.
fn keys(rule: &Revocation, claims: &Claims<'_>) -> Option<Vec<String>> {
    let mut keys = Vec::new();
    for name in &rule.by {
        let text = |name| claims.claim::<Option<String>>(name).ok();
        let value = match text(name)? {
            None if name == "client_id" => text("aud")?,
            value => value,
        };
        if let Some(value) = value {
            keys.push(format!("REVOKED#{value}"));
        }
    }
    // Two claims with one value are one record.
    keys.sort();
    keys.dedup();
    Some(keys)
}
