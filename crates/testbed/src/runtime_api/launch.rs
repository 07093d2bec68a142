//! A program with Lambda's environment, and its start.

use std::ffi::OsString;
use std::io::{BufRead, BufReader, Error, Read, Result};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use nix::unistd::Pid;

use super::api::{State, serve};
use super::function::Function;
use crate::server::Server;

/// Access key of the environment, made up.
pub const ACCESS_KEY_ID: &str = "ASIATESTBEDEXAMPLE00";
/// Secret key of the environment.
pub const SECRET_ACCESS_KEY: &str = "testbed-secret-key-0123456789abcdef012345";

/// Names a folder with programs that are started in place of those of the same name, for example
/// by an emulator of another processor; `tests/arm64/run` fills one.
const TESTED_FUNCTIONS: &str = "TESTED_FUNCTIONS";

/// A session token of the length that Lambda's have, about 1 KB.
pub fn session_token() -> String {
    "testbed-session-token-".repeat(46)
}

/// A function before it is started.
#[derive(Clone, Debug)]
pub struct Launch {
    program: PathBuf,
    arguments: Vec<OsString>,
    folder: Option<PathBuf>,
    environment: Vec<(String, OsString)>,
}

impl Launch {
    /// A program under Lambda's environment for 128 MB in `eu-west-1`.
    pub fn new(program: impl Into<PathBuf>) -> Self {
        let environment = [
            ("AWS_ACCESS_KEY_ID", ACCESS_KEY_ID),
            ("AWS_SECRET_ACCESS_KEY", SECRET_ACCESS_KEY),
            ("AWS_SESSION_TOKEN", &session_token()),
            ("AWS_REGION", "eu-west-1"),
            ("AWS_DEFAULT_REGION", "eu-west-1"),
            ("AWS_LAMBDA_FUNCTION_NAME", "pre-token-generation"),
            ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
            ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "128"),
            ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
            ("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/pre-token-generation"),
            ("AWS_LAMBDA_LOG_STREAM_NAME", "2026/01/01/[$LATEST]testbed"),
            ("LAMBDA_RUNTIME_DIR", "/var/runtime"),
            ("_HANDLER", "bootstrap"),
            ("LANG", "en_US.UTF-8"),
            ("TZ", ":UTC"),
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
        ];
        let environment = environment.map(|(name, value)| (name.to_owned(), value.into()));
        Self {
            program: tested(program.into()),
            arguments: Vec::new(),
            folder: None,
            environment: environment.into(),
        }
    }

    /// Adds an argument of the program.
    #[must_use]
    pub fn argument(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// Sets a variable, in place of one of the same name.
    #[must_use]
    pub fn set(self, name: &str, value: impl Into<OsString>) -> Self {
        let mut launch = self.unset(name);
        launch.environment.push((name.to_owned(), value.into()));
        launch
    }

    /// Takes a variable away.
    #[must_use]
    pub fn unset(mut self, name: &str) -> Self {
        self.environment.retain(|(known, _)| known != name);
        self
    }

    /// The unpacked package: `LAMBDA_TASK_ROOT` and the working directory.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// So many invocations at once, as Lambda Managed Instances ask for.
    #[must_use]
    pub fn concurrency(self, pollers: usize) -> Self {
        self.set("AWS_LAMBDA_MAX_CONCURRENCY", pollers.to_string())
    }

    /// As with SnapStart: the function waits in `restore/next` until [`Function::restore`].
    #[must_use]
    pub fn snap_start(self) -> Self {
        self.set("AWS_LAMBDA_INITIALIZATION_TYPE", "snap-start")
    }

    /// Starts the function. It is ended when the value is dropped.
    ///
    /// # Errors
    /// The program can't be run.
    pub fn spawn(&self) -> Result<Function> {
        let state = Arc::new(State::default());
        let serving = Arc::clone(&state);
        let server = Server::start(move |stream| {
            // A broken connection is no error of the server: the function ended or closed it.
            let _ = serve(stream, &serving);
        })?;

        let mut command = Command::new(&self.program);
        command
            .args(&self.arguments)
            .env_clear()
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .env("AWS_LAMBDA_RUNTIME_API", server.address.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        if let Some(folder) = &self.folder {
            command.current_dir(folder).env("LAMBDA_TASK_ROOT", folder);
        }
        let spawned = Instant::now();
        let mut child = command.spawn().map_err(|error| {
            Error::other(format!("{} can't be run: {error}", self.program.display()))
        })?;
        let pid = Pid::from_raw(child.id().try_into().map_err(Error::other)?);
        let logs = [keep(child.stdout.take(), &state), keep(child.stderr.take(), &state)];

        let watching = Arc::clone(&state);
        std::thread::spawn(move || {
            let status = child.wait();
            // The whole log must be there before anybody sees that the function has ended.
            for log in logs {
                let _ = log.join();
            }
            watching.change(|seen| {
                seen.exit = Some(status.ok());
                seen.queue.clear();
                seen.waiting.clear();
            });
        });
        Ok(Function { pid, spawned, state, server })
    }
}

/// The program in [`TESTED_FUNCTIONS`] that stands in for this one, or this one.
fn tested(program: PathBuf) -> PathBuf {
    let folder = std::env::var_os(TESTED_FUNCTIONS).map(PathBuf::from);
    let other = folder.and_then(|folder| Some(folder.join(program.file_name()?)));
    other.unwrap_or(program)
}

/// Keeps what a stream of the function brings, line by line.
fn keep(
    stream: Option<impl Read + Send + 'static>,
    state: &Arc<State>,
) -> std::thread::JoinHandle<()> {
    let state = Arc::clone(state);
    std::thread::spawn(move || {
        let Some(stream) = stream else { return };
        let mut reader = BufReader::new(stream);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
            state.change(|seen| seen.log.append(&mut line));
        }
    })
}
