//! Where each front door puts claims in a Lambda event: the constructors of [`Claims`].
//!
//! Looks at structure only and reads no claim, except to tell apart authorizers that use the same
//! place. Nothing here checks a token: the gateway has, or the event is worthless.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::{claims::Claims, date, door::Door, error::ReadError};

const HTTP_API: &str =
    "an object at `requestContext.authorizer.jwt.claims` or `requestContext.authorizer.claims`";
const REST_API: &str = "an object at `requestContext.authorizer.claims`";
const LAMBDA: &str = "a Lambda authorizer's context at `requestContext.authorizer`";
const APPSYNC: &str = "an object at `identity.claims`";
const APPSYNC_LAMBDA: &str = "an object at `identity.resolverContext`";
const BATCH: &str = "one invocation of AppSync's batch: read each element of the array";
const ANY: &str = "an event of a known front door whose authorizer has checked the token";

impl<'e> Claims<'e> {
    /// From the event of an HTTP API with a JWT authorizer, payload format 2.0 or 1.0.
    ///
    /// SPEC: AWS, "Control access to HTTP APIs with JWT authorizers".
    ///
    /// # Errors
    /// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims).
    pub fn from_http_api(event: &'e Value) -> Result<Self, ReadError> {
        let authorizer = authorizer(event);
        let claims = authorizer
            .and_then(|authorizer| object(authorizer.get("jwt")?, "claims"))
            .or_else(|| authorizer?.get("claims")?.as_object());
        found(Door::HttpApi, claims, HTTP_API)
    }

    /// From the event of a REST API with a Cognito user pool authorizer.
    ///
    /// SPEC: AWS, "Integrate a REST API with a user pool".
    ///
    /// # Errors
    /// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims).
    pub fn from_rest_cognito(event: &'e Value) -> Result<Self, ReadError> {
        found(Door::RestCognito, shared_place(event), REST_API)
    }

    /// From the event of a REST API with a JWT authorizer.
    ///
    /// SPEC: AWS, "Control access to REST APIs with JWT authorizers".
    ///
    /// # Errors
    /// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims).
    pub fn from_rest_jwt(event: &'e Value) -> Result<Self, ReadError> {
        found(Door::RestJwt, shared_place(event), REST_API)
    }

    /// From the event of a REST, HTTP (payload format 2.0 or 1.0) or WebSocket API with a Lambda
    /// authorizer that puts claims into its context in the form of [`crate::context`].
    ///
    /// SPEC: AWS, "Output from an API Gateway Lambda authorizer" and "Control access to HTTP APIs
    /// with Lambda authorizers".
    ///
    /// # Errors
    /// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims).
    pub fn from_lambda_authorizer(event: &'e Value) -> Result<Self, ReadError> {
        let context = authorizer(event).and_then(lambda_context);
        found(Door::LambdaAuthorizer, context, LAMBDA)
    }

    /// From the context of a resolver whose AppSync API uses a Cognito user pool or an OpenID
    /// Connect provider.
    ///
    /// SPEC: AWS, "AppSync resolver mapping template context reference".
    ///
    /// A batch resolver gets an array of such contexts, and answers with one result for each:
    ///
    /// ```
    /// use cognito_claims::{Claims, Guard, Refusal};
    /// use serde_json::{Value, json};
    ///
    /// fn batch(invocations: &[Value], now: u64) -> Result<Vec<Value>, Refusal> {
    ///     let guard = Guard::access_token().any_scope(["orders/read"]);
    ///     let mut answers = Vec::new();
    ///     for invocation in invocations {
    ///         let claims = Claims::from_appsync(invocation)?;
    ///         guard.check(&claims, now)?;
    ///         answers.push(json!({ "data": { "org": claims.org_id()?.as_str() } }));
    ///     }
    ///     Ok(answers)
    /// }
    /// # let invocation = json!({ "identity": { "claims": {
    /// #     "token_use": "access", "scope": "orders/read", "org_id": "acme",
    /// # } } });
    /// # let answers = batch(&[invocation.clone(), invocation], 0)?;
    /// # assert_eq!(answers, vec![json!({ "data": { "org": "acme" } }); 2]);
    /// # assert!(batch(&[json!({})], 0).is_err());
    /// # Ok::<(), Refusal>(())
    /// ```
    ///
    /// # Errors
    /// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims).
    pub fn from_appsync(event: &'e Value) -> Result<Self, ReadError> {
        found(Door::AppSync, identity(event, "claims"), unless_batch(event, APPSYNC))
    }

    /// From the context of a resolver whose AppSync API uses a Lambda authorizer that puts claims
    /// into `resolverContext` in the form of [`crate::context`].
    ///
    /// SPEC: AWS, "AppSync resolver mapping template context reference".
    ///
    /// # Errors
    /// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims).
    pub fn from_appsync_lambda(event: &'e Value) -> Result<Self, ReadError> {
        let place = unless_batch(event, APPSYNC_LAMBDA);
        found(Door::AppSyncLambda, identity(event, "resolverContext"), place)
    }

    /// Finds the front door by the event's structure.
    ///
    /// Three authorizers share the place `requestContext.authorizer.claims`. They are told apart by
    /// the payload version, by values that are not text (REST with JWT authorizer) and by times in
    /// Java's form (REST with Cognito authorizer). Where these signs are missing or disagree, as
    /// they do with some emulators, the answer is an error; the other constructors always work.
    ///
    /// The context of a Lambda authorizer counts only if its `token_use` is that of a token: what
    /// another authorizer says in words of its own is no claim. If yours leaves `token_use` out, use
    /// [`Claims::from_lambda_authorizer`] or [`Claims::from_appsync_lambda`].
    ///
    /// AppSync invokes a batch resolver with an array: read each of its elements.
    ///
    /// # Errors
    /// [`ReadErrorKind::NoClaims`](crate::ReadErrorKind::NoClaims), also for events whose token
    /// no authorizer has checked (load balancers, function URLs), and
    /// [`ReadErrorKind::AmbiguousDoor`](crate::ReadErrorKind::AmbiguousDoor).
    pub fn from_event(event: &'e Value) -> Result<Self, ReadError> {
        if event.get("requestContext").is_some() && event.get("identity").is_some() {
            return Err(ReadError::ambiguous_door(
                "both `requestContext` and `identity` are there",
            ));
        }
        if let Some(authorizer) = authorizer(event) {
            let version = event.get("version").and_then(Value::as_str);
            return from_authorizer(authorizer, version);
        }
        match (identity(event, "claims"), identity(event, "resolverContext")) {
            (Some(_), None) => Self::from_appsync(event),
            (None, Some(context)) if is_of_a_token(context.get("token_use")) => {
                Self::from_appsync_lambda(event)
            }
            (Some(_), Some(_)) => Err(ReadError::ambiguous_door(
                "both `identity.claims` and `identity.resolverContext` are there",
            )),
            (None, _) => Err(ReadError::no_claims(unless_batch(event, ANY))),
        }
    }
}

fn from_authorizer<'e>(
    authorizer: &'e Map<String, Value>,
    version: Option<&str>,
) -> Result<Claims<'e>, ReadError> {
    let jwt = authorizer.get("jwt").and_then(|jwt| object(jwt, "claims"));
    let jwt = jwt.filter(|claims| !claims.is_empty());
    let shared = authorizer.get("claims").and_then(Value::as_object);
    let lambda = lambda_context(authorizer);
    let token_use = lambda.and_then(|context| context.get("token_use"));
    let door = door_of(jwt.is_some(), shared, lambda.is_some(), token_use, version)?;
    let claims = jwt.or(shared).or(lambda);
    claims.map(|claims| Claims::new(door, Cow::Borrowed(claims))).ok_or_else(no_claims)
}

/// Which authorizer left what is there: claims of a JWT authorizer, claims in the place that three
/// share, the context of a Lambda authorizer.
pub(crate) fn door_of(
    jwt: bool,
    shared: Option<&Map<String, Value>>,
    context: bool,
    token_use: Option<&Value>,
    version: Option<&str>,
) -> Result<Door, ReadError> {
    match (jwt, shared, context) {
        (true, None, false) => Ok(Door::HttpApi),
        (false, Some(claims), false) => tell_apart(claims, version),
        (false, None, true) if is_of_a_token(token_use) => Ok(Door::LambdaAuthorizer),
        (false, None, _) => Err(no_claims()),
        _ => Err(ReadError::ambiguous_door("more than one authorizer has left its mark")),
    }
}

fn no_claims() -> ReadError {
    ReadError::no_claims(ANY)
}

/// Whether a context is made of a token's claims: it says of which token.
fn is_of_a_token(token_use: Option<&Value>) -> bool {
    token_use.and_then(Value::as_str).is_some_and(|word| matches!(word, "access" | "id"))
}

/// Whether nothing stands there: an HTTP API with payload format 1.0 sends two nulls on a route
/// without authorizer, and beside the context of a Lambda authorizer.
pub(crate) fn holds_nothing<'v>(mut values: impl Iterator<Item = &'v Value>) -> bool {
    values.all(Value::is_null)
}

/// Whether an authorizer that is no Lambda has written there: it leaves an object of its own.
pub(crate) fn another_authorizer_in<'v>(field: impl Fn(&str) -> Option<&'v Value>) -> bool {
    ["jwt", "claims", "iam"].into_iter().any(|name| field(name).is_some_and(Value::is_object))
}

/// Which of the three authorizers wrote `requestContext.authorizer.claims`.
fn tell_apart(claims: &Map<String, Value>, version: Option<&str>) -> Result<Door, ReadError> {
    let times: Vec<&str> =
        ["exp", "iat"].iter().filter_map(|name| claims.get(*name)?.as_str()).collect();
    let typed = claims.values().any(|value| !value.is_string());
    let java = !times.is_empty() && times.iter().all(|time| date::seconds(time).is_some());
    let digits = !times.is_empty()
        && times.iter().all(|time| time.bytes().all(|byte| byte.is_ascii_digit()));
    match (version, typed, java, digits) {
        (Some("1.0"), false, false, true) => Ok(Door::HttpApi),
        (None, false, true, false) => Ok(Door::RestCognito),
        (None, true, false, false) => Ok(Door::RestJwt),
        _ => Err(ReadError::ambiguous_door(
            "`requestContext.authorizer.claims` fits no authorizer exactly; use the constructor \
             of the right one",
        )),
    }
}

fn found<'e>(
    door: Door,
    claims: Option<&'e Map<String, Value>>,
    place: &'static str,
) -> Result<Claims<'e>, ReadError> {
    match claims {
        Some(claims) => Ok(Claims::new(door, Cow::Borrowed(claims))),
        None => Err(ReadError::no_claims(place).at(door)),
    }
}

/// What was looked for; AppSync invokes a batch resolver with an array.
fn unless_batch(event: &Value, place: &'static str) -> &'static str {
    if event.is_array() { BATCH } else { place }
}

fn object<'e>(parent: &'e Value, name: &str) -> Option<&'e Map<String, Value>> {
    parent.get(name)?.as_object()
}

fn authorizer(event: &Value) -> Option<&Map<String, Value>> {
    object(event.get("requestContext")?, "authorizer")
}

fn shared_place(event: &Value) -> Option<&Map<String, Value>> {
    authorizer(event)?.get("claims")?.as_object()
}

fn identity<'e>(event: &'e Value, name: &str) -> Option<&'e Map<String, Value>> {
    object(event.get("identity")?, name)
}

/// The context of a Lambda authorizer: under `lambda` in format 2.0, the authorizer object itself
/// elsewhere, unless another authorizer has written there.
fn lambda_context(authorizer: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let context = match authorizer.get("lambda").and_then(Value::as_object) {
        Some(context) => Some(context),
        None if another_authorizer_in(|name| authorizer.get(name)) => None,
        None => Some(authorizer),
    };
    context.filter(|context| !holds_nothing(context.values()))
}
