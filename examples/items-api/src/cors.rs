//! Which pages may read the answers.
//!
//! A REST API hands on what the function says. An HTTP API that has CORS says it by itself, and drops
//! what the function says.
//!
//! SPEC: Fetch standard, "CORS check"; AWS, "CORS for REST APIs in API Gateway" and "Configure CORS for
//! HTTP APIs in API Gateway".

use lambda_http::http::{HeaderValue, header};
use lambda_http::{Request, Response};

/// The origins of these pages, such as `https://app.example.com`.
#[derive(Debug, Default)]
pub struct Origins(Vec<String>);

impl Origins {
    /// From a list with blanks between.
    pub fn of(list: &str) -> Self {
        Self(list.split_whitespace().map(str::to_owned).collect())
    }

    /// Lets the page that asks read the answer, if it is one of these.
    pub fn may_read<B>(&self, request: &Request, answer: &mut Response<B>) {
        if self.0.is_empty() {
            return;
        }
        let headers = answer.headers_mut();
        headers.insert(header::VARY, HeaderValue::from_static("origin"));
        if let Some(origin) = request.headers().get(header::ORIGIN)
            && self.0.iter().any(|known| known.as_bytes() == origin.as_bytes())
        {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
        }
    }
}
