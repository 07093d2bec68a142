//! `claimsmith diff`: what a change of the policy does to a population of events.
//!
//! Both policies decide about each event with the trigger itself; what differs is counted.

mod change;
mod json;
mod tally;
mod text;

use std::io::Write;

use crate::input::Inputs;
use crate::walk::{Engine, walk};
use crate::{Diff, Failure, Status, page, report};

pub use change::{Because, Change};
pub use tally::{Seen, Side, Tally, over};
pub use text::{because, reads, reasons, refusal, unreadable};

/// Compares two policies.
pub fn diff(arguments: &Diff, out: &mut impl Write) -> Result<Status, Failure> {
    let records = arguments.records.as_deref();
    let against = arguments.against_records.as_deref().or(records);
    if let Some(place) = &arguments.html {
        page::file::check(place)?;
    }
    let before = Engine::load(Some(&arguments.against), against, "compared")?;
    let after = Engine::load(arguments.policy.as_deref(), records, "compared")?;
    let inputs = Inputs::find(&arguments.events)?;

    let mut tally = Tally::default();
    let files = inputs.file_count;
    let status = walk(inputs, files, |input, event| {
        let Ok(event) = event else {
            tally.add_unreadable();
            return Status::BadInput;
        };
        let (old, new) = (before.decide(event), after.decide(event));
        let difference = change::difference(event, (&old, before.policy()), (&new, after.policy()));
        tally.add(&input.name, [&old, &new], difference);
        Status::Fine
    })?;

    let result = Comparison {
        before: &before.setup.origin,
        after: &after.setup.origin,
        tally: &tally,
        values: arguments.values,
    };
    match arguments {
        Diff { json: true, .. } => writeln!(out, "{}", result.json())?,
        Diff { html: Some(place), .. } => {
            page::file::write(&page::diff(&result).into_string(), place, out)?;
        }
        _ => result.write(report::width(), out)?,
    }
    Ok(status.max(match (tally.newly_refused(), tally.differing) {
        (0, 0) => Status::Fine,
        (0, _) => Status::Found,
        _ => Status::Refused,
    }))
}

/// What was compared, and what came of it.
pub struct Comparison<'c> {
    /// Which policy and records decided before.
    pub before: &'c str,
    /// Which decide after.
    pub after: &'c str,
    /// The differences.
    pub tally: &'c Tally,
    /// Whether values may be shown.
    pub values: bool,
}
