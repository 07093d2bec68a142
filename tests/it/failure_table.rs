//! Every row of the failure table in docs/failures.md, made to happen.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::failing::*;
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::outcome::{Reason, Refusal};
use claimsmith::policy::DEFAULT_POLICY;
use claimsmith::records::Known;
use claimsmith::records::store::{Item, Page, Query, Read, Store, StoreError};
use claimsmith::system_clock::SystemClock;
use serde_json::json;
use tokio::time::Instant;

const DOCUMENT: &str = include_str!("../../docs/failures.md");

fn event(name: &str) -> String {
    let found = readable_corpus().into_iter().find(|(path, _)| path == name);
    found.unwrap_or_else(|| panic!("no event {name}")).1
}

/// What an event gives under a changed default policy and the demo company.
fn refusal_with(changes: &[(&str, &str)], name: &str) -> Refusal {
    let mut text = DEFAULT_POLICY.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "the default policy has no `{from}`");
        text = text.replace(from, to);
    }
    run(&Trigger::new(policy(&text), demo()), &event(name)).unwrap_err()
}

fn refusal(name: &str) -> Refusal {
    refusal_with(&[], name)
}

fn pool(section: &str) -> String {
    format!("version = 1\n\n[pool]\n{section}\n")
}

#[test]
fn the_document_has_exactly_the_reasons_of_the_code() {
    let rows: Vec<&str> = DOCUMENT
        .lines()
        .skip_while(|line| !line.starts_with("| reason"))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| line.split('`').nth(1).unwrap())
        .collect();
    assert_eq!(rows, Reason::ALL.map(Reason::as_str));
    for reason in Reason::ALL {
        let row = DOCUMENT.lines().find(|line| line.starts_with(&format!("| `{reason}`"))).unwrap();
        assert!(row.contains(reason.default_message()), "{reason}: {row}");
    }
}

#[test]
fn an_unknown_source_without_a_person_is_refused_whatever_the_policy_asks() {
    let rules = "version = 1\n[claims.plan]\nvalue = \"x\"\n";
    let trigger = || Trigger::new(policy(rules), items_of("[]", &[]));
    let refusal = run(&trigger(), &event("odd/derived-token-sub-missing.json")).unwrap_err();
    assert_eq!(refusal.reason, Reason::NoIdentity);
    // With a person, or by a source that is known, it is as ever.
    assert!(run(&trigger(), &event("odd/derived-token.json")).is_ok());
    assert!(run(&trigger(), &event("odd/sign-in-sub-missing.json")).is_ok());
}

#[test]
fn an_unreadable_event_is_refused() {
    for (name, text) in corpus("broken") {
        let trigger = Trigger::new(default_policy(), demo());
        let refusal = run(&trigger, &text).unwrap_err();
        assert_eq!(refusal.reason, Reason::UnreadableEvent, "{name}");
        assert!(refusal.cause.starts_with('$'), "{name}: {}", refusal.cause);
    }
}

#[test]
fn an_event_from_another_pool_or_client_is_refused() {
    let sign_in = "v2/sign-in.json";
    let elsewhere = pool("user_pools = [\"eu-west-1_ELSEWHERE\"]");
    assert_eq!(refusal_with(&[("version = 1", &elsewhere)], sign_in).reason, Reason::WrongPool);
    let other = pool("app_clients = [\"another\"]");
    assert_eq!(refusal_with(&[("version = 1", &other)], sign_in).reason, Reason::WrongClient);
    // An event that doesn't say where it comes from is from elsewhere.
    let nowhere = "odd/sign-in-caller-context-missing.json";
    assert_eq!(refusal_with(&[("version = 1", &other)], nowhere).reason, Reason::WrongClient);
}

#[test]
fn a_person_who_is_no_member_of_the_asked_organisation_is_refused() {
    let asked = refusal("v2/sign-in-switch-org-not-a-member.json");
    assert_eq!(asked.reason, Reason::RecordMissing);
    assert_eq!(asked.cause, "record `membership` is not in the table");
}

#[test]
fn a_suspended_organisation_is_refused() {
    assert_eq!(refusal("v2/sign-in-suspended-org.json").reason, Reason::RecordRefused);
}

#[test]
fn a_revoked_person_is_refused() {
    let rules = format!(
        "{DEFAULT_POLICY}\n[records.revoked]\n\
         key = {{ pk = \"REVOKED#{{sub}}\", sk = \"REVOKED\" }}\nrequire = \"not_revoked\"\n"
    );
    let revoked = r#"[{ "pk": "REVOKED#11111111-1111-4111-8111-111111111111", "sk": "REVOKED" },"#;
    let records = DEMO_RECORDS.replacen('[', revoked, 1);
    let at = |records: &str| {
        run(&Trigger::new(policy(&rules), items(records)), &event("v2/sign-in.json"))
    };
    assert!(at(DEMO_RECORDS).is_ok());
    assert_eq!(at(&records).unwrap_err().reason, Reason::Revoked);
}

#[test]
fn a_value_of_another_type_where_a_guard_looks_is_refused() {
    let records = DEMO_RECORDS.replace("\"status\": \"active\"", "\"status\": [\"active\"]");
    let trigger = Trigger::new(default_policy(), items(&records));
    let refusal = run(&trigger, &event("v2/sign-in.json")).unwrap_err();
    assert_eq!(refusal.reason, Reason::RecordRefused);
}

#[test]
fn an_organisation_that_is_no_id_is_refused() {
    let records = DEMO_RECORDS.replace("\"org_id\": \"acme-corp\"", "\"org_id\": \"acme corp\"");
    let trigger = Trigger::new(default_policy(), items(&records));
    let refusal = run(&trigger, &event("v2/sign-in.json")).unwrap_err();
    assert_eq!(refusal.reason, Reason::RecordMalformed);
}

#[test]
fn a_person_without_an_organisation_is_refused() {
    let records = DEMO_RECORDS.replace("\"org_id\": \"acme-corp\"", "\"home\": \"acme-corp\"");
    let trigger = Trigger::new(default_policy(), items(&records));
    let refusal = run(&trigger, &event("v2/sign-in.json")).unwrap_err();
    assert_eq!(refusal.reason, Reason::NoTenant);
}

#[test]
fn a_choice_that_can_not_be_is_refused() {
    let switch = event("v2/sign-in-switch-org.json");
    for choice in ["acme-corp#INVITE", ""] {
        let mut event = json_of(&switch);
        event["request"]["clientMetadata"]["org_id"] = choice.into();
        let trigger = Trigger::new(default_policy(), demo());
        let refusal = run(&trigger, &event.to_string()).unwrap_err();
        assert_eq!(refusal.reason, Reason::ChoiceRefused, "{choice:?}");
    }
}

#[test]
fn more_than_the_policy_allows_is_refused_where_it_decides() {
    let own = "key = { pk = \"USER#{sub}\", sk = \"ORG#{metadata.org_id}\" }";
    let all = "query = { pk = \"USER#{sub}\", sk = \"ORG#{*}\" }\nonly = true";
    let sources = "[\"membership.org_id\", \"user.org_id\"]";
    let change = [(own, all), (sources, "\"membership.org_id\"")];
    let refusal = refusal_with(&change, "v2/sign-in-switch-org.json");
    assert_eq!(refusal.reason, Reason::TooMany);
}

#[test]
fn a_required_claim_without_a_value_is_refused() {
    let text = DEFAULT_POLICY.replace("default = \"free\"", "required = true");
    let records = DEMO_RECORDS.replace("\"tier\": \"enterprise\"", "\"paid\": true");
    let trigger = Trigger::new(policy(&text), items(&records));
    let refusal = run(&trigger, &event("v2/sign-in.json")).unwrap_err();
    assert_eq!(refusal.reason, Reason::ClaimMissing);
    assert_eq!(refusal.cause, "claim `org_tier` is required and no source has a value");
}

#[test]
fn a_failing_table_is_refused_where_it_decides() {
    for prefix in ["USER", "ORG"] {
        let store = Failing { inner: demo(), prefix: prefix.to_owned() };
        let trigger = Trigger::new(default_policy(), store);
        let refusal = run(&trigger, &event("v2/sign-in.json")).unwrap_err();
        assert_eq!(refusal.reason, Reason::StoreFailed, "{prefix}");
    }
}

#[test]
fn a_failing_table_costs_no_sign_in_where_it_does_not_decide() {
    let store = Failing { inner: demo(), prefix: "TIER".to_owned() };
    let trigger = Trigger::new(default_policy(), store);
    let answer = run(&trigger, &event("v2/sign-in.json")).unwrap();
    for token in ["id", "access"] {
        let claims = added(&answer, token);
        assert_eq!(claims["org_id"], "acme-corp");
        assert_eq!(claims["claims_omitted"], "feature_flags");
        assert!(!claims.contains_key("feature_flags"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_table_that_never_answers_is_refused_within_the_deadline() {
    let trigger = Trigger::new(default_policy(), Hanging::default());
    let trigger = trigger.with_clock(SystemClock::default());
    let text = event("v2/sign-in.json");
    let started = Instant::now();
    let decided = trigger.decide(text.as_bytes(), trigger.policy.deadline).await.unwrap();
    assert_eq!(decided.outcome.unwrap_err().reason, Reason::DeadlinePassed);
    // One millisecond is the clock's own grain.
    let deadline = trigger.policy.deadline..=trigger.policy.deadline + Duration::from_millis(1);
    assert!(deadline.contains(&started.elapsed()), "{:?}", started.elapsed());
}

/// A store that answers queries, and never a read.
#[derive(Debug, Default)]
struct Deaf {
    reads: AtomicUsize,
    queries: AtomicUsize,
}

impl Store for Deaf {
    async fn read(&self, _: &[Read<'_>]) -> Result<Vec<Known<Arc<Item>>>, StoreError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        std::future::pending().await
    }

    async fn query(&self, _: &Query<'_>) -> Result<Known<Page>, StoreError> {
        self.queries.fetch_add(1, Ordering::Relaxed);
        let item = json!({ "pk": "x", "sk": "ORG#acme-corp", "org_id": "acme-corp" });
        let item = Arc::new(item.as_object().unwrap().clone());
        Ok(Known::Value(Page { items: vec![item], is_last: true }))
    }
}

#[tokio::test(start_paused = true)]
async fn past_the_deadline_nothing_more_is_asked_for() {
    // The second round's keys have a value though a read of the first round never answers.
    let text = r#"
        version = 1
        [table]
        name = "table"
        partition_key = "pk"
        sort_key = "sk"
        [records.user]
        key = { pk = "USER#{sub}", sk = "PROFILE" }
        [tenant]
        id = "slug"
        person = "mine.org_id"
        [records.mine]
        query = { pk = "USER#{sub}", sk = "ORG#{*}" }
        only = true
        require = "exists"
        [records.org]
        key = { pk = "ORG#{tenant}", sk = "PROFILE" }
        [records.seats]
        query = { pk = "ORG#{tenant}", sk = "SEAT#{*}" }
        at_most = 5
        [claims.name]
        from = "user.name"
        [claims.org]
        from = "tenant"
        [claims.tier]
        from = "org.tier"
        [claims.seats]
        from = "seats.id"
        type = "list"
    "#;
    let trigger = Trigger::new(policy(text), Deaf::default()).with_clock(SystemClock::default());
    let sign_in = event("v2/sign-in.json");
    let started = Instant::now();
    let decided = trigger.decide(sign_in.as_bytes(), trigger.policy.deadline).await.unwrap();
    assert!(started.elapsed() <= trigger.policy.deadline + Duration::from_millis(1));
    assert_eq!(decided.reads.len(), 2);
    let claims = added(decided.answer().unwrap(), "id");
    assert_eq!(
        (&claims["org"], &claims["claims_omitted"]),
        (&"acme-corp".into(), &"name,seats,tier".into())
    );
    let count = |count: &AtomicUsize| count.load(Ordering::Relaxed);
    assert_eq!((count(&trigger.store.reads), count(&trigger.store.queries)), (1, 1));
}

#[test]
fn a_token_that_can_not_fit_is_refused() {
    let refusal = refusal("odd/sign-in-fifty-custom-attributes.json");
    assert_eq!(refusal.reason, Reason::BudgetImpossible);
    assert!(refusal.cause.contains("budget of 4096"), "{}", refusal.cause);
}

#[test]
fn a_message_is_constant_unless_the_policy_has_one() {
    let own = format!("{DEFAULT_POLICY}\n[messages]\nrecord_refused = \"please call us\"\n");
    let policy = policy(&own);
    for reason in Reason::ALL {
        let message = policy.message(reason);
        match reason {
            Reason::RecordRefused => assert_eq!(message, "please call us"),
            _ => assert_eq!(message, reason.default_message()),
        }
    }
}

#[test]
fn no_cause_holds_a_value() {
    // Every text of the event and the records is a value that a log must not hold.
    let secrets = ["acme", "umbrella", "globex", "suspended", "44444444", "55555555", "@"];
    for (name, text) in readable_corpus() {
        let trigger = Trigger::new(default_policy(), demo());
        if let Err(refusal) = run(&trigger, &text) {
            for secret in secrets {
                assert!(!refusal.cause.contains(secret), "{name}: {}", refusal.cause);
            }
        }
    }
}

#[test]
fn a_claim_that_is_left_out_takes_the_users_own_attribute_with_it() {
    // The policy owns `email` here, and the record has none: the user's own must not stand in.
    let text = include_str!("../policies/optional.toml");
    let trigger = Trigger::new(policy(text), items("[]"));
    let answer = run(&trigger, &event("v2/sign-in.json")).unwrap();
    assert!(suppressed(&answer, "id").contains(&"email".to_owned()));
    assert_eq!(largest_payload(&answer, "id", false).get("email"), None);
    assert_ne!(json_of(&answer)["request"]["userAttributes"]["email"], json!(null));
}
