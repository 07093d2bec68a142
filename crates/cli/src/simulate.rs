//! `claimsmith simulate`: events in, and what the trigger makes of them.

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use claimsmith::Decided;
use claimsmith::event::TriggerEvent;
use claimsmith::outcome::Reason;
use claimsmith::policy::Policy;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use maud::Markup;
use serde_json::json;
use tokio::runtime::Runtime;
use tokio::time::Instant;

use crate::input::{Input, Inputs};
use crate::page::Population;
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

    /// One event fills a page, several are summed up on one.
    fn page(
        &self,
        mut inputs: Inputs,
        place: &Path,
        out: &mut impl Write,
    ) -> Result<Status, Failure> {
        let (first, second) = (inputs.next(), inputs.next());
        let (page, status) = match (first, second) {
            (Some(only), None) => self.event_page(&only),
            (first, second) => {
                let files = inputs.file_count;
                self.population_page(first.into_iter().chain(second).chain(inputs), files)?
            }
        };
        page::file::write(&page.into_string(), place, out)?;
        Ok(status)
    }

    fn event_page(&self, input: &Input) -> (Markup, Status) {
        let policy = self.policy();
        let (body, status) = match readable(input) {
            Ok(event) => {
                let decided = self.decide(&event);
                (page::event(&input.name, &event, &decided, policy), Status::of(&decided))
            }
            Err(problem) => (page::unreadable(&problem, policy), Status::BadInput),
        };
        (page::of_event(&input.name, &self.setup.origin, &body), status)
    }

    fn population_page(
        &self,
        inputs: impl Iterator<Item = Input>,
        files: usize,
    ) -> io::Result<(Markup, Status)> {
        let mut population = Population::default();
        let status = self.walk(inputs, files, |input, known| match known {
            Ok((event, decided)) => population.add(&input.name, event, decided, self.policy()),
            Err(problem) => population.add_unreadable(&input.name, problem, self.policy()),
        })?;
        Ok((population.page(&self.setup.origin, self.policy()), status))
    }

    fn report(&self, input: &Input, out: &mut impl Write) -> io::Result<Status> {
        let policy = self.policy();
        match readable(input) {
            Ok(event) => {
                let decided = self.decide(&event);
                report::report(&input.name, &event, &decided, policy, self.width, out)?;
                Ok(Status::of(&decided))
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
        let mut summary = Summary::default();
        let status = self.walk(inputs, files, |input, known| match known {
            Ok((_, decided)) => summary.add(&input.name, decided),
            Err(_) => summary.add_unreadable(&input.name),
        })?;
        summary.write(out)?;
        Ok(status)
    }

    /// Decides about many events, one at a time, with progress; texts that are no events are named
    /// on standard error.
    fn walk(
        &self,
        inputs: impl Iterator<Item = Input>,
        files: usize,
        mut each: impl FnMut(&Input, Result<(&TriggerEvent<'_>, &Decided<'_>), &str>),
    ) -> io::Result<Status> {
        let progress = progress(files);
        let mut status = Status::Fine;
        for input in inputs {
            let one = match readable(&input) {
                Ok(event) => {
                    let decided = self.decide(&event);
                    each(&input, Ok((&event, &decided)));
                    Status::of(&decided)
                }
                Err(problem) => {
                    each(&input, Err(&problem));
                    progress.suspend(|| writeln!(io::stderr(), "{}: {problem}", input.name))?;
                    Status::BadInput
                }
            };
            status = status.max(one);
            progress.inc(1);
        }
        progress.finish_and_clear();
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

    fn decide<'e>(&'e self, event: &'e TriggerEvent<'e>) -> Decided<'e> {
        let trigger = &self.setup.trigger;
        self.runtime.block_on(async {
            trigger.decide(event, Instant::now() + trigger.policy.deadline).await
        })
    }

    fn policy(&self) -> &Policy {
        &self.setup.trigger.policy
    }
}

impl Status {
    fn of(decided: &Decided<'_>) -> Self {
        if decided.outcome.is_ok() { Status::Fine } else { Status::Refused }
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
