//! `claimsmith check`: all findings of a file, drawn into its lines; and of a policy without any what
//! it proves, and what a door can test of its claims.

pub mod bounds;
mod door;
mod good;
pub mod json;
mod json_proofs;
mod report;
mod table;
mod words;

use std::io::{self, Write};
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use claimsmith::load::Text;
use claimsmith::policy;
use claimsmith_authorizer::config;
use claimsmith_findings::{Code, Found};
use clap::Args;

use self::door::Door;
pub use self::good::{Good, GoodPolicy};
use crate::environment::variable;
use crate::setup;
use crate::status::{Failure, Status};
use crate::table::is_plain_and_remote;
use crate::terminal::{self, Reader, count};

/// Find all that is wrong in a policy file, or in an authorizer's configuration
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith check --policy claims.toml
  claimsmith check --policy claims.toml --json | jq .findings
  claimsmith check --policy claims.toml --prove        for a security review
  claimsmith check --door alb             what a load balancer can test alone
  claimsmith check --authorizer authorizer.toml
  claimsmith check --table claims         whether a table fits the policy

Variables that aren't set are listed and don't matter here; the function needs
them all.")]
pub struct Check {
    /// The policy; ./claims.toml if not given, and if there is none the built-in one
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The configuration of the Lambda authorizer, instead of a policy
    #[arg(long, value_name = "FILE", conflicts_with_all = ["policy", "prove", "door"])]
    authorizer: Option<PathBuf>,
    /// Show where each value can come from, what proves it, and what is taken
    /// on trust; and the most that a sign-in reads
    #[arg(long)]
    prove: bool,
    /// Show what this door can test of each claim without code, and the
    /// Terraform or CloudFormation that tells it to
    #[arg(long, value_name = "DOOR")]
    door: Option<Door>,
    /// Compare the policy with this table on DynamoDB, too: key names and types,
    /// indexes and what they hold
    #[arg(long, value_name = "NAME", conflicts_with = "authorizer")]
    table: Option<String>,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// Checks a policy, or an authorizer's configuration.
pub fn run(arguments: &Check) -> Result<Status, Failure> {
    match &arguments.authorizer {
        None => {
            let file = setup::policy_file(arguments.policy.as_deref());
            let text = setup::policy_text(file.as_deref())?;
            let checked = policy(&text, arguments.prove, arguments.door);
            let policy = checked.as_ref().ok().and_then(|good| good.policy.as_ref());
            let (Some(table), Some(good)) = (&arguments.table, policy) else {
                return show(&text.name, &text.text, checked, arguments.json);
            };
            let found = table::compare(&good.policy, table)?;
            let status = if found.is_empty() { Status::Fine } else { Status::BadInput };
            let mut out = terminal::stdout(Reader::machine_if(arguments.json));
            if arguments.json {
                let mut object = json::object(&text.name, &checked);
                if let Some(object) = object.as_object_mut() {
                    object.insert("table".to_owned(), table::json(&found));
                }
                writeln!(out, "{object}")?;
                return Ok(status);
            }
            table::write(table, &found, &mut out)?;
            drop(out);
            Ok(show(&text.name, &text.text, checked, false)?.max(status))
        }
        Some(path) => {
            let text = Text::of(path, setup::read)?;
            show(&text.name, &text.text, authorizer(&text), arguments.json)
        }
    }
}

/// What is found in a policy, or known of it.
pub fn policy(text: &Text, prove: bool, door: Option<Door>) -> Result<Good, policy::Found> {
    let policy = setup::check(text)?;
    let as_written = setup::policy_as_written(text);
    Ok(Good {
        unset_variables: policy.unset_variables.clone(),
        policy: Some(GoodPolicy {
            rights: as_written.as_ref().unwrap_or(&policy).rights(),
            policy,
            prove,
            door,
        }),
    })
}

/// The same of an authorizer's configuration.
pub fn authorizer(text: &Text) -> Result<Good, config::Found> {
    let checked = config::check(&text.text, &variable)?;
    Ok(Good { unset_variables: checked.unset_variables, policy: None })
}

/// Shows what was found in a file.
pub fn show<C: Code>(
    name: &str,
    text: &str,
    checked: Result<Good, Found<C>>,
    json: bool,
) -> Result<Status, Failure> {
    let mut out = terminal::stdout(Reader::machine_if(json));
    match &checked {
        _ if json => writeln!(out, "{}", json::object(name, &checked))?,
        Ok(good) => fine(name, good, &mut out)?,
        Err(found) => wrong(name, text, found, &mut out)?,
    }
    Ok(if checked.is_ok() { Status::Fine } else { Status::BadInput })
}

/// What is worth knowing of a file without findings.
pub fn fine(name: &str, good: &Good, out: &mut impl Write) -> io::Result<()> {
    let policy = good.policy.as_ref().map(|good| &good.policy);
    let holds = policy.map(|policy| {
        format!(
            "{} in {}, {}, ",
            count(policy.records.len(), "record"),
            count(policy.rounds.len(), "round"),
            count(policy.claims.len(), "claim"),
        )
    });
    writeln!(out, "{name}: {}nothing to find", holds.unwrap_or_default())?;
    for attribute in policy.iter().flat_map(|policy| &policy.writable_attributes) {
        writeln!(
            out,
            "  {attribute} is trusted, and people may write it unless WriteAttributes of every app \
             client leaves it out"
        )?;
    }
    for scope in policy.iter().flat_map(|policy| policy.scopes_for_any_client()) {
        writeln!(
            out,
            "  {scope} is for every app client without a section of its own, also for one that registered \
             itself, unless [pool] lists app_clients"
        )?;
    }
    if let Some(endpoint) = policy.and_then(|policy| policy.connection.endpoint.as_ref())
        && is_plain_and_remote(endpoint)
    {
        writeln!(
            out,
            "  the table's `endpoint` is asked by plain HTTP, and others can read and change what it \
             says unless it is on this machine; write https://"
        )?;
    }
    for variable in &good.unset_variables {
        writeln!(out, "  the function will need {variable}, which is not set here")?;
    }
    let Some(GoodPolicy { policy, prove, door, .. }) = &good.policy else { return Ok(()) };
    if *prove {
        report::write(policy, terminal::width(), out)?;
    }
    match door {
        Some(door) => door::report::write(&door::at_door(policy, *door), terminal::width(), out),
        None => Ok(()),
    }
}

/// Draws the first findings into the lines of the file, as rustc does.
fn wrong<C: Code>(
    name: &str,
    text: &str,
    found: &Found<C>,
    out: &mut impl Write,
) -> io::Result<()> {
    let renderer = Renderer::styled().term_width(terminal::width());
    for finding in found {
        let code = finding.code.to_string();
        let place = AnnotationKind::Primary.span(finding.span.clone());
        let snippet = Snippet::source(text).path(name).annotation(place);
        let drawn = Level::ERROR
            .primary_title(&finding.message)
            .id(&code)
            .element(snippet)
            .element(Level::HELP.message(&finding.help));
        writeln!(out, "{}\n", renderer.render(&[drawn]))?;
    }
    if let Some(others) = found.others() {
        writeln!(out, "{others}\n")?;
    }
    writeln!(out, "{name}: {}", count(found.total(), "problem"))
}
