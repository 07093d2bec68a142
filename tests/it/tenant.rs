//! The one decision: which organisation a token is about, and what proves it.

use crate::failing::*;
use crate::support::{policy as policy_of, *};
use claimsmith::Trigger;
use claimsmith::outcome::{Reason, Subject};
use claimsmith::records::{NotAsked, State};
use serde_json::{Value, json};

const TABLE: &str =
    "version = 1\n[table]\nfile = \"x\"\npartition_key = \"pk\"\nsort_key = \"sk\"\n";

const USER: &str =
    "[records.user]\nkey = { pk = \"USER#{sub}\", sk = \"PROFILE\" }\nrequire = \"exists\"\n";
const MEMBERSHIP: &str = "[records.membership]\nkey = { pk = \"USER#{sub}\", sk = \"ORG#{metadata.org}\" }\n\
    require = { status = \"active\" }\n";
const ORG: &str = "[records.org]\nkey = { pk = \"ORG#{tenant}\", sk = \"PROFILE\" }\nrequire = { status = \"active\" }\n";
const CLAIMS: &str =
    "[claims.org]\nfrom = \"tenant\"\n[claims.flags]\nmerge = [\"org.flags\", \"member.flags\"]\n";

/// The whole policy of a company with memberships.
fn with_memberships(tenant: &str) -> String {
    format!(
        "{TABLE}[tenant]\nid = \"slug\"\nperson = [\"membership.org\", \"user.org\"]\n{tenant}\
         {USER}{MEMBERSHIP}{ORG}{CLAIMS}"
    )
}

/// Ada, at home at acme, a member of globex, once of hooli; invited to umbrella.
fn company() -> Value {
    json!([
        { "pk": "USER#1", "sk": "PROFILE", "org": "acme", "flags": ["home"] },
        { "pk": "USER#1", "sk": "ORG#globex", "org": "globex", "status": "active", "flags": ["guest"] },
        { "pk": "USER#1", "sk": "ORG#hooli", "org": "hooli", "status": "removed" },
        { "pk": "USER#1", "sk": "ORG#umbrella", "org": "umbrella" },
        { "pk": "USER#1", "sk": "ORG#twisted", "org": "acme", "status": "active" },
        { "pk": "USER#1", "sk": "ORG#empty", "org": "", "status": "active" },
        { "pk": "USER#1", "sk": "ORG#odd", "org": ["odd"], "status": "active" },
        { "pk": "USER#1", "sk": "ORG#closed", "org": "closed", "status": "active" },
        { "pk": "ORG#acme", "sk": "PROFILE", "status": "active", "flags": ["a"] },
        { "pk": "ORG#globex", "sk": "PROFILE", "status": "active", "flags": ["g"] },
        { "pk": "ORG#hooli", "sk": "PROFILE", "status": "active" },
        { "pk": "ORG#umbrella", "sk": "PROFILE", "status": "active" },
        { "pk": "ORG#closed", "sk": "PROFILE", "status": "closed" },
    ])
}

/// A sign-in in which the caller asks for an organisation, or says nothing.
fn asking(org: Value) -> Value {
    let mut event = sign_in();
    if !org.is_null() {
        event["request"]["clientMetadata"] = json!({ "org": org });
    }
    event
}

type Decision = Result<(Option<String>, Option<String>, Value), Reason>;

/// The organisation, the record that proved it, and the claims of the ID token.
fn decide_on(policy_text: &str, records: &Value, event: &Value) -> Decision {
    let trigger = Trigger::new(policy_of(policy_text), items(&records.to_string()));
    decide(&trigger, &event.to_string(), |decided| {
        let claims = Value::from(added(decided.answer().unwrap(), "id"));
        (decided.tenant.clone(), decided.member.map(str::to_owned), claims)
    })
    .map_err(|refusal| refusal.reason)
}

fn decided(tenant: &str, member: Option<&str>, claims: Value) -> Decision {
    Ok((Some(tenant.to_owned()), member.map(str::to_owned), claims))
}

#[test]
fn what_the_caller_asks_for_decides_alone_and_home_decides_without_it() {
    let policy = with_memberships("");
    let at = |org: Value| decide_on(&policy, &company(), &asking(org));
    let home = json!({ "org": "acme", "flags": "a,home" });
    assert_eq!(at(json!(null)), decided("acme", Some("user"), home));
    let away = json!({ "org": "globex", "flags": "g,guest" });
    assert_eq!(at(json!("globex")), decided("globex", Some("membership"), away));
    for (asked, reason) in [
        ("acme", Reason::RecordMissing),
        ("nowhere", Reason::RecordMissing),
        ("hooli", Reason::RecordRefused),
        ("umbrella", Reason::RecordRefused),
        ("twisted", Reason::ChoiceRefused),
        ("empty", Reason::ChoiceRefused),
        ("odd", Reason::RecordMalformed),
        ("closed", Reason::RecordRefused),
        ("", Reason::ChoiceRefused),
        ("globex#INVITE", Reason::ChoiceRefused),
        (" globex", Reason::ChoiceRefused),
        ("Globex", Reason::RecordMissing),
    ] {
        assert_eq!(at(json!(asked)), Err(reason), "{asked:?}");
    }
}

#[test]
fn a_home_that_is_none_or_no_id_is_no_tenant_or_malformed() {
    let policy = with_memberships("");
    for (org, reason) in [
        (json!(null), Reason::NoTenant),
        (json!(""), Reason::NoTenant),
        (json!("a#b"), Reason::RecordMalformed),
        (json!("a b"), Reason::RecordMalformed),
        (json!(["acme"]), Reason::RecordMalformed),
        (json!({ "acme": true }), Reason::RecordMalformed),
        (json!(1.5), Reason::RecordMalformed),
        (json!(7), Reason::RecordMissing),
    ] {
        let user = json!([{ "pk": "USER#1", "sk": "PROFILE", "org": org }]);
        assert_eq!(decide_on(&policy, &user, &sign_in()), Err(reason), "{org}");
    }
    assert_eq!(decide_on(&policy, &json!([]), &sign_in()), Err(Reason::RecordMissing));
}

#[test]
fn a_machine_without_a_source_has_no_tenant() {
    let event = machine();
    assert_eq!(decide_on(&with_memberships(""), &company(), &event), Err(Reason::NoTenant));
    let nothing = decide_on(&with_memberships("optional = true\n"), &company(), &event);
    assert_eq!(nothing, Ok((None, None, json!({}))));
}

#[test]
fn without_a_tenant_there_is_nothing_about_one_and_nothing_is_granted() {
    let policy_text = with_memberships("optional = true\n")
        + "[claims.tier]\nfrom = \"org.tier\"\ndefault = \"free\"\n\
           [claims.must]\nfrom = \"member.role\"\nrequired = true\n\
           [claims.name]\nfrom = \"user.name\"\n\
           [tokens.access]\nadd_scopes = [\"api/read\"]\n\
           [groups]\nmode = \"add\"\nnames = [\"signed-in\"]\nfrom = \"user.groups\"\n";
    let records = json!([{ "pk": "USER#1", "sk": "PROFILE", "name": "Ada", "groups": ["own"] }]);
    let trigger = Trigger::new(policy_of(&policy_text), items(&records.to_string()));
    let seen = decide(&trigger, &sign_in().to_string(), |decided| {
        let answer = decided.answer().unwrap();
        assert_eq!(Value::from(added(answer, "id")), json!({ "name": "Ada" }));
        assert_eq!(generation(answer, "access")["scopesToAdd"], Value::Null);
        let groups = &details(answer)["groupOverrideDetails"]["groupsToOverride"];
        assert_eq!(groups, &json!(["a", "b", "own"]), "the file's own group is a grant");
        let states = [&decided.records[1], &decided.records[2]];
        assert_eq!(states[0], &State::NotAsked(NotAsked::NothingChosen));
        assert_eq!(states[1], &State::NotAsked(NotAsked::NoTenant));
    });
    seen.unwrap();

    // A source that is there and fails refuses all the same.
    let at = |org: Value, records: &Value| decide_on(&policy_text, records, &asking(org));
    assert_eq!(at(json!("globex"), &records), Err(Reason::RecordMissing));
    assert_eq!(at(json!(""), &records), Err(Reason::ChoiceRefused));
    let odd = json!([{ "pk": "USER#1", "sk": "PROFILE", "org": ["acme"] }]);
    assert_eq!(at(json!(null), &odd), Err(Reason::RecordMalformed));

    // With one, everything is there.
    let mut here = company();
    here[0]["role"] = "admin".into();
    let trigger = Trigger::new(policy_of(&policy_text), items(&here.to_string()));
    let answer = run(&trigger, &sign_in().to_string()).unwrap();
    let claims = json!({ "org": "acme", "flags": "a,home", "must": "admin", "tier": "free" });
    assert_eq!(Value::from(added(&answer, "id")), claims);
    assert_eq!(generation(&answer, "access")["scopesToAdd"], json!(["api/read"]));
    let groups = &details(&answer)["groupOverrideDetails"]["groupsToOverride"];
    assert_eq!(groups, &json!(["a", "b", "signed-in"]));
}

/// A policy in which a list or map of the profile proves what the caller asks for.
fn within(list: &str, id: &str) -> String {
    format!(
        "{TABLE}[tenant]\nid = \"{id}\"\nperson = [{{ from = \"metadata.org\", within = \"{list}\" }}, \
         \"user.org\"]\n{USER}{ORG}[claims.org]\nfrom = \"tenant\"\n\
         [claims.roles]\nfrom = \"user.roles[tenant]\"\ntype = \"list\"\n"
    )
}

#[test]
fn a_list_a_map_or_a_single_value_proves_what_it_holds() {
    for (id, orgs, asked, proved) in [
        ("slug", json!(["acme", "globex"]), "globex", true),
        ("slug", json!(["acme", "globex"]), "glob", false),
        ("slug", json!(["acme", ["globex"], null, true]), "globex", false),
        ("slug", json!({ "globex": ["admin"] }), "globex", true),
        ("slug", json!({ "globex": null }), "globex", false),
        ("slug", json!({ "acme": ["globex"] }), "globex", false),
        ("slug", json!("globex"), "globex", true),
        ("slug", json!("globex,acme"), "globex", false),
        ("slug", json!([]), "globex", false),
        ("slug", json!(null), "globex", false),
        ("number", json!([41, 42]), "42", true),
        ("number", json!(["42"]), "42", true),
        ("number", json!({ "42": 1 }), "42", true),
        ("number", json!(42), "42", true),
        ("number", json!([42.5]), "42", false),
        ("number", json!([42]), "4", false),
    ] {
        let records = json!([
            { "pk": "USER#1", "sk": "PROFILE", "orgs": orgs, "roles": { "globex": ["admin"] }, "org": "acme" },
            { "pk": "ORG#globex", "sk": "PROFILE", "status": "active" },
            { "pk": "ORG#42", "sk": "PROFILE", "status": "active" },
            { "pk": "ORG#acme", "sk": "PROFILE", "status": "active" },
        ]);
        let found = decide_on(&within("user.orgs", id), &records, &asking(json!(asked)));
        let expected = if proved {
            let mut claims = json!({ "org": asked });
            if asked == "globex" {
                claims["roles"] = json!(["admin"]);
            }
            decided(asked, None, claims)
        } else {
            Err(Reason::ChoiceRefused)
        };
        assert_eq!(found, expected, "{orgs} {asked}");
    }
    // What nobody can know is not a no.
    let odd = json!([{ "pk": "USER#1", "sk": "PROFILE", "orgs": "x" }]);
    let malformed = decide_on(&within("user.orgs.list", "slug"), &odd, &asking(json!("acme")));
    assert_eq!(malformed, Err(Reason::RecordMalformed));
    for asked in ["042", "-1", "4x", ""] {
        let found = decide_on(&within("user.orgs", "number"), &company(), &asking(json!(asked)));
        assert_eq!(found, Err(Reason::ChoiceRefused), "{asked:?}");
    }
}

#[test]
fn groups_prove_what_they_hold() {
    let policy = format!(
        "{TABLE}[tenant]\nid = \"slug\"\nperson = {{ from = \"metadata.org\", within = \"groups\" }}\n\
         {ORG}[claims.org]\nfrom = \"tenant\"\n"
    );
    let records = json!([{ "pk": "ORG#a", "sk": "PROFILE", "status": "active" }]);
    let at = |org: &str| decide_on(&policy, &records, &asking(json!(org)));
    assert_eq!(at("a"), decided("a", None, json!({ "org": "a" })));
    assert_eq!(at("c"), Err(Reason::ChoiceRefused));
    assert_eq!(decide_on(&policy, &records, &sign_in()), Err(Reason::NoTenant));
}

#[test]
fn an_attribute_that_others_write_proves_it() {
    let policy = |source: &str| {
        format!(
            "{TABLE}[pool]\nadmin_only = [\"custom:org\"]\n[providers.EntraID]\nwrites = [\"custom:tid\"]\n\
             [tenant]\nid = \"slug\"\nperson = {source}\n{ORG}[claims.org]\nfrom = \"tenant\"\n\
             [records.map]\nshared = true\nkey = {{ pk = \"MAP\", sk = \"TENANTS\" }}\n\
             [claims.all]\nfrom = \"map.count\"\n"
        )
    };
    let records = json!([
        { "pk": "ORG#acme", "sk": "PROFILE", "status": "active" },
        { "pk": "MAP", "sk": "TENANTS", "by_tid": { "t-1": "acme" } },
    ]);
    let mut event = sign_in();
    event["request"]["userAttributes"]["custom:org"] = "acme".into();
    event["request"]["userAttributes"]["custom:tid"] = "t-1".into();
    let acme = || decided("acme", None, json!({ "org": "acme" }));
    let at = |source: &str, event: &Value| decide_on(&policy(source), &records, event);
    assert_eq!(at("\"attributes.custom:org\"", &event), acme());

    let by_file = "{ from = \"attributes.custom:tid\", map = { \"t-1\" = \"acme\" } }";
    let native = at(by_file, &event);
    assert_eq!(native, Err(Reason::NoTenant), "a native account's attribute counted");
    event["request"]["userAttributes"]["cognito:user_status"] = "EXTERNAL_PROVIDER".into();
    event["request"]["userAttributes"]["identities"] = r#"[{"providerName":"EntraID"}]"#.into();
    assert_eq!(at(by_file, &event), acme());
    let unknown = "{ from = \"attributes.custom:tid\", map = { \"t-2\" = \"acme\" } }";
    assert_eq!(at(unknown, &event), Err(Reason::RecordMalformed));
    let by_item = "{ from = \"attributes.custom:tid\", map = \"map.by_tid\" }";
    assert_eq!(at(by_item, &event), acme());
}

#[test]
fn the_only_membership_counts_if_it_is_the_only_one() {
    let policy = |tenant: &str| {
        format!(
            "{TABLE}[tenant]\nid = \"slug\"\nperson = \"mine.org\"\n{tenant}{ORG}{CLAIMS}\
             [records.mine]\nquery = {{ pk = \"USER#{{sub}}\", sk = \"ORG#{{*}}\" }}\nonly = true\n\
             require = {{ status = \"active\" }}\n"
        )
    };
    let mut one = company();
    one.as_array_mut().unwrap().retain(|item| {
        !["ORG#twisted", "ORG#empty", "ORG#odd", "ORG#closed"]
            .contains(&item["sk"].as_str().unwrap())
    });
    let only = decided("globex", Some("mine"), json!({ "org": "globex", "flags": "g,guest" }));
    assert_eq!(decide_on(&policy(""), &one, &sign_in()), only);
    assert_eq!(decide_on(&policy(""), &company(), &sign_in()), Err(Reason::TooMany));
    let none = json!([{ "pk": "USER#1", "sk": "ORG#hooli", "org": "hooli", "status": "removed" }]);
    assert_eq!(decide_on(&policy(""), &none, &sign_in()), Err(Reason::NoTenant));
    let nothing = decide_on(&policy("optional = true\n"), &none, &sign_in());
    assert_eq!(nothing, Ok((None, None, json!({}))));
    // Neither a page that isn't the last, nor a table that fails, is none.
    let mut many: Vec<Value> = (0..101)
        .map(
            |number| json!({ "pk": "USER#1", "sk": format!("ORG#o{number}"), "status": "removed" }),
        )
        .collect();
    let crowd = Value::from(many.clone());
    let optional = policy("optional = true\n");
    assert_eq!(decide_on(&optional, &crowd, &sign_in()), Err(Reason::TooMany));
    many.truncate(20);
    assert!(decide_on(&optional, &Value::from(many), &sign_in()).is_ok());
    let store = Failing { inner: items(&one.to_string()), prefix: "USER".to_owned() };
    let refusal = run(&Trigger::new(policy_of(&optional), store), &sign_in().to_string());
    assert_eq!(refusal.unwrap_err().reason, Reason::StoreFailed);
}

#[test]
fn a_certain_no_comes_before_a_fault_of_its_round() {
    let policy_text = with_memberships("")
        + "[records.other]\nkey = { pk = \"OTHER#{sub}\", sk = \"PROFILE\" }\nrequire = \"exists\"\n";
    let refused = |unreadable: &str, org: Value| {
        let store =
            Unreadable { inner: items(&company().to_string()), prefix: unreadable.to_owned() };
        let trigger = Trigger::new(policy_of(&policy_text), store);
        run(&trigger, &asking(org).to_string()).unwrap_err()
    };
    // The first record can't be read, a later one is surely not there.
    let refusal = refused("USER#1/PROFILE", json!(null));
    assert_eq!(
        (refusal.reason, refusal.subject),
        (Reason::RecordMissing, Subject::Record("other".into()))
    );
    // What the caller chose is refused before anything is read.
    let refusal = refused("", json!("no id"));
    assert_eq!(refusal.reason, Reason::ChoiceRefused);
    assert_eq!(refusal.subject, Subject::Record("membership".into()));
    // A failed proof comes before a guard of its round that nobody could read.
    let mut with_other = company();
    let other = json!({ "pk": "OTHER#1", "sk": "PROFILE" });
    with_other.as_array_mut().unwrap().push(other);
    let at = |unreadable: &str, org: &str| {
        let inner = items(&with_other.to_string());
        let store = Unreadable { inner, prefix: unreadable.to_owned() };
        let trigger = Trigger::new(policy_of(&policy_text), store);
        run(&trigger, &asking(json!(org)).to_string()).unwrap_err()
    };
    assert_eq!(at("OTHER#1", "twisted").reason, Reason::ChoiceRefused);
    assert_eq!(at("OTHER#1", "twisted").subject, Subject::Tenant);
    assert_eq!(at("OTHER#1", "globex").reason, Reason::StoreFailed);
    assert_eq!(at("OTHER#1", "globex").subject, Subject::Record("other".into()));
}

#[test]
fn an_id_that_any_keys_separators_would_part_is_none() {
    let by_name = TABLE.replace("file =", "name =");
    let policy_text = format!(
        "{by_name}[tenant]\nid = \"slug\"\nperson = \"user.org\"\n{USER}\
         [records.org]\ntable = \"orgs\"\nkey = {{ id = \"org-{{tenant}}-x\" }}\n\
         [claims.org]\nfrom = \"tenant\"\n[claims.tier]\nfrom = \"org.tier\"\n"
    );
    let at = |org: &str| {
        let user = json!([{ "pk": "USER#1", "sk": "PROFILE", "org": org }]);
        let tables = [table("pk", Some("sk")), table("id", None)];
        let store = items_of(&user.to_string(), &tables);
        run(&Trigger::new(policy_of(&policy_text), store), &sign_in().to_string())
            .map(|answer| Value::from(added(&answer, "id")))
            .map_err(|refusal| refusal.reason)
    };
    assert_eq!(at("acme"), Ok(json!({ "org": "acme" })));
    assert_eq!(at("acme-eu"), Err(Reason::RecordMalformed));
}
