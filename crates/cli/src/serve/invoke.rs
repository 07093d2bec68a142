//! Lambda's Invoke: the trigger in the function's place, for emulators and the AWS command line.
//!
//! Any function name is the trigger's. Signatures are not looked at, and there is no log to tail.
//!
//! SPEC: AWS, Lambda API reference, "Invoke".

use claimsmith::outcome::Refusal;
use hyper::StatusCode;
use hyper::body::Bytes;
use hyper::header::HeaderValue;
use hyper::http::request::Parts;
use percent_encoding::percent_decode_str;
use serde_json::json;
use serde_json::value::RawValue;

use super::function::Function;
use super::log::log;
use super::reply::{self, Reply, Unread};
use claimsmith_playground::json::error;

const PREFIX: &str = "/2015-03-31/functions/";
const SUFFIX: &str = "/invocations";

/// What Lambda would say that is not the function's own answer.
struct LambdaError {
    status: StatusCode,
    kind: &'static str,
    message: &'static str,
}

const fn error_of(status: StatusCode, kind: &'static str, message: &'static str) -> LambdaError {
    LambdaError { status, kind, message }
}

/// The function's name in Invoke's path, decoded.
pub fn function_name(path: &str) -> Option<String> {
    let name = path.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?;
    let one = !name.is_empty() && !name.contains('/');
    one.then(|| percent_decode_str(name).decode_utf8_lossy().into_owned())
}

/// Invokes the function.
pub async fn invoke(
    function: &Function,
    name: &str,
    parts: &Parts,
    payload: Result<Bytes, Unread>,
) -> Reply {
    match checked(name, parts, payload) {
        Err(LambdaError { status, kind, message }) => {
            let body = json!({ "Type": "User", "message": message }).to_string();
            let mut reply = reply::json(status, body);
            reply.headers_mut().insert("x-amzn-errortype", HeaderValue::from_static(kind));
            reply
        }
        Ok((short, InvocationType::DryRun, _)) => {
            log(&format!("{short}: dry run"));
            reply::json(StatusCode::NO_CONTENT, String::new())
        }
        Ok((short, kind, payload)) => {
            let invoked = run(function, &payload).await;
            log(&format!("{short}: {}", invoked.word));
            if kind == InvocationType::Event {
                return reply::json(StatusCode::ACCEPTED, String::new());
            }
            let mut reply = reply::json(StatusCode::OK, invoked.body);
            let headers = reply.headers_mut();
            headers.insert("x-amz-executed-version", HeaderValue::from_static("$LATEST"));
            if invoked.failed {
                headers.insert("x-amz-function-error", HeaderValue::from_static("Unhandled"));
            }
            reply
        }
    }
}

/// The invocation types.
#[derive(Clone, Copy, PartialEq, Eq)]
enum InvocationType {
    RequestResponse,
    Event,
    DryRun,
}

/// The function's plain name, the type, and the payload; or what Lambda says against it.
fn checked<'n>(
    name: &'n str,
    parts: &Parts,
    payload: Result<Bytes, Unread>,
) -> Result<(&'n str, InvocationType, Bytes), LambdaError> {
    let (short, in_name) = named(name).ok_or(error_of(
        StatusCode::BAD_REQUEST,
        "ValidationException",
        "the function name is not one",
    ))?;
    let qualifier = qualifier(parts.uri.query().unwrap_or_default());
    let qualifier = qualifier.as_deref().filter(|qualifier| !qualifier.is_empty());
    if qualifier.is_some_and(|text| !is_qualifier(text)) {
        let message = "the qualifier is not one";
        return Err(error_of(StatusCode::BAD_REQUEST, "ValidationException", message));
    }
    if in_name.zip(qualifier).is_some_and(|(a, b)| a != b) {
        let message = "the function name has another qualifier than the request";
        return Err(error_of(StatusCode::BAD_REQUEST, "InvalidParameterValueException", message));
    }
    let kind = match parts.headers.get("x-amz-invocation-type").map(HeaderValue::as_bytes) {
        None | Some(b"RequestResponse") => InvocationType::RequestResponse,
        Some(b"Event") => InvocationType::Event,
        Some(b"DryRun") => InvocationType::DryRun,
        Some(_) => {
            let message = "the invocation type is none of RequestResponse, Event and DryRun";
            return Err(error_of(StatusCode::BAD_REQUEST, "ValidationException", message));
        }
    };
    let payload = payload.map_err(|unread| match unread {
        Unread::TooLarge => error_of(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestTooLargeException",
            "the payload is larger than 6 MB",
        ),
        Unread::TooSlow => error_of(
            StatusCode::REQUEST_TIMEOUT,
            "InvalidRequestContentException",
            "the payload didn't come in time",
        ),
        Unread::Broken => error_of(
            StatusCode::BAD_REQUEST,
            "InvalidRequestContentException",
            "the payload broke off",
        ),
    })?;
    // What is no JSON never reaches a function.
    if !payload.is_empty() && json_text(&payload).is_none() {
        let message = "could not parse request body into json";
        return Err(error_of(StatusCode::BAD_REQUEST, "InvalidRequestContentException", message));
    }
    Ok((short, kind, payload))
}

fn json_text(payload: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(payload).ok()?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str::<&RawValue>(text).ok().map(RawValue::get)
}

/// What became of an invocation.
struct Invoked {
    body: String,
    /// For the log.
    word: String,
    failed: bool,
}

async fn run(function: &Function, payload: &[u8]) -> Invoked {
    let loaded = match function.now().await {
        Ok(loaded) => loaded,
        Err(problem) => return not_started(&problem),
    };
    let trigger = match &loaded.trigger {
        Ok(trigger) => trigger,
        Err(problem) => return not_started(problem),
    };
    // Lambda hands a function an empty object where it was given nothing.
    let text = json_text(payload).unwrap_or("{}");
    let refusal = match trigger.decide(text.as_bytes(), trigger.policy.deadline).await {
        Ok(decided) => match decided.into_answer() {
            Ok(body) => return Invoked { body, word: "customized".to_owned(), failed: false },
            Err(refusal) => refusal,
        },
        Err(error) => Refusal::unreadable(&error.to_string()),
    };
    Invoked {
        body: error(&refusal, &trigger.policy),
        word: format!("refused {}, {}", refusal.reason, refusal.cause),
        failed: true,
    }
}

/// A function that can't start. SPEC: AWS, "Troubleshoot execution issues": `Runtime.ExitError`.
fn not_started(problem: &str) -> Invoked {
    let first = problem.lines().next().unwrap_or_default();
    Invoked {
        body: json!({ "errorType": "Runtime.ExitError", "errorMessage": problem }).to_string(),
        word: format!("not started, {first}"),
        failed: true,
    }
}

/// The plain name and the qualifier of a function's name, partial ARN or ARN.
///
/// SPEC: AWS, Lambda API reference, "Invoke", the pattern of `FunctionName`.
fn named(name: &str) -> Option<(&str, Option<&str>)> {
    let parts: Vec<&str> = name.split(':').collect();
    let (short, qualifier) = match parts.as_slice() {
        ["arn", partition, "lambda", region, account, "function", rest @ ..]
            if partition.starts_with("aws")
                && is_word(partition)
                && is_word(region)
                && is_account(account) =>
        {
            alone(rest)?
        }
        [account, "function", rest @ ..] if is_account(account) => alone(rest)?,
        rest => alone(rest)?,
    };
    let fits = is_word(short) && short.len() <= 140;
    (fits && qualifier.is_none_or(is_qualifier)).then_some((short, qualifier))
}

fn alone<'n>(rest: &[&'n str]) -> Option<(&'n str, Option<&'n str>)> {
    match rest {
        [short] => Some((short, None)),
        [short, qualifier] => Some((short, Some(qualifier))),
        _ => None,
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_')
}

fn is_qualifier(text: &str) -> bool {
    text == "$LATEST" || (is_word(text) && text.len() <= 128)
}

/// The query's `Qualifier`.
fn qualifier(query: &str) -> Option<String> {
    let value = query.split('&').find_map(|pair| pair.strip_prefix("Qualifier="))?;
    Some(percent_decode_str(value).decode_utf8_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_has_names_of_three_forms() {
        let arn = "arn:aws:lambda:eu-west-1:123456789012:function:pre-token";
        for (name, expected) in [
            ("pre-token", ("pre-token", None)),
            ("pre-token:live", ("pre-token", Some("live"))),
            ("pre-token:$LATEST", ("pre-token", Some("$LATEST"))),
            ("123456789012:function:pre-token:7", ("pre-token", Some("7"))),
            (arn, ("pre-token", None)),
            (&format!("{arn}:live"), ("pre-token", Some("live"))),
        ] {
            assert_eq!(named(name), Some(expected), "{name}");
        }
        for name in [
            "",
            ":",
            "a b",
            "..",
            "pre-token:",
            "a:b:c",
            "arn:aws:sns:eu-west-1:123456789012:function:x",
            "arn:aws:lambda:eu-west-1:1:function:x",
            "line\nbreak",
            &"x".repeat(141),
        ] {
            assert_eq!(named(name), None, "{name:?}");
        }
    }

    #[test]
    fn the_path_holds_one_name() {
        let path = |name: &str| function_name(&format!("/2015-03-31/functions/{name}/invocations"));
        assert_eq!(path("a%3Alive").as_deref(), Some("a:live"));
        assert_eq!(path(""), None);
        assert_eq!(path("../../x"), None);
        assert_eq!(function_name("/2015-03-31/functions/a/invoke"), None);
    }
}
