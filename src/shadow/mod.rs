//! The shadow: the next policy decides beside the running one, over the same reads, and what would
//! differ is told. The answer is the running policy's alone.
//!
//! Pure: both are triggers, and whoever polls one polls the other. The running one is polled first,
//! always, and nothing of it waits for the shadow: not its store, its memory or its clock. When its
//! answer is ready the shadow is asked once more; what isn't there by then is unknown.

mod compare;
mod cut;
mod limited;
mod next;
mod reads;
mod seen;
mod told;
mod untouched;

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use tracing::info_span;

use crate::clock::Clock;
use crate::event::EventError;
use crate::guarded::{Guarded, unharmed};
use crate::policy::{Location, Table};
use crate::records::store::Store;
use crate::{Decided, Trigger};
use cut::Cut;
use limited::Limited;
use reads::{Own, Watched};
use seen::Seen;

pub use limited::OWN_LIMIT;
pub use next::load;
pub use told::{Outcome, TokenTold, Told};
pub use untouched::Untouched;

/// What the running trigger decides about an event, and what the next one would.
///
/// The first is what [`Trigger::decide`] gives, whatever the second does. `time` is for both; the
/// next policy's own deadline may be shorter.
///
/// # Errors
/// The bytes are no event of this trigger. Then there is nothing to compare.
pub async fn beside<'e, S: Store, C: Clock, N: Store + Sync, D: Clock + Sync>(
    running: &'e Trigger<S, C>,
    next: &'e Trigger<N, D>,
    event: &'e [u8],
    time: Duration,
) -> Result<(Decided<'e>, Told), EventError> {
    let is_over = AtomicBool::new(false);
    let seen = Seen::of(&running.policy, &next.policy);
    let store = Limited::of(&next.store);
    // What a file says is there at once, also when the answer is ready.
    let is_file = |table: &Table| matches!(table.location, Location::File(_));
    let at_once = next.policy.tables.iter().all(is_file);
    let clock = Cut { clock: &next.clock, is_over: &is_over, at_once };
    let own = Own {
        store: &store,
        clock,
        memory: next.memory.as_ref(),
        seen: &seen,
        rounds: AtomicUsize::new(0),
    };
    let watched = Watched { reader: running, seen: &seen };

    let mut decision = pin!(running.decide_by(&watched, event, time));
    let own_time = time.min(next.policy.deadline);
    let mut shadow = Guarded::of(next.decide_by(&own, event, own_time));
    // Its rooms are spans too, and not to be taken for the running policy's.
    let span = info_span!("shadow");
    let decided = poll_fn(|context| {
        let polled = decision.as_mut().poll(context);
        is_over.store(polled.is_ready(), Ordering::Relaxed);
        if !matches!(polled, Poll::Ready(Err(_))) {
            span.in_scope(|| shadow.poll(context));
        }
        polled
    })
    .await?;
    let told = match shadow.end() {
        Ok(Some(Ok(shadow))) => {
            let asked = store.asked();
            unharmed(|| compare::told(&decided, (&shadow, &next.policy), asked))
        }
        Ok(_) => Ok(Told::only(Outcome::NotReady)),
        Err(panicked) => Err(panicked),
    };
    Ok((decided, told.unwrap_or_else(|_| Told::only(Outcome::Panicked))))
}
