//! The policy's rules at run time, one by one: guards, paths, types, conditions, groups, clients.

use crate::support::*;
use claimsmith::Trigger;
use claimsmith::outcome::Reason;
use serde_json::{Value, json};

const TABLE: &str = "version = 1\n[table]\nfile = \"x\"\npartition_key = \"pk\"\n";
const USER: &str = "[records.user]\nfor = \"user\"\nkey = { pk = \"USER#{sub}\" }\n";
const ORG: &str = "[records.org]\nkey = { pk = \"ORG#{user.org}\" }\n";

fn answer(rules: &str, items: Value, event: &Value) -> Result<String, Reason> {
    let store = items_of(&items.to_string(), &[table("pk", None)]);
    let trigger = Trigger::new(policy(&format!("{TABLE}{rules}")), store);
    run(&trigger, &event.to_string()).map_err(|refusal| refusal.reason)
}

/// The claims that the ID token of a person gets whose item has these attributes.
fn id_claims(rules: &str, mut user: Value) -> Result<Value, Reason> {
    user["pk"] = "USER#1".into();
    let answer = answer(&format!("{USER}{rules}"), json!([user]), &sign_in())?;
    Ok(Value::from(added(&answer, "id")))
}

#[test]
fn a_guard_refuses_its_values_and_what_could_mean_them() {
    let guard = |refuse_if: &str, org: Value| {
        let rules = format!(
            "{USER}{ORG}refuse_if = {{ {refuse_if} }}\n[claims.org]\nfrom = \"user.org\"\n"
        );
        let mut org = org;
        org["pk"] = "ORG#acme".into();
        let user = json!({ "pk": "USER#1", "org": "acme" });
        answer(&rules, json!([user, org]), &sign_in()).err()
    };
    let refused = Some(Reason::RecordRefused);
    let malformed = Some(Reason::RecordMalformed);
    for (refuse_if, org, expected) in [
        ("status = \"closed\"", json!({ "status": "closed" }), refused),
        ("status = \"closed\"", json!({ "status": "open" }), None),
        ("status = \"closed\"", json!({ "status": null }), None),
        ("status = \"closed\"", json!({}), None),
        ("status = \"closed\"", json!({ "status": ["closed"] }), malformed),
        ("status = \"closed\"", json!({ "status": true }), malformed),
        ("closed = true", json!({ "closed": true }), refused),
        ("closed = true", json!({ "closed": false }), None),
        ("closed = true", json!({ "closed": "true" }), malformed),
        ("closed = true", json!({ "closed": 1 }), malformed),
        ("level = [3, 4]", json!({ "level": 4 }), refused),
        ("level = [3, 4]", json!({ "level": 4.0 }), refused),
        ("level = [3, 4]", json!({ "level": 5 }), None),
        ("level = [3, 4]", json!({ "level": "4" }), malformed),
        ("mixed = [true, \"yes\"]", json!({ "mixed": "yes" }), refused),
        ("mixed = [true, \"yes\"]", json!({ "mixed": "no" }), None),
        ("\"billing.status\" = \"closed\"", json!({ "billing": { "status": "closed" } }), refused),
        ("\"billing.status\" = \"closed\"", json!({ "billing": {} }), None),
        ("\"billing.status\" = \"closed\"", json!({ "billing": "closed" }), malformed),
        (
            "\"billing.status\" = \"closed\"",
            json!({ "billing": [{ "status": "closed" }] }),
            malformed,
        ),
    ] {
        assert_eq!(guard(refuse_if, org.clone()), expected, "{refuse_if} {org}");
    }
}

#[test]
fn a_path_that_ends_at_no_map_is_unknown_and_not_absent() {
    let rules = "[claims.tier]\nfrom = [\"user.plan.tier\", \"user.tier\"]\ndefault = \"free\"\n";
    let claims = |plan: Value| id_claims(rules, json!({ "plan": plan, "tier": "old" })).unwrap();
    assert_eq!(claims(json!({ "tier": "pro" })), json!({ "tier": "pro" }));
    assert_eq!(claims(json!({})), json!({ "tier": "old" }));
    assert_eq!(claims(json!(null)), json!({ "tier": "old" }));
    for malformed in [json!("pro"), json!(["pro"]), json!(true)] {
        assert_eq!(claims(malformed), json!({ "claims_omitted": "tier" }));
    }

    // A key with such a part leaves the guard unread, so nobody may pass it.
    let rules = format!(
        "{USER}[records.org]\nkey = {{ pk = \"ORG#{{user.org.id}}\" }}\nrefuse_if = {{ closed = true }}\n\
         [claims.x]\nfrom = \"user.x\"\n"
    );
    let items = json!([{ "pk": "USER#1", "org": "acme" }, { "pk": "ORG#acme", "closed": true }]);
    assert_eq!(answer(&rules, items, &sign_in()), Err(Reason::RecordMalformed));
}

#[test]
fn a_value_of_another_type_is_unknown() {
    let omitted = json!({ "claims_omitted": "x" });
    for (kind, good, written) in [
        ("string", json!("a"), json!("a")),
        ("string", json!(7), json!("7")),
        ("integer", json!(7), json!(7)),
        ("integer", json!(-7), json!(-7)),
        ("number", json!(1.5), json!(1.5)),
        ("boolean", json!(true), json!(true)),
        ("list", json!(["a", "b"]), json!(["a", "b"])),
        ("json", json!({ "a": [1, "x"] }), json!({ "a": [1, "x"] })),
    ] {
        let rules = format!("[claims.x]\nfrom = \"user.x\"\ntype = \"{kind}\"\n");
        let claims = id_claims(&rules, json!({ "x": good })).unwrap();
        assert_eq!(claims, json!({ "x": written }), "{kind}");
    }
    for (kind, bad) in [
        ("string", json!(true)),
        ("string", json!(["a"])),
        ("integer", json!(1.5)),
        ("integer", json!("7")),
        ("integer", json_of("99999999999999999999")),
        ("number", json_of("1e999")),
        ("boolean", json!("true")),
        ("list", json!("a,b")),
        ("list", json!(["a b"])),
        ("list", json!(["a,b"])),
        ("list", json!(["[a]"])),
        ("list", json!(["a", 1])),
        ("json", json!({ "a": null })),
        ("json", json!([[null]])),
        ("json", json_of("[1e999]")),
    ] {
        let rules = format!("[claims.x]\nfrom = \"user.x\"\ntype = \"{kind}\"\n");
        assert_eq!(id_claims(&rules, json!({ "x": bad })).unwrap(), omitted, "{kind} {bad}");
    }
}

#[test]
fn only_whole_numbers_and_texts_make_keys() {
    let rules = format!("{USER}{ORG}[claims.name]\nfrom = \"org.name\"\n");
    for (org, expected) in [
        (json!("7"), json!({ "name": "seven" })),
        (json!(7), json!({ "name": "seven" })),
        (json!(7.0), json!({ "claims_omitted": "name" })),
        (json!(["7"]), json!({ "claims_omitted": "name" })),
        (json!(""), json!({})),
        (json!("8"), json!({})),
    ] {
        let items = json!([{ "pk": "USER#1", "org": org }, { "pk": "ORG#7", "name": "seven" }]);
        let answer = answer(&rules, items, &sign_in()).unwrap();
        assert_eq!(Value::from(added(&answer, "id")), expected, "{org}");
    }
}

#[test]
fn conditions_hold_all_together_and_each_by_any_entry() {
    for (when, holds) in [
        ("client_ids = [\"web\"]", true),
        ("client_ids = [\"other\", \"web\"]", true),
        ("client_ids = [\"other\"]", false),
        ("scopes = [\"openid\"]", true),
        ("scopes = [\"email\"]", false),
        ("trigger_sources = [\"TokenGeneration_Authentication\"]", true),
        ("trigger_sources = [\"TokenGeneration_HostedAuth\"]", false),
        ("client_ids = [\"web\"], scopes = [\"email\"]", false),
        ("client_ids = [\"web\"], scopes = [\"openid\"]", true),
    ] {
        let rules = format!("[claims.x]\nfrom = \"user.x\"\nwhen = {{ {when} }}\n");
        let claims = id_claims(&rules, json!({ "x": "1" })).unwrap();
        assert_eq!(claims.get("x").is_some(), holds, "{when}");
    }
}

#[test]
fn a_client_section_chooses_claims_and_replaces_what_applies_to_tokens() {
    let rules = format!(
        "{USER}[claims.x]\nfrom = \"user.x\"\n[claims.y]\nfrom = \"user.x\"\n\
         [tokens.id]\nsuppress = [\"email\"]\n[tokens.access]\nadd_scopes = [\"api/a\"]\n\
         [clients.web]\nclaims = [\"y\"]\n[clients.web.tokens.access]\nadd_scopes = [\"api/b\"]\n"
    );
    let items = json!([{ "pk": "USER#1", "x": "1" }]);
    let web = answer(&rules, items.clone(), &sign_in()).unwrap();
    assert_eq!(Value::from(added(&web, "id")), json!({ "y": "1" }));
    assert_eq!(suppressed(&web, "id"), ["email"]);
    assert_eq!(generation(&web, "access")["scopesToAdd"], json!(["api/b"]));

    let mut event = sign_in();
    event["callerContext"]["clientId"] = "other".into();
    let other = answer(&rules, items, &event).unwrap();
    assert_eq!(Value::from(added(&other, "id")), json!({ "x": "1", "y": "1" }));
    assert_eq!(generation(&other, "access")["scopesToAdd"], json!(["api/a"]));
}

/// What becomes of groups `a` and `b` under a `[groups]` section; `None` if they stay untouched.
fn groups(section: &str, user: Value) -> Result<Option<Value>, Reason> {
    let mut user = user;
    user["pk"] = "USER#1".into();
    let rules = format!("{USER}[claims.x]\nfrom = \"user.x\"\n[groups]\n{section}\n");
    let answer = answer(&rules, json!([user]), &sign_in())?;
    Ok(details(&answer).get("groupOverrideDetails").cloned())
}

#[test]
fn groups_are_kept_added_removed_or_replaced() {
    let own_roles = json!({ "iamRolesToOverride": ["arn:a", "arn:b"], "preferredRole": "arn:a" });
    let expected = |names: Value, roles: bool| {
        let mut expected =
            if roles { own_roles.clone() } else { json!({ "iamRolesToOverride": [] }) };
        expected["groupsToOverride"] = names;
        Ok(Some(expected))
    };
    let user = json!({ "roles": ["c", "a"] });
    for (section, result) in [
        ("mode = \"keep\"", Ok(None)),
        ("mode = \"add\"\nnames = [\"a\"]", Ok(None)),
        ("mode = \"add\"\nnames = [\"d\"]", expected(json!(["a", "b", "d"]), true)),
        ("mode = \"add\"\nfrom = \"user.roles\"", expected(json!(["a", "b", "c"]), true)),
        ("mode = \"remove\"\nnames = [\"z\"]", Ok(None)),
        // With a group its role may go, and nobody can tell which: all go.
        ("mode = \"remove\"\nnames = [\"a\"]", expected(json!(["b"]), false)),
        ("mode = \"remove\"\nfrom = \"user.roles\"", expected(json!(["b"]), false)),
        ("mode = \"replace\"\nnames = [\"b\", \"a\"]", expected(json!(["b", "a"]), true)),
        ("mode = \"replace\"\nfrom = \"user.roles\"", expected(json!(["c", "a"]), false)),
        ("mode = \"replace\"\nnames = []", expected(json!([]), false)),
        ("mode = \"replace\"\nfrom = \"user.none\"", expected(json!([]), false)),
    ] {
        assert_eq!(groups(section, user.clone()), result, "{section}");
    }
}

#[test]
fn groups_that_can_not_be_known_refuse() {
    for roles in [json!("a"), json!([1]), json!(["a b"]), json!(["a,b"]), json!(["x".repeat(129)])]
    {
        for mode in ["add", "remove", "replace"] {
            let section = format!("mode = \"{mode}\"\nfrom = \"user.roles\"");
            let refused = groups(&section, json!({ "roles": roles }));
            assert_eq!(refused, Err(Reason::RecordMalformed), "{mode} {roles}");
        }
    }
    let rules = format!(
        "{TABLE}{USER}[claims.x]\nfrom = \"user.x\"\n[groups]\nmode = \"add\"\nfrom = \"user.roles\"\n"
    );
    let inner = items_of("[]", &[table("pk", None)]);
    let store = Failing { inner, prefix: "USER".to_owned() };
    let trigger = Trigger::new(policy(&rules), store);
    let refusal = run(&trigger, &sign_in().to_string()).unwrap_err();
    assert_eq!(refusal.reason, Reason::StoreFailed);
    // A hundred characters are a hundred characters, whatever their bytes.
    let long = "日".repeat(100);
    assert!(groups("mode = \"add\"\nfrom = \"user.roles\"", json!({ "roles": [long] })).is_ok());
}

#[test]
fn version_one_carries_texts_from_which_no_word_can_be_forged() {
    let rules = format!(
        "{USER}[claims.json]\nfrom = \"user.list\"\ntype = \"json\"\n\
         [claims.list]\nfrom = \"user.words\"\ntype = \"list\"\n\
         [claims.flags]\nmerge = \"user.words\"\nencoding = \"list\"\n\
         [claims.number]\nfrom = \"user.number\"\ntype = \"number\"\n\
         [claims.boolean]\nfrom = \"user.boolean\"\ntype = \"boolean\"\n"
    );
    let user = json!({
        "pk": "USER#1", "list": ["viewer,admin"], "words": ["b", "a"], "number": 1.5, "boolean": true
    });
    let answer = answer(&rules, json!([user]), &sign_in_1()).unwrap();
    let expected = json!({
        "json": "[\"viewer,admin\"]", "list": "b,a", "flags": "a,b", "number": "1.5", "boolean": "true"
    });
    assert_eq!(Value::from(added(&answer, "id")), expected);
}

#[test]
fn a_required_claim_that_the_event_can_not_carry_refuses() {
    let rules =
        format!("{USER}[claims.x]\nfrom = \"user.x\"\nrequired = true\ntokens = [\"access\"]\n");
    let items = json!([{ "pk": "USER#1", "x": "1" }]);
    assert!(answer(&rules, items.clone(), &sign_in()).is_ok());
    assert_eq!(answer(&rules, items, &sign_in_1()), Err(Reason::ClaimMissing));
}

#[test]
fn groups_count_against_the_budget_of_a_token_that_nothing_else_can_change() {
    let rules = format!(
        "{USER}[claims.x]\nfrom = \"user.x\"\n[groups]\nmode = \"add\"\nfrom = \"user.roles\"\n\
         [tokens.access]\nbudget = 1700\n"
    );
    let user = |count: usize| {
        let roles: Vec<String> =
            (0..count).map(|number| format!("group-number-{number}")).collect();
        json!([{ "pk": "USER#1", "roles": roles }])
    };
    for event in [sign_in(), sign_in_1()] {
        assert!(answer(&rules, user(3), &event).is_ok());
        assert_eq!(answer(&rules, user(60), &event), Err(Reason::BudgetImpossible));
    }
}

#[test]
fn a_machine_has_no_attributes_whatever_its_event_says() {
    let rules = "[pool]\ntrusted_attributes = [\"custom:dep\"]\n\
        [claims.dep]\nfrom = \"attributes.custom:dep\"\n";
    let mut event = sign_in();
    event["request"]["userAttributes"]["custom:dep"] = "x".into();
    let person = answer(rules, json!([]), &event).unwrap();
    assert_eq!(Value::from(added(&person, "access")), json!({ "dep": "x" }));
    event["triggerSource"] = "TokenGeneration_ClientCredentials".into();
    let machine = answer(rules, json!([]), &event).unwrap();
    assert_eq!(details(&machine), Value::Null);
}

#[test]
fn flags_outside_the_catalogue_stay_out() {
    let rules = "[claims.f]\nmerge = \"user.f\"\nflags = [\"b\", \"a\"]\n";
    let claims = id_claims(rules, json!({ "f": ["a", "c", "x y"] })).unwrap();
    assert_eq!(claims, json!({ "f": "a" }));
    let bits = format!("{rules}encoding = \"bits\"\n");
    let claims = id_claims(&bits, json!({ "f": ["a", "c"] })).unwrap();
    assert!(claims["f"].as_str().unwrap().ends_with(".2"), "{claims}");
}
