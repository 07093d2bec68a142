//! `claimsmith init`: a policy to begin with, and what it is tried with.

use std::borrow::Cow;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use claimsmith_playground::starters::{STARTERS, Starter};
use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::status::{Failure, Status, words};
use crate::terminal::{self, BOLD, DIM, GOOD, NOTICE, Reader};

/// Begin: write a policy, items, a sign-in and a workflow into this folder
#[derive(Args)]
#[command(after_help = help())]
pub struct Init {
    /// What is most like yours
    #[arg(value_name = "STARTER", default_value = "single-table", value_parser = PossibleValuesParser::new(STARTERS.iter().map(|it| it.name)), hide_possible_values = true)]
    starter: String,
}

/// One file, and what it is.
struct Written {
    path: &'static str,
    text: Cow<'static, str>,
    what: &'static str,
}

const WORKFLOW: &str = include_str!("../../starters/workflow.yml");
/// In the workflow: this command's own release.
const TAG: &str = "TAG";
const RECORDS: &str = " --records items.json";
/// In a policy: which user pools it serves.
const POOL: &str = "\nuser_pools = ";

/// The starters, a line each.
fn help() -> String {
    let lines = STARTERS.iter().map(|it| format!("  {:13}  {}\n", it.name, it.what));
    format!(
        "\
Examples:
  claimsmith init                  the shipped policy
  claimsmith init own-table        for tables that you have

Starters:
{}
Nothing that is there is overwritten.",
        lines.collect::<String>()
    )
}

/// Writes the files, or none if one of them is there.
pub fn run(arguments: &Init) -> Result<Status, Failure> {
    let starter = STARTERS.iter().find(|it| it.name == arguments.starter);
    let starter = starter.ok_or_else(|| Failure::Input("no such starter".to_owned()))?;
    let files = files(starter);
    for file in &files {
        if fs::symlink_metadata(file.path).is_ok() {
            let problem = "is there already, so nothing was written";
            return Err(Failure::Input(format!("{}: {problem}", file.path)));
        }
    }
    let mut written = Vec::new();
    for file in &files {
        if let Err(error) = write(file) {
            // What is half there would be in the way of the next try.
            written.iter().for_each(|path| drop(fs::remove_file(path)));
            let problem = format!("{}: {}", file.path, words(&error));
            return Err(Failure::Machine(io::Error::other(problem)));
        }
        written.push(file.path);
    }
    Ok(tell(starter, &files).map(|()| Status::Fine)?)
}

fn files(starter: &Starter) -> Vec<Written> {
    let mut files = vec![Written {
        path: "claims.toml",
        text: starter.policy.into(),
        what: "the policy: what is read, who gets in, what goes into the tokens",
    }];
    files.extend(starter.items.map(|text| Written {
        path: "items.json",
        text: text.into(),
        what: "items as the tables would hold them, of a made-up company",
    }));
    files.extend([
        Written {
            path: "event.json",
            text: starter.event.into(),
            what: "what Cognito sends when somebody of them signs in",
        },
        Written {
            path: ".github/workflows/claims.yml",
            text: workflow(starter).into(),
            what: "checks the policy at each push",
        },
    ]);
    files
}

fn workflow(starter: &Starter) -> String {
    let text = WORKFLOW.replace(TAG, concat!("v", env!("CARGO_PKG_VERSION")));
    if starter.items.is_some() { text } else { text.replace(RECORDS, "") }
}

fn write(file: &Written) -> io::Result<()> {
    if let Some(folder) = Path::new(file.path).parent() {
        fs::create_dir_all(folder)?;
    }
    let mut made = OpenOptions::new().write(true).create_new(true).open(file.path)?;
    made.write_all(file.text.as_bytes()).inspect_err(|_| drop(fs::remove_file(file.path)))
}

fn tell(starter: &Starter, files: &[Written]) -> io::Result<()> {
    let mut out = terminal::stdout(Reader::Person);
    writeln!(out, "{BOLD}{}{BOLD:#}: {}\n", starter.name, starter.what)?;
    let width = files.iter().map(|file| file.path.len()).max().unwrap_or(0);
    for Written { path, what, .. } in files {
        writeln!(out, "  {GOOD}wrote{GOOD:#}  {path:width$}  {DIM}{what}{DIM:#}")?;
    }
    let records = if starter.items.is_some() { RECORDS } else { "" };
    let next = [
        ("check".to_owned(), "all that is wrong in the policy"),
        (format!("simulate{records} event.json"), "both tokens"),
        (format!("serve{records}"), "the same in the browser"),
    ];
    let width = next.iter().map(|(command, _)| command.len()).max().unwrap_or(0);
    writeln!(out, "\n{BOLD}Next{BOLD:#}\n")?;
    for (command, what) in next {
        writeln!(out, "  claimsmith {command:width$}  {DIM}{what}{DIM:#}")?;
    }
    writeln!(out, "\n{BOLD}Anybody else{BOLD:#}, said in place of event.json\n")?;
    writeln!(out, "  claimsmith simulate{records} {}", starter.who)?;
    if starter.policy.contains(POOL) {
        writeln!(
            out,
            "\n{NOTICE}User pool and app client are made up{NOTICE:#}: put yours into claims.toml \
             before you try an event of yours."
        )?;
    }
    // GitHub looks nowhere else.
    if !Path::new(".git").exists() {
        writeln!(
            out,
            "\n{NOTICE}This folder is not the top of a repository{NOTICE:#}: .github belongs there, with \
             `working-directory` for its steps."
        )?;
    }
    Ok(())
}
