//! What a token grants beyond its claims: scopes that data limits, and session tags.

use crate::failing::*;
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::outcome::{Reason, Subject};
use cognito_claims::TokenUse;
use serde_json::{Value, json};

const TABLE: &str = "version = 1\n[table]\nfile = \"x\"\npartition_key = \"pk\"\n";
const CLIENT: &str = "[records.client]\nfor = \"client\"\nkey = { pk = \"CLIENT#{client_id}\" }\n";

/// What is added to and taken from the scopes of a machine that asks for two.
fn scopes(access: &str, client: Value, event: &Value) -> Result<[Value; 2], (Reason, Subject)> {
    let user = "[records.user]\nkey = { pk = \"USER#{sub}\" }\nrequire = \"exists\"\n";
    let rules = format!("{TABLE}{user}{CLIENT}require = \"exists\"\n[tokens.access]\n{access}");
    let mut item = client;
    item["pk"] = "CLIENT#batch".into();
    let trigger =
        Trigger::new(policy(&rules), items_of(&json!([item]).to_string(), &[table("pk", None)]));
    let answer = run(&trigger, &event.to_string());
    let answer = answer.map_err(|refusal| (refusal.reason, refusal.subject))?;
    let generation = match details(&answer) {
        Value::Null => Value::Null,
        _ => generation(&answer, "access"),
    };
    Ok(["scopesToAdd", "scopesToSuppress"].map(|key| generation[key].clone()))
}

#[test]
fn data_only_limits_what_was_asked_for() {
    let limit = "limit_scopes = \"client.scopes\"\n";
    let suppressed = |gone: &[&str]| match gone {
        [] => Ok([Value::Null, Value::Null]),
        gone => Ok([Value::Null, json!(gone)]),
    };
    for (list, gone) in [
        (json!(["api/read", "api/write", "api/more"]), &[][..]),
        (json!(["api/read"]), &["api/write"]),
        (json!([]), &["api/read", "api/write"]),
        (json!(["API/READ", "api/"]), &["api/read", "api/write"]),
    ] {
        let found = scopes(limit, json!({ "scopes": list }), &machine());
        assert_eq!(found, suppressed(gone), "{list}");
    }
    let access = Subject::Token(TokenUse::Access);
    for (list, reason) in [
        (json!(null), Reason::ClaimMissing),
        (json!(""), Reason::ClaimMissing),
        (json!("api/read"), Reason::RecordMalformed),
        (json!(["api/read", 1]), Reason::RecordMalformed),
        (json!({ "api/read": true }), Reason::RecordMalformed),
    ] {
        let found = scopes(limit, json!({ "scopes": list }), &machine());
        assert_eq!(found, Err((reason, access.clone())), "{list}");
    }
    // Nobody knows what was asked for.
    let mut silent = machine();
    silent["request"].as_object_mut().unwrap().remove("scopes");
    let found = scopes(limit, json!({ "scopes": ["api/read"] }), &silent);
    assert_eq!(found, Err((Reason::ClaimMissing, access)));
}

#[test]
fn what_the_file_takes_away_and_what_data_does_are_one_list() {
    let both =
        "limit_scopes = \"client.scopes\"\nsuppress_scopes = [\"api/write\", \"api/admin\"]\n";
    let found = scopes(both, json!({ "scopes": ["api/write"] }), &machine());
    assert_eq!(found, Ok([Value::Null, json!(["api/write", "api/admin", "api/read"])]));
}

#[test]
fn what_the_file_adds_is_limited_too() {
    let rules = "add_scopes = [\"api/read\", \"api/more\"]\nlimit_scopes = \"client.scopes\"\n";
    let found = scopes(rules, json!({ "scopes": ["api/write", "api/more"] }), &machine());
    assert_eq!(found, Ok([json!(["api/more"]), json!(["api/read"])]));
}

#[test]
fn a_limit_that_can_not_be_read_refuses() {
    let rules = format!("{TABLE}{CLIENT}[tokens.access]\nlimit_scopes = \"client.scopes\"\n");
    let store = Failing { inner: items_of("[]", &[table("pk", None)]), prefix: String::new() };
    let refusal = run(&Trigger::new(policy(&rules), store), &machine().to_string()).unwrap_err();
    assert_eq!(refusal.reason, Reason::StoreFailed);
    assert_eq!(refusal.cause, "the scopes are limited by `client.scopes`, which can't be known");
}

const TAGS: &str = "[records.user]\nkey = { pk = \"USER#{sub}\" }\n\
    [claims.org]\nfrom = \"user.org\"\nshed = 1\n\
    [claims.seats]\nfrom = \"user.seats\"\ntype = \"integer\"\ndefault = 1\n\
    [claims.beta]\nfrom = \"user.beta\"\ntype = \"boolean\"\n\
    [session_tags]\ntags = { Org = \"org\", Seats = \"seats\", Beta = \"beta\" }\ntransitive = [\"Org\"]\n";

fn tags(rules: &str, user: Value, event: &Value) -> Result<Value, (Reason, Subject, String)> {
    let mut item = user;
    item["pk"] = "USER#1".into();
    let store = items_of(&json!([item]).to_string(), &[table("pk", None)]);
    let trigger = Trigger::new(policy(&format!("{TABLE}{TAGS}{PLAIN_POOL}{rules}")), store);
    let answer = run(&trigger, &event.to_string());
    let answer = answer.map_err(|refusal| (refusal.reason, refusal.subject, refusal.cause))?;
    assert!(!added(&answer, "access").contains_key("https://aws.amazon.com/tags"));
    Ok(added(&answer, "id").get("https://aws.amazon.com/tags").cloned().unwrap_or_default())
}

#[test]
fn session_tags_are_what_sts_reads() {
    let found = tags("", json!({ "org": "Büro 7", "seats": 12, "beta": true }), &sign_in());
    let expected = json!({
        "principal_tags": { "Org": ["Büro 7"], "Seats": ["12"], "Beta": ["true"] },
        "transitive_tag_keys": ["Org"],
    });
    assert_eq!(found, Ok(expected));
}

#[test]
fn a_tag_without_a_value_that_aws_takes_refuses() {
    let claim = |name: &str| Subject::Claim(name.to_owned());
    let missing = "session tag `Org` needs claim `org`, which has no value";
    let found = tags("", json!({ "beta": true }), &sign_in());
    assert_eq!(found, Err((Reason::ClaimMissing, claim("org"), missing.to_owned())));
    for unfit in ["a#b", "a,b", "a*", &"x".repeat(257)] {
        let (reason, subject, cause) =
            tags("", json!({ "org": unfit, "beta": true }), &sign_in()).unwrap_err();
        assert_eq!((reason, subject), (Reason::RecordMalformed, claim("org")), "{unfit}");
        assert!(!cause.contains(unfit), "{cause}");
    }
    let malformed = tags("", json!({ "org": "a", "beta": "yes" }), &sign_in()).unwrap_err();
    assert_eq!((malformed.0, malformed.1), (Reason::RecordMalformed, claim("beta")));
    let version_one = tags("", json!({ "org": "a", "beta": true }), &sign_in_1()).unwrap_err();
    let id = Subject::Token(TokenUse::Id);
    assert_eq!((version_one.0, version_one.1), (Reason::ClaimMissing, id));
    let client = "[clients.web]\nclaims = [\"org\", \"seats\"]\n";
    let excluded = tags(client, json!({ "org": "a", "beta": true }), &sign_in()).unwrap_err();
    assert_eq!((excluded.0, excluded.1), (Reason::ClaimMissing, claim("beta")));
}

#[test]
fn a_tag_is_never_shed_and_a_machine_has_none() {
    let long = "x".repeat(250);
    // The claim leaves, its tag stays.
    let user = json!({ "org": long, "beta": true });
    let roomy = tags("", user.clone(), &sign_in()).unwrap();
    let tight = tags("[tokens.id]\nbudget = 1900\n", user.clone(), &sign_in());
    assert_eq!(tight, Ok(roomy));
    let too_tight = tags("[tokens.id]\nbudget = 1600\n", user, &sign_in()).unwrap_err();
    assert_eq!(too_tight.0, Reason::BudgetImpossible);
    let store = items_of("[]", &[table("pk", None)]);
    let trigger = Trigger::new(policy(&format!("{TABLE}{TAGS}")), store);
    assert!(run(&trigger, &machine().to_string()).is_ok());
}
