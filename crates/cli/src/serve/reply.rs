//! What a request is answered with, and what it brings along.

use std::time::Duration;

use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Response, StatusCode};

/// A reply before the headers that all have.
pub type Reply = Response<Full<Bytes>>;

/// A text of a type.
pub fn typed(status: StatusCode, kind: &'static str, text: String) -> Reply {
    let mut reply = Response::new(Full::new(Bytes::from(text)));
    *reply.status_mut() = status;
    reply.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    reply
}

/// A sentence as plain text.
pub fn plain(status: StatusCode, text: &str) -> Reply {
    typed(status, "text/plain; charset=utf-8", format!("{text}\n"))
}

/// JSON.
pub fn json(status: StatusCode, text: String) -> Reply {
    typed(status, "application/json", text)
}

/// Why there is no body.
pub enum Unread {
    /// It has more bytes than it may.
    TooLarge,
    /// It didn't come in time.
    TooSlow,
    /// The client broke off.
    Broken,
}

impl Unread {
    /// The reply, in plain words.
    pub fn plain(self) -> Reply {
        let (status, text) = match self {
            Unread::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "the body is too large"),
            Unread::TooSlow => (StatusCode::REQUEST_TIMEOUT, "the body didn't come in time"),
            Unread::Broken => (StatusCode::BAD_REQUEST, "the body broke off"),
        };
        plain(status, text)
    }
}

/// A body of at most so many bytes, that comes within so long.
pub async fn read(body: Incoming, most: usize, patience: Duration) -> Result<Bytes, Unread> {
    if body.size_hint().lower() > most as u64 {
        return Err(Unread::TooLarge);
    }
    let all = Limited::new(body, most).collect();
    match tokio::time::timeout(patience, all).await {
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(Unread::TooLarge),
        Ok(Err(_)) => Err(Unread::Broken),
        Err(_) => Err(Unread::TooSlow),
    }
}
