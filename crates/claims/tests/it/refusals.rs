//! What a refused caller is told: status, challenge and problem document, without any value.

use cognito_claims::Reason;
use cognito_claims::{Claims, Guard, Refusal};
use serde_json::{Map, Value, json};

const NOW: u64 = 10_000;

fn token() -> Map<String, Value> {
    let token = json!({
        "token_use": "access", "client_id": "s3cret", "scope": "s3cret", "org_id": "s3cret",
        "org_tier": "s3cret", "feature_flags": "s3cret", "roles": "s3cret",
        "permissions": ["s3cret"], "cognito:groups": ["s3cret"],
        "iat": 1234, "auth_time": 1234,
    });
    token.as_object().unwrap().clone()
}

fn refusal(guard: Guard) -> Refusal {
    guard.check(&Claims::from_verified(&token()), NOW).unwrap_err()
}

#[test]
fn another_token_could_help_is_401_and_this_caller_may_not_is_403() {
    let any = Guard::either_token;
    let challenge = |error: &str, text: &str| {
        Some(format!(r#"Bearer realm="api", error="{error}", error_description="{text}""#))
    };
    let table = [
        (
            refusal(Guard::id_token()),
            401,
            "token_use",
            challenge("invalid_token", "the other kind of token is required"),
        ),
        (
            refusal(any().client(["web"])),
            401,
            "client",
            challenge(
                "invalid_token",
                "the token was issued to an app client that is not accepted here",
            ),
        ),
        (
            refusal(any().all_scopes(["orders/read", "orders/write"])),
            403,
            "scope",
            challenge("insufficient_scope", "the token lacks a required scope")
                .map(|text| text + r#", scope="orders/read orders/write""#),
        ),
        (refusal(any().any_group(["admin"])), 403, "group", None),
        (refusal(any().all_groups(["s3cret", "admin"])), 403, "group", None),
        (refusal(any().org("acme")), 403, "org", None),
        (refusal(any().tier_at_least("pro", ["free", "pro"])), 403, "tier", None),
        (refusal(any().any_role(["admin"])), 403, "role", None),
        (refusal(any().all_permissions(["s3cret", "write"])), 403, "permission", None),
        (refusal(any().feature("export")), 403, "feature", None),
        (
            refusal(any().issued_within(60)),
            401,
            "issued_too_long_ago",
            challenge("invalid_token", "a newer token is required"),
        ),
        (
            refusal(any().authenticated_within(60)),
            401,
            "authenticated_too_long_ago",
            challenge("insufficient_user_authentication", "a more recent sign-in is required")
                .map(|text| text + r#", max_age="60""#),
        ),
    ];
    for (refusal, status, word, challenge) in table {
        assert_eq!(refusal.status(), status, "{word}");
        assert_eq!(refusal.word(), word);
        assert_eq!(refusal.www_authenticate(), challenge, "{word}");
        let problem = refusal.problem();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["reason"], word);
        assert_eq!(problem["type"], "about:blank");
        let response = refusal.proxy_response();
        assert_eq!(response["statusCode"], status);
        assert_eq!(response["body"], problem.to_string());
        let header = response["headers"].get("www-authenticate").and_then(Value::as_str);
        assert_eq!(header, challenge.as_deref());
        let told = format!("{problem} {refusal} {refusal:?} {:?}", refusal.www_authenticate());
        assert!(!told.contains("s3cret") && !told.contains("1234"), "{told}");
    }
}

#[test]
fn no_claims_at_all_asks_for_a_token_without_an_error_code() {
    let refusal = Refusal::from(Claims::from_event(&json!({})).unwrap_err());
    assert_eq!(refusal.reason(), &Reason::NoClaims);
    assert_eq!(refusal.status(), 401);
    assert_eq!(refusal.www_authenticate().unwrap(), r#"Bearer realm="api""#);
}

#[test]
fn the_cause_is_for_the_log() {
    let empty = Map::new();
    let refusal = Guard::either_token().org("acme").check(&Claims::from_verified(&empty), NOW);
    let cause = std::error::Error::source(refusal.as_ref().unwrap_err()).unwrap().to_string();
    assert_eq!(cause, "claim `org_id` is missing (token)");
}

#[test]
fn a_scope_that_would_break_the_header_stays_out_of_it() {
    let refusal = refusal(Guard::either_token().any_scope(["a\"b", "a b", "a\r\nb", "ok"]));
    assert!(refusal.www_authenticate().unwrap().ends_with(r#", scope="ok""#));
    let refusal = self::refusal(Guard::either_token().any_scope(["a b"]));
    assert!(!refusal.www_authenticate().unwrap().contains("scope=\""));
}
