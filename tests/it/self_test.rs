//! What a new version answers to whoever deploys it, before a sign-in is sent to it.

use crate::function::*;
use crate::support::*;
use claimsmith::policy::DEFAULT_POLICY;
use claimsmith_testbed::fault_proxy::{Fault, Refused};
use claimsmith_testbed::runtime_api::Answer;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const SELF_TEST: &str = r#"{"claimsmith":"self-test"}"#;
const REMOVAL: &str = r#"{"claimsmith":"self-test","tf":{"action":"delete","prev_input":{"claimsmith":"self-test"}}}"#;

/// Not by `ask`, because the words of a self-test may stand in the log.
fn asked(function: &Linted, event: &str) -> Answer {
    function.invoke(event).unwrap_or_else(|error| panic!("{error}"))
}

fn passed(answer: &Answer) -> Value {
    json_of(std::str::from_utf8(answer.outcome.as_ref().unwrap()).unwrap())
}

fn refused(answer: &Answer) -> (&str, &str) {
    let error = answer.outcome.as_ref().unwrap_err();
    (&error.error_type, &error.error_message)
}

/// Two ways to read the table, and an index of another that isn't there.
const WIDE: &str = r#"
version = 1
[table]
name = "${CLAIMS_TABLE}"
partition_key = "pk"
sort_key = "sk"
[tenant]
id = "slug"
person = "user.org_id"
[records.user]
key = { pk = "USER#{sub}", sk = "PROFILE" }
require = "exists"
[records.again]
key = { pk = "USER#{sub}", sk = "SETTINGS" }
[records.orgs]
query = { pk = "USER#{sub}", sk = "ORG#{*}" }
at_most = 8
[records.by_mail]
index = "by-person"
query = { person_id = "{sub}" }
at_most = 8
[claims.orgs]
from = "orgs"
fields = { id = "org_id" }
[claims.mails]
from = "by_mail"
fields = { id = "org_id" }
[claims.settings]
from = "again.settings"
"#;

#[test]
fn a_version_says_what_it_is_and_what_it_may_read() {
    let bed = Bed::with("self-test", DEFAULT_POLICY, |launch| launch);
    let before = bed.proxy.requests();
    let answer = passed(&asked(&bed.function, SELF_TEST));
    let policy_sha256: String =
        Sha256::digest(DEFAULT_POLICY).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        answer,
        json!({
            "self_test": "passed",
            "release": env!("CARGO_PKG_VERSION"),
            "function_version": "$LATEST",
            "mode": "decide",
            "policy_sha256": policy_sha256,
            "contract": { "version": 1, "claims": ["feature_flags", "org_id", "org_tier"] },
            "reads": [{ "table": demo_table(), "index": null, "action": "dynamodb:BatchGetItem" }],
        })
    );
    assert_eq!(bed.proxy.requests(), before + 1);
    let last = bed.proxy.bodies().pop().unwrap().to_string();
    assert!(last.contains("claimsmith:nobody") && !last.contains("USER#"), "{last}");
    // One line, which counts as no token and no refusal.
    bed.function.log_line(&["\"self_test\":\"passed\""], START).unwrap();
    assert!(!bed.function.log().contains("\"_aws\""), "{}", bed.function.log());
}

#[test]
fn each_table_and_index_is_tried_once_and_named_if_it_can_not_be_read() {
    let bed = Bed::new("self-test-wide", WIDE);
    let before = bed.proxy.requests();
    let answer = asked(&bed.function, SELF_TEST);
    let index = format!("index `by-person` of table `{}`", demo_table());
    let expected = format!("{index}: misconfigured (ValidationException)");
    assert_eq!(refused(&answer), ("self_test_failed", expected.as_str()));
    assert_eq!(bed.proxy.requests(), before + 3);
    bed.function.log_line(&["\"self_test\":\"self_test_failed\"", "by-person"], START).unwrap();
}

#[test]
fn a_right_that_is_missing_is_said_and_one_that_is_late_is_waited_for() {
    let bed = Bed::new("self-test-denied", DEFAULT_POLICY);
    bed.proxy.first(1, Fault::Refused(Refused::ACCESS_DENIED));
    assert_eq!(passed(&asked(&bed.function, SELF_TEST))["self_test"], "passed");
    // Both attempts of a request, and not for as long as the invocation.
    bed.proxy.first(2, Fault::Refused(Refused::THROUGHPUT_EXCEEDED));
    assert_eq!(passed(&asked(&bed.function, SELF_TEST))["self_test"], "passed");

    for (fault, said) in [
        (Refused::ACCESS_DENIED, "denied (AccessDeniedException)"),
        (Refused::NO_TABLE, "misconfigured (ResourceNotFoundException)"),
    ] {
        bed.proxy.always(Fault::Refused(fault));
        let expected = format!("table `{}`: {said}", demo_table());
        let answer = asked(&bed.function, SELF_TEST);
        assert_eq!(refused(&answer), ("self_test_failed", expected.as_str()));
    }
}

#[test]
fn all_that_is_denied_is_said() {
    let bed = Bed::new("self-test-all-denied", WIDE);
    bed.proxy.always(Fault::Refused(Refused::ACCESS_DENIED));
    let answer = asked(&bed.function, SELF_TEST);
    let (word, problem) = refused(&answer);
    assert_eq!((word, problem.matches(": denied (").count()), ("self_test_failed", 3), "{problem}");
}

#[test]
fn a_protected_stack_is_not_removed_whatever_the_table_does() {
    let bed = Bed::new("self-test-removal", DEFAULT_POLICY);
    bed.proxy.always(Fault::Hang);
    let answer = asked(&bed.function, REMOVAL);
    let (word, problem) = refused(&answer);
    assert_eq!(word, "protected");
    assert!(problem.contains("deletion_protection = false"), "{problem}");
}

#[test]
fn nobody_is_answered_as_by_a_self_test_who_signs_in() {
    let policy = file_policy();
    let function = Linted::start(&launch("self-test-event", &policy), &policy);
    let (_, event) = corpus("v2").into_iter().find(|(name, _)| name == "v2/sign-in.json").unwrap();
    let plain = function.ask(&event);
    // As a caller's metadata, and at the top, where Cognito writes nothing of a caller's.
    let at_the_top = event.replacen('{', r#"{"claimsmith":"self-test","#, 1);
    let in_metadata = event.replacen(
        r#""request": {"#,
        r#""request": {"clientMetadata":{"claimsmith":"self-test"},"#,
        1,
    );
    for odd in [at_the_top, in_metadata] {
        assert_ne!(odd, event);
        let answer = passed(&asked(&function, &odd));
        assert_eq!(answer["response"], passed(&plain)["response"]);
    }
}

/// No table to ask: the items are in the package.
#[test]
fn records_in_the_package_are_no_reads() {
    let policy = file_policy();
    let reporting = launch("self-test-file", &policy).set("CLAIMS_MODE", "report");
    let function = Linted::start(&reporting, &policy);
    let answer = passed(&asked(&function, SELF_TEST));
    assert_eq!((&answer["mode"], &answer["reads"]), (&json!("report"), &json!([])));
}

/// In report mode a function with such a policy answers sign-ins, and is no version to go on with.
#[test]
fn a_policy_that_can_not_be_used_fails_in_report_mode_too() {
    let wrong = file_policy().replace("[claims.org_tier]", "[claims.sub]");
    let launch = launch("self-test-wrong", &wrong).set("CLAIMS_MODE", "report");
    let function = Linted::start(&launch, &wrong);
    let answer = asked(&function, SELF_TEST);
    assert_eq!(
        refused(&answer),
        ("self_test_failed", "the policy can't be used; the log says why")
    );
}
