//! Records of several items: what a query finds, an item for each word of a list, and what claims
//! make of them.

use crate::failing::*;
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::outcome::{Fault, Reason};
use claimsmith::records::{AskedBy, NotAsked, State};
use serde_json::{Value, json};

const TABLE: &str =
    "version = 1\n[table]\nfile = \"x\"\npartition_key = \"pk\"\nsort_key = \"sk\"\n";
const MINE: &str = "[records.mine]\nquery = { pk = \"USER#{sub}\", sk = \"ORG#{*}\" }\n\
    require = { status = [\"active\"] }\nat_most = 3\n";
const TENANT: &str = "[tenant]\nid = \"slug\"\nperson = \"user.org\"\n";

fn membership(org: &str, status: &str) -> Value {
    json!({ "pk": "USER#1", "sk": format!("ORG#{org}"), "org_id": org, "name": org.to_uppercase(),
            "status": status, "flags": [org] })
}

fn trigger(rules: &str, records: &Value) -> Trigger<claimsmith::records::file::FileStore> {
    Trigger::new(policy(&format!("{TABLE}{TENANT}{rules}")), items(&records.to_string()))
}

/// The claims of the ID token.
fn claims(rules: &str, records: &Value) -> Result<Value, Reason> {
    let answer = run(&trigger(rules, records), &sign_in().to_string());
    answer.map(|answer| added(&answer, "id").into()).map_err(|refusal| refusal.reason)
}

/// Ada's profile and the given items.
fn with_profile(profile: Value, others: &[Value]) -> Value {
    let mut user = profile;
    user["pk"] = "USER#1".into();
    user["sk"] = "PROFILE".into();
    if user.get("org").is_none() {
        user["org"] = "acme".into();
    }
    [&[user], others].concat().into()
}

const HOME: &str =
    "[records.user]\nkey = { pk = \"USER#{sub}\", sk = \"PROFILE\" }\nrequire = \"exists\"\n";

#[test]
fn a_query_brings_the_matches_and_no_neighbours() {
    let rules = format!(
        "{HOME}{MINE}[claims.orgs]\nfrom = \"mine\"\nfields = {{ id = \"org_id\", name = \"name\" }}\n\
         [claims.ids]\nfrom = \"mine.org_id\"\ntype = \"list\"\n[claims.flags]\nmerge = \"mine.flags\"\n"
    );
    let mut nameless = membership("hooli", "active");
    nameless.as_object_mut().unwrap().remove("name");
    let records = with_profile(
        json!({}),
        &[
            membership("globex", "active"),
            membership("acme", "active"),
            membership("umbrella", "removed"),
            nameless,
            json!({ "pk": "USER#1", "sk": "ORG#acme#INVITE", "org_id": "acme", "status": "active" }),
            json!({ "pk": "USER#1", "sk": "ORG", "org_id": "acme", "status": "active" }),
            json!({ "pk": "USER#1", "sk": "ORGS", "org_id": "acme", "status": "active" }),
            json!({ "pk": "USER#2", "sk": "ORG#acme", "org_id": "acme", "status": "active" }),
        ],
    );
    let expected = json!({
        "orgs": [{ "id": "acme", "name": "ACME" }, { "id": "globex", "name": "GLOBEX" }, { "id": "hooli" }],
        "ids": ["acme", "globex", "hooli"],
        "flags": "acme,globex,hooli",
    });
    assert_eq!(claims(&rules, &records), Ok(expected));
    let none = json!({ "orgs": [], "ids": [] });
    assert_eq!(claims(&rules, &with_profile(json!({}), &[])), Ok(none));

    let trigger = trigger(&rules, &records);
    decide(&trigger, &sign_in().to_string(), |decided| {
        let [first] = decided.reads.as_slice() else { panic!("{:?}", decided.reads) };
        let [user, mine] = first.as_slice() else { panic!("{first:?}") };
        assert_eq!((user.record, user.by), ("user", AskedBy::Key));
        assert_eq!((mine.record, mine.by), ("mine", AskedBy::Query { index: None }));
        assert_eq!(
            (mine.key.partition.as_str(), mine.key.sort.as_deref()),
            ("USER#1", Some("ORG#"))
        );
    })
    .unwrap();
}

#[test]
fn more_than_allowed_is_unknown_unless_the_first_are_enough() {
    let matches: Vec<Value> =
        ["a", "b", "c", "d"].iter().map(|org| membership(org, "active")).collect();
    let rules = |first: &str| {
        format!(
            "{HOME}{MINE}[claims.orgs]\nfrom = \"mine\"\nfields = {{ id = \"org_id\" }}\n{first}\
             [claims.ids]\nfrom = \"mine.org_id\"\ntype = \"list\"\n{first}\
             [claims.flags]\nmerge = \"mine.flags\"\n"
        )
    };
    let three = with_profile(json!({}), &matches[..3]);
    let four = with_profile(json!({}), &matches);
    let ids = |ids: &[&str]| ids.iter().map(|id| json!({ "id": id })).collect::<Vec<_>>();
    let all = json!({ "orgs": ids(&["a", "b", "c"]), "ids": ["a", "b", "c"], "flags": "a,b,c" });
    assert_eq!(claims(&rules(""), &three), Ok(all));
    assert_eq!(claims(&rules(""), &four), Ok(json!({ "claims_omitted": "flags,ids,orgs" })));
    let cut = json!({ "orgs": ids(&["a", "b"]), "ids": ["a", "b"], "claims_cut": "ids,orgs" });
    let mut of_three = cut.clone();
    of_three["flags"] = "a,b,c".into();
    assert_eq!(claims(&rules("first = 2\n"), &three), Ok(of_three));
    let mut of_four = cut;
    of_four["claims_omitted"] = "flags".into();
    assert_eq!(claims(&rules("first = 2\n"), &four), Ok(of_four));
    let mut whole = json!({ "orgs": ids(&["a", "b", "c"]), "ids": ["a", "b", "c"] });
    whole["flags"] = "a,b,c".into();
    assert_eq!(claims(&rules("first = 3\n"), &three), Ok(whole));
    // More than `first` that were never looked at are as much of a cut.
    let cut = claims(&rules("first = 3\n"), &four).unwrap();
    assert_eq!((&cut["ids"], &cut["claims_cut"]), (&json!(["a", "b", "c"]), &json!("ids,orgs")));
}

#[test]
fn what_cuts_a_list_counts_against_the_budget() {
    let matches = [membership("a", "active"), membership("b", "active")];
    let rules =
        format!("{HOME}{MINE}[claims.ids]\nfrom = \"mine.org_id\"\ntype = \"list\"\nfirst = 1\n");
    let trigger = trigger(&rules, &with_profile(json!({}), &matches));
    let size = decide(&trigger, &sign_in().to_string(), |decided| {
        let answer = decided.answer().unwrap();
        assert_eq!(added(answer, "id")["claims_cut"], "ids");
        let tokens = decided.outcome.as_ref().unwrap();
        let [id, access] =
            [("id", &tokens.id), ("access", &tokens.access)].map(|(token, fitted)| {
                let upper = fitted.as_ref().unwrap().after.upper;
                assert_eq!(
                    encoded_length(&largest_payload(answer, token, false)),
                    upper,
                    "{token}"
                );
                upper
            });
        assert!(access < id);
        id
    });
    // One that is shed is not cut.
    let tight = format!("{rules}shed = 1\n[tokens.id]\nbudget = {}\n", size.unwrap() - 1);
    let shed = claims(&tight, &with_profile(json!({}), &matches)).unwrap();
    assert_eq!(shed, json!({ "claims_omitted": "ids" }));
}

#[test]
fn a_list_of_which_there_is_more_neither_names_groups_nor_items_to_read() {
    let four: Vec<Value> =
        ["a", "b", "c", "d"].iter().map(|org| membership(org, "active")).collect();
    let groups = format!("{HOME}{MINE}[groups]\nmode = \"add\"\nfrom = \"mine.org_id\"\n");
    assert_eq!(claims(&groups, &with_profile(json!({}), &four)), Err(Reason::TooMany));
    assert!(claims(&groups, &with_profile(json!({}), &four[..3])).is_ok());

    let each = format!(
        "{HOME}{MINE}[records.seat]\neach = \"mine.org_id\"\nkey = {{ pk = \"USER#{{sub}}\", sk = \"SEAT#{{each}}\" }}\n\
         at_most = 9\nmissing = \"skip\"\n[claims.seats]\nfrom = \"seat.name\"\ntype = \"list\"\n"
    );
    let seats = json!({ "pk": "USER#1", "sk": "SEAT#b", "name": "window" });
    let with = |count: usize| {
        with_profile(json!({}), &[&four[..count], std::slice::from_ref(&seats)].concat())
    };
    assert_eq!(claims(&each, &with(3)), Ok(json!({ "seats": ["window"] })));
    assert_eq!(claims(&each, &with(4)), Ok(json!({ "claims_omitted": "seats" })));
}

#[test]
fn a_page_that_is_not_the_last_is_not_all() {
    // The page has a hundred items, and none of the first hundred is a match.
    let removed = |number: usize| membership(&format!("a{number:03}"), "removed");
    let mut others: Vec<Value> = (0..100).map(removed).collect();
    others.push(membership("z", "active"));
    let rules = format!("{HOME}{MINE}[claims.ids]\nfrom = \"mine.org_id\"\ntype = \"list\"\n");
    let full = claims(&rules, &with_profile(json!({}), &others));
    assert_eq!(full, Ok(json!({ "claims_omitted": "ids" })));
    others.drain(..2);
    let last = claims(&rules, &with_profile(json!({}), &others));
    assert_eq!(last, Ok(json!({ "ids": ["z"] })));
}

#[test]
fn a_query_that_fails_takes_nothing_else_with_it() {
    let rules = format!(
        "{TABLE}{TENANT}{HOME}[records.shared]\nshared = true\nquery = {{ pk = \"ALL\", sk = \"F#{{*}}\" }}\n\
         at_most = 5\n[claims.all]\nmerge = \"shared.flags\"\n[claims.name]\nfrom = \"user.name\"\n"
    );
    let records = with_profile(json!({ "name": "Ada" }), &[]);
    let store = Failing { inner: items(&records.to_string()), prefix: "ALL".to_owned() };
    let trigger = Trigger::new(policy(&rules), store);
    let seen = decide(&trigger, &sign_in().to_string(), |decided| {
        assert_eq!(decided.store_faults.len(), 1);
        assert_eq!(decided.records[1], State::Unknown(Fault::Store));
        Value::from(added(decided.answer().unwrap(), "id"))
    });
    assert_eq!(seen.unwrap(), json!({ "name": "Ada", "claims_omitted": "all" }));
}

#[test]
fn an_item_for_each_word_of_a_list() {
    let rules = |missing: &str| {
        format!(
            "{HOME}[records.role]\neach = \"member.roles\"\nkey = {{ pk = \"ORG#{{tenant}}\", sk = \"ROLE#{{each}}\" }}\n\
             at_most = 2\n{missing}[claims.can]\nmerge = \"role.permissions\"\n\
             [claims.list]\nfrom = \"role.permissions\"\ntype = \"list\"\n"
        )
    };
    let roles = [
        json!({ "pk": "ORG#acme", "sk": "ROLE#admin", "permissions": ["b:write", "a:read"] }),
        json!({ "pk": "ORG#acme", "sk": "ROLE#reader", "permissions": ["a:read", "c:read"] }),
        json!({ "pk": "ORG#acme", "sk": "ROLE#7", "permissions": { "a": true } }),
        json!({ "pk": "ORG#globex", "sk": "ROLE#owner", "permissions": ["all"] }),
    ];
    let omitted = json!({ "claims_omitted": "can,list" });
    for (of_ada, missing, expected) in [
        (json!(["admin", "reader"]), "", json!({ "list": ["b:write", "a:read", "c:read"] })),
        (
            json!(["reader", "admin", "reader"]),
            "",
            json!({ "list": ["a:read", "c:read", "b:write"] }),
        ),
        (json!([]), "", json!({ "list": [] })),
        (json!(null), "", json!({})),
        (json!(["admin", "gone"]), "", omitted.clone()),
        (
            json!(["admin", "gone"]),
            "missing = \"skip\"\n",
            json!({ "list": ["b:write", "a:read"] }),
        ),
        (json!(["gone"]), "missing = \"skip\"\n", json!({ "list": [] })),
        (json!(["owner"]), "missing = \"skip\"\n", json!({ "list": [] })),
        (json!(["a", "b", "c"]), "missing = \"skip\"\n", omitted.clone()),
        (json!(["a b"]), "missing = \"skip\"\n", omitted.clone()),
        (json!(["admin", true]), "missing = \"skip\"\n", omitted.clone()),
        (json!("admin"), "missing = \"skip\"\n", omitted.clone()),
        (json!([7]), "", json!({ "can": "a", "claims_omitted": "list" })),
    ] {
        let records = with_profile(json!({ "roles": of_ada }), &roles);
        let mut found = claims(&rules(missing), &records).unwrap();
        // Permissions with a colon are no flags.
        if expected.get("can").is_none() && found["can"] == "" {
            found.as_object_mut().unwrap().remove("can");
        }
        assert_eq!(found, expected, "{of_ada}");
    }
}

#[test]
fn a_list_that_is_about_an_organisation_is_not_read_without_one() {
    let optional = TENANT.replace("person", "optional = true\nperson");
    let rules = format!(
        "{TABLE}{optional}{HOME}[records.role]\neach = \"member.roles\"\n\
         key = {{ pk = \"ORG#{{tenant}}\", sk = \"ROLE#{{each}}\" }}\nat_most = 2\n\
         [claims.can]\nmerge = \"role.permissions\"\n"
    );
    let records = json!([{ "pk": "USER#1", "sk": "PROFILE", "roles": ["admin"] }]);
    let trigger = Trigger::new(policy(&rules), items(&records.to_string()));
    let state = decide(&trigger, &sign_in().to_string(), |decided| decided.records[1].clone());
    assert_eq!(state.unwrap(), State::NotAsked(NotAsked::NoTenant));
}

#[test]
fn numbers_are_keys_where_the_table_says_so() {
    let rules = "version = 1\n[table]\nname = \"x\"\npartition_key = \"id\"\nsort_key = \"at\"\n\
        keys = { id = \"number\", at = \"number\", plan_id = \"number\" }\n\
        [tenant]\nid = \"number\"\nperson = \"attributes.custom:org\"\n[pool]\nadmin_only = [\"custom:org\"]\n\
        [records.org]\nkey = { id = \"{tenant}\", at = \"0\" }\n\
        [records.seats]\nquery = { id = \"{tenant}\", at = \"{*}\" }\nat_most = 9\n\
        [records.plan]\nshared = true\ntable = \"plans\"\nkey = { plan_id = \"{org.plan}\" }\n\
        [claims.name]\nfrom = \"org.name\"\n[claims.plan]\nfrom = \"plan.name\"\n\
        [claims.seats]\nfrom = \"seats\"\nfields = { at = \"at\" }\n";
    let mut tables = [table("id", Some("at")), table("plan_id", None)];
    tables[0].numbers = ["id".to_owned(), "at".to_owned()].into();
    tables[1].numbers = ["plan_id".to_owned()].into();
    let found = |plan: Value, org: &str| {
        let records = json!([
            { "id": 42, "at": 0, "name": "Acme", "plan": plan },
            { "id": 42, "at": 10, "name": "ten" },
            { "id": 42, "at": 9, "name": "nine" },
            { "plan_id": 7, "name": "Pro" },
        ]);
        let store = items_of(&records.to_string(), &tables);
        let mut event = sign_in();
        event["request"]["userAttributes"]["custom:org"] = org.into();
        run(&Trigger::new(policy(rules), store), &event.to_string())
            .map(|answer| Value::from(added(&answer, "id")))
            .map_err(|refusal| refusal.reason)
    };
    let seats = json!([{ "at": 0 }, { "at": 9 }, { "at": 10 }]);
    let without = json!({ "name": "Acme", "seats": seats });
    let mut with = without.clone();
    with["plan"] = "Pro".into();
    for (plan, expected) in [
        (json!(7), &with),
        (json!("7"), &with),
        (json!(7.0), &with),
        (json!("07"), &without),
        (json!("pro"), &without),
        (json!(8), &without),
    ] {
        assert_eq!(found(plan.clone(), "42"), Ok(expected.clone()), "{plan}");
    }
    assert_eq!(found(json!(7), "042"), Err(Reason::RecordMalformed));
    assert_eq!(found(json!(7), "43"), Ok(json!({ "seats": [] })));
}
