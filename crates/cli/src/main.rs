//! The command `claimsmith`: see what the trigger does, without AWS.
//!
//! Every command is a file or a folder with its arguments, its help and its work. Every decision
//! is the trigger's own.

mod anonymise;
mod check;
mod completions;
mod contract;
mod diff;
mod doctor;
mod environment;
mod event;
mod init;
mod input;
mod manual;
mod pack;
mod page;
mod report;
mod revoke;
mod safe;
mod schema;
mod seed;
mod serve;
mod setup;
mod shell;
mod show;
mod simulate;
mod status;
mod summary;
mod table;
mod terminal;
mod types;
mod walk;
mod who;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{ColorChoice, CommandFactory, Parser, Subcommand};
use status::Failure;

#[derive(Parser)]
#[command(
    name = "claimsmith",
    version,
    about = "See what your Amazon Cognito tokens will contain, without AWS",
    after_help = format!("{EXAMPLES}\n\n{}", status::help())
)]
struct Arguments {
    /// When to print colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: ColorChoice,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  claimsmith init                               a policy to begin with
  claimsmith simulate event.json                what the tokens will contain
  claimsmith check --policy claims.toml         all that is wrong in a policy
  claimsmith pack --policy claims.toml --function released.zip
                                                a function with your policy
  claimsmith diff --against main.toml --policy claims.toml events/
                                                what a change does to tokens
  claimsmith contract --against claims.contract.json
                                                whether a change breaks readers
  claimsmith types --language typescript        its claims as types
  claimsmith show --user SUB                    what the table says of a person
  claimsmith revoke --user SUB                  no more tokens for a person
  claimsmith doctor org_id --token token.txt    why a claim is not in a token
  claimsmith serve                              a playground in the browser
  claimsmith help simulate                      more about a command";

#[derive(Subcommand)]
enum Command {
    Init(init::Init),
    Simulate(simulate::Simulate),
    Event(event::Event),
    Diff(diff::Diff),
    Check(check::Check),
    Pack(pack::Pack),
    Contract(contract::Arguments),
    Types(types::Types),
    Seed(seed::Seed),
    Revoke(revoke::Revoke),
    Show(show::Show),
    Serve(serve::Serve),
    Doctor(doctor::Doctor),
    Anonymise(anonymise::Anonymise),
    Schema(schema::Schema),
    Completions(completions::Completions),
    Manual(manual::Manual),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return told(&error),
    };
    match arguments.color {
        // `NO_COLOR` and the terminal decide.
        ColorChoice::Auto => anstream::ColorChoice::Auto,
        ColorChoice::Always => anstream::ColorChoice::Always,
        ColorChoice::Never => anstream::ColorChoice::Never,
    }
    .write_global();
    let result = match arguments.command {
        Command::Init(arguments) => init::run(&arguments),
        Command::Simulate(arguments) => simulate::run(&arguments),
        Command::Event(arguments) => event::run(&arguments),
        Command::Diff(arguments) => diff::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Pack(arguments) => pack::run(&arguments),
        Command::Contract(arguments) => contract::run(&arguments),
        Command::Types(arguments) => types::run(&arguments),
        Command::Seed(arguments) => seed::run(&arguments),
        Command::Revoke(arguments) => revoke::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Serve(arguments) => serve::run(&arguments),
        Command::Doctor(arguments) => doctor::run(&arguments),
        Command::Anonymise(arguments) => anonymise::run(&arguments),
        Command::Schema(arguments) => schema::run(&arguments),
        Command::Completions(arguments) => completions::run(&arguments, Arguments::command()),
        Command::Manual(arguments) => manual::run(&arguments, Arguments::command()),
    };
    match result.and_then(|status| Ok(io::stdout().flush().map(|()| status)?)) {
        Ok(status) => status.into(),
        // The reader of our output has closed it: `claimsmith … | head`.
        Err(Failure::Machine(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failure::Machine(error)) => fail(&status::words(&error), 1),
        Err(Failure::Input(problem)) => fail(&problem, 2),
    }
}

/// Help, or what is wrong with the arguments, which may be anybody's text.
fn told(error: &clap::Error) -> ExitCode {
    let text = error.render().ansi().to_string();
    // If not even this can be written, the exit status still tells.
    let _ = match error.use_stderr() {
        true => terminal::stderr().write_all(text.as_bytes()),
        false => terminal::stdout(terminal::Reader::Person).write_all(text.as_bytes()),
    };
    ExitCode::from(if error.use_stderr() { 2 } else { 0 })
}

fn fail(problem: &str, status: u8) -> ExitCode {
    terminal::tell(&format!("claimsmith: {problem}"));
    ExitCode::from(status)
}
