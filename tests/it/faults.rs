//! Everything that goes wrong between the function and its table: what the person gets, within
//! what time, and what telemetry says.
//!
//! The function is the program itself under the emulated Runtime API; DynamoDB Local stands behind
//! a proxy that breaks what a row says. Times are upper bounds of the promise `on time`, never
//! measurements.

use std::thread::sleep;
use std::time::Duration;

use crate::function::*;
use crate::support::*;
use claimsmith::policy::DEFAULT_POLICY;
use claimsmith_testbed::container_credentials::{AUTHORIZATION, ContainerCredentials};
use claimsmith_testbed::dynamodb_json::items;
use claimsmith_testbed::fault_proxy::{Fault, FaultProxy, Refused};
use claimsmith_testbed::runtime_api::{Answer, Invocation, Launch};
use claimsmith_testbed::table_stand_in::TableStandIn;
use claimsmith_testbed::tls::{Chain, Keys};
use serde_json::{Map, Value};

/// What a busy machine may take beside the deadline.
const SLACK: Duration = Duration::from_millis(750);

/// The deadline of [`strict`] and [`open`]: far beyond two attempts of half a second, so that a busy
/// machine doesn't turn a slow table into a late one.
const DEADLINE: Duration = Duration::from_secs(4);

/// A policy that keeps nothing in memory, so that each round of each sign-in asks the table.
fn forgetful(policy: &str) -> String {
    let keeps = |line: &&str| {
        ["cache = ", "stale_if_error = ", "stale_guard = "].iter().any(|key| line.starts_with(key))
    };
    policy.lines().filter(|line| !keeps(line)).fold(String::new(), |text, line| text + line + "\n")
}

/// Faster than the shipped settings, so that the table of faults is done in seconds.
fn fast(policy: &str) -> String {
    forgetful(policy)
        .replace("version = 1\n", "version = 1\ndeadline = \"4s\"\n")
        .replace("[table]\n", "[table]\nattempt_timeout = \"500ms\"\n")
}

/// The shipped policy: the organisation decides, so a fault refuses.
fn strict() -> String {
    fast(DEFAULT_POLICY)
}

/// A policy that requires nothing: what a fault takes away is left out and named.
fn open() -> String {
    fast(include_str!("../policies/optional.toml")).replace("\"table\"", "\"${CLAIMS_TABLE}\"")
}

fn event(name: &str) -> String {
    let path = format!("{}/events/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

fn sign_in() -> String {
    event("v2/sign-in.json")
}

fn text(answer: &Answer) -> &str {
    match &answer.outcome {
        Ok(body) => std::str::from_utf8(body).unwrap(),
        Err(error) => panic!("refused: {error:?}"),
    }
}

/// The answer while nothing is broken. While all tests start at once, a busy machine may need more
/// than one attempt.
fn healthy(bed: &Bed) -> String {
    let mut answer = bed.function.ask(&sign_in());
    for _ in 0..20 {
        if answer.outcome.is_ok() {
            break;
        }
        sleep(Duration::from_millis(200));
        answer = bed.function.ask(&sign_in());
    }
    text(&answer).to_owned()
}

fn refused_as(answer: &Answer) -> &str {
    match &answer.outcome {
        Ok(body) => panic!("issued: {}", String::from_utf8_lossy(body)),
        Err(error) => &error.error_type,
    }
}

/// What a row of the failure table says about the word in the refusal and the one in telemetry.
#[derive(Clone, Copy)]
enum Says {
    /// The tokens are as if nothing had happened.
    Nothing,
    /// The read failed: the words of `errorType` and of telemetry, and how often it was tried.
    Failed { reason: &'static str, told: &'static str, requests: Option<u64> },
}

const fn failed(told: &'static str) -> Says {
    Says::Failed { reason: "store_failed", told, requests: None }
}

/// Not tried again: it would not help.
const fn final_failure(told: &'static str) -> Says {
    Says::Failed { reason: "store_failed", told, requests: Some(1) }
}

const UNREACHABLE: &str = "the table can't be reached";
const SLOW: &str = "the table is too slow";
const FAILED: &str = "the table failed";
const DENIED: &str = "the table doesn't let the function in";
const THROTTLED: &str = "the table is throttled";
const MISCONFIGURED: &str = "the table is not there, or has other keys";

/// Every fault, when each request has it.
fn always() -> Vec<(Fault, Says)> {
    let delay = |milliseconds| Fault::Delay(Duration::from_millis(milliseconds));
    vec![
        (delay(10), Says::Nothing),
        (delay(100), Says::Nothing),
        (delay(1_000), failed(SLOW)),
        (delay(10_000), failed(SLOW)),
        (Fault::Hang, failed(SLOW)),
        (Fault::StallMidAnswer, failed(SLOW)),
        (Fault::ResetAtAccept, failed(UNREACHABLE)),
        (Fault::ResetAfterHead, failed(UNREACHABLE)),
        (Fault::ResetMidAnswer, failed("the table")),
        (Fault::Truncated, failed("the table")),
        // A whole answer that can't be read isn't asked for again: the SDK takes it for final.
        (Fault::Malformed, final_failure(FAILED)),
        (Fault::WrongShape, final_failure(FAILED)),
        (Fault::Hollow("{}"), final_failure(FAILED)),
        (Fault::Hollow(r#"{"Responses":{},"UnprocessedKeys":{}}"#), final_failure(FAILED)),
        // The SDK for Rust doesn't compare checksums; TLS guards the bytes. The answer is right.
        (Fault::WrongChecksum, Says::Nothing),
        (Fault::Unprocessed(0), failed(THROTTLED)),
        (Fault::Refused(Refused::THROUGHPUT_EXCEEDED), failed(THROTTLED)),
        (Fault::Refused(Refused::THROTTLING), failed(THROTTLED)),
        (Fault::Refused(Refused::REQUEST_LIMIT), failed(THROTTLED)),
        (Fault::Refused(Refused::UNAVAILABLE), failed(FAILED)),
        (Fault::Refused(Refused::UNAVAILABLE_HTML), failed(FAILED)),
        (Fault::Refused(Refused::INTERNAL), failed(FAILED)),
        (Fault::Refused(Refused::ACCESS_DENIED), final_failure(DENIED)),
        (Fault::Refused(Refused::EXPIRED_TOKEN), final_failure(DENIED)),
        (Fault::Refused(Refused::BAD_SIGNATURE), final_failure(DENIED)),
        (Fault::Refused(Refused::NO_TABLE), final_failure(MISCONFIGURED)),
        (Fault::Refused(Refused::VALIDATION), final_failure(MISCONFIGURED)),
    ]
}

#[test]
fn each_fault_refuses_where_the_organisation_decides() {
    let bed = Bed::new("faults-strict", &strict());
    let healthy = healthy(&bed);
    for (fault, says) in always() {
        let row = format!("{fault:?}");
        bed.proxy.always(fault);
        let answer = bed.function.ask(&sign_in());
        assert!(answer.elapsed < DEADLINE + SLACK, "{row}: {:?}", answer.elapsed);
        let record = bed.function.record(&answer);
        match says {
            Says::Nothing => {
                assert_eq!(text(&answer), healthy, "{row}");
                assert_eq!(record["StoreFaults"], 0, "{row}: {record}");
            }
            Says::Failed { reason, told, requests } => {
                assert_eq!(refused_as(&answer), reason, "{row}: {record}");
                let error = answer.outcome.as_ref().unwrap_err();
                assert_eq!(error.error_message, "sign-in is temporarily unavailable", "{row}");
                assert_eq!(record["record"]["reason"], reason, "{row}: {record}");
                assert_eq!((&record["Refused"], &record["StoreFaults"]), (&1.into(), &1.into()));
                let faults = record["record"]["store_faults"].as_array().unwrap();
                assert!(faults[0].as_str().unwrap().starts_with(told), "{row}: {record}");
                if let Some(requests) = requests {
                    assert_eq!(bed.proxy.requests(), requests, "{row}");
                }
            }
        }
    }
    bed.proxy.heal();
    assert_eq!(text(&bed.function.ask(&sign_in())), healthy);
}

#[test]
fn each_fault_leaves_out_what_nothing_requires() {
    let bed = Bed::new("faults-open", &open());
    let healthy = healthy(&bed);
    // Broken from the first, the second and the third round on; all faults once, some thrice.
    for from in 0..3 {
        let later = |fault: &Fault| {
            let some = [Fault::Hang, Fault::Malformed, Fault::ResetMidAnswer];
            some.contains(fault) || *fault == Fault::Refused(Refused::ACCESS_DENIED)
        };
        for (fault, says) in always().into_iter().filter(|(fault, _)| from == 0 || later(fault)) {
            let row = format!("{fault:?} from request {from}");
            bed.proxy.plan(move |number| if number < from { Fault::None } else { fault.clone() });
            let answer = bed.function.ask(&sign_in());
            assert!(answer.elapsed < DEADLINE + SLACK, "{row}: {:?}", answer.elapsed);
            let got = text(&answer);
            no_more_than(&healthy, got, &row);
            let omitted = added(got, "access").contains_key("claims_omitted");
            let record = bed.function.record(&answer);
            match says {
                Says::Nothing => assert_eq!(got, healthy, "{row}"),
                Says::Failed { .. } => {
                    assert!(omitted, "{row}: {got}");
                    assert_eq!(record["Customized"], 1, "{row}");
                    assert!(record["OmittedClaims"].as_u64() > Some(0), "{row}: {record}");
                }
            }
        }
    }
}

#[test]
fn a_fault_of_one_attempt_is_nobodys_business() {
    let bed = Bed::new("faults-once", &strict());
    let healthy = healthy(&bed);
    for (fault, says) in always() {
        if matches!(says, Says::Failed { requests: Some(1), .. }) {
            continue;
        }
        let row = format!("{fault:?}");
        for at in 0..3 {
            let fault = fault.clone();
            bed.proxy.plan(move |number| if number == at { fault.clone() } else { Fault::None });
            let answer = bed.function.ask(&sign_in());
            assert!(answer.elapsed < DEADLINE + SLACK, "{row}: {:?}", answer.elapsed);
            assert!(answer.outcome.is_ok(), "{row} at {at}: {}", bed.function.record(&answer));
            assert_eq!(text(&answer), healthy, "{row} at {at}");
        }
    }
}

#[test]
fn the_shipped_deadline_holds() {
    // One attempt may take all of it, so that only the deadline ends it.
    let patient =
        forgetful(DEFAULT_POLICY).replace("[table]\n", "[table]\nattempt_timeout = \"2400ms\"\n");
    let bed = Bed::new("faults-shipped", &patient);
    let healthy = healthy(&bed);
    let slow = Fault::Delay(Duration::from_millis(900));
    let ask = |then: Fault| {
        let faults = [slow.clone(), then.clone()];
        bed.proxy.plan(move |number| faults[usize::from(number > 0)].clone());
        let answer = bed.function.ask(&sign_in());
        let late = Duration::from_millis(2_500) + SLACK;
        assert!(answer.elapsed < late, "{then:?}: {:?}", answer.elapsed);
        answer
    };
    // The organisation is late, and decides.
    assert_eq!(refused_as(&ask(Fault::Hang)), "deadline_passed");
    // The organisation is there in time, its tier isn't, and only brings flags.
    let answer = ask(slow.clone());
    no_more_than(&healthy, text(&answer), "slow");
    assert_eq!(added(text(&answer), "id")["claims_omitted"], "feature_flags");
}

#[test]
fn the_invocations_own_deadline_holds() {
    let bed = Bed::new("faults-own-deadline", DEFAULT_POLICY);
    healthy(&bed);
    bed.proxy.always(Fault::Hang);
    let invocation =
        Invocation { timeout: Some(Duration::from_millis(800)), ..Invocation::new(sign_in()) };
    bed.function.forbid_event(&sign_in());
    let answer = bed.function.answer(&bed.function.send(invocation)).unwrap();
    assert_eq!(refused_as(&answer), "deadline_passed");
    // The policy's own deadline of 2.5 seconds would not have held.
    assert!(answer.elapsed < Duration::from_millis(800) + SLACK, "{:?}", answer.elapsed);

    // A deadline in 1970 is none.
    bed.proxy.heal();
    let invocation = Invocation { timeout: None, ..Invocation::new(sign_in()) };
    let answer = bed.function.answer(&bed.function.send(invocation)).unwrap();
    assert!(answer.outcome.is_ok(), "{answer:?}");
    bed.function.forbid_answer(&answer);
}

#[test]
fn three_calls_for_one_sign_in_change_nothing() {
    let bed = Bed::new("faults-three-calls", &strict());
    let healthy = healthy(&bed);
    for _ in 0..3 {
        assert_eq!(text(&bed.function.ask(&sign_in())), healthy);
    }
    // The first call finds the table silent, the second refused, the third well.
    bed.proxy.always(Fault::Hang);
    refused_as(&bed.function.ask(&sign_in()));
    bed.proxy.always(Fault::Refused(Refused::INTERNAL));
    refused_as(&bed.function.ask(&sign_in()));
    bed.proxy.heal();
    assert_eq!(text(&bed.function.ask(&sign_in())), healthy);
}

/// Starts a function at an address that isn't a proxy's, asks once, and tells what it suffered.
fn suffers(name: &str, url: &str, change: impl FnOnce(Launch) -> Launch) -> (Answer, String) {
    let launch = change(launch_at(url, name, &strict()));
    let function = Linted::start(&launch, &strict());
    let answer = function.ask(&sign_in());
    assert!(answer.elapsed < DEADLINE + SLACK, "{name}: {:?}", answer.elapsed);
    let record = function.record(&answer);
    let fault = record["record"]["store_faults"][0].as_str().unwrap_or_default().to_owned();
    (answer, fault)
}

#[test]
fn a_name_that_nobody_knows_is_a_table_out_of_reach() {
    let (answer, fault) = suffers("faults-dns", "http://table.invalid", |launch| launch);
    assert!(["store_failed", "deadline_passed"].contains(&refused_as(&answer)));
    assert!(fault.starts_with("the table"), "{fault}");
}

#[test]
fn a_port_that_nobody_serves_is_a_table_out_of_reach() {
    let proxy = FaultProxy::start(([127, 0, 0, 1], 9).into()).unwrap();
    let url = proxy.url();
    drop(proxy);
    let (answer, fault) = suffers("faults-port", &url, |launch| launch);
    assert_eq!(refused_as(&answer), "store_failed");
    assert_eq!(fault, UNREACHABLE);
}

#[test]
fn a_certificate_that_nobody_trusts_is_a_table_out_of_reach() {
    let trusted = Chain::new(Keys::EcdsaP256).unwrap();
    let other = Chain::new(Keys::EcdsaP256).unwrap();
    let misnamed = Chain::for_names(Keys::EcdsaP256, &["table.example"]).unwrap();
    let folder = package("faults-tls-roots", &strict());
    let bundle = |name: &str, chain: &Chain| {
        let path = folder.join(name);
        std::fs::write(&path, &chain.root_pem).unwrap();
        path
    };
    let table = |chain| {
        TableStandIn::start(items(DEMO_RECORDS).unwrap(), Some(chain), Duration::ZERO).unwrap()
    };
    let good = table(&trusted);

    let trust = bundle("trusted.pem", &trusted);
    let (answer, _) =
        suffers("faults-tls-trusted", &good.url(), |launch| launch.set("AWS_CA_BUNDLE", trust));
    assert!(answer.outcome.is_ok(), "{answer:?}");

    let requests = good.requests();
    let (answer, fault) = suffers("faults-tls-unknown", &good.url(), |launch| launch);
    assert_eq!((refused_as(&answer), fault.as_str()), ("store_failed", UNREACHABLE));
    let distrust = bundle("other.pem", &other);
    let (answer, fault) =
        suffers("faults-tls-other", &good.url(), |launch| launch.set("AWS_CA_BUNDLE", distrust));
    assert_eq!((refused_as(&answer), fault.as_str()), ("store_failed", UNREACHABLE));
    assert_eq!(good.requests(), requests, "it spoke to a table that it doesn't trust");

    let elsewhere = table(&misnamed);
    let trust = bundle("misnamed.pem", &misnamed);
    let (answer, fault) = suffers("faults-tls-misnamed", &elsewhere.url(), |launch| {
        launch.set("AWS_CA_BUNDLE", trust)
    });
    assert_eq!((refused_as(&answer), fault.as_str()), ("store_failed", UNREACHABLE));
    assert_eq!(elsewhere.requests(), 0);
}

fn without_keys(launch: Launch) -> Launch {
    launch.unset("AWS_ACCESS_KEY_ID").unset("AWS_SECRET_ACCESS_KEY").unset("AWS_SESSION_TOKEN")
}

#[test]
fn credentials_come_from_the_container_if_the_environment_has_none() {
    let credentials = ContainerCredentials::start(Duration::from_secs(3600)).unwrap();
    let bed = Bed::with("faults-container", &strict(), |launch| {
        without_keys(launch)
            .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", credentials.url())
            .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", AUTHORIZATION)
    });
    for _ in 0..3 {
        healthy(&bed);
    }
    assert_eq!(credentials.asked(), 1);
}

#[test]
fn credentials_that_are_about_to_expire_are_fetched_anew() {
    let credentials = ContainerCredentials::start(Duration::from_secs(5)).unwrap();
    let bed = Bed::with("faults-expiry", &strict(), |launch| {
        without_keys(launch)
            .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", credentials.url())
            .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", AUTHORIZATION)
    });
    for asked in 1..=3 {
        healthy(&bed);
        assert!(credentials.asked() >= asked, "{}", credentials.asked());
    }
}

#[test]
fn without_credentials_nobody_is_let_in() {
    let gone = ContainerCredentials::start(Duration::ZERO).unwrap();
    let no_metadata = |launch: Launch| launch.set("AWS_EC2_METADATA_DISABLED", "true");
    for (name, change) in [
        ("faults-no-keys", Box::new(no_metadata) as Box<dyn FnOnce(Launch) -> Launch>),
        (
            "faults-wrong-token",
            Box::new(|launch| {
                launch
                    .set("AWS_CONTAINER_CREDENTIALS_FULL_URI", gone.url())
                    .set("AWS_CONTAINER_AUTHORIZATION_TOKEN", "another")
            }),
        ),
    ] {
        let bed = Bed::with(name, &strict(), |launch| change(without_keys(launch)));
        let answer = bed.function.ask(&sign_in());
        assert!(answer.elapsed < DEADLINE + SLACK, "{name}: {:?}", answer.elapsed);
        assert_eq!(refused_as(&answer), "store_failed", "{name}");
        let record = bed.function.record(&answer);
        assert_eq!(record["record"]["store_faults"][0], DENIED, "{name}");
        assert_eq!(bed.proxy.requests(), 0, "{name}");
    }
}

/// All records are kept for three seconds, and six seconds more while the table fails.
fn cached() -> String {
    let keep = |stale| format!("]\ncache = \"3s\"\n{stale} = \"6s\"\n");
    fast(include_str!("../policies/kept.toml"))
        .replace(".user]\n", &format!(".user{}", keep("stale_if_error")))
        .replace(".org]\n", &format!(".org{}", keep("stale_guard")))
        .replace(".tier]\n", &format!(".tier{}", keep("stale_if_error")))
}

#[test]
fn memory_serves_while_the_table_fails_and_no_longer() {
    let bed = Bed::new("faults-stale", &cached());
    let healthy = healthy(&bed);
    bed.proxy.always(Fault::Refused(Refused::INTERNAL));

    let fresh = bed.function.ask(&sign_in());
    assert_eq!(text(&fresh), healthy);
    assert_eq!(bed.proxy.requests(), 0);
    assert_eq!(bed.function.record(&fresh)["CacheHits"], 3);

    sleep(Duration::from_millis(3_100));
    let stale = bed.function.ask(&sign_in());
    no_more_than(&healthy, text(&stale), "stale");
    let record = bed.function.record(&stale);
    assert_eq!(record["StaleReads"], 3, "{record}");
    for token in ["id", "access"] {
        let claims = added(text(&stale), token);
        let as_of = claims.get("claims_as_of").unwrap_or_else(|| panic!("{claims:?}"));
        assert!(as_of.as_u64() > Some(1_700_000_000), "{as_of}");
        let without: Map<String, Value> =
            claims.into_iter().filter(|(name, _)| name != "claims_as_of").collect();
        assert_eq!(without, added(&healthy, token));
    }

    let machine = event("v1/sign-in.json");
    let as_text = bed.function.ask(&machine);
    assert!(added(text(&as_text), "id")["claims_as_of"].is_string(), "V1 carries texts only");

    sleep(Duration::from_millis(6_100));
    assert_eq!(refused_as(&bed.function.ask(&sign_in())), "store_failed");
    bed.proxy.heal();
    assert_eq!(text(&bed.function.ask(&sign_in())), healthy);
}

#[test]
fn one_flight_brings_a_record_to_all_who_wait() {
    let bed = Bed::with("faults-flight", &cached(), |launch| launch.concurrency(8));
    bed.function.polling(8, START).unwrap();
    bed.proxy.always(Fault::Delay(Duration::from_millis(50)));
    bed.function.forbid_event(&sign_in());
    let pending: Vec<_> = (0..8).map(|_| bed.function.send(Invocation::new(sign_in()))).collect();
    let answers: Vec<Answer> =
        pending.iter().map(|pending| bed.function.answer(pending).unwrap()).collect();
    for answer in &answers {
        bed.function.forbid_answer(answer);
        assert_eq!(text(answer), text(&answers[0]));
    }
    assert_eq!(bed.proxy.requests(), 3);
}

#[test]
fn nobody_waits_for_a_flight_longer_than_the_deadline() {
    let bed = Bed::with("faults-flight-hangs", &cached(), |launch| launch.concurrency(8));
    bed.function.polling(8, START).unwrap();
    bed.proxy.always(Fault::Hang);
    bed.function.forbid_event(&sign_in());
    let pending: Vec<_> = (0..8).map(|_| bed.function.send(Invocation::new(sign_in()))).collect();
    for pending in &pending {
        let answer = bed.function.answer(pending).unwrap();
        assert!(answer.elapsed < DEADLINE + SLACK, "{:?}", answer.elapsed);
        assert!(["store_failed", "deadline_passed"].contains(&refused_as(&answer)));
    }
}

#[test]
fn a_hedged_read_overtakes_a_slow_one() {
    let policy = strict().replace("[table]\n", "[table]\nhedge_after = \"50ms\"\n");
    let bed = Bed::new("faults-hedge", &policy);
    healthy(&bed);
    bed.proxy.plan(|number| match number % 2 {
        0 => Fault::Delay(Duration::from_millis(450)),
        _ => Fault::None,
    });
    text(&bed.function.ask(&sign_in()));
    assert_eq!(bed.proxy.requests(), 6);
}
