//! The policy's rules at run time, one by one: paths, types, conditions, groups, clients.

use crate::failing::*;
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::outcome::Reason;
use serde_json::{Value, json};

const TABLE: &str = "version = 1\n[table]\nfile = \"x\"\npartition_key = \"pk\"\n";
const USER: &str = "[records.user]\nkey = { pk = \"USER#{sub}\" }\n";
const ORG: &str = "[records.org]\nshared = true\nkey = { pk = \"ORG#{user.org}\" }\n";

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
        "{USER}[records.org]\nshared = true\nkey = {{ pk = \"ORG#{{user.org.id}}\" }}\n\
         require = {{ open = true }}\n\
         [claims.x]\nfrom = \"user.x\"\n"
    );
    let items = json!([{ "pk": "USER#1", "org": "acme" }, { "pk": "ORG#acme", "open": true }]);
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
        (json!(7.0), json!({ "name": "seven" })),
        (json!(7.5), json!({ "claims_omitted": "name" })),
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
fn conditions_on_data_hold_if_the_value_is_known_and_listed() {
    let omitted = json!({ "claims_omitted": "x" });
    let there = json!({ "x": "1" });
    for (when, user, expected) in [
        ("\"user.tier\" = [\"pro\"]", json!({ "tier": "pro" }), &there),
        ("\"user.tier\" = [\"free\", \"pro\"]", json!({ "tier": "pro" }), &there),
        ("\"user.tier\" = \"pro\"", json!({ "tier": "Pro" }), &json!({})),
        ("\"user.tier\" = \"pro\"", json!({ "tier": null }), &json!({})),
        ("\"user.tier\" = \"pro\"", json!({ "tier": true }), &json!({})),
        ("\"user.plan.tier\" = \"pro\"", json!({ "plan": "pro" }), &omitted),
        ("\"user.paid\" = true", json!({ "paid": true }), &there),
        ("\"user.paid\" = true", json!({ "paid": "true" }), &json!({})),
        ("\"user.roles\" = \"admin\"", json!({ "roles": ["reader", "admin"] }), &there),
        ("\"user.roles\" = \"admin\"", json!({ "roles": ["reader"] }), &json!({})),
        ("\"user.a\" = 1, \"user.b\" = 2", json!({ "a": 1, "b": 2 }), &there),
        ("\"user.a\" = 1, \"user.b\" = 2", json!({ "a": 1, "b": 3 }), &json!({})),
        ("\"user.a\" = 1, scopes = [\"email\"]", json!({ "a": 1 }), &json!({})),
    ] {
        let rules = format!("[claims.x]\nfrom = \"user.x\"\nwhen = {{ {when} }}\n");
        let mut user = user;
        user["x"] = "1".into();
        assert_eq!(id_claims(&rules, user.clone()).unwrap(), *expected, "{when} {user}");
    }
    // Nobody knows whether the claim belongs into the token.
    let rules =
        "[claims.x]\nfrom = \"user.x\"\nrequired = true\nwhen = { \"user.plan.tier\" = \"pro\" }\n";
    let refused = id_claims(rules, json!({ "x": "1", "plan": "pro" }));
    assert_eq!(refused, Err(Reason::RecordMalformed));
    assert_eq!(id_claims(rules, json!({ "plan": {} })), Ok(json!({})));
}

#[test]
fn a_composed_text_needs_all_its_parts_and_a_constant_none() {
    let rules = "[claims.x]\ntemplate = \"{user.slug}/{user.seat}\"\ndefault = \"none\"\n\
        [claims.y]\nvalue = \"eu\"\n[claims.z]\nvalue = [\"a\", \"b\"]\n";
    for (user, x) in [
        (json!({ "slug": "acme", "seat": "a1" }), Some("acme/a1")),
        (json!({ "slug": "acme", "seat": 7 }), Some("acme/7")),
        (json!({ "slug": "{user.seat}", "seat": 7 }), Some("{user.seat}/7")),
        (json!({ "slug": "acme" }), Some("none")),
        (json!({ "slug": "acme", "seat": "" }), Some("none")),
        (json!({ "slug": "acme", "seat": true }), None),
        (json!({ "slug": "acme", "seat": ["a"] }), None),
    ] {
        let claims = id_claims(rules, user.clone()).unwrap();
        assert_eq!(claims.get("x").and_then(Value::as_str), x, "{user}");
        assert_eq!(claims.get("claims_omitted").is_some(), x.is_none(), "{user}");
        assert_eq!(claims["y"], "eu");
        assert_eq!(claims["z"], json!(["a", "b"]));
    }
}

#[test]
fn a_word_outside_the_map_makes_the_whole_unknown() {
    let omitted = json!({ "claims_omitted": "x" });
    let by_file =
        "{ from = \"user.roles\", map = { a = \"admin\", r = \"reader\", \"7\" = \"seven\" } }";
    let by_item = "{ from = \"user.roles\", map = \"user.names\" }";
    let names = json!({ "a": "admin", "r": "reader", "7": "seven", "e": "", "n": 1 });
    for (roles, expected) in [
        (json!(["a", "r"]), json!({ "x": ["admin", "reader"] })),
        (json!([7]), json!({ "x": ["seven"] })),
        (json!([]), json!({ "x": [] })),
        (json!(null), json!({})),
        (json!(["a", "x"]), omitted.clone()),
        (json!(["A"]), omitted.clone()),
        (json!(["a", true]), omitted.clone()),
        (json!({ "a": true }), omitted.clone()),
    ] {
        for source in [by_file, by_item] {
            let rules = format!("[claims.x]\nfrom = {source}\ntype = \"list\"\n");
            let user = json!({ "roles": roles, "names": names });
            assert_eq!(id_claims(&rules, user).unwrap(), expected, "{roles} {source}");
        }
    }
    let rules = format!("[claims.x]\nfrom = {by_item}\ntype = \"list\"\n");
    for (names, word) in
        [(names, "e"), (json!({ "n": 1 }), "n"), (json!(null), "a"), (json!("a"), "a")]
    {
        let user = json!({ "roles": [word], "names": names });
        assert_eq!(id_claims(&rules, user.clone()).unwrap(), omitted, "{user}");
    }
}

#[test]
fn a_client_section_chooses_claims_and_replaces_what_applies_to_tokens() {
    let rules = format!(
        "{USER}require = \"exists\"\n[records.client]\nfor = \"client\"\n\
         key = {{ pk = \"CLIENT#{{client_id}}\" }}\nrequire = \"exists\"\n\
         [claims.x]\nfrom = \"user.x\"\n[claims.y]\nfrom = \"user.x\"\n\
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
    let rules =
        format!("{USER}require = \"exists\"\n[claims.x]\nfrom = \"user.x\"\n[groups]\n{section}\n");
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
         [tokens.access]\nbudget = 1700\n{PLAIN_POOL}"
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
    let rules = "[pool]\nadmin_only = [\"custom:dep\"]\n\
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
