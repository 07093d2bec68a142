//! `claimsmith check`: all findings of a file, drawn into its lines.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use claimsmith::load::Text;
use claimsmith::policy::Policy;
use claimsmith_authorizer::config;
use claimsmith_findings::{Code, Found};
use clap::Args;
use serde_json::{Value, json};

use crate::environment::variable;
use crate::setup::{self, PolicyText};
use crate::status::{Failure, Status};
use crate::terminal::{self, Reader, count};

/// Find all that is wrong in a policy file, or in an authorizer's configuration
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith check --policy claims.toml
  claimsmith check --policy claims.toml --json | jq .findings
  claimsmith check --authorizer authorizer.toml

Variables that aren't set are listed and don't matter here; the function needs
them all.")]
pub struct Check {
    /// The policy; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The configuration of the Lambda authorizer, instead of a policy
    #[arg(long, value_name = "FILE", conflicts_with = "policy")]
    authorizer: Option<PathBuf>,
    /// Print the findings as one JSON object
    #[arg(long)]
    json: bool,
}

/// What is worth knowing of a file without findings.
struct Good {
    /// What is in it, in words.
    holds: String,
    /// Trusted attributes of a policy that people may write.
    writable_attributes: Option<BTreeSet<String>>,
    /// What its function will need.
    unset_variables: BTreeSet<String>,
}

impl From<Policy> for Good {
    fn from(policy: Policy) -> Self {
        let holds = format!(
            "{} in {}, {}, ",
            count(policy.records.len(), "record"),
            count(policy.rounds.len(), "round"),
            count(policy.claims.len(), "claim"),
        );
        Self {
            holds,
            writable_attributes: Some(policy.writable_attributes),
            unset_variables: policy.unset_variables,
        }
    }
}

/// Checks a policy, or an authorizer's configuration.
pub fn run(arguments: &Check) -> Result<Status, Failure> {
    match &arguments.authorizer {
        None => {
            let text = PolicyText::load(arguments.policy.as_deref())?;
            let checked = text.check().map(Good::from);
            show(&text.name, &text.text, checked, arguments.json)
        }
        Some(path) => {
            let text = Text::of(path, setup::read)?;
            let checked = config::check(&text.text, &variable).map(|unset_variables| Good {
                holds: String::new(),
                writable_attributes: None,
                unset_variables,
            });
            show(&text.name, &text.text, checked, arguments.json)
        }
    }
}

/// Shows what was found in a file.
fn show<C: Code>(
    name: &str,
    text: &str,
    checked: Result<Good, Found<C>>,
    json: bool,
) -> Result<Status, Failure> {
    let mut out = terminal::stdout(Reader::machine_if(json));
    match &checked {
        _ if json => writeln!(out, "{}", object(name, &checked))?,
        Ok(good) => fine(name, good, &mut out)?,
        Err(found) => wrong(name, text, found, &mut out)?,
    }
    Ok(if checked.is_ok() { Status::Fine } else { Status::BadInput })
}

fn object<C: Code>(name: &str, checked: &Result<Good, Found<C>>) -> Value {
    let found = checked.as_ref().err();
    let findings = found.into_iter().flatten().map(|finding| {
        json!({
            "code": finding.code.to_string(),
            "line": finding.line,
            "column": finding.column,
            "message": finding.message,
            "help": finding.help,
        })
    });
    let good = checked.as_ref().ok();
    json!({
        "file": name,
        "findings": findings.collect::<Vec<_>>(),
        "more": found.map_or(0, Found::more),
        "writable_attributes": good.and_then(|good| good.writable_attributes.as_ref()),
        "unset_variables": good.map(|good| &good.unset_variables),
    })
}

fn fine(name: &str, good: &Good, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{name}: {}nothing to find", good.holds)?;
    for attribute in good.writable_attributes.iter().flatten() {
        writeln!(
            out,
            "  {attribute} is trusted, and people may write it unless WriteAttributes of every app \
             client leaves it out"
        )?;
    }
    for variable in &good.unset_variables {
        writeln!(out, "  the function will need {variable}, which is not set here")?;
    }
    Ok(())
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
    writeln!(out, "{name}: {}", count(found.total(), "finding"))
}
