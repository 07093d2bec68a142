//! Promise `round trip`: what the trigger writes, the reader reads back equal through every front
//! door. The trigger's own answers here, finished by the model of Cognito, and the reader's own
//! models of the doors.

use std::collections::BTreeSet;

use crate::support::*;
use claimsmith::Trigger;
use cognito_claims::bits::Catalogue;
use cognito_claims::testing::Token;
use cognito_claims::{Claims, Feature, Identity, ReadErrorKind, encoding};
use serde_json::{Map, Value};

/// The events of every front door that carry the token's claims, by the door's name.
fn doors(payload: &Map<String, Value>) -> Vec<(&'static str, Value)> {
    let names: Vec<String> = Token::access().payload().keys().cloned().collect();
    let empty = names.iter().fold(Token::access(), |token, name| token.without(name));
    let token = payload.iter().fold(empty, |token, (name, value)| token.claim(name, value.clone()));
    vec![
        ("HTTP API", token.http_api()),
        ("HTTP API 1.0", token.http_api_1_0()),
        ("REST Cognito", token.rest_cognito()),
        ("REST JWT", token.rest_jwt()),
        ("REST Lambda", token.rest_lambda_authorizer()),
        ("HTTP Lambda", token.http_lambda_authorizer()),
        ("WebSocket", token.websocket()),
        ("AppSync", token.appsync()),
        ("AppSync Lambda", token.appsync_lambda()),
    ]
}

fn read<'e>(door: &str, event: &'e Value) -> Claims<'e> {
    let claims = match door {
        "HTTP API" | "HTTP API 1.0" => Claims::from_http_api(event),
        "REST Cognito" => Claims::from_rest_cognito(event),
        "REST JWT" => Claims::from_rest_jwt(event),
        "REST Lambda" | "HTTP Lambda" | "WebSocket" => Claims::from_lambda_authorizer(event),
        "AppSync" => Claims::from_appsync(event),
        _ => Claims::from_appsync_lambda(event),
    };
    claims.unwrap_or_else(|error| panic!("{door}: {error}"))
}

/// A claim of the token as text, if it is there.
fn text(payload: &Map<String, Value>, name: &str) -> Option<String> {
    payload.get(name).map(|value| value.as_str().unwrap().to_owned())
}

#[test]
fn round_trip_of_every_event_and_policy_through_every_door() {
    let policies = [
        ("default", claimsmith::policy::DEFAULT_POLICY, "feature_flags"),
        ("everything", include_str!("../policies/everything.toml"), "flags"),
        ("tight", include_str!("../policies/tight.toml"), "a_flags"),
        ("optional", include_str!("../policies/optional.toml"), "feature_flags"),
    ];
    let mut tokens = 0;
    for (policy_name, policy_text, flags_name) in policies {
        let trigger = Trigger::new(policy(policy_text), demo());
        for (event_name, event) in readable_corpus() {
            let Ok(answer) = run(&trigger, &event) else { continue };
            let machine = json_of(&event)["triggerSource"] == "TokenGeneration_ClientCredentials";
            for token in ["id", "access"] {
                if machine && token == "id" {
                    continue;
                }
                tokens += 1;
                let payload =
                    largest_payload(&answer, token, ["tight", "everything"].contains(&policy_name));
                for (door, event) in doors(&payload) {
                    let place = format!("{policy_name}, {event_name}, {token}, {door}");
                    same(&payload, &read(door, &event), flags_name, machine, &place);
                }
            }
        }
    }
    assert!(tokens > 500, "only {tokens} tokens");
}

/// Whether the reader sees what stands in the token.
fn same(
    payload: &Map<String, Value>,
    claims: &Claims<'_>,
    flags: &str,
    machine: bool,
    place: &str,
) {
    assert_eq!(claims.org_id().ok().map(|id| id.to_string()), text(payload, "org_id"), "{place}");
    assert_eq!(
        claims.tier().ok().map(|tier| tier.to_string()),
        text(payload, "org_tier"),
        "{place}"
    );
    let identity = claims.identity().unwrap_or_else(|error| panic!("{place}: {error}"));
    assert_eq!(matches!(identity, Identity::Client { .. }), machine, "{place}");
    assert_eq!(claims.issued_at().unwrap(), 1_000_000_000, "{place}");

    let omitted = text(payload, "claims_omitted").unwrap_or_default();
    for name in ["feature_flags", "a_flags", "org_id"] {
        assert_eq!(claims.omitted(name), omitted.split(',').any(|word| word == name), "{place}");
    }
    same_groups(payload, claims, place);
    if flags == "flags" {
        same_bits(payload, claims, place);
    } else {
        let read: Option<BTreeSet<String>> = claims.claim(flags).unwrap();
        let written = payload.get(flags).map(|value| match value {
            Value::Array(words) => words.iter().map(|word| word.as_str().unwrap().into()).collect(),
            text => {
                encoding::split(text.as_str().unwrap(), ',').into_iter().map(Into::into).collect()
            }
        });
        assert_eq!(read, written, "{place}");
    }
}

/// Groups are Cognito's own, and may hold what a door can't bring through: then there is an error.
fn same_groups(payload: &Map<String, Value>, claims: &Claims<'_>, place: &str) {
    let written: Vec<String> = payload
        .get("cognito:groups")
        .and_then(Value::as_array)
        .map(|groups| groups.iter().map(|group| group.as_str().unwrap().to_owned()).collect())
        .unwrap_or_default();
    match claims.groups() {
        Ok(read) => assert_eq!(read, written, "{place}"),
        Err(error) => {
            assert_eq!(error.kind(), ReadErrorKind::Ambiguous, "{place}: {error}");
            assert!(place.contains("REST Cognito") && written.join(",").contains(','), "{place}");
        }
    }
}

fn same_bits(payload: &Map<String, Value>, claims: &Claims<'_>, place: &str) {
    let names = [
        "items",
        "export",
        "webhooks",
        "audit-log",
        "single-sign-on",
        "beta-dashboard",
        "custom-branding",
        "new-editor",
    ];
    let catalogue = Catalogue::new(names.map(str::to_owned).to_vec()).unwrap();
    let Some(text) = text(payload, "flags") else { return };
    let on = catalogue.decode(&text).unwrap().on;
    let read: String = claims.claim("flags").unwrap();
    let features = cognito_claims::Features::from_bits(&read, &catalogue).unwrap();
    for name in names {
        let expected = if on.contains(name) { Feature::On } else { Feature::Off };
        assert_eq!(features.feature(name), expected, "{place}");
    }
    assert_eq!(features.feature("not-in-the-catalogue"), Feature::Unknown, "{place}");
}
