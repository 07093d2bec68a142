//! One question of the playground on standard input, its answer on standard output: the same program
//! in WebAssembly behind the page and on this machine, where tests compare the two.

use std::io::{self, Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    match answer() {
        Ok(answered) => {
            let written = io::stdout().write_all(answered.as_bytes());
            if written.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(problem) => {
            // If not even this can be written, the exit status still tells.
            let _ = writeln!(io::stderr(), "{problem}");
            ExitCode::FAILURE
        }
    }
}

fn answer() -> Result<String, String> {
    let mut question = Vec::new();
    io::stdin().read_to_end(&mut question).map_err(|error| error.to_string())?;
    claimsmith_playground::answer::answer(&question)
}
