//! The diagnosis as text and as JSON.

use std::io::{self, Write};

use anstyle::Style;
use serde_json::{Value, json};

use super::cause::{Cause, Certainty, Evidence};
use super::diagnosis::{Diagnosis, Present};
use crate::shell::is_closed;
use crate::terminal::{BAD, BOLD, DIM, GOOD, NOTICE, cut, wrapped};

/// What stands above and below the causes.
pub struct Frame {
    /// What was given, by name: `policy`, `records`, `token` and so on.
    pub given: Vec<(&'static str, String)>,
    /// What else could be given, and what it would tell.
    pub more: Vec<(&'static str, &'static str)>,
}

/// Columns before a text of a cause.
const INDENT: usize = 11;

/// Writes the report.
pub fn report(
    diagnosis: &Diagnosis,
    frame: &Frame,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let given: Vec<String> =
        frame.given.iter().map(|(what, name)| format!("{what}: {}", clean(name))).collect();
    for line in wrapped(&given.join("   "), width) {
        writeln!(out, "{DIM}{line}{DIM:#}")?;
    }
    writeln!(out)?;
    let mut number = 0;
    for (certainty, title, style) in [
        (Certainty::Sure, "Sure", BAD),
        (Certainty::Likely, "Likely", NOTICE),
        (Certainty::Aside, "Also worth a look", DIM),
    ] {
        let of_it = diagnosis.causes.iter().filter(|it| it.certainty == certainty);
        for (at, cause) in of_it.enumerate() {
            if at == 0 {
                writeln!(out, "{BOLD}{title}{BOLD:#}")?;
            }
            number += 1;
            self::cause(number, cause, style, width, out)?;
        }
    }
    present(&diagnosis.present, out)?;
    if diagnosis.causes.is_empty() {
        writeln!(out, "{GOOD}nothing wrong{GOOD:#} in what was looked at\n")?;
    }
    if !frame.more.is_empty() {
        writeln!(out, "{DIM}More could be told with{DIM:#}")?;
        for (option, tells) in &frame.more {
            for (at, line) in wrapped(tells, width.saturating_sub(26)).iter().enumerate() {
                let option = if at == 0 { option } else { "" };
                writeln!(out, "  {option:22}  {DIM}{line}{DIM:#}")?;
            }
        }
    }
    Ok(())
}

fn cause(
    number: usize,
    cause: &Cause,
    style: Style,
    width: usize,
    out: &mut impl Write,
) -> io::Result<()> {
    let about = about(cause);
    let head = format!("  {number:>2}  {style}{}{style:#}", cause.code.as_str());
    writeln!(out, "{}", format!("{head}  {}", clean(&about)).trim_end())?;
    write_part("what", &cause.what, width, out)?;
    let longest = cause.evidence.iter().map(|it| it.place.chars().count()).max().unwrap_or(0);
    for (at, Evidence { place, says }) in cause.evidence.iter().enumerate() {
        let title = if at == 0 { "where" } else { "" };
        let place = format!("{place:longest$}");
        let text = format!("{}  {}", cut(&place, width.saturating_sub(INDENT)), clean(says));
        if text.chars().count() <= width.saturating_sub(INDENT) {
            writeln!(out, "    {DIM}{title:5}{DIM:#}  {}", text.trim_end())?;
        } else {
            write_part(title, place.trim_end(), width, out)?;
            for line in wrapped(says, width.saturating_sub(INDENT + 2)) {
                writeln!(out, "{:INDENT$}  {line}", "")?;
            }
        }
    }
    write_part("next", &cause.next, width, out)?;
    writeln!(out)
}

/// `org_id, org_tier in the access token`.
fn about(cause: &Cause) -> String {
    let claims = cause.claims.join(", ");
    match (cause.tokens.as_slice(), claims.is_empty()) {
        ([], _) => claims,
        ([token], true) => format!("{token} token"),
        ([token], false) => format!("{claims} ({token} token)"),
        (_, true) => "both tokens".to_owned(),
        (_, false) => format!("{claims} (both tokens)"),
    }
}

fn write_part(title: &str, text: &str, width: usize, out: &mut impl Write) -> io::Result<()> {
    let width = width.saturating_sub(INDENT);
    let lines = text.lines().flat_map(|line| match line.strip_prefix("$ ") {
        Some(command) => wrapped_command(command, width),
        None => wrapped(line, width),
    });
    for (at, line) in lines.enumerate() {
        let title = if at == 0 { title } else { "" };
        writeln!(out, "    {DIM}{title:5}{DIM:#}  {line}")?;
    }
    Ok(())
}

/// A command broken before its options, so that it can be pasted as it stands.
fn wrapped_command(command: &str, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for (at, option) in clean(command).split(" --").enumerate() {
        let option = if at == 0 { option.to_owned() } else { format!("--{option}") };
        match lines.last_mut() {
            // What looks like an option within quotes is none, and a break there would stay in it.
            Some(line) if !is_closed(line) => line.push_str(&format!(" {option}")),
            Some(line) if line.chars().count() + 1 + option.chars().count() + 2 <= width => {
                line.push(' ');
                line.push_str(&option);
            }
            Some(line) => {
                line.push_str(" \\");
                lines.push(format!("  {option}"));
            }
            None => lines.push(option),
        }
    }
    lines
}

fn present(present: &[Present], out: &mut impl Write) -> io::Result<()> {
    if present.is_empty() {
        return Ok(());
    }
    writeln!(out, "{BOLD}There{BOLD:#}")?;
    let longest = present.iter().map(|it| it.claim.chars().count()).max().unwrap_or(0).min(40);
    for Present { claim, token, json_type, place } in present {
        let token = token.map_or("", |token| token.as_str());
        let claim = cut(claim, longest);
        let line =
            format!("  {GOOD}{claim:longest$}{GOOD:#}  {token:6}  {json_type:7}  {}", clean(place));
        writeln!(out, "{}", line.trim_end())?;
    }
    writeln!(out)
}

/// A text without control characters.
fn clean(text: &str) -> String {
    cut(text, usize::MAX)
}

/// One JSON object.
pub fn json(diagnosis: &Diagnosis, frame: &Frame) -> Value {
    let causes = diagnosis.causes.iter().map(|cause| {
        let evidence = cause.evidence.iter();
        json!({
            "code": cause.code.as_str(),
            "certainty": cause.certainty.as_str(),
            "claims": cause.claims,
            "tokens": cause.tokens.iter().map(|token| token.as_str()).collect::<Value>(),
            "what": cause.what,
            "evidence": evidence
                .map(|piece| json!({ "place": piece.place, "says": piece.says }))
                .collect::<Value>(),
            "next": cause.next,
        })
    });
    let present = diagnosis.present.iter().map(|present| {
        json!({
            "claim": present.claim,
            "token": present.token.map(|token| token.as_str()),
            "type": if present.json_type.is_empty() { Value::Null } else { present.json_type.into() },
            "place": present.place,
        })
    });
    let given = frame.given.iter().map(|(what, name)| ((*what).to_owned(), name.as_str().into()));
    json!({
        "given": given.collect::<serde_json::Map<String, Value>>(),
        "findings": causes.collect::<Value>(),
        "present": present.collect::<Value>(),
        "more": frame.more.iter().map(|(option, _)| Value::from(*option)).collect::<Value>(),
    })
}
