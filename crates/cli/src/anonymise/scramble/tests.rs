//! What stays of an event, and what does not.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn scrambled(value: &Value) -> Value {
    serde_json::from_str(&super::json(&value.to_string()).unwrap()).unwrap()
}

#[test]
fn an_event_keeps_its_shape_and_loses_its_words() {
    let event = r#"{ "userName": "acme-ad_Jo.Doe@acme.example",
  "userPoolId": "us-east-1_AbC123xyz", "version": "2", "exp": 1760000300, "iat": 1760000000,
  "sub": "3f2504e0-4f89-41d3-9a0c-0305e82c3301", "sourceIp": "8.8.4.4", "birthdate": "1990-02-03",
  "claims": { "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_AbC123xyz",
    "custom:acme_id": "true", "exp": "Sat Jan 30 04:49:05 UTC 2021",
    "identities": "[{\"userId\":\"jo.doe\",\"providerName\":\"ACME-AD\",\"issuer\":null}]" } }"#;
    insta::assert_snapshot!(super::json(event).unwrap(), @r#"
    { "userName": "xxxx-xx_Xm.Xxx@xxxx.example",
      "userPoolId": "us-east-1_xxxxxxxxx", "version": "2", "exp": 1700000600, "iat": 1700000000,
      "sub": "10000000-1000-1001-1002-100000000000", "sourceIp": "1.1.2.2", "birthdate": "1970-01-01",
      "claims": { "iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_xxxxxxxxx",
        "custom:xxxx_id": "true", "exp": "Tue Nov 14 22:13:20 UTC 2023",
        "identities": "[{\"userId\":\"xm.xxx\",\"providerName\":\"XXXX-XX\",\"issuer\":null}]" } }
    "#);
}

#[test]
fn what_is_no_json_has_a_place() {
    let error = super::json("{\n  \"a\": x }").unwrap_err();
    assert_eq!(error, "not JSON (line 2, column 8)");
    assert!(super::json("").unwrap_err().starts_with("not JSON"));
    assert!(super::json("\"\\ud800\"").is_err());
    assert!(super::json("\u{feff}{}").unwrap().starts_with('\u{feff}'));
}

#[test]
fn the_shape_of_what_is_unique_tells_nothing() {
    let of = |text: &str| scrambled(&json!([text]));
    let ids = ["3f2504e0-4f89-41d3-9a0c-0305e82c3301", "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee"];
    assert_eq!(of(ids[0]), of(ids[1]));
    assert_eq!(of("7f3kQ9example2m"), of("aBcDeFgHiJk1234"));
    assert_eq!(of("Basic QWRhOmFCY0QxMg=="), of("Basic Zm9vOjEyMzQ1Ng=="));
    let token = |letter: &str| {
        format!("Bearer eyJ{}.eyJ{}.{}", letter.repeat(20), letter.repeat(40), letter.repeat(40))
    };
    assert_eq!(of(&token("a")), of(&token("A")));
    assert_eq!(of(&token("_")), of(&token("0")));
}

#[test]
fn short_words_and_addresses_leave_too() {
    for text in ["8.8.4.4", "a.l.i.c.e", "4-3-2-1", "us@me.com", "admin@email.com", "a@b"] {
        assert_ne!(scrambled(&json!([text])), json!([text]), "{text}");
    }
    for text in ["2", "1.0", "3.0.0", "us-east-1", "TokenGeneration_HostedAuth", "true", "openid"] {
        assert_eq!(scrambled(&json!([text])), json!([text]), "{text}");
    }
}

#[test]
fn many_names_stay_different() {
    let names: Vec<String> = (0..120_u8)
        .map(|at| format!("{}{}", char::from(b'a' + at / 26), char::from(b'a' + at % 26)))
        .collect();
    let object: Value = Value::Object(names.iter().map(|name| (name.clone(), json!(1))).collect());
    assert_eq!(scrambled(&object).as_object().unwrap().len(), 120);
}

#[test]
fn json_in_a_text_stays_json() {
    let inner = json!({ "n": "l1\nl2 éva", "userId": "jo \"x\"" }).to_string();
    let found = scrambled(&json!({ "identities": inner }));
    let found: Value = serde_json::from_str(found["identities"].as_str().unwrap()).unwrap();
    assert!(found["userId"].is_string(), "{found}");
    assert!(!found.to_string().contains("l1"), "{found}");
}

/// The same with every text as its length and each name as its own.
fn shape(value: &Value) -> Value {
    match value {
        Value::String(text) => json!(text.chars().count()),
        Value::Number(number) => json!(number.to_string().len()),
        Value::Array(all) => all.iter().map(shape).collect(),
        Value::Object(all) => {
            let mut members: Vec<String> = all
                .iter()
                .map(|(name, value)| format!("{} {}", name.chars().count(), shape(value)))
                .collect();
            members.sort_unstable();
            json!([members])
        }
        other => other.clone(),
    }
}

fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Array(all) => all.iter().for_each(|value| texts(value, found)),
        Value::Object(all) => all.iter().for_each(|(name, value)| {
            found.push(name.clone());
            texts(value, found);
        }),
        _ => {}
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        "[a-zA-Z0-9@._:/ -]{0,40}".prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        "eyJ[A-Za-z0-9_-]{30,60}\\.[A-Za-z0-9_-]{30,90}\\.[A-Za-z0-9_-]{30,60}"
            .prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<bool>().prop_map(Value::from),
        Just(Value::Null),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map("[a-z:_A-Z]{2,20}", inner, 0..6)
                .prop_map(|all| Value::Object(all.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn nothing_of_the_input_is_left_and_its_shape_is(value in any_json()) {
        let read = scrambled(&value);
        prop_assert_eq!(shape(&read), shape(&value));
        let mut before = Vec::new();
        texts(&value, &mut before);
        let mut after = Vec::new();
        texts(&read, &mut after);
        let left: HashSet<&str> = after.iter().flat_map(|text| runs(text)).collect();
        let secrets = before.iter().flat_map(|text| runs(text)).filter(|run| {
            run.chars().count() >= 4 && run.is_ascii() && !is_word(run) && !is_key(run)
        });
        for secret in secrets.filter(|run| run.starts_with(char::is_alphanumeric)) {
            // What looks made up may be equal to what is.
            let is_made_up = secret.bytes().collect::<BTreeSet<_>>().len() <= 3;
            prop_assert!(is_made_up || !left.contains(secret), "{} in {}", secret, read);
        }
        // Nothing is left to chance.
        prop_assert_eq!(scrambled(&value), read);
    }

    #[test]
    fn what_is_equal_stays_equal_and_what_differs_differs(
        one in "[a-z]{6,12}", other in "[a-z]{6,12}"
    ) {
        let read = scrambled(&json!([one, other, one]));
        prop_assert_eq!(&read[0], &read[2]);
        prop_assert_eq!(one == other, read[0] == read[1]);
    }
}
