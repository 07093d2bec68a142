//! The user pools whose tokens are accepted: issuers, app clients, and where the keys are.

/// A user pool whose tokens are accepted, and the app clients that they may be issued to.
///
/// Until [`UserPool::clients`] names some, no token of the pool is accepted.
#[derive(Clone, Debug)]
#[must_use = "a pool is nothing until a verifier has it"]
pub struct UserPool {
    /// By its id, if it is known by that.
    id: Option<String>,
    issuers: Vec<String>,
    /// One place for all issuers, or one for each in the same order.
    keys_urls: Vec<String>,
    clients: Clients,
}

#[derive(Clone, Debug)]
enum Clients {
    Listed(Vec<String>),
    Any,
}

/// Why a text is no user pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PoolError {
    /// No pool id such as `eu-west-1_AbCdEfGhI`.
    #[error("expected a user pool id: a region, an underscore, and letters and digits")]
    Id,
    /// No region such as `eu-west-1`, or a region for a pool that isn't known by its id.
    #[error("expected a region, for a user pool that is named by its id")]
    Region,
    /// No URL that can be an issuer or the address of keys.
    #[error("expected an http or https URL in ASCII, without query, fragment and user")]
    Url,
}

impl UserPool {
    /// A pool of Cognito by its id, with both of the issuers that Cognito knows for it. Each has its
    /// keys below itself.
    ///
    /// In a partition of AWS with domain names of its own, [`UserPool::with_issuer`] takes the
    /// issuer that stands in the pool's tokens.
    ///
    /// SPEC: AWS, Cognito API reference, UserPoolIdType (form of the id) and
    /// IssuerConfigurationType (`ORIGINAL` and `UPDATED` issuer).
    ///
    /// # Errors
    /// [`PoolError::Id`].
    pub fn new(id: &str) -> Result<Self, PoolError> {
        let region = region(id).ok_or(PoolError::Id)?;
        let original = format!("https://cognito-idp.{region}.amazonaws.com/{id}");
        let updated = format!("https://issuer-cognito-idp.{region}.amazonaws.com/{id}");
        let pool = Self {
            id: Some(id.to_owned()),
            issuers: Vec::new(),
            keys_urls: Vec::new(),
            clients: Clients::Listed(Vec::new()),
        };
        Ok(pool.and_issuer(original).and_issuer(updated))
    }

    /// A pool by the exact text of the claim `iss`, such as an emulator's.
    ///
    /// # Errors
    /// [`PoolError::Url`].
    pub fn with_issuer(issuer: &str) -> Result<Self, PoolError> {
        if !is_plain_url(issuer) {
            return Err(PoolError::Url);
        }
        let pool = Self {
            id: None,
            issuers: Vec::new(),
            keys_urls: Vec::new(),
            clients: Clients::Listed(Vec::new()),
        };
        Ok(pool.and_issuer(issuer.to_owned()))
    }

    /// Takes tokens of the pool's replicas in these regions as well: the original issuer with the
    /// host of the region, and the keys below it.
    ///
    /// A replica has the pool's id. The updated issuer names the first region wherever a token was
    /// issued; the original one was seen with the region that answered, and AWS's pages don't say
    /// which it is. So both are accepted.
    ///
    /// SPEC: AWS, "Multi-Region replication for user pools"; the original issuer of a replica is
    /// not verified on AWS.
    ///
    /// # Errors
    /// [`PoolError::Region`], also for a pool of [`UserPool::with_issuer`].
    pub fn regions(
        self,
        regions: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Result<Self, PoolError> {
        let id = self.id.clone().ok_or(PoolError::Region)?;
        regions.into_iter().try_fold(self, |pool, region| {
            let region = region.as_ref();
            if !is_region(region) {
                return Err(PoolError::Region);
            }
            let issuer = format!("https://cognito-idp.{region}.amazonaws.com/{id}");
            Ok(if pool.has_issuer(&issuer) { pool } else { pool.and_issuer(issuer) })
        })
    }

    fn and_issuer(mut self, issuer: String) -> Self {
        self.keys_urls.push(keys_below(&issuer));
        self.issuers.push(issuer);
        self
    }

    /// Accepts tokens that were issued to these app clients, by id.
    pub fn clients(self, ids: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { clients: Clients::Listed(ids.into_iter().map(Into::into).collect()), ..self }
    }

    /// Accepts tokens that were issued to any app client of the pool.
    ///
    /// Whoever may add an app client to the pool can then make tokens for this application.
    pub fn any_client(self) -> Self {
        Self { clients: Clients::Any, ..self }
    }

    /// Another place for the key set than `/.well-known/jwks.json` below each issuer, for all of
    /// them. Say it last.
    ///
    /// # Errors
    /// [`PoolError::Url`].
    pub fn keys_at(self, url: &str) -> Result<Self, PoolError> {
        if !is_plain_url(url) {
            return Err(PoolError::Url);
        }
        Ok(Self { keys_urls: vec![url.to_owned()], ..self })
    }

    /// The issuer by which the pool is known here: the original one of Cognito, or the given one.
    pub fn issuer(&self) -> &str {
        self.issuers.first().map_or("", String::as_str)
    }

    /// All texts that the claim `iss` of the pool's tokens can have.
    pub fn issuers(&self) -> &[String] {
        &self.issuers
    }

    /// Where the pool's key sets are: one place, or one for each of [`UserPool::issuers`] in the same
    /// order.
    pub fn keys_urls(&self) -> &[String] {
        &self.keys_urls
    }

    /// Whether the claim `iss` of one of the pool's tokens can have this text.
    pub fn has_issuer(&self, issuer: &str) -> bool {
        self.issuers.iter().any(|own| own == issuer)
    }

    /// Whether tokens are accepted that were issued to this app client, by id.
    pub fn accepts(&self, client: &str) -> bool {
        match &self.clients {
            Clients::Listed(ids) => ids.iter().any(|id| id == client),
            Clients::Any => true,
        }
    }
}

/// SPEC: RFC 8414 and OpenID Connect Discovery put metadata below the issuer; AWS, "Verifying JSON
/// web tokens", gives this path.
fn keys_below(issuer: &str) -> String {
    format!("{}/.well-known/jwks.json", issuer.trim_end_matches('/'))
}

/// The region of a pool id: everything goes into a URL, so nothing but plain characters may pass.
fn region(id: &str) -> Option<&str> {
    let (region, name) = id.split_once('_')?;
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric());
    (is_region(region) && plain && id.len() <= 55).then_some(region)
}

fn is_region(region: &str) -> bool {
    let parts: Vec<&str> = region.split('-').collect();
    let words = parts.iter().all(|part| {
        !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    });
    words && parts.len() >= 3 && region.len() <= 32
}

/// Whether the text is a URL with a host and a path and nothing else.
fn is_plain_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && rest.bytes().all(|b| b.is_ascii_graphic() && !b"?#@\\\"<>^`{|}".contains(&b))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pool_id_gives_both_issuers_and_the_addresses_of_their_keys() {
        let pool = UserPool::new("eu-west-1_AbC123").unwrap();
        assert!(pool.has_issuer("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123"));
        assert!(
            pool.has_issuer("https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123")
        );
        assert!(!pool.has_issuer("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123/"));
        assert_eq!(
            pool.keys_urls(),
            [
                "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123/.well-known/jwks.json",
                "https://issuer-cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbC123/.well-known/jwks.json",
            ]
        );
    }

    #[test]
    fn a_replica_has_the_pools_id_at_the_host_of_its_region() {
        let pool = UserPool::new("eu-west-1_AbC123").unwrap();
        let pool = pool.regions(["us-west-2", "eu-west-1", "us-west-2"]).unwrap();
        let issuer = "https://cognito-idp.us-west-2.amazonaws.com/eu-west-1_AbC123";
        assert_eq!(pool.issuers().get(2).map(String::as_str), Some(issuer));
        assert_eq!((pool.issuers().len(), pool.keys_urls().len()), (3, 3));
        assert!(
            !pool.has_issuer("https://issuer-cognito-idp.us-west-2.amazonaws.com/eu-west-1_AbC123")
        );
        assert!(!pool.has_issuer("https://cognito-idp.us-west-2.amazonaws.com/us-west-2_AbC123"));
        assert_eq!(pool.keys_at("https://keys.example/a").unwrap().keys_urls().len(), 1);
    }

    #[test]
    fn a_region_that_could_change_the_address_is_none() {
        let pool = || UserPool::new("eu-west-1_AbC123").unwrap();
        for region in ["", "west", "us-west", "us-west-2.evil.example", "us-west-2/x", "US-WEST-2"]
        {
            assert_eq!(pool().regions([region]).err(), Some(PoolError::Region), "{region}");
        }
        let local = UserPool::with_issuer("http://127.0.0.1:4566/eu-west-1_x").unwrap();
        assert_eq!(local.regions(["us-west-2"]).err(), Some(PoolError::Region));
    }

    #[test]
    fn an_id_that_could_change_the_address_is_none() {
        for id in [
            "",
            "_x",
            "eu-west-1_",
            "eu-west-1",
            "eu-west-1_a/b",
            "eu-west-1_a.b",
            "eu-west-1.evil.example/_x",
            "eu west-1_x",
            "eu--1_x",
            "EU-WEST-1_x",
            "euwest_x",
            "eu-west-1_a_b",
            "eu-west-1_é",
        ] {
            assert!(UserPool::new(id).is_err(), "{id}");
        }
        for id in ["us-gov-west-1_A1b2", "eusc-de-east-1_abc", "cn-north-1_Z"] {
            assert!(UserPool::new(id).is_ok(), "{id}");
        }
    }

    #[test]
    fn an_issuer_is_a_url_and_nothing_else() {
        for url in [
            "",
            "https://",
            "https:///x",
            "ftp://a/b",
            "https://a/b?c",
            "https://u@a/",
            "https://a b/",
        ] {
            assert_eq!(UserPool::with_issuer(url).err(), Some(PoolError::Url), "{url}");
        }
        let pool = UserPool::with_issuer("http://127.0.0.1:4566/eu-west-1_x").unwrap();
        assert_eq!(pool.keys_urls(), ["http://127.0.0.1:4566/eu-west-1_x/.well-known/jwks.json"]);
    }

    #[test]
    fn a_pool_without_clients_accepts_none() {
        let pool = UserPool::new("eu-west-1_x").unwrap();
        assert!(!pool.accepts("") && !pool.accepts("a"));
        assert!(pool.clone().clients(["a"]).accepts("a"));
        assert!(!pool.clone().clients(["a"]).accepts("A"));
        assert!(pool.any_client().accepts("b"));
    }
}
