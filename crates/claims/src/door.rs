//! The front doors through which claims reach a handler, and how each flattens values.
//!
//! Pure data: knows neither where a door puts the claims in an event nor how its text is undone.

use std::fmt;

/// Where claims came from, and so in which form their values stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Door {
    /// API Gateway HTTP API with a JWT authorizer, payload format 2.0 or 1.0.
    ///
    /// Every value is text: numbers as digits, lists as `[a b]`, objects as `map[k:v]`.
    HttpApi,
    /// API Gateway REST API with a Cognito user pool authorizer.
    ///
    /// Every value is text: lists as `a,b`, `exp` and `iat` as `Sat Jan 30 04:49:05 UTC 2021`.
    RestCognito,
    /// API Gateway REST API with a JWT authorizer: JSON values as in the token.
    RestJwt,
    /// The context that a Lambda authorizer returned (REST, HTTP or WebSocket API), in the form of
    /// [`crate::context`].
    LambdaAuthorizer,
    /// AppSync with a Cognito user pool or an OpenID Connect provider: JSON values as in the token.
    AppSync,
    /// AppSync with a Lambda authorizer: `resolverContext`, in the form of [`crate::context`].
    AppSyncLambda,
    /// The payload of a token itself: JSON values.
    Token,
}

/// Where claims came from, and what the application promised about them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source {
    pub(crate) door: Door,
    /// No group of the pool has a comma in its name.
    pub(crate) comma_free_groups: bool,
}

/// How a door writes a claim that is not text in the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// Go's `%v`.
    Go,
    /// The REST authorizer's Java text.
    Java,
    /// The text of [`crate::context`].
    Context,
    /// Not at all: JSON stays JSON.
    Json,
}

impl Door {
    pub(crate) const fn form(self) -> Form {
        match self {
            Door::HttpApi => Form::Go,
            Door::RestCognito => Form::Java,
            Door::LambdaAuthorizer | Door::AppSyncLambda => Form::Context,
            Door::RestJwt | Door::AppSync | Door::Token => Form::Json,
        }
    }
}

/// The name as error texts show it.
impl fmt::Display for Door {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Door::HttpApi => "HTTP API JWT authorizer",
            Door::RestCognito => "REST API Cognito authorizer",
            Door::RestJwt => "REST API JWT authorizer",
            Door::LambdaAuthorizer => "Lambda authorizer context",
            Door::AppSync => "AppSync identity",
            Door::AppSyncLambda => "AppSync resolver context",
            Door::Token => "token",
        })
    }
}
