//! Ten minutes of sign-ins with random faults: nothing wrong gets out, and nothing is left behind.

use std::time::{Duration, Instant};

use crate::function::*;
use crate::support::*;
use claimsmith::Trigger;
use claimsmith_testbed::fault_proxy::{Fault, Refused};
use claimsmith_testbed::runtime_api::{Figures, Invocation};

/// How long it lasts, in seconds, for a shorter run by hand.
const SECONDS: &str = "CLAIMSMITH_SOAK_SECONDS";

/// The fault of a request, by its number: a third of them has one.
fn random(number: u64) -> Fault {
    // SPEC: splitmix64, a mixer of counters.
    let mut mixed = number.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let delay = |milliseconds| Fault::Delay(Duration::from_millis(milliseconds));
    let faults = [
        delay(5),
        delay(50),
        delay(400),
        Fault::Hang,
        Fault::StallMidAnswer,
        Fault::ResetAtAccept,
        Fault::ResetAfterHead,
        Fault::ResetMidAnswer,
        Fault::Truncated,
        Fault::Malformed,
        Fault::WrongShape,
        Fault::Unprocessed(0),
        Fault::Unprocessed(1),
        Fault::Refused(Refused::THROTTLING),
        Fault::Refused(Refused::UNAVAILABLE_HTML),
        Fault::Refused(Refused::INTERNAL),
        Fault::Refused(Refused::ACCESS_DENIED),
    ];
    let lot = (mixed ^ (mixed >> 31)) % (faults.len() as u64 * 3);
    faults.get(lot as usize).cloned().unwrap_or(Fault::None)
}

/// Keeps a function busy until the time is over; what it used after a fifth of it, and at the end.
fn soak(name: &str, policy: &str, pollers: usize, lasts: Duration) -> [Figures; 2] {
    let bed = Bed::with(name, policy, |launch| match pollers {
        1 => launch,
        _ => launch.concurrency(pollers),
    });
    let trigger = Trigger::new(crate::support::policy(policy), demo());
    let events: Vec<(String, String, Result<String, _>)> = ["v1", "v2", "v3"]
        .iter()
        .flat_map(|folder| corpus(folder))
        .map(|(name, event)| {
            let healthy = run(&trigger, &event);
            (name, event, healthy)
        })
        .collect();
    for (_, event, healthy) in &events {
        bed.function.forbid_event(event);
        if let Ok(healthy) = healthy {
            bed.function.forbid_response(healthy);
        }
    }

    bed.proxy.plan(random);
    let begun = Instant::now();
    let mut early = None;
    let (mut asked, mut issued) = (0, 0);
    while begun.elapsed() < lasts {
        if early.is_none() && begun.elapsed() > lasts / 5 {
            early = Some(bed.function.figures().unwrap());
        }
        let round: Vec<_> = (0..pollers)
            .map(|_| {
                asked += 1;
                let (name, event, healthy) = &events[asked * 7 % events.len()];
                let pending = bed.function.send(Invocation::new(event.as_str()));
                (name, healthy, pending)
            })
            .collect();
        for (name, healthy, pending) in round {
            let answer = bed.function.answer(&pending).unwrap();
            assert!(answer.elapsed < Duration::from_secs(3), "{name}: {:?}", answer.elapsed);
            match (&answer.outcome, healthy) {
                (Ok(body), Ok(healthy)) => {
                    no_more_than(healthy, std::str::from_utf8(body).unwrap(), name);
                    issued += 1;
                }
                (Ok(body), Err(refusal)) => {
                    panic!("{name}: {refusal:?}, but: {}", String::from_utf8_lossy(body))
                }
                (Err(error), Ok(_)) => {
                    let known = ["store_failed", "deadline_passed"];
                    assert!(known.contains(&error.error_type.as_str()), "{name}: {error:?}");
                }
                (Err(_), Err(_)) => {}
            }
        }
    }
    assert!(issued > asked / 4, "{issued} of {asked}");
    bed.proxy.heal();
    [early.unwrap(), bed.function.figures().unwrap()]
}

#[test]
#[ignore = "takes ten minutes; `./test --long` runs it"]
fn ten_minutes_of_random_faults_leave_nothing_behind() {
    let seconds = std::env::var(SECONDS).ok().and_then(|text| text.parse().ok()).unwrap_or(600);
    let lasts = Duration::from_secs(seconds);
    let fast = |policy: &str| policy.replace("version = 1\n", "version = 1\ndeadline = \"1s\"\n");
    // The shipped policy's times, shorter: something is always about to get old.
    let strict = fast(claimsmith::policy::DEFAULT_POLICY)
        .replace("\"60s\"", "\"2s\"")
        .replace("\"10m\"", "\"5s\"")
        .replace("\"5m\"", "\"3s\"");
    let open =
        fast(include_str!("../policies/optional.toml")).replace("\"table\"", "\"${CLAIMS_TABLE}\"");
    std::thread::scope(|scope| {
        let one = scope.spawn(|| soak("soak-one", &strict, 1, lasts));
        let four = scope.spawn(|| soak("soak-four", &open, 4, lasts));
        for soaked in [one, four] {
            let [early, late] = soaked.join().unwrap();
            let grown = late.memory.saturating_sub(early.memory);
            assert!(grown < 2 * 1024 * 1024, "{early:?}, {late:?}");
            assert!(late.descriptors <= early.descriptors + 8, "{early:?}, {late:?}");
            assert!(late.threads <= early.threads + 4, "{early:?}, {late:?}");
        }
    });
}
