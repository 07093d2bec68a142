//! The spellings of an answer: policy document, simple answer, AppSync answer.
//!
//! Knows AWS's JSON keys and decides nothing. An answer that would be too long sheds claims of the
//! context in the declared order, and is no answer if that doesn't help.
//!
//! SPEC: AWS, "Output from an API Gateway Lambda authorizer", "Control access to HTTP APIs with
//! Lambda authorizers", "AppSync: AWS Lambda authorization".

use serde_json::{Value, json};

use crate::config::Route;
use crate::context::Context;
use crate::decision::Open;

/// Most bytes of an answer to an API Gateway, policy and context together: its 8 KB in the smaller
/// reading.
///
/// SPEC: AWS, "Amazon API Gateway quotas": Lambda authorizer result size.
pub const GATEWAY_LIMIT: usize = 8_000;

/// Most bytes of an answer to AppSync, which takes 5 MB of context.
pub const APPSYNC_LIMIT: usize = 5_000_000;

/// The answer is longer than a gateway takes, with all left out that may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

/// A policy document for an API Gateway. `target` is the request below its stage.
///
/// # Errors
/// [`TooLong`].
pub fn policy(
    principal: &str,
    stage: &str,
    target: &str,
    open: &Open<'_>,
    usage_key: Option<&str>,
    context: &mut Context<'_>,
) -> Result<Value, TooLong> {
    let resources = |routes: &[&Route]| -> Vec<String> {
        let targets = routes.iter().flat_map(|route| route.pattern.resources());
        targets.map(|target| format!("{stage}/{target}")).collect()
    };
    let statements: Vec<Value> = match open {
        Open::Nothing => return Ok(deny(principal, stage)),
        Open::Stage => vec![statement("Allow", vec![format!("{stage}/*")])],
        Open::Here => vec![statement("Allow", vec![format!("{stage}/{target}")])],
        Open::Routes { open, closed } => [("Allow", open), ("Deny", closed)]
            .into_iter()
            .filter(|(_, routes)| !routes.is_empty())
            .map(|(effect, routes)| statement(effect, resources(routes)))
            .collect(),
    };
    shortened(context, GATEWAY_LIMIT, |context| {
        let mut answer = document(principal, &statements);
        if let (Some(members), Some(key)) = (answer.as_object_mut(), usage_key) {
            members.insert("usageIdentifierKey".to_owned(), key.into());
        }
        with_context(answer, "context", context)
    })
}

/// A policy that closes the stage. It holds no context: nobody is to act on it.
pub fn deny(principal: &str, stage: &str) -> Value {
    document(principal, &[statement("Deny", vec![format!("{stage}/*")])])
}

/// A simple answer for an HTTP API with payload 2.0.
///
/// # Errors
/// [`TooLong`].
pub fn simple(context: &mut Context<'_>) -> Result<Value, TooLong> {
    shortened(context, GATEWAY_LIMIT, |context| {
        with_context(json!({ "isAuthorized": true }), "context", context)
    })
}

/// A simple answer that refuses.
pub fn simple_refusal() -> Value {
    json!({ "isAuthorized": false })
}

/// An answer for AppSync, to be kept for so many seconds.
///
/// # Errors
/// [`TooLong`].
pub fn appsync(
    denied_fields: &[&str],
    seconds: u64,
    context: &mut Context<'_>,
) -> Result<Value, TooLong> {
    shortened(context, APPSYNC_LIMIT, |context| {
        let answer = json!({
            "isAuthorized": true,
            "deniedFields": denied_fields,
            "ttlOverride": seconds,
        });
        with_context(answer, "resolverContext", context)
    })
}

/// An answer for AppSync that refuses; it isn't kept, because a token may become valid.
pub fn appsync_refusal() -> Value {
    json!({ "isAuthorized": false, "ttlOverride": 0 })
}

fn document(principal: &str, statements: &[Value]) -> Value {
    json!({
        "principalId": principal,
        "policyDocument": { "Version": "2012-10-17", "Statement": statements },
    })
}

fn statement(effect: &str, resources: Vec<String>) -> Value {
    json!({ "Action": "execute-api:Invoke", "Effect": effect, "Resource": resources })
}

fn with_context(mut answer: Value, name: &str, context: &Context<'_>) -> Value {
    if let Some(members) = answer.as_object_mut() {
        members.insert(name.to_owned(), context.entries().clone().into());
    }
    answer
}

fn shortened(
    context: &mut Context<'_>,
    limit: usize,
    spell: impl Fn(&Context<'_>) -> Value,
) -> Result<Value, TooLong> {
    loop {
        let answer = spell(context);
        if answer.to_string().len() <= limit {
            return Ok(answer);
        }
        if !context.shed_one() {
            return Err(TooLong);
        }
    }
}
