//! Who asks, by the claims of the token. Everything that depends on the caller starts here.
//!
//! The gateway has verified the token, and asks for scopes where it can. The scope is asked for
//! again here, because the same code stands behind routes that ask for none. So is the kind of the
//! token: a JWT authorizer without scopes takes an ID token as well, which tells an app who signed
//! in and is no key to an API.

use cognito_claims::lambda_http::{claims, claims_through};
use cognito_claims::{Claims, Door, Features, Guard, Identity, OrgId, ReadError, Refusal};
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt};
use serde::Deserialize;

/// The scopes of the API, by the name of its resource server.
///
/// SPEC: AWS, "Scopes, M2M, and resource servers": `<identifier>/<scope>`.
#[derive(Debug)]
pub(crate) struct Scopes {
    /// The scope that reads items.
    pub(crate) read: String,
    /// The scope that adds them.
    pub(crate) write: String,
}

impl Scopes {
    pub(crate) fn of(resource_server: &str) -> Self {
        Self { read: format!("{resource_server}/read"), write: format!("{resource_server}/write") }
    }
}

/// The group of the pool whose members may delete what others of their organisation made.
const ADMINS: &str = "admins";

/// A person or a machine, acting in one organisation.
#[derive(Debug)]
pub(crate) struct Caller<'r> {
    claims: Claims<'r>,
    pub(crate) org_id: OrgId,
    /// `user:` or `client:` and who: a client's id must never pass for a user's.
    pub(crate) name: String,
    features: Features,
}

/// The tiers by what they allow. A tier that this code doesn't know counts as the lowest.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Tier {
    Enterprise,
    Pro,
    #[serde(other)]
    Free,
}

impl<'r> Caller<'r> {
    /// The caller, if their access token has the scope.
    pub(crate) fn with_scope(scope: &str, request: &'r Request, now: u64) -> Result<Self, Refusal> {
        let claims = claims_of(request)?;
        Guard::access_token().all_scopes([scope]).check(&claims, now)?;
        let name = match claims.identity()? {
            Identity::User { sub, .. } => format!("user:{sub}"),
            Identity::Client { client_id } => format!("client:{client_id}"),
        };
        Ok(Self { org_id: claims.org_id()?, name, features: claims.features()?, claims })
    }

    /// How many items the organisation may have; `None` is any number.
    ///
    /// Read where it is needed, so that a token without a tier can still list.
    pub(crate) fn item_limit(&self) -> Result<Option<u32>, Refusal> {
        Ok(match self.claims.claim("org_tier")? {
            Tier::Enterprise => None,
            Tier::Pro => Some(1_000),
            Tier::Free => Some(10),
        })
    }

    /// Whether the caller is in the group of the admins. Which organisation they are an admin of is
    /// the token's to say, as for everybody.
    ///
    /// A REST API's Cognito authorizer joins groups by commas, and a group may be called `x,admins`.
    /// So there whoever is in several is no admin, unless `claims_of` makes the promise of
    /// `assume_comma_free_groups`.
    pub(crate) fn is_admin(&self) -> bool {
        self.claims.groups().is_ok_and(|groups| groups.iter().any(|group| group == ADMINS))
    }

    /// Whether items show who made them. A feature that is unknown, because the flags were left
    /// out of this token, counts as off.
    pub(crate) fn sees_authors(&self) -> bool {
        self.features.feature("audit-log").is_on()
    }
}

/// The claims, found by the request's front door.
///
/// What a REST API calls claims is a Cognito authorizer's: an HTTP API can send events of the old
/// format, which look the same, and ours doesn't. Without them it has a Lambda authorizer, or none.
pub(crate) fn claims_of(request: &Request) -> Result<Claims<'_>, ReadError> {
    match request.request_context_ref() {
        Some(RequestContext::ApiGatewayV1(_)) => {
            claims_through(request, Door::RestCognito).or_else(|_| claims(request))
        }
        _ => claims(request),
    }
}

#[cfg(test)]
mod tests {
    use cognito_claims::testing::{ISSUED_AT, Token};
    use lambda_http::request::from_str;
    use serde_json::Value;

    use super::*;

    const READ: &str = "items/read";
    const WRITE: &str = "items/write";

    fn ada() -> Token {
        Token::access()
            .claim("scope", "openid items/read items/write")
            .claim("org_id", "acme-corp")
            .claim("org_tier", "enterprise")
            .claim("feature_flags", "audit-log,export")
    }

    fn doors(token: &Token) -> [Value; 4] {
        [
            token.http_api(),
            token.http_lambda_authorizer(),
            token.rest_cognito(),
            token.rest_lambda_authorizer(),
        ]
    }

    fn refusal(event: &Value) -> (u16, &'static str) {
        let request = from_str(&event.to_string()).unwrap();
        let refusal = Caller::with_scope(READ, &request, ISSUED_AT).unwrap_err();
        (refusal.status(), refusal.word())
    }

    /// What a good token says of its caller at each door, if all say the same.
    fn seen(token: &Token) -> (String, String, Option<u32>, bool) {
        let [first, others @ ..] = doors(token).map(|event| {
            let request = from_str(&event.to_string()).unwrap();
            let caller = Caller::with_scope(READ, &request, ISSUED_AT).unwrap();
            let limit = caller.item_limit().unwrap();
            (caller.org_id.to_string(), caller.name.clone(), limit, caller.sees_authors())
        });
        assert!(others.iter().all(|other| *other == first), "{first:?} {others:?}");
        first
    }

    #[test]
    fn a_person_is_the_same_at_every_door() {
        let name = "user:aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee".to_owned();
        assert_eq!(seen(&ada()), ("acme-corp".to_owned(), name, None, true));
    }

    #[test]
    fn a_machine_is_not_a_person() {
        let token = Token::client()
            .claim("scope", "items/read")
            .claim("org_id", "globex")
            .claim("org_tier", "pro");
        let name = "client:1example23456789".to_owned();
        assert_eq!(seen(&token), ("globex".to_owned(), name, Some(1_000), false));
    }

    #[test]
    fn an_unknown_tier_counts_as_the_lowest_and_a_missing_one_refuses() {
        assert_eq!(seen(&ada().claim("org_tier", "galaxy")).2, Some(10));
        let event = ada().without("org_tier").http_api();
        let request = from_str(&event.to_string()).unwrap();
        let caller = Caller::with_scope(WRITE, &request, ISSUED_AT).unwrap();
        assert_eq!(caller.item_limit().unwrap_err().status(), 403);
    }

    #[test]
    fn a_feature_that_was_left_out_is_off() {
        let token = ada().without("feature_flags").claim("claims_omitted", "feature_flags");
        assert!(!seen(&token).3);
    }

    #[test]
    fn the_wrong_token_is_refused_at_every_door() {
        let no_org = ada().without("org_id");
        let no_scope = ada().claim("scope", "openid items/write");
        let id = Token::id().claim("scope", READ).claim("org_id", "acme-corp");
        for (token, refused) in
            [(no_org, (403, "unreadable")), (no_scope, (403, "scope")), (id, (401, "token_use"))]
        {
            assert_eq!(doors(&token).map(|event| refusal(&event)), [refused; 4]);
        }
    }

    #[test]
    fn a_route_without_authorizer_has_no_claims() {
        let mut event = ada().http_api();
        event["requestContext"].as_object_mut().unwrap().remove("authorizer");
        assert_eq!(refusal(&event), (401, "no_claims"));
    }

    #[test]
    fn what_an_authorizer_calls_claims_is_none() {
        let mut event = ada().http_lambda_authorizer();
        let claims = Value::from(ada().payload().clone());
        event["requestContext"]["authorizer"]["lambda"] = serde_json::json!({ "claims": claims });
        assert_eq!(refusal(&event), (401, "no_claims"));
    }

    /// Their scope is another API's.
    #[test]
    fn recorded_events_are_read_and_lack_only_the_scope() {
        let contexts = concat!(env!("CARGO_MANIFEST_DIR"), "/../../crates/claims/tests/contexts/1");
        for file in
            ["http-api", "http-api-lambda-authorizer", "rest-cognito", "rest-lambda-authorizer"]
        {
            let text = std::fs::read_to_string(format!("{contexts}/{file}.json")).unwrap();
            assert_eq!(refusal(&serde_json::from_str(&text).unwrap()), (403, "scope"), "{file}");
            let text = text.replace("orders/read", READ);
            let request = from_str(&text).unwrap();
            let caller = Caller::with_scope(READ, &request, ISSUED_AT).unwrap();
            assert_eq!(caller.org_id, "acme-corp", "{file}");
            assert_eq!(caller.item_limit().unwrap(), None, "{file}");
            assert!(caller.sees_authors(), "{file}");
        }
    }
}
