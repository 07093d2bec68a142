//! What a function is asked, and what comes of it.

use std::time::Duration;

use serde_json::Value;

use crate::http::Message;

/// One invocation as Lambda hands it to a function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The event.
    pub event: Vec<u8>,
    /// Time until the function's deadline. `None` sends a deadline in 1970, as some tools do.
    pub timeout: Option<Duration>,
    /// The X-Ray header.
    pub trace_id: Option<String>,
}

impl Invocation {
    /// An event with Cognito's 5 seconds.
    pub fn new(event: impl Into<Vec<u8>>) -> Self {
        let trace_id = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        Self {
            event: event.into(),
            timeout: Some(Duration::from_secs(5)),
            trace_id: Some(trace_id.to_owned()),
        }
    }
}

/// How an invocation ended.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Lambda's id of the invocation.
    pub request_id: String,
    /// From just before the event was written to the answer completely read.
    pub elapsed: Duration,
    /// The answer, or the function's error.
    pub outcome: std::result::Result<Vec<u8>, FunctionError>,
}

/// A function's error, in its three places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// `errorType` of the body.
    pub error_type: String,
    /// `errorMessage` of the body.
    pub error_message: String,
    /// The whole body.
    pub body: Vec<u8>,
    /// The header `Lambda-Runtime-Function-Error-Type`.
    pub header: Option<String>,
}

impl FunctionError {
    pub(super) fn of(request: &Message, body: Vec<u8>) -> Self {
        let read: Value = serde_json::from_slice(&body).unwrap_or_default();
        let text = |name| read.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self {
            error_type: text("errorType"),
            error_message: text("errorMessage"),
            header: request.header("lambda-runtime-function-error-type").map(str::to_owned),
            body,
        }
    }
}
