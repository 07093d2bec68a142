//! A running function: what can be asked of it, and what it uses.

use std::io::{Error, Result};
use std::path::PathBuf;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::time::clock_getcpuclockid;
use nix::unistd::Pid;

use super::api::{Queued, Seen, State};
use super::invocation::{Answer, FunctionError, Invocation};
use crate::server::Server;

/// A running function.
#[derive(Debug)]
pub struct Function {
    pub(super) pid: Pid,
    pub(super) spawned: Instant,
    pub(super) state: Arc<State>,
    #[expect(dead_code, reason = "ends with the function")]
    pub(super) server: Server,
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

    /// Lets a function of [`snap_start`](super::Launch::snap_start) go on as after a restored snapshot.
    ///
    /// # Errors
    /// It ended, or doesn't ask for an event in time; the text is its log.
    pub fn restore(&self, within: Duration) -> Result<()> {
        self.state.change(|seen| seen.restored = true);
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
        let request_id = self.state.change(|seen| {
            seen.requests += 1;
            let request_id = format!("00000000-0000-4000-8000-{:012x}", seen.requests);
            if seen.exit.is_none() {
                let queued = Queued { request_id: request_id.clone(), invocation, answer };
                seen.queue.push_back(queued);
            }
            request_id
        });
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
        self.state.seen().start_error.clone()
    }

    /// Everything that it wrote to standard output and standard error so far.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&self.state.seen().log).into_owned()
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
        let exit = self.state.watch(within, |seen| seen.exit);
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
        let seen = self.state.seen();
        match seen.exit {
            None => kill(self.pid, signal).map_err(Error::from),
            Some(_) => Ok(()),
        }
    }

    /// Waits for something that a function shows while it runs.
    fn wait<T>(&self, within: Duration, look: impl Fn(&Seen) -> Option<T>) -> Result<T> {
        let found = self.state.watch(within, |seen| match look(seen) {
            Some(found) => Some(Ok(found)),
            None => seen.exit.map(|_| Err("the function ended")),
        });
        found.unwrap_or(Err("too late")).map_err(|what| self.failed(what))
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
