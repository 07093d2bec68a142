//! Every row of the failure table in docs/failures.md, made to happen.

use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::support::*;
use claimsmith::Trigger;
use claimsmith::outcome::{Reason, Refusal};
use claimsmith::policy::DEFAULT_POLICY;
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
fn a_malformed_value_where_a_guard_looks_is_refused() {
    let records = DEMO_RECORDS.replace("\"status\": \"active\"", "\"status\": [\"active\"]");
    let trigger = Trigger::new(default_policy(), items(&records));
    let refusal = run(&trigger, &event("v2/sign-in.json")).unwrap_err();
    assert_eq!(refusal.reason, Reason::RecordMalformed);
}

#[test]
fn a_required_claim_without_a_value_is_refused() {
    let refusal = refusal("v2/sign-in-no-record.json");
    assert_eq!(refusal.reason, Reason::ClaimMissing);
    assert_eq!(refusal.cause, "claim `org_id` is required and no source has a value");
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

#[tokio::test(start_paused = true)]
async fn past_the_deadline_nothing_more_is_asked_for() {
    // The second round's key has a value though the first round never answers.
    let text = r#"
        version = 1
        [pool]
        trusted_attributes = ["custom:org"]
        [table]
        name = "table"
        partition_key = "pk"
        [records.user]
        key = { pk = "USER#{sub}" }
        [records.membership]
        key = { pk = "USER#{sub}#{metadata.org_id}" }
        [records.org]
        key = { pk = "ORG#{membership.org_id|attributes.custom:org}" }
        [claims.name]
        from = "user.name"
        [claims.tier]
        from = "org.tier"
    "#;
    let trigger = Trigger::new(policy(text), Hanging::default()).with_clock(SystemClock::default());
    let mut sign_in = json_of(&event("v2/sign-in.json"));
    sign_in["request"]["userAttributes"]["custom:org"] = "acme-corp".into();
    let sign_in = sign_in.to_string();
    let decided = trigger.decide(sign_in.as_bytes(), trigger.policy.deadline).await.unwrap();
    assert_eq!(decided.reads.len(), 2);
    assert_eq!(added(decided.answer().unwrap(), "id")["claims_omitted"], "name,tier");
    assert_eq!(trigger.store.asked.load(Ordering::Relaxed), 1);
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
    assert_eq!(largest_payload(&answer, "id").get("email"), None);
    assert_ne!(json_of(&answer)["request"]["userAttributes"]["email"], json!(null));
}
