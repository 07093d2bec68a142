//! One JSON line per invocation: words, names and times; never a token, a claim value or a path.

use claimsmith_telemetry::{Level, Timing, Wide, access_line, identity_hash, plain_client_id};
use cognito_claims::{Claims, Identity};
use serde::Serialize;

use crate::context::{self, Context};
use crate::decision::Verdict;
use crate::denial::{Denial, Effect};
use crate::request::Gateway;

/// What is logged about one request.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct AccessLine {
    /// What happens to the request.
    pub outcome: Effect,
    /// Why it isn't let through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<Denial>,
    /// Who asked, and in which form.
    #[serde(rename = "door", skip_serializing_if = "Option::is_none")]
    pub gateway: Option<Gateway>,
    /// The route by which the request came, as it stands in the configuration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub route: Option<String>,
    /// `user` or `client`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity: Option<&'static str>,
    /// Tells people apart, and names nobody: the same as in the line of the token's issue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identity_hash: Option<String>,
    /// The app client id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub app_client: Option<String>,
    /// Whether the request went on although nobody knows if its token is revoked.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub revocation_unknown: bool,
    /// Names of claims that were left out of the context.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub shed: Vec<String>,
    /// How many GraphQL fields are denied.
    #[serde(skip_serializing_if = "is_zero")]
    pub denied_fields: usize,
    /// Lambda's id of the invocation.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub request_id: String,
    /// The gateway's id of the request, which its access log has too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub api_request_id: Option<String>,
    /// X-Ray's trace id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

fn is_zero(count: &usize) -> bool {
    *count == 0
}

impl AccessLine {
    /// Adds who asks, once the token is verified.
    pub fn identified(&mut self, identity: &Identity, claims: &Claims<'_>) {
        self.identity = Some(context::kind(identity));
        let text = |name| claims.claim::<Option<String>>(name).ok().flatten();
        let client = text("client_id").or_else(|| text("aud"));
        self.app_client = client.as_deref().and_then(plain_client_id).map(str::to_owned);
        if let Identity::User { sub, .. } = identity {
            // SPEC: AWS, "Understanding the access token": the issuer ends with the pool's id.
            let issuer = text("iss").unwrap_or_default();
            let pool = issuer.rsplit('/').next().unwrap_or_default();
            self.identity_hash = Some(identity_hash(pool, sub));
        }
    }

    /// Adds what was decided, and what the answer has left out.
    pub fn decided(&mut self, verdict: &Verdict<'_>, context: &Context<'_>) {
        self.outcome = verdict.here.map_or_else(Denial::effect, |()| Effect::Allow);
        self.reason = verdict.here.err();
        self.route = verdict.route.map(|route| route.pattern.as_str().to_owned());
        self.denied_fields = verdict.denied_fields.len();
        self.shed = context.shed().iter().map(|name| (*name).to_owned()).collect();
    }

    /// Ends the line with an error.
    pub fn failed(&mut self, denial: Denial) {
        self.outcome = denial.effect();
        self.reason = Some(denial);
    }
}

impl Wide for AccessLine {
    fn level(&self) -> Level {
        match self.outcome {
            Effect::Error => Level::Error,
            _ if self.revocation_unknown || !self.shed.is_empty() => Level::Warn,
            _ => Level::Info,
        }
    }

    fn line(&self, timing: &Timing) -> String {
        access_line(self, self.level(), timing)
    }
}
