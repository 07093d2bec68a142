//! `claimsmith manual`: the manual pages, from the command's own definitions.
//!
//! Options come from the definitions; examples and notes are the texts that the help shows, set as
//! they are.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::{Args, Command};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::status::{Failure, STATUSES, Status, words};
use crate::terminal::{self, Reader};

/// Print a manual page, or write them all
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith manual | man -l -
  claimsmith manual doctor | man -l -
  claimsmith manual --dir ~/.local/share/man/man1    then: man claimsmith-doctor")]
pub struct Manual {
    /// A command; the page about all of them if not given
    #[arg(value_name = "COMMAND", conflicts_with = "dir")]
    command: Option<String>,
    /// Write all pages into this folder: claimsmith.1, claimsmith-simulate.1 and so on
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

/// What stands above the examples in a help text.
const EXAMPLES: &str = "Examples:\n";

/// What the environment changes.
const ENVIRONMENT: [(&str, &str); 5] = [
    ("NO_COLOR", "No colours, whatever its value."),
    ("CLICOLOR_FORCE", "Colours in a pipe, too. NO_COLOR wins."),
    ("COLUMNS", "The width of reports where there is no terminal; 100 without it."),
    (
        "AWS_REGION, AWS_PROFILE, AWS_ACCESS_KEY_ID and others",
        "The way to the table, as in the AWS CLI.",
    ),
    ("AWS_ENDPOINT_URL_DYNAMODB, AWS_CA_BUNDLE", "Another way to the table."),
];

/// Prints one page of `root`, or writes all.
pub fn run(arguments: &Manual, root: Command) -> Result<Status, Failure> {
    let mut out = terminal::stdout(Reader::Machine);
    // `help` has no page of its own.
    let mut root = root.disable_help_subcommand(true);
    root.build();
    if let Some(folder) = &arguments.dir {
        fs::create_dir_all(folder).map_err(|error| unusable(folder, &error))?;
        for command in std::iter::once(&root).chain(subcommands(&root)) {
            let page = page(command)?;
            let path = folder.join(format!("{}.1", page_name(command)));
            fs::write(&path, page).map_err(|error| unusable(&path, &error))?;
            writeln!(out, "{}", path.display())?;
        }
        return Ok(Status::Fine);
    }
    let command = match &arguments.command {
        None => &root,
        Some(name) => {
            subcommands(&root).find(|command| command.get_name() == name).ok_or_else(|| {
                let names: Vec<&str> = subcommands(&root).map(Command::get_name).collect();
                Failure::Input(format!("no command of this name; there are {}", names.join(", ")))
            })?
        }
    };
    out.write_all(&page(command)?)?;
    Ok(Status::Fine)
}

fn unusable(path: &std::path::Path, error: &std::io::Error) -> Failure {
    Failure::Input(format!("{}: {}", terminal::file(path), words(error)))
}

fn subcommands(root: &Command) -> impl Iterator<Item = &Command> {
    root.get_subcommands()
}

/// `claimsmith-simulate`, as `man claimsmith simulate` looks for it.
fn page_name(command: &Command) -> String {
    command.get_display_name().unwrap_or_else(|| command.get_name()).to_owned()
}

fn page(command: &Command) -> Result<Vec<u8>, Failure> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let name = page_name(command);
    let plain = command.clone().after_help("");
    let man = Man::new(plain)
        .title(name.to_uppercase())
        .manual("Claimsmith")
        .source(concat!("claimsmith ", env!("CARGO_PKG_VERSION")));
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    extra(&help).to_writer(&mut page)?;
    Ok(page)
}

/// Examples and notes of the help, and what is true of every command.
fn extra(help: &str) -> Roff {
    let mut roff = Roff::new();
    // Blocks are parted by empty lines. The statuses have a section of their own.
    let blocks = help.split("\n\n").filter(|block| !block.starts_with("Exit status:"));
    let (examples, notes): (Vec<&str>, Vec<&str>) =
        blocks.filter(|it| !it.trim().is_empty()).partition(|it| it.starts_with(EXAMPLES));
    for (title, blocks) in [("EXAMPLES", examples), ("NOTES", notes)] {
        for (at, block) in blocks.into_iter().enumerate() {
            match at {
                0 => roff.control("SH", [title]),
                _ => roff.control("PP", []),
            };
            as_it_stands(&mut roff, block.strip_prefix(EXAMPLES).unwrap_or(block));
        }
    }
    roff.control("SH", ["EXIT STATUS"]);
    for (status, meaning) in STATUSES {
        roff.control("TP", ["4"]).text([bold(status.to_string())]).text([roman(meaning)]);
    }
    roff.control("SH", ["ENVIRONMENT"]);
    for (names, meaning) in ENVIRONMENT {
        roff.control("TP", []).text([bold(names)]).text([roman(meaning)]);
    }
    roff
}

/// Lines as they are, not filled.
fn as_it_stands(roff: &mut Roff, text: &str) {
    roff.control("nf", []);
    for line in text.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}
