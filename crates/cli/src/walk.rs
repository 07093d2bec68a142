//! Events one at a time through the trigger, with progress.

use std::io::{self, Write};

use claimsmith::Decided;

use crate::input::Input;
use crate::setup::Setup;
use crate::status::Status;
use crate::terminal::{Progress, number};

/// Decides about one event after another and hands it over; the worst status is the whole one's.
/// Texts that are no events are named on standard error.
pub fn walk(
    setup: &Setup,
    inputs: impl Iterator<Item = Input>,
    files: usize,
    mut each: impl FnMut(&Input, Result<&Decided<'_>, &str>) -> Status,
) -> io::Result<Status> {
    let mut steps = Steps::of(files);
    let mut status = Status::Fine;
    for input in inputs {
        let one = match setup.decide(&input) {
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
