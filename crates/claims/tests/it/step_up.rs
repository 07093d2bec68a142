//! How somebody signed in, and who acts for them.

use std::collections::BTreeSet;

use cognito_claims::{Actor, Claims, Door, Guard, ReadErrorKind, Reason};
use serde_json::{Map, Value, json};

use crate::contexts::recorded;
use crate::flatten;

const LEVELS: [&str; 2] = ["urn:cognito:loa:2", "urn:cognito:loa:3"];

fn token(claims: Value) -> Map<String, Value> {
    claims.as_object().unwrap().clone()
}

#[track_caller]
fn refused(guard: &Guard, claims: Value) -> Reason {
    let token = token(claims);
    guard.check(&Claims::from_verified(&token), 0).unwrap_err().reason().clone()
}

#[test]
fn a_sign_in_has_a_level_and_methods() {
    let event: Value = serde_json::from_str(&recorded("rest-jwt-exchanged.json")).unwrap();
    let claims = Claims::from_event(&event).unwrap();
    assert_eq!(claims.authentication_level().unwrap().as_deref(), Some("urn:cognito:loa:2"));
    let methods: BTreeSet<String> = ["mfa", "otp", "pwd"].map(str::to_owned).into();
    assert_eq!(claims.authentication_methods().unwrap(), methods);
    let guard = Guard::access_token()
        .authentication(LEVELS)
        .any_method(["hwk", "otp"])
        .all_methods(["mfa", "pwd"]);
    guard.check(&claims, 0).unwrap();
}

#[cfg(feature = "testing")]
#[test]
fn behind_every_door_a_sign_in_has_its_level_and_methods() {
    let token = cognito_claims::testing::Token::access()
        .claim("acr", "urn:cognito:loa:2")
        .claim("amr", ["pwd", "otp", "mfa"]);
    let guard = Guard::access_token().authentication(LEVELS).all_methods(["mfa", "otp"]);
    let stronger = Guard::access_token().authentication(["urn:cognito:loa:3"]);
    let unused = Guard::access_token().any_method(["hwk", "otp mfa"]);
    let check = |claims: &Claims<'_>| {
        let door = claims.door();
        let level = claims.authentication_level().unwrap();
        assert_eq!(level.as_deref(), Some("urn:cognito:loa:2"), "{door}");
        let methods: BTreeSet<String> = ["mfa", "otp", "pwd"].map(str::to_owned).into();
        assert_eq!(claims.authentication_methods().unwrap(), methods, "{door}");
        guard.check(claims, 0).unwrap();
        for guard in [&stronger, &unused] {
            assert_eq!(guard.check(claims, 0).unwrap_err().word(), "authentication", "{door}");
        }
    };
    check(&Claims::from_verified(token.payload()));
    let gateways = [
        token.http_api(),
        token.rest_cognito(),
        token.rest_jwt(),
        token.rest_lambda_authorizer(),
        token.http_lambda_authorizer(),
        token.websocket(),
    ];
    for event in &gateways {
        check(&Claims::from_event(event).unwrap());
        #[cfg(feature = "lambda-http")]
        {
            let request = lambda_http::request::from_str(&event.to_string()).unwrap();
            check(&cognito_claims::lambda_http::claims(&request).unwrap());
        }
    }
    for event in [token.http_api_1_0(), token.appsync(), token.appsync_lambda()] {
        check(&Claims::from_event(&event).unwrap());
    }
}

#[test]
fn a_token_that_tells_no_level_or_another_one_is_refused() {
    let guard = Guard::either_token().authentication(LEVELS);
    let levels = LEVELS.map(str::to_owned).to_vec();
    for claims in [
        json!({}),
        json!({ "acr": "urn:cognito:loa:1" }),
        json!({ "acr": "" }),
        json!({ "acr": 2 }),
        json!({ "acr": LEVELS }),
    ] {
        assert_eq!(refused(&guard, claims), Reason::Authentication { levels: levels.clone() });
    }
    let none: [&str; 0] = [];
    let claims = json!({ "acr": "urn:cognito:loa:3", "amr": ["mfa"] });
    for guard in [
        Guard::either_token().authentication(none),
        Guard::either_token().any_method(none),
        Guard::either_token().all_methods(none),
        Guard::either_token().all_methods(["mfa", "hwk"]),
        Guard::either_token().any_method(["hwk"]),
    ] {
        assert!(matches!(refused(&guard, claims.clone()), Reason::Authentication { .. }));
    }
}

#[test]
fn step_up_is_asked_for_in_the_words_of_rfc_9470() {
    let wanted = ["urn:cognito:loa:3", "our own level", "a\"b"];
    let token = token(json!({ "acr": "urn:cognito:loa:1" }));
    let claims = Claims::from_verified(&token);
    let refusal = Guard::either_token().authentication(wanted).check(&claims, 0).unwrap_err();
    assert_eq!((refusal.status(), refusal.word()), (401, "authentication"));
    assert_eq!(
        refusal.www_authenticate().unwrap(),
        "Bearer realm=\"api\", error=\"insufficient_user_authentication\", \
         error_description=\"another way to sign in is required\", acr_values=\"urn:cognito:loa:3\""
    );
    let refusal = Guard::either_token().any_method(["mfa"]).check(&claims, 0).unwrap_err();
    let challenge = refusal.www_authenticate().unwrap();
    assert!(challenge.contains("insufficient_user_authentication"), "{challenge}");
    assert!(!challenge.contains("acr_values"), "{challenge}");
}

#[test]
fn an_actor_is_told_and_can_be_refused() {
    let event: Value = serde_json::from_str(&recorded("rest-jwt-exchanged.json")).unwrap();
    let claims = Claims::from_event(&event).unwrap();
    let issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE";
    let actor = Actor { sub: "2example23456789".to_owned(), issuer: Some(issuer.to_owned()) };
    assert_eq!(claims.actor().unwrap(), Some(actor));
    let refusal = Guard::access_token().no_actor().check(&claims, 0).unwrap_err();
    assert_eq!((refusal.status(), refusal.word()), (403, "actor"));
    assert_eq!(refusal.www_authenticate(), None);

    let nobody = token(json!({ "sub": "s" }));
    assert_eq!(Claims::from_verified(&nobody).actor().unwrap(), None);
    Guard::either_token().no_actor().check(&Claims::from_verified(&nobody), 0).unwrap();
}

#[test]
fn earlier_actors_are_not_read_and_anything_else_is_not_nobody() {
    let nested = token(json!({ "act": { "sub": "b", "act": { "sub": 5 } } }));
    let actor = Claims::from_verified(&nested).actor().unwrap().unwrap();
    assert_eq!(actor, Actor { sub: "b".to_owned(), issuer: None });
    for act in
        [json!(""), json!("b"), json!({}), json!({ "sub": "" }), json!({ "sub": 5 }), json!([])]
    {
        let claims = json!({ "act": act });
        let token = token(claims.clone());
        assert!(Claims::from_verified(&token).actor().is_err(), "{claims}");
        assert_eq!(refused(&Guard::either_token().no_actor(), claims), Reason::Actor);
    }
}

#[test]
fn behind_every_door_an_actor_is_seen() {
    let token = token(json!({ "token_use": "access", "act": { "sub": "b" } }));
    let guard = Guard::access_token().no_actor();
    let context = cognito_claims::context::encode(&token);
    let event = json!({ "requestContext": { "authorizer": context } });
    let claims = Claims::from_event(&event).unwrap();
    assert_eq!(claims.door(), Door::LambdaAuthorizer);
    assert_eq!(claims.actor().unwrap().unwrap().sub, "b");
    assert_eq!(guard.check(&claims, 0).unwrap_err().reason(), &Reason::Actor);

    let flat =
        json!({ "requestContext": { "authorizer": { "claims": flatten::rest_cognito(&token) } } });
    let claims = Claims::from_rest_cognito(&flat).unwrap();
    assert_eq!(guard.check(&claims, 0).unwrap_err().reason(), &Reason::Actor);

    let jwt = json!({ "claims": flatten::http_api(&token) });
    let event = json!({ "version": "2.0", "requestContext": { "authorizer": { "jwt": jwt } } });
    let claims = Claims::from_event(&event).unwrap();
    assert_eq!(claims.actor().unwrap_err().kind(), ReadErrorKind::Ambiguous);
    assert_eq!(guard.check(&claims, 0).unwrap_err().reason(), &Reason::Actor);
}

#[test]
fn a_machines_token_that_was_exchanged_is_nobodys() {
    let token = token(json!({ "token_use": "access", "sub": "a1", "client_id": "b2" }));
    let error = Claims::from_verified(&token).identity().unwrap_err();
    assert_eq!(error.kind(), ReadErrorKind::Ambiguous);
}
