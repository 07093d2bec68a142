//! The spellings of an answer: policy document, simple answer, AppSync's answer.
//!
//! Knows AWS's JSON keys and decides nothing. An answer that would be too long sheds claims of the
//! context in the declared order, and is no answer if that doesn't help.
//!
//! SPEC: AWS, "Output from an API Gateway Lambda authorizer", "Control access to HTTP APIs with
//! Lambda authorizers", "AppSync: AWS Lambda authorization".

use serde_json::{Value, json};

use crate::arn::Arn;
use crate::config::Route;
use crate::context::Context;
use crate::decision::{Open, Verdict};
use crate::denial::{Denial, Effect};

/// Most bytes of an answer to an API Gateway, policy and context together: 8 KB, read as 8,000 and
/// not as 8,192 bytes.
///
/// SPEC: AWS, "Amazon API Gateway quotas": Lambda authorizer result size.
pub const GATEWAY_LIMIT: usize = 8_000;

/// Most bytes of an answer to AppSync, which takes 5 MB of context.
pub const APPSYNC_LIMIT: usize = 5_000_000;

/// How a gateway wants its answer.
#[derive(Clone, Copy, Debug)]
pub enum Spelling<'r> {
    /// A policy document: REST APIs, WebSocket APIs, and HTTP APIs unless they want simple answers.
    Policy {
        /// Of the request; `None` if the gateway doesn't tell.
        arn: Option<Arn<'r>>,
        /// Whether the gateway has usage plans: a REST API.
        has_usage_plans: bool,
    },
    /// Yes or no: an HTTP API with payload format 2.0 that wants simple answers.
    Simple,
    /// Yes or no, and the fields that are denied.
    AppSync,
}

impl Spelling<'_> {
    /// Writes what was decided, with the claims for the handlers where the request is let through.
    ///
    /// # Errors
    /// What the gateway turns into 401 or 500.
    pub fn write(self, verdict: &Verdict<'_>, context: &mut Context<'_>) -> Result<Value, Denial> {
        match (self, verdict.here) {
            (_, Err(denial)) if denial.effect() == Effect::Error => Err(denial),
            // AppSync makes its own 401 of it. Not kept, because a token may become valid.
            (Spelling::AppSync, Err(_)) => Ok(json!({ "isAuthorized": false, "ttlOverride": 0 })),
            (_, Err(denial)) if denial.effect() == Effect::Unauthorized => Err(denial),
            (Spelling::Simple, Err(_)) => Ok(json!({ "isAuthorized": false })),
            (Spelling::AppSync, Ok(())) => appsync(verdict, context),
            (Spelling::Simple, Ok(())) => simple(context),
            (Spelling::Policy { arn: None, .. }, _) => Err(Denial::UnreadableEvent),
            (Spelling::Policy { arn: Some(arn), has_usage_plans }, _) => {
                policy(verdict, arn, has_usage_plans, context)
            }
        }
    }
}

fn policy(
    verdict: &Verdict<'_>,
    Arn { stage, target }: Arn<'_>,
    has_usage_plans: bool,
    context: &mut Context<'_>,
) -> Result<Value, Denial> {
    let resources = |routes: &[&Route]| -> Vec<String> {
        let targets = routes.iter().flat_map(|route| route.pattern.resources());
        targets.map(|target| format!("{stage}/{target}")).collect()
    };
    let statements: Vec<Value> = match &verdict.open {
        Open::Everything => vec![statement("Allow", vec![format!("{stage}/*")])],
        Open::Here => vec![statement("Allow", vec![format!("{stage}/{target}")])],
        Open::Routes { open, closed } => [("Allow", open), ("Deny", closed)]
            .into_iter()
            .filter(|(_, routes)| !routes.is_empty())
            .map(|(effect, routes)| statement(effect, resources(routes)))
            .collect(),
        // Without a context: no handler is called.
        Open::Nothing => {
            let nothing = statement("Deny", vec![format!("{stage}/*")]);
            return Ok(document(&verdict.principal, &[nothing]));
        }
    };
    shortened(context, GATEWAY_LIMIT, |context| {
        let mut answer = document(&verdict.principal, &statements);
        let usage_key = verdict.usage_key.filter(|_| has_usage_plans);
        if let (Some(members), Some(key)) = (answer.as_object_mut(), usage_key) {
            members.insert("usageIdentifierKey".to_owned(), key.into());
        }
        with_context(answer, "context", context)
    })
}

fn simple(context: &mut Context<'_>) -> Result<Value, Denial> {
    shortened(context, GATEWAY_LIMIT, |context| {
        with_context(json!({ "isAuthorized": true }), "context", context)
    })
}

fn appsync(verdict: &Verdict<'_>, context: &mut Context<'_>) -> Result<Value, Denial> {
    shortened(context, APPSYNC_LIMIT, |context| {
        let answer = json!({
            "isAuthorized": true,
            "deniedFields": verdict.denied_fields,
            "ttlOverride": verdict.may_be_kept,
        });
        with_context(answer, "resolverContext", context)
    })
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
) -> Result<Value, Denial> {
    loop {
        let answer = spell(context);
        if answer.to_string().len() <= limit {
            return Ok(answer);
        }
        if !context.shed_one() {
            return Err(Denial::AnswerTooLong);
        }
    }
}
