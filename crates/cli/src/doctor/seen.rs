//! What was given to look at: a pasted token, or the event that a handler got.
//!
//! A token is decoded here and nowhere kept whole; its signature isn't looked at.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use cognito_claims::names::{CLAIMS_AS_OF, CLAIMS_OMITTED};
use cognito_claims::{Claims, Door, ReadError, ReadErrorKind, TokenUse};
use serde_json::{Map, Value};

use super::cause::{Cause, CauseCode};

/// The claims of a token, as the token or a front door shows them.
pub struct Seen {
    /// How evidence calls it.
    pub name: String,
    /// Where they come from.
    pub door: Door,
    /// The claims. None of their values is ever printed, but for those named in [`plain`].
    pub claims: Map<String, Value>,
    /// Characters of the token, if it is one.
    pub length: Option<usize>,
}

impl Seen {
    /// Whether the claim is there; null is not.
    pub fn has(&self, claim: &str) -> bool {
        self.claims.get(claim).is_some_and(|value| !value.is_null())
    }

    /// A claim that is a text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims.get(claim)?.as_str()
    }

    /// A time, in seconds since 1970. Front doors make texts of them.
    pub fn time(&self, claim: &str) -> Option<u64> {
        let value = self.claims.get(claim)?;
        value.as_u64().or_else(|| value.as_f64().map(|time| time as u64)).or_else(|| {
            // The readers know all forms of a time.
            let claims = Map::from_iter([(claim.to_owned(), value.clone())]);
            let event =
                serde_json::json!({ "requestContext": { "authorizer": { "claims": claims } } });
            let read = match self.door {
                Door::HttpApi => Claims::from_http_api(&event),
                Door::RestCognito => Claims::from_rest_cognito(&event),
                _ => Claims::from_rest_jwt(&event),
            };
            read.ok()?.claim(claim).ok()
        })
    }

    /// How long ago it was issued.
    pub fn issued_ago(&self, now: u64) -> Option<String> {
        Some(span(now.checked_sub(self.time("iat")?)?))
    }

    /// How long ago it expired; none if it still holds.
    pub fn expired_ago(&self, now: u64) -> Option<String> {
        Some(span(now.checked_sub(self.time("exp")?)?))
    }

    /// Which token it is.
    pub fn token(&self) -> Option<TokenUse> {
        TokenUse::BOTH.into_iter().find(|token| self.text("token_use") == Some(token.as_str()))
    }

    /// The app client: `client_id` of an access token, `aud` of an ID token.
    pub fn client(&self) -> Option<&str> {
        match self.token()? {
            TokenUse::Access => self.text("client_id"),
            TokenUse::Id => self.text("aud"),
        }
    }

    /// The user pool of the issuer; an emulator's issuer ends in one, too.
    /// SPEC: AWS, "Verifying JSON web tokens": the issuer ends in the pool id.
    pub fn pool(&self) -> Option<&str> {
        let (_, host_and_pool) = self.text("iss")?.split_once("://")?;
        let (_, pool) = host_and_pool.split_once('/')?;
        (self.is_of_aws() || is_pool_id(pool)).then_some(pool)
    }

    /// Whether the token is none of a user pool's.
    pub fn is_foreign(&self) -> bool {
        self.pool().is_none()
    }

    /// Whether the issuer is Cognito itself.
    pub fn is_of_aws(&self) -> bool {
        let host = self.text("iss").and_then(|it| it.strip_prefix("https://")?.split_once('/'));
        host.is_some_and(|(host, _)| {
            (host.starts_with("cognito-idp.") || host.starts_with("issuer-cognito-idp."))
                && host.contains(".amazonaws.com")
        })
    }

    /// Whether the token is a machine's: its `sub` is the app client, and it has no user name.
    pub fn is_machine(&self) -> bool {
        self.token() == Some(TokenUse::Access)
            && self.text("username").is_none()
            && self.text("sub").is_some_and(|sub| self.text("client_id") == Some(sub))
    }

    /// Whether both tokens are surely of one moment: of one person, app client and sign-in, and
    /// issued together.
    pub fn is_made_with(&self, other: &Seen) -> bool {
        let same = |name: &str| self.has(name) && self.claims.get(name) == other.claims.get(name);
        same("sub")
            && same("iat")
            && (same("event_id") || same("origin_jti"))
            && self.client().is_some()
            && self.client() == other.client()
    }

    /// Whether the trigger named the claim as left out.
    pub fn omits(&self, claim: &str) -> bool {
        self.text(CLAIMS_OMITTED).is_some_and(|names| names.split(',').any(|name| name == claim))
    }

    /// Whether the trigger worked from old data.
    pub fn is_stale(&self) -> bool {
        self.has(CLAIMS_AS_OF)
    }

    /// Whether all of a token's claims are here. A Lambda authorizer passes on what it likes.
    pub fn is_whole(&self) -> bool {
        !matches!(self.door, Door::LambdaAuthorizer | Door::AppSyncLambda) && self.token().is_some()
    }
}

/// `50 s`, `12 min`, `3 h`, `5 days`.
fn span(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} s"),
        120..7200 => format!("{} min", seconds / 60),
        7200..172_800 => format!("{} h", seconds / 3600),
        _ => format!("{} days", seconds / 86400),
    }
}

/// Whether a text has the form of a pool id: a region, `_`, letters and digits.
fn is_pool_id(text: &str) -> bool {
    text.split_once('_').is_some_and(|(region, name)| {
        let fits = |text: &str, more: &[u8]| {
            !text.is_empty()
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
        };
        fits(region, b"-") && fits(name, b"")
    })
}

/// Reads tokens: bare, among other words, several parted by blanks, or the JSON in which Cognito
/// hands them out. What is no readable token but easy to take for one is a cause.
pub fn tokens(text: &str) -> Result<(Vec<Seen>, Vec<Cause>), &'static str> {
    let text = text.trim_start_matches('\u{feff}');
    let texts = match serde_json::from_str::<Value>(text) {
        Ok(answer) => handed_out(&answer),
        Err(_) => text
            .split_whitespace()
            .map(|word| word.trim_matches(['"', '\'', '`', ',', ';']))
            .filter(|word| claims(word).is_some() || lookalike("", word).is_some())
            .map(str::to_owned)
            .collect(),
    };
    if texts.is_empty() && text.trim().is_empty() {
        return Err("no token in it");
    }
    let (mut seen, mut causes) = (Vec::new(), Vec::new());
    for (at, text) in texts.iter().enumerate() {
        let name = if texts.len() == 1 { "token".to_owned() } else { format!("token {}", at + 1) };
        match claims(text) {
            Some(claims) => {
                let length = Some(text.chars().count());
                seen.push(Seen { name, door: Door::Token, claims, length });
            }
            None => causes.extend(lookalike(&name, text)),
        }
    }
    if seen.is_empty() && causes.is_empty() {
        return Err("no token of three parts in it; paste an access token or an ID token \
                    (eyJ….eyJ….…), or the JSON in which Cognito handed it out");
    }
    Ok((seen, causes))
}

/// SPEC: AWS, "The token endpoint"; Cognito API reference, `AuthenticationResultType`.
fn handed_out(answer: &Value) -> Vec<String> {
    if let Value::String(token) = answer {
        return vec![token.clone()];
    }
    let inner = answer.get("AuthenticationResult").unwrap_or(answer);
    let names = ["IdToken", "AccessToken", "id_token", "access_token"];
    names.iter().filter_map(|name| inner.get(name)?.as_str()).map(str::to_owned).collect()
}

/// The payload as it stands in the token: a null, too, which the readers never show.
fn claims(token: &str) -> Option<Map<String, Value>> {
    let mut parts = token.split('.');
    let (_header, payload, _signature) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

fn lookalike(name: &str, text: &str) -> Option<Cause> {
    let parts: Vec<&str> = text.split('.').collect();
    match parts.as_slice() {
        [_, _, _, _, _] => Some(
            Cause::sure(
                CauseCode::EncryptedToken,
                "this is a refresh token, or another encrypted one: nobody but Cognito can read it",
                "paste the access token or the ID token that came with it",
            )
            .because(name, "five parts, as RFC 7516 has them; a readable token has three"),
        ),
        [_, _, _] if parts.iter().any(|part| part.ends_with('=')) => Some(
            Cause::sure(
                CauseCode::ForeignToken,
                "this is no token of a user pool: Cognito never pads the parts",
                "a load balancer's x-amzn-oidc-data is made from userInfo, and no trigger writes \
                 into it; paste the token in x-amzn-oidc-accesstoken",
            )
            .because(name, "padded with `=`"),
        ),
        _ => None,
    }
}

/// Whether a text looks like a token, so that it must not stand on a command line.
pub fn looks_like_a_token(text: &str) -> bool {
    let text = text.rsplit([' ', '=']).find(|word| !word.is_empty()).unwrap_or(text);
    text.starts_with("eyJ") && text.contains('.') && text.len() > 20
}

/// The claims in the event that a handler got; or why there are none.
pub fn context(name: &str, event: &Value, door: Option<Door>) -> Result<Seen, Box<Cause>> {
    let claims = match door {
        None => Claims::from_event(event),
        Some(Door::HttpApi) => Claims::from_http_api(event),
        Some(Door::RestCognito) => Claims::from_rest_cognito(event),
        Some(Door::RestJwt) => Claims::from_rest_jwt(event),
        Some(Door::LambdaAuthorizer) => Claims::from_lambda_authorizer(event),
        Some(Door::AppSync) => Claims::from_appsync(event),
        Some(_) => Claims::from_appsync_lambda(event),
    };
    let claims = claims.map_err(|error| Box::new(unchecked(name, event, &error)))?;
    let door = claims.door();
    let claims = claims.read().map_err(|error| {
        let what = "the claims in the event can't be read";
        let next = "say which door it is with --door";
        let cause = Cause::sure(CauseCode::AmbiguousDoor, what, next);
        Box::new(cause.because(name, error.to_string()))
    })?;
    Ok(Seen { name: name.to_owned(), door, claims, length: None })
}

/// Why an event has no checked claims.
fn unchecked(name: &str, event: &Value, error: &ReadError) -> Cause {
    if error.kind() == ReadErrorKind::AmbiguousDoor {
        return Cause::sure(
            CauseCode::AmbiguousDoor,
            "the event fits no front door exactly, so the form of its claims isn't known",
            "say which one it is with --door, and use the constructor of that door in the \
             handler instead of Claims::from_event",
        )
        .because(name, error.to_string());
    }
    let header = |wanted: &str| {
        let headers = event.get("headers").and_then(Value::as_object);
        headers.is_some_and(|all| all.keys().any(|key| key.eq_ignore_ascii_case(wanted)))
    };
    let next = if header("x-amzn-oidc-accesstoken") {
        "behind a load balancer, verify the token in the header x-amzn-oidc-accesstoken: \
         docs/verify.md"
    } else if header("authorization") {
        "nobody checked the token in the header: attach an authorizer to the route, or verify \
         it in the handler: docs/verify.md"
    } else {
        "attach an authorizer to the route, and send the token in the Authorization header"
    };
    Cause::sure(
        CauseCode::NoAuthorizer,
        "the handler gets no claims: no authorizer has checked a token",
        next,
    )
    .because(name, error.to_string())
}

/// An identifier of Cognito's own for the screen; nothing else, whatever stands in its place.
pub fn plain(identifier: &str) -> &str {
    let fits = identifier.len() <= 128
        && identifier.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    if fits { identifier } else { "something else" }
}
