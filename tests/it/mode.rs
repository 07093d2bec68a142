//! What goes back to Cognito: in report mode the event as it came, and else what was decided.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::time::Duration;

use crate::failing::Failing;
use crate::promises::{any_event, any_items};
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::clock::at_once;
use claimsmith::mode::Mode;
use claimsmith::outcome::Refusal;
use claimsmith::records::store::Store;
use claimsmith::shadow::{Outcome, Untouched, beside};
use proptest::prelude::*;
use serde_json::json;

fn answer<'e, S: Store>(
    mode: Mode,
    trigger: &Trigger<S>,
    event: &'e str,
) -> Result<Cow<'e, str>, Refusal> {
    let decided = trigger.decide(event.as_bytes(), Duration::from_secs(60));
    mode.answer(event, at_once(decided).unwrap())
}

#[test]
fn in_report_mode_the_answer_is_the_event_for_all_of_the_corpus() {
    let works = Trigger::new(default_policy(), demo());
    let fails = Trigger::new(default_policy(), Failing { inner: demo(), prefix: String::new() });
    let (mut events, mut refused) = (0, 0);
    for folder in ["v1", "v2", "v3", "odd", "broken"] {
        for (name, event) in corpus(folder) {
            assert_eq!(answer(Mode::Report, &works, &event).unwrap(), event, "{name}");
            assert_eq!(answer(Mode::Report, &fails, &event).unwrap(), event, "{name}");
            events += 1;
            refused += usize::from(answer(Mode::Decide, &works, &event).is_err());
            assert_eq!(
                answer(Mode::Decide, &works, &event).map(Cow::into_owned),
                run(&works, &event),
                "{name}"
            );
        }
    }
    assert!(refused > 5 && refused < events, "{refused} of {events}");
}

proptest! {
    #[test]
    fn in_report_mode_the_answer_is_the_event(event in any_event(), items_json in any_items()) {
        let trigger = Trigger::new(default_policy(), items(&items_json.to_string()));
        let event = event.to_string();
        for event in [event.clone(), format!("\u{feff} {event}\n"), format!("{event}x")] {
            prop_assert_eq!(&answer(Mode::Report, &trigger, &event).unwrap(), &event);
        }
    }
}

/// What a policy would change is what differs from a policy that changes nothing.
#[test]
fn in_report_mode_is_told_what_the_policy_would_change() {
    let mut policy = default_policy();
    for table in &mut policy.tables {
        // A file is read at once, so beside another policy nothing is late.
        table.location = claimsmith::policy::Location::File(String::new());
    }
    let trigger = Trigger::new(policy, demo());
    let nothing = Trigger::new(crate::support::policy("version = 1"), items_of("[]", &[]));
    let untouched = Untouched::default();
    let (mut outcomes, mut nobodies) = (BTreeSet::new(), 0);
    for (name, event) in readable_corpus() {
        let event = event.as_bytes();
        let time = Duration::from_secs(60);
        let decided = at_once(trigger.decide(event, time)).unwrap().unwrap();
        let told = untouched.told(event, (&decided, &trigger.policy));
        let (_, expected) = at_once(beside(&nothing, &trigger, event, time)).unwrap().unwrap();
        if expected.reason_now.is_some() {
            assert_eq!((told.outcome, told.reason_now), (Outcome::Refused, None), "{name}");
            nobodies += 1;
        } else {
            assert_eq!(json!(told), json!(expected), "{name}");
        }
        outcomes.insert(told.outcome);
        if let (Ok(tokens), Some(access)) = (&decided.outcome, &told.access_token) {
            let fitted = tokens.access.as_ref().unwrap();
            let sizes = (fitted.before.upper, Some(fitted.after.upper));
            assert_eq!((access.bytes_now, access.bytes_next), sizes, "{name}");
        }
    }
    assert!(nobodies > 0);
    assert!(outcomes == BTreeSet::from([Outcome::Differs, Outcome::Refused]), "{outcomes:?}");
    let event = corpus("v2").into_iter().find(|(name, _)| name == "v2/sign-in.json").unwrap().1;
    let decided = at_once(trigger.decide(event.as_bytes(), Duration::MAX)).unwrap().unwrap();
    let told = json!(untouched.told(event.as_bytes(), (&decided, &trigger.policy)));
    let gained = json!(["feature_flags", "org_id", "org_tier"]);
    assert_eq!((&told["outcome"], &told["id_token"]["gained"]), (&json!("differs"), &gained));
    assert_eq!(told["own_reads"], 3);
}
