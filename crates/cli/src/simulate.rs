//! `claimsmith simulate`: events in, and what the trigger makes of them.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use claimsmith::event::TriggerEvent;
use claimsmith::outcome::Reason;
use claimsmith::policy::Policy;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::input::{Input, Inputs};
use crate::report::{self, BAD, DIM};
use crate::setup::Setup;
use crate::summary::Summary;
use crate::{Failure, Simulate, Status, json, page};

/// Simulates all events.
pub fn simulate(arguments: &Simulate, out: &mut impl Write) -> Result<Status, Failure> {
    let setup = Setup::load(arguments.policy.as_deref(), arguments.records.as_deref())?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let inputs = Inputs::find(&arguments.events)?;
    let simulation = Simulation { setup, runtime, width: report::width() };
    match arguments {
        Simulate { json: true, .. } => simulation.each(inputs, out, Simulation::json_line),
        Simulate { response: true, .. } => simulation.each(inputs, out, Simulation::response_line),
        Simulate { html: Some(place), .. } => simulation.page(inputs, place, out),
        _ => simulation.explain(inputs, out),
    }
}

struct Simulation {
    setup: Setup,
    runtime: Runtime,
    width: usize,
}

/// Writes one event's share of the output and says how it went.
type Each<W> = fn(&Simulation, &Input, &mut W) -> io::Result<Status>;

impl Simulation {
    fn each<W: Write>(
        &self,
        inputs: Inputs,
        out: &mut W,
        each: Each<W>,
    ) -> Result<Status, Failure> {
        let mut status = Status::Fine;
        for input in inputs {
            status = status.max(each(self, &input, out)?);
        }
        Ok(status)
    }

    /// One event is explained, several are summed up.
    fn explain(&self, mut inputs: Inputs, out: &mut impl Write) -> Result<Status, Failure> {
        let (first, second) = (inputs.next(), inputs.next());
        writeln!(out, "{DIM}{}{DIM:#}\n", self.setup.origin)?;
        match (first, second) {
            (Some(only), None) => Ok(self.report(&only, out)?),
            (first, second) => {
                let files = inputs.file_count;
                let all = first.into_iter().chain(second).chain(inputs);
                Ok(self.summary(all, files, out)?)
            }
        }
    }

    /// The page about one event.
    fn page(
        &self,
        mut inputs: Inputs,
        place: &Path,
        out: &mut impl Write,
    ) -> Result<Status, Failure> {
        let Some(input) = inputs.next() else { return Ok(Status::Fine) };
        let (body, status) = match readable(&input) {
            Ok(event) => {
                let decided = self.decide(&event);
                let body = page::event(&input.name, &event, &decided, self.policy());
                (body, if decided.outcome.is_ok() { Status::Fine } else { Status::Refused })
            }
            Err(problem) => (page::unreadable(&problem, self.policy()), Status::BadInput),
        };
        let page = page::document(&input.name, &self.setup.origin, &body);
        page::file::write(&page.into_string(), place, out)?;
        Ok(status)
    }

    fn report(&self, input: &Input, out: &mut impl Write) -> io::Result<Status> {
        let policy = self.policy();
        match readable(input) {
            Ok(event) => {
                let decided = self.decide(&event);
                report::report(&input.name, &event, &decided, policy, self.width, out)?;
                Ok(if decided.outcome.is_ok() { Status::Fine } else { Status::Refused })
            }
            Err(problem) => {
                writeln!(out, "{BAD}refused{BAD:#}: {}", Reason::UnreadableEvent)?;
                writeln!(out, "  {}: {problem}", input.name)?;
                Ok(Status::BadInput)
            }
        }
    }

    fn summary(
        &self,
        inputs: impl Iterator<Item = Input>,
        files: usize,
        out: &mut impl Write,
    ) -> io::Result<Status> {
        let progress = progress(files);
        let mut summary = Summary::default();
        let mut status = Status::Fine;
        for input in inputs {
            let one = match readable(&input) {
                Ok(event) => {
                    let decided = self.decide(&event);
                    summary.add(&input.name, &decided);
                    if decided.outcome.is_ok() { Status::Fine } else { Status::Refused }
                }
                Err(problem) => {
                    summary.add_unreadable(&input.name);
                    progress.suspend(|| writeln!(io::stderr(), "{}: {problem}", input.name))?;
                    Status::BadInput
                }
            };
            status = status.max(one);
            progress.inc(1);
        }
        progress.finish_and_clear();
        summary.write(out)?;
        Ok(status)
    }

    fn json_line(&self, input: &Input, out: &mut impl Write) -> io::Result<Status> {
        match readable(input) {
            Ok(event) => {
                let decided = self.decide(&event);
                let answer = decided.outcome.as_ref().ok();
                let answer = answer.map(|tokens| event.answer(&tokens.response(event.form)));
                let line = json::decided(&input.name, &decided, answer.as_deref(), self.policy());
                writeln!(out, "{line}")?;
                Ok(if answer.is_some() { Status::Fine } else { Status::Refused })
            }
            Err(problem) => {
                writeln!(out, "{}", json::unreadable(&input.name, &problem, self.policy()))?;
                Ok(Status::BadInput)
            }
        }
    }

    /// What Lambda's caller gets: the whole event, or `errorType` and `errorMessage`.
    fn response_line(&self, input: &Input, out: &mut impl Write) -> io::Result<Status> {
        let (refusal, status) = match readable(input) {
            Ok(event) => match self.decide(&event).outcome {
                Ok(tokens) => {
                    writeln!(out, "{}", event.answer(&tokens.response(event.form)))?;
                    return Ok(Status::Fine);
                }
                Err(refusal) => (refusal, Status::Refused),
            },
            Err(problem) => {
                writeln!(io::stderr(), "{}: {problem}", input.name)?;
                (claimsmith::outcome::Refusal::unreadable(&problem), Status::BadInput)
            }
        };
        let error = json!({
            "errorType": refusal.reason.as_str(),
            "errorMessage": refusal.message(self.policy()),
        });
        writeln!(out, "{error}")?;
        Ok(status)
    }

    fn decide<'e>(&'e self, event: &'e TriggerEvent<'e>) -> claimsmith::Decided<'e> {
        let trigger = &self.setup.trigger;
        self.runtime.block_on(async {
            trigger.decide(event, Instant::now() + trigger.policy.deadline).await
        })
    }

    fn policy(&self) -> &Policy {
        &self.setup.trigger.policy
    }
}

fn readable(input: &Input) -> Result<TriggerEvent<'_>, String> {
    let text = input.text.as_ref().map_err(String::clone)?;
    TriggerEvent::parse(text.as_bytes()).map_err(|error| error.to_string())
}

/// Progress on a terminal, after a moment; nothing in a pipe. How many events a single file holds
/// nobody knows before its end.
fn progress(files: usize) -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    let template = if files > 1 {
        bar.set_length(files as u64);
        "{human_pos} of about {human_len} events  {per_sec}"
    } else {
        "{human_pos} events  {per_sec}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}
