//! The files that were given, read.

use std::io::{self, IsTerminal, Write};
use std::path::Path;

use serde_json::Value;

use super::arguments::Doctor;
use super::cause::Cause;
use super::described::{Client, Function, FunctionPolicy, Pool};
use super::seen::{self, Seen};
use crate::setup;
use crate::status::Failure;

/// The files, read.
pub struct Given {
    /// Pasted tokens, and what a handler got.
    pub seen: Vec<Seen>,
    /// What is wrong with them in themselves.
    pub causes: Vec<Cause>,
    /// The trigger event's name and text.
    pub event: Option<(String, String)>,
    /// The pool's description.
    pub pool: Option<Pool>,
    /// The function's description.
    pub function: Option<Function>,
    /// The function's policy.
    pub function_policy: Option<FunctionPolicy>,
    /// The app client's description.
    pub client: Option<Client>,
}

impl Given {
    /// Reads them.
    pub fn read(arguments: &Doctor) -> Result<Self, Failure> {
        let (mut seen, mut causes) = (Vec::new(), Vec::new());
        if let Some(path) = &arguments.token {
            let (name, text) = text(path)?;
            let (tokens, lookalikes) = seen::tokens(&text)
                .map_err(|problem| Failure::Input(format!("{name}: {problem}")))?;
            seen.extend(tokens);
            causes.extend(lookalikes);
        }
        if let Some(path) = &arguments.context {
            let (name, event) = json(path)?;
            match seen::context(&name, &event, arguments.door) {
                Ok(context) => seen.push(context),
                Err(cause) => causes.push(*cause),
            }
        }
        Ok(Self {
            seen,
            causes,
            event: arguments.event.as_deref().map(text).transpose()?,
            pool: described(arguments.pool.as_deref(), Pool::read)?,
            function: described(arguments.function.as_deref(), Function::read)?,
            function_policy: described(arguments.function_policy.as_deref(), FunctionPolicy::read)?,
            client: described(arguments.client_config.as_deref(), Client::read)?,
        })
    }
}

fn described<T>(
    path: Option<&Path>,
    read: fn(&str, Value) -> Result<T, String>,
) -> Result<Option<T>, Failure> {
    let Some(path) = path else { return Ok(None) };
    let (name, value) = json(path)?;
    read(&name, value).map(Some).map_err(Failure::Input)
}

/// What a terminal shows before it waits.
/// SPEC: Linux, termios(3): in canonical mode a line has at most 4095 characters.
const TO_PASTE: &str = "paste it, then press Enter and Ctrl-D; what has a line of more than 4,095 \
                        characters must come from a file or a pipe";

/// The text of a file or of standard input, and its name.
fn text(path: &Path) -> Result<(String, String), Failure> {
    if path == Path::new("-") {
        if io::stdin().is_terminal() {
            writeln!(io::stderr(), "{TO_PASTE}")?;
        }
        let text = io::read_to_string(io::stdin().lock())?;
        return Ok(("standard input".to_owned(), text));
    }
    Ok((path.display().to_string(), setup::read(path)?))
}

fn json(path: &Path) -> Result<(String, Value), Failure> {
    let (name, text) = text(path)?;
    match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
        Ok(value) => Ok((name, value)),
        Err(error) => {
            let (line, column) = (error.line(), error.column());
            Err(Failure::Input(format!("{name}: not JSON (line {line}, column {column})")))
        }
    }
}
