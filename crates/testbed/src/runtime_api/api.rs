//! The Runtime API that one function sees, and what it has been told and has said there.

use std::collections::{HashMap, VecDeque};
use std::io::{BufReader, Result};
use std::net::TcpStream;
use std::process::ExitStatus;
use std::sync::mpsc::Sender;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use super::invocation::{Answer, FunctionError, Invocation};
use crate::http::Message;
use crate::server::locked;

#[derive(Debug, Default)]
pub(super) struct State {
    seen: Mutex<Seen>,
    changed: Condvar,
}

#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) requests: u64,
    pub(super) queue: VecDeque<Queued>,
    pub(super) waiting: HashMap<String, Sent>,
    /// When the function first asked for work, or to be restored.
    pub(super) first_next: Option<Instant>,
    /// Pollers that wait for an event now.
    pub(super) polling: usize,
    pub(super) restored: bool,
    pub(super) start_error: Option<FunctionError>,
    pub(super) log: Vec<u8>,
    pub(super) exit: Option<Option<ExitStatus>>,
}

#[derive(Debug)]
pub(super) struct Queued {
    pub(super) request_id: String,
    pub(super) invocation: Invocation,
    pub(super) answer: Sender<Answer>,
}

#[derive(Debug)]
pub(super) struct Sent {
    at: Instant,
    answer: Sender<Answer>,
}

impl State {
    pub(super) fn seen(&self) -> MutexGuard<'_, Seen> {
        locked(&self.seen)
    }

    /// Changes what is seen, and wakes all who wait for a change.
    pub(super) fn change<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        let changed = change(&mut self.seen());
        self.changed.notify_all();
        changed
    }

    /// What is found in time.
    pub(super) fn watch<T>(
        &self,
        within: Duration,
        look: impl Fn(&Seen) -> Option<T>,
    ) -> Option<T> {
        let mut found = None;
        let missing = |seen: &mut Seen| {
            found = look(seen);
            found.is_none()
        };
        let watched = self.changed.wait_timeout_while(self.seen(), within, missing);
        drop(watched.unwrap_or_else(PoisonError::into_inner));
        found
    }

    /// Waits for as long as something is missing and the function runs.
    fn wait_while(&self, missing: impl Fn(&Seen) -> bool) -> MutexGuard<'_, Seen> {
        let still = |seen: &mut Seen| seen.exit.is_none() && missing(seen);
        self.changed.wait_while(self.seen(), still).unwrap_or_else(PoisonError::into_inner)
    }

    /// The next event of the queue, waiting for one. `None` when the function has ended.
    fn next(&self) -> Option<Queued> {
        self.change(|seen| {
            seen.first_next.get_or_insert_with(Instant::now);
            seen.polling += 1;
        });
        let mut seen = self.wait_while(|seen| seen.queue.is_empty());
        seen.polling -= 1;
        seen.queue.pop_front()
    }

    /// Whether the function is restored; `false` when it has ended.
    fn wait_for_restore(&self) -> bool {
        self.change(|seen| {
            seen.first_next.get_or_insert_with(Instant::now);
        });
        self.wait_while(|seen| !seen.restored).restored
    }
}

/// Serves one connection of the function.
pub(super) fn serve(stream: TcpStream, state: &State) -> Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while let Some(mut request) = Message::read(&mut reader)? {
        let read = Instant::now();
        let body = std::mem::take(&mut request.body);
        let path = request.target().trim_start_matches("/2018-06-01/runtime/");
        let accepted = || Message::answer("202 Accepted", "application/json", r#"{"status":"OK"}"#);
        let reply = match *path.split('/').collect::<Vec<_>>().as_slice() {
            ["invocation", "next"] => {
                let Some(queued) = state.next() else { return Ok(()) };
                let message = event(&queued);
                let sent = Sent { at: Instant::now(), answer: queued.answer };
                state.seen().waiting.insert(queued.request_id, sent);
                message
            }
            ["restore", "next"] => {
                if !state.wait_for_restore() {
                    return Ok(());
                }
                Message::answer("200 OK", "application/json", "")
            }
            ["invocation", request_id, verdict @ ("response" | "error")] => {
                let outcome = match verdict {
                    "response" => Ok(body),
                    _ => Err(FunctionError::of(&request, body)),
                };
                let sent = state.seen().waiting.remove(request_id);
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
                let error = FunctionError::of(&request, body);
                state.change(|seen| seen.start_error = Some(error));
                accepted()
            }
            _ => Message::answer("404 Not Found", "text/plain", ""),
        };
        reply.write(&mut stream)?;
    }
    Ok(())
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
