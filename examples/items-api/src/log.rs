//! The function's log: one line of JSON for each request, without values.

use claimsmith_telemetry::{
    Level, Timing, Wide, access_line, identity_hash, plain_client_id, plain_id,
};
use cognito_claims::Identity;
use lambda_http::request::RequestContext;
use lambda_http::{Request, RequestExt, Response};
use serde::Serialize;

use crate::caller::claims_of;
use crate::problem::Problem;

/// What is logged about one request.
#[derive(Debug, Default, Serialize)]
pub struct AccessLine {
    /// The HTTP status.
    status: u16,
    /// The stable word of a problem.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// What it was about, by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<String>,
    /// Tells people apart, and names nobody: the same as where the token was issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    app_client: Option<String>,
    request_id: String,
    /// The gateway's id of the request, which its access log has too.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace_id: Option<String>,
}

impl AccessLine {
    /// The line of a request, before its answer.
    pub fn of(request: &Request, request_id: &str, trace_id: Option<&str>) -> Self {
        let line = Self {
            request_id: request_id.to_owned(),
            api_request_id: api_request_id(request).map(str::to_owned),
            trace_id: trace_id.map(str::to_owned),
            ..Self::default()
        };
        let Ok(claims) = claims_of(request) else { return line };
        let text = |name| claims.claim::<Option<String>>(name).ok().flatten();
        // The issuer ends with the pool's id.
        let issuer = text("iss");
        let pool = issuer.as_deref().and_then(|issuer| issuer.rsplit('/').next());
        let hash = match (claims.identity(), pool) {
            (Ok(Identity::User { sub, .. }), Some(pool)) => Some(identity_hash(pool, &sub)),
            _ => None,
        };
        let client = text("client_id").or_else(|| text("aud"));
        let app_client = client.as_deref().and_then(plain_client_id).map(str::to_owned);
        Self { identity_hash: hash, app_client, ..line }
    }

    /// The line with what became of the request.
    pub fn answered(self, answer: &Result<Response<String>, Problem>) -> Self {
        match answer {
            Ok(response) => Self { status: response.status().as_u16(), ..self },
            Err(problem) => Self {
                status: problem.status(),
                reason: Some(problem.reason().to_owned()),
                cause: problem.cause().map(str::to_owned),
                ..self
            },
        }
    }
}

/// A caller can choose that of a REST API, so it might be any text.
fn api_request_id(request: &Request) -> Option<&str> {
    let id = match request.request_context_ref()? {
        RequestContext::ApiGatewayV1(context) => context.request_id.as_deref(),
        RequestContext::ApiGatewayV2(context) => context.request_id.as_deref(),
        _ => None,
    };
    id.and_then(plain_id)
}

impl Wide for AccessLine {
    fn level(&self) -> Level {
        if self.status < 500 { Level::Info } else { Level::Error }
    }

    fn line(&self, timing: &Timing) -> String {
        access_line(self, self.level(), timing)
    }
}
