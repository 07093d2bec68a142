//! An answer fits into its gateway, and says what it had to leave out.

use crate::support::*;
use claimsmith_authorizer::answer::GATEWAY_LIMIT;
use claimsmith_authorizer::denial::Denial;
use cognito_claims::{Claims, Listed, Words};
use proptest::prelude::*;
use serde_json::{Value, json};

const CONTEXT: &str = r#"
[context]
claims = ["org_id", "first", "second", "third"]
shed = ["third", "first"]
"#;

fn answer(configuration: &str, token: cognito_claims::testing::Token) -> Result<Value, Denial> {
    let text = files("tests/configurations").into_iter().find(|(name, _)| name == configuration);
    let mut authorizer = authorizer(parse(&(text.unwrap().1 + CONTEXT)));
    authorizer.verifier.0.insert("good.user.token".to_owned(), token.payload().clone());
    ask(&authorizer, &request("rest-request")).answer
}

fn of_lengths(first: usize, second: usize, third: usize) -> cognito_claims::testing::Token {
    user()
        .claim("first", "1".repeat(first))
        .claim("second", "2".repeat(second))
        .claim("third", "3".repeat(third))
}

fn names(answer: &Value) -> Vec<&str> {
    let context = answer["context"].as_object().unwrap();
    let ours = ["first", "second", "third", "claims_omitted"];
    ours.into_iter().filter(|name| context.contains_key(*name)).collect()
}

#[test]
fn claims_are_shed_in_the_declared_order() {
    let all = answer("stage", of_lengths(2000, 2000, 2000)).unwrap();
    assert_eq!(names(&all), ["first", "second", "third"]);
    let without_third = answer("stage", of_lengths(3000, 3000, 3000)).unwrap();
    assert_eq!(names(&without_third), ["first", "second", "claims_omitted"]);
    assert_eq!(without_third["context"]["claims_omitted"], "third");
    let without_both = answer("stage", of_lengths(5000, 5000, 3000)).unwrap();
    assert_eq!(names(&without_both), ["second", "claims_omitted"]);
    assert_eq!(without_both["context"]["claims_omitted"], "first,third");
}

#[test]
fn the_limit_is_exact() {
    let empty = answer("stage", of_lengths(0, 0, 0)).unwrap().to_string().len();
    let full = answer("stage", of_lengths(0, 0, GATEWAY_LIMIT - empty)).unwrap();
    assert_eq!(full.to_string().len(), GATEWAY_LIMIT);
    let shortened = answer("stage", of_lengths(0, 0, GATEWAY_LIMIT - empty + 1)).unwrap();
    assert_eq!(names(&shortened), ["first", "second", "claims_omitted"]);
}

#[test]
fn a_claim_that_may_not_leave_does_not_leave() {
    let failed = answer("stage", of_lengths(1, 8000, 1));
    assert_eq!(failed, Err(Denial::AnswerTooLong));
}

#[test]
fn what_the_trigger_left_out_stays_named() {
    let token = of_lengths(7000, 2000, 5000).claim("claims_omitted", "feature_flags,zeta");
    let answer = answer("stage", token).unwrap();
    assert_eq!(answer["context"]["claims_omitted"], "feature_flags,first,third,zeta");
    let event = json!({ "requestContext": { "authorizer": answer["context"] } });
    let claims = Claims::from_lambda_authorizer(&event).unwrap();
    assert!(claims.omitted("third") && claims.omitted("feature_flags"));
    assert!(!claims.omitted("second"));
}

#[test]
fn what_the_trigger_cut_or_had_from_memory_stays_said() {
    let token = of_lengths(1, 1, 1).claim("first", json!(["a", "b"]));
    let token = token.claim("claims_cut", "first,second").claim("claims_as_of", 1_900_000_000);
    let answer = answer("stage", token).unwrap();
    let event = json!({ "requestContext": { "authorizer": answer["context"] } });
    let claims = Claims::from_lambda_authorizer(&event).unwrap();
    assert!(claims.is_cut("first") && !claims.is_cut("third"));
    assert_eq!(claims.claim::<Words>("first").unwrap().contains("c"), Listed::Unknown);
    assert_eq!(claims.claim::<u64>("claims_as_of"), Ok(1_900_000_000));
}

#[test]
fn a_marker_that_can_not_be_read_refuses() {
    for marker in ["claims_omitted", "claims_cut"] {
        let answer = answer("stage", user().claim(marker, json!(["a"]))).unwrap();
        let method = "arn:aws:execute-api:eu-west-1:123456789012:api1example/live/GET/x";
        assert!(!lets_through(&answer, method), "{marker}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn an_answer_never_exceeds_the_limit(
        first in 0..9000_usize,
        second in 0..9000_usize,
        third in 0..9000_usize,
        letter in prop::sample::select(vec!["x", "\"", "\\", "ä", "日", "\u{1}"]),
        configuration in prop::sample::select(vec!["stage", "cached", "uncached"]),
    ) {
        let token = user()
            .claim("first", letter.repeat(first))
            .claim("second", letter.repeat(second))
            .claim("third", letter.repeat(third));
        match answer(configuration, token) {
            Err(failure) => {
                prop_assert_eq!(failure, Denial::AnswerTooLong);
                let second = Value::from(letter.repeat(second)).to_string().len();
                prop_assert!(second > 4000, "shedding would have helped");
            }
            Ok(answer) => {
                prop_assert!(answer.to_string().len() <= GATEWAY_LIMIT);
                let context = answer["context"].as_object().unwrap();
                let omitted = context.get("claims_omitted").and_then(Value::as_str).unwrap_or("");
                for name in ["first", "third"] {
                    let is_named = omitted.split(',').any(|other| other == name);
                    prop_assert_eq!(is_named, !context.contains_key(name));
                }
                prop_assert!(context.contains_key("second") && context.contains_key("org_id"));
            }
        }
    }
}
