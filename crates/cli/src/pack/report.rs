//! What was packed, for people in a terminal and for Terraform.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::change::Compared;
use super::packed::{Input, Packed};
use super::sum::Sum;
use crate::check::{self, bounds};
use crate::contract::worst;
use crate::terminal::{self, BOLD, DIM, Reader, cut, number};

/// Prints it.
pub fn tell(packed: &Packed, json: bool) -> io::Result<()> {
    let mut out = terminal::stdout(Reader::machine_if(json));
    match json {
        true => writeln!(out, "{}", object(packed)),
        false => write(packed, terminal::width(), &mut out),
    }
}

/// Columns of the titles.
const TITLE: usize = 16;

fn write(packed: &Packed, width: usize, out: &mut impl Write) -> io::Result<()> {
    check::fine(&packed.policy.file, &packed.checked, out)?;
    if let Some((next, checked)) = &packed.next {
        check::fine(&next.file, checked, out)?;
    }
    let file = cut(&packed.file, usize::MAX);
    writeln!(out, "\n{BOLD}{file}{BOLD:#}  {} bytes", number(packed.length))?;
    row("program", &format!("{}, of {}", packed.architecture, packed.function.file), out)?;
    row("sha256", &packed.sum.hex(), out)?;
    row("source_code_hash", &packed.sum.base64(), out)?;
    row("policy_sha256", &packed.policy.sum.hex(), out)?;
    if let Some((next, _)) = &packed.next {
        row("next_sha256", &next.sum.hex(), out)?;
    }
    for (name, _) in &packed.records {
        row("records", name, out)?;
    }
    let Some(compared) = &packed.compared else { return Ok(()) };
    match (compared, compared.comparison()) {
        (Compared::Not(problem), _) => row("contract", &format!("not compared: {problem}"), out)?,
        (_, Some(comparison)) if !comparison.changes.is_empty() => {
            row("contract", worst(comparison.changes).as_str(), out)?;
            writeln!(out)?;
            comparison.write(width, out)?;
        }
        _ => row("contract", "no change", out)?,
    }
    match &packed.checked.policy {
        Some(good) => bounds::write(&good.policy, width, out),
        None => Ok(()),
    }
}

fn row(title: &str, text: &str, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "  {DIM}{title:TITLE$}{DIM:#}  {}", cut(text, usize::MAX))
}

fn object(packed: &Packed) -> Value {
    let input = |Input { file, sum }: &Input| json!({ "file": file, "sha256": sum.hex() });
    let records = packed.records.iter();
    let records =
        records.map(|(name, sum): &(String, Sum)| json!({ "name": name, "sha256": sum.hex() }));
    let good = packed.checked.policy.as_ref();
    let not = match &packed.compared {
        Some(Compared::Not(problem)) => Some(problem),
        _ => None,
    };
    let comparison = packed.compared.as_ref().and_then(Compared::comparison);
    json!({
        "file": packed.file,
        "function": packed.kind.as_str(),
        "architecture": packed.architecture.to_string(),
        "bytes": packed.length,
        "sha256": packed.sum.hex(),
        "source_code_hash": packed.sum.base64(),
        "from": input(&packed.function),
        "policy": input(&packed.policy),
        "next": packed.next.as_ref().map(|(next, _)| input(next)),
        "records": records.collect::<Value>(),
        "writable_attributes": good.map(|good| &good.policy.writable_attributes),
        "scopes_for_any_client": good.map(|good| good.policy.scopes_for_any_client()),
        "unset_variables": packed.checked.unset_variables,
        "rights": good.map(|good| check::json::rights(&good.rights)),
        "contract": comparison.map(|comparison| comparison.json()),
        "not_compared": not,
        "bounds": good.map(|good| check::json::all_bounds(&good.policy)),
    })
}
