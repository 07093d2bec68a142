//! What is read off odd events, and which form the answer takes.

use claimsmith::event::{EventError, Form, TriggerEvent};
use claimsmith::identity::{Carries, Identity, Kind};
use std::borrow::Cow;

use serde_json::{Value, json};

fn event(change: impl FnOnce(&mut Value)) -> String {
    let mut event = json!({
        "version": "2",
        "triggerSource": "TokenGeneration_Authentication",
        "userName": "ada",
        "request": { "userAttributes": { "sub": "1" } },
        "response": {},
    });
    change(&mut event);
    event.to_string()
}

fn form(change: impl FnOnce(&mut Value)) -> Form {
    TriggerEvent::parse(event(change).as_bytes()).unwrap().0.form
}

#[test]
fn the_form_follows_the_shape_first_and_the_version_second() {
    let v1 = || json!({ "claimsOverrideDetails": null });
    let v2 = || json!({ "claimsAndScopeOverrideDetails": null });
    let both = || json!({ "claimsOverrideDetails": {}, "claimsAndScopeOverrideDetails": [] });

    // The member under `response` decides, whatever the version says.
    for version in ["1", "2", "3", "4"] {
        assert_eq!(form(|e| (e["version"], e["response"]) = (version.into(), v1())), Form::V1);
        assert_eq!(form(|e| (e["version"], e["response"]) = (version.into(), v2())), Form::V2);
    }
    // Then the scopes: emulators send version "1" with a body of version 2.
    assert_eq!(
        form(|e| (e["version"], e["request"]["scopes"]) = ("1".into(), json!([]))),
        Form::V2
    );
    // Then the version; a new one is like the newest.
    for (version, expected) in [
        (json!("1"), Form::V1),
        (json!(1), Form::V1),
        (json!("2"), Form::V2),
        (json!("3"), Form::V2),
        (json!("4"), Form::V2),
        (json!(null), Form::V1),
    ] {
        assert_eq!(form(|e| e["version"] = version.clone()), expected, "{version}");
        assert_eq!(
            form(|e| (e["version"], e["response"]) = (version.clone(), both())),
            expected,
            "{version}"
        );
    }
    // A machine has no ID token, so the first form could say nothing about it.
    let machine = "TokenGeneration_ClientCredentials";
    assert_eq!(form(|e| (e["triggerSource"], e["response"]) = (machine.into(), v1())), Form::V2);
}

#[test]
fn only_client_credentials_are_a_machine() {
    let kind = |change: fn(&mut Value)| {
        let text = event(change);
        let (event, request) = TriggerEvent::parse(text.as_bytes()).unwrap();
        let identity = Identity::of(&event, request);
        (identity.kind, identity.sub.map(Cow::into_owned), identity.id_token)
    };
    let named = kind(|e| e["userName"] = "ClientCredentials".into());
    assert_eq!(named, (Kind::User, Some("1".to_owned()), Carries::Typed));
    let bare = kind(|e| e["request"] = json!({}));
    assert_eq!(bare, (Kind::User, None, Carries::Typed));
    // The attributes of a machine's event say nothing about anybody.
    let machine = kind(|e| e["triggerSource"] = "TokenGeneration_ClientCredentials".into());
    assert_eq!(machine, (Kind::Client, None, Carries::NotIssued));
}

#[test]
fn odd_members_count_as_absent_and_never_stop_the_rest() {
    let text = event(|e| {
        e["region"] = json!(["eu-west-1"]);
        e["callerContext"] = json!({ "clientId": 7 });
        e["request"]["groupConfiguration"] =
            json!({ "groupsToOverride": ["a", null, 1], "preferredRole": ["arn:1", "arn:2"] });
        e["request"]["scopes"] = json!(["openid", null]);
        e["request"]["clientMetadata"] = json!({ "a": 1, "b": true, "c": null, "d": {}, "e": "x" });
    });
    let (event, request) = TriggerEvent::parse(text.as_bytes()).unwrap();
    assert_eq!(event.region, None);
    assert_eq!(event.client_id, None);
    assert_eq!(request.groups.groups, ["a"]);
    assert_eq!(request.groups.preferred_role.as_deref(), Some("arn:1"));
    assert_eq!(request.scopes.as_deref(), Some(&["openid".into()][..]));
    let metadata: Vec<(&str, &str)> =
        request.client_metadata.iter().map(|(name, value)| (&**name, &**value)).collect();
    assert_eq!(metadata, [("a", "1"), ("b", "true"), ("e", "x")]);
}

#[test]
fn a_key_that_is_there_twice_counts_once_and_is_answered_twice() {
    let text = r#"{"triggerSource":"X_Y","triggerSource":"TokenGeneration_A","response":1,"request":
        {"userAttributes":{"sub":"1","sub":"2"}},"response":2}"#;
    let (event, _) = TriggerEvent::parse(text.as_bytes()).unwrap();
    assert_eq!(event.trigger_source, "TokenGeneration_A");
    assert_eq!(event.sub.as_deref(), Some("2"));
    // Whichever of the two somebody reads, it is ours.
    assert_eq!(
        event.answer("{}"),
        text.replace("\"response\":1", "\"response\":{}")
            .replace("\"response\":2", "\"response\":{}")
    );
}

#[test]
fn the_answer_keeps_every_byte() {
    let text = "{ \"b\" : 1e400,\r\n\t\"triggerSource\":\"\\u0054okenGeneration_A\", \"response\" : \
        null ,\"a\":123456789012345678901234567890, \"request\": {} }";
    let (event, _) = TriggerEvent::parse(text.as_bytes()).unwrap();
    assert_eq!(event.answer("{\"x\":1}"), text.replace("null", "{\"x\":1}"));

    let without = "{\"triggerSource\":\"TokenGeneration_A\",\"request\":{} \n}";
    let (event, _) = TriggerEvent::parse(without.as_bytes()).unwrap();
    let answer = "{\"triggerSource\":\"TokenGeneration_A\",\"request\":{},\"response\":{}}";
    assert_eq!(event.answer("{}"), answer);
}

#[test]
fn what_is_no_event_says_where() {
    let error = |text: &[u8]| TriggerEvent::parse(text).unwrap_err();
    assert!(matches!(error(b"\xff"), EventError::Encoding(0)));
    assert!(matches!(error(b"{\n]"), EventError::Syntax { line: 2, column: 1 }));
    assert_eq!(error(b"[]").to_string(), "$: expected an object, found an array");
    assert_eq!(
        error(b"{\"triggerSource\":\"TokenGeneration_A\",\"request\":1}").to_string(),
        "$.request: expected an object, found a number"
    );
    assert!(matches!(
        error(b"{\"triggerSource\":\"PreSignUp_SignUp\",\"request\":{}}"),
        EventError::OtherTrigger
    ));
}
