//! Every recorded carrier reads as what its token says, and the model of the doors agrees with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use crate::flatten;
use cognito_claims::dangerous::UnverifiedClaims;
use cognito_claims::{
    Claims, Door, Feature, Features, Identity, OrgId, ReadErrorKind, Tier, TokenUse,
};
use serde::Deserialize;
use serde_json::Value;

#[derive(Debug, PartialEq, Deserialize)]
struct OrderClaims {
    sub: String,
    #[serde(rename = "cognito:groups")]
    groups: BTreeSet<String>,
    org_id: OrgId,
    org_tier: Tier,
    feature_flags: Features,
    permissions: Vec<String>,
    seats: u8,
    trial: bool,
    iat: u64,
    exp: i64,
    scope: Vec<String>,
    nickname: Option<String>,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/contexts")
}

/// The text of a recorded event.
pub fn recorded(file: &str) -> String {
    fs::read_to_string(folder().join("1").join(file)).unwrap()
}

fn context(file: &str) -> Value {
    serde_json::from_str(&recorded(file)).unwrap()
}

/// The file, and how its door is opened.
type Open = for<'e> fn(&'e Value) -> Result<Claims<'e>, cognito_claims::ReadError>;
const OPEN: [(&str, Door, Open); 9] = [
    ("http-api.json", Door::HttpApi, |event| Claims::from_http_api(event)),
    ("http-api-payload-1.0.json", Door::HttpApi, |event| Claims::from_http_api(event)),
    ("rest-cognito.json", Door::RestCognito, |event| Claims::from_rest_cognito(event)),
    ("rest-jwt.json", Door::RestJwt, |event| Claims::from_rest_jwt(event)),
    ("rest-lambda-authorizer.json", Door::LambdaAuthorizer, |event| {
        Claims::from_lambda_authorizer(event)
    }),
    ("http-api-lambda-authorizer.json", Door::LambdaAuthorizer, |event| {
        Claims::from_lambda_authorizer(event)
    }),
    ("websocket.json", Door::LambdaAuthorizer, |event| Claims::from_lambda_authorizer(event)),
    ("appsync.json", Door::AppSync, |event| Claims::from_appsync(event)),
    ("appsync-lambda.json", Door::AppSyncLambda, |event| Claims::from_appsync_lambda(event)),
];

#[test]
fn one_struct_reads_all_doors() {
    let token = context("token.json");
    let expected: OrderClaims = Claims::from_verified(token.as_object().unwrap()).read().unwrap();
    assert_eq!(expected.permissions, ["orders:read", "orders:write"]);
    assert_eq!(expected.scope, ["openid", "orders/read"]);
    assert_eq!(expected.feature_flags.feature("export"), Feature::On);
    assert_eq!(expected.feature_flags.feature("beta"), Feature::Off);
    assert_eq!((expected.iat, expected.exp), (1_611_982_145, 1_611_985_745));
    assert_eq!((expected.seats, expected.trial), (25, false));
    for (file, door, open) in OPEN {
        let event = context(file);
        for claims in [open(&event).unwrap(), Claims::from_event(&event).unwrap()] {
            assert_eq!(claims.door(), door, "{file}");
            let claims = claims.assume_comma_free_groups();
            assert_eq!(claims.read::<OrderClaims>().unwrap(), expected, "{file}");
        }
    }
    let event = context("alb.json");
    let unverified = UnverifiedClaims::from_alb(&event).unwrap();
    assert_eq!(unverified.read_unverified::<OrderClaims>().unwrap(), expected);
}

#[test]
fn the_named_claims_are_the_same_at_all_doors() {
    for (file, _, open) in OPEN {
        let event = context(file);
        let claims = open(&event).unwrap().assume_comma_free_groups();
        assert_eq!(claims.org_id().unwrap(), "acme-corp", "{file}");
        assert_eq!(claims.tier().unwrap(), "enterprise", "{file}");
        assert_eq!(claims.feature("audit-log"), Feature::On, "{file}");
        assert_eq!(claims.feature("beta"), Feature::Off, "{file}");
        assert_eq!(claims.groups().unwrap(), ["admin", "editor"], "{file}");
        assert_eq!(
            claims.scopes().unwrap(),
            BTreeSet::from(["openid".into(), "orders/read".into()])
        );
        assert_eq!(claims.token_use().unwrap(), TokenUse::Access, "{file}");
        assert_eq!(claims.client_id().unwrap(), "1example23456789", "{file}");
        assert_eq!(claims.issued_at().unwrap(), 1_611_982_145, "{file}");
        assert_eq!(claims.authenticated_at().unwrap(), 1_611_978_545, "{file}");
        let user = claims.identity().unwrap();
        assert!(matches!(user, Identity::User { username, .. } if username == "ada"), "{file}");
    }
}

#[test]
fn the_model_of_the_doors_writes_what_was_recorded() {
    let token = context("token.json");
    let token = token.as_object().unwrap();
    let authorizer = |file| context(file)["requestContext"]["authorizer"].clone();
    assert_eq!(Value::from(flatten::http_api(token)), authorizer("http-api.json")["jwt"]["claims"]);
    assert_eq!(
        Value::from(flatten::rest_cognito(token)),
        authorizer("rest-cognito.json")["claims"]
    );
    let context = cognito_claims::context::encode(token);
    assert_eq!(Value::from(context), authorizer("http-api-lambda-authorizer.json")["lambda"]);

    let object = serde_json::json!({ "obj": {
        "sign_in_provider": "password", "identities": { "email": ["x@example.com"] },
    }, "none": null, "empty": [] });
    let flat = flatten::http_api(object.as_object().unwrap());
    let recorded = &authorizer("http-api-object.json")["jwt"]["claims"];
    assert_eq!((&flat["obj"], &flat["empty"]), (&recorded["obj"], &recorded["empty"]));
    assert!(!flat.contains_key("none"));
}

#[test]
fn an_object_reads_where_the_door_keeps_json() {
    let event = context("http-api-object.json");
    let claims = Claims::from_event(&event).unwrap();
    let error = claims.claim::<BTreeMap<String, Value>>("obj").unwrap_err();
    assert_eq!(error.kind(), ReadErrorKind::Ambiguous);
    assert_eq!(claims.claim::<Vec<String>>("empty").unwrap(), Vec::<String>::new());
    assert_eq!(claims.claim::<(char, char, char)>("roles").unwrap(), ('a', 'b', 'c'));

    #[derive(Deserialize)]
    struct Linked {
        #[serde(rename = "providerName")]
        provider: String,
    }
    let event = context("rest-cognito-identities.json");
    let claims = Claims::from_event(&event).unwrap();
    let linked: Vec<Linked> = claims.claim("identities").unwrap();
    assert_eq!(linked.first().map(|linked| linked.provider.as_str()), Some("Google"));
    assert_eq!(claims.groups().unwrap(), ["eu-west-1_EXAMPLE_Google"]);
    assert_eq!(claims.client_id().unwrap(), "1example23456789");
}

#[test]
fn every_carrier_has_a_row_of_provenance() {
    let table = fs::read_to_string(folder().join("README.md")).unwrap();
    for version in fs::read_dir(folder()).unwrap().map(Result::unwrap) {
        if !version.file_type().unwrap().is_dir() {
            continue;
        }
        for file in fs::read_dir(version.path()).unwrap().map(Result::unwrap) {
            let row = format!(
                "| `{}/{}` |",
                version.file_name().to_str().unwrap(),
                file.file_name().to_str().unwrap()
            );
            assert!(table.contains(&row), "no row: {row}");
        }
    }
}
