//! What a front door does to a claim on its way to the handler.
//!
//! SPEC: AWS, "Control access to HTTP APIs with JWT authorizers", "Integrate a REST API with a user
//! pool", "Output from an API Gateway Lambda authorizer"; quotas of API Gateway.

use claimsmith::policy::{ClaimType, ClaimValue};
use cognito_claims::Door;
use cognito_claims::encoding::Encoding;
use serde_json::Value;

use crate::doctor::case::Case;
use crate::doctor::cause::{Cause, CauseCode, Certainty};
use crate::doctor::diagnosis::{Diagnosis, json_type};
use crate::doctor::seen::Seen;

/// All headers at API Gateway, and what is in them beside a token: `authorization: Bearer `.
const GATEWAY: usize = claimsmith::policy::GATEWAY;
const BEARER: usize = 22;

/// What a claim's value is in the token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Text,
    Scalar,
    List,
    Object,
}

/// Looks at what a handler got, or at what it would get.
pub fn check(case: &Case<'_>, found: &mut Diagnosis) {
    let token = case.seen.iter().find(|seen| seen.door == Door::Token);
    let context = case.seen.iter().find(|seen| seen.door != Door::Token);
    if let Some(context) = context {
        for claim in case.claims() {
            received(case, claim, context, token, found);
        }
    }
    let Some(door) = context.map(|seen| seen.door).or(case.door) else { return };
    found.causes.extend(updated_issuer(case, door));
    if context.is_none() {
        for claim in case.claims() {
            let shape =
                token.filter(|it| it.has(claim)).and_then(|it| shape(case, claim, Some(it)));
            if let Some(shape) = shape.filter(|_| case.is_asked()) {
                let cause = flattened(claim, shape, door);
                found.causes.extend(cause.map(|it| it.because(door.to_string(), "named")));
            }
        }
    }
    if let (Some(token), Some(length)) = (token, token.and_then(|token| token.length)) {
        found.causes.extend(too_long(token, length, door));
    }
}

/// SPEC: AWS, "Identity provider and relying party endpoints": the updated issuer doesn't work with
/// these authorizers.
fn updated_issuer(case: &Case<'_>, door: Door) -> Option<Cause> {
    let pool = case.pool.filter(|pool| door == Door::RestCognito && pool.has_updated_issuer())?;
    let what =
        "the pool has the updated issuer, whose tokens a COGNITO_USER_POOLS authorizer refuses";
    let next = "put an HTTP API or a Lambda authorizer before the handler, or set the pool's issuer back \
                to ORIGINAL";
    Some(
        Cause::sure(CauseCode::UpdatedIssuer, what, next)
            .because(pool.place("IssuerConfiguration.Type"), "UPDATED")
            .because(door.to_string(), "named or seen"),
    )
}

fn received(
    case: &Case<'_>,
    claim: &str,
    context: &Seen,
    token: Option<&Seen>,
    found: &mut Diagnosis,
) {
    if context.has(claim) {
        let shape = shape(case, claim, token).filter(|_| case.is_asked());
        let text = context.text(claim).is_some();
        if let Some(cause) =
            shape.filter(|_| text).and_then(|it| flattened(claim, it, context.door))
        {
            let place = format!("{} {claim}", context.name);
            found.causes.push(cause.because(place, format!("a text ({})", context.door)));
        }
        if !context.is_whole() {
            let value = context.claims.get(claim).unwrap_or(&Value::Null);
            found.there(claim, None, json_type(value), &context.name);
        }
        return;
    }
    let in_token = token.is_some_and(|token| token.has(claim));
    let expected = in_token || (token.is_none() && case.rule(claim).is_some());
    if context.is_whole() {
        other_token(claim, context, token.filter(|_| in_token), found);
    } else if expected {
        let what = "the Lambda authorizer doesn't pass the claim on: a handler sees what the \
                    authorizer puts into its context, not the token";
        let next = "let the authorizer pass the claim on: `context` of its configuration, \
                    docs/authorizer.md; or whatever your own returns as `context`";
        let certainty = if in_token { Certainty::Sure } else { Certainty::Likely };
        found.causes.push(
            Cause::new(CauseCode::NotInContext, certainty, what, next)
                .about(claim, None)
                .because(&context.name, format!("without the claim ({})", context.door)),
        );
    }
}

/// A gateway shows all claims of the token that it got.
fn other_token(claim: &str, context: &Seen, token: Option<&Seen>, found: &mut Diagnosis) {
    let Some(token) = token else { return };
    let (Some(sent), Some(pasted)) = (context.token(), token.token()) else { return };
    if sent != pasted {
        let what =
            format!("the handler got the {sent} token, and the claim is in the {pasted} token");
        let next = format!("send the {pasted} token in the Authorization header");
        found.causes.push(
            Cause::sure(CauseCode::OtherToken, what, next)
                .about(claim, Some(sent))
                .because(format!("{} token_use", context.name), sent.as_str())
                .because(format!("{} token_use", token.name), pasted.as_str()),
        );
    }
}

/// By the token if there is one, else by the policy.
fn shape(case: &Case<'_>, claim: &str, token: Option<&Seen>) -> Option<Shape> {
    if let Some(value) = token.and_then(|token| token.claims.get(claim)) {
        return Some(shape_of(value));
    }
    let Some(rule) = case.rule(claim) else {
        return ["cognito:groups", "cognito:roles"].contains(&claim).then_some(Shape::List);
    };
    Some(match &rule.value {
        ClaimValue::Merge { encoding, .. }
        | ClaimValue::First { kind: ClaimType::List(encoding), .. } => {
            if *encoding == Encoding::List { Shape::List } else { Shape::Text }
        }
        ClaimValue::First { kind, .. } => match kind {
            ClaimType::Integer | ClaimType::Number | ClaimType::Boolean => Shape::Scalar,
            ClaimType::Json => Shape::Object,
            ClaimType::String | ClaimType::List(_) => Shape::Text,
        },
        ClaimValue::Items { .. } => Shape::Object,
        ClaimValue::Template(_) => Shape::Text,
        ClaimValue::Constant { value, .. } => shape_of(value),
    })
}

fn shape_of(value: &Value) -> Shape {
    match value {
        Value::Array(_) => Shape::List,
        Value::Object(_) => Shape::Object,
        Value::Bool(_) | Value::Number(_) => Shape::Scalar,
        Value::String(_) | Value::Null => Shape::Text,
    }
}

fn flattened(claim: &str, shape: Shape, door: Door) -> Option<Cause> {
    let form = match door {
        Door::HttpApi => "[a b]",
        Door::RestCognito | Door::LambdaAuthorizer | Door::AppSyncLambda => "a,b",
        _ => return None,
    };
    let read = "read it with cognito-claims, which undoes it by type (docs: crates/claims)";
    let (code, what, next) = match shape {
        Shape::Text => return None,
        Shape::List => (
            CauseCode::FlattenedList,
            format!(
                "the claim is there, as a text: the {door} writes a list as `{form}`, so a test \
                 for a list, or for one word, fails"
            ),
            format!("{read}, or write it as text: `encoding = \"comma\"`"),
        ),
        Shape::Scalar => (
            CauseCode::FlattenedScalar,
            format!("the claim is there, as a text: the {door} writes numbers and booleans so"),
            format!("{read}; compare with \"true\", not true"),
        ),
        Shape::Object => (
            CauseCode::FlattenedObject,
            format!(
                "the claim is there, as a text: the {door} flattens an object, and nobody can \
                 undo that for sure"
            ),
            "write its parts as claims of their own, or as one text".to_owned(),
        ),
    };
    Some(Cause::sure(code, what, next).about(claim, None))
}

fn too_long(token: &Seen, length: usize, door: Door) -> Option<Cause> {
    let gateway =
        [Door::HttpApi, Door::RestCognito, Door::RestJwt, Door::LambdaAuthorizer].contains(&door);
    if !gateway || length + BEARER <= GATEWAY {
        return None;
    }
    let what = format!(
        "the token has {length} bytes, and API Gateway takes {GATEWAY} for all headers: the \
         request never reaches the handler"
    );
    let next = "set a `budget` for the token in the policy, and suppress what nobody needs";
    let mut cause =
        Cause::sure(CauseCode::TooLong, what, next).because(&token.name, format!("{length} bytes"));
    cause.tokens.extend(token.token());
    Some(cause)
}
