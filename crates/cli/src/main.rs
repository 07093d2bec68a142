//! The command `claimsmith`: see what the trigger does, without AWS.
//!
//! Shell: arguments, files, terminal, exit status. Every decision is the trigger's own.
//!
//! The exit statuses stand in `status.rs`.

mod check;
mod completions;
mod decision;
mod diff;
mod doctor;
mod input;
mod json;
mod manual;
mod page;
mod report;
mod schemas;
mod seed;
mod serve;
mod setup;
mod show;
mod sign_in;
mod simulate;
mod status;
mod summary;
mod walk;

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anstream::AutoStream;
use clap::builder::NonEmptyStringValueParser;
use clap::{ArgGroup, Args, CommandFactory, Parser, Subcommand};
use completions::Completions;
use doctor::Doctor;
use manual::Manual;
use schemas::Schema;
use status::Status;

#[derive(Parser)]
#[command(
    name = "claimsmith",
    version,
    about = "See what your Amazon Cognito tokens will contain, without AWS",
    after_help = format!("{EXAMPLES}\n\n{}", status::help())
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  claimsmith simulate event.json                what the tokens will contain
  claimsmith check --policy claims.toml         all that is wrong in a policy
  claimsmith diff --against main.toml --policy claims.toml events/
                                                what a change does to tokens
  claimsmith show --user SUB                    what the table says of a person
  claimsmith doctor org_id --token token.txt    why a claim is not in a token
  claimsmith serve                              a playground in the browser
  claimsmith help simulate                      more about a command";

impl Cli {
    fn for_machines(&self) -> bool {
        match &self.command {
            Command::Simulate(Simulate { json, response, html, .. }) => {
                *json || *response || html.as_deref().is_some_and(page::file::is_stdout)
            }
            Command::Diff(Diff { json, html, .. }) => {
                *json || html.as_deref().is_some_and(page::file::is_stdout)
            }
            Command::Check(Check { json, .. })
            | Command::Seed(Seed { json, .. })
            | Command::Show(Show { json, .. })
            | Command::Doctor(Doctor { json, .. }) => *json,
            Command::Serve(_) => false,
            Command::Schema(_) | Command::Completions(_) | Command::Manual(_) => true,
        }
    }
}

#[derive(Subcommand)]
enum Command {
    /// Show the two tokens that Cognito would make of a trigger event, and why
    #[command(after_help = "\
Examples:
  claimsmith simulate event.json                     one event, explained
  claimsmith simulate --response event.json          what the Lambda returns
  claimsmith simulate --policy claims.toml --records items.json events/
                                                     many events, summed up
  claimsmith simulate --json - < events.jsonl        a line of JSON per event
  claimsmith simulate --html report.html events/     a page; it holds values

An EVENT is a file with one or more events one after another, a folder of such
files (*.json, *.jsonl), or - for standard input.")]
    Simulate(Simulate),
    /// Show what a change of the policy does to the tokens of many events
    #[command(after_help = "\
Examples:
  claimsmith diff --against running.toml --policy claims.toml events/
  git show main:claims.toml > main.toml
  claimsmith diff --against main.toml --policy claims.toml events/
  claimsmith diff --against main.toml --policy claims.toml --json events.jsonl

--against is what runs now, --policy is what you want to run. Tokens are
compared, not files: who gains, loses or changes which claim, and why.
Without --values no claim value is shown, so that the output may be published.

Exit status: 0 no difference, 4 tokens or answers differ, 3 somebody who had
a token is newly refused, 2 bad input.")]
    Diff(Diff),
    /// Find all that is wrong in a policy file
    #[command(after_help = "\
Examples:
  claimsmith check --policy claims.toml
  claimsmith check --policy claims.toml --json | jq .findings

Variables that aren't set are listed and don't matter here; the function needs
them all.")]
    Check(Check),
    /// Write a file of items to the policy's table on DynamoDB
    #[command(after_help = "\
Examples:
  claimsmith seed --dry-run items.json    what would be written; needs no AWS
  claimsmith seed items.json              writes, reads back and compares
  claimsmith seed --create items.json     makes the table first, on a DynamoDB
                                          on this machine

Items that are in the table already and equal are left alone, so it can be run
again. An item that is there and differs stops it before anything is written.
Region, credentials and endpoint come from the environment, as in the AWS CLI.
Nobody else should write to the table meanwhile.")]
    Seed(Seed),
    /// Show what the trigger would read for one person or machine, round by round
    #[command(after_help = "\
Examples:
  claimsmith show --user 11111111-1111-4111-8111-111111111111
  claimsmith show --user SUB --metadata org_id=globex    when switching there
  claimsmith show --client CLIENT_ID                     a machine
  claimsmith show --user SUB --records items.json        from a file, no AWS

It prints attributes with their values: mind who looks over your shoulder.
Groups, scopes and token sizes are not in it; see `claimsmith simulate`.")]
    Show(Show),
    /// Try a policy in the browser, and answer Lambda's Invoke in the function's place
    #[command(after_help = "\
Examples:
  claimsmith serve                          the built-in policy and company
  claimsmith serve --policy claims.toml --records items.json
  aws lambda invoke --endpoint-url http://127.0.0.1:9001 \\
    --function-name pre-token --cli-binary-format raw-in-base64-out \\
    --payload file://event.json answer.json

The page never writes a file, and what is typed into it reads no file, no
environment variable and no table. Functions that are invoked follow the files;
a policy with findings makes them fail, as it would in AWS.
Ctrl-C ends it.")]
    Serve(Serve),
    /// Find out why a claim is not in a token
    #[command(after_help = "\
Examples:
  claimsmith doctor org_id --token token.txt      a token that you have
  pbpaste | claimsmith doctor org_id --token -    from the clipboard; as an
                                                  argument it would stay in the
                                                  shell's history
  claimsmith doctor --event event.json --records items.json
                                                  what the trigger would do
  claimsmith doctor org_id --user SUB             what the table says
  aws cognito-idp describe-user-pool --user-pool-id ID |
    claimsmith doctor --pool -                    how it calls the function

All of these can be given together: the more it knows, the surer it is.
The token is sent nowhere, and neither it nor any claim's value is printed.

Exit status: 0 nothing wrong, 4 causes were found, 2 bad input.")]
    Doctor(Doctor),
    /// Print the JSON Schema of the policy file, or of what a command prints
    #[command(after_help = "\
Examples:
  claimsmith schema > claims.schema.json    for editors
  claimsmith schema doctor                  what `doctor --json` prints")]
    Schema(Schema),
    /// Print completions for a shell
    #[command(after_help = "\
Examples:
  claimsmith completions bash > \\
    ~/.local/share/bash-completion/completions/claimsmith
  claimsmith completions zsh > ~/.zfunc/_claimsmith
  claimsmith completions fish > ~/.config/fish/completions/claimsmith.fish
  claimsmith completions powershell >> $PROFILE

For zsh the folder must be in fpath, before compinit:
  fpath+=~/.zfunc; autoload -Uz compinit; compinit")]
    Completions(Completions),
    /// Print a manual page, or write them all
    #[command(after_help = "\
Examples:
  claimsmith manual | man -l -
  claimsmith manual doctor | man -l -
  claimsmith manual --dir ~/.local/share/man/man1    then: man claimsmith-doctor")]
    Manual(Manual),
}

#[derive(Args)]
struct Simulate {
    /// The policy; the built-in one if not given
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
    #[arg(required = true, value_name = "EVENT")]
    events: Vec<PathBuf>,
}

#[derive(Args)]
struct Diff {
    /// The policy that runs now: the side before
    #[arg(long, value_name = "FILE")]
    against: PathBuf,
    /// The policy that you want to run: the side after; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A JSON file of items for both sides, instead of the policy's table
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Other items for the side before
    #[arg(long, value_name = "FILE")]
    against_records: Option<PathBuf>,
    /// Show the values of the first event for each claim that differs
    #[arg(long)]
    values: bool,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
    /// Write a page for the browser, or - for standard output
    #[arg(long, value_name = "FILE", conflicts_with = "json")]
    html: Option<PathBuf>,
    /// Files, folders, or - for standard input
    #[arg(required = true, value_name = "EVENT")]
    events: Vec<PathBuf>,
}

#[derive(Args)]
struct Check {
    /// The policy; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Print the findings as one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Seed {
    /// The policy; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Write to this one of the policy's tables only
    #[arg(long, value_name = "NAME")]
    table: Option<String>,
    /// Say what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Replace items that are there and differ
    #[arg(long)]
    overwrite: bool,
    /// Make tables that are not there; only where DynamoDB runs on this machine
    #[arg(long, conflicts_with = "dry_run")]
    create: bool,
    /// Print the counts as one JSON object
    #[arg(long)]
    json: bool,
    /// A JSON array of items, or - for standard input
    #[arg(value_name = "ITEMS")]
    items: PathBuf,
}

#[derive(Args)]
#[command(group(ArgGroup::new("identity").required(true).multiple(true).args(["user", "client"])))]
struct Show {
    /// The `sub` of a person
    #[arg(long, value_name = "SUB", value_parser = NonEmptyStringValueParser::new())]
    user: Option<String>,
    /// The app client; without a person, the machine that has it
    #[arg(long, value_name = "CLIENT_ID", value_parser = NonEmptyStringValueParser::new())]
    client: Option<String>,
    /// The person's user name; the `sub` if not given
    #[arg(long, value_name = "NAME", requires = "user")]
    username: Option<String>,
    /// The user pool; the first one that the policy serves if not given
    #[arg(long, value_name = "ID")]
    pool: Option<String>,
    /// A user attribute, such as custom:department=sales
    #[arg(long, value_name = "NAME=VALUE", value_parser = sign_in::pair, requires = "user")]
    attribute: Vec<(String, String)>,
    /// A member of the caller's client metadata, such as org_id=globex
    #[arg(long, value_name = "NAME=VALUE", value_parser = sign_in::pair)]
    metadata: Vec<(String, String)>,
    /// The policy; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A JSON file of items instead of the policy's table
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct Serve {
    /// The policy; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// A JSON file of items; the built-in demo company if neither this nor the policy's table is a
    /// file
    #[arg(long, value_name = "FILE")]
    records: Option<PathBuf>,
    /// Read the policy's table on DynamoDB when invoked as a function; the page never does
    #[arg(long, conflicts_with = "records")]
    table: bool,
    /// The port; 0 is any free one
    #[arg(long, value_name = "N", default_value_t = 9001)]
    port: u16,
    /// The address to listen at
    #[arg(long, value_name = "ADDRESS", default_value_t = std::net::IpAddr::from([127, 0, 0, 1]))]
    bind: std::net::IpAddr,
    /// Allow an address that other machines can reach; they can do all that the page can
    #[arg(long)]
    allow_remote: bool,
    /// A host name by which others call this machine, such as host.docker.internal
    #[arg(long, value_name = "NAME", requires = "allow_remote")]
    host: Vec<String>,
}

/// Why a command could not do its work.
enum Failure {
    /// What was given can't be used.
    Input(String),
    /// The machine failed.
    Machine(io::Error),
}

impl Failure {
    /// The problem in words.
    fn into_text(self) -> String {
        match self {
            Failure::Input(problem) => problem,
            Failure::Machine(error) => error.to_string(),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Machine(error)
    }
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    // Output for machines goes out byte for byte; what takes colours out of a report would take a
    // control character out of a value, too.
    let stdout = io::stdout().lock();
    let mut out =
        if cli.for_machines() { AutoStream::always_ansi(stdout) } else { AutoStream::auto(stdout) };
    let result = match &cli.command {
        Command::Simulate(arguments) => simulate::simulate(arguments, &mut out),
        Command::Diff(arguments) => diff::diff(arguments, &mut out),
        Command::Check(arguments) => check::check(arguments, &mut out),
        Command::Seed(arguments) => seed::seed(arguments, &mut out),
        Command::Show(arguments) => show::show(arguments, &mut out),
        Command::Serve(arguments) => serve::serve(arguments, &mut out),
        Command::Doctor(arguments) => doctor::doctor(arguments, &mut out),
        Command::Schema(arguments) => schemas::schema(arguments, &mut out),
        Command::Completions(arguments) => {
            completions::completions(arguments, Cli::command(), &mut out)
        }
        Command::Manual(arguments) => manual::manual(arguments, Cli::command(), &mut out),
    };
    match result.and_then(|status| Ok(out.flush().map(|()| status)?)) {
        Ok(status) => status.into(),
        // Whoever reads our output has seen enough: `claimsmith … | head`.
        Err(Failure::Machine(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
            ExitCode::SUCCESS
        }
        Err(Failure::Machine(error)) => fail(&error.to_string(), 1),
        Err(Failure::Input(problem)) => fail(&problem, 2),
    }
}

fn fail(problem: &str, status: u8) -> ExitCode {
    // The name of a file is nobody's order to the terminal.
    let plain = |letter: char| match letter {
        '\n' | '\t' => letter,
        letter if letter.is_control() => '\u{fffd}',
        letter => letter,
    };
    let problem: String = problem.chars().map(plain).collect();
    // If not even this can be written, the exit status still tells.
    let _ = writeln!(io::stderr().lock(), "claimsmith: {problem}");
    ExitCode::from(status)
}
