//! What a caller is told when there is no answer, and what the log says.
//!
//! SPEC: RFC 9457. The member `reason` is a stable word for programs.

use cognito_claims::Refusal;
use lambda_http::Response;
use lambda_http::http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::{Value, json};

/// A problem document, its status and its cause.
#[derive(Debug)]
pub struct Problem {
    status: u16,
    document: Value,
    /// A header that says what would do.
    hint: Option<(HeaderName, String)>,
    /// For the log alone; without values.
    cause: Option<String>,
}

/// Refused by the claims: `cognito-claims` has worked the whole answer out.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self {
            status: refusal.status(),
            document: refusal.problem(),
            hint: refusal.www_authenticate().map(|text| (header::WWW_AUTHENTICATE, text)),
            cause: std::error::Error::source(&refusal).map(ToString::to_string),
        }
    }
}

impl Problem {
    pub(crate) fn bad_request(detail: String) -> Self {
        Self::new(400, "Bad Request", "bad_request", &detail)
    }

    pub(crate) fn tier_limit() -> Self {
        let detail = "the organisation's tier allows no more items";
        Self::new(403, "Forbidden", "tier_limit", detail)
    }

    pub(crate) fn not_owner() -> Self {
        Self::new(403, "Forbidden", "not_owner", "somebody else made the item")
    }

    pub(crate) fn no_route() -> Self {
        let detail = "there is GET /items, POST /items and DELETE /items/{id}";
        Self::new(404, "Not Found", "not_found", detail)
    }

    /// The same whether another organisation has one.
    pub(crate) fn no_item() -> Self {
        Self::new(404, "Not Found", "not_found", "there is no item of this id")
    }

    pub(crate) fn exists() -> Self {
        Self::new(409, "Conflict", "exists", "there is an item of this id")
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        let detail = format!("the body has more than {limit} bytes");
        Self::new(413, "Content Too Large", "too_large", &detail)
    }

    /// SPEC: RFC 9110, 15.5.16; W3C, Linked Data Platform 1.0, 7.1, for the header.
    pub(crate) fn unsupported_media_type() -> Self {
        let detail = "the body is not of the type application/json";
        let problem = Self::new(415, "Unsupported Media Type", "unsupported_media_type", detail);
        let hint = (HeaderName::from_static("accept-post"), "application/json".to_owned());
        Self { hint: Some(hint), ..problem }
    }

    /// The table failed, for a reason that only the log knows.
    pub(crate) fn unavailable(cause: impl Into<String>) -> Self {
        let detail = "try again in a moment";
        let problem = Self::new(503, "Service Unavailable", "table_failed", detail);
        Self { cause: Some(cause.into()), ..problem }
    }

    fn new(status: u16, title: &str, reason: &str, detail: &str) -> Self {
        let document = json!({
            "type": "about:blank",
            "title": title,
            "status": status,
            "detail": detail,
            "reason": reason,
        });
        Self { status, document, hint: None, cause: None }
    }

    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The stable word for what went wrong.
    pub fn reason(&self) -> &str {
        self.text("reason")
    }

    /// The sentence for people.
    pub fn detail(&self) -> &str {
        self.text("detail")
    }

    /// What it was about, for the log alone; without values.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    fn text(&self, member: &str) -> &str {
        self.document.get(member).and_then(Value::as_str).unwrap_or_default()
    }

    /// What the caller gets: with the id by which the log has the request.
    pub fn response(&self, request_id: &str) -> Response<String> {
        let mut document = self.document.clone();
        if let Some(members) = document.as_object_mut() {
            members.insert("request_id".to_owned(), request_id.into());
        }
        let mut response = response(self.status, "application/problem+json", &document);
        if let Some((name, value)) = &self.hint
            && let Ok(value) = HeaderValue::from_str(value)
        {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// An answer that belongs to its caller: no cache may keep it for others.
pub(crate) fn response(status: u16, content_type: &'static str, body: &Value) -> Response<String> {
    let mut response = without_content_type(status, body.to_string());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

pub(crate) fn no_content() -> Response<String> {
    without_content_type(204, String::new())
}

fn without_content_type(status: u16, body: String) -> Response<String> {
    let mut response = Response::new(body);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or_default();
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(header::CACHE_CONTROL, no_store);
    response
}
