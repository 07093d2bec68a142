//! The policies of the store, by the tokens of people who may and who may not.

use cedar_policy::{PolicySet, Schema, ValidationMode, Validator};
use cedar_store::{Item, Store};
use cognito_claims::Claims;
use cognito_claims::testing::Token;
use serde_json::json;

const OURS: Item<'_> = Item { id: "1", org_id: "acme" };
const THEIRS: Item<'_> = Item { id: "1", org_id: "globex" };

fn ada() -> Token {
    Token::access()
        .claim("org_id", "acme")
        .claim("org_tier", "pro")
        .claim("permissions", json!(["items:read", "items:write"]))
        .claim("feature_flags", json!(["export"]))
}

/// What the token may do to the item, by its letters: read, write, export. The same at all doors.
fn may(token: &Token, item: Item<'_>) -> String {
    let store = Store::new("eu-west-1_EXAMPLE").unwrap();
    let decided = |claims: &Claims<'_>| -> String {
        [("r", "ReadItem"), ("w", "WriteItem"), ("x", "ExportItem")]
            .into_iter()
            .filter(|(_, action)| store.permits(claims, action, item).unwrap())
            .map(|(letter, _)| letter)
            .collect()
    };
    let answers = [token.http_api(), token.rest_jwt(), token.http_lambda_authorizer()]
        .map(|event| decided(&Claims::from_event(&event).unwrap()));
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    let [answer, ..] = answers;
    answer
}

#[test]
fn claims_permit_what_the_policies_say_and_no_more() {
    for (token, allowed) in [
        (ada(), "rwx"),
        (ada().claim("permissions", json!(["items:read"])), "rx"),
        (ada().claim("permissions", json!(["items:reader"])), ""),
        (ada().claim("permissions", json!([])), ""),
        (ada().claim("org_tier", "free"), "rw"),
        (ada().claim("org_tier", "tomorrows"), "rw"),
        (ada().claim("feature_flags", json!(["exports"])), "rw"),
    ] {
        assert_eq!(may(&token, OURS), allowed, "{token:?}");
    }
}

#[test]
fn a_claim_that_was_left_out_permits_nothing() {
    for (claim, allowed) in
        [("permissions", ""), ("org_tier", "rw"), ("feature_flags", "rw"), ("scope", "rwx")]
    {
        assert_eq!(may(&ada().without(claim), OURS), allowed, "{claim}");
    }
}

#[test]
fn nobody_reaches_another_organisation() {
    assert_eq!(may(&ada(), THEIRS), "");
    let auditor = ada().claim("cognito:groups", json!(["auditors"]));
    assert_eq!(may(&auditor, THEIRS), "");
    assert_eq!(may(&auditor.without("permissions"), OURS), "r");
}

/// The schema says that it is always there; a token without it is not of this trigger.
#[test]
fn a_token_without_an_organisation_is_not_decided() {
    let store = Store::new("eu-west-1_EXAMPLE").unwrap();
    let event = ada().without("org_id").http_api();
    let claims = Claims::from_event(&event).unwrap();
    for item in [OURS, THEIRS, Item { id: "1", org_id: "" }] {
        assert!(store.permits(&claims, "ReadItem", item).is_err());
    }
}

#[test]
fn groups_count_for_their_own_pool() {
    let auditor = ada().without("permissions").claim("cognito:groups", json!(["auditors"]));
    let event = auditor.rest_jwt();
    let claims = Claims::from_event(&event).unwrap();
    let permits = |pool| Store::new(pool).unwrap().permits(&claims, "ReadItem", OURS).unwrap();
    assert!(permits("eu-west-1_EXAMPLE"));
    assert!(!permits("eu-west-1_OTHER"));
}

/// Ids are values here and never parsed.
#[test]
fn an_id_can_not_break_out() {
    let hostile = ada().claim("sub", "a\"|auditors").claim("org_id", "acme\" || true");
    assert_eq!(may(&hostile, OURS), "");
    assert_eq!(may(&hostile, Item { id: "\"", org_id: "acme\" || true" }), "rwx");
}

#[test]
fn an_action_that_nobody_declared_is_not_decided() {
    let store = Store::new("eu-west-1_EXAMPLE").unwrap();
    let event = ada().http_api();
    let claims = Claims::from_event(&event).unwrap();
    assert!(store.permits(&claims, "DeleteItem", OURS).is_err());
}

/// Strictly, as Verified Permissions does by default: a misspelt claim is found here.
#[test]
fn the_policies_fit_the_schema() {
    let (schema, warnings) = Schema::from_cedarschema_str(&cedar_store::schema()).unwrap();
    assert_eq!(warnings.map(|warning| warning.to_string()).collect::<Vec<_>>(), [""; 0]);
    let check = |policies: &str| {
        let policies: PolicySet = policies.parse().unwrap();
        let validator = Validator::new(schema.clone());
        validator.validate(&policies, ValidationMode::Strict)
    };
    let policies = include_str!("../store/policies.cedar");
    let result = check(policies);
    let problems: Vec<_> = result.validation_errors().map(ToString::to_string).collect();
    assert_eq!(problems, [""; 0]);
    for (from, to) in [
        ("token.permissions", "token.permisions"),
        ("context.token has org_tier && ", ""),
        ("ReadItem", "LoadItem"),
    ] {
        assert!(!check(&policies.replacen(from, to, 9)).validation_passed(), "{from}");
    }
}
