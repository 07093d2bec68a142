//! `claimsmith check`: all findings, drawn into the lines of the file.

use std::io::Write;
use std::path::PathBuf;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use claimsmith::policy::{Finding, Policy};
use clap::Args;
use serde_json::json;

use crate::setup::PolicyText;
use crate::status::{Failure, Status};
use crate::terminal::{self, Reader, count};

/// Find all that is wrong in a policy file
#[derive(Args)]
#[command(after_help = "\
Examples:
  claimsmith check --policy claims.toml
  claimsmith check --policy claims.toml --json | jq .findings

Variables that aren't set are listed and don't matter here; the function needs
them all.")]
pub struct Check {
    /// The policy; the built-in one if not given
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Print the findings as one JSON object
    #[arg(long)]
    json: bool,
}

/// Checks a policy.
pub fn run(arguments: &Check) -> Result<Status, Failure> {
    let mut out = terminal::stdout(Reader::machine_if(arguments.json));
    let text = PolicyText::load(arguments.policy.as_deref())?;
    let checked = text.check();
    if arguments.json {
        let findings = checked.as_ref().err().map(Vec::as_slice).unwrap_or_default();
        let rows: Vec<_> = findings
            .iter()
            .map(|finding| {
                json!({
                    "code": finding.code.as_str(),
                    "line": finding.line,
                    "column": finding.column,
                    "message": finding.message,
                    "help": finding.help,
                })
            })
            .collect();
        let variables = checked.as_ref().map(|policy| &policy.unset_variables).ok();
        let attributes = checked.as_ref().map(|policy| &policy.writable_attributes).ok();
        let report = json!({
            "file": text.name,
            "findings": rows,
            "writable_attributes": attributes,
            "unset_variables": variables,
        });
        writeln!(out, "{report}")?;
    } else {
        match &checked {
            Ok(policy) => fine(&text, policy, &mut out)?,
            Err(findings) => wrong(&text, findings, &mut out)?,
        }
    }
    Ok(if checked.is_ok() { Status::Fine } else { Status::BadInput })
}

fn fine(text: &PolicyText, policy: &Policy, out: &mut impl Write) -> Result<(), Failure> {
    writeln!(
        out,
        "{}: {} in {}, {}, nothing to find",
        text.name,
        count(policy.records.len(), "record"),
        count(policy.rounds.len(), "round"),
        count(policy.claims.len(), "claim"),
    )?;
    for attribute in &policy.writable_attributes {
        writeln!(
            out,
            "  {attribute} is trusted, and people may write it unless WriteAttributes of every app \
             client leaves it out"
        )?;
    }
    for variable in &policy.unset_variables {
        writeln!(out, "  the function will need {variable}, which is not set here")?;
    }
    Ok(())
}

fn wrong(text: &PolicyText, findings: &[Finding], out: &mut impl Write) -> Result<(), Failure> {
    let renderer = Renderer::styled().term_width(terminal::width());
    for finding in findings {
        let place = AnnotationKind::Primary.span(finding.span.clone());
        let snippet = Snippet::source(&text.text).path(&text.name).annotation(place);
        let drawn = Level::ERROR
            .primary_title(&finding.message)
            .id(finding.code.as_str())
            .element(snippet)
            .element(Level::HELP.message(&finding.help));
        writeln!(out, "{}\n", renderer.render(&[drawn]))?;
    }
    writeln!(out, "{}: {}", text.name, count(findings.len(), "finding"))?;
    Ok(())
}
