//! What kind of fault a request had. The SDK's own texts stay here: they may name keys.

use std::fmt;

use aws_sdk_dynamodb::error::{ProvideErrorMetadata, SdkError};

/// A request failed. It names the kind of fault, never a key or a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestError {
    /// What kind of fault it is.
    pub fault: RequestFault,
    /// DynamoDB's own word for it, such as `ThrottlingException`.
    pub code: Option<String>,
}

/// What kind of fault a request has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestFault {
    /// DynamoDB can't be reached: no name, no connection, no trusted certificate.
    Unreachable,
    /// Its attempts took too long.
    Slow,
    /// DynamoDB serves no more requests for now.
    Throttled,
    /// DynamoDB doesn't let the program in: rights or credentials.
    Denied,
    /// There is no such table, or its keys are others.
    Misconfigured,
    /// It failed in another way.
    Failed,
}

impl fmt::Display for RequestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.fault {
            RequestFault::Unreachable => "unreachable",
            RequestFault::Slow => "slow",
            RequestFault::Throttled => "throttled",
            RequestFault::Denied => "denied",
            RequestFault::Misconfigured => "misconfigured",
            RequestFault::Failed => "failed",
        })?;
        self.code.iter().try_for_each(|code| write!(f, " ({code})"))
    }
}

impl std::error::Error for RequestError {}

impl RequestError {
    /// A fault without a word of DynamoDB's own.
    pub(crate) fn new(fault: RequestFault) -> Self {
        Self { fault, code: None }
    }

    /// The fault behind an error of the SDK.
    pub fn of<E: ProvideErrorMetadata>(error: &SdkError<E>) -> Self {
        let fault = match error {
            SdkError::ServiceError(service) => return service_error(service.err().code()),
            SdkError::TimeoutError(_) => RequestFault::Slow,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => RequestFault::Slow,
            SdkError::DispatchFailure(failure) if failure.is_io() => RequestFault::Unreachable,
            // Nothing was sent, because there were no credentials to sign it with.
            SdkError::DispatchFailure(failure)
                if failure.is_other() && failure.as_other().is_none() =>
            {
                RequestFault::Denied
            }
            SdkError::ConstructionFailure(_) => RequestFault::Denied,
            _ => RequestFault::Failed,
        };
        Self::new(fault)
    }
}

/// SPEC: AWS, DynamoDB developer guide, "Error handling with DynamoDB".
fn service_error(code: Option<&str>) -> RequestError {
    let fault = match code.unwrap_or_default() {
        "ProvisionedThroughputExceededException"
        | "RequestLimitExceeded"
        | "ThrottlingException" => RequestFault::Throttled,
        "AccessDeniedException"
        | "ExpiredTokenException"
        | "IncompleteSignatureException"
        | "InvalidSignatureException"
        | "MissingAuthenticationTokenException"
        | "UnrecognizedClientException" => RequestFault::Denied,
        "ResourceNotFoundException" | "ValidationException" => RequestFault::Misconfigured,
        _ => RequestFault::Failed,
    };
    // The word comes over the wire: only what looks like one gets into a log.
    let word = |code: &&str| code.len() <= 64 && code.bytes().all(|b| b.is_ascii_alphanumeric());
    RequestError { fault, code: code.filter(word).map(str::to_owned) }
}
