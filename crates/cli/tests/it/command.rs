//! The built command, run in the repository with an empty environment.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

/// `claimsmith` with these arguments, before it is started.
pub fn claimsmith(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_claimsmith"));
    command.args(arguments).current_dir(root()).env_clear();
    command
}

/// `claimsmith` with a table and the endpoint of its DynamoDB, at 80 columns, to its end.
pub fn run_at(endpoint: &str, table: &str, arguments: &[&str]) -> Output {
    claimsmith(arguments)
        .env("AWS_ENDPOINT_URL_DYNAMODB", endpoint)
        .env("AWS_REGION", "eu-west-1")
        .env("AWS_ACCESS_KEY_ID", "testbed")
        .env("AWS_SECRET_ACCESS_KEY", "testbed")
        .env("CLAIMS_TABLE", table)
        .env("COLUMNS", "80")
        .output()
        .unwrap()
}

/// Runs `claimsmith` with these arguments and this standard input, to its end.
pub fn run(arguments: &[&str], input: &str) -> Output {
    let mut command = claimsmith(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // The command may end before it has read everything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

/// Runs `claimsmith` for a reader that leaves before anything is printed.
pub fn left_early(arguments: &[&str]) -> Output {
    let mut command = claimsmith(arguments);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    child.wait_with_output().unwrap()
}

/// What it printed.
pub fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What it told on standard error.
pub fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
