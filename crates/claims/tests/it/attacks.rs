//! What an attacker, an emulator or a careless neighbour may send, and the reader must not fall for.

use std::collections::BTreeMap;

use cognito_claims::CLOCK_LEEWAY;
use cognito_claims::bits::Catalogue;
use cognito_claims::dangerous::UnverifiedClaims;
use cognito_claims::{Claims, Feature, Guard, Identity, ReadErrorKind, TokenUse};
use serde::Deserialize;
use serde_json::{Map, Value, json};

fn http_api(claims: Value) -> Value {
    json!({ "requestContext": { "authorizer": { "jwt": { "claims": claims, "scopes": null } } } })
}

fn shared(claims: Value) -> Value {
    json!({ "requestContext": { "authorizer": { "claims": claims } } })
}

fn refused(guard: &Guard, claims: &Claims<'_>) -> &'static str {
    guard.check(claims, 0).expect_err("refused").word()
}

#[test]
fn superadmin_is_no_admin() {
    let event = http_api(json!({ "cognito:groups": "[superadmin admin2]" }));
    let claims = Claims::from_http_api(&event).unwrap();
    assert_eq!(claims.groups().unwrap(), ["superadmin", "admin2"]);
    assert_eq!(refused(&Guard::either_token().any_group(["admin"]), &claims), "group");
}

#[test]
fn one_admin_in_brackets_is_admin() {
    let event = http_api(json!({ "cognito:groups": "[admin]" }));
    let claims = Claims::from_http_api(&event).unwrap();
    assert!(Guard::either_token().any_group(["admin"]).check(&claims, 0).is_ok());
}

#[test]
fn a_comma_in_a_group_is_no_second_group_at_the_rest_door() {
    let event = shared(json!({ "cognito:groups": "x,admin" }));
    let claims = Claims::from_rest_cognito(&event).unwrap();
    assert_eq!(claims.groups().unwrap_err().kind(), ReadErrorKind::Ambiguous);
    assert_eq!(refused(&Guard::either_token().any_group(["admin"]), &claims), "group");

    #[derive(Debug, Deserialize)]
    struct Typed {
        #[serde(rename = "cognito:groups")]
        _groups: Vec<String>,
    }
    assert_eq!(claims.read::<Typed>().unwrap_err().kind(), ReadErrorKind::Ambiguous);
}

#[test]
fn a_comma_in_a_group_is_no_second_group_anywhere_else() {
    let token = json!({ "cognito:groups": ["x,admin"] });
    let token = token.as_object().unwrap();
    let http = http_api(json!({ "cognito:groups": "[x,admin]" }));
    let lambda = json!({ "requestContext": {
        "authorizer": cognito_claims::context::encode(token),
    } });
    for claims in [
        Claims::from_verified(token),
        Claims::from_http_api(&http).unwrap(),
        Claims::from_lambda_authorizer(&lambda).unwrap(),
    ] {
        assert_eq!(claims.groups().unwrap(), ["x,admin"], "{}", claims.door());
    }
}

#[test]
fn groups_that_are_no_list_are_no_groups() {
    let text = json!({ "cognito:groups": "admin" });
    assert!(Claims::from_verified(text.as_object().unwrap()).groups().is_err());
    assert!(Claims::from_http_api(&http_api(text)).unwrap().groups().is_err());
}

#[test]
fn a_group_may_be_called_anything() {
    for name in ["{", "[", "[x]", "{\"a\":1}", "map[k:v]", "a]"] {
        let token = json!({ "cognito:groups": [name] });
        let token = token.as_object().unwrap();
        let http = http_api(json!({ "cognito:groups": format!("[{name}]") }));
        let rest = shared(json!({ "cognito:groups": name }));
        let lambda = json!({ "requestContext": {
            "authorizer": cognito_claims::context::encode(token),
        } });
        for claims in [
            Claims::from_verified(token),
            Claims::from_http_api(&http).unwrap(),
            Claims::from_rest_cognito(&rest).unwrap(),
            Claims::from_lambda_authorizer(&lambda).unwrap(),
        ] {
            assert_eq!(claims.groups().unwrap(), [name], "{}", claims.door());
        }
    }
}

#[test]
fn text_that_looks_like_a_list_stays_text() {
    let event = http_api(json!({ "org_id": "[acme globex]" }));
    assert_eq!(Claims::from_http_api(&event).unwrap().org_id().unwrap(), "[acme globex]");
}

#[test]
fn what_was_flattened_beyond_repair_is_ambiguous() {
    for text in ["[[a b] c]", "[map[k:v]]", "[a  b]", "[ ]", "[a b", "a, b", "a,,b", "[\"a\" b]"] {
        let event = http_api(json!({ "permissions": text }));
        let claims = Claims::from_http_api(&event).unwrap();
        let error = claims.claim::<Vec<String>>("permissions").unwrap_err();
        assert_eq!(error.kind(), ReadErrorKind::Ambiguous, "{text}");
    }
    for text in ["{a=b}", "{\"a\":1},", "x,{\"a\":1}"] {
        let event = shared(json!({ "permissions": text }));
        let claims = Claims::from_rest_cognito(&event).unwrap();
        let error = claims.claim::<Vec<String>>("permissions").unwrap_err();
        assert_eq!(error.kind(), ReadErrorKind::Ambiguous, "{text}");
    }
    let event = http_api(json!({ "address_of": "map[city:Rome zip:1]" }));
    let claims = Claims::from_http_api(&event).unwrap();
    let error = claims.claim::<BTreeMap<String, Value>>("address_of").unwrap_err();
    assert_eq!(error.kind(), ReadErrorKind::Ambiguous);
}

#[test]
fn a_simulators_json_object_reads_at_the_http_door() {
    let event = http_api(json!({ "address_of": "{\"zip\":1}" }));
    let claims = Claims::from_http_api(&event).unwrap();
    assert_eq!(claims.claim::<BTreeMap<String, u8>>("address_of").unwrap()["zip"], 1);
}

fn user() -> Map<String, Value> {
    let token = json!({
        "token_use": "access", "sub": "91ad6a3e", "username": "ada", "client_id": "web",
        "scope": "openid orders/read", "iat": 1000, "auth_time": 500,
        "org_id": "acme", "org_tier": "pro", "feature_flags": "export",
    });
    token.as_object().unwrap().clone()
}

fn with(name: &str, value: Value) -> Map<String, Value> {
    let mut token = user();
    token.insert(name.to_owned(), value);
    token
}

fn without(name: &str) -> Map<String, Value> {
    let mut token = user();
    token.remove(name);
    token
}

#[test]
fn a_client_is_no_user() {
    let mut token = without("username");
    token.insert("sub".to_owned(), "web".into());
    let client = Claims::from_verified(&token).identity().unwrap();
    assert_eq!(client, Identity::Client { client_id: "web".to_owned() });

    // Neither a user nor a client: a user whose subject is a client, a client with another subject.
    for token in [with("sub", "web".into()), without("username")] {
        let error = Claims::from_verified(&token).identity().unwrap_err();
        assert_eq!(error.kind(), ReadErrorKind::Ambiguous);
    }
    assert!(Claims::from_verified(&with("sub", "".into())).identity().is_err());
    assert!(Claims::from_verified(&without("sub")).identity().is_err());
}

#[test]
fn an_id_token_is_no_access_token() {
    let mut token = with("token_use", "id".into());
    token.insert("aud".to_owned(), "web".into());
    let claims = Claims::from_verified(&token);
    assert_eq!(claims.token_use().unwrap(), TokenUse::Id);
    assert_eq!(refused(&Guard::access_token(), &claims), "token_use");
    let object = with("token_use", json!({ "access": null }));
    assert_eq!(refused(&Guard::access_token(), &Claims::from_verified(&object)), "token_use");
    let neither = with("token_use", "refresh".into());
    assert_eq!(refused(&Guard::access_token(), &Claims::from_verified(&neither)), "token_use");
    assert_eq!(
        refused(&Guard::access_token(), &Claims::from_verified(&without("token_use"))),
        "token_use"
    );
}

#[test]
fn the_audience_of_an_access_token_is_not_its_client() {
    let mut token = without("client_id");
    token.insert("aud".to_owned(), "web".into());
    let claims = Claims::from_verified(&token);
    assert_eq!(refused(&Guard::access_token().client(["web"]), &claims), "client");
}

#[test]
fn a_missing_claim_denies() {
    let guards = [
        ("token_use", Guard::access_token()),
        ("client_id", Guard::either_token().client(["web"])),
        ("scope", Guard::either_token().any_scope(["openid"])),
        ("org_id", Guard::either_token().org("acme")),
        ("org_tier", Guard::either_token().tier_at_least("free", ["free", "pro"])),
        ("feature_flags", Guard::either_token().feature("export")),
        ("iat", Guard::either_token().issued_within(60)),
        ("auth_time", Guard::either_token().authenticated_within(1000)),
    ];
    for (name, guard) in guards {
        assert_eq!(guard.check(&Claims::from_verified(&user()), 1000), Ok(()), "{name}");
        assert!(guard.check(&Claims::from_verified(&without(name)), 1000).is_err(), "{name}");
        let null = with(name, Value::Null);
        assert!(guard.check(&Claims::from_verified(&null), 1000).is_err(), "{name}: null");
    }
}

#[test]
fn an_empty_list_of_what_is_allowed_allows_nobody() {
    let token = user();
    let claims = Claims::from_verified(&token);
    let none: [&str; 0] = [];
    for guard in [
        Guard::either_token().client(none),
        Guard::either_token().any_scope(none),
        Guard::either_token().all_scopes(none),
        Guard::either_token().any_group(none),
        Guard::either_token().all_groups(none),
        Guard::either_token().tier_at_least("free", none),
    ] {
        assert!(guard.check(&claims, 0).is_err(), "{guard:?}");
    }
}

#[test]
fn nobody_is_above_tiers_that_nobody_knows() {
    let unknown = with("org_tier", "platinum".into());
    let claims = Claims::from_verified(&unknown);
    let guard = Guard::either_token().tier_at_least("free", ["free", "pro"]);
    assert_eq!(refused(&guard, &claims), "tier");
    let pro = user();
    let just = Guard::either_token().tier_at_least("pro", ["free", "pro"]);
    assert!(just.check(&Claims::from_verified(&pro), 0).is_ok());
    let misspelt = Guard::either_token().tier_at_least("entreprise", ["free", "pro"]);
    assert_eq!(refused(&misspelt, &Claims::from_verified(&pro)), "tier");
}

#[test]
fn freshness_ends_on_the_second_and_the_future_is_not_fresh() {
    let token = user();
    let claims = Claims::from_verified(&token);
    let guard = Guard::either_token().issued_within(300);
    assert!(guard.check(&claims, 1300).is_ok());
    assert!(guard.check(&claims, 1301).is_err());
    assert!(guard.check(&claims, 1000 - CLOCK_LEEWAY).is_ok());
    assert!(guard.check(&claims, 1000 - CLOCK_LEEWAY - 1).is_err());
}

#[test]
fn a_set_of_flags_that_looks_like_bits_is_unknown_without_its_catalogue() {
    let bits = with("feature_flags", "1.3.71cff566.5".into());
    let claims = Claims::from_verified(&bits);
    assert_eq!(claims.feature("export"), Feature::Unknown);
    assert_eq!(claims.feature("1.3.71cff566.5"), Feature::Unknown);
}

#[test]
fn a_guard_reads_bits_with_their_catalogue_only() {
    let names = |names: &[&str]| Catalogue::new(names.iter().map(ToString::to_string).collect());
    let ours = names(&["audit", "beta", "export"]).unwrap();
    let theirs = names(&["beta", "audit", "export"]).unwrap();
    let bits = with("feature_flags", "1.3.71cff566.5".into());
    let claims = Claims::from_verified(&bits);
    let guard = |name, catalogue| Guard::either_token().feature_in(name, catalogue);
    assert!(guard("export", &ours).check(&claims, 0).is_ok());
    assert_eq!(refused(&guard("beta", &ours), &claims), "feature");
    assert_eq!(refused(&guard("unheard-of", &ours), &claims), "feature");
    assert_eq!(refused(&guard("export", &theirs), &claims), "feature");
    let text = user();
    assert_eq!(refused(&guard("export", &ours), &Claims::from_verified(&text)), "feature");
}

#[test]
fn a_set_of_anything_else_is_no_set_of_flags() {
    for value in [json!(["a/b"]), json!("a/b,c"), json!({ "export": true }), json!(true)] {
        let token = with("feature_flags", value);
        let claims = Claims::from_verified(&token);
        assert!(claims.features().is_err());
        assert_eq!(claims.feature("export"), Feature::Unknown);
    }
}

#[test]
fn a_null_in_a_list_is_nothing() {
    let token = with("seats", json!([1, null]));
    let seats: Vec<Option<u8>> = Claims::from_verified(&token).claim("seats").unwrap();
    assert_eq!(seats, [Some(1), None]);
}

#[test]
fn a_scope_is_a_whole_word() {
    let token = with("scope", "orders/read-all a,orders/read".into());
    let claims = Claims::from_verified(&token);
    assert_eq!(refused(&Guard::either_token().any_scope(["orders/read"]), &claims), "scope");
    let scopes = claims.scopes().unwrap();
    assert_eq!(scopes.iter().collect::<Vec<_>>(), ["a,orders/read", "orders/read-all"]);
}

#[test]
fn a_door_is_not_guessed() {
    let claims = json!({ "sub": "s", "exp": "1611985745", "iat": "1611982145" });
    let java = json!({ "exp": "Sat Jan 30 05:49:05 UTC 2021" });
    let ambiguous = [
        shared(claims.clone()),
        shared(json!({ "sub": "s" })),
        json!({ "version": "1.0", "requestContext": { "authorizer": { "claims": java } } }),
        shared(json!({ "exp": "Sat Jan 30 05:49:05 UTC 2021", "iat": "1611982145" })),
        shared(json!({ "exp": "Sat Jan 30 05:49:05 UTC 2021", "seats": 5 })),
        json!({ "requestContext": { "authorizer": { "jwt": { "claims": claims }, "lambda": { "a": 1 } } } }),
        json!({ "requestContext": {}, "identity": { "claims": {} } }),
        json!({ "identity": { "claims": {}, "resolverContext": {} } }),
    ];
    for event in ambiguous {
        let error = Claims::from_event(&event).unwrap_err();
        assert_eq!(error.kind(), ReadErrorKind::AmbiguousDoor, "{event}");
    }
    let none = [
        json!({}),
        json!(null),
        json!({ "requestContext": { "authorizer": { "iam": {} } } }),
        json!({ "requestContext": { "elb": {} }, "headers": { "x-amzn-oidc-accesstoken": "e30.e30.x" } }),
        json!({ "headers": { "authorization": "Bearer e30.e30.x" } }),
    ];
    for event in none {
        let error = Claims::from_event(&event).unwrap_err();
        assert_eq!(error.kind(), ReadErrorKind::NoClaims, "{event}");
    }
}

#[test]
fn no_value_is_in_an_error_or_a_debug_text() {
    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Plan {
        Free,
        Pro,
    }
    const SECRET: &str = "s3cret value";
    let values = [json!(SECRET), json!({ "k": SECRET }), json!([SECRET]), json!([[SECRET]])];
    for value in values {
        let token = with("org_id", value.clone());
        let text = match &value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let http = http_api(json!({ "org_id": text }));
        let rest = shared(json!({ "org_id": text }));
        for claims in [
            Claims::from_verified(&token),
            Claims::from_http_api(&http).unwrap(),
            Claims::from_rest_cognito(&rest).unwrap(),
        ] {
            let mut texts = vec![format!("{claims:?}")];
            texts.extend(claims.claim::<Plan>("org_id").err().map(|error| error.to_string()));
            texts.extend(claims.claim::<u8>("org_id").err().map(|error| error.to_string()));
            texts.extend(claims.claim::<f32>("org_id").err().map(|error| error.to_string()));
            texts.extend(claims.claim::<bool>("org_id").err().map(|error| error.to_string()));
            texts.extend(claims.claim::<Vec<u8>>("org_id").err().map(|error| error.to_string()));
            texts.extend(claims.claim::<(u8, u8)>("org_id").err().map(|error| error.to_string()));
            texts.extend(claims.claim::<BTreeMap<u8, u8>>("org_id").err().map(|e| e.to_string()));
            texts.extend(claims.claim::<char>("org_id").err().map(|error| error.to_string()));
            texts.extend(claims.claim::<std::net::IpAddr>("org_id").err().map(|e| e.to_string()));
            texts.extend(claims.features().err().map(|error| format!("{error:?}")));
            assert!(texts.len() > 8);
            for text in texts {
                assert!(!text.contains("s3cret"), "{text}");
            }
        }
    }
}

#[test]
fn the_text_of_another_crates_error_is_not_repeated() {
    #[derive(Debug, Deserialize)]
    #[serde(try_from = "String")]
    struct Talkative;
    impl TryFrom<String> for Talkative {
        type Error = String;
        fn try_from(text: String) -> Result<Self, String> {
            Err(format!("no good: {text}"))
        }
    }
    let token = user();
    let error = Claims::from_verified(&token).claim::<Talkative>("org_id").unwrap_err();
    assert_eq!(error.to_string(), "claim `org_id` is not what the asked type accepts (token)");
}

#[test]
fn a_null_claim_is_a_missing_claim() {
    #[derive(Debug, Deserialize)]
    struct Typed {
        #[serde(rename = "org_id")]
        _org_id: Value,
        org_tier: Option<String>,
    }
    let token = with("org_id", Value::Null);
    let error = Claims::from_verified(&token).read::<Typed>().unwrap_err();
    assert_eq!((error.kind(), error.claim()), (ReadErrorKind::Missing, Some("org_id")));
    let token = with("org_tier", Value::Null);
    assert_eq!(Claims::from_verified(&token).read::<Typed>().unwrap().org_tier, None);
}

#[test]
fn an_empty_organisation_is_none() {
    let token = with("org_id", "".into());
    let claims = Claims::from_verified(&token);
    assert!(claims.org_id().is_err());
    assert_eq!(refused(&Guard::either_token().org(""), &claims), "org");
}

#[test]
fn a_number_is_made_of_digits() {
    for text in ["inf", "NaN", "1e999", "", "-", "+-1", " 1", "0x10", "1_000"] {
        let token = with("seats", text.into());
        let claims = Claims::from_verified(&token);
        assert!(claims.claim::<f64>("seats").is_err(), "{text:?}");
        assert!(claims.claim::<i64>("seats").is_err(), "{text:?}");
    }
}

#[test]
fn only_the_rest_door_has_dates_of_java() {
    let date = json!({ "exp": "Sat Jan 30 05:49:05 UTC 2021" });
    let http = http_api(date.clone());
    let claims = Claims::from_http_api(&http).unwrap();
    assert!(claims.claim::<u64>("exp").is_err() && claims.claim::<f64>("exp").is_err());
    let rest = shared(date);
    let claims = Claims::from_rest_cognito(&rest).unwrap();
    assert_eq!(claims.claim::<u64>("exp"), Ok(1_611_985_745));
    assert_eq!(claims.claim::<f64>("exp"), Ok(1_611_985_745.0));
}

#[test]
fn two_tokens_in_the_headers_are_none() {
    let token = "e30.e30.c2ln";
    let alb = |headers: Value| UnverifiedClaims::from_alb(&json!({ "headers": headers }));
    assert!(alb(json!({ "X-Amzn-Oidc-Accesstoken": token })).is_ok());
    let two = json!({ "X-Amzn-Oidc-Accesstoken": token, "x-amzn-oidc-accesstoken": token });
    assert!(alb(two).is_err());
    let many = |values: Value| {
        let headers = json!({ "x-amzn-oidc-accesstoken": values });
        UnverifiedClaims::from_alb(&json!({ "multiValueHeaders": headers }))
    };
    assert!(many(json!([token])).is_ok());
    assert!(many(json!([token, token])).is_err());
}

#[test]
fn an_error_names_claim_door_and_what_was_expected() {
    let event = http_api(json!({ "seats": "many", "org_tier": "gold" }));
    let claims = Claims::from_http_api(&event).unwrap();
    let error = claims.claim::<u8>("seats").unwrap_err();
    assert_eq!(error.to_string(), "claim `seats` is not a whole number (HTTP API JWT authorizer)");
    let error = claims.org_id().unwrap_err();
    assert_eq!(error.to_string(), "claim `org_id` is missing (HTTP API JWT authorizer)");

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Plan {
        Free,
        Pro,
    }
    #[derive(Debug, Deserialize)]
    struct Orders {
        #[serde(rename = "org_tier")]
        _plan: Plan,
    }
    let error = claims.read::<Orders>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "claim `org_tier` is not one of the words `free`, `pro` (HTTP API JWT authorizer)"
    );
    let _ = (Plan::Free, Plan::Pro);
}
