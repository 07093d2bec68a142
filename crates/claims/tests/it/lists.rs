//! Roles, permissions and organisations through every front door, whole, cut and missing.

use crate::flatten;
use cognito_claims::bits::Catalogue;
use cognito_claims::{
    Claims, Door, Feature, Features, Guard, Listed, Organisations, ReadError, ReadErrorKind,
    Reason, Words, context,
};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The event of each front door for a token.
fn events(token: &Value) -> Vec<Value> {
    let token = token.as_object().unwrap();
    let authorizer = |authorizer: Value| json!({ "requestContext": { "authorizer": authorizer } });
    vec![
        authorizer(json!({ "jwt": { "claims": flatten::http_api(token) } })),
        authorizer(json!({ "claims": flatten::rest_cognito(token) })),
        authorizer(json!({ "claims": token })),
        authorizer(context::encode(token).into()),
        json!({ "identity": { "claims": token } }),
        json!({ "identity": { "resolverContext": context::encode(token) } }),
    ]
}

fn opened(events: &[Value]) -> Vec<Claims<'_>> {
    let [http, rest, jwt, lambda, appsync, resolver]: &[Value; 6] = events.try_into().unwrap();
    vec![
        Claims::from_http_api(http).unwrap(),
        Claims::from_rest_cognito(rest).unwrap(),
        Claims::from_rest_jwt(jwt).unwrap(),
        Claims::from_lambda_authorizer(lambda).unwrap(),
        Claims::from_appsync(appsync).unwrap(),
        Claims::from_appsync_lambda(resolver).unwrap(),
    ]
}

/// Looks at a token through every front door.
fn at_each_door(token: &Value, look: impl Fn(&Claims<'_>)) {
    look(&Claims::from_verified(token.as_object().unwrap()));
    opened(&events(token)).iter().for_each(look);
}

#[derive(Debug, Deserialize)]
struct Lists {
    roles: Words,
    permissions: Words,
    organisations: Organisations,
    feature_flags: Features,
    #[serde(rename = "custom:teams")]
    teams: Words,
}

#[test]
fn words_are_listed_or_not_in_every_form() {
    for (roles, permissions) in [
        (json!(["admin", "editor"]), json!([])),
        (json!("admin,editor"), json!("")),
        (json!("admin editor"), json!("")),
    ] {
        let token = json!({ "roles": roles, "permissions": permissions });
        at_each_door(&token, |claims| {
            let roles = claims.roles().unwrap();
            assert_eq!(roles.iter().collect::<Vec<_>>(), ["admin", "editor"], "{claims:?}");
            assert!(roles.is_whole());
            assert_eq!(claims.role("admin"), Listed::Yes);
            assert_eq!(claims.role("admi"), Listed::No);
            assert_eq!(claims.permission("admin"), Listed::No);
            assert!(claims.permissions().unwrap().is_whole());
        });
    }
}

#[test]
fn of_a_cut_list_the_end_is_unknown_and_the_beginning_is_not() {
    let token = json!({
        "roles": ["admin"], "permissions": ["orders:read"], "custom:teams": "a,b",
        "organisations": ["acme"], "feature_flags": "beta",
        "claims_cut": "custom:teams,feature_flags,organisations,roles",
    });
    at_each_door(&token, |claims| {
        let read: Lists = claims.read().unwrap();
        let other: Words = claims.claim("custom:teams").unwrap();
        assert_eq!((&read.teams, &read.roles), (&other, &claims.roles().unwrap()));
        for (roles, held) in [(&read.roles, "admin"), (&read.teams, "b")] {
            assert_eq!(roles.contains(held), Listed::Yes, "{claims:?}");
            assert_eq!(roles.contains("owner"), Listed::Unknown, "{claims:?}");
            assert!(!roles.is_whole());
        }
        assert_eq!(read.permissions.contains("orders:write"), Listed::No);
        assert_eq!(read.organisations.contains("acme"), Listed::Yes);
        assert_eq!(read.organisations.contains("globex"), Listed::Unknown);
        assert_eq!(read.feature_flags.feature("beta"), Feature::On);
        assert_eq!(read.feature_flags.feature("export"), Feature::Unknown);
        assert_eq!(claims.feature("export"), Feature::Unknown);
        assert!(claims.is_cut("roles") && !claims.is_cut("permissions") && !claims.is_cut("role"));
        assert_eq!(Some(read.roles), claims.claim("roles").unwrap());
    });
}

#[test]
fn a_set_of_bits_can_be_cut_too() {
    let catalogue = Catalogue::new(vec!["beta".to_owned(), "export".to_owned()]).unwrap();
    let bits = catalogue.encode(&["beta"].into());
    for (cut, export) in [("roles", Feature::Off), ("feature_flags", Feature::Unknown)] {
        let token = json!({ "feature_flags": bits, "claims_cut": cut });
        at_each_door(&token, |claims| {
            let waiting: Features = claims.features().unwrap();
            for features in [claims.features_in(&catalogue), waiting.with(&catalogue)] {
                let features = features.unwrap();
                assert_eq!(features.feature("beta"), Feature::On);
                assert_eq!(features.feature("export"), export, "{claims:?}");
            }
        });
    }
}

#[test]
fn of_a_missing_list_everything_is_unknown() {
    for token in
        [json!({ "sub": "s" }), json!({ "sub": "s", "roles": null, "organisations": null })]
    {
        at_each_door(&token, |claims| {
            let read: Lists = claims.read().unwrap();
            assert_eq!(read.roles, Words::unknown());
            assert_eq!(read.permissions, Words::unknown());
            assert_eq!(read.organisations, Organisations::unknown());
            assert_eq!(
                (claims.role("a"), claims.permission("a")),
                (Listed::Unknown, Listed::Unknown)
            );
            assert!(!read.roles.is_whole() && !read.organisations.is_whole());
            assert_eq!(claims.claim::<Option<Words>>("roles"), Ok(None));
        });
    }
}

#[test]
fn a_marker_that_can_not_be_read_may_name_any_list() {
    let token = json!({ "roles": ["admin"], "claims_cut": ["organisations"] });
    let claims = Claims::from_verified(token.as_object().unwrap());
    assert!(claims.is_cut("roles"));
    assert_eq!(claims.role("owner"), Listed::Unknown);
}

/// What flattens a struct keeps the claims in a form of its own, without the marker.
#[test]
fn another_deserializer_does_not_know_where_a_list_ends() {
    #[derive(Deserialize)]
    struct Outer {
        #[serde(flatten)]
        inner: Inner,
    }
    #[derive(Deserialize)]
    struct Inner {
        roles: Words,
        feature_flags: Features,
    }
    let token = json!({ "roles": ["admin"], "feature_flags": ["beta"], "claims_cut": "roles" });
    let claims = Claims::from_verified(token.as_object().unwrap());
    let Outer { inner } = claims.read().unwrap();
    let alone: Words = serde_json::from_value(token["roles"].clone()).unwrap();
    for roles in [inner.roles, alone] {
        assert_eq!(roles.contains("admin"), Listed::Yes);
        assert_eq!(roles.contains("owner"), Listed::Unknown);
    }
    assert_eq!(inner.feature_flags.feature("beta"), Feature::On);
    assert_eq!(inner.feature_flags.feature("export"), Feature::Unknown);
    assert_eq!(serde_json::from_str::<Words>("null").unwrap(), Words::unknown());
}

#[test]
fn only_plain_words_are_roles() {
    for odd in
        [json!(["Org Admin"]), json!([""]), json!(["a,b"]), json!([["a"]]), json!({ "a": 1 })]
    {
        let token = json!({ "roles": odd, "permissions": odd });
        let claims = Claims::from_verified(token.as_object().unwrap());
        let kind = |error: ReadError| error.kind();
        assert_eq!(claims.roles().map_err(kind), Err(ReadErrorKind::Unexpected), "{odd}");
        assert_eq!(claims.permissions().map_err(kind), Err(ReadErrorKind::Unexpected), "{odd}");
        assert_eq!(claims.role("Org Admin"), Listed::Unknown, "{odd}");
    }
}

fn shown(organisations: &Organisations) -> Vec<(&str, Option<&str>)> {
    organisations.iter().map(|one| (one.id().as_str(), one.name())).collect()
}

#[test]
fn organisations_are_ids_or_objects() {
    let ids = json!({ "organisations": ["acme", "globex"] });
    at_each_door(&ids, |claims| {
        let organisations = claims.organisations().unwrap();
        assert_eq!(shown(&organisations), [("acme", None), ("globex", None)], "{claims:?}");
        assert_eq!(organisations.contains("globex"), Listed::Yes);
        assert_eq!(organisations.contains("initech"), Listed::No);
    });
    let objects = json!([
        { "id": "acme", "name": "Acme, \"the\" [one] {1}" },
        { "id": 42, "role": "owner", "name": null },
        { "id": "two words", "name": "" },
    ]);
    let right = [("acme", Some("Acme, \"the\" [one] {1}")), ("42", None), ("two words", Some(""))];
    at_each_door(&json!({ "organisations": objects }), |claims| match claims.organisations() {
        Ok(organisations) => {
            assert_eq!(shown(&organisations), right, "{claims:?}");
            assert_eq!(organisations.contains("42"), Listed::Yes);
            assert_eq!(organisations.contains("4"), Listed::No);
            assert_ne!(claims.door(), Door::HttpApi);
        }
        Err(error) => {
            assert_eq!((claims.door(), error.kind()), (Door::HttpApi, ReadErrorKind::Ambiguous));
        }
    });
    // Version 1 of the trigger event carries text only.
    let text = json!({ "organisations": objects.to_string() });
    at_each_door(&text, |claims| {
        assert_eq!(shown(&claims.organisations().unwrap()), right, "{claims:?}");
    });
    for empty in [json!([]), json!("")] {
        at_each_door(&json!({ "organisations": empty }), |claims| {
            let organisations = claims.organisations().unwrap();
            assert_eq!(organisations.iter().count(), 0);
            assert!(organisations.is_whole(), "{claims:?}");
        });
    }
}

#[test]
fn what_is_no_organisation_is_an_error() {
    for odd in [
        json!([{ "name": "Acme" }]),
        json!([{ "id": "" }]),
        json!([{ "id": null }]),
        json!([{ "id": ["acme"] }]),
        json!([{ "id": "acme", "name": 7 }]),
        json!([true]),
        json!([-7]),
        json!([0.5]),
        json!(["two words"]),
        json!([""]),
        json!([null]),
        json!([["acme"]]),
        json!({ "id": "acme" }),
        json!(7),
    ] {
        let token = json!({ "organisations": odd });
        let claims = Claims::from_verified(token.as_object().unwrap());
        let error = claims.organisations().unwrap_err();
        assert_eq!(error.kind(), ReadErrorKind::Unexpected, "{odd}");
        assert_eq!(error.claim(), Some("organisations"), "{odd}");
    }
}

fn check(guard: Guard, token: &Value) -> Result<(), Reason> {
    let claims = Claims::from_verified(token.as_object().unwrap());
    guard.check(&claims, 0).map_err(|refusal| refusal.reason().clone())
}

#[test]
fn a_guard_wants_words_that_are_certainly_listed() {
    let any = Guard::either_token;
    let none: [&str; 0] = [];
    let token = json!({ "roles": ["admin", "editor"], "permissions": "orders:read,orders:write" });
    assert_eq!(check(any().any_role(["owner", "editor"]), &token), Ok(()));
    assert_eq!(check(any().all_roles(["admin", "editor"]), &token), Ok(()));
    assert_eq!(check(any().any_permission(["orders:write"]), &token), Ok(()));
    assert_eq!(check(any().all_permissions(["orders:read", "orders:write"]), &token), Ok(()));
    for guard in [
        any().any_role(["owner"]),
        any().any_role(none),
        any().all_roles(["admin", "owner"]),
        any().all_roles(none),
    ] {
        assert_eq!(check(guard, &token), Err(Reason::Role));
    }
    for guard in [
        any().any_permission(["orders"]),
        any().any_permission(none),
        any().all_permissions(["orders:read", "orders:delete"]),
        any().all_permissions(none),
    ] {
        assert_eq!(check(guard, &token), Err(Reason::Permission));
    }
    let cut = json!({ "roles": ["admin"], "claims_cut": "roles" });
    assert_eq!(check(any().any_role(["admin"]), &cut), Ok(()));
    assert_eq!(check(any().any_role(["editor"]), &cut), Err(Reason::Role));
    for unreadable in [Value::from(Map::new()), json!({ "roles": 7, "permissions": {} })] {
        assert_eq!(check(any().any_role(["7"]), &unreadable), Err(Reason::Role));
        assert_eq!(check(any().all_permissions(["7"]), &unreadable), Err(Reason::Permission));
    }
}
