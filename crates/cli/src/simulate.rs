//! `claimsmith simulate`: events in, and what the trigger makes of them.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use claimsmith::Decided;
use claimsmith::outcome::{Reason, Refusal};
use claimsmith_playground::json;
use claimsmith_playground::page::event;
use clap::Args;
use maud::Markup;

use crate::input::{Input, Inputs};
use crate::page::file;
use crate::page::population::Population;
use crate::report;
use crate::setup::Setup;
use crate::status::{Failure, Status};
use crate::summary::Summary;
use crate::terminal::{self, BAD, DIM, Reader};
use crate::walk::{Steps, walk};
use crate::who::Who;

/// Show the two tokens that Cognito would make of a trigger event, and why
#[derive(Args)]
#[command(
    override_usage = "claimsmith simulate [OPTIONS] <EVENT>...\n       \
                      claimsmith simulate [OPTIONS] --user <SUB>\n       \
                      claimsmith simulate [OPTIONS] --client <CLIENT_ID>",
    after_help = "\
Examples:
  claimsmith simulate --records items.json --user SUB
                                                     a sign-in, explained
  claimsmith simulate event.json                     an event that you have
  claimsmith simulate --response event.json          what the Lambda returns
  claimsmith simulate --policy claims.toml --records items.json events/
                                                     many events, summed up
  claimsmith simulate --json - < events.jsonl        a line of JSON per event
  claimsmith simulate --html report.html events/     a page; it holds values

An EVENT is a file with one or more events one after another, a folder of such
files (*.json, *.jsonl), or - for standard input."
)]
pub struct Simulate {
    /// The policy; ./claims.toml if not given, and if there is none the built-in one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A JSON file of items instead of the policy's table; the built-in demo company if neither
    /// is a file
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Print one line of JSON per event
    #[arg(long, conflicts_with = "response")]
    json: bool,
    /// Print exactly what the Lambda would return
    #[arg(long)]
    response: bool,
    /// Write a page for the browser, or - for standard output
    #[arg(long, value_name = "FILE", conflicts_with_all = ["json", "response"])]
    html: Option<PathBuf>,
    /// Files, folders, or - for standard input
    #[arg(required_unless_present_any = ["user", "client"], conflicts_with_all = ["user", "client"], value_name = "EVENT")]
    events: Vec<PathBuf>,
    #[command(flatten)]
    who: Who,
}

/// Simulates all events.
pub fn run(arguments: &Simulate) -> Result<Status, Failure> {
    if let Some(place) = &arguments.html {
        file::check(place)?;
    }
    let (policy, records) = (arguments.policy.as_deref(), arguments.records.as_deref());
    let setup = Setup::load(policy, records, "simulated")?;
    let inputs = match arguments.who.is_given() {
        true => Inputs::made(arguments.who.name(), arguments.who.event(setup.policy())),
        false => Inputs::find(&arguments.events)?,
    };
    let simulation = Simulation { setup, width: terminal::width() };
    let mut out = terminal::stdout(Reader::machine_if(arguments.json || arguments.response));
    match arguments {
        Simulate { json: true, .. } => simulation.each(inputs, &mut out, Simulation::json_line),
        Simulate { response: true, .. } => {
            simulation.each(inputs, &mut out, Simulation::response_line)
        }
        Simulate { html: Some(place), .. } => simulation.page(inputs, place),
        _ => simulation.explain(inputs, &mut out),
    }
}

struct Simulation {
    setup: Setup,
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
        // Lines on a terminal are progress enough.
        let lines_are_seen = io::stdout().is_terminal();
        let mut steps = (!lines_are_seen).then(|| Steps::of(inputs.file_count));
        let mut status = Status::Fine;
        for input in inputs {
            status = status.max(each(self, &input, out)?);
            steps.iter_mut().for_each(Steps::step);
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
    fn page(&self, mut inputs: Inputs, place: &Path) -> Result<Status, Failure> {
        let (first, second) = (inputs.next(), inputs.next());
        let (page, status) = match (first, second) {
            (Some(only), None) => self.event_page(&only),
            (first, second) => {
                let files = inputs.file_count;
                self.population_page(first.into_iter().chain(second).chain(inputs), files)?
            }
        };
        file::write(&page.into_string(), place)?;
        Ok(status)
    }

    fn event_page(&self, input: &Input) -> (Markup, Status) {
        let policy = self.setup.policy();
        let (body, status) = match self.setup.decide(input) {
            Ok(decided) => (event::fragment(&input.name, &decided, policy), status(&decided)),
            Err(problem) => (event::unreadable(&problem, policy), Status::BadInput),
        };
        (event::page(&input.name, &self.setup.origin, &body), status)
    }

    fn population_page(
        &self,
        inputs: impl Iterator<Item = Input>,
        files: usize,
    ) -> io::Result<(Markup, Status)> {
        let mut population = Population::default();
        let policy = self.setup.policy();
        let status = walk(&self.setup, inputs, files, |input, decided| match decided {
            Ok(decided) => {
                population.add(&input.name, decided, policy);
                status(decided)
            }
            Err(problem) => {
                population.add_unreadable(&input.name, problem, policy);
                Status::BadInput
            }
        })?;
        Ok((population.page(&self.setup.origin, policy), status))
    }

    fn report(&self, input: &Input, out: &mut impl Write) -> io::Result<Status> {
        let policy = self.setup.policy();
        match self.setup.decide(input) {
            Ok(decided) => {
                report::report(&input.shown(), &decided, policy, self.width, out)?;
                Ok(status(&decided))
            }
            Err(problem) => {
                writeln!(out, "{BAD}refused{BAD:#}: {}", Reason::UnreadableEvent)?;
                writeln!(out, "  {}: {problem}", input.shown())?;
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
        let status = walk(&self.setup, inputs, files, |input, decided| match decided {
            Ok(decided) => {
                summary.add(&input.shown(), decided);
                status(decided)
            }
            Err(_) => {
                summary.add_unreadable(&input.shown());
                Status::BadInput
            }
        })?;
        summary.write(out)?;
        Ok(status)
    }

    fn json_line(&self, input: &Input, out: &mut impl Write) -> io::Result<Status> {
        match self.setup.decide(input) {
            Ok(decided) => {
                writeln!(out, "{}", json::decided(&input.name, &decided, self.setup.policy()))?;
                Ok(status(&decided))
            }
            Err(problem) => {
                writeln!(out, "{}", json::unreadable(&input.name, &problem, self.setup.policy()))?;
                Ok(Status::BadInput)
            }
        }
    }

    /// What Lambda's caller gets: the whole event, or `errorType` and `errorMessage`.
    fn response_line(&self, input: &Input, out: &mut impl Write) -> io::Result<Status> {
        let (refusal, status) = match self.setup.decide(input) {
            Ok(decided) => match decided.into_answer() {
                Ok(answer) => {
                    writeln!(out, "{answer}")?;
                    return Ok(Status::Fine);
                }
                Err(refusal) => (refusal, Status::Refused),
            },
            Err(problem) => {
                writeln!(io::stderr(), "{}: {problem}", input.shown())?;
                (Refusal::unreadable(&problem), Status::BadInput)
            }
        };
        writeln!(out, "{}", json::error(&refusal, self.setup.policy()))?;
        Ok(status)
    }
}

fn status(decided: &Decided<'_>) -> Status {
    if decided.outcome.is_ok() { Status::Fine } else { Status::Refused }
}
