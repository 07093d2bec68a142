//! Guards: what a record must hold, and what becomes of a record that isn't asked.

use crate::failing::*;
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::outcome::{Reason, Subject};
use serde_json::{Value, json};

const TABLE: &str = "version = 1\n[table]\nfile = \"x\"\npartition_key = \"pk\"\n";
const USER: &str = "[records.user]\nkey = { pk = \"USER#{sub}\" }\n";

fn refusal(rules: &str, items: &Value, event: &Value) -> Option<(Reason, String)> {
    let store = items_of(&items.to_string(), &[table("pk", None)]);
    let trigger = Trigger::new(policy(&format!("{TABLE}{rules}")), store);
    let refusal = run(&trigger, &event.to_string()).err()?;
    let Subject::Record(record) = refusal.subject else { panic!("{refusal:?}") };
    Some((refusal.reason, record))
}

#[test]
fn a_guard_lists_what_is_allowed_and_all_else_is_a_no() {
    let guard = |require: &str, user: Value| {
        let mut user = user;
        user["pk"] = "USER#1".into();
        let rules = format!("{USER}require = {require}\n");
        refusal(&rules, &json!([user]), &sign_in()).map(|(reason, _)| reason)
    };
    let refused = Some(Reason::RecordRefused);
    for (require, user, expected) in [
        ("\"exists\"", json!({}), None),
        ("{ status = \"open\" }", json!({ "status": "open" }), None),
        ("{ status = \"open\" }", json!({ "status": "Open" }), refused),
        ("{ status = \"open\" }", json!({ "status": "closed" }), refused),
        ("{ status = \"open\" }", json!({ "status": "" }), refused),
        ("{ status = \"open\" }", json!({ "status": null }), refused),
        ("{ status = \"open\" }", json!({}), refused),
        ("{ status = \"open\" }", json!({ "status": ["open"] }), refused),
        ("{ status = \"open\" }", json!({ "status": true }), refused),
        ("{ status = [\"open\", \"trial\"] }", json!({ "status": "trial" }), None),
        ("{ open = true }", json!({ "open": true }), None),
        ("{ open = true }", json!({ "open": false }), refused),
        ("{ open = true }", json!({ "open": "true" }), refused),
        ("{ open = true }", json!({ "open": 1 }), refused),
        ("{ level = [3, 4] }", json!({ "level": 4 }), None),
        ("{ level = [3, 4] }", json!({ "level": 4.0 }), None),
        ("{ level = [3, 4] }", json!({ "level": 5 }), refused),
        ("{ level = [3, 4] }", json!({ "level": "4" }), refused),
        ("{ level = 9007199254740993 }", json_of("{\"level\": 9007199254740993}"), None),
        ("{ level = 9007199254740993 }", json_of("{\"level\": 9007199254740992}"), refused),
        ("{ mixed = [true, \"yes\"] }", json!({ "mixed": "yes" }), None),
        ("{ mixed = [true, \"yes\"] }", json!({ "mixed": "no" }), refused),
        ("{ \"a.b\" = \"x\" }", json!({ "a": { "b": "x" } }), None),
        ("{ \"a.b\" = \"x\" }", json!({ "a": { "b": "y" } }), refused),
        ("{ \"a.b\" = \"x\" }", json!({ "a": "x" }), refused),
        ("{ \"a.b\" = \"x\" }", json!({ "a": [{ "b": "x" }] }), refused),
        ("{ one = \"x\", two = \"x\" }", json!({ "one": "x", "two": "x" }), None),
        ("{ one = \"x\", two = \"x\" }", json!({ "one": "x", "two": "y" }), refused),
        ("{ one = \"x\", two = \"x\" }", json!({ "two": "x" }), refused),
    ] {
        assert_eq!(guard(require, user.clone()), expected, "{require} {user}");
    }
}

#[test]
fn an_item_that_is_not_there_refuses_whether_or_not_its_key_has_a_value() {
    let missing = |record: &str| Some((Reason::RecordMissing, record.to_owned()));
    let rules = format!("{USER}require = \"exists\"\n");
    let mut nobody = sign_in();
    nobody["request"]["userAttributes"].as_object_mut().unwrap().remove("sub");
    for event in [sign_in(), nobody] {
        assert_eq!(refusal(&rules, &json!([]), &event), missing("user"));
    }

    let rules = format!(
        "{USER}[claims.x]\nfrom = \"user.x\"\n\
         [records.plan]\nshared = true\nkey = {{ pk = \"PLAN#{{user.plan}}\" }}\nrequire = \"exists\"\n"
    );
    let with = |user: Value| json!([user, { "pk": "PLAN#pro" }]);
    let at = |user: Value| refusal(&rules, &with(user), &sign_in());
    assert_eq!(at(json!({ "pk": "USER#1", "plan": "pro" })), None);
    assert_eq!(at(json!({ "pk": "USER#1", "plan": "old" })), missing("plan"));
    assert_eq!(at(json!({ "pk": "USER#1" })), missing("plan"));
    assert_eq!(at(json!({ "pk": "USER#2", "plan": "pro" })), missing("plan"));
    // One that nobody can ask for is not one that is there.
    let malformed = Some((Reason::RecordMalformed, "plan".to_owned()));
    assert_eq!(at(json!({ "pk": "USER#1", "plan": { "id": "pro" } })), malformed);
    assert_eq!(at(json!({ "pk": "USER#1", "plan": "x".repeat(2048) })), missing("plan"));
}

#[test]
fn a_guard_of_another_kind_is_not_asked() {
    let rules = format!(
        "{USER}require = \"exists\"\n[records.client]\nfor = \"client\"\n\
         key = {{ pk = \"CLIENT#{{client_id}}\" }}\nrequire = \"exists\"\n"
    );
    let both = |items: Value| {
        let at = |event: &Value| refusal(&rules, &items, event).map(|(_, record)| record);
        [at(&sign_in()), at(&machine())]
    };
    assert_eq!(both(json!([{ "pk": "USER#1" }])), [None, Some("client".to_owned())]);
    assert_eq!(both(json!([{ "pk": "CLIENT#batch" }])), [Some("user".to_owned()), None]);
}

#[test]
fn a_guard_that_can_not_be_read_refuses() {
    let rules = format!("{TABLE}{USER}require = \"exists\"\n");
    let inner = items_of(&json!([{ "pk": "USER#1" }]).to_string(), &[table("pk", None)]);
    let store = Unreadable { inner, prefix: "USER".to_owned() };
    let refusal = run(&Trigger::new(policy(&rules), store), &sign_in().to_string()).unwrap_err();
    assert_eq!(refusal.reason, Reason::StoreFailed);
    assert_eq!(refusal.cause, "record `user` decides about the token and can't be known");
}

#[test]
fn what_the_caller_leaves_out_is_not_asked_for_and_what_is_no_id_refuses() {
    let rules = format!(
        "{USER}[claims.x]\nfrom = \"user.x\"\n\
         [records.shop]\nkey = {{ pk = \"USER#{{sub}}#SHOP#{{metadata.shop:number}}\" }}\n\
         [claims.shop]\nfrom = \"shop.name\"\n"
    );
    let items = json!([
        { "pk": "USER#1", "x": "x" },
        { "pk": "USER#1#SHOP#42", "name": "Corner" },
        { "pk": "USER#1#SHOP#042", "name": "Decoy" },
    ]);
    let store = items_of(&items.to_string(), &[table("pk", None)]);
    let trigger = Trigger::new(policy(&format!("{TABLE}{rules}")), store);
    let at = |shop: Value| {
        let mut event = sign_in();
        event["request"]["clientMetadata"] = json!({ "shop": shop });
        run(&trigger, &event.to_string()).map(|answer| Value::from(added(&answer, "id")))
    };
    assert_eq!(at(json!("42")), Ok(json!({ "x": "x", "shop": "Corner" })));
    assert_eq!(at(json!(42)), Ok(json!({ "x": "x", "shop": "Corner" })));
    assert_eq!(at(json!("43")), Ok(json!({ "x": "x" })));
    assert_eq!(at(json!(null)), Ok(json!({ "x": "x" })));
    for no_number in ["", "042", "-1", "4 2", "42#", "x"] {
        let refusal = at(json!(no_number)).unwrap_err();
        assert_eq!(refusal.reason, Reason::ChoiceRefused, "{no_number:?}");
        assert_eq!(refusal.subject, Subject::Record("shop".to_owned()));
        assert_eq!(refusal.cause, "what the caller chooses for record `shop` is of another form");
    }
}
