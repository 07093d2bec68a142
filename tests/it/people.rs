//! People found by an index, and what others vouch for about them.

use crate::failing::*;
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::outcome::{Reason, Subject};
use claimsmith::records::AskedBy;
use serde_json::{Value, json};

const RULES: &str = r#"
version = 1
[table]
file = "x"
partition_key = "pk"
sort_key = "sk"
[providers.EntraID]
writes = ["custom:groups"]
verifies = ["email"]
[providers.Other]
writes = ["custom:other"]
[person]
index = "by-email"
key = { email = "{verified.email}" }
require = { kind = "person" }
id = "user_id"
profile = "user"
[tenant]
id = "slug"
person = "user.org"
[records.user]
key = { pk = "PERSON#{person}", sk = "PROFILE" }
require = { status = "active" }
[records.seat]
key = { pk = "PERSON#{person}", sk = "SEAT#{tenant}" }
[claims.org]
from = "tenant"
[claims.seat]
from = "seat.number"
[claims.groups]
from = { from = "attributes.custom:groups", split = "[a, b]", map = { "Writers" = "write", "Readers" = "read" } }
type = "list"
"#;

fn people() -> Value {
    json!([
        { "pk": "PERSON#p1", "sk": "PROFILE", "kind": "person", "user_id": "p1", "email": "ada@x.example",
          "status": "active", "org": "acme" },
        { "pk": "PERSON#p1", "sk": "SEAT#acme", "number": "12" },
        { "pk": "MAIL#1", "sk": "LETTER", "kind": "letter", "user_id": "p9", "email": "ada@x.example" },
    ])
}

/// A sign-in of a native account whose address Cognito verified.
fn native(email: &str) -> Value {
    let mut event = sign_in();
    let attributes = &mut event["request"]["userAttributes"];
    attributes["email"] = email.into();
    attributes["email_verified"] = "true".into();
    attributes["cognito:user_status"] = "CONFIRMED".into();
    event
}

fn found(records: &Value, event: &Value) -> Result<Value, (Reason, Subject)> {
    let trigger = Trigger::new(policy(RULES), items(&records.to_string()));
    run(&trigger, &event.to_string())
        .map(|answer| Value::from(added(&answer, "id")))
        .map_err(|refusal| (refusal.reason, refusal.subject))
}

fn refused<T>(reason: Reason, record: &str) -> Result<T, (Reason, Subject)> {
    Err((reason, Subject::Record(record.to_owned())))
}

#[test]
fn a_verified_address_finds_its_person_and_the_profile_proves_it() {
    let ada = || Ok(json!({ "org": "acme", "seat": "12" }));
    assert_eq!(found(&people(), &native("ada@x.example")), ada());
    let nobody = refused(Reason::RecordMissing, "person");
    assert_eq!(found(&people(), &native("bob@x.example")), nobody);
    assert_eq!(found(&people(), &native("Ada@x.example")), nobody);

    let mut unverified = native("ada@x.example");
    unverified["request"]["userAttributes"]["email_verified"] = "false".into();
    assert_eq!(found(&people(), &unverified), nobody);
    assert_eq!(found(&people(), &sign_in()), nobody);

    let trigger = Trigger::new(policy(RULES), items(&people().to_string()));
    decide(&trigger, &native("ada@x.example").to_string(), |decided| {
        let rounds: Vec<usize> = decided.reads.iter().map(Vec::len).collect();
        assert_eq!(rounds, [1, 1, 1]);
        assert_eq!(decided.reads[0][0].by, AskedBy::Query { index: Some("by-email") });
        assert_eq!((decided.tenant.as_deref(), decided.member), (Some("acme"), Some("user")));
    })
    .unwrap();
}

#[test]
fn two_who_are_found_are_nobody_and_another_kind_is_none() {
    let mut two = people();
    two[2]["kind"] = "person".into();
    assert_eq!(found(&two, &native("ada@x.example")), refused(Reason::TooMany, "person"));
    let mut none = people();
    none[0]["kind"] = "letter".into();
    assert_eq!(found(&none, &native("ada@x.example")), refused(Reason::RecordMissing, "person"));
}

#[test]
fn what_an_index_says_only_finds() {
    // The index says that somebody else has the address.
    let pointing_at = |id: Value| {
        json!([
            { "pk": "MAIL#1", "sk": "X", "kind": "person", "user_id": id, "email": "eve@x.example" },
            people()[0], people()[1],
        ])
    };
    let at = |records: &Value| found(records, &native("eve@x.example"));
    assert_eq!(at(&pointing_at(json!("p1"))), refused(Reason::RecordRefused, "user"));
    assert_eq!(at(&pointing_at(json!("p2"))), refused(Reason::RecordMissing, "user"));
    assert_eq!(at(&pointing_at(json!(null))), refused(Reason::RecordMissing, "person"));
    assert_eq!(at(&pointing_at(json!(["p1"]))), refused(Reason::RecordMalformed, "user"));

    for (change, value, reason) in [
        ("email", json!("ADA@x.example"), Reason::RecordMissing),
        ("status", json!("locked"), Reason::RecordRefused),
    ] {
        let mut records = people();
        records[0][change] = value;
        let refusal = found(&records, &native("ada@x.example")).unwrap_err();
        assert_eq!(refusal.0, reason, "{change}");
    }
}

#[test]
fn an_index_that_can_not_be_read_refuses() {
    let store = Failing { inner: items(&people().to_string()), prefix: "ada".to_owned() };
    let refusal = run(&Trigger::new(policy(RULES), store), &native("ada@x.example").to_string());
    let refusal = refusal.unwrap_err();
    let expected = refused::<()>(Reason::StoreFailed, "person");
    assert_eq!(Err::<(), _>((refusal.reason, refusal.subject)), expected);
}

#[test]
fn a_machine_is_no_person_and_needs_no_address() {
    let rules = RULES.replace("[tenant]\n", "[tenant]\noptional = true\n");
    let trigger = Trigger::new(policy(&rules), items(&people().to_string()));
    let answer = run(&trigger, &machine().to_string()).unwrap();
    assert_eq!(details(&answer), Value::Null);
}

#[test]
fn a_providers_people_have_its_groups_and_an_address_that_it_verifies() {
    let from = |provider: &str, groups: &str| {
        let mut event = native("ada@x.example");
        let attributes = &mut event["request"]["userAttributes"];
        attributes["cognito:user_status"] = "EXTERNAL_PROVIDER".into();
        attributes["identities"] = json!([{ "providerName": provider }]).to_string().into();
        attributes["custom:groups"] = groups.into();
        event
    };
    let groups = |event: &Value| found(&people(), event).map(|claims| claims["groups"].clone());
    assert_eq!(groups(&from("EntraID", "[Writers, Readers]")), Ok(json!(["write", "read"])));
    assert_eq!(groups(&from("EntraID", "Readers")), Ok(json!(["read"])));
    assert_eq!(groups(&from("EntraID", "[]")), Ok(json!([])));
    assert_eq!(groups(&from("EntraID", "")), Ok(Value::Null));
    for forged in
        ["[Writers, Owners]", "[Writers,Readers]", "[ Writers]", "[Writers", "Writers, Readers"]
    {
        let claims = found(&people(), &from("EntraID", forged)).unwrap();
        assert_eq!(claims["claims_omitted"], "groups", "{forged}");
    }
    let other = found(&people(), &from("Other", "[Writers]"));
    assert_eq!(other, refused(Reason::RecordMissing, "person"));
    // A linked account is a native one, which could write the attribute itself.
    let mut linked = from("EntraID", "[Writers]");
    linked["request"]["userAttributes"]["cognito:user_status"] = "CONFIRMED".into();
    assert_eq!(groups(&linked), Ok(Value::Null));
}
