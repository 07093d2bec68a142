//! `claimsmith contract`: what readers may rely on, and what a change of it means for them.

mod change;
mod comments;
mod file;
mod kind;
mod model;
mod place;
mod report;

use std::io::Write;
use std::path::{Path, PathBuf};

use claimsmith::load::Text;
use claimsmith::policy::{ClaimRule, ClaimValue};
use clap::Args;
pub use kind::Kind;
pub use model::{Claim, Contract, Form};

pub use self::change::{Change, Verdict, changes, worst};
use self::comments::Written;
pub use self::report::Comparison;
use crate::setup;
use crate::status::{Failure, Status};
use crate::terminal::{self, Reader};

/// Print what readers of the tokens may rely on, and what a change breaks
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith contract --policy claims.toml > claims.contract.json
  claimsmith contract --against claims.contract.json --policy claims.toml
  claimsmith contract --against main.toml --policy claims.toml --json

The contract is JSON and made to be committed: each claim with its type, its
encoding and what to expect of it in each token. It holds no value of anybody.
--against is a contract, or a policy, that readers know. For each change it
says whether readers go on working, must be deployed first, or break, and for
all of them in which steps to deploy.

Exit status: 0 no change, or compatible ones, 4 readers must be deployed first,
3 a change breaks readers, 2 bad input.")]
#[command(name = "contract")]
pub struct Arguments {
    /// The policy; ./claims.toml if not given, and if there is none the built-in one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The contract that readers know, or a policy
    #[arg(long, value_name = "FILE")]
    against: Option<PathBuf>,
    /// Print the comparison as one JSON object
    #[arg(long, requires = "against")]
    json: bool,
}

/// Prints a contract, or what has changed in it.
pub fn run(arguments: &Arguments) -> Result<Status, Failure> {
    let done = if arguments.against.is_some() { "compared" } else { "printed" };
    let given = arguments.policy.as_deref();
    let file = match &arguments.against {
        None => setup::policy_file_told(given),
        Some(_) => setup::policy_file(given),
    };
    let text = setup::policy_text(file.as_deref())?;
    let contract = of_policy(&text, done)?;
    let Some(against) = &arguments.against else {
        terminal::stdout(Reader::Machine).write_all(contract.to_file().as_bytes())?;
        return Ok(Status::Fine);
    };
    let before = read(against)?;
    let name = against.display().to_string();
    let changes = changes(&before, &contract);
    let comparison = Comparison { before: &name, after: &text.name, changes: &changes };
    let mut out = terminal::stdout(Reader::machine_if(arguments.json));
    match arguments.json {
        true => writeln!(out, "{}", comparison.json())?,
        false => comparison.write(terminal::width(), &mut out)?,
    }
    Ok(match worst(&changes) {
        Verdict::Compatible => Status::Fine,
        Verdict::ReadersFirst => Status::Found,
        Verdict::Breaking => Status::Refused,
    })
}

/// The contract of a policy in which nothing is wrong, and whose lists of flags are known.
pub fn of_policy(text: &Text, done: &str) -> Result<Contract, Failure> {
    let policy = setup::policy(text, done)?;
    let written = Written::of(&text.text);
    let is_open = |claim: &&ClaimRule| {
        matches!(claim.value, ClaimValue::Merge { catalogue: None, .. })
            && written.has(&claim.name, "flags")
    };
    match policy.claims.iter().find(is_open) {
        None => Ok(Contract::of(&policy, &written)),
        Some(claim) => Err(Failure::Input(format!(
            "{}: the flags of claim `{}` need a variable that is not set, so nothing was {done}",
            text.name,
            terminal::plain(&claim.name)
        ))),
    }
}

/// The most bytes of what stands beside a policy: far more than one makes.
const MOST: u64 = 1_000_000;

/// The contract in a file, or that of the policy in it. JSON begins with a brace, which no policy does.
pub fn read(path: &Path) -> Result<Contract, Failure> {
    if std::fs::metadata(path).is_ok_and(|file| file.len() > MOST) {
        let problem = format!("{}: more than 1 MB, which no contract has", terminal::file(path));
        return Err(Failure::Input(problem));
    }
    let text = Text::of(path, setup::read)?;
    if !text.text.trim_start().starts_with('{') {
        return of_policy(&text, "compared");
    }
    Contract::from_file(&text.text).map_err(|problem| {
        let problem = terminal::cut(&problem, usize::MAX);
        Failure::Input(format!("{}: no contract: {problem}", text.name))
    })
}
