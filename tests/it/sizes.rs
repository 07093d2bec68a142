//! Sizes of tokens as they were recorded, against the range that the model gives for their events.
//!
//! The claims are made up in the shapes that recorded tokens have.

use crate::support::*;
use claimsmith::Trigger;
use claimsmith::size::Size;
use serde_json::{Map, Value, json};

const UUID: &str = "11111111-1111-4111-8111-111111111111";
const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE01";
const CLIENT: &str = "2webclientexample0000000001";

fn with(mut base: Value, more: Value) -> Value {
    let more = more.as_object().unwrap().clone();
    base.as_object_mut().unwrap().extend(more);
    base
}

/// What stands in every ID token.
fn id_token(more: Value) -> Value {
    let base = json!({
        "sub": UUID, "iss": ISSUER, "cognito:username": "ada", "aud": CLIENT, "token_use": "id",
        "auth_time": 1_700_000_000, "iat": 1_700_000_000, "exp": 1_700_003_600,
    });
    with(base, more)
}

/// What stands in every access token of a person.
fn access_token(more: Value) -> Value {
    let base = json!({
        "sub": UUID, "iss": ISSUER, "client_id": CLIENT, "token_use": "access", "username": "ada",
        "scope": "openid profile", "auth_time": 1_700_000_000, "iat": 1_700_000_000,
        "exp": 1_700_003_600, "version": 2,
    });
    with(base, more)
}

/// The bytes of a signed token whose `kid` has so many slashes.
fn bytes(token: &Value, slashes: usize) -> usize {
    let payload = serde_json::to_string(token).unwrap().replace('/', "\\/");
    let base64 = |length: usize| (length * 4).div_ceil(3);
    base64(68 + slashes) + 1 + base64(payload.len()) + 1 + 342
}

/// The range for an event of version 2 with these attributes.
fn range(pool: &str, region: &str, token: &str, attributes: &Value) -> Size {
    let rules = format!("version = 1\n{pool}[claims.plan]\nvalue = \"x\"\n");
    let trigger = Trigger::new(policy(&rules), items_of("[]", &[]));
    let attributes = with(json!({ "sub": UUID }), attributes.clone());
    let event = json!({
        "version": "2", "triggerSource": "TokenGeneration_Authentication", "region": region,
        "userPoolId": "eu-west-1_EXAMPLE01", "userName": "ada",
        "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": CLIENT },
        "request": {
            "userAttributes": attributes,
            "groupConfiguration":
                { "groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null },
            "scopes": ["openid", "profile"],
        },
        "response": { "claimsAndScopeOverrideDetails": null },
    });
    decide(&trigger, &event.to_string(), |decided| {
        let tokens = decided.outcome.as_ref().unwrap();
        let fitted = if token == "id" { &tokens.id } else { &tokens.access };
        fitted.as_ref().unwrap().before
    })
    .unwrap()
}

/// A resource with an address of the greatest length.
fn resource() -> String {
    format!("https://items.example.com/{}", "eu/".repeat(4)) + &"r".repeat(218)
}

#[test]
fn every_shape_of_a_recorded_token_lies_within_its_range() {
    let identifiers = json!({ "jti": UUID, "origin_jti": UUID, "event_id": UUID });
    let linked = json!([{ "dateCreated": "1765843266139", "userId": "100000000000000000001",
        "providerName": "Google", "providerType": "Google", "issuer": null, "primary": "true" }]);
    let linked_text = linked.to_string().replace("\"true\"", "true");
    let email = json!({ "email": "ada@acme.example" });
    for (shape, token, attributes) in [
        ("today's", id_token(identifiers.clone()), json!({})),
        ("without origin_jti", id_token(json!({ "jti": UUID, "event_id": UUID })), json!({})),
        ("without identifiers", id_token(email.clone()), email.clone()),
        (
            "federated, with nonce and at_hash",
            id_token(json!({ "at_hash": "b1Example_0Example-0Ex", "nonce": "n".repeat(171),
                "identities": linked, "email_verified": false })),
            json!({ "identities": linked_text, "email_verified": "false" }),
        ),
        (
            "with an address, and attributes of Cognito's own beside it",
            id_token(json!({ "address": { "formatted": "1 Example Street" } })),
            json!({ "address": "1 Example Street", "cognito:user_status": "CONFIRMED",
                "cognito:mfa_enabled": "true", "cognito:token_nbf": "1700000000" }),
        ),
        (
            "with a renamed level and many methods",
            id_token(with(
                identifiers.clone(),
                json!({ "acr": "l".repeat(64),
                "amr": ["pwd", "otp", "sms", "email_otp", "swk", "hwk", "mfa"] }),
            )),
            json!({}),
        ),
        ("an access token", access_token(identifiers.clone()), json!({})),
        ("an access token without identifiers", access_token(json!({})), json!({})),
        (
            "bound to a resource, from a device",
            access_token(with(
                identifiers.clone(),
                json!({ "aud": resource(),
                "device_key": format!("eu-west-1_{UUID}") }),
            )),
            json!({}),
        ),
        (
            "exchanged, with an actor",
            access_token(with(
                identifiers,
                json!({ "aud": resource(),
                "act": { "sub": "3agentclientexample00000001" } }),
            )),
            json!({}),
        ),
    ] {
        let size = range("", "eu-west-1", token["token_use"].as_str().unwrap(), &attributes);
        for slashes in [0, 5, 42] {
            let bytes = bytes(&token, slashes);
            assert!(size.lower <= bytes && bytes <= size.upper, "{shape}: {bytes} in {size:?}");
        }
    }
}

#[test]
fn a_replicas_issuer_may_name_either_region() {
    let longer = ISSUER.replace("idp.eu-west-1", "idp.ap-southeast-1");
    let updated = ISSUER.replace("cognito-idp", "issuer-cognito-idp");
    for issuer in [ISSUER, &longer, &updated] {
        let token = id_token(json!({ "iss": issuer }));
        let size = range("", "ap-southeast-1", "id", &json!({}));
        let bytes = bytes(&token, 0);
        assert!(size.lower <= bytes && bytes <= size.upper, "{issuer}: {bytes} in {size:?}");
    }
    let at_home = range("", "eu-west-1", "id", &json!({}));
    let abroad = range("", "ap-southeast-1", "id", &json!({}));
    assert_eq!(abroad.lower, at_home.lower);
    assert!(abroad.upper > at_home.upper);
}

#[test]
fn what_the_pool_never_does_narrows_the_range() {
    let wide = range("", "eu-west-1", "access", &json!({}));
    let of = |word: &str| {
        range(&format!("[pool]\nnever = [\"{word}\"]\n"), "eu-west-1", "access", &json!({}))
    };
    for word in ["acr", "device_key", "exchange"] {
        assert!(of(word).upper < wide.upper, "{word}");
        assert_eq!(of(word).lower, wide.lower, "{word}");
    }
    // An audience comes of either.
    assert_eq!(of("resource"), wide);
    let plain = range(PLAIN_POOL, "eu-west-1", "id", &json!({ "email": "ada@acme.example" }));
    let wide = range("", "eu-west-1", "id", &json!({ "email": "ada@acme.example" }));
    assert_eq!(plain.lower, wide.lower);
    assert!(plain.upper - plain.lower < 330, "{plain:?}");
    assert_eq!(wide.upper, largest_id());
}

/// The upper end by the words of docs/budgets.md, without the code.
fn largest_id() -> usize {
    let mut token = id_token(json!({
        "jti": UUID, "origin_jti": UUID, "event_id": UUID, "email": "ada@acme.example",
        "nonce": "0".repeat(171), "at_hash": "0".repeat(22), "acr": "0".repeat(64),
        "amr": ["pwd", "otp", "sms", "email_otp", "swk", "hwk", "mfa"],
        "act": { "sub": "0".repeat(128) }, "aud": format!("{}{}", "/".repeat(16), "0".repeat(240)),
    }));
    token["iss"] = ISSUER.replace("cognito-idp", "issuer-cognito-idp").into();
    let token: Map<String, Value> = token.as_object().unwrap().clone();
    bytes(&token.into(), 42)
}

#[test]
fn an_audience_of_ours_takes_the_place_of_cognitos() {
    let rules = "version = 1\n[claims.plan]\nvalue = \"x\"\n[tokens.access]\nbudget = 1800\n";
    // Parsed without a finding, or this would stop.
    policy(&format!("{rules}aud = \"client_id\"\n"));
}
