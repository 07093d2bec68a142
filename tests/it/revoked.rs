//! `not_revoked`: a record that keeps whoever it names from getting tokens.

use std::sync::Arc;
use std::sync::Mutex;

use crate::failing::*;
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::identity::Kind;
use claimsmith::outcome::{Reason, Refusal, Subject};
use claimsmith::policy::{Keep, Policy, Sizes};
use claimsmith::records::Known;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError};
use serde_json::{Value, json};

const RULES: &str = "version = 1\n[table]\nfile = \"x\"\npartition_key = \"pk\"\n\
                     [records.revoked]\nkey = { pk = \"REVOKED#{sub}\" }\n\
                     require = \"not_revoked\"\n[claims.plan]\nvalue = \"pro\"\n";

fn refusal_of(rules: &str, items: &Value, event: &Value) -> Option<Refusal> {
    let store = items_of(&items.to_string(), &[table("pk", None)]);
    run(&Trigger::new(policy(rules), store), &event.to_string()).err()
}

fn reason(items: &Value) -> Option<Reason> {
    refusal_of(RULES, items, &sign_in()).map(|refusal| refusal.reason)
}

#[test]
fn who_has_no_item_gets_tokens_and_who_has_one_does_not() {
    assert_eq!(reason(&json!([])), None);
    assert_eq!(reason(&json!([{ "pk": "REVOKED#2" }])), None);
    let refusal = refusal_of(RULES, &json!([{ "pk": "REVOKED#1" }]), &sign_in()).unwrap();
    assert_eq!(refusal.reason, Reason::Revoked);
    assert_eq!(refusal.subject, Subject::Record("revoked".to_owned()));
    assert_eq!(refusal.cause, "record `revoked` says that who asks is revoked");
    assert_eq!(refusal.reason.default_message(), "sign-in refused");
    // A refresh is asked as a sign-in is.
    let mut refresh = sign_in();
    refresh["triggerSource"] = "TokenGeneration_RefreshTokens".into();
    let refusal = refusal_of(RULES, &json!([{ "pk": "REVOKED#1" }]), &refresh);
    assert_eq!(refusal.map(|refusal| refusal.reason), Some(Reason::Revoked));
}

#[test]
fn who_may_sign_in_again_has_a_time_and_nothing_else_is_one() {
    let with = |before: &str| {
        reason(&json_of(&format!(r#"[{{ "pk": "REVOKED#1", "before": {before} }}]"#)))
    };
    for time in ["0", "1900000000", "18446744073709551615"] {
        assert_eq!(with(time), None, "{time}");
    }
    // The authorizer takes these for no time either.
    for other in
        ["\"1900000000\"", "\"soon\"", "-1", "1.5", "18446744073709551616", "null", "true", "{}"]
    {
        assert_eq!(with(other), Some(Reason::Revoked), "{other}");
    }
}

#[test]
fn what_can_not_be_known_refuses() {
    let store = || items_of("[]", &[table("pk", None)]);
    let at = |outcome: Result<String, Refusal>| outcome.unwrap_err().reason;
    let event = sign_in().to_string();
    let prefix = || "REVOKED".to_owned();
    let unreadable = Unreadable { inner: store(), prefix: prefix() };
    assert_eq!(at(run(&Trigger::new(policy(RULES), unreadable), &event)), Reason::StoreFailed);
    let failing = Failing { inner: store(), prefix: prefix() };
    assert_eq!(at(run(&Trigger::new(policy(RULES), failing), &event)), Reason::StoreFailed);
    // Without a `sub` nobody knows which item would say so.
    let mut nobody = sign_in();
    nobody["request"]["userAttributes"].as_object_mut().unwrap().remove("sub");
    assert_eq!(refusal_of(RULES, &json!([]), &nobody).unwrap().reason, Reason::RecordMissing);
}

#[test]
fn a_machine_and_an_organisation_can_be_revoked_as_well() {
    let rules =
        include_str!("../policy/right/revoked.toml").replace("name = \"items\"", "file = \"x\"");
    let at = |revoked: Value, event: &Value| {
        let items = json!([
            { "pk": "USER#1", "sk": "PROFILE", "org_id": "acme" },
            { "pk": "CLIENT#batch", "sk": "PROFILE", "org_id": "acme" },
            revoked,
        ]);
        let store = items_of(&items.to_string(), &[table("pk", Some("sk"))]);
        let refusal = run(&Trigger::new(policy(&rules), store), &event.to_string()).err();
        refusal.map(|refusal| (refusal.reason, refusal.subject))
    };
    let revoked = |record: &str| Some((Reason::Revoked, Subject::Record(record.to_owned())));
    for (item, person, client) in [
        (json!({ "pk": "REVOKED#1", "sk": "REVOKED" }), revoked("revoked"), None),
        (json!({ "pk": "REVOKED#batch", "sk": "REVOKED" }), None, revoked("revoked_client")),
        (
            json!({ "pk": "REVOKED#acme", "sk": "ORG" }),
            revoked("revoked_org"),
            revoked("revoked_org"),
        ),
        (json!({ "pk": "REVOKED#hooli", "sk": "ORG" }), None, None),
    ] {
        assert_eq!(at(item.clone(), &sign_in()), person, "{item}");
        assert_eq!(at(item.clone(), &machine()), client, "{item}");
    }
}

/// A read: its key, whether it is consistent, and how long its answer may be kept.
type Seen = (String, bool, Option<Keep>);

/// A store, and what it was asked.
#[derive(Debug)]
struct Watched<S> {
    inner: S,
    asked: Arc<Mutex<Vec<Seen>>>,
}

impl<S: Store + Sync> Store for Watched<S> {
    async fn read(&self, reads: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        self.asked.lock().unwrap().extend(
            reads.iter().map(|read| (read.key.partition.clone(), read.consistent, read.keep)),
        );
        self.inner.read(reads).await
    }

    async fn query(&self, query: &Query<'_>) -> Result<Known<Page>, StoreError> {
        self.inner.query(query).await
    }
}

#[test]
fn each_sign_in_reads_it_consistently_and_nothing_is_kept() {
    // Another record with the same key may be kept, and the stricter wish counts.
    let rules = format!(
        "{RULES}[records.note]\nkey = {{ pk = \"REVOKED#{{sub}}\" }}\ncache = \"60s\"\n\
         [claims.note]\nfrom = \"note.text\"\n"
    );
    let inner = items_of("[]", &[table("pk", None)]);
    let asked = Arc::default();
    let store = Watched { inner, asked: Arc::clone(&asked) };
    let trigger = Trigger::new(policy(&rules), store).remembering();
    for _ in 0..2 {
        run(&trigger, &sign_in().to_string()).unwrap();
    }
    let expected = ("REVOKED#1".to_owned(), true, None);
    assert_eq!(*asked.lock().unwrap(), [expected.clone(), expected]);
}

#[test]
fn it_proves_nothing_and_is_counted_as_a_read() {
    let policy: Policy = policy(RULES);
    let proofs = policy.proofs();
    assert_eq!(proofs.records[0].require.as_ref().unwrap().spelled(), "not_revoked");
    let bounds = policy.bounds(Kind::User);
    assert_eq!((bounds.warm.items(), bounds.warm.units(Sizes::USUAL).halves), (1, 2));
}
