//! Arbitrary JSON behind any door never panics, whatever type is asked for.

use std::collections::{BTreeMap, HashSet};

use cognito_claims::dangerous::UnverifiedClaims;
use cognito_claims::{
    Claims, Features, Guard, OrgId, Organisations, ReadErrorKind, Tier, TokenUse, Words,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Map, Value, json};

const NAMES: [&str; 14] = [
    "org_id",
    "feature_flags",
    "cognito:groups",
    "scope",
    "sub",
    "token_use",
    "iat",
    "client_id",
    "username",
    "roles",
    "organisations",
    "claims_cut",
    "id",
    "x",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
        "[\\[\\]{}\", a:.0-9-]{0,12}".prop_map(Value::from),
        Just(json!("Sat Jan 30 04:49:05 UTC 2021")),
        Just(json!("map[a:[b c]]")),
        Just(json!("access")),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(prop::sample::select(&NAMES[..]), inner, 0..6)
                .prop_map(|members| members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()),
        ]
    })
}

fn any_claims() -> impl Strategy<Value = Map<String, Value>> {
    prop::collection::hash_map(prop::sample::select(&NAMES[..]), any_json(), 0..8).prop_map(
        |claims| claims.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
    )
}

#[derive(Deserialize)]
enum Shape {
    #[serde(rename = "access")]
    Unit,
    Newtype(#[expect(dead_code, reason = "only read")] u8),
}

#[derive(Deserialize)]
struct Nested {
    #[expect(dead_code, reason = "only read")]
    x: Option<Box<Nested>>,
}

/// Reads everything as everything.
fn read_all(claims: &Claims<'_>) {
    let _ = claims.read::<BTreeMap<String, Value>>();
    let _ = claims.read::<Value>();
    let _ = claims.read::<Vec<u8>>();
    let _ = claims.read::<Option<Nested>>();
    for name in NAMES {
        let _ = claims.claim::<Value>(name);
        let _ = claims.claim::<&str>(name);
        let _ = claims.claim::<char>(name);
        let _ = claims.claim::<bool>(name);
        let _ = claims.claim::<i8>(name);
        let _ = claims.claim::<u128>(name);
        let _ = claims.claim::<f64>(name);
        let _ = claims.claim::<()>(name);
        let _ = claims.claim::<(String, u8)>(name);
        let _ = claims.claim::<Vec<Option<String>>>(name);
        let _ = claims.claim::<Vec<Vec<String>>>(name);
        let _ = claims.claim::<HashSet<u64>>(name);
        let _ = claims.claim::<Nested>(name);
        let _ = claims.claim::<Vec<Nested>>(name);
        let _ = claims.claim::<Shape>(name);
        let _ = claims.claim::<Vec<Shape>>(name);
        let _ = claims.claim::<TokenUse>(name);
        let _ = claims.claim::<Tier>(name);
        let _ = claims.claim::<OrgId>(name);
        let _ = claims.claim::<Option<Features>>(name);
        let _ = claims.claim::<Words>(name);
        let _ = claims.claim::<Vec<Words>>(name);
        let _ = claims.claim::<Organisations>(name);
        let _ = claims.claim::<serde_json::Number>(name);
    }
    let _ = (claims.identity(), claims.groups(), claims.scopes(), claims.client_id());
    let guard = Guard::access_token()
        .client(["a"])
        .any_scope(["a"])
        .all_groups(["a"])
        .org("a")
        .tier_at_least("a", ["a"])
        .any_role(["a"])
        .all_permissions(["a"])
        .feature("a")
        .issued_within(u64::MAX)
        .authenticated_within(0);
    if let Err(refusal) = guard.check(claims, u64::MAX) {
        let _ = (refusal.status(), refusal.www_authenticate(), refusal.problem());
    }
}

proptest! {
    #[test]
    fn any_claims_read_without_panic(claims in any_claims()) {
        let events = [
            json!({ "requestContext": { "authorizer": { "jwt": { "claims": claims } } } }),
            json!({ "requestContext": { "authorizer": { "claims": claims } } }),
            json!({ "requestContext": { "authorizer": claims } }),
            json!({ "identity": { "claims": claims, "resolverContext": claims } }),
        ];
        for event in &events {
            let opened = [
                Claims::from_event(event),
                Claims::from_http_api(event),
                Claims::from_rest_cognito(event),
                Claims::from_rest_cognito(event).map(Claims::assume_comma_free_groups),
                Claims::from_rest_jwt(event),
                Claims::from_lambda_authorizer(event),
                Claims::from_appsync(event),
                Claims::from_appsync_lambda(event),
            ];
            opened.iter().flatten().for_each(read_all);
        }
        read_all(&Claims::from_verified(&claims));
        read_all(&Claims::from_verified(&cognito_claims::context::encode(&claims)));
    }

    #[test]
    fn any_event_opens_without_panic(event in any_json(), token in ".{0,40}") {
        let _ = Claims::from_event(&event);
        let _ = UnverifiedClaims::from_alb(&event);
        let _ = UnverifiedClaims::from_alb(&json!({ "headers": event }));
        let _ = UnverifiedClaims::decode(&token);
    }
}

/// The features `arbitrary_precision` and `raw_value` of serde_json are switched on by whoever
/// shares the build, and change how numbers come out. These hold with and without them.
#[test]
fn numbers_are_the_same_with_every_feature_of_serde_json() {
    let token: Value = serde_json::from_str(
        r#"{"whole":9223372036854775807,"most":18446744073709551615,"less":-1,"part":0.5,
            "huge":1.7976931348623157e308,"beyond":1e400,"odd":1e3,"list":[1,2.5]}"#,
    )
    .or_else(|_| {
        // Without arbitrary precision such a number isn't even parsed.
        serde_json::from_str(
            r#"{"whole":9223372036854775807,"most":18446744073709551615,"less":-1,"part":0.5,
                "huge":1.7976931348623157e308,"odd":1e3,"list":[1,2.5]}"#,
        )
    })
    .unwrap();
    let claims = Claims::from_verified(token.as_object().unwrap());
    assert_eq!(claims.claim::<i64>("whole").unwrap(), i64::MAX);
    assert_eq!(claims.claim::<u64>("most").unwrap(), u64::MAX);
    assert_eq!(claims.claim::<String>("most").unwrap(), u64::MAX.to_string());
    assert_eq!(claims.claim::<i8>("less").unwrap(), -1);
    assert_eq!(claims.claim::<u8>("less").unwrap_err().kind(), ReadErrorKind::Unexpected);
    assert_eq!(claims.claim::<f64>("part").unwrap(), 0.5);
    assert_eq!(claims.claim::<f64>("whole").unwrap(), 9_223_372_036_854_775_807.0);
    assert_eq!(claims.claim::<f64>("huge").unwrap(), f64::MAX);
    assert!(claims.claim::<f64>("beyond").is_err());
    assert_eq!(claims.claim::<u32>("odd").unwrap_err().kind(), ReadErrorKind::Unexpected);
    assert_eq!(claims.claim::<f32>("odd").unwrap(), 1000.0);
    assert_eq!(claims.claim::<Vec<f64>>("list").unwrap(), [1.0, 2.5]);
    assert_eq!(claims.claim::<Value>("whole").unwrap(), json!(i64::MAX));
    assert_eq!(claims.claim::<Value>("part").unwrap(), json!(0.5));
    assert_eq!(claims.claim::<serde_json::Number>("most").unwrap(), u64::MAX.into());
    assert_eq!(claims.read::<Value>().unwrap()["huge"].as_f64(), Some(f64::MAX));

    #[derive(Deserialize)]
    struct Nested {
        whole: i64,
        part: f64,
    }
    let outer = json!({ "nested": token });
    let claims = Claims::from_verified(outer.as_object().unwrap());
    let nested: Nested = claims.claim("nested").unwrap();
    assert_eq!((nested.whole, nested.part), (i64::MAX, 0.5));
}
