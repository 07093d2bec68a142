//! Events one at a time through the trigger, with progress.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use claimsmith::Decided;
use claimsmith::event::TriggerEvent;
use claimsmith::policy::Policy;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use tokio::runtime::Runtime;

use crate::input::Input;
use crate::setup::Setup;
use crate::{Failure, Status};

/// Work that takes less shows no progress.
const PATIENCE: Duration = Duration::from_secs(1);

/// A trigger on the embedded store, and what drives it.
pub struct Engine {
    /// The trigger, with its policy and records.
    pub setup: Setup,
    runtime: Runtime,
}

impl Engine {
    /// Loads policy and records. `done` is what the command does with the events.
    pub fn load(
        policy: Option<&Path>,
        records: Option<&Path>,
        done: &str,
    ) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
        Ok(Self { setup: Setup::load(policy, records, done)?, runtime })
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.setup.trigger.policy
    }

    /// What the trigger decides about one event.
    pub fn decide<'e>(&'e self, event: &'e TriggerEvent<'e>) -> Decided<'e> {
        let trigger = &self.setup.trigger;
        self.runtime.block_on(async { trigger.decide(event, trigger.policy.deadline).await })
    }
}

/// The event, or why it is none.
pub fn readable(input: &Input) -> Result<TriggerEvent<'_>, String> {
    let text = input.text.as_ref().map_err(String::clone)?;
    TriggerEvent::parse(text.as_bytes()).map_err(|error| error.to_string())
}

/// Hands over one event after another; the worst status is the whole one's. Texts that are no
/// events are named on standard error.
pub fn walk(
    inputs: impl Iterator<Item = Input>,
    files: usize,
    mut each: impl FnMut(&Input, Result<&TriggerEvent<'_>, &str>) -> Status,
) -> io::Result<Status> {
    let mut progress = Progress::of(files);
    let mut status = Status::Fine;
    for input in inputs {
        let one = match readable(&input) {
            Ok(event) => each(&input, Ok(&event)),
            Err(problem) => {
                progress.bar.suspend(|| writeln!(io::stderr(), "{}: {problem}", input.shown()))?;
                each(&input, Err(&problem))
            }
        };
        status = status.max(one);
        progress.step();
    }
    progress.end();
    Ok(status)
}

/// Progress on a terminal once the work takes a second; nothing in a pipe.
pub struct Progress {
    bar: ProgressBar,
    shown: bool,
}

impl Progress {
    /// Nothing yet. How many events a single file holds nobody knows before its end.
    pub fn of(files: usize) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        let template = if files > 1 {
            bar.set_length(files as u64);
            "{human_pos} of about {human_len} events, {elapsed}"
        } else {
            "{human_pos} events, {elapsed}"
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        Self { bar, shown: false }
    }

    /// One more event is done.
    pub fn step(&mut self) {
        if !self.shown && self.bar.elapsed() >= PATIENCE {
            self.shown = true;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.inc(1);
    }

    /// All is done: leaves the line as it was.
    pub fn end(&self) {
        self.bar.finish_and_clear();
    }
}
