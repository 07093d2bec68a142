//! Events one at a time through the trigger, with progress.

use std::io::{self, Write};
use std::path::Path;

use claimsmith::Decided;
use claimsmith::policy::Policy;
use tokio::runtime::Runtime;

use crate::input::Input;
use crate::setup::Setup;
use crate::status::{Failure, Status};
use crate::terminal::{Progress, number};

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

    /// What the trigger decides about one event, or why it is none.
    pub fn decide<'e>(&'e self, input: &'e Input) -> Result<Decided<'e>, String> {
        let text = input.text.as_ref().map_err(String::clone)?;
        let trigger = &self.setup.trigger;
        let deciding = trigger.decide(text.as_bytes(), trigger.policy.deadline);
        self.runtime.block_on(deciding).map_err(|error| error.to_string())
    }
}

/// Decides about one event after another and hands it over; the worst status is the whole one's.
/// Texts that are no events are named on standard error.
pub fn walk(
    engine: &Engine,
    inputs: impl Iterator<Item = Input>,
    files: usize,
    mut each: impl FnMut(&Input, Result<&Decided<'_>, &str>) -> Status,
) -> io::Result<Status> {
    let mut steps = Steps::of(files);
    let mut status = Status::Fine;
    for input in inputs {
        let one = match engine.decide(&input) {
            Ok(decided) => each(&input, Ok(&decided)),
            Err(problem) => {
                steps.progress.clear();
                writeln!(io::stderr(), "{}: {problem}", input.shown())?;
                each(&input, Err(&problem))
            }
        };
        status = status.max(one);
        steps.step();
    }
    Ok(status)
}

/// How many events are done, for a person who waits.
pub struct Steps {
    progress: Progress,
    files: usize,
    done: usize,
}

impl Steps {
    /// None yet. How many events a file holds isn't known before its end.
    pub fn of(files: usize) -> Self {
        Self { progress: Progress::new(), files, done: 0 }
    }

    /// One more event is done.
    pub fn step(&mut self) {
        self.done += 1;
        let (done, files) = (self.done, self.files);
        self.progress.show(|took| {
            let all =
                if files > 1 { format!(" of about {}", number(files)) } else { String::new() };
            format!("{}{all} events, {} s", number(done), took.as_secs())
        });
    }
}
