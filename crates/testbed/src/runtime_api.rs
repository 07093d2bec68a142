//! Lambda, as far as a function can see it: the Runtime API on a loopback port, and a process
//! started with Lambda's environment.
//!
//! SPEC: AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes", "Defined
//! runtime environment variables", "Understanding the Lambda execution environment lifecycle".
//!
//! Where it is not AWS: no sandbox is made and no code fetched, the process is never frozen between
//! invocations and never throttled, a deadline that passes ends nothing, and no extension runs.

use std::collections::{HashMap, VecDeque};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Error, Read, Result};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use nix::sys::signal::{Signal, kill};
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;
use serde_json::Value;

use crate::http::Message;
use crate::server::{Server, locked};

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
            let mut seen = locked(&watching.seen);
            seen.exit = Some(status.ok());
            seen.queue.clear();
            seen.waiting.clear();
            drop(seen);
            watching.changed.notify_all();
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

/// One invocation as Lambda hands it to a function.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The event.
    pub event: Vec<u8>,
    /// Time until the function's deadline. `None` sends a deadline in 1970, as some tools do.
    pub timeout: Option<Duration>,
    /// The X-Ray header.
    pub trace_id: Option<String>,
}

impl Invocation {
    /// An event with Cognito's 5 seconds.
    pub fn new(event: impl Into<Vec<u8>>) -> Self {
        let trace_id = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
        Self {
            event: event.into(),
            timeout: Some(Duration::from_secs(5)),
            trace_id: Some(trace_id.to_owned()),
        }
    }
}

/// How an invocation ended.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Lambda's id of the invocation.
    pub request_id: String,
    /// From just before the event was written to the answer completely read.
    pub elapsed: Duration,
    /// The answer, or the function's error.
    pub outcome: std::result::Result<Vec<u8>, FunctionError>,
}

/// A function's error, in its three places.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    /// `errorType` of the body.
    pub error_type: String,
    /// `errorMessage` of the body.
    pub error_message: String,
    /// The whole body.
    pub body: Vec<u8>,
    /// The header `Lambda-Runtime-Function-Error-Type`.
    pub header: Option<String>,
}

impl FunctionError {
    fn of(request: &Message, body: Vec<u8>) -> Self {
        let read: Value = serde_json::from_slice(&body).unwrap_or_default();
        let text = |name| read.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Self {
            error_type: text("errorType"),
            error_message: text("errorMessage"),
            header: request.header("lambda-runtime-function-error-type").map(str::to_owned),
            body,
        }
    }
}

/// What a process uses: CPU time, memory, descriptors, threads.
#[derive(Clone, Copy, Debug)]
pub struct Figures {
    /// CPU time of all its threads.
    pub cpu: Duration,
    /// The most memory it ever had resident, in bytes.
    pub peak_memory: u64,
    /// The memory it has resident now, in bytes.
    pub memory: u64,
    /// Open file descriptors.
    pub descriptors: usize,
    /// Threads.
    pub threads: u64,
}

/// A running function.
#[derive(Debug)]
pub struct Function {
    pid: Pid,
    spawned: Instant,
    state: Arc<State>,
    #[expect(dead_code, reason = "ends with the function")]
    server: Server,
}

#[derive(Debug, Default)]
struct State {
    seen: Mutex<Seen>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Seen {
    requests: u64,
    queue: VecDeque<Queued>,
    waiting: HashMap<String, Sent>,
    /// When the function first asked for work, or to be restored.
    first_next: Option<Instant>,
    /// Pollers that wait for an event now.
    polling: usize,
    restored: bool,
    start_error: Option<FunctionError>,
    log: Vec<u8>,
    exit: Option<Option<ExitStatus>>,
}

#[derive(Debug)]
struct Queued {
    request_id: String,
    invocation: Invocation,
    answer: Sender<Answer>,
}

#[derive(Debug)]
struct Sent {
    at: Instant,
    answer: Sender<Answer>,
}

impl Function {
    /// Waits until the function asks for its first event (with SnapStart: to be restored). The time
    /// from just before the process was started.
    ///
    /// # Errors
    /// It ended, or it took longer; the text is its log.
    pub fn ready(&self, within: Duration) -> Result<Duration> {
        let asked = |seen: &Seen| seen.first_next.map(|at| at.duration_since(self.spawned));
        self.wait(within, asked)
    }

    /// Waits until so many pollers wait for events.
    ///
    /// # Errors
    /// It ended, or it took longer; the text is its log.
    pub fn polling(&self, pollers: usize, within: Duration) -> Result<()> {
        self.wait(within, |seen| (seen.polling >= pollers).then_some(()))
    }

    /// Lets a function of [`Launch::snap_start`] go on as after a restored snapshot.
    ///
    /// # Errors
    /// It ended, or doesn't ask for an event in time; the text is its log.
    pub fn restore(&self, within: Duration) -> Result<()> {
        locked(&self.state.seen).restored = true;
        self.state.changed.notify_all();
        self.polling(1, within)
    }

    /// Invokes the function and waits for the answer.
    ///
    /// # Errors
    /// It ended, or didn't answer within a minute; the text is its log.
    pub fn invoke(&self, event: impl Into<Vec<u8>>) -> Result<Answer> {
        self.answer(&self.send(Invocation::new(event)))
    }

    /// Queues an invocation for the next poller.
    pub fn send(&self, invocation: Invocation) -> Pending {
        let (answer, receiver) = channel();
        let mut seen = locked(&self.state.seen);
        seen.requests += 1;
        let request_id = format!("00000000-0000-4000-8000-{:012x}", seen.requests);
        if seen.exit.is_none() {
            let queued = Queued { request_id: request_id.clone(), invocation, answer };
            seen.queue.push_back(queued);
        }
        drop(seen);
        self.state.changed.notify_all();
        Pending { request_id, receiver }
    }

    /// Waits for the answer to a queued invocation.
    ///
    /// # Errors
    /// The function ended, or didn't answer within a minute; the text is its log.
    pub fn answer(&self, pending: &Pending) -> Result<Answer> {
        pending.receiver.recv_timeout(Duration::from_secs(60)).map_err(|error| match error {
            RecvTimeoutError::Timeout => self.failed("no answer within a minute"),
            RecvTimeoutError::Disconnected => self.failed("the function ended"),
        })
    }

    /// What it posted to `init/error` or `restore/error`.
    pub fn start_error(&self) -> Option<FunctionError> {
        locked(&self.state.seen).start_error.clone()
    }

    /// Everything that it wrote to standard output and standard error so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&locked(&self.state.seen).log).into_owned()
    }

    /// The first line of the log that holds all of the texts, waiting for it.
    ///
    /// # Errors
    /// It ended without it, or it took longer; the text is its log.
    pub fn log_line(&self, texts: &[&str], within: Duration) -> Result<String> {
        self.wait(within, |seen| {
            let log = String::from_utf8_lossy(&seen.log);
            let complete = log.rsplit_once('\n').map_or("", |(complete, _)| complete);
            let mut lines = complete.lines();
            lines.find(|line| texts.iter().all(|text| line.contains(text))).map(str::to_owned)
        })
    }

    /// Its process id.
    pub fn pid(&self) -> i32 {
        self.pid.as_raw()
    }

    /// What it has used so far.
    ///
    /// # Errors
    /// It has ended.
    pub fn figures(&self) -> Result<Figures> {
        let folder = PathBuf::from(format!("/proc/{}", self.pid));
        let clock = clock_getcpuclockid(self.pid).map_err(Error::from)?;
        let cpu = clock.now().map_err(Error::from)?;
        let status = std::fs::read_to_string(folder.join("status"))?;
        let number = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok())
                .ok_or_else(|| Error::other(format!("no {name} in the process status")))
        };
        Ok(Figures {
            cpu: cpu.into(),
            peak_memory: number("VmHWM:")? * 1024,
            memory: number("VmRSS:")? * 1024,
            descriptors: std::fs::read_dir(folder.join("fd"))?.count(),
            threads: number("Threads:")?,
        })
    }

    /// Waits until the function has ended by itself.
    ///
    /// # Errors
    /// It runs longer.
    pub fn ended(&self, within: Duration) -> Result<ExitStatus> {
        let exit = self.watch(within, |seen| seen.exit);
        let exit = exit.ok_or_else(|| Error::other("still running"))?;
        exit.ok_or_else(|| Error::other("its end couldn't be seen"))
    }

    /// Ends the function as Lambda does: SIGTERM, and SIGKILL for one that stays.
    ///
    /// # Errors
    /// It doesn't end.
    pub fn stop(&self) -> Result<ExitStatus> {
        let _ = self.signal(Signal::SIGTERM);
        self.ended(Duration::from_secs(2)).or_else(|_| {
            let _ = self.signal(Signal::SIGKILL);
            self.ended(Duration::from_secs(10))
        })
    }

    /// Only while it runs: its id may be another process's afterwards.
    fn signal(&self, signal: Signal) -> Result<()> {
        let seen = locked(&self.state.seen);
        match seen.exit {
            None => kill(self.pid, signal).map_err(Error::from),
            Some(_) => Ok(()),
        }
    }

    /// Waits for something that a function shows while it runs.
    fn wait<T>(&self, within: Duration, look: impl Fn(&Seen) -> Option<T>) -> Result<T> {
        let found = self.watch(within, |seen| match look(seen) {
            Some(found) => Some(Ok(found)),
            None => seen.exit.map(|_| Err("the function ended")),
        });
        found.unwrap_or(Err("too late")).map_err(|what| self.failed(what))
    }

    /// What is found in time.
    fn watch<T>(&self, within: Duration, look: impl Fn(&Seen) -> Option<T>) -> Option<T> {
        let begun = Instant::now();
        let mut seen = locked(&self.state.seen);
        loop {
            let found = look(&seen);
            let left = within.saturating_sub(begun.elapsed());
            if found.is_some() || left.is_zero() {
                return found;
            }
            let waited = self.state.changed.wait_timeout(seen, left);
            seen = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        }
    }

    fn failed(&self, what: &str) -> Error {
        Error::other(format!("{what}; its log:\n{}", self.log()))
    }
}

impl Drop for Function {
    fn drop(&mut self) {
        let _ = self.signal(Signal::SIGKILL);
        let _ = self.ended(Duration::from_secs(10));
    }
}

/// An invocation on its way.
#[derive(Debug)]
pub struct Pending {
    /// Lambda's id of the invocation.
    pub request_id: String,
    receiver: Receiver<Answer>,
}

/// Serves one connection of the function.
fn serve(stream: TcpStream, state: &State) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while let Some(mut request) = Message::read(&mut reader)? {
        let read = Instant::now();
        let body = std::mem::take(&mut request.body);
        let path = request.target().trim_start_matches("/2018-06-01/runtime/");
        let accepted = || Message::answer("202 Accepted", "application/json", r#"{"status":"OK"}"#);
        let reply = match *path.split('/').collect::<Vec<_>>().as_slice() {
            ["invocation", "next"] => {
                let Some(queued) = next(state) else { return Ok(()) };
                let message = event(&queued);
                let sent = Sent { at: Instant::now(), answer: queued.answer };
                locked(&state.seen).waiting.insert(queued.request_id, sent);
                message
            }
            ["restore", "next"] => {
                if !wait_for_restore(state) {
                    return Ok(());
                }
                Message::answer("200 OK", "application/json", "")
            }
            ["invocation", request_id, verdict @ ("response" | "error")] => {
                let outcome = match verdict {
                    "response" => Ok(body),
                    _ => Err(FunctionError::of(&request, body)),
                };
                let sent = locked(&state.seen).waiting.remove(request_id);
                if let Some(Sent { at, answer }) = sent {
                    let (elapsed, request_id) = (read.duration_since(at), request_id.to_owned());
                    // The test may no longer wait for it.
                    let _ = answer.send(Answer { request_id, elapsed, outcome });
                    accepted()
                } else {
                    let body = r#"{"errorType":"InvalidRequestID"}"#;
                    Message::answer("400 Bad Request", "application/json", body)
                }
            }
            ["init" | "restore", "error"] => {
                locked(&state.seen).start_error = Some(FunctionError::of(&request, body));
                state.changed.notify_all();
                accepted()
            }
            _ => Message::answer("404 Not Found", "text/plain", ""),
        };
        reply.write(&mut stream)?;
    }
    Ok(())
}

/// The next event of the queue, waiting for one. `None` when the function has ended.
fn next(state: &State) -> Option<Queued> {
    let mut seen = locked(&state.seen);
    seen.first_next.get_or_insert_with(Instant::now);
    seen.polling += 1;
    state.changed.notify_all();
    loop {
        let queued = seen.queue.pop_front();
        if queued.is_some() || seen.exit.is_some() {
            seen.polling -= 1;
            return queued;
        }
        let woken = state.changed.wait(seen);
        seen = woken.unwrap_or_else(std::sync::PoisonError::into_inner);
    }
}

/// Whether the function is restored; `false` when it has ended.
fn wait_for_restore(state: &State) -> bool {
    let mut seen = locked(&state.seen);
    seen.first_next.get_or_insert_with(Instant::now);
    state.changed.notify_all();
    while !seen.restored && seen.exit.is_none() {
        let woken = state.changed.wait(seen);
        seen = woken.unwrap_or_else(std::sync::PoisonError::into_inner);
    }
    seen.restored
}

fn event(queued: &Queued) -> Message {
    let deadline = queued.invocation.timeout.map_or(0, |timeout| {
        let at = SystemTime::now() + timeout;
        at.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
    });
    let event = queued.invocation.event.clone();
    let message = Message::answer("200 OK", "application/json", event)
        .with("Lambda-Runtime-Aws-Request-Id", queued.request_id.as_str())
        .with("Lambda-Runtime-Deadline-Ms", deadline.to_string())
        .with(
            "Lambda-Runtime-Invoked-Function-Arn",
            "arn:aws:lambda:eu-west-1:123456789012:function:pre-token-generation",
        );
    match &queued.invocation.trace_id {
        Some(trace_id) => message.with("Lambda-Runtime-Trace-Id", trace_id.as_str()),
        None => message,
    }
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
            locked(&state.seen).log.append(&mut line);
            state.changed.notify_all();
        }
    })
}
