//! Events of every front door from one set of claims, for the tests of those who read them.
//!
//! ```
//! use cognito_claims::{Claims, testing::Token};
//!
//! let token = Token::access().claim("org_id", "acme").claim("cognito:groups", ["admin"]);
//! for event in [token.http_api(), token.rest_jwt(), token.appsync()] {
//!     let claims = Claims::from_event(&event)?;
//!     assert_eq!(claims.org_id()?, "acme");
//!     assert_eq!(claims.groups()?, ["admin"]);
//! }
//! # Ok::<(), cognito_claims::ReadError>(())
//! ```

mod flatten;

use serde_json::{Map, Value, json};

use crate::{base64url, context};

/// When the example tokens were issued, in seconds since 1970.
pub const ISSUED_AT: u64 = 1_900_000_000;
/// The app client of the example tokens.
pub const CLIENT_ID: &str = "1example23456789";

/// The claims of a token that a user pool could have issued. Not signed.
#[derive(Clone, Debug)]
pub struct Token {
    payload: Map<String, Value>,
}

impl Token {
    /// A user's access token with the scope `openid`.
    pub fn access() -> Self {
        Self::issued()
            .claim("token_use", "access")
            .claim("sub", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee")
            .claim("username", "ada")
            .claim("client_id", CLIENT_ID)
            .claim("scope", "openid")
            .claim("version", 2)
    }

    /// A user's ID token.
    pub fn id() -> Self {
        Self::issued()
            .claim("token_use", "id")
            .claim("sub", "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee")
            .claim("cognito:username", "ada")
            .claim("aud", CLIENT_ID)
            .claim("email_verified", true)
    }

    /// An access token of client credentials, with the scope `api/read`.
    pub fn client() -> Self {
        Self::issued()
            .claim("token_use", "access")
            .claim("sub", CLIENT_ID)
            .claim("client_id", CLIENT_ID)
            .claim("scope", "api/read")
            .claim("version", 2)
    }

    fn issued() -> Self {
        Self { payload: Map::new() }
            .claim("iss", "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE")
            .claim("auth_time", ISSUED_AT)
            .claim("iat", ISSUED_AT)
            .claim("exp", ISSUED_AT + 3600)
    }

    /// The same token with one claim more, or another value for it.
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.payload.insert(name.to_owned(), value.into());
        self
    }

    /// The same token without this claim.
    pub fn without(mut self, name: &str) -> Self {
        self.payload.remove(name);
        self
    }

    /// The claims as they stand in the token.
    pub fn payload(&self) -> &Map<String, Value> {
        &self.payload
    }

    /// The token as text with a signature that verifies nowhere.
    pub fn unsigned(&self) -> String {
        let payload = Value::from(self.payload.clone()).to_string();
        format!(
            "{}.{}.c2ln",
            base64url::encode(br#"{"alg":"RS256"}"#),
            base64url::encode(payload.as_bytes())
        )
    }

    /// HTTP API with a JWT authorizer, payload format 2.0, a route that asks for no scope.
    pub fn http_api(&self) -> Value {
        let claims = flatten::http_api(&self.payload);
        http_event(json!({ "jwt": { "claims": claims, "scopes": null } }))
    }

    /// HTTP API with a JWT authorizer, payload format 1.0.
    pub fn http_api_1_0(&self) -> Value {
        let claims = flatten::http_api(&self.payload);
        let mut event = rest_event(json!({ "claims": claims, "scopes": null }));
        if let Some(members) = event.as_object_mut() {
            members.insert("version".to_owned(), "1.0".into());
        }
        event
    }

    /// REST API with a Cognito authorizer.
    pub fn rest_cognito(&self) -> Value {
        rest_event(json!({ "claims": flatten::rest_cognito(&self.payload) }))
    }

    /// REST API with a JWT authorizer.
    pub fn rest_jwt(&self) -> Value {
        rest_event(json!({ "claims": self.payload }))
    }

    /// REST API with a Lambda authorizer that puts the claims into its context.
    pub fn rest_lambda_authorizer(&self) -> Value {
        rest_event(self.context())
    }

    /// HTTP API with a Lambda authorizer, payload format 2.0.
    pub fn http_lambda_authorizer(&self) -> Value {
        http_event(json!({ "lambda": context::encode(&self.payload) }))
    }

    /// WebSocket API with a Lambda authorizer.
    pub fn websocket(&self) -> Value {
        json!({
            "requestContext": {
                "routeKey": "$default",
                "eventType": "MESSAGE",
                "messageDirection": "IN",
                "connectionId": "example=",
                "apiId": "api1example",
                "stage": "live",
                "requestId": "request1example",
                "connectedAt": 1_900_000_000_000_u64,
                "requestTimeEpoch": 1_900_000_001_000_u64,
                "domainName": "api.example.com",
                "identity": { "sourceIp": "192.0.2.1" },
                "authorizer": self.context(),
            },
            "body": "{}",
            "isBase64Encoded": false,
        })
    }

    /// AppSync with a Cognito user pool, as the whole resolver context.
    pub fn appsync(&self) -> Value {
        json!({
            "arguments": {},
            "identity": {
                "claims": self.payload,
                "sub": self.payload.get("sub"),
                "username": self.payload.get("username"),
                "groups": self.payload.get("cognito:groups"),
                "issuer": self.payload.get("iss"),
                "sourceIp": ["192.0.2.1"],
                "defaultAuthStrategy": "ALLOW",
            },
        })
    }

    /// AppSync with a Lambda authorizer.
    pub fn appsync_lambda(&self) -> Value {
        json!({
            "arguments": {},
            "identity": { "resolverContext": context::encode(&self.payload) },
        })
    }

    /// Application Load Balancer: the access token in a header, unverified.
    pub fn alb(&self) -> Value {
        json!({
            "requestContext": { "elb": { "targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example/0123456789abcdef" } },
            "httpMethod": "GET",
            "path": "/items",
            "queryStringParameters": {},
            "headers": { "x-amzn-oidc-accesstoken": self.unsigned() },
            "body": "",
            "isBase64Encoded": false,
        })
    }

    fn context(&self) -> Value {
        let mut context = context::encode(&self.payload);
        context.insert("principalId".to_owned(), "ada".into());
        context.insert("integrationLatency".to_owned(), 12.into());
        context.into()
    }
}

fn http_event(authorizer: Value) -> Value {
    json!({
        "version": "2.0",
        "routeKey": "GET /items",
        "rawPath": "/items",
        "rawQueryString": "",
        "headers": { "host": "api.example.com" },
        "requestContext": {
            "accountId": "123456789012",
            "apiId": "api1example",
            "domainName": "api.example.com",
            "domainPrefix": "api",
            "http": {
                "method": "GET",
                "path": "/items",
                "protocol": "HTTP/1.1",
                "sourceIp": "192.0.2.1",
                "userAgent": "example",
            },
            "requestId": "request1example",
            "routeKey": "GET /items",
            "stage": "$default",
            "time": "17/Mar/2030:17:46:40 +0000",
            "timeEpoch": 1_900_000_000_000_u64,
            "authorizer": authorizer,
        },
        "isBase64Encoded": false,
    })
}

fn rest_event(authorizer: Value) -> Value {
    json!({
        "resource": "/items",
        "path": "/items",
        "httpMethod": "GET",
        "headers": { "Host": "api.example.com" },
        "multiValueHeaders": { "Host": ["api.example.com"] },
        "queryStringParameters": null,
        "multiValueQueryStringParameters": null,
        "pathParameters": null,
        "stageVariables": null,
        "requestContext": {
            "resourceId": "abc123",
            "resourcePath": "/items",
            "httpMethod": "GET",
            "path": "/live/items",
            "accountId": "123456789012",
            "apiId": "api1example",
            "protocol": "HTTP/1.1",
            "stage": "live",
            "requestId": "request1example",
            "identity": { "sourceIp": "192.0.2.1", "userAgent": "example" },
            "authorizer": authorizer,
        },
        "body": null,
        "isBase64Encoded": false,
    })
}
