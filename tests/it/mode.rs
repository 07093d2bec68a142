//! What goes back to Cognito: in report mode the event as it came, and else what was decided.

use std::borrow::Cow;

use crate::failing::Failing;
use crate::promises::{any_event, any_items};
use crate::support::*;
use claimsmith::Trigger;
use claimsmith::clock::at_once;
use claimsmith::mode::Mode;
use claimsmith::outcome::Refusal;
use claimsmith::records::store::Store;
use proptest::prelude::*;
use std::time::Duration;

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
